"""The table itself: one row per event and origin, with permission, guards, who acts next, and the article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mediation.cases.lifecycle import guards as g
from mediation.cases.lifecycle.guards import CaseFacts, Guard
from mediation.cases.lifecycle.states import (
    AFTER_AGREEMENT,
    ALL_TRACKS,
    BEFORE_AGREEMENT,
    ENDED,
    IN_MEDIATION,
    LOGGED,
    MEDIATED,
    OPEN,
    Event,
    NextActor,
    State,
    Track,
)


@dataclass(frozen=True)
class Transition:
    """One row of the table. ``to_state`` None: the state stays; ``next_actor`` None: so does who acts next. ``permission`` is a value of core.permissions.P."""

    event: Event
    from_states: frozenset[State]
    to_state: State | None
    permission: str
    next_actor: NextActor | None
    tracks: frozenset[Track] = MEDIATED
    guards: tuple[Guard, ...] = ()
    article: str = ""
    is_manual: bool = True  # False: follows from another act, never a button

    def target(self, state: State) -> State:
        """The state after the event."""
        return self.to_state or state

    def blockers(self, facts: CaseFacts) -> tuple[str, ...]:
        """Codes of what is missing; empty when the event may happen."""
        return tuple(dict.fromkeys(code for guard in self.guards for code in guard(facts)))


def _row(
    event: Event,
    from_states: Iterable[State],
    to_state: State | None,
    permission: str,
    who: NextActor | None,
    tracks: frozenset[Track] = MEDIATED,
    guards: tuple[Guard, ...] = (),
    article: str = "",
    is_manual: bool = True,
) -> Transition:
    return Transition(event, frozenset(from_states), to_state, permission, who, tracks, guards, article, is_manual)


S = State
N = NextActor
HANDLE, ACCEPT, ASSIGN, SEAL, ANSWER = "case:handle", "case:accept", "case:assign", "case:seal", "case:answer"
TOLD = MEDIATED | {Track.TRAFFIC, Track.REFERRAL}  # where a company is told of the case
_PAYING = {S.AGREED, S.PERFORMING, S.DEFAULTED, S.ENFORCING}
ORDER17 = "《企业劳动争议协商调解规定》"

TRANSITIONS: tuple[Transition, ...] = (
    _row(Event.DETAILS_CORRECTED, OPEN, None, HANDLE, N.STAFF, tracks=ALL_TRACKS - {Track.POLICE}),
    _row(Event.DETAILS_CORRECTED, OPEN, None, "case:police", N.STAFF, tracks=frozenset({Track.POLICE})),
    _row(
        Event.TRACK_CONFIRMED,
        {S.RECEIVED, S.CONSENT_INQUIRY},
        None,
        HANDLE,
        N.STAFF,
        tracks=ALL_TRACKS - {Track.POLICE},
    ),
    _row(
        Event.RECLASSIFIED,
        BEFORE_AGREEMENT,
        None,
        HANDLE,
        N.STAFF,
        tracks=ALL_TRACKS - {Track.POLICE},
        guards=(g.needs("reason"),),
    ),
    _row(Event.HANDLER_ASSIGNED, OPEN, None, ASSIGN, N.STAFF, tracks=ALL_TRACKS, guards=(g.needs("conflict_check"),)),
    _row(
        Event.CONSENT_ASKED, {S.RECEIVED}, S.CONSENT_INQUIRY, HANDLE, N.RESPONDENT, article=ORDER17 + "第22条、第23条"
    ),
    _row(
        Event.CONSENT_RECORDED,
        {S.RECEIVED, S.CONSENT_INQUIRY},
        S.CONSENT_INQUIRY,
        HANDLE,
        N.STAFF,
        article=ORDER17 + "第22条",
    ),
    _row(Event.CONSENT_RECORDED, IN_MEDIATION, None, HANDLE, N.STAFF, article=ORDER17 + "第29条"),
    _row(
        Event.ANSWERED,
        BEFORE_AGREEMENT | {S.AGREED, S.PERFORMING, S.DEFAULTED},
        None,
        ANSWER,
        N.STAFF,
        tracks=TOLD,
    ),
    # Either side's offers, in the company's own words or as the handler was told them.
    *(
        _row(event, BEFORE_AGREEMENT - {S.RECEIVED}, None, permission, who)
        for event in (Event.OFFER_MADE, Event.OFFER_SETTLED)
        for permission, who in ((ANSWER, N.STAFF), (HANDLE, None))
    ),
    _row(Event.PAPERS_HANDED_IN, OPEN - {S.RECEIVED}, None, ANSWER, None, tracks=TOLD),
    _row(Event.REPRESENTATIVE_NAMED, OPEN - {S.RECEIVED}, None, ANSWER, None, tracks=TOLD),
    _row(Event.REPRESENTATIVE_REVIEWED, OPEN - {S.RECEIVED}, None, HANDLE, None, tracks=TOLD),
    _row(
        Event.ACCEPTED,
        {S.CONSENT_INQUIRY},
        S.ACCEPTED,
        ACCEPT,
        N.COMMITTEE,
        guards=(g.may_accept,),
        article=ORDER17 + "第22条",
    ),
    _row(
        Event.NOT_ACCEPTED,
        {S.RECEIVED, S.CONSENT_INQUIRY},
        S.NOT_ACCEPTED,
        ACCEPT,
        N.STAFF,
        guards=(g.needs("reason"),),
        article=ORDER17 + "第22条",
    ),
    _row(
        Event.MEDIATOR_ASSIGNED,
        {S.ACCEPTED, S.MEDIATING, S.EXTENDED},
        None,
        ASSIGN,
        N.STAFF,
        guards=(g.needs("conflict_check"),),
        article=ORDER17 + "第25条",
    ),
    _row(Event.SESSION_PLANNED, {S.ACCEPTED}, S.MEDIATING, HANDLE, N.PARTIES, guards=(g.mediator,)),
    _row(Event.SESSION_PLANNED, IN_MEDIATION, None, HANDLE, N.PARTIES, guards=(g.mediator,)),
    _row(
        Event.SESSION_HELD, {S.ACCEPTED}, S.MEDIATING, HANDLE, N.STAFF, guards=(g.mediator,), article=ORDER17 + "第24条"
    ),
    _row(Event.SESSION_HELD, IN_MEDIATION, None, HANDLE, N.STAFF, guards=(g.mediator,), article=ORDER17 + "第24条"),
    _row(
        Event.SESSION_CANCELLED,
        {S.ACCEPTED, S.MEDIATING, S.EXTENDED},
        None,
        HANDLE,
        N.STAFF,
        guards=(g.needs("reason"),),
    ),
    _row(
        Event.SESSION_POSTPONED,
        {S.ACCEPTED, S.MEDIATING, S.EXTENDED},
        None,
        HANDLE,
        N.PARTIES,
        guards=(g.needs("reason"),),
    ),
    # A company says itself whether it comes, or the handler enters what it said on the phone.
    *(_row(Event.SESSION_REPLIED, {S.ACCEPTED} | IN_MEDIATION, None, allowed, None) for allowed in (ANSWER, HANDLE)),
    _row(
        Event.EXTENDED, {S.MEDIATING}, S.EXTENDED, HANDLE, N.STAFF, guards=(g.may_extend,), article=ORDER17 + "第29条"
    ),
    _row(Event.AGREEMENT_DRAFTED, IN_MEDIATION, None, HANDLE, N.PARTIES, article=ORDER17 + "第26条"),
    _row(
        Event.SIGNATURE_RECORDED,
        IN_MEDIATION,
        None,
        HANDLE,
        N.COMMITTEE,
        guards=(g.draft,),
        article="《劳动争议调解仲裁法》第14条",
    ),
    _row(Event.SEALED, IN_MEDIATION, None, SEAL, N.STAFF, guards=(g.draft,), article="《劳动争议调解仲裁法》第14条"),
    _row(
        Event.AGREEMENT_EFFECTIVE,
        IN_MEDIATION,
        S.AGREED,
        HANDLE,
        N.RESPONDENT,
        guards=(g.all_acts,),
        article="《劳动争议调解仲裁法》第14条",
        is_manual=False,
    ),
    _row(
        Event.ORAL_AGREEMENT_REACHED,
        {S.ACCEPTED, S.MEDIATING, S.EXTENDED},
        S.AGREED,
        HANDLE,
        N.RESPONDENT,
        tracks=frozenset({Track.PEOPLES}),
        guards=(g.mediator,),
        article="《人民调解法》第28条、第30条",
    ),
    _row(
        Event.FAILED,
        {S.ACCEPTED, S.MEDIATING, S.EXTENDED},
        S.FAILED,
        HANDLE,
        N.STAFF,
        guards=(g.needs("reason", "limitation"),),
        article=ORDER17 + "第30条",
    ),
    _row(Event.WITHDRAWN, BEFORE_AGREEMENT, S.WITHDRAWN, HANDLE, N.STAFF, guards=(g.needs("reason"),)),
    _row(
        Event.TERMINATED,
        {S.ACCEPTED, S.MEDIATING, S.EXTENDED},
        S.TERMINATED,
        HANDLE,
        N.STAFF,
        guards=(g.needs("reason"),),
    ),
    _row(
        Event.REFERRED,
        BEFORE_AGREEMENT | {S.NOT_ACCEPTED, S.FAILED},
        S.REFERRED,
        HANDLE,
        N.OTHER_BODY,
        tracks=ALL_TRACKS - {Track.POLICE, Track.CONSULT},
        guards=(g.needs("reason", "referral_type"),),
    ),
    _row(
        Event.REFERRED,
        {S.RECEIVED},
        S.REFERRED,
        "case:police",
        N.OTHER_BODY,
        tracks=frozenset({Track.POLICE}),
        guards=(g.needs("reason", "referral_type"),),
    ),
    _row(
        Event.POLICE_MEDIATION_HELD,
        {S.RECEIVED},
        None,
        "case:police",
        N.STAFF,
        tracks=frozenset({Track.POLICE}),
        article="《治安管理处罚法》第9条",
    ),
    _row(
        Event.RESULT_RECORDED,
        {S.RECEIVED, S.REFERRED},
        S.CLOSED,
        "case:police",
        N.NOBODY,
        tracks=frozenset({Track.POLICE}),
        guards=(g.needs("reason"),),
    ),
    _row(
        Event.RESULT_RECORDED,
        {S.REFERRED},
        S.CLOSED,
        HANDLE,
        N.NOBODY,
        tracks=ALL_TRACKS - {Track.POLICE, Track.CONSULT},
        guards=(g.needs("reason"),),
    ),
    _row(
        Event.RESULT_RECORDED,
        {S.RECEIVED},
        S.CLOSED,
        HANDLE,
        N.NOBODY,
        tracks=frozenset({Track.TRAFFIC}),
        guards=(g.needs("reason"),),
    ),
    _row(
        Event.ADVISED,
        {S.RECEIVED},
        S.CLOSED,
        HANDLE,
        N.NOBODY,
        tracks=frozenset({Track.CONSULT}),
        guards=(g.needs("reason"),),
    ),
    _row(Event.PAYMENT_REPORTED, _PAYING, None, ANSWER, N.STAFF),
    _row(Event.PAYMENT_DISPUTED, _PAYING, None, HANDLE, N.RESPONDENT, guards=(g.needs("reason"),)),
    _row(
        Event.PAYMENT_RECORDED,
        {S.AGREED},
        S.PERFORMING,
        HANDLE,
        N.RESPONDENT,
        article="《人民调解法》第31条；" + ORDER17 + "第32条",
    ),
    _row(
        Event.PAYMENT_RECORDED,
        {S.PERFORMING, S.DEFAULTED, S.ENFORCING},
        None,
        HANDLE,
        N.RESPONDENT,
        article="《人民调解法》第31条；" + ORDER17 + "第32条",
    ),
    _row(
        Event.PERFORMED,
        {S.AGREED, S.PERFORMING, S.DEFAULTED, S.ENFORCING},
        S.PERFORMED,
        HANDLE,
        N.STAFF,
        guards=(g.all_paid,),
    ),
    _row(
        Event.DEFAULTED,
        {S.AGREED, S.PERFORMING},
        S.DEFAULTED,
        HANDLE,
        N.STAFF,
        guards=(g.overdue,),
        article="《劳动争议调解仲裁法》第15条、第16条",
    ),
    _row(
        Event.FORCE_SOUGHT,
        {S.AGREED, S.PERFORMING, S.PERFORMED, S.DEFAULTED},
        None,
        HANDLE,
        N.OTHER_BODY,
        guards=(g.needs("route"),),
        article=ORDER17 + "第27条；《民事诉讼法》第205条",
    ),
    _row(
        Event.ENFORCEMENT_STARTED,
        {S.DEFAULTED},
        S.ENFORCING,
        HANDLE,
        N.OTHER_BODY,
        guards=(g.needs("route"),),
        article="《劳动争议调解仲裁法》第15条、第16条",
    ),
    _row(
        Event.FOLLOWED_UP,
        AFTER_AGREEMENT | {S.FAILED, S.WITHDRAWN, S.TERMINATED, S.REFERRED, S.CLOSED},
        None,
        HANDLE,
        N.STAFF,
        tracks=ALL_TRACKS - {Track.POLICE},
        article=ORDER17 + "第32条",
    ),
    # What other bodies and the parties do goes on after the committee's own file is closed.
    *(
        _row(event, OPEN | {S.CLOSED}, None, permission, None, tracks=tracks)
        for event in (Event.ACT_RECORDED, Event.ACT_CORRECTED, Event.LIMITATION_NOTED)
        for permission, tracks in ((HANDLE, ALL_TRACKS - {Track.POLICE}), ("case:police", frozenset({Track.POLICE})))
    ),
    _row(Event.PAUSED, OPEN, None, HANDLE, N.OTHER_BODY, ALL_TRACKS - {Track.POLICE}, (g.running, g.needs("reason"))),
    _row(Event.RESUMED, OPEN, None, HANDLE, N.STAFF, ALL_TRACKS - {Track.POLICE}, (g.paused,)),
    _row(
        Event.CLOSED,
        {S.NOT_ACCEPTED, S.FAILED, S.WITHDRAWN, S.TERMINATED, S.PERFORMED},
        S.CLOSED,
        "case:close",
        N.STAFF,
        guards=(g.failure_told,),
        article=ORDER17 + "第32条",
    ),
    _row(
        Event.CLOSED,
        {S.AGREED, S.DEFAULTED, S.ENFORCING},
        S.CLOSED,
        "case:close",
        N.STAFF,
        guards=(g.needs("reason"),),
        article=ORDER17 + "第32条",
    ),
    _row(
        Event.ARCHIVED, {S.CLOSED}, S.ARCHIVED, "case:archive", N.NOBODY, tracks=ALL_TRACKS, article=ORDER17 + "第32条"
    ),
    _row(Event.REOPENED, ENDED, S.PERFORMING, "case:reopen", N.STAFF, guards=(g.needs("reason"), g.agreement_exists)),
    _row(Event.REOPENED, ENDED, S.CONSENT_INQUIRY, "case:reopen", N.STAFF, guards=(g.needs("reason"), g.no_agreement)),
    _row(Event.REOPENED, ENDED, S.RECEIVED, "case:reopen", N.STAFF, tracks=LOGGED, guards=(g.needs("reason"),)),
)
