"""Signing with the mouse in a real browser, and many papers in one go while the page looks on."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from unittest import mock

import pypdf
import pytest
from playwright.sync_api import Page, expect

from mediation import create_app
from mediation.cases import service as cases
from mediation.core import clock
from mediation.documents import service as documents
from tests.browser import Complaints, follow, sign_in
from tests.factories import accounts as make
from tests.factories import casefiles
from tests.factories import documents as play
from tests.live import LiveServer

DRAFTED = play.DRAFTED_NUMBER
COLLECTIVE = "2026-000002"
WORKERS = ("甲一", "乙二", "丙三", "丁四")


def _fill(app) -> None:
    """C01 with its agreement issued for signature, and a case of four workers with a meeting planned."""
    play.DRAFTED.fill(app)
    play.name_heads(DRAFTED)
    play.act(DRAFTED, "duty_lawyer", date(2026, 3, 16), documents.issue, code="D13")
    number = play.open_case(date(2026, 3, 4), applicants=tuple(casefiles.applicant(name) for name in WORKERS))
    play.accept(number, date(2026, 3, 4), date(2026, 3, 6))
    starts_at = datetime(2026, 3, 25, 14, tzinfo=clock.SHANGHAI)
    play.act(
        number, "duty_lawyer", date(2026, 3, 9), cases.plan_session, starts_at=starts_at, place="青浦卡友驿站调解室"
    )
    assert number == COLLECTIVE


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    server = LiveServer(tmp_path_factory.mktemp("signing") / "instance", NOW="2026-03-17T10:00:00+08:00")
    done = server.run("db", "upgrade")
    assert done.returncode == 0, done.stderr
    with mock.patch.dict(os.environ, server.environment):
        app = create_app()
    with app.app_context():
        _fill(app)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def draw(page: Page, *strokes: list[tuple[float, float]]) -> None:
    """Strokes with the mouse, in parts of the field's width and height."""
    canvas = page.locator("[data-sign-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=6)
        page.mouse.up()


def signed(page: Page) -> int:
    return page.locator("main .chip", has_text=re.compile("^已签名$")).count()


def test_an_agreement_is_signed_with_the_mouse(
    page: Page, look_at: Callable[[str], None], complaints: Complaints
) -> None:
    # The browser's own viewer of PDFs stands beside the field, with parts and styles of its own.
    complaints.expected += ["chrome-extension://", "chrome://"]
    sign_in(page, "duty_lawyer", make.PASSWORD)
    page.goto(f"/cases/{DRAFTED}/documents")
    follow(page.locator("main tbody a.row-link", has_text="调解协议书"))
    follow(page.locator("#signatures a", has_text="签名").first)
    kept = page.locator("[data-sign-strokes]")
    undo = page.locator("[data-sign-undo]")
    expect(undo).to_be_disabled()

    page.locator("[name=chosen]").select_option(label="申请人　周明远")
    page.locator("[name=identified_by]").select_option("id_card")
    follow(page.locator("form[data-sign] button[type=submit]"))
    expect(page.locator(".field-error")).to_have_text("请在框内手写签名")
    draw(page, [(0.1, 0.3), (0.3, 0.7), (0.5, 0.2)], [(0.6, 0.5), (0.9, 0.5)], [(0.2, 0.9), (0.8, 0.9)])
    assert kept.input_value().count("]],[[") == 2
    undo.click()
    assert kept.input_value().count("]],[[") == 1
    look_at("sign-drawn")
    follow(page.locator("form[data-sign] button[type=submit]"))
    expect(page.locator("main")).to_contain_text("签名已登记")
    assert signed(page) == 1
    expect(page.locator("[name=chosen] option", has_text="周明远")).to_have_count(0)
    page.locator("[data-sign-canvas]").scroll_into_view_if_needed()
    draw(page, [(0.1, 0.1), (0.9, 0.9)])
    page.locator("[data-sign-clear]").click()
    assert kept.input_value() == ""

    page.goto(f"/cases/{DRAFTED}")
    expect(page.locator("main")).to_contain_text("登记签名")
    page.goto(f"/cases/{DRAFTED}/documents")
    follow(page.locator("main tbody a.row-link", has_text="调解协议书"))
    look_at("paper-signed")
    copy = page.locator("#signatures a[href$='signed.pdf']").get_attribute("href")
    reader = pypdf.PdfReader(io.BytesIO(page.request.get(copy).body()))
    assert "签名时间：2026年3月17日" in reader.pages[-1].extract_text()


def test_many_papers_are_made_while_the_page_looks_on(page: Page, look_at: Callable[[str], None]) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "duty_lawyer", make.PASSWORD)
    page.goto(f"/cases/{COLLECTIVE}/documents/batches")
    look_at("batches")
    follow(page.locator("main a[href$='/batches/new/D09']"))
    look_at("batch-new")
    follow(page.locator("main form button[type=submit]"))
    look_at("batch-waiting")
    away = page.url
    page.goto(f"/cases/{COLLECTIVE}")
    page.goto(away)
    expect(page.locator("main")).to_contain_text("6 / 6 份", timeout=60_000)
    expect(page.locator("main a", has_text="下载打印文件")).to_be_visible(timeout=60_000)
    look_at("batch-done")
    file = page.locator("main a", has_text="下载打印文件").get_attribute("href")
    reader = pypdf.PdfReader(io.BytesIO(page.request.get(file).body()))
    text = "".join(one.extract_text() for one in reader.pages)
    assert all(name in text for name in WORKERS)
    page.goto(f"/cases/{COLLECTIVE}/documents")
    expect(page.locator(f"main a[href='{away[away.index('/cases') :]}']")).to_be_visible()
