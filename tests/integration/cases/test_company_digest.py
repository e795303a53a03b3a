"""What waits for a company stands in its officers' morning digest as on their desk: the same things, the same days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mediation.accounts.models import UserRole
from mediation.cases import company_desk, digest_words, service
from mediation.cases.digest import Book, Desk, Section, collect
from mediation.cases.models import Case
from mediation.committees.models import Committee
from mediation.companies import service as companies
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.deadlines.models import Deadline
from tests import personas
from tests.factories import accounts as make
from tests.factories import casefiles
from tests.integration.cases.test_company_answers import lawyer, name_agent, ours, theirs, two_companies
from tests.product import Content

DAY = date(2026, 3, 16)
ASKED = ("answer", "sign", "pay", "authority")


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def day(app: Flask) -> Iterator[None]:
    with casefiles.at(DAY), app.test_request_context(method="POST"):
        yield


def book_of(actor: Actor, today: date) -> Book:
    """What the digest of a day tells somebody."""
    committee = db.session.execute(
        select(Committee.id, Committee.settings).where(Committee.id == actor.committee_id)
    ).one()
    desk = Desk(committee, today, today - timedelta(days=1))
    collect(desk)
    return desk.books[actor.user_id]


def in_digest(actor: Actor, section: Section, today: date) -> list[str]:
    return sorted(digest_words.sentence(one, section, today) for one, _name in book_of(actor, today).lines[section])


def late_on_desk(actor: Actor) -> list[tuple[str, str, date]]:
    waiting, _is_capped = company_desk.waiting_for(actor)
    return [(one.kind, one.title, one.on) for one in waiting if one.on and one.on < clock.today() and one.kind in ASKED]


def same_as_desk(actor: Actor, today: date) -> int:
    """How many late things desk and digest both name; they must name the same ones."""
    with casefiles.at(today):
        desk, said = late_on_desk(actor), in_digest(actor, Section.LATE, today)
        assert len(said) == len(desk) == book_of(actor, today).counts[Section.LATE]
        for kind, title, _on in desk:
            wanted = title if kind != "pay" else "期付款"
            assert any(wanted in one for one in said), (title, said)
    return len(desk)


def test_claims_unanswered_and_drafts_unsigned_past_their_day_are_late_in_both(day) -> None:
    case = two_companies()
    drafted = casefiles.drafted(lawyer(), applicants=(casefiles.applicant("李二"),))
    service.answer(ours(), case=drafted, kind="accept")
    after = max(case.mediation_ends_on, drafted.mediation_ends_on) + timedelta(days=7)
    assert same_as_desk(ours(), after) == 3  # an answer, and two drafts: the outlet's and its headquarters'
    assert same_as_desk(theirs(), after) == 1
    line = next(one for one in in_digest(ours(), Section.LATE, after) if "答复" in one)
    assert case.case_no in line and "答复 2 项请求，最后一日" in line
    for claim in service.claims_of(case):
        service.answer(ours(), case=case, kind="accept", claim_id=claim.id)
    assert same_as_desk(ours(), after) == 2
    assert same_as_desk(theirs(), after) == 1  # what one company said is no answer of the other
    assert not [one for one in in_digest(lawyer(), Section.LATE, after) if "答复 2 项请求" in one]


def test_an_authority_that_has_ended_is_late_in_both(day) -> None:
    case = two_companies()
    service.answer(ours(), case=case, kind="accept")
    service.review_representative(lawyer(), case=case, authority=name_agent(case), is_confirmed=True)
    ends = DAY + timedelta(days=10)
    assert not [one for one in in_digest(ours(), Section.LATE, ends) if "授权" in one]
    assert same_as_desk(ours(), ends + timedelta(days=1)) == 1
    (line,) = in_digest(ours(), Section.LATE, ends + timedelta(days=1))
    assert case.case_no in line and "林代理的授权已到期，请更新授权委托书" in line
    assert same_as_desk(theirs(), ends + timedelta(days=1)) == 0


def test_the_officer_is_told_before_the_day_and_on_it(day) -> None:
    case = two_companies()
    ends = last_day_of(case)
    told = [
        one
        for one in (DAY + timedelta(days=n) for n in range((ends - DAY).days + 1))
        if book_of(ours(), one).counts[Section.SOON] or book_of(ours(), one).counts[Section.DUE_TODAY]
    ]
    assert told[-1] == ends and len(told) == 4  # five, three and one working day before, and the day itself
    assert book_of(ours(), ends).has_today
    (line,) = in_digest(ours(), Section.DUE_TODAY, ends)
    assert case.case_no in line and line.endswith("答复 2 项请求，今天是最后一日")


def last_day_of(case: Case) -> date:
    open_now = select(Deadline.last_day).where(Deadline.case_id == case.id, Deadline.status == "open")
    return db.session.scalars(open_now.where(Deadline.rule_code == "LM-MEDIATE-15D")).one()


def test_each_officer_is_told_of_the_own_part_of_the_tree(day) -> None:
    world = personas.world()
    make.make_user(world.committee, "hr_region", Role.HR, name="区域", companies=[world.region])
    stray = companies.create_company(personas.actor("committee"), name="云岫速运浦东网点", parent=world.company)
    make.make_user(world.committee, "hr_stray", Role.HR, name="浦东", companies=[stray])
    make.make_user(world.committee, "hr_left", Role.HR, name="离职", companies=[world.region])
    db.session.flush()
    left = personas.user("hr_left")
    db.session.query(UserRole).filter_by(user_id=left.id).delete()
    case = two_companies()
    after = last_day_of(case) + timedelta(days=1)
    assert same_as_desk(personas.actor("hr_region"), after) == 1
    assert same_as_desk(personas.actor("hr_stray"), after) == 0
    assert book_of(personas.actor("hr_left"), after).counts == {}
    assert book_of(personas.actor("committee_elsewhere"), after).counts == {}


def test_nothing_is_said_of_a_case_the_company_is_not_told_of(day) -> None:
    case = casefiles.open_wages(lawyer())
    assert book_of(ours(), DAY + timedelta(days=60)).counts == {}
    case.state = "consent_inquiry"
    case.track = "consult"
    db.session.flush()
    assert book_of(ours(), DAY + timedelta(days=60)).counts == {}


def test_a_day_counted_without_its_calendar_is_marked_in_both(day) -> None:
    case = two_companies()
    for deadline in db.session.scalars(select(Deadline).where(Deadline.case_id == case.id)):
        deadline.is_provisional = True
    drafted = casefiles.drafted(lawyer(), applicants=(casefiles.applicant("李二"),))
    service.answer(ours(), case=drafted, kind="accept")
    db.session.query(Deadline).filter_by(case_id=drafted.id).update({"is_provisional": True})
    after = max(last_day_of(case), drafted.mediation_ends_on) + timedelta(days=1)
    waiting = [one for one in company_desk.waiting_for(ours())[0] if one.kind in ASKED]
    assert [one.is_provisional for one in waiting] == [True] * 3
    assert [one.endswith("（暂定）") for one in in_digest(ours(), Section.LATE, after)] == [True] * 3
