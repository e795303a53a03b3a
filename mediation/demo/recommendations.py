"""One case, one rule in the demo: couriers counted, months watched, and letters in every state of their life.

A year ago an outlet was asked to change its rule on deductions, did so and was visited: its page shows the effect. Another
company has let its reply day pass. A third has a letter to answer now, drafted from what the figures of the last weeks
signal. A fourth letter is written and waits for a second person to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from mediation.companies import service as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.demo.history import CHANGED_WEEKS
from mediation.demo.people import Cast
from mediation.demo.player import Act, moment, play
from mediation.recommendations import queries, service
from mediation.recommendations.models import Recommendation
from mediation.recommendations.service import DraftIn, ItemIn, MeasureIn, ReplyIn, ServiceIn
from mediation.statistics.models import Signal
from mediation.statistics.period import Period
from mediation.statistics.queries.recurrence import cases_alike
from mediation.statistics.signals.watching import signals_daily

# Couriers and drivers of each company itself, as its headquarters reported them two years ago and since.
COURIERS = {
    "yunxiu_outlet": (310, 345),
    "yunxiu_branch": (880, 940),
    "jifeng_area": (470, 455),
    "bailu_depot": (690, 740),
    "wanyu": (1020, 1005),
    "qingsun": (1580, 1760),
}
WATCHED = (28, 14, 3)  # days ago on which the figures were looked at
REPORTED = "公司申报"
PRACTICE = {
    "wage.deduction": "网点以丢件、投诉为由直接从派费中扣款，不说明依据和金额，也没有申诉的渠道。",
    "wage.overtime": "分拣岗位夜间排班不记考勤，加班工资以固定补贴代替，补贴低于应付金额。",
    "new_form.bad_review": "平台按顾客差评逐单扣款，不核实差评原因，申诉后也不书面答复。",
    "wage.piece_fee": "网点以总部结算未到账为由拖延派费，对账单不交快递员核对。",
}
_ASKED = re.compile("【.*?】")


def load(cast: Cast) -> None:
    """Everything that rests on the imported years, the clock stopped at each act's instant."""
    _count_couriers(cast)
    today = clock.today()
    play([*_changed_a_rule(cast, today), *_says_nothing(cast, today)])
    for back in WATCHED:
        with clock.frozen_at(moment(today - timedelta(days=back), 7)):
            signals_daily((today - timedelta(days=back)).isoformat())
    play([*_has_to_answer(cast, today), *_waits_for_review(cast, today)])


def _count_couriers(cast: Cast) -> None:
    today = clock.today()
    with transaction():
        for key, counts in COURIERS.items():
            for years, couriers in zip((2, 1), counts, strict=True):
                companies.record_headcount(
                    cast.actors["committee"],
                    company=cast.companies[key],
                    from_on=today.replace(day=1) - timedelta(days=366 * years),
                    couriers=couriers,
                    source=REPORTED,
                )


class Letter:
    """The diary of one letter."""

    def __init__(self, cast: Cast, company: str, cause: str, until: date, weeks: int) -> None:
        self.cast, self.company, self.cause = cast, cast.companies[company], cause
        self.period = Period(until - timedelta(weeks=weeks), until - timedelta(days=1))
        self.key = 0

    def act(self, day: date, who: str, use_case: Any, *, hour: int = 10, **details: Any) -> Act:
        """Let a person use a service on a day."""
        return Act(moment(day, hour), partial(self._do, self.cast.actors[who], use_case, details))

    def _do(self, actor: Actor, use_case: Any, details: dict[str, Any]) -> None:
        use_case(actor, recommendation=queries.get_for(actor, self.key), **details)

    def issued(self, day: date, answer_by: date, served: ServiceIn) -> Iterator[Act]:
        """Drafted, read by a second person, numbered, sealed and served within two days."""
        yield self.drafted(day, answer_by)
        yield self.act(day, "director", service.review, hour=11, note="事实和依据已核对。")
        yield self.act(day, "committee", service.issue, hour=14)
        yield self.act(day, "committee", service.seal, hour=15)
        yield self.act(served.served_on, "committee", service.serve, hour=16, given=served)

    def drafted(self, day: date, answer_by: date) -> Act:
        """Written by the secretary, with nothing left open."""
        return Act(moment(day, 9), partial(self._draft, answer_by))

    def _draft(self, answer_by: date) -> None:
        actor = self.cast.actors["committee"]
        given = proposed(actor, self.company, self.cause, self.period)
        letter = service.draft(
            actor,
            company=self.company,
            cause=self.cause,
            given=replace(given, answer_by=answer_by),
            signal=self._signal(actor),
        )
        self.key = letter.id

    def _signal(self, actor: Actor) -> Signal | None:
        """What the figures said of it, a chart before the plain trigger."""
        found = [row.Signal for row in queries.open_signals(actor, limit=50)]
        ours = [one for one in found if (one.company_id, one.cause) == (self.company.id, self.cause)]
        return min(ours, key=lambda one: one.kind == "repeat", default=None)

    @property
    def advice(self) -> int:
        """How many advices the letter has."""
        return len(service.advice_of(db.session.get_one(Recommendation, self.key)))


def proposed(actor: Actor, company: Company, cause: str, period: Period) -> DraftIn:
    """What the page proposes, with the practice written in."""
    cases = cases_alike(actor, company, cause, period, limit=50)
    given = service.propose(actor, company=company, cause=cause, case_ids=[one.id for one in cases])
    return replace(given, problem=_ASKED.sub(PRACTICE[cause], given.problem))


def _changed_a_rule(cast: Cast, today: date) -> Iterator[Act]:
    changed = today - timedelta(weeks=CHANGED_WEEKS)
    sent, answered, visited = changed - timedelta(days=40), changed - timedelta(days=12), changed + timedelta(days=45)
    letter = Letter(cast, "jifeng_area", "wage.deduction", sent, 26)
    yield from letter.issued(sent, sent + timedelta(days=30), ServiceIn("system", sent))
    reply = partial(_reply, letter, changed)
    yield Act(moment(answered, 15), reply)
    yield Act(moment(changed, 15), partial(_done, letter))
    yield letter.act(
        visited, "committee", service.visit, on=visited, visitors="沈秘书、李明衡", place="江桥承包区",
        found="抽查三个月派费结算单，未见丢件扣款；申诉登记簿记有两件，均已书面答复。",
    )  # fmt: skip
    yield letter.act(visited, "committee", service.verify, hour=16, on=visited, note="扣款条款已停止执行。")


def _reply(letter: Letter, changed: date) -> None:
    actor = letter.cast.actors["hr3"]
    given = ReplyIn(
        items=(ItemIn("adopted"),) * letter.advice,
        measures=(
            MeasureIn("废止网点丢件扣款条款，已扣款项逐人清退", "霁风江桥承包区", done_on=clock.today()),
            MeasureIn("派费结算单附扣款明细，扣款须由区域公司复核", "总部结算部", planned_on=changed),
        ),
        note="总部已向各网点发文。",
        effective_from=changed,
    )
    service.answer(actor, recommendation=queries.get_for(actor, letter.key), given=given)


def _done(letter: Letter) -> None:
    actor = letter.cast.actors["hr3"]
    found = queries.get_for(actor, letter.key)
    planned = service.open_measures(queries.entries_for(actor, found))[0]
    measure = MeasureIn(planned.text or "", planned.data["responsible"], done_on=clock.today(), replaces=planned.id)
    service.supplement(actor, recommendation=found, given=ReplyIn(measures=(measure,)))


def _says_nothing(cast: Cast, today: date) -> Iterator[Act]:
    sent = today - timedelta(days=40)
    letter = Letter(cast, "bailu_depot", "wage.overtime", sent, 52)
    served = ServiceIn("post", sent, recipient="白鹭快运有限公司（虚构）", tracking="EX000000000CN")
    yield from letter.issued(sent, today - timedelta(days=9), served)


def _has_to_answer(cast: Cast, today: date) -> Iterator[Act]:
    sent = today - timedelta(days=2)
    letter = Letter(cast, "yunxiu_outlet", "wage.piece_fee", sent, 13)
    yield from letter.issued(sent, today + timedelta(days=12), ServiceIn("system", sent))


def _waits_for_review(cast: Cast, today: date) -> Iterator[Act]:
    written = today - timedelta(days=1)
    letter = Letter(cast, "qingsun", "new_form.bad_review", written, 52)
    yield letter.drafted(written, today + timedelta(days=29))
