"""``mediation documents``."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from sqlalchemy import select

from mediation.attachments.models import Attachment
from mediation.cli import context
from mediation.cli.documents import documents_command
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.documents import service
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr(context, "build_app", lambda: app)

    def call(*arguments: str):
        with casefiles.at(date(2026, 3, 16)):
            return CliRunner().invoke(documents_command, [*arguments, "--committee", personas.HERE])

    return call


def test_make_issues_once_and_then_writes_what_was_stored(run, app, number, tmp_path):
    first, second = tmp_path / "one.pdf", tmp_path / "two.pdf"
    assert run("make", number, "D11", "-o", str(first)).exit_code == 0
    assert run("make", number, "d11", "-o", str(second)).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert len(PdfReader(first).pages) >= 1
    (listed,) = json.loads(run("list", number, "--json").output)
    assert listed["case"] == number
    assert (listed["code"], listed["status"], listed["issued_on"]) == ("D11", "issued", "2026-03-16")
    assert listed["intact"] is True
    assert listed["number"] in run("list").output


def test_make_says_what_is_missing_and_leaves_the_old_file(run, number, tmp_path):
    target = tmp_path / "notice.pdf"
    target.write_bytes(b"old")
    answer = run("make", number, "D15", "-o", str(target))
    assert isinstance(answer.exception, DomainError)
    assert "缺少：调解结果" in str(answer.exception)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_draft_issues_nothing(run, number, tmp_path):
    target = tmp_path / "draft.pdf"
    assert run("make", number, "D13", "--draft", "-o", str(target)).exit_code == 0
    assert "草稿" in "".join(page.extract_text() for page in PdfReader(target).pages)
    assert json.loads(run("list", "--json").output) == []


def test_a_place_that_cannot_be_written_takes_no_number(run, number, tmp_path):
    answer = run("make", number, "D05", "-o", str(tmp_path / "nowhere" / "notice.pdf"))
    assert isinstance(answer.exception, DomainError)
    assert json.loads(run("list", "--json").output) == []


@pytest.mark.parametrize(("of", "code"), [("2026-999999", "D05"), (None, "D99"), (None, "X1")])
def test_unknown_cases_and_forms_are_named(run, number, tmp_path, of, code):
    answer = run("make", of or number, code, "-o", str(tmp_path / "x.pdf"))
    assert isinstance(answer.exception, DomainError)
    assert (of or code) in str(answer.exception)


def test_list_finds_a_changed_file_and_shows_why_one_is_void(run, app, number):
    with app.app_context():
        document = play.act(number, "duty_lawyer", date(2026, 3, 14), service.issue, code="D05")
        changed = play.act(number, "duty_lawyer", date(2026, 3, 14), service.issue, code="D11")
        play.act(
            number,
            "duty_lawyer",
            date(2026, 3, 15),
            lambda actor, case: service.void(actor, document=db.session.merge(document), reason="写错"),
        )
        db.session.scalars(select(Attachment).where(Attachment.form_code == changed.code)).one().sha256 = "0" * 64
        db.session.commit()
    listed = json.loads(run("list", number, "--json").output)
    assert [(one["code"], one["status"], one["void_reason"], one["intact"]) for one in listed] == [
        ("D05", "void", "写错", True),
        ("D11", "issued", None, False),
    ]
