"""Blocks → PDF bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby, zip_longest

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, LongTable, PageBreak, Spacer, Table, TableStyle

from mediation.documents.typeset import blocks as b
from mediation.documents.typeset.flowables import (
    Bookmark,
    ChartPlace,
    CodePlace,
    FieldRow,
    InkPlace,
    SealPlace,
    WritingLine,
)
from mediation.documents.typeset.fonts import FontSet, Role
from mediation.documents.typeset.page import TEXT_HEIGHT, TEXT_WIDTH, Layout, Typography, build, typography
from mediation.documents.typeset.para import Para, Run, Style, normalise

_ALIGN = {"l": "left", "c": "center", "r": "right"}
_BLANK_DATE = "　　年　　月　　日"
_NARROW_BLANK_DATE = "　　年　月　日"
_SIGN_WIDTHS = (0.55, 0.24, 0.21)
_SIGN_ABOVE, _SEAL_ABOVE = 8, 18


def to_pdf(blocks: Iterable[b.Block], layout: Layout, fonts: FontSet) -> bytes:
    """The document as PDF. Raises `otfont.MissingGlyph` when no font has a character (see `missing_characters`)."""
    return build(_Setter(typography(fonts, layout.density)).flow(blocks), layout, fonts)


def missing_characters(blocks: Iterable[b.Block], fonts: FontSet) -> list[str]:
    """The characters of the document that no installed font can print, sorted, each once."""
    return fonts.missing("".join(normalise(text) for text in b.texts(blocks)))


def chinese_date(day: date | None) -> str:
    """2026年3月9日; without a day, blanks to fill in."""
    return f"{day.year}年{day.month}月{day.day}日" if day else _BLANK_DATE


class _Setter:
    """Turns blocks into flowables in one typography."""

    def __init__(self, styles: Typography):
        self.styles = styles
        self.hei = styles.fonts.name(Role.HEI)

    def flow(self, blocks: Iterable[b.Block]) -> list[Flowable]:
        """What leads in (a heading, the sentence before a table) stays on the page of what it leads in."""
        result: list[Flowable] = []
        waiting: list[Flowable] = []
        sequence = list(blocks)
        for block, following in zip_longest(sequence, sequence[1:]):
            pieces = list(self._set(block))
            if _leads_in(block, following):
                waiting += pieces
                continue
            if waiting:
                height = _height(waiting) + _least_height(pieces[0])
                result += [CondPageBreak(min(height, TEXT_HEIGHT - 1)), *waiting]
                waiting = []
            result += pieces
        return result + waiting

    def _set(self, block: b.Block) -> Iterator[Flowable]:
        """The flowables of one block: `_title` for a `Title`, and so on."""
        yield from getattr(self, f"_{type(block).__name__.lower()}")(block)

    def _heading(self, block: b.Heading) -> Iterator[Flowable]:
        yield Bookmark(block.text, 1)
        yield Para(block.text, style=self.styles.heading if block.level == 1 else self.styles.subheading)

    def _p(self, block: b.P) -> Iterator[Flowable]:
        yield self._paragraph(block.text, replace(self.styles.body, indent=block.indent, align=block.align))

    def _items(self, block: b.Items) -> Iterator[Flowable]:
        style = replace(self.styles.body, indent=2)
        for number, text in enumerate(block.texts, 1):
            runs = (text,) if isinstance(text, str) else text
            yield self._paragraph((f"{number}．", *runs), style)

    def _fields(self, block: b.Fields) -> Iterator[Flowable]:
        rows: list[Flowable] = []
        for row in block.rows:
            whole = FieldRow(row, self.styles.body)
            if len(row) == 1 or whole.fits(TEXT_WIDTH):
                rows.append(whole)
            else:
                rows += [FieldRow(row[:-1], self.styles.body), FieldRow(row[-1:], self.styles.body)]
        yield KeepTogether(rows)

    def _checks(self, block: b.Checks) -> Iterator[Flowable]:
        runs: list[b.Inline] = [block.label]
        for place, option in enumerate(block.options):
            # A blank behind the last one could begin a line of its own.
            runs += ["　"] * bool(place) + [b.Tick(option in block.chosen), option]
        yield self._paragraph(tuple(runs), replace(self.styles.body, align="left"))

    def _seal(self, block: b.Seal) -> Iterator[Flowable]:
        yield SealPlace(block.organisation, chinese_date(block.dated), self.styles.body)

    def _note(self, block: b.Note) -> Iterator[Flowable]:
        yield self._paragraph(block.text, self.styles.note)

    def _lines(self, block: b.Lines) -> Iterator[Flowable]:
        for _ in range(block.count):
            yield WritingLine(self.styles.body.leading)

    def _figure(self, block: b.Figure) -> Iterator[Flowable]:
        yield ChartPlace(block.chart, block.height_mm * mm, self.styles.fonts)

    def _code(self, block: b.Code) -> Iterator[Flowable]:
        yield CodePlace(block.text, block.lines, replace(self.styles.cell, align="left"))

    def _tiles(self, block: b.Tiles) -> Iterator[Flowable]:
        styles = self.styles
        note = replace(styles.cell, align="center")
        room = TEXT_WIDTH / len(block.tiles) - 2 * _TILE_SIDE
        cells = [
            [
                Para(tile.label, style=styles.cell_head),
                self._fitting(tile.value, styles.figure, room),
                *(self._fitting(text, note, room) for text in tile.notes),
            ]
            for tile in block.tiles
        ]
        table = Table([cells], [TEXT_WIDTH / len(cells)] * len(cells), spaceBefore=4, spaceAfter=4)
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
        table.setStyle(TableStyle([("FONTNAME", (0, 0), (-1, -1), styles.cell.font)]))
        yield table

    def _fitting(self, text: b.Text, style: Style, room: float) -> Para:
        """One line of text, smaller where it would need two."""
        para = self._paragraph(text, style)
        width = sum(unit.width for unit in para.units)
        return para if width <= room else self._paragraph(text, replace(style, size=style.size * room / width))

    def _ink(self, block: b.Ink) -> Iterator[Flowable]:
        yield InkPlace(block.strokes, block.height_mm * mm)

    def _spread(self, block: b.Spread) -> Iterator[Flowable]:
        # A blank paragraph and not a spacer, which ReportLab drops at the top of a page.
        yield from (Para("\u3000", style=self.styles.body) for _ in range(block.lines))

    def _break(self, block: b.Break) -> Iterator[Flowable]:
        yield PageBreak()

    def _together(self, block: b.Together) -> Iterator[Flowable]:
        yield KeepTogether(self.flow(block.blocks))

    def _title(self, block: b.Title) -> Iterator[Flowable]:
        styles = self.styles
        yield Bookmark(block.text, 0)
        yield Para(balanced(block.text, styles.title), style=styles.title)
        if block.number:
            yield Para(block.number, style=styles.number)
        else:
            yield Spacer(0, styles.body.leading * 0.5)

    def _paragraph(self, text: b.Text, style: Style) -> Para:
        return Para(*(self._run(item) for item in ((text,) if isinstance(text, str) else text)), style=style)

    def _run(self, item: b.Inline) -> str | Run:
        match item:
            case b.Under(text, width):
                return Run(text, underline=True, width=width)
            case b.Blank(width):
                return Run(underline=True, width=width)
            case b.Tick(is_on):
                return Run(tick=is_on)
            case b.Strong(text):
                return Run(text, font=self.hei)
            case b.Link(text, address):
                return Run(text, address=address)
        return item

    def _grid(self, block: b.Grid) -> Iterator[Flowable]:
        head = self.styles.cell_head
        cell, top = (self.styles.tight, _TIGHT_TOP) if block.is_tight else (self.styles.cell, _CELL_TOP)
        columns = [head if letter == "h" else replace(cell, align=_ALIGN[letter]) for letter in block.align]
        rows = [[self._paragraph(text, head) for text in block.header]] if block.header else []
        widths = [TEXT_WIDTH * share / sum(block.widths) for share in block.widths]

        def set_(text: b.Text, style: Style, width: float) -> Para:
            # A number in two lines is misread.
            is_number = block.is_tight and style.align == "right"
            return self._fitting(text, style, width - 2 * _CELL_SIDE) if is_number else self._paragraph(text, style)

        rows += [list(map(set_, row, columns, widths)) for row in block.rows]
        if block.total:
            bold = [replace(style, font=self.hei) for style in columns]
            rows.append(list(map(set_, block.total, bold, widths)))
        least = block.row_height_mm * mm
        heads = int(bool(block.header))
        tables = [self._table(run, widths, least, heads, top) for run in _runs(rows, widths, block.header)]
        tables[0].spaceBefore = tables[-1].spaceAfter = 4
        if block.shades:
            tables[0].setStyle(TableStyle(list(_grounds(block))))
        yield from tables

    def _table(self, rows: list[list[Para]], widths: list[float], least: float, heads: int, top: float) -> LongTable:
        """One table of rows of like length; the last cell of short rows has all the width that is left."""
        cells = len(rows[0])
        room = [*widths[: cells - 1], sum(widths[cells - 1 :])]
        natural = [_row_height(row, room, top) for row in rows]
        if not heads and max(natural) > _TALL:
            return self._divided(rows[0], room)
        # Dividing a row is for free text longer than a page can hold; short rows stay whole.
        is_divisible = max(natural) > _TALL
        heights = None if is_divisible else [*natural[:heads], *(max(least, height) for height in natural[heads:])]
        table = LongTable(rows, room, heights, repeatRows=heads, splitInRow=int(is_divisible))
        table.setStyle(
            TableStyle(
                [
                    ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                    ("FONTNAME", (0, 0), (-1, -1), self.styles.cell.font),
                    *([] if is_divisible or len(rows) < 2 else [("NOSPLIT", (0, -2), (-1, -1))]),
                    ("LEFTPADDING", (0, 0), (-1, -1), _CELL_SIDE),
                    ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_SIDE),
                    ("TOPPADDING", (0, 0), (-1, -1), top),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), top),
                ]
            )
        )
        table.spaceBefore = table.spaceAfter = 0
        return table

    def _divided(self, row: list[Para], widths: list[float]) -> LongTable:
        """A row taller than half a page as rows of a few lines without a rule between them, to be divided at any."""
        columns = [_pieces(para, width - 2 * _CELL_SIDE) for para, width in zip(row, widths, strict=True)]
        rows = [list(pieces) for pieces in zip_longest(*columns, fillvalue="")]
        table = LongTable(rows, widths)
        table.setStyle(
            TableStyle(
                [
                    ("BOX", (0, 0), (-1, -1), 0.5, colors.black),
                    ("LINEBEFORE", (1, 0), (-1, -1), 0.5, colors.black),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("FONTNAME", (0, 0), (-1, -1), self.styles.cell.font),
                    ("LEFTPADDING", (0, 0), (-1, -1), _CELL_SIDE),
                    ("RIGHTPADDING", (0, 0), (-1, -1), _CELL_SIDE),
                    ("TOPPADDING", (0, 0), (-1, -1), 0),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
                    ("TOPPADDING", (0, 0), (-1, 0), _CELL_TOP),
                    ("BOTTOMPADDING", (0, -1), (-1, -1), _CELL_TOP),
                ]
            )
        )
        table.spaceBefore = table.spaceAfter = 0
        return table

    def _sign(self, block: b.Sign) -> Iterator[Flowable]:
        body = replace(self.styles.body, align="left")
        small = replace(self.styles.note, indent=0, before=0, align="left")
        rows = []
        for signer in block.signers:
            label = [Para(f"{signer.role}：{signer.name}", style=body)]
            if signer.hint:
                label.append(Para(f"（{signer.hint}）", style=small))
            rows.append([label, "", Para(_NARROW_BLANK_DATE, style=replace(self.styles.cell, align="right"))])
        table = Table(rows, [TEXT_WIDTH * share for share in _SIGN_WIDTHS])
        table.setStyle(
            TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                    ("FONTNAME", (0, 0), (-1, -1), body.font),
                    ("LINEBELOW", (1, 0), (1, -1), 0.6, colors.black),
                    ("LEFTPADDING", (0, 0), (-1, -1), 0),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                    *(
                        ("TOPPADDING", (0, row), (-1, row), _SEAL_ABOVE if signer.has_seal else _SIGN_ABOVE)
                        for row, signer in enumerate(block.signers)
                    ),
                ]
            )
        )
        yield table


_CELL_SIDE, _CELL_TOP, _TIGHT_TOP = 4, 3, 1
_TILE_SIDE = 6.5  # ReportLab's own room beside a cell, and some air
_DARKEST = 0.35  # black text on it keeps a contrast of 8 to 1
_TALL = TEXT_HEIGHT / 2
_PART = TEXT_HEIGHT / 8


def _grounds(block: b.Grid) -> Iterator[tuple]:
    heads = int(bool(block.header))
    for row, shades in enumerate(block.shades, heads):
        for column, shade in enumerate(shades):
            if shade:
                yield "BACKGROUND", (column, row), (column, row), colors.Color(*[1 - _DARKEST * shade] * 3)


def balanced(text: str, style: Style) -> str:
    """A title of more than one line, divided into lines of like length and never with one character left over."""
    per_line = int(TEXT_WIDTH // style.size)
    if len(text) <= per_line or "\n" in text:
        return text
    count = -(-len(text) // per_line)
    length = -(-len(text) // count)
    return "\n".join(text[at : at + length] for at in range(0, len(text), length))


def _row_height(row: list[Para], widths: list[float], top: float) -> float:
    return max(para.wrap(width - 2 * _CELL_SIDE, 0)[1] for para, width in zip(row, widths, strict=True)) + 2 * top


def _pieces(para: Para, width: float) -> Iterator[Para]:
    """The paragraph in parts of a few lines each."""
    rest = para
    while len(parts := rest.split(width, _PART)) == 2:
        yield parts[0]
        rest = parts[1]
    yield rest


def _runs(rows: list[list[Para]], widths: list[float], header: tuple[str, ...]) -> Iterator[list[list[Para]]]:
    """The rows as tables that follow each other without a gap: those of like length together, a very tall row alone.

    ReportLab divides neither a spanned row nor one among others without fault. A table with a header is one table.
    """
    if header:
        yield rows
        return

    def kind(place: int) -> tuple[int, int]:
        cells = len(rows[place])
        room = [*widths[: cells - 1], sum(widths[cells - 1 :])]
        return cells, place + 1 if _row_height(rows[place], room, _CELL_TOP) > _TALL else 0

    for _, places in groupby(range(len(rows)), kind):
        yield [rows[place] for place in places]


def _leads_in(block: b.Block, following: b.Block | None) -> bool:
    if isinstance(block, b.P):
        return (
            isinstance(following, b.Grid | b.Sign | b.Items)
            and isinstance(block.text, str)
            and block.text.endswith("：")
        )
    return isinstance(block, b.Heading)


def _height(pieces: list[Flowable]) -> float:
    return sum(piece.wrap(TEXT_WIDTH, 0)[1] for piece in pieces if not isinstance(piece, PageBreak | CondPageBreak))


def _least_height(piece: Flowable) -> float:
    """The room the piece needs to begin."""
    if isinstance(piece, Para):
        return piece.least_height(TEXT_WIDTH)
    if isinstance(piece, Table):
        piece.wrap(TEXT_WIDTH, 0)
        return sum(piece._rowHeights[:2]) + piece.getSpaceBefore()
    if isinstance(piece, KeepTogether):
        return _height(piece._content)
    return 0 if isinstance(piece, PageBreak | CondPageBreak) else _height([piece])
