"""A company's desk: what waits for its officers with the day, by case; its open cases by outlet; what is new.

One short query per kind. Packages above this one add what they ask of a company::

    PROVIDERS.append(lambda actor: [Waiting("recommendation", _("答复规范用工建议书"), url, on=reply_by, number=number)])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.engine import Row

from mediation.cases import queries_asked, queries_company, service
from mediation.cases.labels import SESSION_MODES
from mediation.cases.models import Case
from mediation.cases.today import news_for
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.i18n import short_day
from mediation.core.money import yuan
from mediation.notifications.models import InboxItem

# How far ahead payments and the end of an authority are told.
PAY_AHEAD = timedelta(days=30)
AUTHORITY_AHEAD = timedelta(days=14)
NEVER = date.max


@dataclass(frozen=True)
class Waiting:
    """One thing a company's officer is to do. ``on``: by which day (None: none is set); ``at``: the hour of a meeting.

    ``kind``: answer, offer, invitation, session, sign, pay, authority or what a provider calls it. ``number`` groups it under a case
    (its register number, with ``case_name`` as the line above), anything else stands alone.
    """

    kind: str
    title: str
    url: str
    on: date | None = None
    number: str = ""
    case_name: str = ""
    note: str = ""
    at: datetime | None = None
    is_provisional: bool = False


@dataclass
class Group:
    """What waits in one case, nearest day first."""

    number: str
    name: str
    items: list[Waiting] = field(default_factory=list)

    @property
    def first_on(self) -> date:
        """The nearest day."""
        return min((one.on or NEVER for one in self.items), default=NEVER)


@dataclass(frozen=True)
class Desk:
    """The page. ``is_capped``: a kind holds more than are read, so the count is a lower bound."""

    groups: list[Group]
    count: int
    late: int
    is_capped: bool
    outlets: Sequence[Row[Any]]
    news: Sequence[InboxItem]


PROVIDERS: list[Callable[[Actor], Iterable[Waiting]]] = []


def waiting_for(actor: Actor) -> tuple[list[Waiting], bool]:
    """Everything that waits for a company's officer, late first, and whether a kind was cut at ``MOST``."""
    kinds = (_answers, _offers, _sessions, _signatures, _payments, _authorities)
    found: list[Waiting] = []
    is_capped = False
    for kind in kinds:
        items = kind(actor)
        is_capped = is_capped or len(items) > queries_company.MOST
        found += items[: queries_company.MOST]
    for provider in PROVIDERS:
        found += provider(actor)
    return sorted(found, key=lambda one: (one.on or NEVER, one.number, one.kind)), is_capped


def desk_for(actor: Actor) -> Desk:
    """The desk of a company's officer, within the actor's scope."""
    waiting, is_capped = waiting_for(actor)
    groups: dict[str, Group] = {}
    for one in waiting:
        key = one.number or one.url
        groups.setdefault(key, Group(one.number, one.case_name)).items.append(one)
    today = clock.today()
    return Desk(
        groups=sorted(groups.values(), key=lambda group: (group.first_on, group.number)),
        count=len(waiting),
        late=sum(one.on is not None and one.on < today for one in waiting),
        is_capped=is_capped,
        outlets=queries_company.open_by_outlet_for(actor),
        news=news_for(actor),
    )


def _of(row: Row[Any], kind: str, title: str, endpoint: str, *, on: date | None, **more: Any) -> Waiting:
    """An item of a case. ``more``: note, at and is_provisional, anything else is for the address."""
    note, at, is_provisional = more.pop("note", ""), more.pop("at", None), more.pop("is_provisional", False)
    url = url_for(endpoint, number=row.number, **more)
    return Waiting(
        kind, title, url, on, row.number, f"{row.case_no or row.number} · {row.title}", note, at, is_provisional
    )


def to_answer(open_claims: int) -> str:
    """What a company has to answer: its open claims, or the application where it makes none."""
    return _("答复 %(n)s 项请求", n=open_claims) if open_claims else _("答复调解申请")


def to_sign() -> str:
    """What a company has to do with a draft of an agreement."""
    return _("签署调解协议")


def to_renew(name: str, *, is_over: bool) -> str:
    """What a company has to do about a representative's authority that ends, or has ended."""
    return (
        _("%(name)s的授权已到期，请更新授权委托书", name=name)
        if is_over
        else _("%(name)s的授权将到期，请更新授权委托书", name=name)
    )


def _answers(actor: Actor) -> list[Waiting]:
    return [
        _of(
            row,
            "answer",
            to_answer(row.open_claims),
            "cases.answer",
            on=row.on,
            is_provisional=bool(row.is_provisional),
        )
        for row in queries_asked.unanswered_for(actor)
    ]


def dated_in(actor: Actor, case: Case) -> list[Waiting]:
    """The offers that end and the invitations of one case: days that people have set, and no limit of law."""
    found = (*_offers(actor, case.id), *_sessions(actor, case.id))
    return [one for one in found if one.on is not None and one.kind in ("offer", "invitation")]


def _offers(actor: Actor, case_id: int | None = None) -> list[Waiting]:
    found = []
    for row in queries_company.offers_waiting_for(actor, case_id):
        what = row.item or _("全部请求")
        sum_ = _("，%(sum)s 元", sum=yuan(row.amount_fen)) if row.amount_fen is not None else ""
        title = _("答复劳动者的方案：%(what)s", what=what) + sum_
        note = "" if row.on else _("%(day)s 提出，未定有效期", day=short_day(row.made_on))
        found.append(_of(row, "offer", title, "cases.settle_offer", on=row.on, offer_id=row.offer_id, note=note))
    return found


def _sessions(actor: Actor, case_id: int | None = None) -> list[Waiting]:
    return [
        _of(
            row,
            "invitation" if row.is_open else "session",
            _("答复会议邀请") if row.is_open else _("参加调解会议"),
            "cases.reply_to_session" if row.is_open else "cases.show",
            on=clock.civil_date(row.starts_at),
            note=" · ".join(filter(None, (str(SESSION_MODES.get(row.mode, row.mode)), row.place))),
            at=row.starts_at,
            **({"session_id": row.session_id} if row.is_open else {"_anchor": "sessions"}),
        )
        for row in queries_company.sessions_for(actor, case_id)
    ]


def _signatures(actor: Actor) -> list[Waiting]:
    return [
        _of(
            row,
            "sign",
            to_sign(),
            "cases.show",
            on=row.on,
            note=row.name,
            is_provisional=bool(row.is_provisional),
        )
        for row in queries_asked.signatures_for(actor)
    ]


def _payments(actor: Actor) -> list[Waiting]:
    rows = queries_company.instalments_for(actor, until=clock.today() + PAY_AHEAD)
    reports = reports_by_instalment({row.case_id for row in rows})
    found = []
    for row in rows:
        said = reports.get(row.instalment_id, [])
        rest = row.amount_fen - row.paid_fen - sum(one.amount_fen for one in said if one.status == "pending")
        if rest <= 0:
            continue  # paid by the company's own account: now it is the worker's side that has to confirm
        disputed = next((one for one in said if one.status == "disputed"), None)
        note = _("上次报告的付款未确认：%(reason)s", reason=disputed.reason) if disputed else row.company
        title = _("支付第 %(seq)s 期 %(sum)s 元并上传凭据", seq=row.seq, sum=yuan(rest))
        found.append(_of(row, "pay", title, "cases.report_payment", on=row.on, instalment=row.instalment_id, note=note))
    return found


def reports_by_instalment(case_ids: Iterable[int]) -> dict[int, list[service.Report]]:
    """The payments that companies have told of in some cases, newest first, by instalment."""
    found: dict[int, list[service.Report]] = {}
    for one in service.reports_of(queries_company.reports_of(set(case_ids))):
        found.setdefault(one.instalment_id, []).append(one)
    return found


def _authorities(actor: Actor) -> list[Waiting]:
    today = clock.today()
    ending = [
        _of(row, "authority", to_renew(row.name, is_over=row.on < today), "cases.name_representative", on=row.on)
        for row in queries_asked.authorities_for(actor)
        if row.on <= today + AUTHORITY_AHEAD
    ]
    return ending + _returned(actor)


def _returned(actor: Actor) -> list[Waiting]:
    """The newest paper of each own party where it was turned down and nothing came after it."""
    rows = {row.case_id: row for row in queries_company.cases_with_authorities(actor)}
    events = queries_company.authority_events(rows)
    case_of = {event.id: event.case_id for event in events}
    newest: dict[tuple[int, int], service.Authority] = {}
    for one in service.authorities_of(events):  # newest first
        newest.setdefault((case_of[one.event_id], one.party_id), one)
    own = set(queries_company.own_ids(actor)) if newest else set()
    return [
        _of(rows[case_id], "authority", _("授权委托书被退回，请重新提交：%(name)s", name=one.name),
            "cases.name_representative", on=None, note=one.reason or "")
        for (case_id, _party), one in newest.items()
        if one.status == "rejected" and one.company_id in own
    ]  # fmt: skip
