"""Write down how many couriers work for a company: one figure, or those of many outlets at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.companies import headcount_queries, names, queries
from mediation.companies.models import Company, CompanyHeadcount
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.i18n import phrases
from mediation.core.permissions import P, check

MOST_COURIERS = 1_000_000
MOST_LINES = 500
MOST_COMPLAINTS = 10
# Name and number as a spreadsheet's cells are pasted, or as people type them: 青浦网点 120人, 青浦网点，1,200.
_LINE = re.compile(r"(?P<name>.+?)[\s,，;；:：|]+(?P<couriers>\d{1,3}(?:[,，]\d{3})+|\d+)\s*[人名]?")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def record_headcount(actor: Actor, *, company: Company, from_on: date, couriers: int, source: str) -> CompanyHeadcount:
    """Write down how many couriers and drivers work for a company itself (those below it apart) from a day on.

    Another figure for the same day corrects it; earlier days keep theirs. Needs company:headcount and that the actor
    may see the company. Raises DomainError at ``from_on``, ``couriers`` or ``source``, NotFound for another's company.
    """
    check(actor, P.HEADCOUNT_RECORD)
    company = queries.get_for(actor, company.id)
    if company.merged_into_id is not None:
        raise DomainError(_("这家公司已被合并，请登记在合并后的公司名下"))
    _check(from_on, couriers, source)
    found = headcount_queries.on_day(company, from_on)
    if found is not None:
        change(actor, found, couriers=couriers, source=source, recorded_by=actor.user_id)
        return found
    entry = CompanyHeadcount(
        committee_id=company.committee_id,
        company_id=company.id,
        from_on=from_on,
        couriers=couriers,
        source=source,
        recorded_by=actor.user_id,
    )
    db.session.add(entry)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("company_headcount", entry.id))
    return entry


def _check(from_on: date, couriers: int, source: str) -> None:
    if from_on > clock.today():
        raise DomainError(_("不能晚于今天"), field="from_on")
    if not 0 <= couriers <= MOST_COURIERS:
        raise DomainError(_("人数应在 0 至 %(most)s 之间", most=f"{MOST_COURIERS:,}"), field="couriers")
    if not source:
        raise DomainError(_("请写明数字从哪里来"), field="source")


def record_headcounts(
    actor: Actor, *, company: Company, from_on: date, source: str, lines: str
) -> list[CompanyHeadcount]:
    """Write down the figures of many outlets at once: ``lines`` holds a name and a number each, as pasted.

    All or none. Names are those of the company's own tree: full, short or alias. Raises DomainError at ``lines`` with
    the number of each line that cannot be taken and why, else as :func:`record_headcount`.
    """
    check(actor, P.HEADCOUNT_RECORD)
    company = queries.get_for(actor, company.id)
    wanted = _read(headcount_queries.named_in(queries.tree_for(actor, company)), lines)
    return [
        record_headcount(actor, company=one, from_on=from_on, couriers=couriers, source=source)
        for one, couriers in wanted
    ]


def _read(known: dict[str, list[Company]], lines: str) -> list[tuple[Company, int]]:
    found: dict[int, tuple[Company, int]] = {}
    complaints: list[str] = []
    rows = [(at, line.strip()) for at, line in enumerate(lines.splitlines(), 1) if line.strip()]
    if not rows:
        raise DomainError(_("请贴入网点名称和人数，每行一个"), field="lines")
    if len(rows) > MOST_LINES:
        raise DomainError(_("一次最多 %(most)d 行", most=MOST_LINES), field="lines")
    for at, line in rows:
        try:
            company, couriers = _taken(known, line)
        except DomainError as error:
            complaints.append(_("第 %(at)d 行：%(why)s", at=at, why=error.message))
            continue
        if company.id in found:
            complaints.append(_("第 %(at)d 行：“%(name)s”已经在前面出现过", at=at, name=company.name))
        found[company.id] = (company, couriers)
    if complaints:
        raise DomainError(_in_short(complaints), field="lines")
    return list(found.values())


def _taken(known: dict[str, list[Company]], line: str) -> tuple[Company, int]:
    match = _LINE.fullmatch(line.translate(_DIGITS))
    if match is None:
        raise DomainError(_("看不出名称和人数，请写成“网点名称 120”"))
    name = names.normalise(match["name"])
    companies = known.get(name, [])
    if not companies:
        raise DomainError(_("这家公司名下没有“%(name)s”", name=name))
    if len(companies) > 1:
        raise DomainError(_("名为“%(name)s”的有 %(count)d 家，请写全称", name=name, count=len(companies)))
    return companies[0], int(re.sub(r"[,，]", "", match["couriers"]))


def _in_short(complaints: Sequence[str]) -> str:
    shown = list(complaints[:MOST_COMPLAINTS])
    if len(complaints) > len(shown):
        shown.append(_("另有 %(count)d 行", count=len(complaints) - len(shown)))
    return phrases(shown)


def remove_headcount(actor: Actor, *, entry: CompanyHeadcount) -> None:
    """Take a figure away that was written down for a wrong day; the trail keeps that there was one.

    Needs company:headcount; the caller found the entry among what the actor may see.
    """
    check(actor, P.HEADCOUNT_RECORD)
    record(actor, AuditEvent.RECORD_CHANGED, subject=("company_headcount", entry.id), changed=["couriers", "removed"])
    db.session.delete(entry)
    db.session.flush()
