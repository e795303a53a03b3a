"""The page that checks papers, as a file opened without any server: a PDF, a photo, a changed digit, a foreign key."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, expect

from mediation import paths
from mediation.documents import registry
from mediation.documents.proof import codes
from mediation.documents.proof.claims import claims_of
from tests.unit.documents import samples

SEED = b"\x05" * 32
NUMBER = "沪快调协〔2026〕第8号"
FACTS = samples.TWELVE_INSTALMENTS.issued_as(NUMBER, date(2026, 3, 9))
CODE = codes.sign(claims_of(FACTS, title="调解协议书", number=NUMBER), SEED)


@pytest.fixture(scope="module")
def offline(app_for_offline: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as somebody saved it."""
    path = tmp_path_factory.mktemp("offline") / "verify.html"
    path.write_text(app_for_offline, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def app_for_offline(product_on) -> str:
    """The page with the key of this test."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from mediation.documents.proof.offline import offline_page

    public = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    with product_on("sqlite").empty().test_request_context("/"):
        return offline_page({codes.key_id_of(public): public.hex()})


@pytest.fixture
def opened(browser: Browser, offline: Path):
    """The page in a browser that may not reach any network."""
    context = browser.new_context(offline=True, viewport={"width": 375, "height": 812})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(offline.as_uri())
    yield page
    context.close()
    assert not problems


def paste(page: Page, text: str) -> None:
    page.locator("[data-verify-code]").fill(text)
    page.locator("button[type=submit]").click()


def shown(page: Page) -> str:
    visible = page.locator("[data-verify-result]:not([hidden])")
    expect(visible).to_have_count(1)
    return visible.get_attribute("data-verify-result")


def test_a_pdf_shows_what_the_paper_must_say(opened: Page):
    pdf = registry.render(
        "D13", samples.TWELVE_INSTALMENTS, number=NUMBER, issued_on=date(2026, 3, 9), instance_fonts=None, proof=CODE
    )
    opened.locator("input[type=file]").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf})
    expect(opened.locator("[data-verify-facts]")).to_contain_text("12,000.66")
    assert shown(opened) == "good"
    facts = opened.locator("[data-verify-facts]").inner_text()
    assert NUMBER in facts
    assert "周明远" in facts
    assert "2026-12-10" in facts
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("angle", [0, 8, -23, 180])
def test_a_photographed_code_is_read(opened: Page, angle: int):
    target = BytesIO()
    segno.make_qr(CODE, error="l", boost_error=False).save(target, kind="png", scale=6, border=8)
    picture = Image.open(target).convert("RGB").rotate(angle, expand=True, fillcolor=(205, 200, 190))
    blurred = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.3)).save(blurred, "JPEG", quality=80)
    opened.locator("input[type=file]").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": blurred.getvalue()}
    )
    expect(opened.locator("[data-verify-result=good]")).to_be_visible()
    assert opened.locator("[data-verify-code]").input_value() == CODE


def test_one_changed_character_a_foreign_key_and_nonsense_are_told_apart(opened: Page):
    at = CODE.index(".", 15) - 10
    paste(opened, CODE[:at] + ("A" if CODE[at] != "A" else "B") + CODE[at + 1 :])
    assert shown(opened) == "signature"
    paste(opened, codes.sign(json.loads('{"n": "假"}'), b"\x06" * 32))
    assert shown(opened) == "key"
    paste(opened, "不是核验码")
    assert shown(opened) == "form"
    paste(opened, f"https://tiaojie.example.cn/verify#{CODE}")
    assert shown(opened) == "good"


def test_the_verdict_on_one_code_is_gone_while_the_next_is_checked(opened: Page):
    paste(opened, CODE)
    assert shown(opened) == "good"
    at_once = """code => {
        document.querySelector('[data-verify-code]').value = code;
        document.querySelector('form').requestSubmit();
        return document.querySelectorAll('[data-verify-result]:not([hidden])').length;
    }"""
    assert opened.evaluate(at_once, codes.sign(json.loads('{"n": "假"}'), b"\x06" * 32)) == 0
    assert shown(opened) == "key"


def test_the_scripts_ask_for_nothing_outside():
    for name in ("js/qr.js", "js/verify.js"):
        text = Path(paths.STATIC, name).read_text(encoding="utf-8")
        assert "http" not in text.lower()
        assert "import(" not in text
