"""The agreement, its signatures, instalments and payments; the ways to give it force; follow-up visits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, db


class Agreement(Identified, Stamped, CommitteeOwned, db.Model):
    """A mediation agreement (调解协议书). ``effective_on`` is the last of the required signatures and the seal.

    ``form``: written, or oral (only for ``peoples``; PML Art 28). ``confirms_relationship`` closes arbitration review
    (Order 33 Art 75). ``status``: draft, effective, replaced. ``is_partial``: it settles a part of the requests,
    ``left_open`` says in words what it leaves open.
    """

    __tablename__ = "agreement"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    form: Mapped[str] = mapped_column(String(10), default="written")
    status: Mapped[str] = mapped_column(String(12), default="draft")
    facts: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    payment_method: Mapped[str | None] = mapped_column(String(120))
    early_maturity: Mapped[bool] = mapped_column(default=True)
    confirms_relationship: Mapped[bool] = mapped_column(default=False)
    is_partial: Mapped[bool] = mapped_column(default=False, server_default=false())
    left_open: Mapped[str | None] = mapped_column(String(500))
    effective_on: Mapped[date | None]

    instalments: Mapped[list[Instalment]] = relationship(order_by="Instalment.seq")
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.id")

    __table_args__ = (Index("ix_agreement_case", "case_id", "status"),)


class Signature(Identified, Stamped, CommitteeOwned, db.Model):
    """One act that the agreement needs: ``actor_kind`` party, mediator, recorder or seal. Unsigned: ``signed_on`` None."""

    __tablename__ = "signature"

    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"))
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    actor_kind: Mapped[str] = mapped_column(String(12))
    party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    name: Mapped[str] = mapped_column(String(120))
    is_required: Mapped[bool] = mapped_column(default=True)
    signed_on: Mapped[date | None]
    manner: Mapped[str | None] = mapped_column(String(20))  # signature, fingerprint, company_seal, committee_seal
    signed_by: Mapped[str | None] = mapped_column(String(60))  # the representative who signed, if not the party
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_signature_agreement", "agreement_id"),)


class Instalment(Identified, Stamped, CommitteeOwned, db.Model):
    """One due payment. ``status``: due, part, paid, defaulted.

    ``level1_id``, of its case, is kept by the database (migration 0006), so that a headquarters' sums find its rows.
    """

    __tablename__ = "instalment"

    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"))
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    seq: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    debtor_party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    creditor_party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    manner: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(10), default="due")
    level1_id: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (
        Index("ix_instalment_agreement", "agreement_id", "seq"),
        Index("ix_instalment_due", "committee_id", "status", "due_on"),
        Index(
            "ix_instalment_company",
            "level1_id",
            "due_on",
            "committee_id",
            "status",
            "case_id",
            "agreement_id",
            "amount_fen",
        ),
        Index("ix_instalment_case", "case_id"),
    )


class Payment(Identified, Stamped, CommitteeOwned, db.Model):
    """A payment from party to party (never through the committee), with its proof (D21).

    ``level1_id``, of its case, is kept by the database (migration 0006), so that a headquarters' sums find its rows.
    """

    __tablename__ = "payment"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    instalment_id: Mapped[int] = mapped_column(BigId, ForeignKey("instalment.id"))
    paid_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    proof: Mapped[str | None] = mapped_column(String(120))
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    level1_id: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (
        Index("ix_payment_company", "level1_id", "paid_on", "committee_id", "case_id", "amount_fen"),
        Index("ix_payment_case", "case_id"),
        Index("ix_payment_day", "committee_id", "paid_on"),
        Index("ix_payment_instalment", "instalment_id", "paid_on", "amount_fen"),
    )


class EnforcementStep(Identified, Stamped, CommitteeOwned, db.Model):
    """One way to give the agreement force (law.md 1.4): arbitration_review, judicial_confirmation, payment_order, suit."""

    __tablename__ = "enforcement_step"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    route: Mapped[str] = mapped_column(String(30))
    applied_on: Mapped[date]
    body: Mapped[str | None] = mapped_column(String(120))
    result: Mapped[str | None] = mapped_column(String(200))
    result_on: Mapped[date | None]
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (
        Index("ix_enforcement_step_case", "case_id"),
        Index("ix_enforcement_step_day", "committee_id", "applied_on"),
    )


class FollowUp(Identified, Stamped, CommitteeOwned, db.Model):
    """A return visit (回访): what was found and how satisfied the party is (1–5)."""

    __tablename__ = "follow_up"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    visited_on: Mapped[date]
    manner: Mapped[str] = mapped_column(String(20), default="phone")
    finding: Mapped[str] = mapped_column(String(500))
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    visited_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_follow_up_case", "case_id"),)
