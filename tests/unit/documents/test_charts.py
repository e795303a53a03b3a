from io import BytesIO
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from mediation.documents.typeset import blocks as b
from mediation.documents.typeset.charts import (
    GROUNDS,
    TONES,
    Bar,
    Chart,
    Curve,
    Dot,
    Funnel,
    Label,
    Marker,
    Ring,
    Series,
    Stroke,
    Words,
    hatch,
    hatching,
    scale,
    shapes,
    to_svg,
)
from mediation.documents.typeset.page import Layout
from mediation.documents.typeset.render import to_pdf

SVG = "{http://www.w3.org/2000/svg}"
TWO = (Series("受理", (3, 5, 8)), Series("办结 <a&b>", (2, None, 8)))
KINDS = ("bars", "hbars", "lines", "stacked", "hstacked", "dots", "control")


def chart(kind, labels=("一月", "二月", "三月"), series=TWO):
    return Chart(kind, "各月案件", labels, series, "件")


@pytest.mark.parametrize("kind", KINDS)
def test_the_svg_holds_under_a_strict_policy_and_speaks_to_a_screen_reader(kind):
    root = ElementTree.fromstring(to_svg(chart(kind)))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "各月案件"
    assert "二月 无" in root.find(f"{SVG}desc").text
    for element in root.iter():
        assert "style" not in element.attrib
        assert "id" not in element.attrib
    assert "办结 <a&b>" in [element.text for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_shape_lies_inside_the_box(kind):
    labels = ("一个特别特别长的案由名称以至于放不下", "短", "拖欠工资")
    for shape in shapes(chart(kind, labels), 440, 200):
        match shape:
            case Bar(x, y, width, height):
                assert 0 <= x <= x + width <= 440.01 and 0 <= y <= y + height <= 200.01
            case Stroke(points):
                assert all(0 <= x <= 440 and 0 <= y <= 200 for x, y in points)
            case Label(x, y) | Marker(x, y) | Ring(x, y):
                assert 0 <= x <= 440 and 0 <= y <= 200


def test_bars_are_as_long_as_their_values():
    bars = [
        shape for shape in shapes(chart("hbars", series=(Series("件", (1, 2, 4)),)), 440, 200) if isinstance(shape, Bar)
    ]
    lengths = [bar.width for bar in bars]
    assert lengths[1] / lengths[0] == pytest.approx(2)
    assert lengths[2] / lengths[0] == pytest.approx(4)


def test_a_missing_value_breaks_the_line():
    lines = shapes(chart("lines", ("甲", "乙", "丙", "丁"), (Series("率", (1, 2, None, 3)),)), 440, 200)
    drawn = [shape for shape in lines if isinstance(shape, Stroke) and shape.width > 1]
    assert [len(stroke.points) for stroke in drawn] == [2]
    assert sum(isinstance(shape, Marker) for shape in lines) == 3


def test_series_differ_without_colour():
    assert hatch(Bar(0, 0, 20, 30, 1))
    svg = to_svg(chart("bars"))
    assert "<path" in svg
    assert "stroke-dasharray" in to_svg(chart("lines"))


def test_hatching_stays_inside_the_bar():
    bar = Bar(10, 20, 13, 7, 1)
    for rising in (True, False):
        for ends in hatch(bar, rising):
            for x, y in ends:
                assert 10 <= x <= 23 and 20 <= y <= 27


@pytest.mark.parametrize(
    ("highest", "top", "step"), [(0, 1, 1), (3, 3, 1), (7, 8, 2), (14, 15, 5), (100, 100, 50), (0.8, 0.8, 0.2)]
)
def test_axis_values_are_round(highest, top, step):
    ticks = scale(highest)
    assert ticks[-1] == pytest.approx(top)
    assert ticks[1] - ticks[0] == pytest.approx(step)


def test_a_chart_without_data_can_be_drawn():
    for kind in KINDS:
        assert "<svg" in to_svg(Chart(kind, "空", (), ()))


def test_values_must_match_labels_and_not_be_negative():
    with pytest.raises(ValueError, match="one value for each label"):
        chart("bars", ("甲",))
    with pytest.raises(ValueError, match="negative"):
        chart("bars", series=(Series("甲", (1, -1, 2)),))


def test_the_pdf_shows_the_same_words(packaged_fonts):
    pdf = to_pdf([b.Figure(chart(kind), 60) for kind in KINDS], Layout("图"), packaged_fonts)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert text.count("各月案件") == len(KINDS)
    assert text.count("单位：件") == len(KINDS)


def test_a_stack_is_as_high_as_its_sum():
    stack = [shape for shape in shapes(chart("stacked"), 440, 200) if isinstance(shape, Bar) and shape.tip]
    third = [bar for bar in stack if bar.tip.startswith("三月")]
    assert [bar.tone for bar in third] == [0, 1]
    assert third[1].y + third[1].height == pytest.approx(third[0].y)
    sums = [shape.text for shape in shapes(chart("stacked"), 440, 200) if isinstance(shape, Label)]
    assert "16" in sums


def test_seven_series_differ_without_colour():
    looks = {(GROUNDS[tone], tuple(hatching(Bar(0, 0, 20, 30, tone)))) for tone in range(TONES)}
    assert len(looks) == TONES == 7


CONTROL = Chart(
    "control",
    "各月收案",
    ("一月", "二月", "三月"),
    (
        Series("件数", (3, 5, 14)),
        Series("平均", (4, 4, 4), "centre"),
        Series("上限", (9, 9, 10), "limit"),
        Series("下限", (0, 0, 1), "limit"),
    ),
    "件",
    marked=(2,),
)


def test_a_chart_of_control_rings_the_marked_points_alone_and_says_so_in_words():
    rings = [shape for shape in shapes(CONTROL, 440, 200) if isinstance(shape, Ring)]
    points = [shape for shape in shapes(CONTROL, 440, 200) if isinstance(shape, Marker) and shape.tip]
    assert len(points) == 3
    assert (points[2].x, points[2].y) in [(ring.x, ring.y) for ring in rings]
    assert len(rings) == 2  # the other is in the legend
    assert "超出控制限：三月" in to_svg(CONTROL)


def test_limits_are_steps_over_the_whole_width_of_their_label():
    strokes = [shape for shape in shapes(CONTROL, 440, 200) if isinstance(shape, Stroke) and len(shape.points) == 6]
    assert len(strokes) == 3
    assert len({stroke.dash for stroke in strokes}) == 3
    upper = strokes[1].points
    assert upper[0][1] == upper[3][1] > upper[4][1] == upper[5][1]


def test_only_a_label_can_be_marked():
    with pytest.raises(ValueError, match="marked"):
        Chart("control", "", ("甲",), (Series("乙", (1,)),), marked=(1,))


FUNNEL = Funnel(
    "各网点拖欠工资",
    (Dot("甲网点", 120, 8.0, True), Dot("乙网点", 30, 12.0), Dot("丙网点", 400, 2.0)),
    (
        Curve("95%", ((10, 20), (100, 7), (400, 5))),
        Curve("95%", ((10, 0), (100, 1), (400, 2))),
        Curve("99.8%", ((10, 40), (100, 9), (400, 6))),
    ),
    3.5,
    "骑手人数",
    "件/千人",
)


@pytest.mark.parametrize("chart", [CONTROL, FUNNEL], ids=["control", "funnel"])
def test_what_stands_between_the_names_is_in_the_language_of_the_reader(chart: Chart | Funnel):
    english = to_svg(chart, words=Words("Unit: ", "none", ": ", ", ", "; ", " ({})"))
    assert f"Unit: {chart.unit}" in english and "; " in english
    assert not set("：，；（）") & set(english) and "单位" not in english
    assert f"单位：{chart.unit}" in to_svg(chart)


def test_a_funnel_names_what_is_out_of_it_and_nothing_else():
    svg = to_svg(FUNNEL)
    texts = [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert "甲网点" in texts and "乙网点" not in texts
    assert texts.count("95%") == 1 and "99.8%" in texts
    assert "丙网点：骑手人数 400，件/千人 2" in svg


def test_a_funnel_stays_inside_the_box_though_a_limit_does_not():
    for shape in shapes(FUNNEL, 440, 220):
        for x, y in shape.points if isinstance(shape, Stroke) else [(shape.x, shape.y)]:
            assert 0 <= x <= 440 and 0 <= y <= 220


def test_an_empty_funnel_can_be_drawn():
    assert "<svg" in to_svg(Funnel("空", (), (), 0))


def test_charts_of_control_and_funnels_are_the_same_on_paper_every_time(packaged_fonts):
    def made() -> bytes:
        return to_pdf([b.Figure(CONTROL, 60), b.Figure(FUNNEL, 80)], Layout("图"), packaged_fonts)

    first = made()
    assert first == made()
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(first)).pages)
    assert "超出控制限" in text and "甲网点" in text and "骑手人数" in text
