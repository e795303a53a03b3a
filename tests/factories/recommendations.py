"""Letters played through their services, with a second reader in the committee and HR at every level of the company."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Flask

from mediation.core.actor import Actor, Role
from mediation.core.db import transaction
from mediation.recommendations import queries, service
from mediation.recommendations.models import Recommendation
from mediation.recommendations.service import DraftIn, ItemIn, MeasureIn, ReplyIn, ServiceIn
from tests import personas
from tests.factories import accounts as make
from tests.factories import casefiles
from tests.factories.accounts import actor_named
from tests.product import Content

RECEIVED, DRAFTED, ISSUED, ANSWERED = date(2026, 3, 4), date(2026, 3, 16), date(2026, 3, 18), date(2026, 4, 2)
REPLY_BY = date(2026, 4, 15)
WORKERS = ("周明远", "陈立夏", "孙可望")
TEXT = DraftIn(
    title="关于规范工资结算的建议",
    problem="网点负责人变更时没有结清快递员的工资。",
    rules="《劳动法》第五十条：工资至少每月支付一次。",
    advice="负责人变更前先结清工资。\n由总部核对网点发放记录。",
    answer_by=REPLY_BY,
)
REPLY = ReplyIn(
    items=(ItemIn("adopted"), ItemIn("partly", "先在华东试行")),
    measures=(
        MeasureIn("修订网点转让办法", "人力资源部", done_on=date(2026, 4, 1)),
        MeasureIn("上线发放核对", "信息部", planned_on=date(2026, 4, 20)),
    ),
    note="已部署。",
    effective_from=date(2026, 4, 1),
)


def fill(app: Flask) -> None:
    """Everybody, a secretary, HR of region and outlet, and three like cases against the outlet."""
    casefiles.fill(app)
    with casefiles.at(RECEIVED), transaction():
        world = personas.world()
        make.make_user(world.committee, "secretary", Role.COMMITTEE, name="秦书")
        make.make_user(world.committee, "hr_region", Role.HR, name="区姓人", companies=[world.region])
        make.make_user(world.committee, "hr_outlet", Role.HR, name="点长", companies=[world.outlet])
        for name in WORKERS:
            casefiles.open_wages(personas.actor("duty_lawyer"), applicants=(casefiles.applicant(name),))


CONTENT = Content("recommendations", fill)


def act(day: date, who: str, use: Callable[..., Any], recommendation_id: int, **details: Any) -> Any:
    """Let somebody do something with a letter on a day, in a transaction of its own."""
    with casefiles.at(day), transaction():
        actor = actor_named(who)
        return use(actor, recommendation=queries.get_for(actor, recommendation_id, lock=True), **details)


def drafted(day: date = DRAFTED, who: str = "committee", **changes: Any) -> int:
    """A complete draft to the outlet's headquarters on three cases. Returns its key."""
    with casefiles.at(day), transaction():
        given = replace(TEXT, case_ids=case_ids(), **changes)
        company = personas.world().company
        return service.draft(actor_named(who), company=company, cause="wage.arrears", given=given).id


def case_ids() -> tuple[int, ...]:
    """The three cases against the outlet."""
    from mediation.statistics.period import Period
    from mediation.statistics.queries.recurrence import cases_alike

    committee = personas.actor("committee")
    rows = cases_alike(
        committee, personas.world().company, "wage.arrears", Period(RECEIVED, date(2026, 12, 31)), limit=9
    )
    return tuple(sorted(row.id for row in rows))


def issued(**changes: Any) -> int:
    """Reviewed by the secretary and issued."""
    key = drafted(**changes)
    act(ISSUED, "secretary", service.review, key)
    act(ISSUED, "committee", service.issue, key)
    return key


def served(day: date = ISSUED, **changes: Any) -> int:
    """Served by the system."""
    key = issued(**changes)
    act(day, "committee", service.serve, key, given=ServiceIn("system", day))
    return key


def answered(reply: ReplyIn = REPLY, **changes: Any) -> int:
    """Answered by headquarters."""
    key = served(**changes)
    act(ANSWERED, "hr_same_company", service.answer, key, given=reply)
    return key


def reload(key: int, who: str = "committee") -> Recommendation:
    """A letter as somebody sees it. Raises NotFound."""
    return queries.get_for(actor(who), key)


def actor(who: str) -> Actor:
    """The actor of an account."""
    return actor_named(who)
