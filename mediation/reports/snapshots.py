"""The figures of a month, frozen as plain JSON: everything the report prints, and nothing it would have to look up.

No name of a person goes in. Keys: ``layout``, ``month``, ``from``, ``to``, ``as_of`` (ISO dates), ``committee``,
``sentences``, ``pages`` (see :mod:`frozen`); of a company's part also ``company`` (its name). What belongs to one issue
(its number, its day, what it corrects, its code) stands apart under ``issue`` and is not compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale

from mediation.committees.queries import committee_of
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.reports import sentences
from mediation.reports.frozen import LAYOUT, text
from mediation.reports.look import Look, as_company
from mediation.reports.pages import (
    agreements,
    annex,
    causes,
    companies,
    front,
    letters,
    outcomes,
    quality,
    stations,
    trend,
)
from mediation.reports.pages.crossing import Crossing
from mediation.statistics.period import Period, month_key

# The pages in their order, and whether the part for a headquarters has them.
PAGES = (
    (front, True),
    (trend, True),
    (outcomes, True),
    (companies, True),
    (causes, True),
    (agreements, True),
    (letters, True),
    (stations, False),
    (quality, True),
    (annex, False),
)
# Pages of companies by causes: counted once for both.
_CROSSED = (companies, causes)


def take(actor: Actor, period: Period, *, today: date) -> dict[str, Any]:
    """Freeze a month. Of a month that is not over, what is known on ``today``; otherwise the same rows give the same JSON."""
    return _frozen(Look(actor, period, min(period.last, today)))


def take_company(actor: Actor, company: Company, period: Period, *, today: date) -> dict[str, Any]:
    """Freeze the part of a month that is for one headquarters: what its HR may see, and nothing of anybody else."""
    return _frozen(Look(as_company(actor, company), period, min(period.last, today), company))


def _frozen(look: Look) -> dict[str, Any]:
    # A report is a document: Chinese, whatever language its maker reads pages in.
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
        pages = _pages(look)
        figures: dict[str, Any] = {
            "layout": LAYOUT,
            "month": month_key(look.period),
            "from": look.period.first.isoformat(),
            "to": look.period.last.isoformat(),
            "as_of": look.as_of.isoformat(),
            "committee": committee_of(look.actor).name,
            "pages": pages,
        }
        if look.company is not None:
            figures["company"] = look.company.name
        figures["sentences"] = sentences.write(figures)
    at = next(number for number, block in enumerate(pages[0]["blocks"]) if block["kind"] == "table")
    pages[0]["blocks"][at:at] = [text(sentence) for sentence in figures["sentences"]]
    return json.loads(json.dumps(figures))


def _pages(look: Look) -> list[dict[str, Any]]:
    crossing = Crossing(look)
    return [
        page.freeze(look, crossing) if page in _CROSSED else page.freeze(look)
        for page, is_for_companies in PAGES
        if is_for_companies or look.company is None
    ]


def content_of(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures without what belongs to one issue of them: what two versions are compared by."""
    return {key: value for key, value in figures.items() if key != "issue"}


def digest(figures: Mapping[str, Any]) -> str:
    """SHA-256 of the figures in hexadecimal, whatever the issue: over their JSON with sorted keys, in UTF-8."""
    plain = json.dumps(content_of(figures), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
