"""What waits for companies with a day, in the morning's digest of their officers: the rows that their desk shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import LazyString
from sqlalchemy.engine import Row

from mediation.cases import company_desk, digest, queries_asked
from mediation.cases.digest import HORIZON, Desk, Entry, Section

ONE_DAY = timedelta(days=1)


def tell(desk: Desk) -> None:
    """Put claims to answer and drafts to sign into the officers' books: before the day, on it, and late, as payments; and
    authorities that have ended."""
    until = desk.today + HORIZON
    for row in queries_asked.unanswered_until(desk.committee_id, until):
        _say(desk, row, f"answer:{row.key}", LazyString(company_desk.to_answer, row.open_claims))
    for row in queries_asked.signatures_until(desk.committee_id, until):
        _say(desk, row, f"signature:{row.key}", LazyString(company_desk.to_sign))
    # Of those that will end a notice of its own has told a week ahead.
    for row in queries_asked.authorities_until(desk.committee_id, desk.today - ONE_DAY):
        _say(desk, row, f"authority:{row.key}", LazyString(company_desk.to_renew, row.name, is_over=True))


def _say(desk: Desk, row: Row[Any], key: str, title: LazyString) -> None:
    section = _section(desk, row)
    if section is not None:
        entry = Entry(
            key=key,
            number=row.case_no or row.number,
            on=row.on,
            title=title,
            is_provisional=bool(row.is_provisional),
            is_today=section is Section.DUE_TODAY,
        )
        desk.tell({row.user_id}, section, entry)


def _section(desk: Desk, row: Row[Any]) -> Section | None:
    if row.on < desk.today:
        return Section.LATE
    if row.on == desk.today:
        return Section.DUE_TODAY
    return Section.SOON if desk.is_reminder(row.on) else None


digest.PROVIDERS.append(tell)
