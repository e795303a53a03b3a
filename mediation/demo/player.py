"""Plays a script: each act goes into a diary at its hour, and the diaries of all cases are played in the order of time.

So numbers, papers and the audit trail follow the days, however many cases run beside each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from mediation.cases import queries, queries_sessions
from mediation.cases import service as cases
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case, MediationSession
from mediation.cases.service import AgreementIn, ClaimIn, InstalmentIn, Intake, PartyIn, Present
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import transaction
from mediation.demo.people import Cast
from mediation.demo.script import Script
from mediation.documents import offering
from mediation.documents import service as documents
from mediation.documents.spec import PROVISIONAL_DATE, Per
from mediation.parties import queries as parties
from mediation.parties.models import Party, PartyKind, PartyRole, Side

HEAD = "示例负责人"
VISITED_AFTER = timedelta(days=25)  # within the house's own month after closing
AtCounter = Callable[[Actor, Case], Any]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour of a civil day."""
    return datetime.combine(day, time(hour, minute), clock.SHANGHAI)


@dataclass(frozen=True)
class Act:
    """Something that is done at an instant, as a transaction of its own; ``commits``: it sees to that itself."""

    at: datetime
    do: Callable[[], Any]
    commits: bool = False


def play(acts: Iterable[Act]) -> None:
    """Do everything in the order of time, the clock stopped at each act's instant; nothing happens after now."""
    end = clock.now()
    for act in sorted(acts, key=lambda one: one.at):
        with clock.frozen_at(min(act.at, end)), nullcontext() if act.commits else transaction():
            act.do()


def of_side(case: Case, side: Side) -> list[Party]:
    """The parties of one side, in order."""
    return [one for one in parties.for_case(case.id) if one.side == side.value]


def planned_of(case: Case) -> Sequence[MediationSession]:
    """The sessions ahead."""
    return queries_sessions.of_case(case.id, queries_sessions.PLANNED)


@dataclass
class Player:
    """Writes the diary of one case. A detail that is a function gets the case when its hour has come."""

    cast: Cast
    script: Script
    number: str = ""
    acts: list[Act] = field(default_factory=list)

    def at(self, day: date | None, who: str, do: AtCounter, *, hour: int = 11, minute: int = 0) -> None:
        """Let a person do something with the case on a day; without a day it never happened."""
        if day is None:
            return

        def done() -> None:
            actor = self.cast.actors[who]
            do(actor, queries.get_for(actor, self.number, lock=True))

        self.acts.append(Act(moment(day, hour, minute), done))

    def act(self, day: date | None, who: str, use_case: Callable, *, hour: int = 11, **details: Any) -> None:
        """Let a person use a service on a day."""

        def do(actor: Actor, case: Case) -> None:
            given = {name: value(case) if callable(value) else value for name, value in details.items()}
            use_case(actor, case=case, **given)

        self.at(day, who, do, hour=hour)

    def issue(self, code: str, day: date | None, *, hour: int = 12, subject: Any = None, **typed: str) -> None:
        """Issue a paper, with what is typed for it. One that would print a provisional day waits, as it does for all."""
        self.at(day, self.script.handler, partial(_issue, code=code, subject=subject, typed=typed), hour=hour)

    def write(self) -> list[Act]:
        """The diary from intake to where the script ends."""
        script = self.script
        self.acts.append(Act(moment(script.received, 10, script.phone % 50), self.open))
        if script.track is Track.POLICE:
            self.police()
        elif script.advice:
            self.act(script.received, script.handler, cases.advise, advice=script.advice)
        elif script.track not in (Track.CONSULT, Track.TRAFFIC):
            self.own_paper("D01", script.received, 12)
            self.accept()
        return self.acts

    def own_paper(self, code: str, day: date | None, hour: int) -> None:
        """Issue a paper of the usual course, where the script has it."""
        if code in self.script.papers:
            self.issue(code, day, hour=hour)

    def open(self) -> None:
        """Intake by the person at the desk."""
        script = self.script
        people = tuple(
            PartyIn(
                name=name,
                phone=f"000-0000-{place:04d}",
                occupation=script.job,
                is_migrant=script.is_migrant,
                is_over_age=script.is_over_age,
                claims=(ClaimIn(script.item, amount, category_code=script.category), *script.more_claims),
            )
            for place, (name, amount) in enumerate(script.applicants, script.phone)
        )
        against = tuple(
            PartyIn(
                name=self.cast.companies[key].name,
                kind=PartyKind.ORGANISATION,
                role=role,
                company_id=self.cast.companies[key].id,
            )
            for key, role in script.respondents
        )
        against += tuple(PartyIn(name=name, kind=PartyKind.PERSON, role=PartyRole.OTHER) for name in script.opponents)
        case = cases.open_case(
            self.cast.actors[script.opened_by or script.handler],
            intake=Intake(
                received_on=script.received,
                source=script.source,
                category_code=script.category,
                applicants=people,
                respondents=against,
                facts=script.facts,
                relationship=script.relationship,
                track=script.track,
                station_id=self.cast.stations[script.station].id,
                handler_id=self.cast.users[script.handler].id,
                job=script.job,
                evidence=script.evidence,
                accident_on=script.accident,
                employed_from=script.employed_from,
                employed_until=script.employed_until,
                right_known_on=script.right_known_on,
                headcount=len(people),
            ),
        )
        self.number = case.number

    def accept(self) -> None:
        """Track, consent of the other side, acceptance, mediator."""
        script, handler = self.script, self.script.handler
        if script.stop == "received":
            return
        self.act(script.received, handler, cases.confirm_track, track=script.track, relationship=script.relationship,
                 reason=script.track_reason)  # fmt: skip
        self.act(script.received, handler, cases.ask_consent, on=script.received)
        if script.accepted is None:
            return
        answered = min(script.accepted, script.received + timedelta(days=1))
        self.consent(answered)
        self.act(script.accepted, handler, cases.accept, hour=14, on=script.accepted, reason=script.late_reason)
        if script.stop == "accepted":
            return
        user_id = self.cast.users[script.mediator].id
        self.act(script.accepted, "committee", cases.assign_mediator, hour=15, user_id=user_id)
        self.own_paper("D05", script.accepted, 16)
        if script.stop:
            return
        self.mediate()
        if script.effective:
            self.agree()
            self.perform()
        elif script.failed_on:
            self.fail()

    def consent(self, day: date) -> None:
        """Every respondent agrees to mediation; an organisation says who heads it."""

        def do(actor: Actor, case: Case) -> None:
            for one in of_side(case, Side.RESPONDENT):
                if one.kind == PartyKind.ORGANISATION.value and not one.legal_representative:
                    cases.change_party(actor, case=case, party_id=one.id, legal_representative=HEAD)
                cases.record_consent(actor, case=case, party_id=one.id, answer="yes", channel="电话")

        self.at(day, self.script.handler, do, hour=11, minute=30)

    @property
    def held(self) -> date:
        """The day of the session."""
        script = self.script
        accepted = script.accepted or script.received
        return max(accepted, (script.effective or script.failed_on or accepted) - timedelta(days=2))

    def mediate(self) -> None:
        """One session with its record, an extension where the script has one."""
        script = self.script
        if script.extended_on and script.accepted:
            self.extend(script.accepted, script.extended_on)
        self.at(self.held, script.handler, self.hold, hour=17)
        if script.note:
            self.act(self.held, script.handler, cases.add_note, hour=17, body=script.note)
        self.own_paper("D11", self.held, 18)

    def plan(self, day: date, starts_at: datetime, *, room: str = "", hour: int = 16, **details: Any) -> None:
        """Plan a session, in a room where one is named."""

        def do(actor: Actor, case: Case) -> None:
            room_id = self.cast.rooms[room].id if room else None
            cases.plan_session(
                actor, case=case, starts_at=starts_at, matter=self.script.item, room_id=room_id, **details
            )

        self.at(day, self.script.handler, do, hour=hour)

    def hold(self, actor: Actor, case: Case) -> None:
        """Record the session of the day; a planned one is the same session."""
        script = self.script
        starts_at = moment(clock.today(), 14)
        planned = next((one for one in planned_of(case) if one.starts_at == clock.as_utc(starts_at)), None)
        cases.hold_session(
            actor,
            case=case,
            session=planned,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place=planned.place if planned else "驿站调解室",
            matter=script.item,
            record=script.record,
            result=script.failure or "双方就主要事项取得一致，约定签署协议。",
            attendance=[
                Present(one.name, "申请人" if one.side == Side.APPLICANT.value else "被申请人", one.id)
                for one in parties.for_case(case.id)[:6]
            ],
        )

    def extend(self, accepted: date, day: date) -> None:
        """Both sides agree to more time before the raw end."""
        handler = self.script.handler
        self.plan(accepted, moment(day, 18))

        def consent(actor: Actor, case: Case) -> None:
            for one in parties.for_case(case.id):
                cases.record_consent(actor, case=case, party_id=one.id, answer="yes", purpose="extension")

        self.at(day, handler, consent)
        self.act(day, handler, cases.extend, hour=12, days=15, reason="加班时数需要核对考勤记录")

    def fail(self) -> None:
        """No agreement; the notice prints the last day for other ways."""
        script = self.script
        self.act(script.failed_on, script.handler, cases.fail, hour=16, reason=script.failure, on=script.failed_on,
                 limitation_on=script.limitation_on or (lambda case: case.limitation_on))  # fmt: skip
        self.own_paper("D15", script.failed_on, 17)
        if script.closed_on:
            self.act(script.closed_on, script.handler, cases.close, hour=18)

    def agree(self) -> None:
        """Draft, signatures and seal; the last of them makes it effective."""
        script, day = self.script, self.script.effective
        terms = AgreementIn(
            facts=script.facts,
            terms=script.terms,
            total_fen=sum(amount for _day, amount in script.instalments),
            instalments=tuple(InstalmentIn(due_on, amount) for due_on, amount in script.instalments),
            payment_method="转账至申请人本人账户",
            is_partial=bool(script.left_open),
            left_open=script.left_open,
        )
        self.act(day, script.handler, cases.draft, hour=9, terms=terms)
        self.own_paper("D13", day, 10)
        self.at(day, script.handler, partial(_sign, is_seal=False), hour=15)
        self.at(day, "committee", partial(_sign, is_seal=True), hour=16)

    def perform(self) -> None:
        """Payments on their days, the visit, closing and archiving as far as the script goes."""
        script = self.script
        for place, paid_on in enumerate(script.paid):
            due_on, amount = script.instalments[place]
            self.act(min(due_on, paid_on), script.handler, cases.record_payment, amount_fen=amount, proof="银行回单",
                     instalment_id=lambda case, place=place: cases.agreements_of(case)[0].instalments[place].id)  # fmt: skip
        if script.defaulted_on:
            self.act(script.defaulted_on, script.handler, cases.declare_default, note="第二期到期未付")
            self.act(script.defaulted_on + timedelta(days=3), script.handler, cases.seek_force, route="payment_order",
                     body="示例区人民法院")  # fmt: skip
        if script.closed_on:
            self.act(script.closed_on, script.handler, cases.follow_up, hour=9, finding="款项已收到，双方无异议。",
                     satisfaction=5)  # fmt: skip
            self.act(script.closed_on, script.handler, cases.close, hour=16)
            visited_on = script.closed_on + VISITED_AFTER
            if not script.archived and visited_on <= clock.today():
                self.act(
                    visited_on, script.handler, cases.follow_up, finding="电话回访，未发生新的争议。", satisfaction=5
                )
        if script.archived:
            self.act(script.closed_on, script.handler, cases.archive, hour=17)

    def police(self) -> None:
        """Only the officer writes this file."""
        script = self.script
        self.act(script.received, "police", cases.hold_police_mediation, hour=15, result="双方情绪激动，未达成一致")
        if script.effective:
            self.act(
                script.effective, "police", cases.hold_police_mediation, result="双方达成一致，当场支付医药费和误工费"
            )
            self.act(script.effective, "police", cases.record_result, hour=12,
                     result="已由派出所调解处理，赔偿1,280元已付清")  # fmt: skip


def _issue(actor: Actor, case: Case, *, code: str, subject: Any, typed: dict[str, str]) -> None:
    key = subject(case) if callable(subject) else subject
    ready = offering.offer(actor, case=case, code=code, subject=key)
    if ready.spec.per is Per.AGREEMENT and ready.subject.key and key is None:
        # Each applicant of a collective case has an agreement of their own.
        for one in offering.offers(actor, case=case):
            if one.spec.code == code and one.document is None:
                _issue(actor, case, code=code, subject=one.subject.key, typed=typed)
        return
    proposed = {ask.key: ask.propose(ready.facts) for ask in ready.spec.asks}
    try:
        documents.issue(actor, case=case, code=code, subject=ready.subject.key, typed={**proposed, **typed})
    except documents.NotComplete as error:
        if any(one.code != PROVISIONAL_DATE for one in error.findings):
            raise


def _sign(actor: Actor, case: Case, *, is_seal: bool) -> None:
    day, manner = clock.today(), "committee_seal" if is_seal else "signature"
    for one in list(cases.agreements_of(case)[0].signatures):
        if (one.actor_kind == "seal") is is_seal and one.signed_on is None:
            cases.sign(actor, case=case, signature_id=one.id, on=day, manner=manner)
