"""What features above this one show on a company's page: signals, recommendations and their effect.

A feature registers a function when its routes are imported::

    PANELS.append(lambda actor, company: Panel(_("信号"), "statistics/_signals_panel.html", {"signals": …}, sort=20))

The function is asked with an actor who may see the company. It returns None where the actor has nothing to see there,
and reads through the queries of its own feature, so that nobody sees more on this page than elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mediation.companies.models import Company
from mediation.core.actor import Actor


@dataclass(frozen=True)
class Panel:
    """One card of the page. ``template`` is included with ``panel`` and finds its values in ``panel.context``.

    ``sort`` orders the cards, the smallest first (headcounts: 40). ``href`` and ``link_label`` stand beside the title.
    """

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    sort: int = 50
    href: str | None = None
    link_label: str | None = None


PANELS: list[Callable[[Actor, Company], Panel | None]] = []


def panels_for(actor: Actor, company: Company) -> list[Panel]:
    """The cards of a company's page for an actor who may see the company, in their order."""
    found = (panel for ask in PANELS if (panel := ask(actor, company)) is not None)
    return sorted(found, key=lambda panel: panel.sort)
