"""Numbers without gaps and papers made once, however many people press the button at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import select

from mediation.core.db import db, transaction
from mediation.core.errors import Conflict
from mediation.documents import service
from mediation.documents.models import Document
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play

ON = date(2026, 3, 6)


class Broken(Exception):
    """Something goes wrong after the number was taken."""


def at_once(app, *jobs: Callable[[], str]) -> list[str]:
    """Run each job in a thread and an application context of its own, all released together."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], str]) -> str:
        with app.app_context():
            gate.wait(timeout=30)
            try:
                return job()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def issue(number: str, *, breaks: bool = False) -> str:
    """Issue the acceptance notice of a case; with ``breaks`` the transaction fails at its very end."""
    with casefiles.at(ON):
        try:
            with transaction():
                case = casefiles.queries.get_for(personas.actor("duty_lawyer"), number, lock=True)
                document = service.issue(personas.actor("duty_lawyer"), case=case, code="D05")
                if breaks:
                    raise Broken
                return document.number
        except Broken:
            return "broken"
        except Conflict:
            return "conflict"


def kept_numbers() -> list[str]:
    return sorted(db.session.scalars(select(Document.number)))


def test_numbers_have_no_gap_though_one_of_several_fails(app, number):
    with app.app_context():
        cases = [number, *(play.accepted_case(date(2026, 3, 4), ON) for _ in range(3))]
    answers = at_once(
        app,
        lambda: issue(cases[0]),
        lambda: issue(cases[1], breaks=True),
        lambda: issue(cases[2]),
        lambda: issue(cases[3]),
    )
    assert answers[1] == "broken"
    with app.app_context():
        assert kept_numbers() == [f"沪快调受〔2026〕第{number}号" for number in (1, 2, 3)]
        assert sorted(answers[:1] + answers[2:]) == kept_numbers()
        assert issue(cases[1]) == "沪快调受〔2026〕第4号"


def test_two_people_issue_one_paper(app, number):
    answers = at_once(app, lambda: issue(number), lambda: issue(number))
    assert sorted(answers) == ["conflict", "沪快调受〔2026〕第1号"]
    with app.app_context():
        assert kept_numbers() == ["沪快调受〔2026〕第1号"]


def test_numbers_begin_anew_each_year_and_for_each_kind(app, number):
    with app.app_context():
        assert issue(number) == "沪快调受〔2026〕第1号"
        play.draft(number, date(2027, 1, 4))
        with casefiles.at(date(2027, 1, 4)), transaction():
            case = casefiles.reload(number)
            document = service.issue(personas.actor("duty_lawyer"), case=case, code="D13")
            assert document.number == "沪快调协〔2027〕第1号"
