"""What a file is by its bytes, and whether its name says the same."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import PurePosixPath

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Media type → the extensions it may carry; the first is given to a file that came without one.
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg", "jpe"),
    "image/png": ("png",),
    "image/heic": ("heic", "heif"),
    "image/webp": ("webp",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    "text/plain": ("txt",),
    "text/csv": ("csv",),
}
LONGEST_NAME = 200
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_TEXT_CONTROLS = frozenset("\t\r\n\f\ufeff")


def media_type(content: bytes, extension: str) -> str | None:
    """The media type of the bytes, None when it is not one of ``EXTENSIONS``.

    ``extension`` (lower case, no dot) only tells plain text from CSV, which look the same.
    """
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "image/heic" if content[8:12] in _HEIC_BRANDS else None
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    if _is_text(content):
        return "text/csv" if extension == "csv" else "text/plain"
    return None


def _office_type(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in members or any(name.lower().endswith("vbaproject.bin") for name in members):
        return None
    if "word/document.xml" in members:
        return DOCX
    return XLSX if "xl/workbook.xml" in members else None


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(mark < " " and mark not in _TEXT_CONTROLS for mark in text)
    return False


def extension_of(filename: str) -> str:
    """The extension in lower case without its dot; empty for none."""
    return PurePosixPath(filename).suffix.lstrip(".").lower()


def renamed(filename: str, media_type: str) -> str:
    """The name of a file that was converted: with the extension of what it is now."""
    return clean_name(str(PurePosixPath(filename).with_suffix(f".{EXTENSIONS[media_type][0]}")))


def clean_name(filename: str | None, *, default: str = "file") -> str:
    """A name that is safe to show and to offer for saving.

    Folders, control characters and direction marks (which can make ``exe.pdf`` out of ``fdp.exe``) are dropped; the
    extension survives when a long name is cut.
    """
    last = (filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(mark for mark in last if unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    plain = plain.strip(" .") or default
    if len(plain) <= LONGEST_NAME:
        return plain
    suffix = PurePosixPath(plain).suffix[:20]
    return plain[: LONGEST_NAME - len(suffix)] + suffix
