"""From a number of the report to what stands behind it, as an address of the product. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from mediation.statistics import metrics
from mediation.statistics.period import Period


def path_of(target: Mapping[str, Any]) -> str:
    """The path of what :func:`frozen.link` found: a list of exactly the cases, one case, or a page of the product."""
    if "path" in target:
        return str(target["path"])
    if "case" in target:
        return f"/cases/{target['case']}"
    first, last = (date.fromisoformat(day) for day in target["period"])
    return (
        f"/cases/?{urlencode(metrics.drill(metrics.BY_CODE[target['measure']], Period(first, last), target['dims']))}"
    )


def page_of(month: str, version: int) -> str:
    """The page of a version of the committee's report."""
    return f"/reports/{month}/{version}"


def company_page_of(month: str) -> str:
    """The page on which a headquarters finds its part."""
    return f"/reports/company#{month}"
