"""The form of a page on which a paper is prepared: what the case still lacks and what the paper asks for itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from mediation.cases import drafts
from mediation.cases.models import Case, CaseDraft
from mediation.core.actor import Actor
from mediation.core.web.forms import ChoiceField, DayField, Form, MoneyField, PhoneField
from mediation.documents import queries, record_facts
from mediation.documents.offering import Offer
from mediation.documents.spec import Ask, Kind

LINE, TEXT = 200, 10_000
_TYPED, _ENTERED = "typed_", "entered_"


def form_for(offer: Offer, *, is_draft: bool = False, **options: Any) -> Form:
    """The form with a field for each fact that is missing in the case and each that the paper asks for.

    A draft may lack what an issued paper needs. ``options`` go to the form (``formdata``, ``data``).
    """
    fields: dict[str, Any] = {}
    for (whose, what), name in record_facts.enterable(offer.findings).items():
        fields[f"{_ENTERED}{whose}_{what}"] = _entry(what, name)
    for ask in offer.spec.asks:
        hint = "".join(filter(None, (ask.hint, ask.why_none(offer.facts))))
        fields[_TYPED + ask.key] = _field(replace(ask, hint=hint), is_needed=ask.is_required and not is_draft)
    return type("PaperForm", (Form,), fields)(**options)


def proposed(case: Case, offer: Offer) -> dict[str, Any]:
    """What the page shows first: what was typed for the newest paper of this kind, else what the form proposes."""
    last = queries.last_facts(case.id, offer.spec.code, offer.subject.key)
    before = dict(json.loads(last).get("typed", ())) if last else {}
    texts = {ask.key: before.get(ask.key) or ask.propose(offer.facts) for ask in offer.spec.asks}
    kinds = {ask.key: ask.kind for ask in offer.spec.asks}
    return {_TYPED + key: _value(kinds[key], text) for key, text in texts.items() if text}


def draft_key(case: Case, code: str, subject: str) -> str:
    """Under what a person's unfinished typing for a paper is kept."""
    return drafts.PAPER + hashlib.sha256(f"{case.id}/{code}/{subject}".encode()).hexdigest()[:26]


def kept_of(actor: Actor, case: Case, offer: Offer) -> CaseDraft | None:
    """What the person has typed for the paper and not issued yet."""
    return drafts.find(actor, draft_key(case, offer.spec.code, offer.subject.key))


def keep(actor: Actor, case: Case, code: str, subject: str, sent: Mapping[str, str]) -> CaseDraft:
    """Keep what is typed, sealed, for that person alone."""
    content = {name: text[:TEXT] for name, text in sent.items() if name.startswith((_TYPED, _ENTERED))}
    return drafts.save(actor, key=draft_key(case, code, subject), content=content)


def forget(actor: Actor, case: Case, code: str, subject: str) -> None:
    """The paper is issued, or the person begins anew."""
    drafts.discard(actor, draft_key(case, code, subject))


def typed(form: Form) -> dict[str, str]:
    """What was typed for the paper alone, as the facts hold it: days in ISO form, sums as fen."""
    return {
        name.removeprefix(_TYPED): value.isoformat() if hasattr(value, "isoformat") else str(value)
        for name, value in form.data.items()
        if name.startswith(_TYPED) and value not in (None, "")
    }


def entered(form: Form) -> dict[record_facts.Field, str]:
    """What was typed for the record of the case."""
    found = {name: value for name, value in form.data.items() if name.startswith(_ENTERED) and value}
    return {_named(name): str(value) for name, value in found.items()}


def field_of(error_field: str | None, form: Form) -> str | None:
    """The page's field for one that a service names (``phone``), where only one of them is on the page."""
    names = [name for name in form.data if name.startswith(_ENTERED) and _named(name)[1] == error_field]
    return names[0] if len(names) == 1 else None


def _named(name: str) -> record_facts.Field:
    whose, _separator, what = name.removeprefix(_ENTERED).partition("_")
    return whose, what


def _value(kind: Kind, text: str) -> Any:
    if kind is Kind.DAY:
        return date.fromisoformat(text)
    return int(text) if kind is Kind.SUM else text


def _entry(what: str, name: str) -> Any:
    if what == "phone":
        return PhoneField(name, [Optional()])
    if what in (record_facts.FACTS, record_facts.EVIDENCE):
        hint = _("每行一件") if what == record_facts.EVIDENCE else ""
        return TextAreaField(name, [Optional(), Length(max=TEXT)], description=hint)
    return StringField(name, [Optional(), Length(max=LINE)])


def _field(ask: Ask, *, is_needed: bool) -> Any:
    checks: list[Any] = [InputRequired(_("请填写这一项"))] if is_needed else [Optional()]
    if ask.kind is Kind.DAY:
        return DayField(ask.label, checks, description=ask.hint)
    if ask.kind is Kind.SUM:
        return MoneyField(ask.label, checks, description=ask.hint)
    if ask.kind is Kind.CHOICE:
        return ChoiceField(ask.label, checks, choices=[(one, one) for one in ask.choices], description=ask.hint)
    if ask.kind is Kind.TEXT:
        return TextAreaField(ask.label, [*checks, Length(max=TEXT)], description=ask.hint)
    return StringField(ask.label, [*checks, Length(max=LINE)], description=ask.hint)
