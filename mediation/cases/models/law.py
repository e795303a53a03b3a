"""What the law's clock runs on besides the life cycle: recorded legal acts, limitation events, pauses, spells."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, db


class LegalAct(Identified, Stamped, CommitteeOwned, db.Model):
    """A legal act that is no step of the life cycle: an award received, an accident, a paper served (law.md 2.2-2.4).

    ``kind`` is a key of ``cases.acts``; ``happened_on`` the civil date of the act. A row is never rewritten: a
    correction makes a new one and marks the old ``corrected`` (``replaced_by_id``), a withdrawal marks it
    ``withdrawn``, each with ``reason``. ``event_id`` is the row of the case's history that recorded it.
    """

    __tablename__ = "legal_act"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    kind: Mapped[str] = mapped_column(String(40))
    happened_on: Mapped[date]
    claim_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("claim.id"))
    evidence: Mapped[str | None] = mapped_column(String(300))
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[str] = mapped_column(String(12), default="standing")  # standing, corrected, withdrawn
    replaced_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("legal_act.id"))
    reason: Mapped[str | None] = mapped_column(String(300))
    event_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_event.id"))
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_legal_act_case", "case_id", "id"),)


class LimitationEvent(Identified, Stamped, CommitteeOwned, db.Model):
    """One event of a claim's limitation (Order 33 Art 27, CC 188-195): start, interruption or suspension, with evidence.

    ``claim_id`` None: it counts for every claim of the case. ``ground`` is a key of ``deadlines.limitation``.
    A suspension lasts from ``happened_on`` to ``ends_on`` (None: it still lasts); both are civil dates.
    ``is_contested``: the earliest plausible last day is counted without it. Never rewritten: ``withdrawn`` with a
    reason. ``event_id``: the event of the case that entered it by itself (the application, a consent, a payment).
    """

    __tablename__ = "limitation_event"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    claim_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("claim.id"))
    kind: Mapped[str] = mapped_column(String(20))  # start, interruption, suspension
    ground: Mapped[str] = mapped_column(String(40))
    happened_on: Mapped[date]
    ends_on: Mapped[date | None]
    evidence: Mapped[str | None] = mapped_column(String(300))
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    is_contested: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(12), default="standing")  # standing, withdrawn
    reason: Mapped[str | None] = mapped_column(String(300))
    event_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_event.id"))
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_limitation_event_case", "case_id", "happened_on"),)


class CasePause(Identified, Stamped, CommitteeOwned, db.Model):
    """A time in which somebody else is due and the case waits (an appraisal, a finding of another authority).

    ``from_on`` is the first day that does not count, ``to_on`` the last one; None: the case still waits.
    """

    __tablename__ = "case_pause"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    ground: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(300))
    started_event_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_event.id"))
    ended_event_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_event.id"))

    __table_args__ = (Index("ix_case_pause_case", "case_id", "from_on"),)


class CaseSpell(Identified, CommitteeOwned, db.Model):
    """A run of work on a case: from receipt, or from a re-opening, to the day it was settled.

    ``gross_days`` counts calendar days from ``from_on`` to ``to_on``, ``net_days`` leaves the days of pauses out;
    both None while the spell lasts.
    """

    __tablename__ = "case_spell"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    seq: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    gross_days: Mapped[int | None] = mapped_column(Integer)
    net_days: Mapped[int | None] = mapped_column(Integer)
    event_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_event.id"))

    __table_args__ = (
        Index("uq_case_spell", "case_id", "seq", unique=True),
        Index("ix_case_spell_ended", "committee_id", "to_on"),
    )
