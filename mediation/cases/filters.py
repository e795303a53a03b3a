"""The filters of the work list: what stands in the URL, what statistics link to, what an export contains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, false, func, or_, select

from mediation.cases.labels import INSTALMENT_STATES
from mediation.cases.lifecycle import ENDED, State, Track
from mediation.cases.models import Agreement, Case, CaseCompany, CaseEvent, EnforcementStep, Instalment, Payment
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.dates import parse_day
from mediation.core.db import beside_index

# Asked for when a statement runs, so that it can be built once.
TODAY = bindparam("today", callable_=clock.today, type_=Date(), unique=True)
# The states by their names, so that the index by state and day is of use.
IN_ANY_STATE = Instalment.status.in_(list(INSTALMENT_STATES))
UNPAID = Instalment.status.in_([state for state in INSTALMENT_STATES if state != "paid"])
DATES = (
    "received_from",
    "received_to",
    "settled_from",
    "settled_to",
    "closed_from",
    "closed_to",
    "paid_from",
    "paid_to",
    "instalment_from",
    "instalment_to",
    "applied_from",
    "applied_to",
    "answered_from",
    "answered_to",
)
NUMBERS = ("company", "main_company", "station", "handler", "mediator")
DAYS_AHEAD = ("due", "due_from")
MOST_DAYS_AHEAD, MOST_KEY = 366, 2**63 - 1
FLAGS = (
    "overdue",
    "collective",
    "mine",
    "open",
    "disputes",
    "concluded",
    "direct",
    "in_full",
    "in_part",
    "dated",
    "on_time",
    "consultations",
)
# Results that say nothing about mediation: statistics leave them out of the settlement rate (law.md 5.3).
NOT_CONCLUDED = ("not_accepted", "advised", "unknown")


@dataclass(frozen=True)
class Filters:
    """One set of filters. Field names are the query arguments; dates are Shanghai civil dates, both ends included.

    ``company`` means the whole subtree of any respondent, ``main_company`` that of the main respondent (what
    statistics count by), ``direct`` only that company itself. A key of 0 means "none". ``disputes`` leaves out
    consultations, ``consultations`` all others, ``concluded`` keeps the cases whose result counts in the settlement rate, ``in_full`` and
    ``in_part`` those whose agreement settles all or a part of the requests, ``dated`` those whose agreement took a known
    number of days. ``paid_from`` and ``paid_to`` keep the cases with a payment between two days,
    ``instalment_…`` those with an instalment that fell due (``on_time``: and was paid by then), ``applied_…`` those with
    a step towards legal force, ``answered_…`` those in which a company answered for the first time. ``cause`` is a main
    or full category code. ``due`` is a number of days from today, ``due_from`` the first of them (0: today itself).
    """

    q: str | None = None
    state: str | None = None
    track: str | None = None
    relationship: str | None = None
    cause: str | None = None
    outcome: str | None = None
    waiting: str | None = None
    company: int | None = None
    main_company: int | None = None
    station: int | None = None
    handler: int | None = None
    mediator: int | None = None
    received_from: date | None = None
    received_to: date | None = None
    settled_from: date | None = None
    settled_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    paid_from: date | None = None
    paid_to: date | None = None
    instalment_from: date | None = None
    instalment_to: date | None = None
    applied_from: date | None = None
    applied_to: date | None = None
    answered_from: date | None = None
    answered_to: date | None = None
    due: int | None = None
    due_from: int | None = None
    overdue: bool = False
    collective: bool = False
    mine: bool = False
    open: bool = False
    disputes: bool = False
    concluded: bool = False
    direct: bool = False
    in_full: bool = False
    in_part: bool = False
    dated: bool = False
    on_time: bool = False
    consultations: bool = False

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Filters:
        """Read a URL's arguments, days as people write them. What cannot be read is left out: a mistyped link still
        shows a list, and ``FilterForm`` says at the field what was left out.
        """
        values: dict[str, Any] = {}
        for field in fields(cls):
            text = (args.get(field.name) or "").strip()
            if not text:
                continue
            try:
                values[field.name] = _parse(field.name, text)
            except ValueError:
                continue
        return cls(**values)

    def to_args(self) -> dict[str, str]:
        """The arguments of a URL; unset filters are left out."""
        result = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or value is False:
                continue
            result[field.name] = (
                "1" if value is True else (value.isoformat() if isinstance(value, date) else str(value))
            )
        return result

    def without(self, name: str) -> Filters:
        """The same filters less one."""
        return Filters.from_args({key: value for key, value in self.to_args().items() if key != name})

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filtered."""
        return not self.to_args()


def _parse(name: str, text: str) -> Any:
    if name in DATES:
        return parse_day(text, clock.today())
    if name in NUMBERS or name in DAYS_AHEAD:
        return _number(text, most=MOST_DAYS_AHEAD if name in DAYS_AHEAD else MOST_KEY)
    if name in FLAGS:
        return text == "1"
    # PostgreSQL takes no NUL; nobody means one.
    return text.replace("\0", "")[:80]


def _number(text: str, *, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > most:
        raise ValueError(text)
    return int(text)


Levels = Mapping[int, int]  # company → its level in the tree, for the companies that a filter names


def conditions(filters: Filters, user_id: int | None, levels: Levels | None = None) -> list[ColumnElement[bool]]:
    """The SQL conditions of all filters but ``q`` (search has its own plan).

    With the company's level one column is compared instead of three, which an index can answer.
    """
    today = clock.today()
    found: list[ColumnElement[bool]] = []
    for name, column in (
        ("state", Case.state),
        ("track", Case.track),
        ("relationship", Case.relationship),
        ("outcome", Case.outcome),
        ("waiting", Case.waiting_for),
        ("station", Case.station_id),
        ("handler", Case.handler_id),
        ("mediator", Case.mediator_id),
    ):
        value = getattr(filters, name)
        if value is not None:
            found.append(column == (value or None))
    for name in ("received", "settled", "closed"):
        found += _between(getattr(Case, f"{name}_on"), filters, name)
    if filters.cause:
        # Range form: LIKE 'prefix%' uses no index on either engine.
        low = filters.cause
        found.append(
            or_(Case.category_code == low, and_(Case.category_code >= low + ".", Case.category_code < low + "/"))
        )
    if filters.company is not None:
        found.append(or_(as_main(filters.company, levels), Case.id.in_(beside(filters.company, levels))))
    found += _counting(filters, levels)
    if filters.overdue:
        found.append(Case.next_deadline_on < today)
    if filters.due is not None:
        first, last = (today + timedelta(days=days) for days in (filters.due_from or 0, filters.due))
        found.append(Case.next_deadline_on.between(first, last))
    if filters.collective:
        found.append(Case.is_collective.is_(True))
    if filters.mine:
        found.append(or_(Case.handler_id == user_id, Case.mediator_id == user_id))
    if filters.open:
        found.append(Case.state.not_in([state.value for state in ENDED]))
    return found


def beside(company_id: int, levels: Levels | None) -> Select[tuple[int]]:
    """The cases that name a company's subtree beside their main respondent."""
    return select(CaseCompany.case_id).where(_subtree(CaseCompany, company_id, levels), CaseCompany.is_main == false())


def as_main(company_id: int, levels: Levels | None) -> ColumnElement[bool]:
    """The cases whose main respondent is in a company's subtree."""
    return _subtree(Case, company_id, levels)


def _counting(filters: Filters, levels: Levels | None) -> list[ColumnElement[bool]]:
    """The conditions of a figure of the statistics, so that its list holds exactly the cases it counts."""
    found: list[ColumnElement[bool]] = []
    if filters.main_company is not None:
        exact = filters.direct or not filters.main_company
        found.append(
            Case.main_company_id == (filters.main_company or None)
            if exact
            else _subtree(Case, filters.main_company, levels)
        )
    if filters.disputes or filters.concluded:
        found.append(Case.track != Track.CONSULT.value)
    if filters.consultations:
        found.append(Case.track == Track.CONSULT.value)
    if filters.concluded:
        found.append(Case.outcome.not_in(NOT_CONCLUDED))
    for wanted, is_part in ((filters.in_full, False), (filters.in_part, True)):
        if wanted:
            found += [Case.outcome == "agreed", Case.settled_in_part.is_(is_part)]
    if filters.dated:
        found.append(Case.effective_on >= Case.received_on)
    return found + _acts(filters)


def _acts(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions on what happened in a case between two days."""
    found: list[ColumnElement[bool]] = []
    if paid := _between(Payment.paid_on, filters, "paid"):
        found.append(Case.id.in_(_in_order(select(Payment.case_id), Payment).where(*paid)))
    due = _between(Instalment.due_on, filters, "instalment")
    if due or filters.on_time:
        on_time = [paid_by_its_day() >= Instalment.amount_fen] if filters.on_time else []
        found.append(Case.id.in_(_in_order(fallen_due(Instalment.case_id), Instalment).where(*due, *on_time)))
    if applied := _between(EnforcementStep.applied_on, filters, "applied"):
        found.append(Case.id.in_(_in_order(select(EnforcementStep.case_id), EnforcementStep).where(*applied)))
    if answered := _between(CaseCompany.answered_on, filters, "answered"):
        # Told later or on no day at all: then nobody knows how long the answer took.
        told = told_on() <= CaseCompany.answered_on
        found += [Case.id.in_(_in_order(answers_of_main(CaseCompany.case_id), CaseCompany).where(*answered, told))]
    return found


def _in_order(statement: Select[Any], table: Any) -> Select[Any]:
    """Rows of every committee, said so that an index that begins with the committee is of use."""
    return statement.where(table.committee_id.in_(select(Committee.id)))


def fallen_due(*columns: Any) -> Select[Any]:
    """Instalments of agreements in force whose day is over. What falls due today may still be paid in time."""
    # A scalar sub-query and no join: it is looked up by key even where nobody has counted the rows yet.
    status = select(Agreement.status).where(Agreement.id == Instalment.agreement_id).scalar_subquery()
    statement = select(*columns).select_from(Instalment)
    return statement.where(status == "effective", IN_ANY_STATE, beside_index(Instalment.due_on) < TODAY)


def paid_by_its_day() -> Any:
    """The fen that were paid on an instalment by its day."""
    in_time = (Payment.instalment_id == Instalment.id, Payment.paid_on <= Instalment.due_on)
    return func.coalesce(select(func.sum(Payment.amount_fen)).where(*in_time).scalar_subquery(), 0)


def told_on() -> Any:
    """The first day on which a case was more than received: since then its company could see it."""
    beyond = (CaseEvent.case_id == Case.id, CaseEvent.to_state != State.RECEIVED.value)
    return select(func.min(CaseEvent.happened_on)).where(*beyond).correlate(Case).scalar_subquery()


def answers_of_main(*columns: Any) -> Select[Any]:
    """The first answers of main respondents, one row per case.

    What another company of the case said is no answer of the one whose figures the case is in.
    """
    is_main = (Case.id == CaseCompany.case_id, Case.main_company_id == CaseCompany.company_id)
    return select(*columns).select_from(CaseCompany).join(Case, and_(*is_main))


def _between(column: Any, filters: Filters, name: str) -> list[ColumnElement[bool]]:
    first, last = getattr(filters, f"{name}_from"), getattr(filters, f"{name}_to")
    return [*([column >= first] if first else []), *([column <= last] if last else [])]


def _subtree(table: Any, company_id: int, levels: Levels | None) -> ColumnElement[bool]:
    columns = (table.level1_id, table.level2_id, table.level3_id)
    level = (levels or {}).get(company_id)
    return columns[level - 1] == company_id if level else or_(*(column == company_id for column in columns))
