"""A case waits for somebody else: from which day, why, until when, and which of its clocks the law lets stand still.

The committee's mediation period is never one of them (Order 17 Art 29): it goes on while the case is paused.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.cases import clock as case_clock
from mediation.cases import durations
from mediation.cases.durations import Ground
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CasePause, CaseSpell
from mediation.cases.service import spells
from mediation.cases.service.events import apply_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.i18n import day, listed
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadlines
from mediation.deadlines.models import Deadline


def pause(
    actor: Actor,
    *,
    case: Case,
    ground: str,
    reason: str,
    on: date | None = None,
    rule_codes: Collection[str] | None = None,
) -> CasePause:
    """Let a case wait from a day on, the first that does not count. Returns the pause.

    ``rule_codes`` are the time limits that stand still with it, by default those that the ground suspends by itself.
    Raises DomainError at "ground", "clocks", "reason" or "on", and what ``apply_event`` raises.
    """
    if ground not in set(Ground):
        raise DomainError(_("请选择暂停的事由"), field="ground")
    known = durations.stops_on(Ground(ground))
    codes = sorted(durations.by_itself(Ground(ground)) if rule_codes is None else rule_codes)
    if unknown := set(codes) - known.keys():
        raise DomainError(_("这个事由下法律没有规定中止：%(codes)s", codes=listed(sorted(unknown))), field="clocks")
    on = on or clock.today()
    _check_day(case, on)
    running = {one.rule_code for one in stoppable(case) if on <= one.last_day}
    codes = [code for code in codes if code in running]
    event = apply_event(actor, case, Event.PAUSED, on=on, note=reason, data={"ground": ground, "rules": codes})
    row = CasePause(
        committee_id=case.committee_id,
        case_id=case.id,
        from_on=on,
        ground=ground,
        reason=reason,
        started_event_id=event.id,
    )
    db.session.add(row)
    case.paused_since = on
    if codes:
        deadlines.pause(case_id=case.id, rule_codes=codes, on=on, event_id=event.id)
        case_clock.refresh(case)
    db.session.flush()
    return row


def resume(actor: Actor, *, case: Case, on: date | None = None, note: str | None = None) -> CasePause:
    """Go on with a case from a day, the first that counts again. Returns the pause that is over.

    Raises DomainError at "on" for a day before the pause began, and what ``apply_event`` raises.
    """
    on = on or clock.today()
    if case.paused_since and on < case.paused_since:
        raise DomainError(_("不能早于暂停之日（%(day)s）", day=day(case.paused_since)), field="on")
    event = apply_event(actor, case, Event.RESUMED, on=on, note=note)
    row = spells.end_pause(case, event)
    if row is None:
        raise DomainError(_("案件没有暂停办理"))
    return row


def _check_day(case: Case, on: date) -> None:
    """A pause lies in the spell that lasts (or after its result) and overlaps no other."""
    last = next(iter(reversed(spells.of_case(case.id))), None)
    if last is not None and last.seq > 1 and on < last.from_on:
        raise DomainError(_("不能早于案件重新打开之日（%(day)s）", day=day(last.from_on)), field="on")
    ended = last.to_on if last is not None else case.settled_on
    if ended and on < ended:
        raise DomainError(_("案件在%(day)s已有结果，不能从这之前暂停", day=day(ended)), field="on")
    for one in of_case(case.id):
        if one.to_on and on <= one.to_on:
            raise DomainError(
                _("与已登记的暂停（%(first)s至%(last)s）重叠", first=day(one.from_on), last=day(one.to_on)), field="on"
            )


def of_case(case_id: int) -> Sequence[CasePause]:
    """The pauses of a case, the first one first."""
    return db.session.scalars(
        select(CasePause).where(CasePause.case_id == case_id).order_by(CasePause.from_on, CasePause.id)
    ).all()


def stoppable(case: Case) -> list[Deadline]:
    """The time limits of a case that run and that some ground may let stand still."""
    return [one for one in deadline_queries.open_of_case(case.id) if one.rule_code in durations.STOPPABLE]


@dataclass(frozen=True)
class Standing:
    """How long a case has taken: its spells, its pauses, and the days of the spell that counts, up to today.

    ``gross_days`` and ``net_days`` None: the register does not tell the last day.
    """

    spells: Sequence[CaseSpell]
    pauses: Sequence[CasePause]
    began: date
    ended: date | None
    gross_days: int | None
    net_days: int | None


def standing_of(case: Case, happened: Collection[str]) -> Standing:
    """The standing of a case. ``happened`` names its events: what never happened is not asked for."""
    waited = of_case(case.id) if Event.PAUSED.value in happened else []
    runs = spells.of_case(case.id) if {Event.REOPENED.value, Event.IMPORTED.value} & set(happened) else []
    if runs:
        last = runs[-1]
        began, ended = last.from_on, last.to_on
        if ended:
            return Standing(runs, waited, began, ended, last.gross_days, last.net_days)
    else:
        began, ended = case.received_on, case.settled_on
    until = ended or clock.today()
    days = [(one.from_on, one.to_on) for one in waited]
    return Standing(runs, waited, began, ended, durations.gross(began, until), durations.net(began, until, days))
