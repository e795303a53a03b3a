"""Files: taken in after a look at their bytes, sealed, given out whole or not at all."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from pillow_heif import register_heif_opener
from sqlalchemy import select

from mediation.attachments import queries, service, storage
from mediation.attachments.models import Attachment
from mediation.audit.models import AuditRow
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, NotFound
from tests import personas
from tests.factories.parties import make_case_row

PDF = b"%PDF-1.7\n" + "工资条".encode() * 100


@pytest.fixture
def case(context):
    with transaction():
        return make_case_row(personas.world().committee)


def stored(case, *, filename="工资条.pdf", content=PDF, **details) -> Attachment:
    with transaction():
        return service.store(
            personas.actor("duty_lawyer"),
            committee_id=case.committee_id,
            case_id=case.id,
            kind="evidence",
            filename=filename,
            content=content,
            **details,
        )


def files(app) -> list[Path]:
    return [path for path in (Path(app.config["INSTANCE"]) / "files").rglob("*") if path.is_file()]


def test_bytes_come_back_and_lie_sealed_on_disk(app, case):
    kept = stored(case, form_code="D13", note="三月")
    assert service.read(kept) == PDF
    assert (kept.size, kept.media_type, kept.filename) == (len(PDF), "application/pdf", "工资条.pdf")
    (path,) = files(app)
    assert path.name == kept.storage_name
    assert path.parent.name == kept.storage_name[:2]
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"%PDF-1.7" not in path.read_bytes()
    row = db.session.scalars(select(AuditRow).where(AuditRow.event == "file_stored")).one()
    assert row.fields == {"sha256": kept.sha256, "size": len(PDF)}
    assert row.case_id == case.id


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("台账.csv", "姓名,金额\n".encode()),
        ("说明.txt", "旧编码".encode("gb18030")),
    ],
)
def test_plain_texts_are_welcome(case, filename, data):
    kept = stored(case, filename=filename, content=data)
    assert service.read(kept) == data
    assert kept.filename == filename


def heic() -> bytes:
    register_heif_opener()
    target = io.BytesIO()
    Image.new("RGB", (64, 32), "white").save(target, "HEIF")
    return target.getvalue()


@pytest.mark.parametrize("filename", ["IMG_0001.HEIC", "IMG_0001"])
def test_photos_of_telephones_are_kept_as_jpeg(case, filename):
    kept = stored(case, filename=filename, content=heic())
    assert (kept.filename, kept.media_type) == ("IMG_0001.jpg", "image/jpeg")
    content = service.read(kept)
    assert content.startswith(b"\xff\xd8\xff")
    assert kept.size == len(content)


def test_a_photo_that_cannot_be_converted_is_refused_at_its_field(app, case):
    with pytest.raises(DomainError, match="打不开") as refusal:
        stored(case, filename="IMG_0001.HEIC", content=heic()[:60])
    assert refusal.value.field == "file"
    assert files(app) == []


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("工资条.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0"),
        ("工资条.exe", PDF),
        ("照片.jpg", PDF),
        ("空.pdf", b""),
        ("大.pdf", b"%PDF-" + bytes(service.LARGEST)),
        ("坏照片.jpg", b"\xff\xd8\xff\xe0" + bytes(40)),
        ("页面.html", b"<html><script>alert(1)</script></html>"),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(app, case, filename, data):
    with pytest.raises(DomainError) as refusal:
        stored(case, filename=filename, content=data)
    assert refusal.value.field == "file"
    assert files(app) == []
    assert db.session.scalar(select(Attachment.id)) is None


def test_a_changed_moved_or_missing_file_is_noticed(app, case):
    first, second = stored(case), stored(case, content=PDF + b"second")
    paths = {path.name: path for path in files(app)}
    one, two = paths[first.storage_name], paths[second.storage_name]
    kept = two.read_bytes()
    two.write_bytes(one.read_bytes())
    with pytest.raises(service.DamagedFile):
        service.read(second)
    two.write_bytes(kept[:-1] + bytes((kept[-1] ^ 1,)))
    with pytest.raises(service.DamagedFile):
        service.read(second)
    two.unlink()
    with pytest.raises(service.DamagedFile):
        service.read(second)
    assert service.read(first) == PDF


def test_a_row_that_claims_other_bytes_is_noticed(case):
    kept = stored(case)
    with transaction():
        db.session.get_one(Attachment, kept.id).sha256 = "0" * 64
    with pytest.raises(service.DamagedFile):
        service.read(kept)


def test_files_belong_to_their_case_and_the_internal_file_is_apart(case):
    shown, hidden = stored(case), stored(case, is_internal=True, form_code="D11")
    with transaction():
        other = make_case_row(personas.world().committee)
    assert [row.id for row in queries.of_case(case.id, include_internal=False)] == [shown.id]
    assert [row.id for row in queries.of_case(case.id, include_internal=True)] == [shown.id, hidden.id]
    assert queries.get_of_case(case.id, hidden.id, include_internal=True).id == hidden.id
    with pytest.raises(NotFound):
        queries.get_of_case(case.id, hidden.id, include_internal=False)
    with pytest.raises(NotFound):
        queries.get_of_case(other.id, shown.id, include_internal=True)
    with pytest.raises(NotFound):
        queries.get(case.committee_id, shown.id)
    assert queries.has_form(case.id, "D11")
    assert not queries.has_form(case.id, "D13")
    assert not queries.has_form(case.id, "D11", kind="signed_scan")


def test_answer_names_the_file_in_chinese_and_is_recorded(app, case):
    kept = stored(case)
    actor = personas.actor("duty_lawyer")
    with app.test_request_context("/"):
        answer = service.as_response(actor, db.session.get_one(Attachment, kept.id), inline=True)
        answer.direct_passthrough = False
        assert answer.get_data() == PDF
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert "filename*=UTF-8''%E5%B7%A5%E8%B5%84%E6%9D%A1.pdf" in answer.headers["Content-Disposition"]
        (row,) = db.session.info["append_later"]
        assert (row.event, row.fields) == ("file_opened", {"sha256": kept.sha256})
    text = stored(case, filename="页.txt", content=b"<script>alert(1)</script>")
    with app.test_request_context("/"):
        answer = service.as_response(actor, db.session.get_one(Attachment, text.id), inline=True)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "text/plain"


def test_a_rolled_back_upload_leaves_only_a_file_that_is_swept_a_day_later(app, case):
    kept = stored(case)
    with pytest.raises(RuntimeError), transaction():
        service.store(
            personas.actor("duty_lawyer"),
            committee_id=case.committee_id,
            case_id=case.id,
            kind="evidence",
            filename="a.pdf",
            content=PDF,
        )
        raise RuntimeError("the server stops here")
    assert len(files(app)) == 2
    assert service.sweep() == 0
    long_ago = (clock.now() - service.ORPHAN_AGE - timedelta(minutes=1)).timestamp()
    for path in files(app):
        os.utime(path, (long_ago, long_ago))
    assert service.sweep() == 1
    assert [path.name for path in files(app)] == [kept.storage_name]
    assert service.read(db.session.get_one(Attachment, kept.id)) == PDF


def test_a_failed_write_leaves_no_half_file(app, context, monkeypatch):
    def fail(_descriptor):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        storage.write(PDF)
    assert files(app) == []
