"""How a form's gaps are shown: what is missing, in words, each with the page on which it is entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _

from mediation.cases.models import Case
from mediation.core.actor import Actor
from mediation.core.i18n import listed
from mediation.documents import offering, record_facts, registry
from mediation.documents.labels import ENTERED_AT, GROUPS, MENDED_AT
from mediation.documents.models import Document
from mediation.documents.offering import Offer
from mediation.documents.passages import LIMITATION_LABEL
from mediation.documents.spec import MISSING, SINGLY, TYPED, Finding, FormSpec, Per
from mediation.parties import queries as parties

LACKING = "缺少："
SETTLE = "#limitation"
MOST_OF_A_KIND = 4


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
    """A form of the stage with its gaps, and the page on which it is completed.

    ``is_typed_here``: something that it lacks is typed on that page; ``is_all_typed_here``: everything.
    """

    offer: Offer
    gaps: tuple[Gap, ...]
    prepare_url: str
    is_typed_here: bool
    is_all_typed_here: bool


def offers_shown(actor: Actor, case: Case) -> list[Shown]:
    """The forms of the case's stage, each gap with its link."""
    return [_shown(case, offer) for offer in offering.offers(actor, case=case)]


def _shown(case: Case, offer: Offer) -> Shown:
    gaps, here = _gaps(case, offer), prepare_url(case, offer)
    typed = [gap.place is not None and gap.place.url == here for gap in gaps]
    return Shown(offer, gaps, here, any(typed), all(typed))


@dataclass(frozen=True)
class Kind:
    """One form with all of which it can be made."""

    shown: tuple[Shown, ...]

    @property
    def is_long(self) -> bool:
        """Whether so many papers are folded behind one line, which leads to making them in one go."""
        return len(self.shown) > MOST_OF_A_KIND

    @property
    def is_made_together(self) -> bool:
        return self.shown[0].offer.spec.per not in SINGLY

    @property
    def made(self) -> int:
        return sum(one.offer.document is not None for one in self.shown)

    @property
    def ready(self) -> int:
        return sum(one.offer.document is None and not one.gaps for one in self.shown)


@dataclass(frozen=True)
class Group:
    """Forms that belong to one part of the work, by the group's name."""

    name: str
    kinds: tuple[Kind, ...]


def groups_shown(offers: list[Shown]) -> list[Group]:
    """The forms by what they are for; a group without any is left out."""
    result = []
    for name, codes in GROUPS:
        of_kind: dict[str, list[Shown]] = {}
        for one in offers:
            if one.offer.spec.code in codes:
                of_kind.setdefault(one.offer.spec.code, []).append(one)
        if of_kind:
            result.append(Group(str(name), tuple(Kind(tuple(found)) for found in of_kind.values())))
    return result


def others_missing(case: Case, offer: Offer) -> tuple[Gap, ...]:
    """What stands in the way and is not typed on the page of the paper itself."""
    here = prepare_url(case, offer)
    return tuple(gap for gap in _gaps(case, offer) if gap.place is None or gap.place.url != here)


def prepare_url(case: Case, offer: Offer) -> str:
    """The page on which the paper is completed."""
    subject = offer.subject.key or None
    return url_for("preparing.prepare", number=case.number, code=offer.spec.code, subject=subject)


def subjects_named(case: Case, documents: Sequence[Document]) -> dict[int, str]:
    """What each paper was made of, in words, where a case has several; papers of the whole case are left out."""
    names = (
        {str(one.id): one.name for one in parties.for_case(case.id)} if any(one.subject for one in documents) else {}
    )
    return {one.id: words for one in documents if (words := _subject_words(one, names))}


def _subject_words(document: Document, names: dict[str, str]) -> str:
    subject = document.subject
    if not subject:
        return ""
    words = {
        Per.MEETING: _("第%(n)s次会议", n=subject),
        # Its other half is the key of the party.
        Per.AHEAD: _("第%(n)s次会议", n=subject.partition("-")[0]),
        Per.PAYMENT: _("第%(n)s笔付款", n=subject),
        Per.VISIT: _("第%(n)s次回访", n=subject),
        Per.AGAIN: _("第%(n)s份", n=subject),
    }
    return words.get(registry.get(document.code).spec.per) or names.get(subject, "")


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
    return (*(Gap(LACKING + listed(names), place) for place, names in missing.items()), *others)


def _place(case: Case, offer: Offer, finding: Finding) -> Place | None:
    # Of a failure, the day is asked for when the failure is entered.
    if LIMITATION_LABEL in finding.message and (offer.facts.outcome is not None or offer.spec.code != "D15"):
        return Place(SETTLE, _("核定时效届满日"))
    if finding.path == TYPED or record_facts.enterable([finding]):
        return Place(prepare_url(case, offer), _("在此填写"))
    path = finding.path.split(".")[0] or _missing_path(offer.spec, finding)
    known = MENDED_AT.get(finding.code) or ENTERED_AT.get(path)
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
