"""The words of the month's report, page by page, against a file that a person has read.

Set UPDATE_GOLDEN=1 to write the file anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from mediation.reports import monthly_report
from tests.golden.reports.october import snapshot

FOLDER = Path(__file__).parent


def pdf(version: int | None) -> bytes:
    return monthly_report.render(snapshot(), version=version, instance_fonts=None, system=False)


def test_the_words_are_those_that_were_read():
    pages = [page.extract_text().strip() for page in PdfReader(BytesIO(pdf(1))).pages]
    text = "\n\n".join(pages) + "\n"
    path = FOLDER / "october.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_same_snapshot_gives_the_same_bytes():
    assert pdf(1) == pdf(1)


@pytest.mark.parametrize("version", [None, 2])
def test_drafts_and_versions_say_what_they_are(version: int | None):
    document = PdfReader(BytesIO(pdf(version)))
    first = document.pages[0].extract_text()
    assert ("草稿" if version is None else "第2版") in first
    assert document.metadata.title == "快递物流行业劳动争议调解月报 2026年10月"
    for number, page in enumerate(document.pages, 1):
        text = page.extract_text()
        assert f"第 {number} 页 共 {len(document.pages)} 页" in text
        assert number == 1 or "快递物流行业劳动争议调解月报　2026年10月" in text
