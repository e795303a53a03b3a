"""Nothing of one side reaches the other: planted words are looked for in everything that each reader can fetch.

A case with an outlet of one tree and a platform of another, each company with a case of its own besides; in all of them
private notes, offers of separate talks, answers, files, powers of attorney, payments and people carry planted words.
Every address that answers to GET is fetched by headquarters HR of both companies, by the police and by everybody else,
with every case, file, paper, offer and deadline there is; so are feeds, exports, generated PDFs, inboxes and the outbox.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from html import unescape
from itertools import product as every
from typing import Any

import pytest
from flask import Flask, url_for
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from sqlalchemy import select
from werkzeug.test import TestResponse

from mediation.accounts.models import FeedAddress
from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.cases import jobs, service
from mediation.cases.models import Answer, Case, CaseEvent, MediationSession, Offer
from mediation.cases.service import PartyIn
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.deadlines.models import Deadline
from mediation.documents.models import Document
from mediation.notifications import robots
from mediation.notifications.models import Channel, InboxItem, OutboxMessage
from mediation.parties import queries as party_queries
from mediation.parties.models import PartyKind, PartyRole, Side
from tests import personas
from tests.factories import casefiles
from tests.matrix import sample
from tests.matrix.endpoints import PEOPLE, ROWS
from tests.product import Content

A, B, POLICE = "hr_same_company", "hr_other_company", "police_here"
NOTE, SEPARATE, INSIDE = "CANARYNOTE", "CANARYSEPARATE", "CANARYINSIDE"
OF_A, OF_B = "CANARYYUNXIU", "CANARYYUANLAN"
CASE_OF_A, CASE_OF_B = "CANARYONLYYUNXIU", "CANARYONLYYUANLAN"
# Who must never read which words, wherever they stand.
FORBIDDEN = {
    A: (NOTE, SEPARATE, INSIDE, OF_B, CASE_OF_B),
    B: (NOTE, SEPARATE, INSIDE, OF_A, CASE_OF_A),
    POLICE: (NOTE, SEPARATE, INSIDE, OF_A, OF_B),
}
# Where staff who may read them do: the page of the case, the page of that offer, and the internal file (副卷).
NOTES_ARE_READ = {"cases.show", "casefile.internal"}
SEPARATE_IS_READ = {"cases.show", "cases.settle_offer"}
TOKENS = {name: f"the-calendar-of-{name}" for name in PEOPLE}


def fill(app: Flask) -> None:
    """One of everything, then the two companies and all the planted words."""
    sample.fill(app)
    with casefiles.at(sample.DAY), transaction():
        _name_people()
        shared = [_case("mediating"), _case("agreed")]
        for case in shared:
            _name_platform(case)
        _plant_internal(shared)
        for officer, word in ((A, OF_A), (B, OF_B)):
            for case in shared:
                _plant_company(personas.actor(officer), case, word)
        _own_cases()
        _ways_out()
    with casefiles.at(sample.DAY + timedelta(days=1)):
        jobs.send_digests(clock.today())
    with casefiles.at(sample.DAY + timedelta(days=1)), transaction():
        jobs.say_what_expires(personas.world().committee.id, clock.today())
    sample.keep_files(app)


def _name_people() -> None:
    for name, word in ((A, OF_A), (B, OF_B)):
        personas.user(name).name = f"人事{word}"
    db.session.flush()


def _case(title: str) -> Case:
    return db.session.scalars(select(Case).where(Case.title.startswith(f"{title} "))).one()


def _name_platform(case: Case) -> None:
    other = personas.world().other_company
    lawyer = personas.actor("duty_lawyer")
    party = PartyIn(other.name, kind=PartyKind.ORGANISATION, role=PartyRole.PLATFORM, company_id=other.id)
    if case.state == "mediating":
        # Nobody joins a case while its agreement is signed.
        service.replace_draft(lawyer, case=case, reason="增加被申请人")
    service.enter_party(lawyer, case=case, side=Side.RESPONDENT, person=party)


def _plant_internal(cases: list[Case]) -> None:
    lawyer = personas.actor("duty_lawyer")
    for case in cases:
        service.add_note(lawyer, case=case, body=f"单独谈话：{NOTE}")
        _keep(lawyer, case, f"{INSIDE}.txt", "evidence", INSIDE, is_internal=True)
    for company in (personas.world().outlet, personas.world().other_company):
        service.make_offer(
            lawyer,
            case=cases[0],
            side="worker",
            company_id=company.id,
            amount_fen=777_000,
            terms=SEPARATE,
            is_separate=True,
        )


def _plant_company(officer: Actor, case: Case, word: str) -> None:
    """Everything a company can leave in a case, with its word in each."""
    lawyer = personas.actor("duty_lawyer")
    if case.state == "mediating":
        claim = service.claims_of(case)[0]
        paper = _keep(officer, case, f"a-{word}.txt", "pay_records", word)
        said = service.ClaimAnswer(claim.id, "offer", 654_300, f"答复 {word}", clock.today() + timedelta(days=2))
        service.answer_claims(officer, case=case, answers=[said], file_ids=[paper])
        first = service.offers_for(officer, case)[-1]
        counter = service.make_offer(
            lawyer, case=case, side="worker", claim_id=claim.id, company_id=first.company_id, amount_fen=900_000,
            terms=f"还价 {word}", replies_to=first,
        )  # fmt: skip
        service.settle_offer(officer, case=case, offer=counter, outcome="declined", reason=f"不接受 {word}")
        _plant_replies(officer, case, word)
    else:
        service.answer(officer, case=case, kind="refuse", reason=f"履行说明 {word}")
    handed = _keep(officer, case, f"b-{word}.txt", "contract", word)
    service.hand_in(officer, case=case, file_ids=[handed], kind="contract", note=f"说明 {word}")
    own = service.own_companies(officer, case)
    party = next(one for one in party_queries.for_case(case.id) if one.company_id in own)
    for is_confirmed in (None, False):
        authority = _keep(officer, case, f"c-{word}.txt", "authority", word)
        service.name_representative(
            officer, case=case, party_id=party.id, name=f"代理{word}", position=word, scope="general",
            to_on=clock.today() + timedelta(days=5), file_ids=[authority],
        )  # fmt: skip
        if is_confirmed is not None:
            named = service.authorities_for(officer, case)[0]
            service.review_representative(lawyer, case=case, authority=named, is_confirmed=False, reason=f"退回 {word}")
    for instalment in service.own_instalments(officer, case)[1:]:
        receipt = _keep(officer, case, f"d-{word}.txt", "proof", word)
        service.report_payment(
            officer, case=case, instalment_id=instalment.id, amount_fen=1_000, paid_on=clock.today(), proof=word,
            file_ids=[receipt],
        )  # fmt: skip
        report = service.reports_for(lawyer, case)[0]
        service.dispute_report(lawyer, case=case, report=report, reason=f"没有收到 {word}")


def _plant_replies(officer: Actor, case: Case, word: str) -> None:
    """Said by the company, and once more as the handler was told it."""
    session = db.session.scalars(
        select(MediationSession).where(MediationSession.case_id == case.id, MediationSession.status == "planned")
    ).one()
    (company_id, *_others) = service.own_companies(officer, case)
    service.reply_to_session(officer, case=case, session=session, reply="coming", attendees=f"参加 {word}")
    service.reply_to_session(
        personas.actor("duty_lawyer"), case=case, session=session, company_id=company_id, reply="other_time",
        note=f"改期 {word}",
    )  # fmt: skip


def _keep(actor: Actor, case: Case, name: str, kind: str, word: str, **more: Any) -> int:
    kept = attachments.store(
        actor, committee_id=case.committee_id, case_id=case.id, kind=kind, filename=name, content=word.encode(), **more
    )
    return kept.id


def _own_cases() -> None:
    """Each company's own case, at another station, so that nobody of the first reads it by the way."""
    world, lawyer = personas.world(), personas.actor("lawyer_elsewhere")
    for company, word in ((world.company, CASE_OF_A), (world.other_company, CASE_OF_B)):
        party = PartyIn(company.name, kind=PartyKind.ORGANISATION, role=PartyRole.EMPLOYER, company_id=company.id)
        case = casefiles.agreed(
            lawyer, applicants=(casefiles.applicant(f"工友{word}"),), respondents=(party,), facts=f"事实 {word}",
            station_id=world.other_station.id,
        )  # fmt: skip
        service.add_note(lawyer, case=case, body=NOTE)


def _ways_out() -> None:
    """A calendar and a channel for everybody, so that what leaves the house is looked at as well."""
    for name in PEOPLE:
        if name == personas.STRANGER:
            continue
        user = personas.user(name)
        owner = {"committee_id": user.committee_id, "user_id": user.id}
        db.session.add(FeedAddress(**owner, token_digest=sha256(TOKENS[name].encode()).hexdigest()))
        db.session.add(Channel(**owner, kind="wecom", target=robots.seal("key", None), is_active=True))
    db.session.flush()


CONTENT = Content("two companies", fill)


@pytest.fixture
def content() -> Content:
    return CONTENT


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    sample.put_files_back(app)
    with casefiles.at(sample.DAY + timedelta(days=1)):
        yield app


@dataclass(frozen=True)
class Found:
    """A planted word where it does not belong."""

    persona: str
    endpoint: str
    address: str
    word: str

    def __str__(self) -> str:
        return f"{self.persona}: {self.word} at {self.address} ({self.endpoint})"


class Sweep:
    """One persona fetching every address there is. ``cases``: how many of the cases are walked through."""

    def __init__(self, app: Flask, persona: str, *, thoroughly: bool) -> None:
        self.persona = persona
        self.app = app
        self.client = personas.login(app.test_client(), persona)
        self.fetched = 0
        with app.app_context():
            self.values = {**sample.load(), "secret": TOKENS[persona]}
            self.cases = _numbers() if thoroughly else {_case("agreed").id: _case("agreed").number}
            self.own_keys = _keys(self.cases)
            others = {A: CASE_OF_B, B: CASE_OF_A}.get(persona)
            titles = select(Case.number).where(Case.title.startswith(f"工友{others}"))
            self.foreign = tuple(db.session.scalars(titles)) if others else ()

    def addresses(self) -> Iterator[tuple[str, str]]:
        """(endpoint, address) of everything that answers to GET, with all the keys of the cases."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
            if "GET" not in (rule.methods or ()):
                continue
            row = ROWS[rule.endpoint]
            for values in self._values(rule.arguments, row.values):
                with self.app.test_request_context():
                    yield rule.endpoint, url_for(rule.endpoint, **values)
        yield from self._variants()

    def _values(self, names: set[str], given: dict[str, Any]) -> Iterator[dict[str, Any]]:
        rest = {name: given.get(name, self.values.get(name)) for name in names if name != "number"}
        if "number" not in names:
            yield rest
            return
        keyed = [name for name in names if name in self.own_keys]
        for case_id, number in self.cases.items():
            lists = [self.own_keys[name].get(case_id, []) for name in keyed]
            for keys in every(*lists):
                yield {**rest, **dict(zip(keyed, keys, strict=True)), "number": number}

    def _variants(self) -> Iterator[tuple[str, str]]:
        words = (NOTE, SEPARATE, INSIDE, OF_A, OF_B, CASE_OF_A, CASE_OF_B)
        for kind in ("xlsx", "csv"):
            yield "cases.export", f"/cases/export.{kind}"
        yield "cases.index", "/cases/?panel=1"
        yield "cases.company_instalments", "/cases/company/instalments?all=1"
        for word in words:
            yield "cases.index", f"/cases/?q={word}"
            yield "companies.suggest", f"/companies/suggest?q={word}"
        for number in self.cases.values():
            yield "cases.feed", f"/feeds/{TOKENS[self.persona]}.ics?mine=1"
            for part in ("open", "internal"):
                yield f"casefile.{part}", f"/cases/{number}/file/{part}.pdf"

    def fetch(self, address: str) -> str:
        """Everything readable in an answer; empty for a refusal's page as much as for any other."""
        answer = self.client.get(address)
        self.fetched += 1
        text = readable(answer)
        answer.close()
        return text

    def leaks(self, forbidden: Callable[[str], tuple[str, ...]]) -> list[Found]:
        """The planted words in what is fetched. ``forbidden`` tells which are, by endpoint."""
        found = []
        for endpoint, address in self.addresses():
            text = self.fetch(address)
            # What somebody types into an address comes back to them, in a field or on the way to the log-in page; what a
            # search for it finds is known by the numbers of the others' cases.
            for word in (*forbidden(endpoint), *self.foreign):
                if word in text and word not in address:
                    found.append(Found(self.persona, endpoint, address, word))
        return found


def _numbers() -> dict[int, str]:
    rows = db.session.execute(select(Case.id, Case.number, Case.title).order_by(Case.id))
    wanted = ("mediating", "agreed", "工友")
    return {row.id: row.number for row in rows if row.title.startswith(wanted)}


def _keys(cases: dict[int, str]) -> dict[str, dict[int, list[int]]]:
    """The keys that addresses name beside a case, by case."""
    sources = {
        "file_id": select(Attachment.case_id, Attachment.id),
        "document_id": select(Document.case_id, Document.id),
        "offer_id": select(Offer.case_id, Offer.id),
        "deadline_id": select(Deadline.case_id, Deadline.id),
        "session_id": select(MediationSession.case_id, MediationSession.id),
        "named_id": select(CaseEvent.case_id, CaseEvent.id).where(CaseEvent.event == "representative_named"),
        "report_id": select(CaseEvent.case_id, CaseEvent.id).where(CaseEvent.event == "payment_reported"),
    }
    found: dict[str, dict[int, list[int]]] = {}
    for name, statement in sources.items():
        of_case: dict[int, list[int]] = {}
        for case_id, key in db.session.execute(statement):
            if case_id in cases:
                of_case.setdefault(case_id, []).append(key)
        found[name] = of_case
    return found


def readable(answer: TestResponse) -> str:
    """The words of an answer, whatever it is: page, JSON, spreadsheet, Word, calendar, PDF; headers too."""
    data, kind = answer.get_data(), answer.mimetype or ""
    texts = [" ".join(f"{name}: {value}" for name, value in answer.headers)]
    if kind == "application/pdf":
        texts.append(_of_pdf(data))
    elif data[:2] == b"PK":
        texts += [unescape(part) for part in _of_archive(data)]
    elif kind == "application/json":
        texts.append(json.dumps(json.loads(data), ensure_ascii=False))
    else:
        text = data.decode("utf-8", errors="replace")
        texts += [text, unescape(text), re.sub(r"\r?\n[ \t]", "", text)]
    return "\n".join(texts)


def _of_pdf(data: bytes) -> str:
    try:
        reader = PdfReader(io.BytesIO(data))
    except PyPdfError:
        return data.decode("latin-1")  # a stand-in of the sample, not a paper of ours
    pages = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
    held = [content.decode("utf-8", errors="replace") for files in reader.attachments.values() for content in files]
    return "\n".join([*pages, *held, *reader.attachments, str(reader.metadata)])


def _of_archive(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name + archive.read(name).decode("utf-8", errors="replace")


@pytest.mark.parametrize("persona", [A, B, POLICE])
def test_no_word_of_another_reaches_a_company_or_the_police(app: Flask, persona: str) -> None:
    sweep = Sweep(app, persona, thoroughly=True)
    assert [str(one) for one in sweep.leaks(lambda _endpoint: FORBIDDEN[persona])] == []
    assert sweep.fetched > 200


@pytest.mark.parametrize("persona", [A, B])
def test_a_company_reads_its_own_words(app: Flask, persona: str) -> None:
    """The words are where they should be, so that their absence elsewhere says something."""
    sweep = Sweep(app, persona, thoroughly=True)
    own, own_case = (OF_A, CASE_OF_A) if persona == A else (OF_B, CASE_OF_B)
    shared = sweep.fetch(f"/cases/{sweep.values['mediating']}")
    for words in (f"答复 {own}", f"还价 {own}", f"a-{own}.txt", f"b-{own}.txt", f"代理{own}", f"退回 {own}",
                  f"参加 {own}", f"改期 {own}"):  # fmt: skip
        assert words in shared, words
    assert own_case in sweep.fetch("/cases/")


@pytest.mark.parametrize("persona", [name for name in PEOPLE if name not in FORBIDDEN])
def test_notes_and_separate_talks_stay_with_those_who_handle_the_case(app: Flask, persona: str) -> None:
    """In no output of any role but the page of the case and the internal file; not in the open case file."""

    def forbidden(endpoint: str) -> tuple[str, ...]:
        allowed = {NOTE: NOTES_ARE_READ, SEPARATE: SEPARATE_IS_READ}
        return tuple(word for word, places in allowed.items() if endpoint not in places)

    sweep = Sweep(app, persona, thoroughly=False)
    if persona == "committee":
        sweep.cases |= _in_context(app, _numbers)
        sweep.own_keys = _in_context(app, lambda: _keys(sweep.cases))
        assert NOTE in sweep.fetch(f"/cases/{sweep.values['agreed']}")
        assert SEPARATE in sweep.fetch(f"/cases/{sweep.values['mediating']}")
    assert [str(one) for one in sweep.leaks(forbidden)] == []


def _in_context(app: Flask, ask: Callable[[], Any]) -> Any:
    with app.app_context():
        return ask()


def test_what_leaves_the_house_names_nothing_planted(app: Flask) -> None:
    with app.app_context():
        owners = {personas.user(name).id: name for name in PEOPLE if name != personas.STRANGER}
        told = 0
        for model, texts in ((InboxItem, ("title", "body", "url")), (OutboxMessage, ("subject", "body"))):
            for row in db.session.scalars(select(model)):
                text = " ".join(str(getattr(row, name)) for name in texts)
                told += 1
                for word in FORBIDDEN.get(owners.get(row.user_id, ""), (NOTE, SEPARATE)):
                    assert word not in text, (row.user_id, text)
        assert told > 10


def test_a_planted_leak_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep can fail: an answer list that forgets its scope is seen at once, and where."""

    def of_everybody(_actor: Actor, case: Case, _own: object = None) -> list[Answer]:
        return list(db.session.scalars(select(Answer).where(Answer.case_id == case.id)))

    monkeypatch.setattr(service, "answers_for", of_everybody)
    sweep = Sweep(app, B, thoroughly=True)
    seen = {(one.endpoint, one.word) for one in sweep.leaks(lambda _endpoint: FORBIDDEN[B])}
    assert ("cases.show", OF_A) in seen
