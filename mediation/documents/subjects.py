"""Of what a form is made when a case has several: each respondent, each payment, each paper to be served."""

from collections.abc import Iterator
from typing import NamedTuple

from mediation.core.money import yuan
from mediation.documents import shares
from mediation.documents.facts import CaseFacts
from mediation.documents.forms.d17_service_receipt import SERVED
from mediation.documents.spec import FormSpec, Per
from mediation.documents.typeset.render import chinese_date


class Subject(NamedTuple):
    """`key` is stored with the paper; `label` tells it apart on the page."""

    key: str
    label: str


WHOLE = Subject("", "")


def subjects(spec: FormSpec, facts: CaseFacts) -> tuple[Subject, ...]:
    """What the form can be made of now, in order; of the whole case by default, of nothing where there is none."""
    return (WHOLE,) if spec.per is Per.CASE else tuple(_SUBJECTS[spec.per](spec, facts))


def _meetings(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    # A record can be previewed before a meeting was held; it is then an empty sheet to write on.
    for number in facts.held:
        yield Subject(str(number), f"第{number}次会议")
    if not facts.held:
        yield WHOLE


def _ahead(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    """Each party gets a notice of its own."""
    for session in facts.sessions:
        for party in facts.parties:
            yield Subject(f"{session.number}-{party.key}", f"第{session.number}次会议 {party.name}")


def _respondents(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    return (Subject(party.key, party.name) for party in facts.respondents)


def _organisations(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    return (Subject(party.key, party.name) for party in facts.parties if not party.is_person)


def _representatives(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    for party in facts.parties:
        for one in party.representatives:
            if one.kind == "agent":
                yield Subject(one.key, f"{one.name}（代理{party.name}）")


def _creditors(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    return (Subject(party.key, party.name) for party in facts.applicants)


def _agreements(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    return _creditors(spec, facts) if shares.are_apart(facts) else iter((WHOLE,))


def _papers(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    for paper in facts.papers:
        if paper.code in SERVED:
            yield Subject(paper.key, " ".join(filter(None, (f"《{paper.title}》", paper.number))))


def _payments(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    for one in facts.payments:
        yield Subject(str(one.number), f"第{one.number}笔 {chinese_date(one.paid_on)} {yuan(one.amount_fen or 0)}元")


def _visits(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    return (Subject(str(one.number), f"第{one.number}次回访 {chinese_date(one.visited_on)}") for one in facts.visits)


def _again(spec: FormSpec, facts: CaseFacts) -> Iterator[Subject]:
    """Those that were made, and one more."""
    made = [int(paper.subject) for paper in facts.papers if paper.code == spec.code and paper.subject.isdigit()]
    for number in sorted({*made, max(made, default=0) + 1}):
        yield Subject(str(number), f"第{number}份")


_SUBJECTS = {
    Per.MEETING: _meetings,
    Per.AHEAD: _ahead,
    Per.RESPONDENT: _respondents,
    Per.ORGANISATION: _organisations,
    Per.REPRESENTATIVE: _representatives,
    Per.CREDITOR: _creditors,
    Per.AGREEMENT: _agreements,
    Per.PAPER: _papers,
    Per.PAYMENT: _payments,
    Per.VISIT: _visits,
    Per.AGAIN: _again,
}
