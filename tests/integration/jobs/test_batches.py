"""One batch of papers, several processes: every paper is made once."""

from __future__ import annotations

import os
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from mediation import scheduler
from mediation.core.db import db
from mediation.documents.batches import asking
from mediation.documents.models import Document, PaperBatch
from tests.factories import casefiles
from tests.factories import documents as play
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return play.DRAFTED


def test_two_processes_make_each_paper_once(app: Flask, fork):
    with app.app_context():
        number = play.open_case(
            date(2026, 3, 4), applicants=tuple(casefiles.applicant(name) for name in ("甲一", "乙二", "丙三"))
        )
        batches = []
        for code in ("D03", "D04"):
            marks = [one.mark for one in asking.recipients(casefiles.reload(number), code)[1]]
            batches.append(play.act(number, "duty_lawyer", date(2026, 3, 4), asking.ask, code=code, marks=marks).id)
    children = [fork(lambda name=name: scheduler.make_papers(app, name)) for name in ("one", "two")]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    with app.app_context():
        done = [db.session.get_one(PaperBatch, one) for one in batches]
        assert [one.status for one in done] == ["done", "done"]
        case = casefiles.reload(number)
        made = db.session.scalars(select(Document).where(Document.case_id == case.id)).all()
        assert sorted((one.code, one.subject) for one in made) == sorted({(one.code, one.subject) for one in made})
        settled = {line.document_id for one in done for line in asking.lines_of(one)}
        assert settled == {one.id for one in made}
