"""Cases played through their services up to where a paper is made of them (C01, C05 of the worked examples)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask

from mediation.cases import queries
from mediation.cases import service as cases
from mediation.cases.lifecycle import Track
from mediation.cases.service import AgreementIn, InstalmentIn, Present
from mediation.core import clock
from mediation.core.db import transaction
from mediation.parties import queries as parties
from mediation.parties import service as party_service
from tests import personas
from tests.factories import casefiles
from tests.factories.casefiles import reload
from tests.product import Content

WORKER, ADDRESS = "周明远", "上海市青浦区示例路 1 号"
RECORD = (
    "调解员：现在核对当事人身份，双方对参加人身份有无异议？\n"
    "周明远：没有异议。工资一直没有发，共16,650元。\n"
    "双方核对账目后同意分两期支付。"
)


@contextmanager
def at(day: date, hour: int = 10) -> Iterator[None]:
    """One transaction with the clock stopped on a day."""
    with casefiles.at(day, hour), transaction():
        yield


def act(number: str, persona: str, day: date, use_case: Callable, *, hour: int = 11, **details: Any) -> Any:
    """Let a persona do something with a case on a day."""
    with at(day, hour):
        actor = personas.actor(persona)
        return use_case(actor, case=queries.get_for(actor, number, lock=True), **details)


def open_case(received: date, **changes: Any) -> str:
    """An intake by the duty lawyer: 周明远, with his ID number, against outlet and headquarters. Returns its number."""
    worker = replace(casefiles.applicant(WORKER), id_number=casefiles.ID_NUMBER)
    with at(received):
        intake = {"applicants": (worker,), "evidence": ("工资条", "聊天记录"), "track": Track.LABOUR, **changes}
        return casefiles.open_wages(personas.actor("duty_lawyer"), **intake).number


def accept(number: str, received: date, accepted: date, track: Track = Track.LABOUR) -> None:
    """Track, everybody's consent, acceptance and mediator."""
    relationship = "employment" if track is Track.LABOUR else "self_run"
    act(number, "duty_lawyer", received, cases.confirm_track, track=track, relationship=relationship)
    act(number, "duty_lawyer", received, cases.ask_consent, on=received)
    others = [one.id for one in parties.for_case(reload(number).id) if one.side == "respondent"]
    for party_id in others:
        act(number, "duty_lawyer", accepted, cases.record_consent, party_id=party_id, answer="yes")
    act(number, "duty_lawyer", accepted, cases.accept, hour=14, on=accepted)
    act(number, "committee", accepted, cases.assign_mediator, hour=15, user_id=casefiles.user_id("judicial_here"))


def meet(number: str, held: date, result: str = "双方达成一致，约定签署协议。") -> None:
    """A meeting with its joint record, and a private note that no paper may print."""
    starts_at = datetime(held.year, held.month, held.day, 14, tzinfo=clock.SHANGHAI)
    people = [Present(one.name, "申请人" if one.side == "applicant" else "被申请人", one.id)
              for one in parties.for_case(reload(number).id)]  # fmt: skip
    act(
        number,
        "duty_lawyer",
        held,
        cases.hold_session,
        hour=17,
        session=None,
        starts_at=starts_at,
        ends_at=starts_at.replace(hour=16),
        place="青浦卡友驿站调解室",
        record=RECORD,
        attendance=people,
        result=result,
    )
    act(number, "duty_lawyer", held, cases.add_note, hour=18, body=casefiles.CANARY)


def draft(number: str, drafted: date, total_fen: int = 1_665_000) -> None:
    """The agreement of C01: two instalments, later ones where it is drafted later."""
    first = total_fen - 800_000
    days = max(date(2026, 3, 20), drafted + timedelta(days=4)), max(date(2026, 4, 10), drafted + timedelta(days=25))
    terms = AgreementIn(
        facts="2025年12月至2026年2月工资未付。",
        terms="一、被申请人分两期支付拖欠工资。\n二、双方就本次争议再无其他争议。",
        total_fen=total_fen,
        instalments=(InstalmentIn(days[0], first), InstalmentIn(days[1], 800_000)),
        payment_method="银行转账",
    )
    act(number, "duty_lawyer", drafted, cases.draft, hour=9, terms=terms)


def sign_all(number: str, on: date) -> None:
    """Every signature and the seal: the agreement takes effect."""
    acts = [(one.id, one.actor_kind) for one in cases.agreements_of(reload(number))[0].signatures]
    for signature_id, kind in acts:
        who, manner = ("committee", "committee_seal") if kind == "seal" else ("duty_lawyer", "signature")
        act(number, who, on, cases.sign, hour=15, signature_id=signature_id, on=on, manner=manner)


def accepted_case(received: date = date(2026, 3, 4), accepted: date = date(2026, 3, 6)) -> str:
    """C01 up to its mediator."""
    number = open_case(received)
    accept(number, received, accepted)
    return number


def accepted_case_of(track: Track, received: date = date(2026, 3, 4), accepted: date = date(2026, 3, 6)) -> str:
    """The same dispute on another track, up to its mediator and a meeting."""
    number = open_case(received, track=track, relationship="self_run")
    accept(number, received, accepted, track)
    meet(number, date(2026, 3, 12))
    return number


def failed_case(limitation_on: date | None = date(2027, 6, 5)) -> str:
    """C05: mediation failed, with the day of limitation as the mediator typed it."""
    number = open_case(date(2026, 6, 5), category_code="contract.unwritten", facts="2025年8月20日才签书面劳动合同。")
    accept(number, date(2026, 6, 5), date(2026, 6, 9))
    meet(number, date(2026, 6, 22), result="双方分歧较大。")
    act(
        number,
        "duty_lawyer",
        date(2026, 6, 24),
        cases.fail,
        reason="双方对数额分歧较大",
        limitation_on=limitation_on,
        on=date(2026, 6, 24),
    )
    return number


def rename_worker(number: str, name: str) -> None:
    """Another name for the first applicant."""
    with transaction():
        party = parties.for_case(reload(number).id)[0]
        party_service.change_party(personas.actor("duty_lawyer"), party=party, name=name)


def name_heads(number: str) -> None:
    """Who heads the organisations of a case, as an agreement prints and somebody must sign."""
    with transaction():
        for party in parties.for_case(reload(number).id):
            if party.kind == "organisation" and not party.legal_representative:
                party.legal_representative = "吴立"


def _fill_drafted(app: Flask) -> None:
    casefiles.fill(app)
    number = accepted_case()
    meet(number, date(2026, 3, 14))
    draft(number, date(2026, 3, 16))
    assert number == DRAFTED_NUMBER


# C01 with its agreement drafted: kept once, because most tests begin there. No paper is issued: files are not kept.
DRAFTED_NUMBER = "2026-000001"
DRAFTED = Content("a drafted agreement", _fill_drafted)
