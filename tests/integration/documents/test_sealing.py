"""The committee's electronic seal: who may set it, what it covers, and that other programs accept it."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.documents import queries, sealing, service
from mediation.documents.models import Document
from tests import personas
from tests.factories import documents as play

pytestmark = pytest.mark.usefixtures("context")
TODAY = date(2026, 3, 16)


@pytest.fixture
def paper(number) -> Document:
    return play.act(number, "duty_lawyer", TODAY, service.issue, code="D13")


@pytest.fixture
def key(context) -> None:
    sealing.install_test_key("示例调解委员会")


def sealed_by(persona: str, document: Document) -> bytes:
    with transaction():
        own = db.session.get_one(Document, document.id)
        return attachments.read(sealing.seal(personas.actor(persona), document=own))


def pdfsig(content: bytes, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout


def test_the_seal_is_valid_and_the_issued_bytes_stay(paper, key, tmp_path):
    sealed = sealed_by("committee", paper)
    document = db.session.get_one(Document, paper.id)
    issued = attachments.read(db.session.get_one(Attachment, document.attachment_id))
    assert sealed.startswith(issued)
    said = pdfsig(sealed, tmp_path)
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said
    assert queries.is_issued_file(document.proof, document.sealed_sha256) is True


def test_one_changed_byte_breaks_it(paper, key, tmp_path):
    sealed = bytearray(sealed_by("committee", paper))
    sealed[len(sealed) // 3] ^= 1
    assert "Signature is Valid" not in pdfsig(bytes(sealed), tmp_path)


def test_only_the_committee_seals_and_once(paper, key):
    with pytest.raises(Forbidden):
        sealed_by("duty_lawyer", paper)
    sealed_by("committee", paper)
    with pytest.raises(Conflict):
        sealed_by("committee", paper)


def test_without_a_key_it_says_so_and_a_wrong_passphrase_is_not_kept(paper):
    with pytest.raises(DomainError, match="密钥"):
        sealed_by("committee", paper)
    with pytest.raises(DomainError, match="打不开"):
        sealing.install(b"not a key", "x")
    assert not sealing.is_installed()
