"""C01 of the example cases in a real browser: from intake to archived, as lawyer, headquarters HR and committee.

The clock stands on 20 April 2026; every act carries the day on which it happened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import Page, expect

from mediation.demo.people import PASSWORD
from tests.browser import follow, sign_in
from tests.live import LiveServer

FACTS = "网点负责人离开后，2025年12月、2026年1月工资及2月12个计薪日工资未付，合计16,650元。"
TITLES = {"D01": "调解申请书", "D05": "受理通知书", "D11": "调解笔录", "D13": "调解协议书"}
SECRET = "单独谈话秘密甲乙丙丁"


@pytest.fixture(scope="module")
def live_settings() -> dict[str, str]:
    return {"NOW": "2026-04-20T10:00:00+08:00"}


def as_user(page: Page, username: str) -> None:
    sign_in(page, username, PASSWORD)


def act(page: Page, number: str, path: str, fill: dict[str, str] | None = None) -> None:
    """One act of the case: open its page, fill it, submit; it must end on the case page."""
    page.goto(f"/cases/{number}/{path}")
    for name, value in (fill or {}).items():
        field = page.locator(f"main [name='{name}']")
        kind = field.first.get_attribute("type")
        if kind == "radio":
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            field.check()
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            chosen = (
                field.locator("option", has_text=value[1:]).first.get_attribute("value") if value[0] == "~" else value
            )
            field.select_option(chosen)
        else:
            field.fill(value)
    follow(page.locator("main form[method=post] button[type=submit]").last)
    expect(page).to_have_url(re.compile(rf"/cases/{number}(#\w+)?$"))


def next_step(page: Page) -> str:
    return page.locator("#next-step-title").inner_text()


def paper(page: Page, number: str, code: str) -> tuple[pypdf.PdfReader, str]:
    """Issue a paper and read the stored file as the user downloads it."""
    page.goto(f"/cases/{number}/documents")
    follow(page.locator(f"form[action$='/documents/issue/{code}'] button[type=submit]").first)
    page.goto(f"/cases/{number}/documents")
    issued = page.locator("main tbody tr", has_text=TITLES[code]).first
    address = issued.locator("a[href$='/file']").first.get_attribute("href")
    answer = page.request.get(address)
    assert answer.ok
    reader = pypdf.PdfReader(io.BytesIO(answer.body()))
    return reader, "".join(one.extract_text() for one in reader.pages)


def log_with_the_keyboard(page: Page) -> str:
    """Intake without touching the mouse; returns the register number."""
    page.goto("/")
    page.keyboard.press("n")
    page.wait_for_url("**/cases/new")
    expect(page.locator("[name=applicant_name]")).to_be_focused()
    page.keyboard.type("周明远")
    page.keyboard.press("Tab")
    page.keyboard.type("000-0000-0101")
    page.keyboard.press("Tab")
    page.keyboard.type("云岫华新", delay=60)
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[name=company]")).to_have_value("云岫速运华新加盟网点（虚构）")
    page.keyboard.press("Tab")  # not known
    page.keyboard.press("Tab")
    expect(page.locator("[name=category]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=category]")).to_have_value("wage.arrears")
    page.keyboard.press("Tab")
    page.keyboard.type("16650")
    page.keyboard.press("Tab")
    page.keyboard.type(FACTS)
    page.locator("details summary", has_text="补充信息").focus()
    page.keyboard.press("Enter")
    page.locator("[name=received_on]").fill("2026-03-04")
    page.locator("[name=relationship][value=employment]").check()
    page.locator("[name=other_respondents]").fill("云岫速运有限公司（虚构）")
    page.locator("[name=facts]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/2026-\d{6}$"))
    return page.url.rsplit("/", 1)[1]


def test_c01_from_intake_to_archived(page: Page, look_at: Callable[[str], None], live_server: LiveServer) -> None:
    page.on("dialog", lambda dialog: dialog.accept())  # "issue this paper?"
    as_user(page, "lawyer")
    look_at("today")
    number = log_with_the_keyboard(page)
    main = page.locator("main")
    expect(main).to_contain_text("2026年3月9日")  # third working day after 4 March
    assert next_step(page) == "确认程序"
    check_paper(page, number, "D01", "周明远", "16,650")
    act(page, number, "track", {"track": "labour"})
    act(page, number, "ask-consent", {"on": "2026-03-04"})
    look_at("case-asked")

    as_user(page, "hr")
    page.goto(f"/cases/{number}")
    assert next_step(page) == "单位答复"
    offer = {"kind": "offer", "amount_fen": "16,650", "reason": "愿意分两期支付"}
    act(page, number, "answer", {f"answers-0-{name}": value for name, value in offer.items()})
    look_at("case-hr")

    as_user(page, "lawyer")
    page.goto(f"/cases/{number}")
    expect(main).to_contain_text("愿意分两期支付")
    for name in ("云岫速运华新加盟网点（虚构）", "云岫速运有限公司（虚构）"):
        act(page, number, "consent", {"party_id": f"~{name}", "answer": "yes", "on": "2026-03-05"})
    act(page, number, "accept", {"on": "2026-03-06"})
    expect(main).to_contain_text(re.compile(r"沪快调字〔2026〕第\d+号"))
    expect(main).to_contain_text("3月23日")  # 15 days from 6 March: Saturday the 21st, rolled

    as_user(page, "committee")
    act(page, number, "mediator", {"user_id": "~邵和"})

    as_user(page, "lawyer")
    check_paper(page, number, "D05", "受理", "2026年3月21日")
    hold(page, number)
    act(page, number, "notes/new", {"body": SECRET})
    check_paper(page, number, "D11", "双方核对工资台账")
    draft(page, number)
    sign_all(page, number)
    look_at("case-signed")

    as_user(page, "committee")
    page.goto(f"/cases/{number}")
    assert next_step(page) == "加盖印章"
    act(page, number, "seal", {"on": "2026-03-16"})
    expect(main).to_contain_text("已达成协议")
    expect(main).to_contain_text("3月31日")  # arbitration review: 15 days from the seal
    expect(main).to_contain_text("4月15日")  # judicial confirmation: 30 days

    as_user(page, "lawyer")
    check_paper(page, number, "D13", "人民币壹万陆仟陆佰伍拾元整", "8,650.00", "2026年3月20日", "云岫速运华新加盟网点")
    pay(page, number, "8650", "2026-03-20")
    pay(page, number, "8000", "2026-04-10")
    expect(main).to_contain_text("已履行")
    act(page, number, "follow-up", {"visited_on": "2026-04-17", "satisfaction": "5", "finding": "款项已收到"})
    act(page, number, "close", {"on": "2026-04-18"})
    act(page, number, "archive")
    expect(main).to_contain_text("已归档")
    look_at("case-archived")
    as_hr_sees_no_secret(page, number)


def hold(page: Page, number: str) -> None:
    """The session of 12 March with its joint record."""
    page.goto(f"/cases/{number}/sessions/record")
    page.locator("[name=day]").fill("2026-03-12")
    page.locator("[name=starts_at]").fill("14:00")
    page.locator("[name=rights_told]").check()
    for box in page.locator("[name$=was_present]").all():
        box.check()
    page.locator("[name=place]").fill("驿站调解室")
    page.locator("[name=result]").fill("双方同意分两期支付")
    page.locator("[name=record]").fill("双方核对工资台账，确认欠付16,650元。")
    follow(page.locator("main form[method=post] button[type=submit]").last)
    expect(page).to_have_url(re.compile(rf"/cases/{number}(#\w+)?$"))


def draft(page: Page, number: str) -> None:
    """Two instalments, first with a sum that does not add up: nothing typed may be lost."""
    page.goto(f"/cases/{number}/agreement")
    page.locator("[name=facts]").fill(FACTS)
    page.locator("[name=terms]").fill("一、被申请人分两期支付拖欠工资共计16,650元。\n二、任何一期逾期，余款全部到期。")
    page.locator("[name=total_fen]").fill("16650")
    page.locator("[name=payment_method]").fill("转账至申请人本人账户")
    if page.locator("[name='instalments-1-due_on']").count() == 0:
        page.locator("main button", has_text=re.compile("加一|增加|再加")).first.click()
    page.locator("[name='instalments-0-due_on']").fill("2026-03-20")
    page.locator("[name='instalments-0-amount_fen']").fill("8650")
    page.locator("[name='instalments-1-due_on']").fill("2026-04-10")
    page.locator("[name='instalments-1-amount_fen']").fill("9000")
    follow(page.locator("main form[method=post] button[type=submit]").last)
    expect(page.locator("main")).to_contain_text("各期金额之和与协议总额不一致")
    expect(page.locator("[name='instalments-1-due_on']")).to_have_value(re.compile("2026-04-10"))
    expect(page.locator("[name=terms]")).to_have_value(re.compile("余款全部到期"))
    page.locator("[name='instalments-1-amount_fen']").fill("8000")
    follow(page.locator("main form[method=post] button[type=submit]").last)
    expect(page).to_have_url(re.compile(rf"/cases/{number}(#\w+)?$"))


def sign_all(page: Page, number: str) -> None:
    """Everybody but the committee signs on 16 March."""
    page.goto(f"/cases/{number}/signatures")
    boxes = page.locator("[name$=is_signed]")
    for place in range(boxes.count()):
        boxes.nth(place).check()
        page.locator(f"[name='signatures-{place}-signed_on']").fill("2026-03-16")
    follow(page.locator("main form[method=post] button[type=submit]").last)
    expect(page).to_have_url(re.compile(rf"/cases/{number}(#\w+)?$"))


def check_paper(page: Page, number: str, code: str, *words: str) -> None:
    """Issue a paper: it carries the case's facts, and no private word."""
    reader, text = paper(page, number, code)
    plain = re.sub(r"\s", "", text)
    assert len(reader.pages) >= 1
    for word in words:
        assert word in plain, f"{code} lacks {word}"
    assert SECRET not in plain


def pay(page: Page, number: str, amount: str, day: str) -> None:
    page.goto(f"/cases/{number}/payments/new")
    page.locator("[name=amount_fen]").fill(amount)
    page.locator("[name=paid_on]").fill(day)
    follow(page.locator("main form[method=post] button[type=submit]").last)
    expect(page).to_have_url(re.compile(rf"/cases/{number}(#\w+)?$"))


def as_hr_sees_no_secret(page: Page, number: str) -> None:
    """Headquarters sees the case, never the private note; another company sees nothing."""
    as_user(page, "hr")
    page.goto(f"/cases/{number}")
    expect(page.locator("main")).to_contain_text("已归档")
    assert SECRET not in page.content()
    as_user(page, "hr2")
    answer = page.goto(f"/cases/{number}")
    assert answer is not None
    assert answer.status == 404
    page.goto("/cases/?q=周明远")
    expect(page.locator("main")).not_to_contain_text(number)
