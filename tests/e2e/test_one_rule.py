"""One case, one rule: from what the figures signal to a letter, its answer, a visit and the effect, as people do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from mediation.core import clock
from mediation.demo.people import PASSWORD
from tests.browser import DESKTOP, Complaints, follow, sign_in
from tests.live import LiveServer

OUTLET = "云岫速运华新加盟网点（虚构）"
OWN_PASSWORD = "grey heron over the canal"


def open_letter(page: Page, cause: str) -> None:
    """Find a letter by its cause as its readers do."""
    page.goto("/recommendations/")
    follow(page.locator("main tbody a", has_text=cause).first)
    expect(page.locator("h1")).to_contain_text(cause)


def numbers(page: Page) -> list[str]:
    """The register numbers of the cases on the page."""
    return page.locator("main tbody a.row-link").all_inner_texts()


def as_shown(day: date) -> str:
    return f"{day.month}月{day.day}日"


def test_what_signals_shows_its_chart_and_exactly_its_cases(page: Page):
    sign_in(page, "committee", PASSWORD)
    page.goto("/signals/?show=all")
    follow(page.locator("main tbody tr", has_text="少见案由接连发生").locator("a.row-link").first)
    expect(page.locator("h1")).to_contain_text(OUTLET)
    expect(page.locator("main svg").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("误报率")
    shown = numbers(page)
    assert len(shown) >= 3
    follow(page.get_by_role("link", name="全部案件"))
    assert sorted(numbers(page)) == sorted(shown)


def test_a_company_answers_its_letter_and_the_committee_sees_what_came_of_it(
    page: Page, look_at: Callable[[str], None]
):
    sign_in(page, "hr", PASSWORD)
    look_at("desk-hr")
    follow(page.locator("main a", has_text="答复规范用工建议书"))
    for choice in page.locator("select[name$='answer']").all():
        choice.select_option("adopted")
    page.locator("[name='measures-0-text']").fill("派费按月结算，对账单交快递员签字")
    page.locator("[name='measures-0-responsible']").fill("云岫华东结算部")
    page.locator("[name='measures-0-done_on']").fill(clock.today().isoformat())
    page.locator("[name='effective_from']").fill(clock.today().isoformat())
    follow(page.get_by_role("button", name="提交答复"))
    expect(page.locator("main")).to_contain_text("派费按月结算")
    page.goto("/")
    expect(page.locator("main")).not_to_contain_text("答复规范用工建议书")

    sign_in(page, "committee", PASSWORD)
    open_letter(page, "提成/派费")
    main = page.locator("main")
    expect(main).to_contain_text("云岫华东结算部")
    follow(page.get_by_role("link", name="登记回访"))
    page.locator("[name=visitors]").fill("沈秘书")
    page.locator("[name=found]").fill("抽查一个月的对账单，均有快递员签字")
    follow(page.get_by_role("button", name="登记回访"))
    expect(main).to_contain_text("均有快递员签字")
    follow(page.get_by_role("link", name="确认已整改"))
    follow(page.get_by_role("button", name="确认已整改"))
    expect(main).to_contain_text("已核实整改")
    # Of a change that holds since today nothing can be said yet.
    expect(main).to_contain_text("现在还不能比较")


def test_the_effect_of_a_changed_rule_stands_in_the_letter_and_on_the_page_of_the_company(
    page: Page, look_at: Callable[[str], None]
):
    sign_in(page, "committee", PASSWORD)
    open_letter(page, "扣款罚款")
    main = page.locator("main")
    expect(main).to_contain_text("确认已整改")
    expect(main.locator("svg").first).to_be_visible()
    effect = re.compile(r"\d\.\d\d（95% 区间 \d+\.\d\d—\d+\.\d\d）")
    said = effect.search(main.inner_text())
    assert said is not None
    look_at("letter-with-effect")
    follow(page.get_by_role("link", name="霁风快递江桥承包区").first)
    expect(page.locator("h1")).to_contain_text("霁风快递江桥承包区")
    expect(main).to_contain_text(said.group())


def test_a_reply_day_that_has_passed_is_late_and_another_company_sees_nothing_of_it(page: Page):
    sign_in(page, "committee", PASSWORD)
    open_letter(page, "加班费")
    expect(page.locator("main")).to_contain_text("已超")
    expect(page.locator("main")).to_contain_text(as_shown(clock.today() - timedelta(days=9)))
    late = page.url
    sign_in(page, "hr2", PASSWORD)
    page.goto("/recommendations/")
    expect(page.locator("main")).not_to_contain_text("加班费")
    expect(page.locator("main")).not_to_contain_text("差评罚款")  # their own, but nobody has sent it yet
    answer = page.goto(late)
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("main")).not_to_contain_text("白鹭")


def test_a_draft_waits_for_a_second_person(page: Page):
    sign_in(page, "committee", PASSWORD)
    open_letter(page, "差评罚款")
    expect(page.locator("main")).to_contain_text("起草人不能复核自己的草稿")
    expect(page.get_by_role("link", name="复核通过")).to_have_count(0)
    sign_in(page, "director", PASSWORD)
    open_letter(page, "差评罚款")
    follow(page.get_by_role("link", name="复核通过"))
    follow(page.get_by_role("button", name="复核通过"))
    expect(page.locator("main")).to_contain_text("已复核")


def test_two_clicks_lead_from_a_number_of_the_month_to_a_case(page: Page, look_at: Callable[[str], None]):
    sign_in(page, "committee", PASSWORD)
    page.goto("/reports/")
    follow(page.locator("main tbody a").first)
    expect(page.locator("h1")).to_contain_text("月报")
    look_at("month")
    month = page.url
    for measure in ("收案（件）", "达成协议（件）"):
        page.goto(month)
        number = page.locator("#headline tbody tr").filter(has_text=measure).locator("td a").first
        said = int(number.inner_text())
        assert said > 0
        follow(number)
        assert len(numbers(page)) == said
        follow(page.locator("main tbody a.row-link").first)
        expect(page).to_have_url(re.compile(r"/cases/\d{4}-\d+$"))
        expect(page.locator("h1")).to_be_visible()


def test_a_colleague_joins_with_link_and_code_and_sees_the_outlet_alone(
    page: Page, browser: Browser, live_server: LiveServer, complaints: Complaints
):
    sign_in(page, "hr", PASSWORD)
    page.goto("/accounts/colleagues")
    expect(page.locator("main")).to_contain_text("卓新")
    follow(page.get_by_role("link", name="邀请同事"))
    page.locator("[name=name]").fill("桂新")
    page.locator("[name=title]").fill("华新网点站长")
    outlet = page.locator("[name='companies-0'] option", has_text=OUTLET).get_attribute("value")
    page.locator("[name='companies-0']").select_option(outlet)
    follow(page.get_by_role("button", name="生成链接和邀请码"))
    link = urlsplit(page.locator("#invitation-link").input_value()).path
    code = page.locator("main code").inner_text()

    context = browser.new_context(base_url=live_server.url, viewport=DESKTOP, locale="zh-CN")
    try:
        other = context.new_page()
        complaints.watch(other)
        other.goto(link)
        other.locator("[name=code]").fill("00000000")
        follow(other.get_by_role("button", name="下一步"))
        expect(other.locator("main")).to_contain_text("链接或邀请码不对")
        other.locator("[name=code]").fill(code)
        follow(other.get_by_role("button", name="下一步"))
        expect(other.locator("main")).to_contain_text("桂新")
        expect(other.locator("main")).to_contain_text(OUTLET)
        other.locator("[name=username]").fill("guixin")
        other.locator("[name=new_password]").fill(OWN_PASSWORD)
        other.locator("[name=repeated]").fill(OWN_PASSWORD)
        follow(other.get_by_role("button", name="开通并登录"))
        expect(other.locator("main")).to_contain_text("账号已开通")  # and a second factor is offered
        other.goto("/")
        expect(other.locator("main")).to_contain_text("等待本单位办理")
        expect(other.locator("main")).to_contain_text("骆宁远")
        expect(other.locator("main")).not_to_contain_text("纪云帆")  # of the branch
        other.goto(link)
        other.locator("[name=code]").fill(code)
        follow(other.get_by_role("button", name="下一步"))
        expect(other.locator("main")).to_contain_text("链接或邀请码不对")  # it serves once
    finally:
        context.close()
    page.goto("/accounts/colleagues")
    expect(page.locator("main")).to_contain_text("桂新")


def test_two_companies_of_one_case_answer_beside_each_other_and_neither_reads_the_other(
    page: Page, look_at: Callable[[str], None]
):
    main = page.locator("main")
    sign_in(page, "hr2", PASSWORD)
    follow(page.locator("main a", has_text="骆宁远").first)
    expect(main).to_contain_text("返还有申诉记录的十笔扣款")
    for theirs in ("3,600.00", "4,300.00", "4,000.00", "蒋新", "单独谈话", "跑单提成结算单"):
        expect(main).not_to_contain_text(theirs)

    sign_in(page, "hr", PASSWORD)
    follow(page.locator("main a", has_text="答复劳动者的方案"))
    page.locator("[name=outcome][value=accepted]").check()
    follow(page.locator("main form button[type=submit]"))
    expect(main).to_contain_text("已接受")
    expect(main).to_contain_text("乔东")  # what the region answered
    for theirs in ("返还有申诉记录的十笔扣款", "4,000.00", "闻青", "单独谈话"):
        expect(main).not_to_contain_text(theirs)
    look_at("case-of-two-companies")
    page.goto(page.url + "/answer")
    # Each claim's fields stand under its name, within the sheet.
    sheet, reason = (
        page.locator("main form").bounding_box(),
        page.locator(".claim-answer textarea").first.bounding_box(),
    )
    assert sheet and reason
    assert reason["x"] + reason["width"] <= sheet["x"] + sheet["width"]
    look_at("answer-claim-by-claim")

    sign_in(page, "lawyer", PASSWORD)
    page.goto("/cases/?q=骆宁远")
    follow(page.locator("main tbody a.row-link").first)
    for said in ("4,300.00", "4,000.00", "仅承办人员可见", "返还有申诉记录的十笔扣款", "待核对"):
        expect(main).to_contain_text(said)
