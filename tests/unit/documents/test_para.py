from itertools import pairwise

import pytest

from mediation.documents.typeset.fonts import Role
from mediation.documents.typeset.para import NO_END, NO_START, Kind, Para, Run, Style, _LineDrawing, normalise

TEXT = (
    "申请人称：“被申请人（云岫速运）自2025年12月起，未支付工资、派费及提成；共计16,650.00元。”被申请人认可，但表示资金困难"
    "（详见《结算单》），希望分期支付……双方约定：第一期8,650元，第二期8,000元，逾期的，余款全部到期。"
)
COLON_PARTS = "甲方：乙方：丙方、丁方（戊方）《己》〔2026〕；庚辛！壬癸？"


@pytest.fixture
def style(packaged_fonts):
    return Style(packaged_fonts.name(Role.SONG), 16, 28)


def lines_of(text, style, width):
    para = Para(text, style=style)
    para.wrap(width, 1000)
    return para.lines


def written(line):
    return "".join(unit.text for unit in line.units)


@pytest.mark.parametrize("text", [TEXT, COLON_PARTS * 6])
def test_no_line_begins_or_ends_with_a_forbidden_mark_at_any_width(style, text):
    for width in range(120, 460, 7):
        lines = lines_of(text, style, width)
        assert "".join(written(line) for line in lines).replace(" ", "") == text.replace(" ", "")
        for before, after in pairwise(lines):
            assert written(after)[0] not in NO_START, f"width {width}: {written(after)}"
            assert written(before)[-1] not in NO_END, f"width {width}: {written(before)}"


def test_amounts_and_dates_are_not_divided(style):
    for width in range(120, 460, 7):
        texts = [written(line) for line in lines_of(TEXT, style, width)]
        assert any("16,650.00" in text for text in texts)
        assert any("2025" in text for text in texts)


def test_only_a_squeezed_closing_mark_may_use_more_than_the_line(style):
    for width in range(120, 460, 7):
        for line in lines_of(TEXT, style, width):
            marks = sum(unit.width / 2 for unit in line.units[-3:] if unit.text in NO_START)
            natural = sum(unit.width for unit in line.units)
            assert natural <= width + marks + 0.02


class RecordingText:
    """Follows the pen the way a PDF viewer does."""

    def __init__(self, x, y):
        self.x, self.spacing, self.face = x, 0.0, None

    def setFont(self, name, size):
        from reportlab.pdfbase.pdfmetrics import getFont

        self.face, self.size = getFont(name), size

    def setCharSpace(self, spacing):
        self.spacing = spacing

    def setTextOrigin(self, x, y):
        self.x = x

    def textOut(self, text):
        self.x += self.face.width(text, self.size) + self.spacing * len(text)


class RecordingCanvas:
    def beginText(self, x, y):
        self.text = RecordingText(x, y)
        return self.text

    def drawText(self, text):
        pass


def test_justified_lines_end_at_the_right_margin(style):
    width = 437.0
    lines = lines_of(TEXT * 3, style, width)
    assert len(lines) > 8
    for line in lines[:-1]:
        canvas = RecordingCanvas()
        gap = line.room / (len(line.units) - 1)
        _LineDrawing(canvas, style, 0, 0, gap).draw(line.units)
        trailing_space = gap if line.units[-1].kind is Kind.IDEOGRAPH else 0
        # A squeezed closing mark hangs over the margin with its empty half only.
        squeezed = sum(unit.width for unit in line.units) + line.room - width
        assert squeezed in (pytest.approx(0, abs=0.01), pytest.approx(8), pytest.approx(16))
        assert canvas.text.x - trailing_space == pytest.approx(width + squeezed, abs=0.05)


def test_a_long_code_is_divided_rather_than_run_over_the_margin(style):
    lines = lines_of("编号" + "8" * 80, style, 200)
    assert len(lines) > 3
    assert all(sum(unit.width for unit in line.units) <= 200.02 for line in lines)
    assert "".join(map(written, lines)) == "编号" + "8" * 80


def test_splitting_keeps_all_text_and_leaves_two_lines_on_each_side(style):
    para = Para(TEXT * 3, style=style)
    para.wrap(440, 1000)
    count = len(para.lines)
    assert para.split(440, 28 * 1) == []
    for kept in range(2, count):
        head, tail = para.split(440, 28 * kept + 1)
        assert len(head.lines) == min(kept, count - 2) or kept == count - 1
        assert len(tail.lines) >= 2
        text = "".join(written(line) for part in (head, tail) for line in part.lines)
        assert text == "".join(written(line) for line in para.lines)


def test_the_rest_of_a_split_paragraph_can_be_set_at_another_width(style):
    para = Para("首段。\n" + TEXT * 2, style=style)
    para.wrap(440, 1000)
    head, tail = para.split(440, 28 * 3)
    kept = "".join(written(line) for line in head.lines)
    tail.wrap(300, 1000)
    rest = "".join(written(line) for line in tail.lines)
    assert kept + rest == "首段。" + TEXT * 2


def test_the_first_line_is_indented_and_the_rest_is_not(packaged_fonts):
    style = Style(packaged_fonts.name(Role.SONG), 16, 28, indent=2)
    first, second, *_ = lines_of("永" * 60, style, 320)
    assert (len(first.units), len(second.units)) == (18, 20)


def test_a_blank_is_padded_to_its_width_and_a_tick_takes_one_em(style):
    para = Para(Run("甲", underline=True, width=5), Run(tick=True), style=style)
    assert [unit.kind for unit in para.units] == [Kind.IDEOGRAPH, Kind.BLANK, Kind.TICK]
    assert sum(unit.width for unit in para.units) == pytest.approx(6 * 16)


def test_user_text_is_never_markup(style):
    assert written(lines_of("<b>甲</b> & 乙", style, 400)[0]) == "<b>甲</b> & 乙"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("⼈⽇", "人日"),
        ("甲\u200b乙\ufeff", "甲乙"),
        ("龍\ufe00", "龍"),
        ("第一行\r\n第二行\t三", "第一行\n第二行 三"),
        ("买买提·阿不都", "买买提·阿不都"),
        ("一〇二", "一〇二"),
    ],
)
def test_text_is_normalised_so_that_a_copied_name_is_found_again(raw, clean):
    assert normalise(raw) == clean
