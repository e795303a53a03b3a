"""What of one person falls due in a span of days: for holidays, for leaving, for a deputy's first morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from mediation.accounts import queries as accounts
from mediation.accounts.models import User
from mediation.cases import queries_due
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.errors import NotFound
from mediation.core.i18n import moment
from mediation.core.money import yuan
from mediation.deadlines import queries as deadline_queries

SPAN = timedelta(days=14)
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Line:
    """One thing that falls due, in words, with its case. ``is_late``: its day has passed."""

    on: date
    number: str
    case_no: str | None
    title: str
    what: str
    is_late: bool
    is_provisional: bool
    as_handler: bool


def person_for(actor: Actor, user_id: int | None) -> User:
    """Whose list the actor may ask for: the own, that of who they stand in for, for the committee anybody's.

    Raises NotFound.
    """
    wanted = user_id or actor.user_id or 0
    if not (wanted == actor.user_id or wanted in actor.deputises_for or actor.has(Role.COMMITTEE)):
        raise NotFound()
    return accounts.get_for(actor, wanted)


def lines_for(actor: Actor, user: User, first: date, until: date) -> list[Line]:
    """What is late on ``first`` or falls due until a day (included), as far as the actor sees the cases, by day."""
    titles = {row.code: row.title for row in deadline_queries.newest_rules()}
    return [
        Line(
            on=one.on,
            number=one.number,
            case_no=one.case_no,
            title=one.title,
            what=_what(one, titles),
            is_late=one.on < clock.today(),
            is_provisional=one.is_provisional,
            as_handler=one.as_handler,
        )
        for one in queries_due.due_of(actor, user.id, until)
        if one.on >= first or one.on < clock.today()
    ]


def _what(one: queries_due.Due, titles: dict[str, str]) -> str:
    if one.starts_at is not None:
        return _("调解会议 %(hour)s", hour=_hour(one.starts_at))
    if one.seq:
        return _("第%(seq)s期付款 %(sum)s元", seq=one.seq, sum=yuan(one.owed_fen))
    return titles.get(one.rule_code, one.rule_code)


def _hour(instant: datetime) -> str:
    return moment(instant)[11:]
