"""Many papers in one go: each once, numbers without gaps, problems in words, one file to print."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from mediation import scheduler
from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.cases import service as cases
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.documents import service
from mediation.documents.batches import asking, working
from mediation.documents.models import Document, PaperBatch
from mediation.parties import queries as parties
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play

DAY, ASKED = date(2026, 3, 9), date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 12, tzinfo=clock.SHANGHAI)
NAMES = ("甲一", "乙二", "丙三", "丁四")


@pytest.fixture(autouse=True)
def _on_the_day():
    with clock.frozen_at(NOON):
        yield


@pytest.fixture
def accepted(app) -> str:
    """A case of four workers against two companies, accepted, with a meeting planned."""
    with app.app_context():
        number = play.open_case(date(2026, 3, 4), applicants=tuple(casefiles.applicant(name) for name in NAMES))
        play.accept(number, date(2026, 3, 4), date(2026, 3, 6))
        starts_at = datetime(2026, 3, 20, 14, tzinfo=clock.SHANGHAI)
        play.act(number, "duty_lawyer", DAY, cases.plan_session, starts_at=starts_at, place="青浦卡友驿站调解室")
        return number


@pytest.fixture
def collective(accepted, context) -> str:
    """The same, with an application at hand."""
    return accepted


def ask(number: str, code: str, marks: list[str] | None = None, persona: str = "duty_lawyer") -> int:
    _spec, known = asking.recipients(casefiles.reload(number), code)
    chosen = [one.mark for one in known] if marks is None else marks
    return play.act(number, persona, ASKED, asking.ask, code=code, marks=chosen).id


def work(app, **options) -> int:
    return working.work_due(owner="one", **options)


def batch_of(batch_id: int) -> PaperBatch:
    db.session.rollback()
    return db.session.get_one(PaperBatch, batch_id)


def papers(number: str, code: str) -> list[Document]:
    db.session.rollback()
    case = casefiles.reload(number)
    statement = select(Document).where(Document.case_id == case.id, Document.code == code).order_by(Document.id)
    return list(db.session.scalars(statement))


def test_every_party_gets_a_notice_of_its_own(app, collective):
    batch_id = ask(collective, "D09")
    assert papers(collective, "D09") == []
    assert work(app) == 1
    batch, made = batch_of(batch_id), papers(collective, "D09")
    assert (batch.status, batch.done, batch.total, batch.problem) == ("done", 6, 6, None)
    assert [line.document_id for line in asking.lines_of(batch)] == [one.id for one in made]
    assert [one.number for one in made] == [f"沪快调通〔2026〕第{one}号" for one in range(1, 7)]
    kept = db.session.get_one(Attachment, batch.attachment_id)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(attachments.read(kept))).pages)
    assert all(name in text for name in NAMES)
    assert made[-1].issued_by == personas.user("duty_lawyer").id


def test_a_paper_of_the_whole_case_is_numbered_once_and_copied_for_everybody(app, collective):
    batch_id = ask(collective, "D05")
    assert work(app) == 1
    (made,) = papers(collective, "D05")
    batch = batch_of(batch_id)
    assert {line.document_id for line in asking.lines_of(batch)} == {made.id}
    printed = PdfReader(BytesIO(attachments.read(db.session.get_one(Attachment, batch.attachment_id))))
    single = PdfReader(BytesIO(attachments.read(db.session.get_one(Attachment, made.attachment_id))))
    assert len(printed.pages) == 6 * len(single.pages)
    assert next(one["/Title"] for one in printed.outline).startswith("甲一")


def test_what_is_there_already_is_not_numbered_again(app, collective):
    first = play.act(collective, "duty_lawyer", ASKED, service.issue, code="D09", subject=None)
    batch_id = ask(collective, "D09")
    work(app)
    assert first.id in {line.document_id for line in asking.lines_of(batch_of(batch_id))}
    assert len(papers(collective, "D09")) == 6


def test_what_lacks_is_said_for_each_and_keeps_nobody_else_waiting(app, collective):
    party = casefiles.reload(collective)
    with transaction():
        parties.for_case(party.id)[1].name = "周\U000323a9"
    batch_id = ask(collective, "D09")
    assert work(app) == 1
    batch = batch_of(batch_id)
    refused = [line for line in asking.lines_of(batch) if line.problem]
    assert batch.status == "done"
    assert refused
    assert all("没有可用字体" in line.problem for line in refused)
    assert [one.number for one in papers(collective, "D09")] == [
        f"沪快调通〔2026〕第{one}号" for one in range(1, 7 - len(refused))
    ]


def test_stopped_in_the_middle_another_process_goes_on(app, collective):
    batch_id = ask(collective, "D09")
    looks = iter(range(100))
    assert work(app, stop=lambda: next(looks) > 3) == 0
    batch = batch_of(batch_id)
    begun = batch.done
    assert (batch.status, batch.claimed_by) == ("waiting", None)
    assert 0 < begun < 6
    assert work(app) == 1
    assert len(papers(collective, "D09")) == batch_of(batch_id).done == 6


def test_a_batch_of_a_dead_process_is_taken_over_when_its_lease_ends(app, collective):
    batch_id = ask(collective, "D09")
    with transaction():
        batch = db.session.get_one(PaperBatch, batch_id)
        batch.status, batch.claimed_by, batch.claimed_until = "running", "dead", NOON + timedelta(minutes=1)
    assert work(app) == 0
    with clock.frozen_at(NOON + timedelta(minutes=2)):
        scheduler.make_papers(app, "another")
    assert batch_of(batch_id).status == "done"


def test_who_has_left_has_no_papers_made(app, collective):
    batch_id = ask(collective, "D09")
    with transaction():
        personas.user("duty_lawyer").is_active = False
    work(app)
    batch = batch_of(batch_id)
    assert (batch.status, batch.done) == ("failed", 0)
    assert "停用" in batch.problem
    assert papers(collective, "D09") == []


def test_what_cannot_be_asked_for(app, collective):
    with pytest.raises(Forbidden):
        ask(collective, "D09", persona="hr_same_company")
    with pytest.raises(NotFound):
        ask(collective, "D17")
    with pytest.raises(NotFound):
        ask(collective, "D99", marks=["1"])
    with pytest.raises(DomainError) as refusal:
        ask(collective, "D09", marks=["1-999999"])
    assert refusal.value.field == "marks"
    with pytest.raises(Conflict):
        ask(collective, "D18")
    ask(collective, "D09")
    with pytest.raises(Conflict):
        ask(collective, "D09")


def test_the_pages_lead_from_the_choice_to_the_print(app, client, accepted):
    personas.login(client, "duty_lawyer")
    base = f"/cases/{accepted}/documents/batches"
    assert f'{base}/new/D09"' in client.get(base).text
    assert personas.post(client, f"{base}/new/D09", {}).status_code == 422
    with app.app_context():
        marks = [one.mark for one in asking.recipients(casefiles.reload(accepted), "D09")[1]]
    answer = personas.post(client, f"{base}/new/D09", {"marks": marks[:3]})
    address = answer.headers["Location"]
    assert answer.status_code == 303
    page = client.get(address).text
    assert "data-progress-running" in page
    assert 'http-equiv="refresh"' in page
    assert client.get(f"{address}/print.pdf").status_code == 404
    scheduler.make_papers(app, "one")
    page = client.get(address).text
    assert "data-progress-running" not in page
    assert "3 / 3" in page
    assert client.get(f"{address}/print.pdf").data.startswith(b"%PDF")
    assert address in client.get(f"/cases/{accepted}/documents").text
