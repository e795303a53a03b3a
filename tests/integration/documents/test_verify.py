"""Anybody can check a paper of ours with the published keys: as a PDF, as a photo, after the keys were changed."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from io import BytesIO

import pytest
from click.testing import CliRunner
from PIL import Image, ImageFilter

from mediation.cli import context as cli_context
from mediation.cli.documents import documents_command
from mediation.core.db import db, transaction
from mediation.documents import service
from mediation.documents.models import Document
from mediation.documents.proof import codes, keys, reading
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr(cli_context, "build_app", lambda: app)

    def call(*arguments: str):
        with casefiles.at(date(2026, 3, 16)):
            return CliRunner().invoke(documents_command, [*arguments])

    return call


@pytest.fixture
def paper(number) -> tuple[Document, bytes]:
    """The agreement of C01 as issued, with its bytes."""
    document = play.act(number, "duty_lawyer", date(2026, 3, 16), service.issue, code="D13")
    with transaction():
        return document, service.read(personas.actor("duty_lawyer"), document)


def photo(pdf: bytes) -> bytes:
    """The first sheet as a crooked, slightly blurred picture."""
    command = ["pdftoppm", "-r", "250", "-f", "1", "-l", "1", "-png"]
    drawn = subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout
    picture = Image.open(BytesIO(drawn)).convert("RGB")
    crooked = picture.rotate(7, expand=True, fillcolor=(210, 205, 190)).filter(ImageFilter.GaussianBlur(0.8))
    target = BytesIO()
    crooked.save(target, "JPEG", quality=85)
    return target.getvalue()


def test_an_issued_paper_carries_its_code(paper):
    document, content = paper
    assert codes.find(content) == [document.proof]
    proof = codes.check(document.proof, keys.paper_keys().published)
    assert proof.claims["h"] == document.facts_digest
    assert proof.claims["n"] == document.number


def test_the_printed_code_is_the_one_in_the_file(paper):
    document, content = paper
    assert reading.codes_in(photo(content)) == [document.proof]


def test_the_command_says_what_the_paper_must_say(run, paper, tmp_path):
    document, content = paper
    pdf, picture = tmp_path / "one.pdf", tmp_path / "one.jpg"
    pdf.write_bytes(content)
    picture.write_bytes(photo(content))
    answer = run("verify", str(pdf), str(picture))
    assert answer.exit_code == 0, answer.output
    assert document.number in answer.output
    assert "周明远" in answer.output
    assert "文件与存档相同" in answer.output
    (first, second) = json.loads(run("verify", "--json", str(pdf), str(picture)).output)
    assert (first["valid"], first["same_file"]) == (True, True)
    assert (second["valid"], second["same_file"]) == (True, False)


def test_a_changed_digit_and_a_foreign_key_fail(run, paper, tmp_path):
    document, content = paper
    middle = content.index(document.proof.encode()) + 60
    changed = bytearray(content)
    changed[middle] = ord("A") if changed[middle] != ord("A") else ord("B")
    target = tmp_path / "changed.pdf"
    target.write_bytes(bytes(changed))
    answer = run("verify", str(target))
    assert answer.exit_code == 1
    assert "改动过" in answer.output
    others = tmp_path / "keys.json"
    others.write_text(json.dumps({"00000000": "00" * 32}))
    genuine = tmp_path / "genuine.pdf"
    genuine.write_bytes(content)
    answer = run("verify", "--keys", str(others), str(genuine))
    assert answer.exit_code == 1
    assert "不是公布的密钥" in answer.output


def test_old_papers_still_verify_after_a_change_of_keys(run, paper, tmp_path):
    document, _content = paper
    before = keys.paper_keys()
    new = run("new-key").output.strip()
    after = keys.paper_keys()
    assert new == after.current != before.current
    assert codes.check(document.proof, after.published).key_id == before.current
    assert set(json.loads(run("keys").output)) == {before.current, after.current}


def test_the_pages_are_open_and_name_the_keys(client, paper):
    current = keys.paper_keys().current
    db.session.rollback()
    assert current in client.get("/verify").text
    assert current in client.get("/verify/keys.json").json
    offline = client.get("/verify/offline.html")
    assert "attachment" in offline.headers["Content-Disposition"]
    assert "src=" not in offline.text
    assert "href=" not in offline.text
