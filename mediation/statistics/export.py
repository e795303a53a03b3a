"""The statistics page as files: xlsx, csv, PDF and JSON, each with exactly the figures of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import pgettext

from mediation.cases.labels import RELATIONSHIPS, TRACKS
from mediation.cases.lifecycle import Track
from mediation.committees.queries import committee_of
from mediation.core import clock
from mediation.core.i18n import listed, phrases
from mediation.documents.typeset import blocks as b
from mediation.documents.typeset import fonts
from mediation.documents.typeset.page import Density, Layout
from mediation.documents.typeset.render import to_pdf
from mediation.statistics import metrics, queries, spreadsheet
from mediation.statistics.display import difference
from mediation.statistics.drawing import chart_of
from mediation.statistics.labels import COMPARED, COUNTS_BY, FIRST_COLUMNS, TABLES
from mediation.statistics.metrics import Measure
from mediation.statistics.view import Row, Tile, View
from mediation.statistics.yearbook import Line, PeoplesLine

COLUMNS_ABREAST, COMPARED_ABREAST, TILES_ABREAST = 6, 4, 5
MASKED = "小于3的数以“<3”表示，“·”为使其不能由合计推算而一并隐去的数；由它们算出的比率、天数和金额也不列出。"


def scope_in_words(view: View) -> list[str]:
    """What narrows the figures, each in a few words; empty for everything."""
    scope = view.scope
    found = [view.company.name] if view.company else []
    if scope.station is not None:
        found.append(_("驿站：%(name)s", name=queries.station_names([scope.station]).get(scope.station, scope.station)))
    if scope.cause is not None:
        found.append(_("案由：%(name)s", name=queries.cause_labels().get(scope.cause, scope.cause)))
    if scope.track is not None:
        found.append(_("程序：%(name)s", name=TRACKS[Track(scope.track)]))
    if scope.relationship is not None:
        found.append(_("用工关系：%(name)s", name=RELATIONSHIPS.get(scope.relationship, scope.relationship)))
    return found


def notes_of(view: View) -> list[str]:
    """What stands below the figures in every file: period, scope, how days count, what is hidden."""
    span = _("统计期 %(first)s 至 %(last)s", first=view.period.first.isoformat(), last=view.period.last.isoformat())
    found = [phrases([span, *scope_in_words(view)]), _(metrics.DAYS_COUNTED)]
    if view.without_base:
        names = listed(name for _key, name in view.without_base[:5])
        found.append(
            _("没有登记人数、因此不计算每千人收案的有 %(n)d 家：%(names)s", n=len(view.without_base), names=names)
        )
    if view.wish.is_masked:
        found.append(_(MASKED))
    return found


def table(view: View) -> spreadsheet.Table:
    """Exactly the rows of the page, with a column for how each figure differs from what it is compared with."""
    heads, units = [str(FIRST_COLUMNS[view.by])], [""]
    for measure in view.measures:
        heads.append(_head(measure))
        units.append(measure.unit)
        if view.wish.compare:
            points = _("（百分点）") if measure.unit == "share" else ""
            heads.append(f"{_(measure.label)} {COMPARED[view.wish.compare]}{points}")
            units.append("points" if measure.unit == "share" else measure.unit)
    return spreadsheet.Table(
        str(TABLES[view.by]),
        tuple(heads),
        tuple(units),
        tuple(_cells(view, row) for row in view.rows),
        _cells(view, view.total),
        phrases(notes_of(view)),
    )


def _head(measure: Measure) -> str:
    return _(measure.label) + (_("（%(note)s）", note=_("元")) if measure.unit == "fen" else "")


def _cells(view: View, row: Row) -> tuple[spreadsheet.Cell, ...]:
    found: list[spreadsheet.Cell] = [row.label]
    for measure in view.measures:
        found.append(row.marks.get(measure.code) or row.value(measure.code))
        if view.wish.compare:
            has_change = row.earlier is not None and row.change(measure.code)
            earlier = row.earlier.value(measure.code) if row.earlier is not None and has_change else None
            found.append(difference(measure.code, row.value(measure.code), earlier))
    return tuple(found)


def yearbook_tables(lines: Sequence[Line], peoples: Sequence[PeoplesLine]) -> list[spreadsheet.Table]:
    """The annex of the yearbook as sheets."""
    units = {"case": _("件"), "person": _("人")}
    labour = spreadsheet.Table(
        _("年鉴口径"),
        (_("项目"), pgettext("measure", "单位"), _("数量")),
        ("", "", "case"),
        tuple(("　" * line.level + _(line.label), units[line.unit], line.value) for line in lines),
    )
    *types, total = [
        (_(one.type), one.received, one.concluded, one.agreed, one.rate, one.agreed_fen) for one in peoples
    ]
    heads = (_("纠纷类型"), pgettext("done", "受理"), _("有结果"), _("达成协议"), _("调解成功率"), _("协议金额（元）"))
    kinds = ("", "case", "case", "case", "share", "fen")
    return [labour, spreadsheet.Table(_("人民调解口径"), heads, kinds, tuple(types), total)]


def workbook(view: View) -> bytes:
    """The table, the yearbook's tables of the same period and scope, and what each figure means."""
    lines = queries.labour_table(view.actor, view.period, view.scope)
    peoples = queries.peoples_table(view.actor, view.period, view.scope)
    note = notes_of(view)[0]
    annex = [] if view.wish.is_masked else [replace(one, note=note) for one in yearbook_tables(lines, peoples)]
    return spreadsheet.to_xlsx([table(view), *annex, spreadsheet.definitions()])


def pdf(view: View) -> bytes:
    """Table, chart and definitions as PDF."""
    label = _("统计表")
    layout = Layout(
        title=label,
        author=committee_of(view.actor).name,
        subject=str(TABLES[view.by]),
        header=f"{label}　{view.period.first.isoformat()} — {view.period.last.isoformat()}",
        dated=clock.today(),
        density=Density.REPORT,
    )
    return to_pdf(list(blocks(view)), layout, fonts.load(Path(current_app.config["INSTANCE"]) / "fonts"))


def blocks(view: View) -> Iterator[b.Block]:
    """What the PDF is made of."""
    yield b.Title(_("统计表"))
    yield b.P(f"{committee_of(view.actor).name}　{TABLES[view.by]}", indent=0, align="center")
    yield b.P(notes_of(view)[0], indent=0, align="center")
    yield b.Tiles(tuple(_tile(tile) for tile in view.tiles()[:TILES_ABREAST]))
    yield b.Heading(str(TABLES[view.by]))
    abreast = COMPARED_ABREAST if view.wish.compare else COLUMNS_ABREAST
    for start in range(0, len(view.measures), abreast):
        yield _grid(view, view.measures[start : start + abreast])
    yield b.Note(_("共 %(n)d 行", n=len(view.rows)))
    chart = chart_of(view)
    if chart is not None:
        yield b.Figure(chart, height_mm=75 if chart.kind == "lines" else 30 + 9 * len(chart.labels))
    for note in notes_of(view)[1:]:
        yield b.Note(note)
    yield b.Heading(_("统计口径"))
    yield b.Items(tuple((b.Strong(_(one.label)), _("：") + _(one.definition)) for one in view.measures))


def _tile(tile: Tile) -> b.Tile:
    notes = (
        _("上期 %(value)s", value=tile.before),
        tile.before_change,
        _("上年同期 %(value)s", value=tile.year),
        tile.year_change,
    )
    return b.Tile(_head(tile.cell.measure), tile.cell.text, tuple(note or "—" for note in notes))


def _grid(view: View, measures: Sequence[Measure]) -> b.Grid:
    def line(row: Row) -> tuple[str, ...]:
        cells = [row.label]
        for one in measures:
            how = row.change(one.code)
            cells.append(row.text(one.code) + (_("（%(change)s）", change=how) if how else ""))
        return tuple(cells)

    return b.Grid(
        (str(FIRST_COLUMNS[view.by]), *(_head(one) for one in measures)),
        tuple(line(row) for row in view.rows),
        (3.4, *(2.4 if one.unit == "fen" else 1.6 for one in measures)),
        "l" + "r" * len(measures),
        line(view.total),
        is_tight=True,
    )


def as_json(view: View) -> dict[str, Any]:
    """The same figures for a program: money in fen, rates as fractions, a hidden one null with its mark."""
    return {
        "period": {"from": view.period.first.isoformat(), "to": view.period.last.isoformat()},
        "scope": scope_in_words(view),
        "by": view.by,
        "compared_with": view.wish.compare or None,
        "columns": [_column(one) for one in view.measures],
        "rows": [_row(view, row) for row in view.rows],
        "row_count": len(view.rows),
        "total": _row(view, view.total),
        "tiles": [
            {
                "code": tile.cell.measure.code,
                "text": tile.cell.text,
                "before": tile.before,
                "before_change": tile.before_change,
                "year": tile.year,
                "year_change": tile.year_change,
            }
            for tile in view.tiles()
        ],
        "notes": notes_of(view),
    }


def _column(measure: Measure) -> dict[str, Any]:
    return {
        "code": measure.code,
        "label": _(measure.label),
        "unit": measure.unit,
        "definition": _(measure.definition),
        "numerator": _(measure.numerator),
        "denominator": _(measure.denominator) if measure.denominator else None,
        "counts_by": str(COUNTS_BY[measure.counts_by]),
    }


def _row(view: View, row: Row) -> dict[str, Any]:
    return {
        "name": row.label,
        "values": {one.code: None if one.code in row.marks else row.value(one.code) for one in view.measures},
        "texts": {one.code: row.text(one.code) for one in view.measures},
        "changes": {one.code: row.change(one.code) for one in view.measures} if view.wish.compare else None,
        "hidden": {one.code: row.marks[one.code] for one in view.measures if one.code in row.marks},
        "lists": {cell.measure.code: cell.href for cell in view.cells(row) if cell.href},
    }
