"""What of one person falls due in a span of days: for holidays, for leaving, for a deputy's first morning.

Packages above this one add their lines: ``PROVIDERS.append(fn)``, ``fn(actor, user) -> lines`` of any day, as far as the
actor sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from mediation.accounts import queries as accounts
from mediation.accounts.models import User
from mediation.cases import queries_due, session_replies
from mediation.cases.session_replies import Said
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.errors import NotFound
from mediation.core.i18n import moment
from mediation.core.money import yuan
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines.labels import rule_title

SPAN = timedelta(days=14)
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Line:
    """One thing that falls due, in words, with its case. ``is_late``: its day has passed.

    ``url``: the address of what is no case; ``number`` and ``title`` name it, nobody handles it.
    """

    on: date
    number: str
    case_no: str | None
    title: str
    what: str
    is_late: bool
    is_provisional: bool
    as_handler: bool
    url: str = ""


PROVIDERS: list[Callable[[Actor, User], Iterable[Line]]] = []


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
    titles = {row.code: rule_title(row) for row in deadline_queries.newest_rules()}
    due = queries_due.due_of(actor, user.id, until)
    said = session_replies.of_sessions(actor, [one.session_id for one in due if one.session_id])
    found = [
        Line(
            on=one.on,
            number=one.number,
            case_no=one.case_no,
            title=one.title,
            what=_what(one, titles, said.get(one.session_id, ())),
            is_late=one.on < clock.today(),
            is_provisional=one.is_provisional,
            as_handler=one.as_handler,
        )
        for one in due
    ]
    for provide in PROVIDERS:
        found += (line for line in provide(actor, user) if line.on <= until)
    return sorted((line for line in found if line.on >= first or line.on < clock.today()), key=lambda line: line.on)


def _what(one: queries_due.Due, titles: dict[str, str], said: Sequence[Said]) -> str:
    if one.starts_at is not None:
        meeting = _("调解会议 %(hour)s", hour=_hour(one.starts_at))
        return meeting + _("（%(note)s）", note=session_replies.in_short(said)) if said else meeting
    if one.seq:
        return _("第%(seq)s期付款 %(sum)s元", seq=one.seq, sum=yuan(one.owed_fen))
    return titles.get(one.rule_code, one.rule_code)


def _hour(instant: datetime) -> str:
    return moment(instant)[11:]
