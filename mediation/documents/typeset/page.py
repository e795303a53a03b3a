"""The sheet of GB/T 9704-2012: A4, 版心 156 × 225 mm, 22 lines of 28 characters, page numbers, metadata, bookmarks.

Every file carries the marks of PDF/A-2b (`archival`). Output is deterministic: the same blocks, fonts and layout give the same bytes; the only time in the file is the business
date of the document.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import lru_cache
from io import BytesIO
from zoneinfo import ZoneInfo

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from mediation.documents.typeset import archival
from mediation.documents.typeset.codes import draw_proof
from mediation.documents.typeset.fonts import FontSet, Role
from mediation.documents.typeset.para import Style

rl_config.useA85 = 0  # binary streams: a third smaller and quicker than ReportLab's ASCII default

TOP, BOTTOM, LEFT, RIGHT = 37 * mm, 35 * mm, 28 * mm, 26 * mm
TEXT_WIDTH, TEXT_HEIGHT = A4[0] - LEFT - RIGHT, A4[1] - TOP - BOTTOM
LINES_PER_PAGE, CHARACTERS_PER_LINE = 22, 28
BODY_SIZE, TITLE_SIZE, PAGE_NUMBER_SIZE, HEADER_SIZE = 16, 22, 14, 9
BODY_LEADING = TEXT_HEIGHT / LINES_PER_PAGE
# 28 characters of 16 pt are 2 mm wider than the 版心; the standard's grid sets them that much closer.
BODY_TRACKING = TEXT_WIDTH / CHARACTERS_PER_LINE - BODY_SIZE
PAGE_NUMBER_BELOW = 7 * mm
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_NO_DATE = date(2000, 1, 1)
_WATERMARK, _PROVISIONAL = "草稿", "暂定"


class PageNumbers(Enum):
    OF_TOTAL = "第 {page} 页 共 {total} 页"  # forms, so that a missing sheet is noticed
    DASHED = "— {page} —"  # official letters
    NONE = ""


class Density(Enum):
    OFFICIAL = "official"  # 三号 body, 22 lines
    REPORT = "report"  # 小四 body, for reports full of tables


@dataclass(frozen=True)
class Layout:
    """What a sheet carries besides its blocks.

    `header` stands small above the text from the second page on. `dated` is the business date written into the file's
    metadata. `is_draft` prints 草稿 across every page, and 暂定 below it
    when a day on it `is_provisional`. `proof` is the code of an issued paper, drawn in the foot of the
    first sheet and kept in the file's keywords; `proof_address` stands before it in the drawing, so that a phone opens
    the page that checks it.
    """

    title: str
    author: str = ""
    subject: str = ""
    header: str = ""
    dated: date | None = None
    page_numbers: PageNumbers = PageNumbers.OF_TOTAL
    density: Density = Density.OFFICIAL
    is_draft: bool = False
    is_provisional: bool = False
    proof: str = ""
    proof_address: str = ""
    has_proof_inside: bool = False  # a block of the document draws the code


@dataclass(frozen=True)
class Typography:
    """The paragraph styles of one font set and density."""

    fonts: FontSet
    title: Style
    number: Style
    heading: Style
    subheading: Style
    body: Style
    cell: Style
    tight: Style
    cell_head: Style
    note: Style
    figure: Style


@lru_cache(maxsize=16)
def typography(fonts: FontSet, density: Density) -> Typography:
    song, hei = fonts.name(Role.SONG), fonts.name(Role.HEI)
    fang, kai, title = fonts.name(Role.FANG), fonts.name(Role.KAI), fonts.name(Role.TITLE)
    stroke = 0 if fonts.has_own_face(Role.TITLE) else 0.03
    if density is Density.OFFICIAL:
        size, leading, tracking = float(BODY_SIZE), BODY_LEADING, BODY_TRACKING
        cell_size, cell_leading = 12.0, 18.0
    else:
        size, leading, tracking = 12.0, 20.0, 0.0
        cell_size, cell_leading = 9.0, 13.5
    body = Style(fang, size, leading, tracking=tracking)
    return Typography(
        fonts=fonts,
        title=Style(title, TITLE_SIZE, BODY_LEADING * 1.25, align="center", stroke=stroke),
        number=Style(fang, 14, BODY_LEADING * 0.75, align="right"),
        heading=Style(hei, size, leading, align="left", indent=2, tracking=tracking),
        subheading=Style(kai, size, leading, align="left", indent=2, tracking=tracking),
        body=body,
        cell=Style(song, cell_size, cell_leading),
        tight=Style(song, cell_size, cell_size + 3),
        cell_head=Style(hei, cell_size, cell_leading, align="center"),
        note=Style(song, 10.5, 16, indent=2, before=6),
        figure=Style(hei, 18, 26, align="center"),
    )


class _BusinessTime:
    """What ReportLab asks of a time stamp, for a date that is a fact and not the moment of printing."""

    def __init__(self, dated: date):
        moment = datetime.combine(dated, time(), _SHANGHAI)
        offset = moment.utcoffset()
        assert offset is not None
        self.t = moment.timestamp()
        self.lt = moment.timetuple()
        self.YMDhms = tuple(self.lt)[:6]
        self.tzname = "CST"
        self.dhh, self.dmm = int(offset.total_seconds() // 3600), 0


class _SheetCanvas(Canvas):
    """Knows the number of pages when it is saved, and only then draws the page numbers it has promised."""

    layout: Layout
    fonts: FontSet

    def save(self) -> None:
        total = self._pageNumber - (0 if self._code else 1)
        if self.layout.page_numbers is not PageNumbers.NONE:
            if self._code:
                self.showPage()
            for page in range(1, total + 1):
                self._draw_page_number(page, total)
        archival.mark(self._doc)
        super().save()

    def _draw_page_number(self, page: int, total: int) -> None:
        text = self.layout.page_numbers.value.format(page=page, total=total)
        y = BOTTOM - PAGE_NUMBER_BELOW - PAGE_NUMBER_SIZE * 0.5
        self.beginForm(_page_number_form(page))
        self.setFont(self.fonts.name(Role.SONG), PAGE_NUMBER_SIZE)
        if self.layout.page_numbers is PageNumbers.OF_TOTAL:
            self.drawCentredString(LEFT + TEXT_WIDTH / 2, y, text)
        elif page % 2:
            self.drawRightString(A4[0] - RIGHT - PAGE_NUMBER_SIZE, y, text)
        else:
            self.drawString(LEFT + PAGE_NUMBER_SIZE, y, text)
        self.endForm()


def _page_number_form(page: int) -> str:
    return f"page-number-{page}"


def build(flowables: list, layout: Layout, fonts: FontSet) -> bytes:
    """Sets the flowables on sheets; the PDF's bytes. Raises `otfont.MissingGlyph`."""
    target = BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=A4,
        title=layout.title,
        author=layout.author,
        subject=layout.subject,
        keywords=layout.proof,
        creator="mediation",
        lang="zh-CN",
        displayDocTitle=1,
        invariant=1,
        initialFontName=fonts.name(Role.SONG),
        initialFontSize=BODY_SIZE,
    )
    frame = Frame(LEFT, BOTTOM, TEXT_WIDTH, TEXT_HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    document.addPageTemplates(PageTemplate("sheet", [frame], onPage=lambda canvas, _: _dress(canvas, layout, fonts)))

    def make_canvas(*arguments, **options) -> _SheetCanvas:
        canvas = _SheetCanvas(*arguments, **options)
        canvas.layout, canvas.fonts = layout, fonts
        canvas._doc._timeStamp = _BusinessTime(layout.dated or _NO_DATE)
        return canvas

    document.build(flowables, canvasmaker=make_canvas)
    return target.getvalue()


def _dress(canvas: _SheetCanvas, layout: Layout, fonts: FontSet) -> None:
    """What stands on a page before its text."""
    page = canvas.getPageNumber()
    canvas.saveState()
    if layout.is_draft:
        _watermark(canvas, fonts, layout.is_provisional)
    if layout.header and page > 1:
        canvas.setFont(fonts.name(Role.SONG), HEADER_SIZE)
        canvas.drawRightString(A4[0] - RIGHT, A4[1] - TOP + 6 * mm, layout.header)
    if layout.proof and page == 1 and not layout.has_proof_inside:
        draw_proof(canvas, layout.proof_address + layout.proof, LEFT, fonts.name(Role.SONG))
    canvas.restoreState()
    if layout.page_numbers is not PageNumbers.NONE:
        canvas.doForm(_page_number_form(page))


def _watermark(canvas: Canvas, fonts: FontSet, is_provisional: bool) -> None:
    canvas.saveState()
    canvas.setFillGray(0.9)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(45)
    canvas.setFont(fonts.name(Role.HEI), 150)
    canvas.drawCentredString(0, -50, _WATERMARK)
    if is_provisional:
        canvas.setFont(fonts.name(Role.HEI), 80)
        canvas.drawCentredString(0, -150, _PROVISIONAL)
    canvas.restoreState()
