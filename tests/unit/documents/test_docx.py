"""Papers as Word files: the same words as the blocks, marked as drafts, the same bytes again."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from mediation.documents import registry
from mediation.documents.typeset.blocks import Grid, P, Strong, Tick, Under
from mediation.documents.typeset.docx import to_docx
from tests.unit.documents import papers, samples


def words(content: bytes) -> str:
    root = Document(BytesIO(content)).element.body
    return "".join(node.text or "" for node in root.iter(qn("w:t")))


@pytest.mark.parametrize("code", sorted(registry.codes()))
def test_every_form_is_a_word_file(code):
    facts = papers.PAPERS[code].facts
    content = registry.word(code, facts)
    head = Document(BytesIO(content)).sections[0].header.paragraphs[0].text
    assert head.startswith("草稿"), "a Word file is never an issued paper"
    title = registry.title_of(code, facts)
    assert "".join(title.split()) in "".join(words(content).split()) or title in head


def test_the_agreement_holds_terms_plan_and_signatures():
    text = words(registry.word("D13", samples.WAGES))
    for expected in (
        *samples.AGREEMENT.terms,
        "2026年3月20日",
        "8,650.00",
        "申请人：周明远",
        "调解员：沈律",
        "15日内",
        "30日内",
    ):
        assert expected in text


def test_the_same_facts_give_the_same_bytes():
    assert registry.word("D13", samples.WAGES) == registry.word("D13", samples.WAGES)


def test_sheet_and_fonts_are_those_of_the_standard():
    document = Document(BytesIO(registry.word("D13", samples.WAGES)))
    section = document.sections[0]
    sheet = (section.page_width, section.page_height, section.top_margin)
    assert [round(length.mm) for length in sheet] == [210, 297, 37]
    fonts = {node.get(qn("w:eastAsia")) for node in document.element.body.iter(qn("w:rFonts"))}
    assert {"仿宋", "黑体", "方正小标宋简体", "宋体"} <= fonts


def test_short_rows_take_the_rest_of_the_line_and_inline_pieces_keep_their_text():
    grid = Grid((), (("甲", "乙", "丙", "丁"), ("长", "一整行")), (1, 1, 1, 1), "hlhl")
    content = to_docx(
        [grid, P(("已", Tick(True), Under("填写", 4), Strong("重要")))], title="表", dated=date(2026, 3, 4)
    )
    text = words(content)
    assert "一整行" in text
    assert "已☑填写\u3000\u3000重要" in text
    assert len(Document(BytesIO(content)).tables[0].rows[1]._tr.findall(qn("w:tc"))) == 2
