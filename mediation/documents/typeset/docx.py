"""Blocks → a Word file, for those who must go on writing outside: the same text, marked 草稿, never an issued paper.

Fonts are named as GB/T 9704 names them (仿宋, 黑体, 楷体, 小标宋); the reader's machine supplies them. The same blocks give the
same bytes: the only time in the file is the business date.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from mediation.documents.typeset import blocks as b
from mediation.documents.typeset.render import chinese_date

FANG, HEI, KAI, SONG, TITLE = "仿宋", "黑体", "楷体", "宋体", "方正小标宋简体"
DRAFT = "草稿"
BODY_SIZE, TITLE_SIZE, CELL_SIZE, NOTE_SIZE = 16, 22, 12, 10.5
LEADING = 29  # points: 22 lines on the 225 mm of GB/T 9704
TEXT_WIDTH_MM, SEAL_MM = 156, 45
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_CELL_ALIGN = {"l": "left", "c": "center", "r": "right", "h": "center"}
_WIDE_SPACE = "\u3000"


def to_docx(blocks: Iterable[b.Block], *, title: str, author: str = "", dated: date | None = None) -> bytes:
    """The blocks as a Word file of A4 sheets marked 草稿 in the head. Charts are left out: no form of a case has one."""
    writer = _Writer(title, author, dated)
    for block in blocks:
        writer.add(block)
    out = BytesIO()
    writer.document.save(out)
    return _with_fixed_times(out.getvalue())


class _Writer:
    """Adds each kind of block to a document: `_title` for a `Title`, and so on."""

    def __init__(self, title: str, author: str, dated: date | None):
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = FANG, Pt(BODY_SIZE)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:eastAsia", "w:hAnsi", "w:ascii"):
            fonts.set(qn(name), FANG)
        normal.paragraph_format.space_after = Pt(0)
        moment = datetime.combine(dated or date(2000, 1, 1), time(), UTC)
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = title, author, "zh-CN"
        properties.created = properties.modified = moment
        properties.last_modified_by, properties.comments = author, ""
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._write(head, f"{DRAFT}　{title}（供编辑，不是正式文书）", HEI, CELL_SIZE)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _page_number(foot)

    def add(self, block: b.Block) -> None:
        getattr(self, f"_{type(block).__name__.lower()}")(block)

    def _paragraph(self, align: str = "justify", indent: float = 0, size: float = BODY_SIZE) -> Paragraph:
        paragraph = self.document.add_paragraph()
        layout = paragraph.paragraph_format
        paragraph.alignment = _ALIGN[align]
        layout.first_line_indent = Pt(size * indent)
        layout.line_spacing_rule, layout.line_spacing = (
            WD_LINE_SPACING.AT_LEAST,
            Pt(LEADING if size >= BODY_SIZE else 18),
        )
        return paragraph

    def _write(
        self, paragraph: Paragraph, text: str, font: str = FANG, size: float = BODY_SIZE, under: bool = False
    ) -> None:
        run = paragraph.add_run(text)
        run.font.name, run.font.size, run.font.underline = font, Pt(size), under or None
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)

    def _inline(self, paragraph: Paragraph, text: b.Text, font: str = FANG, size: float = BODY_SIZE) -> None:
        for item in (text,) if isinstance(text, str) else text:
            match item:
                case b.Under(words, width):
                    room = max(0, round(width - len(words)))
                    self._write(paragraph, words + _WIDE_SPACE * room, font, size, under=True)
                case b.Blank(width):
                    self._write(paragraph, _WIDE_SPACE * max(1, round(width)), font, size, under=True)
                case b.Tick(is_on):
                    self._write(paragraph, "☑" if is_on else "☐", font, size)
                case b.Strong(words):
                    self._write(paragraph, words, HEI, size)
                case str(words):
                    self._write(paragraph, words, font, size)

    def _title(self, block: b.Title) -> None:
        for line in block.text.split("\n"):
            self._write(self._paragraph("center", size=TITLE_SIZE), line, TITLE, TITLE_SIZE)
        self._write(self._paragraph("right", size=14), block.number, FANG, 14)

    def _heading(self, block: b.Heading) -> None:
        paragraph = self._paragraph("left", 2)
        paragraph.paragraph_format.keep_with_next = True
        self._write(paragraph, block.text, HEI if block.level == 1 else KAI)

    def _p(self, block: b.P) -> None:
        self._inline(self._paragraph(block.align, block.indent), block.text)

    def _items(self, block: b.Items) -> None:
        for number, text in enumerate(block.texts, 1):
            runs = (text,) if isinstance(text, str) else text
            self._inline(self._paragraph("justify", 2), (f"{number}．", *runs))

    def _fields(self, block: b.Fields) -> None:
        for row in block.rows:
            paragraph = self._paragraph("left")
            for place, field in enumerate(row):
                self._write(paragraph, ("　" if place else "") + field.label)
                self._write(paragraph, field.value or _WIDE_SPACE * 6, under=True)

    def _checks(self, block: b.Checks) -> None:
        paragraph = self._paragraph("left", 2)
        self._write(paragraph, block.label)
        for place, option in enumerate(block.options):
            self._inline(paragraph, ("　" if place else "", b.Tick(option in block.chosen), option))

    def _grid(self, block: b.Grid) -> None:
        columns = len(block.widths)
        table = self.document.add_table(rows=0, cols=columns, style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = [Mm(TEXT_WIDTH_MM * share / sum(block.widths)) for share in block.widths]
        if block.header:
            self._row(table.add_row().cells, block.header, widths, "c" * columns, HEI)
            mark = OxmlElement("w:tblHeader")
            table.rows[0]._tr.get_or_add_trPr().append(mark)
        for row in block.rows:
            added = table.add_row()
            if block.row_height_mm:
                added.height = Mm(block.row_height_mm)
            cells = list(added.cells)
            if len(row) < columns:
                cells[len(row) - 1 :] = [cells[len(row) - 1].merge(cells[-1])]
            self._row(cells, row, widths if len(row) == columns else [], block.align, SONG)
        if block.total:
            self._row(table.add_row().cells, block.total, widths, block.align, HEI)
        self._paragraph(size=NOTE_SIZE)

    def _row(self, cells: Iterable[_Cell], texts: Iterable[b.Text], widths: list[Mm], align: str, font: str) -> None:
        for place, (cell, text) in enumerate(zip(cells, texts, strict=False)):
            if widths:
                cell.width = widths[place]
            paragraph = cell.paragraphs[0]
            paragraph.alignment = _ALIGN[_CELL_ALIGN[align[place]]]
            self._inline(paragraph, text, HEI if align[place] == "h" else font, CELL_SIZE)

    def _sign(self, block: b.Sign) -> None:
        for signer in block.signers:
            paragraph = self._paragraph("left")
            paragraph.paragraph_format.space_before = Pt(18 if signer.has_seal else 8)
            self._write(paragraph, f"{signer.role}：{signer.name}")
            self._write(paragraph, _WIDE_SPACE * 8, under=True)
            self._write(paragraph, "　　　　年　月　日")
            if signer.hint:
                self._write(self._paragraph("left", size=NOTE_SIZE), f"（{signer.hint}）", SONG, NOTE_SIZE)

    def _seal(self, block: b.Seal) -> None:
        for text in (block.organisation, chinese_date(block.dated)):
            paragraph = self._paragraph("right")
            paragraph.paragraph_format.right_indent = Pt(BODY_SIZE * 4)
            if text == block.organisation:
                # Room above and over the name, where the seal is pressed.
                paragraph.paragraph_format.space_before = Mm(SEAL_MM / 2)
                paragraph.paragraph_format.keep_with_next = True
            self._write(paragraph, text)

    def _note(self, block: b.Note) -> None:
        self._inline(self._paragraph("justify", 2, NOTE_SIZE), block.text, SONG, NOTE_SIZE)

    def _lines(self, block: b.Lines) -> None:
        for _ in range(block.count):
            self._write(self._paragraph("left"), _WIDE_SPACE * 27, under=True)

    def _figure(self, block: b.Figure) -> None:
        raise ValueError("a chart has no place in a Word draft")

    def _spread(self, block: b.Spread) -> None:
        for _ in range(block.lines):
            self._paragraph()

    def _break(self, block: b.Break) -> None:
        self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _together(self, block: b.Together) -> None:
        for one in block.blocks:
            self.add(one)


def _page_number(paragraph: Paragraph) -> None:
    """第 … 页, counted by the reader's program."""
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._element.append(mark)


def _with_fixed_times(content: bytes) -> bytes:
    """The same parts in the same order, without the moment of writing."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = ZipInfo(name, datetime(2000, 1, 1, tzinfo=UTC).timetuple()[:6])
            part.compress_type = ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return out.getvalue()
