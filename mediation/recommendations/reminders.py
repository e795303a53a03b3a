"""Letters in the morning's digest and on the hand-over list: replies, planned measures and visits with their days.

The company's officers hear of a reply and a measure as of a payment: before the day, on it, and late. What is late they
and the committee hear of each working day; a letter whose reply lies further ahead, and a visit, for which nobody has
set a day, stand in a digest that is sent anyway, the visit once as a reason of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.engine import Row

from mediation.accounts.models import User
from mediation.cases import digest, handover
from mediation.cases.digest import Desk, Entry, Section
from mediation.cases.handover import Line
from mediation.core import clock
from mediation.core.actor import Actor, Role, system
from mediation.core.i18n import short_day
from mediation.recommendations import queries, service
from mediation.recommendations.models import Recommendation
from mediation.recommendations.service import MEASURE, REPLY, VISIT, Expected


def _expected(actor: Actor) -> Iterator[tuple[Row[Any], Expected]]:
    """What each letter that the actor sees waits for: (row of ``queries.followed_for``, what), two queries in all."""
    rows = queries.followed_for(actor)
    histories = queries.histories_for(actor)
    for row in rows:
        expected = service.expected_of(row.Recommendation, histories.get(row.Recommendation.id, ()))
        if expected is not None:
            yield row, expected


def tell(desk: Desk) -> None:
    """Put a committee's letters into the books of the morning."""
    for row, expected in _expected(system(desk.committee_id)):
        if expected.code == VISIT:
            if expected.on <= desk.today:
                is_new = desk.is_first_morning_after(expected.on)
                desk.tell(
                    desk.secretaries, Section.WAITING, _entry(desk, row.Recommendation, expected, is_reason=is_new)
                )
            continue
        section = _section(desk, row.Recommendation, expected)
        if section is None:
            continue
        entry = _entry(desk, row.Recommendation, expected, is_reason=section is not Section.WAITING)
        desk.tell(desk.officers_above(row), section, entry)
        if section is Section.LATE:
            desk.tell(desk.secretaries, Section.OTHERS, entry)


def _section(desk: Desk, letter: Recommendation, expected: Expected) -> Section | None:
    """Where the company's officers find it today."""
    if expected.on < desk.today:
        return Section.LATE
    if expected.on == desk.today:
        return Section.DUE_TODAY
    if desk.is_reminder(expected.on, letter.sent_on):
        return Section.SOON
    return Section.WAITING if expected.code == REPLY else None


def _entry(desk: Desk, letter: Recommendation, expected: Expected, *, is_reason: bool) -> Entry:
    return Entry(
        key=f"recommendation:{letter.id}",
        number=letter.number or "",
        on=expected.on,
        is_today=expected.on == desk.today and expected.code != VISIT,
        is_reason=is_reason,
        sentence=partial(_sentence, letter.number, expected),
    )


def _sentence(number: str | None, expected: Expected, today: date) -> str:
    """The line in the digest. "Last day" would be wrong: no law sets any of these days."""
    said = {"number": number, "day": short_day(expected.on)}
    if expected.code == VISIT:
        return _("%(number)s 规范用工建议书，%(day)s 起可以回访核实", **said)
    if expected.code == MEASURE:
        text = _("%(number)s 规范用工建议书的整改措施，计划日 %(day)s", **said)
    else:
        text = _("%(number)s 规范用工建议书，答复日 %(day)s", **said)
    days = (expected.on - today).days
    if days == 0:
        return _("%(text)s，就是今天", text=text)
    return (
        _("%(text)s，还有 %(n)s 天", text=text, n=days)
        if days > 0
        else _("%(text)s，已过 %(n)s 天", text=text, n=-days)
    )


def handed_over(actor: Actor, user: User) -> Iterator[Line]:
    """The lines of a person: an officer's letters to the own companies, the committee's own for whoever belongs to it."""
    roles = {row.role for row in user.roles}
    is_committee = Role.COMMITTEE.value in roles
    companies = {row.company_id for row in user.companies} if Role.HR.value in roles else set()
    if not (is_committee or companies):
        return
    for row, expected in _expected(actor):
        is_own = bool(companies & {row.level1_id, row.level2_id, row.level3_id})
        if is_committee or (is_own and expected.code != VISIT):
            yield _line(row, expected, is_own=is_own and not is_committee)


def _line(row: Row[Any], expected: Expected, *, is_own: bool) -> Line:
    what = {
        REPLY: _("答复规范用工建议书") if is_own else _("等待公司答复规范用工建议书"),
        MEASURE: _("整改措施计划办结"),
        VISIT: _("可以回访核实整改情况"),
    }
    return Line(
        on=expected.on,
        number=row.Recommendation.number or "",
        case_no=None,
        title=f"{row.company} · {row.Recommendation.title}",
        what=what[expected.code],
        is_late=expected.on < clock.today() and expected.code != VISIT,
        is_provisional=False,
        as_handler=False,
        url=f"/recommendations/{row.Recommendation.id}",
    )


digest.PROVIDERS.append(tell)
handover.PROVIDERS.append(handed_over)
