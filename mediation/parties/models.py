"""Parties of a case and their representatives. Names are searchable text; the rest of a person is sealed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediation.committees.models import CommitteeOwned
from mediation.core.crypto import EncryptedText
from mediation.core.db import BigId, Identified, Stamped, db


class Side(StrEnum):
    """On which side a party stands."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    THIRD = "third_party"


class PartyKind(StrEnum):
    """A natural person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class PartyRole(StrEnum):
    """What the party is in the liability chain (law.md 1.5) or at work."""

    WORKER = "worker"
    EMPLOYER = "employer"
    PLATFORM = "platform"
    HUB_COMPANY = "hub_company"
    FRANCHISEE = "franchisee"
    OUTSOURCER = "outsourcer"
    HOST_UNIT = "host_unit"
    SHIPPER = "shipper"
    CARRIER = "carrier"
    CONSIGNEE = "consignee"
    BROKER = "broker"
    INSURER = "insurer"
    OTHER = "other"


class Party(Identified, Stamped, CommitteeOwned, db.Model):
    """One party of one case. ``id_number``, ``phone``, ``address`` and ``bank_account`` are sealed; the blind columns
    find the same person again, and the last four digits, without opening anything.
    """

    __tablename__ = "party"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    side: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    seq: Mapped[int] = mapped_column(Integer, default=1)
    name: Mapped[str] = mapped_column(String(120))
    gender: Mapped[str | None] = mapped_column(String(10))
    ethnicity: Mapped[str | None] = mapped_column(String(20))
    birth_year: Mapped[int | None] = mapped_column(Integer)
    occupation: Mapped[str | None] = mapped_column(String(60))
    is_migrant: Mapped[bool | None]
    is_over_age: Mapped[bool] = mapped_column(default=False)
    company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("company.id"))
    legal_representative: Mapped[str | None] = mapped_column(String(60))
    plate: Mapped[str | None] = mapped_column(String(20))
    service_wish: Mapped[str | None] = mapped_column(String(60))  # how the party wishes to be served

    id_number: Mapped[str | None] = mapped_column(EncryptedText("party.id_number"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("party.phone"))
    second_phone: Mapped[str | None] = mapped_column(EncryptedText("party.second_phone"))
    address: Mapped[str | None] = mapped_column(EncryptedText("party.address"))
    bank_account: Mapped[str | None] = mapped_column(EncryptedText("party.bank_account"))
    id_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    phone_last4_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16))

    representatives: Mapped[list[Representative]] = relationship(order_by="Representative.id")

    __table_args__ = (
        Index("ix_party_case", "case_id", "side", "seq"),
        Index("ix_party_id_blind", "committee_id", "id_blind"),
        Index("ix_party_phone_blind", "committee_id", "phone_blind"),
        Index("ix_party_last4", "committee_id", "phone_last4_blind"),
        Index("ix_party_name", "committee_id", "name"),
        Index("ix_party_company", "company_id"),
    )


class Representative(Identified, Stamped, CommitteeOwned, db.Model):
    """Who acts for a party, with the scope of authority (D07): special powers are named one by one."""

    __tablename__ = "representative"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    party_id: Mapped[int] = mapped_column(BigId, ForeignKey("party.id"))
    kind: Mapped[str] = mapped_column(String(30))  # agent, legal_representative, elected
    name: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str | None] = mapped_column(String(60))
    id_number: Mapped[str | None] = mapped_column(EncryptedText("representative.id_number"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("representative.phone"))
    scope: Mapped[str] = mapped_column(String(20), default="general")  # general or special
    powers: Mapped[list[str]] = mapped_column(JSON, default=list)
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))

    __table_args__ = (Index("ix_representative_case", "case_id"),)
