"""The case file in the background: its progress, who may have it, a killed worker; signed originals and separate talks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from mediation import scheduler
from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.audit.models import AuditRow
from mediation.cases import queries as case_queries
from mediation.cases import service as cases
from mediation.cases.models import Offer
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, Forbidden, NotFound
from mediation.documents import registry, service, serving
from mediation.documents.batches import filing, working
from mediation.documents.casefile import making
from mediation.documents.models import Document, PaperBatch
from mediation.parties import queries as parties
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play
from tests.factories.casefiles import CANARY

TODAY = date(2026, 3, 16)
NOON = datetime(2026, 3, 16, 12, tzinfo=clock.SHANGHAI)
SEPARATE = "背靠背底线：一万二也可以签"


@pytest.fixture(autouse=True)
def _on_the_day():
    with clock.frozen_at(NOON):
        yield


@pytest.fixture
def ready(context, number) -> str:
    return number


def ask(number: str, part: str = "open", persona: str = "duty_lawyer", **options) -> int:
    return play.act(number, persona, TODAY, filing.ask, part=part, **options).id


def batch_of(batch_id: int) -> PaperBatch:
    db.session.rollback()
    return db.session.get_one(PaperBatch, batch_id)


def content_of(batch_id: int) -> bytes:
    return attachments.read(db.session.get_one(Attachment, batch_of(batch_id).attachment_id))


def texts(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def outline(content: bytes) -> list[str]:
    return [one["/Title"] for one in PdfReader(BytesIO(content)).outline]


def photo(color: tuple[int, int, int] = (30, 90, 160)) -> bytes:
    target = BytesIO()
    Image.new("RGB", (600, 800), color).save(target, "JPEG")
    return target.getvalue()


def scan_of(number: str, document: Document, content: bytes, filename: str) -> None:
    def keep(actor, case):
        own = db.session.get_one(Document, document.id)
        return service.keep_scan(actor, document=own, filename=filename, content=content)

    play.act(number, "duty_lawyer", TODAY, keep)


def pages_of(document: Document) -> int:
    content = attachments.read(db.session.get_one(Attachment, document.attachment_id))
    return len(PdfReader(BytesIO(content)).pages)


def pictures(count: int) -> bytes:
    """A scan of so many sheets."""
    sheets = [Image.open(BytesIO(photo((at * 20, 90, 160)))) for at in range(count)]
    target = BytesIO()
    sheets[0].save(target, "PDF", save_all=True, append_images=sheets[1:])
    return target.getvalue()


def test_it_is_made_outside_the_request_and_kept(ready):
    batch_id = ask(ready, remark="网点原件存派出所")
    assert batch_of(batch_id).status == "waiting"
    assert working.work_due(owner="one") == 1
    batch = batch_of(batch_id)
    assert (batch.status, batch.done, batch.problem) == ("done", batch.total, None)
    assert "网点原件存派出所" in texts(content_of(batch_id))
    event = db.session.scalars(select(AuditRow).where(AuditRow.event == "case_file_made")).one()
    assert event.actor_id == personas.user("duty_lawyer").id
    direct = play.act(ready, "duty_lawyer", TODAY, making.make, remark="网点原件存派出所")
    assert content_of(batch_id) == direct.content


def test_a_stopped_process_gives_it_back_and_a_dead_one_loses_it(app, ready):
    play.act(ready, "duty_lawyer", TODAY, service.issue, code="D05")
    batch_id = ask(ready)
    looks = iter(range(100))
    assert working.work_due(owner="one", stop=lambda: next(looks) > 1) == 0
    assert (batch_of(batch_id).status, batch_of(batch_id).claimed_by) == ("waiting", None)
    with transaction():
        batch = db.session.get_one(PaperBatch, batch_id)
        batch.status, batch.claimed_by, batch.claimed_until = "running", "dead", NOON + timedelta(minutes=1)
    assert working.work_due(owner="two") == 0
    with clock.frozen_at(NOON + timedelta(minutes=2)):
        scheduler.make_papers(app, "another")
    assert batch_of(batch_id).status == "done"


def test_one_at_a_time_of_each_part(ready):
    ask(ready)
    ask(ready, "internal")
    with pytest.raises(Conflict):
        ask(ready)


def test_who_may_have_it(ready):
    with pytest.raises(Forbidden):
        ask(ready, persona="hr_same_company")
    internal = ask(ready, "internal")
    working.work_due(owner="one")
    case = casefiles.reload(ready)
    with pytest.raises(Forbidden):
        filing.get_for(personas.actor("hr_same_company"), case, internal)
    with pytest.raises(NotFound):
        filing.get_for(personas.actor("duty_lawyer"), case, internal + 1)
    assert CANARY in texts(content_of(internal))


def test_too_much_is_refused_in_words(ready, monkeypatch):
    monkeypatch.setattr(making, "MOST_BYTES", -1)
    batch_id = ask(ready)
    working.work_due(owner="one")
    batch = batch_of(batch_id)
    assert (batch.status, batch.attachment_id) == ("failed", None)
    assert "不能一次装订" in batch.problem


def test_a_whole_signed_original_takes_the_place_of_the_paper(ready):
    play.name_heads(ready)
    agreement = play.act(ready, "duty_lawyer", TODAY, service.issue, code="D13")
    scan_of(ready, agreement, photo(), "末页.jpg")
    assert pages_of(agreement) > 1
    behind = play.act(ready, "duty_lawyer", TODAY, making.make)
    assert "附签署件" in texts(behind.content)
    assert "调解协议书（续）" in outline(behind.content)
    scan_of(ready, agreement, pictures(pages_of(agreement)), "全件.pdf")
    whole = play.act(ready, "duty_lawyer", TODAY, making.make)
    assert "附签署件" not in texts(whole.content)
    assert f"{agreement.number}签署件" in texts(whole.content)
    assert whole.pages == behind.pages  # the paper's own sheets have left it
    assert (
        agreement.number not in texts(whole.content).partition("缺少的材料")[0].split("卷内目录")[1].split("签署件")[1]
    )


def test_a_receipt_of_service_and_an_authority_brought_along_are_filed(ready):
    notice = play.act(ready, "duty_lawyer", date(2026, 3, 6), service.issue, code="D05")
    worker = parties.for_case(casefiles.reload(ready).id)[0]

    def serve(actor, case):
        given = serving.ServiceIn("direct", TODAY, worker.id, taken_by="本人")
        own = db.session.get_one(Document, notice.id)
        return serving.serve(actor, document=own, given=given, proof=("回证.jpg", photo()))

    play.act(ready, "duty_lawyer", TODAY, serve)
    with casefiles.at(TODAY), transaction():
        actor = personas.actor("duty_lawyer")
        case = case_queries.get_for(actor, ready)
        attachments.store(
            actor, committee_id=case.committee_id, case_id=case.id, kind="signed_scan", form_code="D07",
            filename="授权委托书.jpg", content=photo(),
        )  # fmt: skip
    marks = outline(play.act(ready, "duty_lawyer", TODAY, making.make).content)
    assert "送达回证（受理通知书）" in marks
    assert marks.index("授权委托书.jpg") < marks.index("送达回证（受理通知书）")


def test_nothing_of_a_separate_talk_or_of_the_notes_is_in_any_open_output(ready):
    worker = parties.for_case(casefiles.reload(ready).id)[0]

    case = casefiles.reload(ready)
    with transaction() as session:
        session.add(
            Offer(
                committee_id=case.committee_id,
                case_id=case.id,
                side="worker",
                party_id=worker.id,
                amount_fen=1_200_077,
                terms=SEPARATE,
                is_separate=True,
                made_on=TODAY,
            )
        )
    play.act(ready, "duty_lawyer", TODAY, cases.add_note, body=f"{CANARY}；{SEPARATE}")
    assert db.session.scalars(select(Offer)).one().is_separate
    secrets = (SEPARATE, CANARY, "12,000.77", "1200077")
    batch_id = ask(ready)
    working.work_due(owner="one")
    outputs = {"open file": texts(content_of(batch_id))}
    for spec in registry.all_specs():
        try:
            draft = play.act(ready, "duty_lawyer", TODAY, service.preview, code=spec.code)
        except NotFound:
            continue
        outputs[spec.code] = texts(draft)
    assert len(outputs) > 20
    for name, text in outputs.items():
        assert not [one for one in secrets if one in text], name
    frozen = play.act(ready, "duty_lawyer", TODAY, service.issue, code="D05")
    assert not any(one in db.session.get_one(Document, frozen.id).facts for one in secrets)


def test_the_pages_lead_from_the_click_to_the_file(app, client, content, number):
    personas.login(client, "duty_lawyer")
    answer = personas.post(client, f"/cases/{number}/file/open", {"remark": "无"})
    address = answer.headers["Location"]
    assert answer.status_code == 303
    page = client.get(address).text
    assert "data-progress-running" in page
    assert 'http-equiv="refresh"' in page
    assert client.get(f"{address}.pdf").status_code == 404
    assert address in client.get(f"/cases/{number}/file").text
    scheduler.make_papers(app, "one")
    page = client.get(address).text
    assert "data-progress-running" not in page
    assert f"{address}.pdf" in page
    assert client.get(f"{address}.pdf").data.startswith(b"%PDF")
    assert client.get(f"/cases/{number}/documents/batches").status_code == 200
