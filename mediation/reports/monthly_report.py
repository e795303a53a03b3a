"""The month's report as PDF, made from a frozen snapshot and from nothing else: the same snapshot, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mediation.documents.typeset import blocks as b
from mediation.documents.typeset import fonts
from mediation.documents.typeset.page import Density, Layout
from mediation.documents.typeset.render import to_pdf
from mediation.reports import links
from mediation.reports.charts import chart_of
from mediation.reports.frozen import NAME, Block, link, shown, title_of, unit_of, version_of
from mediation.statistics.period import month, month_label

NUMERALS = "一二三四五六七八九"
CHART_HEIGHTS = {"trend": 76, "outcomes": 56, "days": 38, "funnel": 64}


def render(figures: Mapping[str, Any], *, instance_fonts: Path | None, system: bool = True) -> bytes:
    """The PDF of a snapshot of this layout. Without an ``issue`` in it, it is a draft and says so on every page.

    ``system`` False leaves out fonts that happen to be on the machine. Raises ``otfont.MissingGlyph`` for a character
    that no font has.
    """
    label = month_label(month(figures["month"]))
    issue = figures.get("issue") or {}
    layout = Layout(
        title=f"{title_of(figures)} {label}",
        author=figures["committee"],
        subject=label,
        header=f"{title_of(figures)}　{label}　{version_of(issue)}",
        dated=date.fromisoformat(issue.get("issued_on") or figures["as_of"]),
        density=Density.REPORT,
        is_draft="version" not in issue,
        proof=issue.get("proof", ""),
        has_proof_inside=True,
    )
    return to_pdf(list(build(figures)), layout, fonts.load(instance_fonts, system=system))


def build(figures: Mapping[str, Any]) -> Iterator[b.Block]:
    """The blocks of the report."""
    issue = figures.get("issue") or {}
    yield b.Title(NAME)
    yield from _masthead(figures, issue)
    tables = {block["key"]: block for page in figures["pages"] for block in page["blocks"] if block["kind"] == "table"}
    setter = _Setter(figures, tables)
    for number, page in enumerate(figures["pages"]):
        if number:
            yield b.Break()
        is_annex = page["key"] == "annex"
        yield b.Heading(page["title"] if is_annex else f"{NUMERALS[number]}、{page['title']}")
        if page["key"] == "quality":
            yield from _issue(figures, issue)
        for block in page["blocks"]:
            # The sentences of the first page are set small: with long names and sums the page still fits one sheet.
            is_small = page["key"] == "front" and block["kind"] == "text"
            yield from setter.set({**block, "kind": "note"} if is_small else block)
    yield from _sent_to(issue)


def _masthead(figures: Mapping[str, Any], issue: Mapping[str, Any]) -> Iterator[b.Block]:
    """Who issues it, its number in the year and its day (law.md 5.4)."""
    period = month(figures["month"])
    number = f"{period.first.year}年第{period.first.month}期（{version_of(issue)}）"
    yield b.P(figures["committee"], indent=0, align="center")
    yield b.P(f"{number}　{_day(issue.get('issued_on') or figures['as_of'])}", indent=0, align="center")
    if "company" in figures:
        yield b.Note(f"本报告只含{figures['company']}及其下属公司、网点的案件，供其人事部门使用。")


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


class _Setter:
    """Turns frozen blocks into blocks of a sheet."""

    def __init__(self, figures: Mapping[str, Any], tables: Mapping[str, Block]):
        self.figures, self.tables = figures, tables
        self.month = (figures["from"], figures["to"])
        self.address = (figures.get("issue") or {}).get("address", "")

    def set(self, block: Block) -> Iterator[b.Block]:
        """The blocks of one frozen block."""
        match block["kind"]:
            case "text":
                yield b.P(block["text"])
            case "note":
                yield b.Note(block["text"])
            case "heading":
                yield b.Heading(block["text"], 2)
            case "tiles":
                yield self._tiles(block)
            case "chart":
                drawn = chart_of(block, self.tables)
                if drawn is not None:
                    yield b.Figure(drawn, height_mm=CHART_HEIGHTS[block["name"]])
            case "table":
                yield from self._table(block)

    def _tiles(self, block: Block) -> b.Block:
        found = self.tables[block["table"]]
        lines = {row["key"]: row for row in found["rows"]}
        tiles = []
        for key in block["rows"]:
            line = lines[key]
            texts = [shown(unit_of(found, line, at), value) for at, value in enumerate(line["cells"])]
            label, value, previous, _change, last_year = texts[:5]
            notes = (f"上月 {previous}", f"上年同月 {last_year}")
            tiles.append(b.Tile(label, self._linked(found, line, 1, value), notes))
        return b.Tiles(tuple(tiles))

    def _table(self, found: Block) -> Iterator[b.Block]:
        if found["rows"]:
            yield self._halves(found) if found.get("is_halved") else self._grid(found)
        if found["note"]:
            yield b.Note(found["note"])

    def _rows(self, found: Block) -> list[tuple[b.Text, ...]]:
        return [
            tuple(self._cell(found, row, at, value) for at, value in enumerate(row["cells"])) for row in found["rows"]
        ]

    def _grid(self, found: Block) -> b.Grid:
        columns = found["columns"]
        shaded = "shades" in found["rows"][0]
        return b.Grid(
            tuple(column["label"] for column in columns),
            tuple(self._rows(found)),
            tuple(found.get("widths") or (1.4, *[1.0] * (len(columns) - 1))),
            _alignment(columns),
            total=tuple(self._cell(found, None, at, value) for at, value in enumerate(found["total"] or ())),
            shades=tuple(tuple(row["shades"]) for row in found["rows"]) if shaded else (),
            is_tight=bool(found.get("is_tight")),
        )

    def _halves(self, found: Block) -> b.Grid:
        """A long narrow table in two halves beside each other."""
        columns, rows = found["columns"], self._rows(found)
        half = -(-len(rows) // 2)
        empty = ("",) * len(columns)
        right = [*rows[half:], *[empty] * (2 * half - len(rows))]
        return b.Grid(
            tuple(column["label"] for column in columns) * 2,
            tuple(left + one for left, one in zip(rows[:half], right, strict=True)),
            tuple(found["widths"]) * 2,
            _alignment(columns) * 2,
            is_tight=True,
        )

    def _cell(self, found: Block, line: Mapping[str, Any] | None, at: int, value: Any) -> b.Text:
        words = shown(unit_of(found, line, at), value)
        changes = (line or {}).get("changes")
        return self._linked(found, line, at, words + changes[at] if changes else words)

    def _linked(self, found: Block, line: Mapping[str, Any] | None, at: int, words: str) -> b.Text:
        target = link(found, line, at, self.month) if self.address else {}
        return (b.Link(words, self.address + links.path_of(target)),) if target else words


def _alignment(columns: Sequence[Mapping[str, Any]]) -> str:
    return "".join("r" if column["unit"] else "l" for column in columns)


def _issue(figures: Mapping[str, Any], issue: Mapping[str, Any]) -> Iterator[b.Block]:
    """What belongs to this version: what it corrects, and its proof."""
    if issue.get("differences") is not None and issue.get("version", 1) > 1:
        yield b.Heading("较上一版的更正", 2)
        yield from _changes(issue["differences"], issue.get("is_new_layout", False))
    if issue.get("since_last"):
        yield b.Heading("上一期月报出具后更正的数字", 2)
        yield _corrections(issue["since_last"], ("上期所载", "现在"))
    elif "since_last" in issue:
        yield b.P("上一期月报所载各月的收案和结果没有更正。")
    if issue.get("proof"):
        short = issue.get("address", "").partition("://")[2]
        where = f"扫码或者在系统的“核验文书”页（{short}/verify）" if short else "扫码后在系统的“核验文书”页"
        lines = (
            f"本版数字的摘要（SHA-256）：{issue['sha256']}",
            f"左侧的码载有该摘要和主要数字，附本会电子签名，{where}核对；改动任何一个数字，摘要就不同。",
            *(
                [f"在屏幕上点击表中的数字，打开其案件列表；本期页面：{short}{issue['path']}"]
                if short
                else [f"系统内的本期页面：{issue['path']}"]
            ),
        )
        yield b.Code(issue.get("proof_address", "") + issue["proof"], lines)


def _changes(changed: Sequence[Mapping[str, Any]], is_new_layout: bool) -> Iterator[b.Block]:
    if changed:
        yield _corrections(changed, ("上一版", "本版"))
    else:
        yield b.P("各表的数字没有变化。")
    if is_new_layout:
        yield b.Note("上一版是以前的版式，只比较两版都有的主要数字和未结增减；其余各表是本版增列的。")


def _corrections(changed: Sequence[Mapping[str, Any]], heads: tuple[str, str]) -> b.Block:
    rows = tuple(
        (one["table"], one["row"], one["code"] or "整行", one["before"] or "（无）", one["after"] or "（无）")
        for one in changed
    )
    return b.Grid(("表", "行", "列", *heads), rows, (40, 36, 26, 28, 28), "lllrr")


def _sent_to(issue: Mapping[str, Any]) -> Iterator[b.Block]:
    """报 and 送, as at the foot of a bulletin."""
    if issue.get("sent_to"):
        yield b.P(f"报：{'、'.join(issue['sent_to'])}", indent=0)
    if issue.get("parts_to"):
        yield b.P(f"送（各自只含本公司的部分）：{'、'.join(issue['parts_to'])}", indent=0)
