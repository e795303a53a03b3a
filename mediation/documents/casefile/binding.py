"""Binds PDFs and pictures into one file: A4 throughout, page numbers, bookmarks, originals attached. No database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

import pikepdf
from pikepdf import AttachedFileSpec, Name, OutlineItem, Page, Pdf, Rectangle, Stream
from PIL import Image, ImageOps
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from mediation.documents.typeset.fonts import FontSet, Role

_NUMBER_SIZE = 12
_EDGE = 12 * mm
_PICTURE_MARGIN = 15 * mm
# 240 and 150 dpi on A4: more points make the file heavy and no paper clearer, fewer blur small print.
_MOST_POINTS, _LEAST_POINTS = (1984, 2806), (1240, 1754)
_ORIENTATION = 0x0112  # the EXIF tag that says how a camera was held
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


class Unprintable(ValueError):
    """A file that cannot be put on sheets: a damaged or locked PDF, a kind of file that is no document."""


@dataclass(frozen=True)
class Part:
    """One entry to bind. ``title`` is its bookmark; ``is_numbered`` False for covers and sheets outside the count."""

    title: str
    content: bytes
    is_numbered: bool = True


@dataclass
class Bound:
    """The file as it grows."""

    pdf: Pdf
    numbered: int = 0
    plain: int = 0
    marks: list[OutlineItem] = field(default_factory=list)


def page_count(content: bytes) -> int:
    """How many sheets a PDF has. Raises Unprintable."""
    with _opened(content) as source:
        return len(source.pages)


def as_pdf(content: bytes, media_type: str) -> bytes:
    """A stored file as PDF: PDFs as they are, pictures on an A4 sheet. Raises Unprintable for what is neither."""
    if media_type == "application/pdf":
        if not page_count(content):
            raise Unprintable("no pages")
        return content
    if media_type in PICTURES:
        return _picture_sheet(content)
    raise Unprintable(media_type)


def _picture_sheet(content: bytes) -> bytes:
    try:
        packed, width, height, is_grey = _packed(content)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unprintable(str(error)) from error
    sheet = A4 if height >= width else (A4[1], A4[0])
    room = (sheet[0] - 2 * _PICTURE_MARGIN, sheet[1] - 2 * _PICTURE_MARGIN)
    scale = min(room[0] / width, room[1] / height)
    drawn = (width * scale, height * scale)
    at = (sheet[0] - drawn[0]) / 2, (sheet[1] - drawn[1]) / 2
    with Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=sheet)
        # The JPEG goes in as it is: opening it once more would cost more than all the rest.
        image = Stream(
            pdf,
            packed,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            ColorSpace=Name.DeviceGray if is_grey else Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        page.add_resource(image, Name.XObject, Name.Picture)
        page.contents_add(b"q %.3f 0 0 %.3f %.3f %.3f cm /Picture Do Q" % (*drawn, *at))
        return _saved(pdf)


def _packed(content: bytes) -> tuple[bytes, int, int, bool]:
    """(JPEG, width, height, whether it is grey) of a picture, upright: the stored bytes where they are small enough."""
    with Image.open(BytesIO(content)) as opened:
        is_upright = opened.getexif().get(_ORIENTATION, 1) == 1
        if opened.format == "JPEG" and opened.mode in ("RGB", "L") and _is_small(opened) and is_upright:
            return content, opened.width, opened.height, opened.mode == "L"
        # A large JPEG is read at a fraction of its points, and of its time.
        opened.draft("RGB", _turned(_LEAST_POINTS, opened))
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    if not _is_small(picture):
        picture.thumbnail(_turned(_MOST_POINTS, picture), reducing_gap=2.0)
    packed = BytesIO()
    picture.save(packed, "JPEG", quality=82)
    return packed.getvalue(), picture.width, picture.height, False


def _is_small(picture: Image.Image) -> bool:
    most = _turned(_MOST_POINTS, picture)
    return picture.width <= most[0] and picture.height <= most[1]


def _turned(points: tuple[int, int], picture: Image.Image) -> tuple[int, int]:
    """The same sheet, lying where the picture lies."""
    return points if picture.height >= picture.width else points[::-1]


def bind(parts: Iterator[Part], attached: Sequence[tuple[str, bytes]], title: str, fonts: FontSet) -> bytes:
    """The bound file. Parts are taken one at a time, so that one file is in memory besides the result.

    The same parts give the same bytes. Raises Unprintable for a part that is no PDF.
    """
    with Pdf.new() as pdf:
        bound = Bound(pdf)
        for part in parts:
            _append(bound, part)
        _number(bound, fonts)
        with pdf.open_outline() as outline:
            outline.root.extend(bound.marks)
        pdf.Root.PageLabels = pdf.make_indirect(
            pikepdf.Dictionary(Nums=[0, pikepdf.Dictionary(S=Name.r), bound.plain, pikepdf.Dictionary(S=Name.D)])
        )
        pdf.Root.Lang = pikepdf.String("zh-CN")
        pdf.docinfo["/Title"] = title
        for name, content in attached:
            pdf.attachments[name] = AttachedFileSpec(pdf, content, filename=name)
        return _saved(pdf)


def _append(bound: Bound, part: Part) -> None:
    at = len(bound.pdf.pages)
    with _opened(part.content) as source:
        for page in source.pages:
            if _is_upright_a4(page):
                bound.pdf.pages.append(page)
            else:
                _fit(bound.pdf, page)
    bound.marks.append(OutlineItem(part.title, at))
    if part.is_numbered:
        bound.numbered += len(bound.pdf.pages) - at
    elif not bound.numbered:
        bound.plain += len(bound.pdf.pages) - at


def _is_upright_a4(page: Page) -> bool:
    box = [float(value) for value in page.mediabox]
    rotated = int(page.obj.get("/Rotate", 0)) % 360
    return rotated == 0 and abs(box[2] - box[0] - A4[0]) < 3 and abs(box[3] - box[1] - A4[1]) < 3 and box[:2] == [0, 0]


def _fit(pdf: Pdf, page: Page) -> None:
    """Put a sheet of another size or direction on an upright A4 one, small enough to leave room for the number."""
    sheet = pdf.add_blank_page(page_size=A4)
    room = Rectangle(_EDGE, _EDGE * 1.6, A4[0] - _EDGE, A4[1] - _EDGE * 1.6)
    _draw(pdf, sheet, page, "/Sheet", room)


def _draw(pdf: Pdf, sheet: Page, other: Page, name: str, room: Rectangle) -> None:
    """Draw a page over another. The library's own overlay names what it draws at random, and we promise equal bytes."""
    drawn = pdf.copy_foreign(other.as_form_xobject())
    named = sheet.add_resource(drawn, Name.XObject, Name(name))
    placed = sheet.calc_form_xobject_placement(drawn, named, room, allow_expand=True)
    sheet.contents_add(b"q\n", prepend=True)
    sheet.contents_add(b"\nQ\n" + placed)


def _number(bound: Bound, fonts: FontSet) -> None:
    """Running numbers at the outer corner of the counted sheets (law.md 4.4: outer corner, empty sheets not numbered)."""
    if not bound.numbered:
        return
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, initialFontName=fonts.name(Role.SONG))
    for number in range(1, bound.numbered + 1):
        canvas.setFont(fonts.name(Role.SONG), _NUMBER_SIZE)
        if number % 2:
            canvas.drawRightString(A4[0] - _EDGE, A4[1] - _EDGE, str(number))
        else:
            canvas.drawString(_EDGE, A4[1] - _EDGE, str(number))
        canvas.showPage()
    canvas.save()
    with Pdf.open(BytesIO(target.getvalue())) as numbers:
        for number, page in enumerate(numbers.pages):
            sheet = bound.pdf.pages[bound.plain + number]
            # Sheets of one source share their resources, so each number needs a name of its own.
            _draw(bound.pdf, sheet, page, f"/Number{number + 1}", Rectangle(0, 0, *A4))


def _opened(content: bytes) -> Pdf:
    try:
        return Pdf.open(BytesIO(content))
    except pikepdf.PdfError as error:
        raise Unprintable(str(error)) from error


def _saved(pdf: Pdf) -> bytes:
    with TemporaryFile() as file:
        pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        file.seek(0)
        return file.read()


def suffix_of(filename: str) -> str:
    """The ending of a file's name, as people call a kind of file."""
    return Path(filename).suffix.lstrip(".").upper() or "未知格式"
