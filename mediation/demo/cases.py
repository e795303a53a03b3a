"""The demo cases C01–C12 and a few of this week, played act by act with the clock stopped at each act's day."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from mediation.cases import queries
from mediation.cases import service as cases
from mediation.cases.lifecycle import Track
from mediation.cases.service import AgreementIn, ClaimIn, InstalmentIn, Intake, PartyIn, Present
from mediation.core import clock
from mediation.core.db import transaction
from mediation.demo.people import Cast
from mediation.demo.script import RECENT, SCRIPTS, Script
from mediation.documents import service as documents
from mediation.parties import queries as parties
from mediation.parties.models import PartyKind, PartyRole, Side


@contextmanager
def _at(day: date, hour: int = 10, minute: int = 0):
    with clock.frozen_at(datetime.combine(day, time(hour, minute), clock.SHANGHAI)), transaction():
        yield


@dataclass
class Player:
    """Plays one script; each act is a transaction of its own, as it would be at the counter."""

    cast: Cast
    script: Script
    number: str = ""
    log: list[str] = field(default_factory=list)

    def act(self, day: date, who: str, use_case: Callable, *, hour: int = 11, **details: Any) -> Any:
        """Let a person do something on a day."""
        with _at(min(day, clock.today()), hour):
            actor = self.cast.actors[who]
            case = queries.get_for(actor, self.number, lock=True)
            return use_case(actor, case=case, **details)

    def play(self) -> None:
        """From intake to where the script ends."""
        script = self.script
        self.open()
        if script.track is Track.POLICE:
            self.police()
            return
        if script.track is Track.CONSULT:
            if script.advice:
                self.act(script.received, script.handler, cases.advise, advice=script.advice)
            return
        self.accept()
        if script.accepted is None:
            return
        self.mediate()
        if script.effective:
            self.agree()
            self.perform()
        elif script.failed_on:
            self.act(
                script.failed_on,
                script.handler,
                cases.fail,
                hour=16,
                reason=script.failure or "",
                limitation_on=script.limitation_on,
                on=script.failed_on,
            )
            self.issue("D15", script.failed_on, 17)
            if script.closed_on:
                self.act(script.closed_on, script.handler, cases.close)

    def issue(self, code: str, day: date, hour: int) -> None:
        """Issue a paper, where the script has it."""
        if code in self.script.papers:
            self.act(day, self.script.handler, documents.issue, hour=hour, code=code)

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
                claims=(ClaimIn(script.item, amount, category_code=script.category),),
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
        desk = script.opened_by or script.handler
        with _at(script.received, 10, script.phone % 50):
            case = cases.open_case(
                self.cast.actors[desk],
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
                    headcount=len(people),
                ),
            )
            self.number = case.number
        self.issue("D01", script.received, 12)

    def accept(self) -> None:
        """Track, consent of the other side, acceptance, mediator."""
        script, handler = self.script, self.script.handler
        if script.stop == "received":
            return
        reason = script.track_reason
        self.act(
            script.received, handler, cases.confirm_track, track=script.track, relationship=script.relationship,
            reason=reason,
        )  # fmt: skip
        self.act(script.received, handler, cases.ask_consent, on=script.received)
        if script.stop == "asked" or script.accepted is None:
            return
        answered = min(script.accepted, script.received + timedelta(days=1))
        with _at(answered):
            case = queries.get_for(self.cast.system, self.number)
            others = [one.id for one in parties.for_case(case.id) if one.side == Side.RESPONDENT.value]
        for party_id in others:
            self.act(answered, handler, cases.record_consent, party_id=party_id, answer="yes", channel="电话")
        self.act(script.accepted, handler, cases.accept, hour=14, on=script.accepted, reason=script.late_reason)
        if script.stop == "accepted":
            return
        user_id = self.cast.users[script.mediator].id
        self.act(script.accepted, "committee", cases.assign_mediator, hour=15, user_id=user_id)
        self.issue("D05", script.accepted, 16)

    def mediate(self) -> None:
        """One session with its record, an extension where the script has one."""
        script = self.script
        if script.stop == "accepted":
            return
        last = script.effective or script.failed_on or clock.today()
        held = min(max(script.accepted, last - timedelta(days=2)), clock.today())
        if script.extended_on:
            self.extend()
        starts_at = datetime.combine(held, time(14), clock.SHANGHAI)
        if script.stop == "planned":
            starts_at = clock.now() + timedelta(hours=3)
            self.act(clock.today(), script.handler, cases.plan_session, starts_at=starts_at, place="驿站调解室",
                     matter="第一次调解")  # fmt: skip
            return
        with _at(held, 17):
            actor = self.cast.actors[script.handler]
            case = queries.get_for(actor, self.number, lock=True)
            people = parties.for_case(case.id)
            cases.hold_session(
                actor,
                case=case,
                session=None,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                place="驿站调解室",
                matter=script.item,
                record=script.record,
                result=script.failure or "双方就主要事项取得一致，约定签署协议。",
                attendance=[
                    Present(one.name, "申请人" if one.side == Side.APPLICANT.value else "被申请人", one.id)
                    for one in people[:6]
                ],
            )
            if script.note:
                cases.add_note(actor, case=case, body=script.note)
        self.issue("D11", held, 18)

    def extend(self) -> None:
        """Both sides agree to more time before the raw end."""
        script = self.script
        with _at(script.accepted, 15):
            people = parties.for_case(queries.get_for(self.cast.system, self.number).id)
        starts_at = datetime.combine(script.extended_on, time(18), clock.SHANGHAI)
        self.act(script.accepted, script.handler, cases.plan_session, hour=16, starts_at=starts_at)
        for one in people:
            self.act(script.extended_on, script.handler, cases.record_consent, party_id=one.id, answer="yes",
                     purpose="extension")  # fmt: skip
        self.act(script.extended_on, script.handler, cases.extend, hour=12, days=15, reason="加班时数需要核对考勤记录")

    def agree(self) -> None:
        """Draft, signatures and seal; the last of them makes it effective."""
        script = self.script
        terms = AgreementIn(
            facts=script.facts,
            terms=script.terms,
            total_fen=sum(amount for _day, amount in script.instalments),
            instalments=tuple(InstalmentIn(day, amount) for day, amount in script.instalments),
            payment_method="转账至申请人本人账户",
        )
        agreement = self.act(script.effective, script.handler, cases.draft, hour=9, terms=terms)
        with _at(script.effective):
            acts = [(one.id, one.actor_kind) for one in cases.agreements_of(
                queries.get_for(self.cast.system, self.number))[0].signatures]  # fmt: skip
        del agreement
        self.issue("D13", script.effective, 10)
        for signature_id, kind in acts:
            seal = kind == "seal"
            self.act(
                script.effective,
                "committee" if seal else script.handler,
                cases.sign,
                hour=16 if seal else 15,
                signature_id=signature_id,
                on=script.effective,
                manner="committee_seal" if seal else "signature",
            )

    def perform(self) -> None:
        """Payments on their days, the visit, closing and archiving as far as the script goes."""
        script = self.script
        with _at(script.effective):
            due = [(one.id, one.due_on, one.amount_fen) for one in cases.agreements_of(
                queries.get_for(self.cast.system, self.number))[0].instalments]  # fmt: skip
        for place, (instalment_id, due_on, amount) in enumerate(due):
            paid_on = min(due_on, script.paid[place]) if place < len(script.paid) else None
            if paid_on is None or paid_on > clock.today():
                break
            self.act(paid_on, script.handler, cases.record_payment, instalment_id=instalment_id, amount_fen=amount,
                     paid_on=paid_on, proof="银行回单")  # fmt: skip
        if script.defaulted_on:
            self.act(script.defaulted_on, script.handler, cases.declare_default, note="第二期到期未付")
            self.act(script.defaulted_on + timedelta(days=3), script.handler, cases.seek_force, route="payment_order",
                     body="示例区人民法院")  # fmt: skip
        if script.closed_on:
            self.act(script.closed_on, script.handler, cases.follow_up, hour=9, finding="款项已收到，双方无异议。",
                     satisfaction=5)  # fmt: skip
            self.act(script.closed_on, script.handler, cases.close)
        if script.archived:
            self.act(script.closed_on, script.handler, cases.archive, hour=17)

    def police(self) -> None:
        """Only the officer writes this file."""
        script = self.script
        self.act(script.received, "police", cases.hold_police_mediation, result="双方情绪激动，未达成一致")
        if script.effective:
            self.act(
                script.effective, "police", cases.hold_police_mediation, result="双方达成一致，当场支付医药费和误工费"
            )
            self.act(
                script.effective, "police", cases.record_result, hour=12, result="已由派出所调解处理，赔偿1,280元已付清"
            )


def load(cast: Cast) -> None:
    """Play all scripts in the order of their intake; those that reach past today are left for later."""
    scripts = [one for one in SCRIPTS if one.last_day <= clock.today()]
    for script in sorted((*scripts, *RECENT(clock.today())), key=lambda one: one.received):
        Player(cast, script).play()
