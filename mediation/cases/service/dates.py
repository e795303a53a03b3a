"""What a case shows of its deadlines follows when a change of the calendar or of a rule moves them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from flask_babel import gettext as _

from mediation.cases import clock, limitation, queries, queries_due
from mediation.cases.models import Case
from mediation.cases.notices import tell
from mediation.cases.service.acceptance import mediation_end
from mediation.core.actor import Actor
from mediation.deadlines import proposals
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines.labels import rule_title
from mediation.deadlines.models import Deadline, DeadlineRule


def hold(case_ids: Collection[int]) -> None:
    """Lock the cases until the transaction ends."""
    queries_due.cases_of(sorted(case_ids))


def follow(actor: Actor, moved: Sequence[tuple[Deadline, Deadline]]) -> None:
    """Set the cases' next last days and ends of mediation, and tell handler and mediator which day was before and which is now."""
    cases = {case.id: case for case in queries_due.cases_of(sorted({old.case_id for old, _new in moved}))}
    for case in cases.values():
        clock.refresh(case)
        case.mediation_ends_on = mediation_end(case) or case.mediation_ends_on
    for case_id in {new.case_id for old, new in moved if _moves_a_limitation(old, new)}:
        limitation.propose_anew(cases[case_id])
    rules = {row.code: row for row in deadline_queries.newest_rules()}
    for old, new in moved:
        case = cases[new.case_id]
        people = {one for one in (case.handler_id, case.mediator_id) if one and one != actor.user_id}
        sentence = partial(_sentence, case, rules.get(new.rule_code), old, new)
        tell(case, people, key=f"deadline:{new.id}:moved", title=sentence, kind="deadline_moved")


def _moves_a_limitation(old: Deadline, new: Deadline) -> bool:
    return limitation.is_kept_here(new) and old.raw_last_day != new.raw_last_day


def _sentence(case: Case, rule: DeadlineRule | None, old: Deadline, new: Deadline) -> str:
    title = rule_title(rule) if rule else new.rule_code
    words = {
        "number": case.case_no or case.number,
        "rule": title,
        "day": new.last_day.isoformat() + (_("（暂定）") if new.is_provisional else ""),
    }
    if old.last_day == new.last_day:
        return _("%(number)s %(rule)s：已按公布的放假安排重新计算，最后一日仍为 %(day)s", **words)
    return _("%(number)s %(rule)s：最后一日由 %(before)s 改为 %(day)s", before=old.last_day.isoformat(), **words)


proposals.register(proposals.Owner(numbers=queries.numbers_of, hold=hold, moved=follow))
