"""What a file is, is said by its bytes."""

import io
import zipfile

import pytest

from mediation.attachments import sniff


def archive(*members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in members:
            file.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "extension", "found"),
    [
        (b"%PDF-1.7\n", "pdf", "application/pdf"),
        (b"\xff\xd8\xff\xe0JFIF", "jpg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "heif", "image/heic"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "mp4", None),
        (archive("[Content_Types].xml", "word/document.xml"), "docx", sniff.DOCX),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx", sniff.XLSX),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "docx", None),
        (archive("anything.txt"), "zip", None),
        (b"PK\x03\x04broken", "docx", None),
        ("姓名,金额\n周明远,1200\n".encode(), "csv", "text/csv"),
        ("姓名".encode("gb18030"), "txt", "text/plain"),
        (b"MZ\x90\0\x03\0\0\0", "pdf", None),
        (b"\x7fELF\x02\x01", "txt", None),
    ],
)
def test_type_is_told_by_bytes(content, extension, found):
    assert sniff.media_type(content, extension) == found


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("工资条.pdf", "工资条.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\桌面\\照片.JPG", "照片.JPG"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('坏"名\r\n字.txt', '坏"名字.txt'),
        ("", "file"),
        (None, "file"),
        (" ..", "file"),
    ],
)
def test_name_is_safe_to_offer(typed, kept):
    assert sniff.clean_name(typed) == kept


def test_long_name_keeps_its_extension():
    kept = sniff.clean_name("证" * 300 + ".pdf")
    assert len(kept) == sniff.LONGEST_NAME
    assert kept.endswith("证.pdf")
