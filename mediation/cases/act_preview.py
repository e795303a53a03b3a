"""What recording a legal act will do to the clocks of a case, before it is recorded; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mediation.cases.act_labels import ANSWERS, QUESTIONS
from mediation.cases.acts import Act, Tie
from mediation.cases.clock import can_be_lengthened
from mediation.cases.models import Case
from mediation.deadlines import queries
from mediation.deadlines.engine import compute
from mediation.deadlines.labels import rule_title
from mediation.deadlines.models import Deadline
from mediation.deadlines.rules import RULES


@dataclass(frozen=True)
class Opening:
    """A clock the act starts. ``given``: (question, answer) in words under which it does, where not yet answered."""

    title: str
    article: str
    raw_last_day: date
    last_day: date
    is_provisional: bool
    given: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class Preview:
    """Clocks that start, deadlines that are met, deadlines that end."""

    opens: Sequence[Opening]
    meets: Sequence[Deadline]
    ends: Sequence[Deadline]

    def __bool__(self) -> bool:
        return bool(self.opens or self.meets or self.ends)


def preview(case: Case, act: Act, on: date, answers: Mapping[str, Any]) -> Preview:
    """What the act does on a day with the answers known so far."""
    calendar, opens = queries.calendar(), []
    for tie in act.starts:
        if case.track not in RULES[tie.rule].tracks or not _may_hold(tie, answers):
            continue
        counted = compute(queries.rule(tie.rule), on, calendar)
        open_questions = tuple(
            (QUESTIONS[name], ANSWERS[name][value]) for name, value in tie.given if not answers.get(name)
        )
        opens.append(
            Opening(
                rule_title(counted.rule),
                counted.basis,
                counted.raw_last_day,
                counted.last_day,
                counted.provisional,
                open_questions,
            )
        )
    side = answers.get("side")
    running = queries.open_of_case(case.id)
    may_meet = {tie.rule for tie in act.meets if _may_hold(tie, answers)}
    meets = [one for one in running if one.rule_code in may_meet and one.subject in ("", side or one.subject)]
    return Preview(opens, meets, [one for one in running if one.rule_code in act.cancels])


def lengthening(case: Case, act: Act, on: date) -> list[Deadline]:
    """The deadlines an extension would lengthen."""
    rules = (*act.extends, *(old for old, _new in act.swaps))
    return [one for rule in rules for one in can_be_lengthened(case, rule, on)]


def _may_hold(tie: Tie, answers: Mapping[str, Any]) -> bool:
    return all(answers.get(name, value) in (value, None) for name, value in tie.given)
