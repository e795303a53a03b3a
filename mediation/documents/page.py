"""How a form's gaps are shown: what is missing, in words, each with the page on which it is entered."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _

from mediation.cases.models import Case
from mediation.core.actor import Actor
from mediation.documents import service
from mediation.documents.passages import LIMITATION_LABEL
from mediation.documents.labels import ENTERED_AT, MENDED_AT
from mediation.documents.service import Offer
from mediation.documents.spec import MISSING, Finding, FormSpec

LACKING = "缺少："
SETTLE = "#limitation"


@dataclass(frozen=True)
class Place:
    """The page on which something is entered, with the words of its link."""

    url: str
    words: str


@dataclass(frozen=True)
class Gap:
    """What stands in the way, in words, and where to mend it (None: nowhere in particular)."""

    message: str
    place: Place | None


@dataclass(frozen=True)
class Shown:
    """A form of the stage with its gaps."""

    offer: Offer
    gaps: tuple[Gap, ...]


def offers_shown(actor: Actor, case: Case) -> list[Shown]:
    """The forms of the case's stage, each gap with its link."""
    return [Shown(offer, _gaps(case, offer)) for offer in service.offers(actor, case=case)]


def _gaps(case: Case, offer: Offer) -> tuple[Gap, ...]:
    """What is missing, gathered by the page on which it is entered; then what else stands in the way."""
    missing: dict[Place | None, list[str]] = {}
    others = []
    for finding in offer.findings:
        place = _place(case, offer, finding)
        if finding.code == MISSING:
            missing.setdefault(place, []).append(finding.message.removeprefix(LACKING))
        else:
            others.append(Gap(finding.message, place))
    return (*(Gap(LACKING + "、".join(names), place) for place, names in missing.items()), *others)


def _place(case: Case, offer: Offer, finding: Finding) -> Place | None:
    if LIMITATION_LABEL in finding.message and offer.facts.outcome is not None:
        return Place(SETTLE, _("核定时效届满日"))
    known = MENDED_AT.get(finding.code) or ENTERED_AT.get(_missing_path(offer.spec, finding))
    if known is None or known[0] not in current_app.view_functions:
        return None
    endpoint, words = known
    anchor = "parties" if endpoint == "cases.show" else None
    return Place(url_for(endpoint, number=case.number, _anchor=anchor), str(words))


def _missing_path(spec: FormSpec, finding: Finding) -> str:
    """The first step of the path to the fact that a finding names; the longest name that fits is the one meant.

    The last day of limitation is asked for with the failure itself.
    """
    if LIMITATION_LABEL in finding.message:
        return "outcome"
    fits = [(len(label), path) for path, label in spec.required if label in finding.message]
    return max(fits)[1].split(".")[0] if fits else ""
