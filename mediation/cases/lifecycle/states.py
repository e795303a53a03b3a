"""Tracks, states, events, and who acts next: the words of the life cycle."""

from __future__ import annotations

from enum import StrEnum


class Track(StrEnum):
    """Which procedure governs (law.md 1.1)."""

    LABOUR = "labour"
    NEW_FORM = "new_form"
    PEOPLES = "peoples"
    POLICE = "police"
    TRAFFIC = "traffic"
    REFERRAL = "referral"
    CONSULT = "consult"


MEDIATED = frozenset({Track.LABOUR, Track.NEW_FORM, Track.PEOPLES})
LOGGED = frozenset({Track.POLICE, Track.TRAFFIC, Track.REFERRAL, Track.CONSULT})
ALL_TRACKS = frozenset(Track)


class State(StrEnum):
    """Where a case stands (law.md 8.1)."""

    RECEIVED = "received"
    CONSENT_INQUIRY = "consent_inquiry"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    MEDIATING = "mediating"
    EXTENDED = "extended"
    AGREED = "agreed"
    PERFORMING = "performing"
    PERFORMED = "performed"
    DEFAULTED = "defaulted"
    ENFORCING = "enforcing"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    REFERRED = "referred"
    CLOSED = "closed"
    ARCHIVED = "archived"


S = State
ENDED = frozenset({S.CLOSED, S.ARCHIVED})
OPEN = frozenset(State) - ENDED
IN_MEDIATION = frozenset({S.MEDIATING, S.EXTENDED})
BEFORE_AGREEMENT = frozenset({S.RECEIVED, S.CONSENT_INQUIRY, S.ACCEPTED, S.MEDIATING, S.EXTENDED})
AFTER_AGREEMENT = frozenset({S.AGREED, S.PERFORMING, S.PERFORMED, S.DEFAULTED, S.ENFORCING})


class Event(StrEnum):
    """What happens to a case; past-tense facts."""

    RECEIVED = "received"
    DETAILS_CORRECTED = "details_corrected"
    TRACK_CONFIRMED = "track_confirmed"
    RECLASSIFIED = "reclassified"
    HANDLER_ASSIGNED = "handler_assigned"
    CONSENT_ASKED = "consent_asked"
    CONSENT_RECORDED = "consent_recorded"
    ANSWERED = "answered"
    OFFER_MADE = "offer_made"
    OFFER_SETTLED = "offer_settled"
    PAPERS_HANDED_IN = "papers_handed_in"
    REPRESENTATIVE_NAMED = "representative_named"
    REPRESENTATIVE_REVIEWED = "representative_reviewed"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    MEDIATOR_ASSIGNED = "mediator_assigned"
    SESSION_PLANNED = "session_planned"
    SESSION_HELD = "session_held"
    SESSION_POSTPONED = "session_postponed"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_REPLIED = "session_replied"
    EXTENDED = "extended"
    AGREEMENT_DRAFTED = "agreement_drafted"
    SIGNATURE_RECORDED = "signature_recorded"
    SEALED = "sealed"
    AGREEMENT_EFFECTIVE = "agreement_effective"
    ORAL_AGREEMENT_REACHED = "oral_agreement_reached"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    REFERRED = "referred"
    POLICE_MEDIATION_HELD = "police_mediation_held"
    RESULT_RECORDED = "result_recorded"
    ADVISED = "advised"
    PAYMENT_REPORTED = "payment_reported"
    PAYMENT_DISPUTED = "payment_disputed"
    PAYMENT_RECORDED = "payment_recorded"
    PERFORMED = "performed"
    DEFAULTED = "defaulted"
    FORCE_SOUGHT = "force_sought"
    ENFORCEMENT_STARTED = "enforcement_started"
    FOLLOWED_UP = "followed_up"
    ACT_RECORDED = "act_recorded"
    ACT_CORRECTED = "act_corrected"
    LIMITATION_NOTED = "limitation_noted"
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSED = "closed"
    ARCHIVED = "archived"
    REOPENED = "reopened"
    IMPORTED = "imported"


class NextActor(StrEnum):
    """Who the case waits for."""

    STAFF = "staff"
    RESPONDENT = "respondent"
    COMMITTEE = "committee"
    PARTIES = "parties"
    OTHER_BODY = "other_body"
    NOBODY = "nobody"
