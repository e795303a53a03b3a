import shutil
import subprocess
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from mediation.documents.typeset import blocks as b
from mediation.documents.typeset.page import Layout, PageNumbers
from mediation.documents.typeset.render import missing_characters, to_pdf

MM = 72 / 25.4


def reader(pdf):
    return PdfReader(BytesIO(pdf))


def text_positions(page):
    found = []

    def note(text, outer, inner, _font, size):
        if text.strip():
            x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            found.append((text.strip(), x, y, size))

    page.extract_text(visitor_text=note)
    return found


def test_a_full_page_has_22_lines_of_28_characters_inside_the_text_block(packaged_fonts):
    pdf = to_pdf([b.P("永" * (28 * 50), indent=0)], Layout("字", page_numbers=PageNumbers.NONE), packaged_fonts)
    first = reader(pdf).pages[0]
    lines = [line for line in first.extract_text().splitlines() if line]
    assert [len(line) for line in lines] == [28] * 22
    positions = text_positions(first)
    assert min(x for _, x, _, _ in positions) == pytest.approx(28 * MM, abs=0.1)
    assert max(y for _, _, y, _ in positions) < (297 - 37) * MM
    assert min(y for _, _, y, _ in positions) > 35 * MM
    assert first.mediabox.width == pytest.approx(210 * MM, abs=0.1)


def test_page_numbers_count_all_pages(packaged_fonts):
    blocks = [b.P("一"), b.Break(), b.P("二"), b.Break(), b.P("三")]
    pages = reader(to_pdf(blocks, Layout("字"), packaged_fonts)).pages
    assert [f"第 {n} 页 共 3 页" in page.extract_text() for n, page in enumerate(pages, 1)] == [True] * 3


def test_letters_number_odd_pages_right_and_even_pages_left(packaged_fonts):
    blocks = [b.P("一"), b.Break(), b.P("二")]
    pdf = to_pdf(blocks, Layout("字", page_numbers=PageNumbers.DASHED), packaged_fonts)
    places = [next(x for text, x, _, _ in text_positions(page) if "—" in text) for page in reader(pdf).pages]
    assert places[0] > 150 * MM > 60 * MM > places[1]


def test_a_heading_moves_to_the_next_page_with_what_it_heads(packaged_fonts):
    filler = [b.P("甲")] * 20
    table = b.Grid(("头",), (("行一",), ("行二",)), (1,), "l")
    for following in (b.P("乙" * 100), table, b.Sign((b.Signer("申请人"),))):
        pages = reader(
            to_pdf([*filler, b.P("丙"), b.Heading("一、标题"), following], Layout("字"), packaged_fonts)
        ).pages
        assert "一、标题" not in pages[0].extract_text()
        assert "一、标题" in pages[1].extract_text()


def test_a_sentence_that_leads_in_a_table_stays_with_it(packaged_fonts):
    table = b.Grid(("头",), (("行一",), ("行二",)), (1,), "l")
    pages = reader(to_pdf([*[b.P("甲")] * 21, b.P("如下："), table], Layout("字"), packaged_fonts)).pages
    assert "如下" in pages[1].extract_text()


def test_a_signature_block_is_not_divided_and_leaves_45_mm_for_the_seal(packaged_fonts):
    closing = b.Together(
        (b.P("本协议一式三份。"), b.Sign(tuple(b.Signer("申请人", f"人{n}") for n in range(4))), b.Seal("某委员会"))
    )
    pages = reader(to_pdf([*[b.P("甲")] * 15, closing], Layout("字"), packaged_fonts)).pages
    assert "本协议一式三份" not in pages[0].extract_text()
    last = pages[1].extract_text()
    assert all(f"人{n}" in last for n in range(4))
    positions = {text: y for text, _, y, _ in text_positions(pages[1])}
    seal_middle = (positions["某委员会"] + min(y for text, y in positions.items() if "年" in text)) / 2
    signed = [y for text, y in positions.items() if "签名" in text]
    assert min(signed) - seal_middle > 45 * MM / 2
    assert seal_middle - 35 * MM > 45 * MM / 2


def test_a_table_repeats_its_header_and_keeps_its_total_with_the_last_row(packaged_fonts):
    rows = tuple((str(n), "银行转账") for n in range(60))
    for count in range(26, 36):
        table = b.Grid(("期次", "方式"), rows[:count], (1, 2), "cl", ("合计", "共"))
        pages = reader(to_pdf([table], Layout("字"), packaged_fonts)).pages
        texts = [page.extract_text() for page in pages]
        assert all("期次" in text for text in texts)
        assert f"{count - 1} 银行转账" in texts[-1]
        assert "合计" in texts[-1]


def test_a_cell_longer_than_a_page_is_divided(packaged_fonts):
    table = b.Grid(("情况",), (("长" * 4000,),), (1,), "l")
    pages = reader(to_pdf([table], Layout("字"), packaged_fonts)).pages
    assert sum(page.extract_text().count("长") for page in pages) == 4000


def test_drafts_carry_a_watermark_and_issued_papers_do_not(packaged_fonts):
    draft = reader(to_pdf([b.P("文")], Layout("字", is_draft=True), packaged_fonts))
    issued = reader(to_pdf([b.P("文")], Layout("字"), packaged_fonts))
    assert "草稿" in draft.pages[0].extract_text()
    assert "草稿" not in issued.pages[0].extract_text()


def test_metadata_language_and_bookmarks(packaged_fonts):
    layout = Layout("调解协议书", author="某委员会", subject="第12号", dated=date(2026, 3, 6))
    document = reader(to_pdf([b.Title("调解协议书"), b.Heading("一、请求"), b.P("文")], layout, packaged_fonts))
    assert document.metadata["/Title"] == "调解协议书"
    assert document.metadata["/Author"] == "某委员会"
    assert document.metadata["/CreationDate"] == "D:20260306000000+08'00'"
    assert document.trailer["/Root"]["/Lang"] == "zh-CN"
    title, [heading] = document.outline
    assert (title["/Title"], heading["/Title"]) == ("调解协议书", "一、请求")


def test_only_embedded_fonts_are_used(packaged_fonts):
    table = b.Grid(("头",), (("",),), (1,), "l")
    document = reader(to_pdf([b.Title("题"), table, b.Sign((b.Signer("人"),))], Layout("字"), packaged_fonts))
    for page in document.pages:
        for entry in page["/Resources"]["/Font"].values():
            descriptor = entry.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor


def test_characters_that_cannot_be_printed_are_found_in_every_kind_of_block(packaged_fonts):
    blocks = [
        b.Fields(((b.Field("申请人：", "张𠮷"),),)),
        b.Grid(("头",), ((("甲", b.Under("𪚥")),),), (1,), "l"),
        b.Together((b.Sign((b.Signer("人", "☑"),)),)),
    ]
    assert missing_characters(blocks, packaged_fonts) == sorted("𠮷𪚥☑")


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_the_file_is_sound(packaged_fonts, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(
        to_pdf([b.Title("题"), b.P("文"), b.Seal("某委员会")], Layout("字", is_draft=True), packaged_fonts)
    )
    result = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
