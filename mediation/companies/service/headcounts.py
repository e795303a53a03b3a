"""Write down how many couriers work for a company: one figure, or those of many outlets, pasted or from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.companies import headcount_queries, headcount_sheets, names, queries
from mediation.companies.headcount_rows import Written, count_of, pasted
from mediation.companies.models import Company, CompanyHeadcount
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.dates import DateError, parse_day
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.i18n import phrases
from mediation.core.permissions import P, check

MOST_COURIERS = 1_000_000
MOST_LINES = 2_000
LONGEST_SOURCE = 120
MOST_COMPLAINTS = 10
NEW, CORRECTION, KNOWN, FAULTY = "new", "correction", "known", "faulty"


@dataclass(frozen=True)
class Figure:
    """How many couriers and drivers a company itself has from a day on, and who says so."""

    company: Company
    from_on: date
    couriers: int
    source: str


@dataclass(frozen=True)
class Judged:
    """A row as written and what comes of it: a new figure, a correction of ``before``, one that is known, or a problem."""

    written: Written
    fate: str
    figure: Figure | None = None
    before: int | None = None
    problem: str = ""


@dataclass(frozen=True)
class HeadcountPreview:
    """A file as it would be taken. Nothing was written for it."""

    sheet: headcount_sheets.Sheet
    rows: tuple[Judged, ...]

    def of(self, *fates: str) -> list[Judged]:
        """The rows with one of some fates."""
        return [one for one in self.rows if one.fate in fates]

    @property
    def problems(self) -> dict[int, str]:
        """Row → why it cannot be taken."""
        return {one.written.at: one.problem for one in self.of(FAULTY)}


def record_headcount(actor: Actor, *, company: Company, from_on: date, couriers: int, source: str) -> CompanyHeadcount:
    """Write down how many couriers and drivers work for a company itself (those below it apart) from a day on.

    Another figure for the same day corrects it; earlier days keep theirs. Needs company:headcount and that the actor
    may see the company. Raises DomainError at ``from_on``, ``couriers`` or ``source``, NotFound for another's company.
    """
    check(actor, P.HEADCOUNT_RECORD)
    company = queries.get_for(actor, company.id)
    if company.merged_into_id is not None:
        raise DomainError(_("这家公司已被合并，请登记在合并后的公司名下"))
    figure = Figure(company, from_on, couriers, source)
    _check(figure)
    return _record(actor, [figure])[0]


def record_headcounts(
    actor: Actor, *, company: Company, from_on: date, source: str, lines: str
) -> list[CompanyHeadcount]:
    """Write down the figures of many outlets at once: ``lines`` holds a name and a number each, as pasted.

    All or none. Names are those of the company's own tree: full, short or alias. Raises DomainError at ``lines`` with
    the number of each line that cannot be taken and why, else as :func:`record_headcount`.
    """
    check(actor, P.HEADCOUNT_RECORD)
    company = queries.get_for(actor, company.id)
    rows = pasted(lines)
    if not rows:
        raise DomainError(_("请贴入网点名称和人数，每行一个"), field="lines")
    if len(rows) > MOST_LINES:
        raise DomainError(_("一次最多 %(most)d 行", most=MOST_LINES), field="lines")
    _check_day(from_on)
    _check_source(source)
    judged = _judge(actor, company, rows, from_on, source)
    faulty = [one for one in judged if one.fate == FAULTY]
    if faulty:
        raise DomainError(_in_short(faulty), field="lines")
    return _record(actor, _figures(judged))


def preview_headcounts(
    actor: Actor, *, company: Company, from_on: date, source: str, data: bytes, filename: str
) -> HeadcountPreview:
    """Read a file and say what would come of each row; writes nothing. ``from_on`` and ``source`` count for the rows
    that do not say their own. Needs company:headcount. Raises SpreadsheetError at ``file``, NotFound.
    """
    check(actor, P.HEADCOUNT_RECORD)
    company = queries.get_for(actor, company.id)
    _check_day(from_on)
    sheet = headcount_sheets.read(data, filename)
    if not sheet.rows:
        raise DomainError(_("这个文件里没有填了人数的行"), field="file")
    if len(sheet.rows) > MOST_LINES:
        raise DomainError(_("一次最多 %(most)d 行", most=MOST_LINES), field="file")
    return HeadcountPreview(sheet, tuple(_judge(actor, company, sheet.rows, from_on, source)))


def import_headcounts(actor: Actor, *, company: Company, seen: HeadcountPreview) -> list[CompanyHeadcount]:
    """Write down what a file says, but for the rows with problems and what is known. ``seen``: judged in this request."""
    check(actor, P.HEADCOUNT_RECORD)
    queries.get_for(actor, company.id)
    return _record(actor, _figures(seen.of(NEW, CORRECTION)))


def _judge(actor: Actor, company: Company, rows: Sequence[Written], from_on: date, source: str) -> list[Judged]:
    known = headcount_queries.named_in(actor, company)
    taken: dict[tuple[int, date], int] = {}
    read: list[tuple[Written, Figure | str]] = []
    for row in rows:
        try:
            figure = _figure(known, row, from_on, source)
            first = taken.setdefault((figure.company.id, figure.from_on), row.at)
            if first != row.at:
                repeated = _("“%(name)s”已经在前面出现过（第 %(at)d 行，同一天）", name=figure.company.name, at=first)
                raise DomainError(repeated)
        except DomainError as error:
            read.append((row, error.message))
        else:
            read.append((row, figure))
    stored = headcount_queries.on_days({key[0] for key in taken}, {key[1] for key in taken})
    return [_judged(row, found, stored) for row, found in read]


def _judged(row: Written, found: Figure | str, stored: dict[tuple[int, date], CompanyHeadcount]) -> Judged:
    if isinstance(found, str):
        return Judged(row, FAULTY, problem=found)
    before = stored.get((found.company.id, found.from_on))
    if before is None:
        return Judged(row, NEW, found)
    is_same = (before.couriers, before.source) == (found.couriers, found.source)
    return Judged(row, KNOWN if is_same else CORRECTION, found, before.couriers)


def _figure(known: dict[str, list[Company]], row: Written, from_on: date, source: str) -> Figure:
    """A row as a figure. Raises DomainError with what is wrong."""
    if row.problem:
        raise DomainError(row.problem)
    try:
        couriers = count_of(row.couriers)
    except ValueError as error:
        raise DomainError(_("人数“%(text)s”看不懂，请写一个整数，例如 120", text=row.couriers[:40])) from error
    try:
        day = parse_day(row.from_on, clock.today()) if row.from_on else from_on
    except DateError as error:
        raise DomainError(_("日期“%(text)s”看不懂，请写成 2026-11-22", text=row.from_on[:40])) from error
    figure = Figure(_named(known, row.name), day, couriers, row.source or source)
    _check(figure)
    return figure


def _named(known: dict[str, list[Company]], written: str) -> Company:
    name = names.normalise(written)
    companies = known.get(name, [])
    if not name:
        raise DomainError(_("没有写公司名称"))
    if not companies:
        raise DomainError(_("这家公司名下没有“%(name)s”", name=name[:60]))
    if len(companies) > 1:
        raise DomainError(_("名为“%(name)s”的有 %(count)d 家，请写全称", name=name, count=len(companies)))
    return companies[0]


def _check(figure: Figure) -> None:
    _check_day(figure.from_on)
    if not 0 <= figure.couriers <= MOST_COURIERS:
        raise DomainError(_("人数应在 0 至 %(most)s 之间", most=f"{MOST_COURIERS:,}"), field="couriers")
    _check_source(figure.source)


def _check_day(from_on: date) -> None:
    if from_on > clock.today():
        raise DomainError(_("%(day)s 在今天之后，不能登记", day=from_on.isoformat()), field="from_on")


def _check_source(source: str) -> None:
    if not source:
        raise DomainError(_("请写明数字从哪里来"), field="source")
    if len(source) > LONGEST_SOURCE:
        raise DomainError(_("数字来源最长 %(most)d 个字", most=LONGEST_SOURCE), field="source")


def _figures(judged: Iterable[Judged]) -> list[Figure]:
    return [one.figure for one in judged if one.figure is not None]


def _record(actor: Actor, figures: Sequence[Figure]) -> list[CompanyHeadcount]:
    """Write checked figures of one tree down, at most one for each company and day."""
    if not figures:
        return []
    # Two uploads at once must not both find a day without a figure: the second waits here.
    db.session.execute(select(Company.id).where(Company.id == figures[0].company.level1_id).with_for_update())
    stored = headcount_queries.on_days({one.company.id for one in figures}, {one.from_on for one in figures})
    rows, made = [], []
    for one in figures:
        row = stored.get((one.company.id, one.from_on))
        if row is not None:
            change(actor, row, couriers=one.couriers, source=one.source, recorded_by=actor.user_id)
        else:
            row = CompanyHeadcount(
                committee_id=one.company.committee_id,
                company_id=one.company.id,
                from_on=one.from_on,
                couriers=one.couriers,
                source=one.source,
                recorded_by=actor.user_id,
            )
            made.append(row)
        rows.append(row)
    db.session.add_all(made)
    db.session.flush()
    for row in made:
        record(actor, AuditEvent.RECORD_CREATED, subject=(CompanyHeadcount.__tablename__, row.id))
    return rows


def _in_short(faulty: Sequence[Judged]) -> str:
    shown = [_("第 %(at)d 行：%(why)s", at=one.written.at, why=one.problem) for one in faulty[:MOST_COMPLAINTS]]
    if len(faulty) > len(shown):
        shown.append(_("另有 %(count)d 行", count=len(faulty) - len(shown)))
    return phrases(shown)


def remove_headcount(actor: Actor, *, entry: CompanyHeadcount) -> None:
    """Take a figure away that was written down for a wrong day; the trail keeps that there was one.

    Needs company:headcount; the caller found the entry among what the actor may see.
    """
    check(actor, P.HEADCOUNT_RECORD)
    record(actor, AuditEvent.RECORD_CHANGED, subject=("company_headcount", entry.id), changed=["couriers", "removed"])
    db.session.delete(entry)
    db.session.flush()
