"""What a document is made of, without a word about how it is drawn.

A form yields blocks; `render` makes a PDF of them. Text is a string or a tuple of strings and inline pieces; nothing in
a string is read as markup.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date

from mediation.documents.typeset.charts import Chart, Funnel


@dataclass(frozen=True)
class Under:
    """Underlined text, padded to `width` em: a blank that is already filled in."""

    text: str
    width: float = 0


@dataclass(frozen=True)
class Blank:
    """An underlined blank of `width` em to fill in by hand."""

    width: float


@dataclass(frozen=True)
class Tick:
    """A box, ticked or not."""

    is_on: bool


@dataclass(frozen=True)
class Strong:
    """Text in 黑体."""

    text: str


@dataclass(frozen=True)
class Link:
    """Text that opens an address where the sheet is read on a screen; on paper it is text like any other."""

    text: str
    address: str


Inline = str | Under | Blank | Tick | Strong | Link
Text = str | tuple[Inline, ...]


@dataclass(frozen=True)
class Title:
    """The document's title, with its number below."""

    text: str
    number: str = ""


@dataclass(frozen=True)
class Heading:
    """一、 (level 1, 黑体) or （一） (level 2, 楷体); never left alone at the foot of a page; a bookmark."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class P:
    """A paragraph. `indent` in em; `align` is justify, left, center or right."""

    text: Text
    indent: float = 2
    align: str = "justify"


@dataclass(frozen=True)
class Items:
    """Paragraphs numbered 1. 2. 3."""

    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Field:
    """A label and its value on a line; an empty value is a line to write on. `share` is its part of the row's room."""

    label: str
    value: str
    share: float = 1


@dataclass(frozen=True)
class Fields:
    """Rows of labelled values that stand under each other."""

    rows: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True)
class Checks:
    """A label and options with boxes, those in `chosen` ticked."""

    label: str
    options: tuple[str, ...]
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grid:
    """A ruled table whose header repeats on every page; an empty header leaves it out.

    `widths` are shares of the line; `align` has one of l c r per column, h for a column of labels in 黑体; `total` is a
    last row in 黑体; `row_height_mm` is the least height of a body row (room to sign in). The last cell of a row with
    fewer cells than columns takes the rest of the line. `shades` gives body cells a grey ground, 0 none to 1 the darkest
    that text can still be read on, by row and column. `is_tight` leaves less room around the text of body cells, and sets numbers
    (r) smaller that would need two lines.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    widths: tuple[float, ...]
    align: str
    total: tuple[Text, ...] = ()
    row_height_mm: float = 0
    shades: tuple[tuple[float, ...], ...] = ()
    is_tight: bool = False


@dataclass(frozen=True)
class Tile:
    """One number in large figures: what it is above it, what it is compared with below."""

    label: str
    value: Text
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tiles:
    """Tiles side by side, of like width."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Code:
    """A QR code of a text with some lines beside it."""

    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Signer:
    """One signature line: capacity, printed name (may be empty), how to sign; more room where a seal goes beside it."""

    role: str
    name: str = ""
    hint: str = "签名"
    has_seal: bool = False


@dataclass(frozen=True)
class Sign:
    """Signature lines, each with room for the name and the date; a line is never divided."""

    signers: tuple[Signer, ...]


@dataclass(frozen=True)
class Seal:
    """The issuer and the date at the right, with 45 mm left free for the seal over them. No date: blanks for it."""

    organisation: str
    dated: date | None = None


@dataclass(frozen=True)
class Note:
    """Small print below the text."""

    text: Text


@dataclass(frozen=True)
class Lines:
    """Empty ruled lines to write on."""

    count: int


@dataclass(frozen=True)
class Figure:
    """A chart; `height_mm` at the full width of the line."""

    chart: Chart | Funnel
    height_mm: float = 70


@dataclass(frozen=True)
class Ink:
    """A signature drawn on a screen: strokes of points in a field of 10 000 by 5 000 units from its upper left corner."""

    strokes: tuple[tuple[tuple[int, int], ...], ...]
    height_mm: float = 24


@dataclass(frozen=True)
class Spread:
    """So many empty lines, to set the text of a cover in its place."""

    lines: int


@dataclass(frozen=True)
class Break:
    """What follows begins on a new page."""


@dataclass(frozen=True)
class Together:
    """Blocks kept on one page when they fit on one."""

    blocks: tuple["Block", ...]


Block = (
    Title
    | Heading
    | P
    | Items
    | Fields
    | Checks
    | Grid
    | Tiles
    | Code
    | Sign
    | Seal
    | Note
    | Lines
    | Figure
    | Ink
    | Spread
    | Break
    | Together
)


def texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Every string that the blocks will print, for checking characters before anything is issued."""
    for block in blocks:
        yield from _strings(block)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from _strings(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _strings(getattr(value, field.name))
