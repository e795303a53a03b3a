"""What a new user finds in the demo data, whatever the day on which they were loaded."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from playwright.sync_api import Page, expect

from mediation.demo.people import PASSWORD
from tests.browser import PHONE, follow, sideways, sign_in


def open_case(page: Page, name: str) -> str:
    """Find a case by its applicant as a user does; returns its address."""
    page.goto(f"/cases/?q={name}")
    follow(page.locator("main tbody a.row-link").first)
    expect(page.locator("h1")).to_contain_text(name)
    return page.url.split("#")[0]


def text_of(page: Page, address: str) -> str:
    """The words of an issued paper, without the breaks of its lines."""
    answer = page.request.get(address)
    assert answer.ok
    return re.sub(r"\s", "", "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.body())).pages))


@pytest.mark.parametrize(
    ("username", "name", "track"),
    [
        ("lawyer", "许平", "劳动争议调解"),
        ("lawyer", "童飞", "新就业形态"),
        ("lawyer", "包顺", "人民调解"),
        ("lawyer", "叶知秋", "交通"),
        ("police", "乔木", "治安调解"),
    ],
)
def test_a_case_of_each_track_says_what_comes_next_until_when_and_why(page, username, name, track):
    sign_in(page, username, PASSWORD)
    open_case(page, name)
    expect(page.locator("main")).to_contain_text(track)
    expect(page.locator("#next-step-title")).not_to_be_empty()
    step = page.locator("section, article, div").filter(has=page.locator("#next-step-title")).last
    expect(step).to_contain_text(re.compile("最后一日|没有为这一步规定期限"))
    expect(page.locator("main")).to_contain_text(re.compile("《.+》"))


def test_a_case_waits_and_its_clock_stands_still(page: Page):
    sign_in(page, "lawyer", PASSWORD)
    open_case(page, "邹立冬")
    expect(page.locator("main")).to_contain_text("暂停中")
    standing = page.locator("main tr", has_text="作出工伤认定决定")
    expect(standing).to_contain_text("停止计算")


def test_two_claims_have_two_last_days_and_the_notice_prints_the_cautious_one(page: Page):
    sign_in(page, "lawyer", PASSWORD)
    case = open_case(page, "程雁")
    page.goto(f"{case}/limitation")
    days = set(re.findall(r"\d{4}年\d{1,2}月\d{1,2}日", page.locator("main").inner_text()))
    assert len(days) >= 3
    expect(page.locator("main")).to_contain_text("有争议")
    confirmed = page.locator("main strong, main b").filter(has_text=re.compile("年")).first.inner_text()
    page.goto(f"{case}/documents")
    notice = page.locator("main tbody tr", has_text="调解不成告知书").locator("a[href$='/file']").first
    words = text_of(page, notice.get_attribute("href"))
    assert f"申请仲裁的时效期间届满日：{confirmed}" in words


def test_a_corrected_act_keeps_the_day_before(page: Page):
    sign_in(page, "lawyer", PASSWORD)
    open_case(page, "程雁")
    follow(page.locator("main tr", has_text="仲裁裁决期限").locator("a", has_text="为什么是这天").first)
    expect(page.locator("main")).to_contain_text("以前的日期")
    expect(page.locator("main")).to_contain_text("落款日期登记有误")


def test_the_first_case_file_lacks_nothing_and_its_agreement_is_sealed(page: Page):
    sign_in(page, "lawyer", PASSWORD)
    case = open_case(page, "周明远")
    page.goto(f"{case}/file")
    main = page.locator("main")
    for title in (
        "调解申请书",
        "权利义务告知书",
        "调解意见征询书",
        "受理通知书",
        "调解协议书",
        "送达回证",
        "聊天记录截图",
    ):
        expect(main).to_contain_text(title)
    expect(main).not_to_contain_text("召开过调解会议")
    expect(main).not_to_contain_text("没有扫描入卷")
    page.goto(f"{case}/documents")
    follow(page.locator("main tbody tr", has_text="调解协议书").locator("a").first)
    expect(main).to_contain_text("已加盖电子印章")
    sealed = page.request.get(page.locator("a[href$='/sealed']").first.get_attribute("href"))
    assert b"/ByteRange" in sealed.body()


def test_the_morning_was_told_and_the_deputy_too(page: Page):
    sign_in(page, "lawyer", PASSWORD)
    page.goto("/inbox/")
    expect(page.locator("main")).to_contain_text("晨报")
    expect(page.locator("main")).to_contain_text("期间由您代理")


def test_what_was_opened_again_has_two_spells_and_what_waited_fewer_net_days(page: Page):
    sign_in(page, "committee", PASSWORD)
    open_case(page, "沈阿福")
    expect(page.locator("main")).to_contain_text(re.compile(r"总天数\s*17 天\s*净天数\s*10 天"))
    open_case(page, "蒋宁")
    expect(page.locator("main")).to_contain_text("2026年6月8日")


def test_what_companies_do_waits_for_somebody(page: Page):
    main = page.locator("main")
    sign_in(page, "hr", PASSWORD)
    for waiting in ("上次报告的付款未确认", "沙沪生的授权将到期", "授权委托书被退回", "4,300.00 元"):
        expect(main).to_contain_text(waiting)
    page.goto("/accounts/colleagues")
    for state in ("等待开通", "已撤销"):
        expect(main).to_contain_text(state)
    sign_in(page, "lawyer", PASSWORD)
    open_case(page, "纪云帆")
    expect(main).to_contain_text("单位报告 4,500.00 元，待确认")
    expect(main).to_contain_text("付款未确认")
    open_case(page, "骆宁远")
    expect(main.get_by_role("link", name="核对 闻青")).to_be_visible()


def test_a_case_fits_a_phone_in_english_too(page: Page):
    """English names of rules are three times as long as Chinese ones."""
    sign_in(page, "lawyer", PASSWORD)
    follow(page.get_by_role("button", name="English"))
    page.set_viewport_size(PHONE)
    open_case(page, "纪云帆")
    expect(page.locator(".case-chips")).to_contain_text("Joint application for judicial confirmation")
    assert sideways(page) <= 0


def test_the_last_two_months_were_issued_and_wait_for_a_mail_server(page: Page):
    sign_in(page, "committee", PASSWORD)
    page.goto("/reports/")
    expect(page.locator("main tbody tr", has_text="第1版")).to_have_count(2)
    follow(page.locator("main tbody a").first)
    expect(page.locator("#deliveries")).to_contain_text("示例区快递行业协会秘书处")
    page.goto("/reports/recipients")
    expect(page.locator("main")).to_contain_text("association@mediation.example")
