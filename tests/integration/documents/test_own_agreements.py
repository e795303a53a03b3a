"""A collective case: each applicant's agreement with own number, sums, signatures and code (docs/decisions/0014)."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from mediation import scheduler
from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.cases import service as cases
from mediation.core import clock
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError
from mediation.core.money import yuan
from mediation.documents import offering, service, terms
from mediation.documents.batches import asking, working
from mediation.documents.models import Document, PaperBatch, PaperSignature
from mediation.documents.proof import codes
from mediation.documents.proof.keys import paper_keys
from mediation.documents.signing import service as signing
from mediation.parties import queries as parties
from tests import personas
from tests.factories import casefiles, collective
from tests.factories import documents as play

COUNT = 10
NOON = datetime(2026, 3, 17, 12, tzinfo=clock.SHANGHAI)
SIGNED, SEALED = date(2026, 3, 18), date(2026, 3, 19)
DRAWN = json.dumps([[[1000, 1000], [3000, 4000], [5000, 1000]], [[6000, 2500], [9000, 2500]]])


@pytest.fixture(autouse=True)
def _on_the_day():
    with clock.frozen_at(NOON):
        yield


@pytest.fixture
def number(app, context) -> str:
    """Ten workers, settled for nine tenths of their claims, each paid in two parts."""
    return collective.drafted(COUNT, settled=0.9)


@pytest.fixture
def issued(number, app) -> str:
    collective.ask_for_all(number)
    assert working.work_due(owner="one") == 1
    return number


def papers(number: str) -> list[Document]:
    db.session.rollback()
    case = casefiles.reload(number)
    statement = select(Document).where(Document.case_id == case.id, Document.code == "D13").order_by(Document.id)
    return list(db.session.scalars(statement))


def text_of(document: Document) -> str:
    content = attachments.read(db.session.get_one(Attachment, document.attachment_id))
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def draw(number: str, document: Document, chosen: str, day: date = SIGNED) -> PaperSignature:
    def sign(actor, case):
        own = db.session.get_one(Document, document.id)
        return signing.sign_on_screen(
            actor, case=case, document=own, chosen=chosen, name="吴经理", identified_by="id_card", drawn=DRAWN
        )

    return play.act(number, "duty_lawyer", day, sign)


def seal(number: str, on: date) -> None:
    def put(actor, case):
        (act,) = [one for one in cases.draft_agreement_of(case).signatures if one.actor_kind == "seal"]
        return cases.sign(actor, case=case, signature_id=act.id, on=on, manner="committee_seal")

    play.act(number, "committee", on, put)


def acts(number: str) -> dict[str, date | None]:
    return {one.name: one.signed_on for one in cases.agreements_of(casefiles.reload(number))[0].signatures}


def test_every_applicant_gets_an_agreement_with_own_number_sum_and_code(issued):
    made, names = papers(issued), collective.names(COUNT)
    assert [one.number for one in made] == [f"沪快调协〔2026〕第{at}号" for at in range(1, COUNT + 1)]
    applicants = [one for one in parties.for_case(casefiles.reload(issued).id) if one.side == "applicant"]
    assert [one.subject for one in made] == [str(one.id) for one in applicants]
    for at, document in enumerate(made):
        text, sum_fen = text_of(document), round(collective.claimed_fen(at) * 0.9)
        assert names[at] in text
        assert not any(other in text for other in names if other != names[at])
        assert yuan(sum_fen) in text
        claims = codes.check(document.proof, paper_keys().published).claims
        assert ["协议金额", sum_fen] in claims["s"]
        assert sum(fen for what, fen in claims["s"] if what.startswith("第")) == sum_fen
        assert [name for side, name in claims["p"] if side == "申请人"] == [names[at]]
        assert service.verify(document) == []


def test_a_plan_for_all_together_is_divided_by_the_shares(app, context):
    number = collective.drafted(COUNT, is_joint=True)
    collective.ask_for_all(number)
    working.work_due(owner="one")
    paid = [0, 0]
    for at, document in enumerate(papers(number)):
        plan = json.loads(document.facts)["agreement"]["instalments"]
        assert sum(one["amount_fen"] for one in plan) == collective.claimed_fen(at)
        paid = [before + one["amount_fen"] for before, one in zip(paid, plan, strict=True)]
    whole = cases.draft_agreement_of(casefiles.reload(number)).instalments
    assert paid == [one.amount_fen for one in whole]


def test_only_the_applicant_of_the_paper_and_the_others_side_sign_it(issued):
    first = papers(issued)[0]
    places = [one.place for one in signing.lines(casefiles.reload(issued), first)]
    assert [one.capacity for one in places] == ["applicant", "respondent", "respondent", "mediator", "recorder"]
    assert places[0].holder == collective.names(COUNT)[0]


def test_a_respondent_has_signed_when_every_paper_is_signed_and_the_seal_comes_last(issued):
    made, names = papers(issued), collective.names(COUNT)
    case = casefiles.reload(issued)
    chosen = {
        one.id: [f"{line.place.key}/{line.place.signers[-1].key}" for line in signing.lines(case, one)] for one in made
    }
    others = chosen[made[0].id][1:]
    respondents = [one for one in others if one.startswith("respondent")]
    mediator = next(one for one in others if one.startswith("mediator"))
    for document in made:
        applicant = chosen[document.id][0]
        row = draw(issued, document, applicant)
        assert row.signature_id is not None
    signed = acts(issued)
    assert {signed[name] for name in names} == {SIGNED}
    for document in made[:-1]:
        assert draw(issued, document, respondents[0]).signature_id is None
    assert {day for name, day in acts(issued).items() if name not in names} == {None}
    with pytest.raises(DomainError) as refusal:
        seal(issued, SIGNED)
    assert refusal.value.field == "on"
    last = draw(issued, made[-1], respondents[0], day=SEALED)
    company = next(one.place.holder for one in signing.lines(case, made[0]) if one.place.key == last.capacity)
    assert acts(issued)[company] == SEALED
    rows = db.session.scalars(select(PaperSignature).where(PaperSignature.capacity == last.capacity)).all()
    assert {one.signature_id for one in rows} == {last.signature_id}
    for place in (*respondents[1:], mediator):
        for document in made:
            draw(issued, document, place, day=SEALED)
    assert casefiles.reload(issued).effective_on is None
    seal(issued, SEALED)
    case = casefiles.reload(issued)
    assert (case.state, case.effective_on) == ("agreed", SEALED)


def test_a_respondent_who_signed_one_of_several_papers_has_not_signed_all(number):
    with casefiles.at(date(2026, 3, 17)):
        document = play.act(number, "duty_lawyer", date(2026, 3, 17), service.issue, code="D13")
    lines = signing.lines(casefiles.reload(number), document)
    respondent = next(one.place for one in lines if one.place.capacity == "respondent")
    row = draw(number, document, f"{respondent.key}/{respondent.signers[-1].key}")
    assert row.signature_id is None
    assert acts(number)[respondent.holder] is None


def test_the_terms_are_frozen_by_any_of_the_papers_and_a_changed_text_is_not_signed(number):
    play.act(number, "duty_lawyer", date(2026, 3, 17), service.issue, code="D13")
    with pytest.raises(Conflict, match="已经出具"):
        play.act(number, "duty_lawyer", date(2026, 3, 17), terms.save, text="被申请人另行支付。")


def test_what_lacks_in_the_whole_agreement_keeps_every_paper_back(number):
    text = "被申请人支付各申请人工资，各申请人自愿放弃社会保险。"
    play.act(number, "duty_lawyer", date(2026, 3, 17), terms.save, text=text)
    offers = offering.offers(personas.actor("duty_lawyer"), case=casefiles.reload(number))
    found = [one for one in offers if one.spec.code == "D13"]
    assert len(found) == COUNT
    assert all(any("社会保险" in finding.message for finding in one.findings) for one in found)


def test_a_joint_agreement_in_force_stays_the_only_one(number):
    document = play.act(number, "duty_lawyer", date(2026, 3, 17), service.issue, code="D13")
    document = db.session.get_one(Document, document.id)
    document.subject = ""
    db.session.commit()
    offers = offering.offers(personas.actor("duty_lawyer"), case=casefiles.reload(number))
    assert [one.subject.key for one in offers if one.spec.code == "D13"] == [""]


def test_the_batch_shows_its_way_and_prints_all(app, client, content):
    with app.app_context():
        number = collective.drafted(COUNT)
        batch_id = collective.ask_for_all(number)
    personas.login(client, "duty_lawyer")
    address = f"/cases/{number}/documents/batches/{batch_id}"
    page = client.get(address).text
    assert "data-progress-running" in page
    assert f"0 / {COUNT}" in page
    looks = iter(range(100))
    with app.app_context():
        working.work_due(owner="dead", stop=lambda: next(looks) > 3)
    assert f"0 / {COUNT}" not in client.get(address).text
    scheduler.make_papers(app, "another")
    page = client.get(address).text
    assert f"{COUNT} / {COUNT}" in page
    printed = PdfReader(BytesIO(client.get(f"{address}/print.pdf").data))
    assert len(printed.outline) == COUNT
    with app.app_context():
        assert db.session.get_one(PaperBatch, batch_id).status == asking.DONE
        assert len(papers(number)) == COUNT


def test_each_paper_says_what_the_agreement_leaves_open(app, context):
    number = collective.drafted(COUNT, settled=0.9, left_open="补缴2025年6月以来的社会保险")
    collective.ask_for_all(number)
    assert working.work_due(owner="one") == 1
    found = ["".join(text_of(one).split()) for one in papers(number)]
    assert len(found) == COUNT
    for text in found:
        assert text.index("不在本协议之内") < text.index("补缴2025年6月以来的社会保险") < text.index("分别签订协议书")
        assert text.index("签订本协议不视为放弃") < text.index("劳动保障监察")
    assert casefiles.reload(number).settled_in_part is False  # until it takes effect
