"""The order of a case file, what it lacks, and how sheets of all kinds are bound."""

from datetime import date
from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from mediation.documents.casefile.binding import Part, Unprintable, as_pdf, bind, page_count
from mediation.documents.casefile.plan import ORDER, Course, Entry, missing, ordered


def pdf(*texts: str, size=(595.28, 841.89), rotate: int = 0) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pagesize=size, invariant=1)
    for text in texts:
        canvas.drawString(100, size[1] / 2, text)
        canvas.showPage()
    canvas.save()
    if not rotate:
        return target.getvalue()
    with pikepdf.open(target) as opened:
        for page in opened.pages:
            page.rotate(rotate, relative=False)
        turned = BytesIO()
        opened.save(turned)
    return turned.getvalue()


def picture(size=(400, 300), kind="PNG") -> bytes:
    target = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(target, kind)
    return target.getvalue()


def test_papers_stand_in_the_order_of_the_archive_and_evidence_among_them():
    codes = ["D17", "D13", "", "D05", "D01", "D22", "D11", "D03"]
    entries = [Entry(code, code or "照片", (1,), on=date(2026, 3, 1)) for code in codes]
    assert [one.code for one in ordered(entries)] == ["D01", "D03", "D05", "", "D11", "D13", "D22", "D17"]
    assert len(set(ORDER)) == len(ORDER)


def test_several_of_a_kind_stand_by_their_day():
    entries = [Entry("D11", str(day), (day,), on=date(2026, 3, day)) for day in (9, 2, 5)]
    assert [one.title for one in ordered(entries)] == ["2", "5", "9"]


@pytest.mark.parametrize(
    ("course", "there", "lacks"),
    [
        (Course(), {"D02"}, []),
        (Course(), set(), ["D01"]),
        (Course(is_accepted=True, sessions_held=1, outcome="agreed"), {"D01", "D05", "D11"}, ["D03", "D13", "D11"]),
        (Course(is_accepted=True, outcome="failed", was_extended=True), {"D01", "D03", "D05"}, ["D12", "D15"]),
        (Course(is_refused=True), {"D01"}, ["D06"]),
        (Course(is_collective=True, represented=True), {"D01", "D07"}, ["D26"]),
        (Course(payments=2, visits=1, referred=True), {"D01", "D21", "D25"}, ["D22"]),
    ],
)
def test_what_the_course_of_the_case_asks_for(course, there, lacks):
    assert [one.code for one in missing(course, there, set())] == lacks


def test_a_signed_original_settles_the_lack():
    course = Course(is_accepted=True, outcome="agreed")
    there = {"D01", "D03", "D05", "D13"}
    assert [one.code for one in missing(course, there, set())] == ["D13"]
    assert missing(course, there, {"D13"}) == []


def bound(packaged_fonts, *parts: Part) -> bytes:
    return bind(iter(parts), [("1 note.docx", b"word")], "卷宗", packaged_fonts)


def test_the_count_begins_after_the_cover_and_is_printed_at_the_outer_corner(packaged_fonts):
    content = bound(
        packaged_fonts,
        Part("cover", pdf("COVER"), is_numbered=False),
        Part("one", pdf("A", "B")),
        Part("two", pdf("C")),
        Part("back", pdf("BACK"), is_numbered=False),
    )
    reader = PdfReader(BytesIO(content))
    texts = [page.extract_text().split() for page in reader.pages]
    assert texts == [["COVER"], ["A", "1"], ["B", "2"], ["C", "3"], ["BACK"]]
    assert [one.title for one in reader.outline] == ["cover", "one", "two", "back"]
    assert reader.page_labels[:3] == ["i", "1", "2"]
    assert reader.attachments["1 note.docx"] == [b"word"]


@pytest.mark.parametrize(("size", "rotate"), [((841.89, 595.28), 0), ((595.28, 841.89), 90), ((1200, 2000), 0)])
def test_other_sheets_come_upright_on_a4_with_their_text(packaged_fonts, size, rotate):
    content = bound(packaged_fonts, Part("odd", pdf("SCAN", size=size, rotate=rotate)))
    (page,) = PdfReader(BytesIO(content)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert page.get("/Rotate", 0) == 0
    assert "SCAN" in page.extract_text()
    assert "1" in page.extract_text().split()


def test_the_same_parts_give_the_same_bytes(packaged_fonts):
    parts = [Part("one", pdf("A")), Part("photo", as_pdf(picture(), "image/png"))]
    assert bound(packaged_fonts, *parts) == bound(packaged_fonts, *parts)


def test_pictures_become_sheets_and_everything_else_is_refused():
    assert page_count(as_pdf(picture(), "image/png")) == 1
    assert page_count(as_pdf(picture((300, 400), "JPEG"), "image/jpeg")) == 1
    for content, kind in ((b"PK", "application/zip"), (b"%PDF-broken", "application/pdf"), (b"no", "image/png")):
        with pytest.raises(Unprintable):
            as_pdf(content, kind)
