"""Every form made of real rows, at the stage that it belongs to: complete, numbered, and without a word of the private notes."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.cases import service as cases
from mediation.cases.lifecycle import Track
from mediation.cases.service import AgreementIn, InstalmentIn
from mediation.core.db import db, transaction
from mediation.documents import offering, record_facts, service
from mediation.documents.models import Document
from mediation.documents.offering import Offer
from mediation.documents.service import NotComplete
from mediation.documents.spec import Ask, Kind
from mediation.parties import queries as parties
from tests import personas
from tests.factories import documents as play
from tests.factories.casefiles import CANARY, reload

pytestmark = pytest.mark.usefixtures("context")
LAWYER = "duty_lawyer"
# What a person would type where nothing is proposed.
TYPED = {
    "representatives": "周明远",
    "on": "2026-03-10",
    "until": "2026-04-04",
    "sum": "100000",
    "problem": "网点负责人变更时没有结清工资。",
    "post": "负责人",
}
ENTERED = {
    "phone": "021-55550000",
    "id_number": "310101199003070019",
    "address": "上海市青浦区示例路 2 号",
    "legal_representative": "葛大有",
    "facts_text": "拖欠工资。",
    "evidence": "工资条",
}


def answer(ask: Ask, offer: Offer) -> str:
    if known := TYPED.get(ask.key) or ask.propose(offer.facts):
        return known
    if ask.kind is Kind.DAY:
        return offer.facts.issued_on.isoformat()
    if ask.kind is Kind.CHOICE:
        return ask.choices[0]
    return {Kind.SUM: "100000"}.get(ask.kind, "按实际情况填写")


def issue_all(number: str, on: date, *, skip: frozenset[str] = frozenset()) -> dict[str, Document]:
    """Issue what the case is offered now, form by form, filled in as the page would take it."""
    made: dict[str, Document] = {}
    with play.at(on, 12):
        actor = personas.actor(LAWYER)
        offers = offering.offers(actor, case=reload(number))
        for offer in offers:
            code = offer.spec.code
            if offer.document is not None or code in skip:
                continue
            typed = {ask.key: answer(ask, offer) for ask in offer.spec.asks}
            entered = {field: ENTERED[field[1]] for field in record_facts.enterable(offer.findings)}
            try:
                made[code] = service.issue(
                    actor, case=reload(number), code=code, subject=offer.subject.key, typed=typed, entered=entered
                )
            except NotComplete as refusal:
                made.setdefault(f"refused {code}: {refusal.message}", None)
    return made


def words(document: Document) -> str:
    with transaction():
        content = attachments.read(db.session.get_one(Attachment, document.attachment_id))
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def confirm_limitation(number: str, on: date) -> None:
    with play.at(on):
        case = reload(number)
        case.limitation_on, case.limitation_confirmed = date(2027, 3, 4), True


def check(made: dict[str, Document], *codes: str) -> None:
    refused = [code for code in made if code.startswith("refused")]
    assert not refused
    assert set(codes) <= set(made)
    for document in made.values():
        text = words(document)
        assert CANARY not in text
        assert CANARY not in document.facts
        assert document.title.split("（")[0].replace("、", "")[:2] in text.replace("、", "")


def test_the_forms_before_acceptance():
    number = play.open_case(date(2026, 3, 4))
    play.act(number, LAWYER, date(2026, 3, 4), cases.add_note, body=CANARY)
    confirm_limitation(number, date(2026, 3, 4))
    party = parties.for_case(reload(number).id)[0]
    play.act(number, LAWYER, date(2026, 3, 4), cases.enter_representative, party_id=party.id, kind="agent",
             name="周明霞", relation="姐姐", scope="special", powers=("settle", "receive"))  # fmt: skip
    made = issue_all(number, date(2026, 3, 4), skip=frozenset({"D26"}))
    check(made, "D01", "D02", "D03", "D04", "D07", "D08", "D10", "D16", "D24", "D25", "D30", "PM06")
    assert "进行和解、调解" in words(made["D07"])
    assert made["D24"].number == "沪快调移〔2026〕1号"
    assert made["D04"].number.startswith("沪快调询〔2026〕第")
    served = issue_all(number, date(2026, 3, 4))
    check(served, "D17")


def test_a_refusal_names_its_reason_the_other_routes_and_the_day():
    number = play.open_case(date(2026, 3, 4))
    play.act(number, LAWYER, date(2026, 3, 4), cases.confirm_track, track=Track.LABOUR, relationship="employment")
    play.act(number, LAWYER, date(2026, 3, 4), cases.ask_consent)
    respondent = next(one for one in parties.for_case(reload(number).id) if one.side == "respondent")
    play.act(number, LAWYER, date(2026, 3, 6), cases.record_consent, party_id=respondent.id, answer="no")
    play.act(number, LAWYER, date(2026, 3, 6), cases.refuse, reason="被申请人不同意调解")
    confirm_limitation(number, date(2026, 3, 6))
    made = issue_all(number, date(2026, 3, 6))
    check(made, "D06", "D28", "D29")
    text = words(made["D06"])
    for expected in ("不予受理", "被申请人不同意调解", "劳动仲裁", "法律援助", "2027年3月4日"):
        assert expected in text
    assert made["D06"].number == "沪快调不受〔2026〕第1号"


def test_the_forms_of_a_mediation():
    number = play.accepted_case()
    play.meet(number, date(2026, 3, 14))
    confirm_limitation(number, date(2026, 3, 14))
    made = issue_all(number, date(2026, 3, 16), skip=frozenset({"D13", "D15"}))
    check(made, "D05", "D11", "D12", "D23", "D27")
    assert "2026年4月4日" in words(made["D12"])


def performing() -> str:
    number = play.accepted_case()
    play.meet(number, date(2026, 3, 14))
    play.draft(number, date(2026, 3, 16))
    play.sign_all(number, date(2026, 3, 16))
    first = cases.agreements_of(reload(number))[0].instalments[0]
    play.act(number, LAWYER, date(2026, 3, 20), cases.record_payment, instalment_id=first.id,
             amount_fen=first.amount_fen, paid_on=date(2026, 3, 20), proof="银行回单")  # fmt: skip
    return number


def test_the_forms_after_an_agreement():
    number = performing()
    made = issue_all(number, date(2026, 3, 23), skip=frozenset({"D18", "D19", "D20"}))
    check(made, "D13", "D21")
    assert "¥8,650.00（人民币捌仟陆佰伍拾元整）" in words(made["D21"])
    after = issue_all(number, date(2026, 3, 24), skip=frozenset({"D20"}))
    check(after, "D17", "D18", "D19")
    assert made["D13"].number in words(after["D18"])


def test_a_missed_instalment_makes_a_payment_order():
    number = performing()
    issue_all(number, date(2026, 3, 23))
    play.act(number, LAWYER, date(2026, 4, 11), cases.declare_default, note="逾期")
    made = issue_all(number, date(2026, 4, 12), skip=frozenset({"D18", "D19"}))
    check(made, "D20")
    assert "8,000.00" in words(made["D20"])


def test_late_joint_applications_are_refused_with_the_day():
    number = performing()
    issue_all(number, date(2026, 3, 23), skip=frozenset({"D18", "D19"}))
    made = issue_all(number, date(2026, 4, 20))
    refused = "".join(code for code in made if code.startswith("refused"))
    assert "仲裁审查的申请期限已于2026年3月31日届满" in refused
    assert "司法确认的申请期限已于2026年4月15日届满" in refused


def test_the_forms_of_an_oral_agreement():
    number = play.accepted_case_of(Track.PEOPLES)
    terms = AgreementIn(facts="运费未付。", terms="一次付清运费。", total_fen=1_665_000, payment_method="转账",
                        instalments=(InstalmentIn(date(2026, 3, 20), 1_665_000),))  # fmt: skip
    play.act(number, LAWYER, date(2026, 3, 14), cases.reach_oral, terms=terms, on=date(2026, 3, 14))
    play.act(number, LAWYER, date(2026, 3, 14), cases.seek_force, route="judicial_confirmation", body="示例区人民法院")
    made = issue_all(number, date(2026, 3, 16))
    check(made, "D14", "PM04", "PM06", "PM12", "PM13")
    assert made["D14"].title == "人民调解口头协议登记表"
    assert "D13" not in made
