"""A company's desk: each thing that waits, with its day, and nothing of anybody else; who is told of a case, and once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from mediation.cases import company_desk, jobs, queries_asked, queries_company, service
from mediation.cases.company_desk import Waiting
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case
from mediation.companies import service as companies
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db, transaction
from mediation.notifications.models import Channel, InboxItem, OutboxMessage
from tests import personas
from tests.factories import accounts as make
from tests.factories import casefiles
from tests.integration.cases import test_company_answers as said
from tests.integration.cases.test_company_answers import lawyer, ours, theirs, two_companies
from tests.product import Content

DAY = date(2026, 3, 16)
NAMED = "company_named"


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def day(app: Flask) -> Iterator[None]:
    with casefiles.at(DAY), app.test_request_context(method="POST"):
        yield


def waiting(actor: Actor) -> list[tuple[str, date | None]]:
    return [(one.kind, one.on) for one in company_desk.waiting_for(actor)[0]]


def told(kind: str = NAMED, case: Case | None = None) -> list[int]:
    statement = select(InboxItem).where(InboxItem.kind == kind)
    return sorted(one.user_id for one in db.session.scalars(statement) if case is None or one.case_id == case.id)


def test_what_waits_is_there_until_it_is_done(day) -> None:
    case = two_companies()
    ends = case.mediation_ends_on
    wages, deposit = service.claims_of(case)
    assert waiting(ours()) == waiting(theirs()) == [("answer", ends)]
    service.answer(ours(), case=case, kind="accept", claim_id=deposit.id)
    assert company_desk.waiting_for(ours())[0][0].title == "答复 1 项请求"
    service.answer(ours(), case=case, kind="offer", amount_fen=1, claim_id=wages.id)
    assert waiting(ours()) == [] and waiting(theirs()) == [("answer", ends)]
    (offer,) = service.offers_for(ours(), case)
    until = DAY + timedelta(days=2)
    service.make_offer(
        lawyer(), case=case, side="worker", claim_id=wages.id, company_id=offer.company_id, amount_fen=2,
        valid_until=until, replies_to=offer,
    )  # fmt: skip
    service.plan_session(lawyer(), case=case, starts_at=clock.now() + timedelta(days=1), place="二楼")
    assert waiting(ours()) == [("invitation", DAY + timedelta(days=1)), ("offer", until)]
    assert waiting(theirs()) == [("invitation", DAY + timedelta(days=1)), ("answer", ends)]
    with casefiles.at(until + timedelta(days=1)):
        assert waiting(ours()) == []  # what can no longer be accepted waits for nobody


def test_the_card_of_a_case_names_the_day_the_desk_names(app: Flask) -> None:
    with app.app_context(), casefiles.at(DAY), transaction():
        asked = casefiles.open_wages(lawyer())
        service.confirm_track(lawyer(), case=asked, track=Track.LABOUR)
        service.ask_consent(lawyer(), case=asked)
        accepted = two_companies()
        numbers, ends = (asked.number, accepted.number), accepted.mediation_ends_on
        wages = service.claims_of(accepted)[0]
        service.answer(ours(), case=accepted, kind="offer", amount_fen=1, claim_id=wages.id)
        (offer,) = service.offers_for(ours(), accepted)
        service.make_offer(
            lawyer(), case=accepted, side="worker", claim_id=wages.id, company_id=offer.company_id, amount_fen=2,
            valid_until=DAY + timedelta(days=2), replies_to=offer,
        )  # fmt: skip
        service.plan_session(lawyer(), case=accepted, starts_at=clock.now() + timedelta(days=1), place="二楼")
    with casefiles.at(DAY):
        client = personas.login(app.test_client(), "hr_same_company")
        first, second = (card_of(client.get(f"/cases/{number}").get_data(as_text=True)) for number in numbers)
    assert "2026年3月19日" in first and "决定是否受理的最后一日" in first
    assert f"{ends.year}年{ends.month}月{ends.day}日" in second and "调解期限的最后一日" in second
    assert "法律没有为这一步规定期限" not in first + second
    # What people have set stands beside it as such.
    assert "方案有效期至 3月18日" in second and "会议时间 2026-03-17" in second
    assert "方案有效期" not in first and "会议时间" not in first


def card_of(page: str) -> str:
    return page.partition('class="sheet next-step"')[2].partition("</section>")[0]


def test_before_the_company_is_asked_it_is_told_nothing(day) -> None:
    case = casefiles.open_wages(lawyer())
    assert waiting(ours()) == [] and told() == []
    service.confirm_track(lawyer(), case=case, track=Track.LABOUR)
    assert told() == []
    service.ask_consent(lawyer(), case=case)
    (item,) = company_desk.waiting_for(ours())[0]
    assert (item.kind, item.on) == ("answer", date(2026, 3, 19))  # three working days to accept
    assert told() == [ours().user_id]


def test_a_draft_and_what_is_due_wait_for_whoever_owes_it(day) -> None:
    case = casefiles.drafted(lawyer())
    service.answer(ours(), case=case, kind="accept")
    kinds = [kind for kind, _on in waiting(ours())]
    assert kinds == ["sign", "sign"]  # the outlet and the headquarters are both parties
    for act in service.draft_agreement_of(case).signatures:
        service.sign(personas.actor("committee"), case=case, signature_id=act.id)
    first, second = (DAY + timedelta(days=4), DAY + timedelta(days=25))
    assert waiting(ours()) == [("pay", first), ("pay", second)]
    owed = service.own_instalments(ours(), case)[0]
    receipt = said.keep(ours(), case, "receipt.txt", "proof")
    report = {"instalment_id": owed.id, "amount_fen": owed.amount_fen, "paid_on": DAY, "file_ids": [receipt]}
    service.report_payment(ours(), case=case, **report)
    assert waiting(ours()) == [("pay", second)]
    service.dispute_report(lawyer(), case=case, report=service.reports_for(lawyer(), case)[0], reason="没有到账")
    late = company_desk.waiting_for(ours())[0][0]
    assert late.on == first and "没有到账" in late.note
    with casefiles.at(first + timedelta(days=1)):
        assert company_desk.desk_for(ours()).late == 1
    assert waiting(theirs()) == []


def test_an_authority_is_watched(day) -> None:
    case = two_companies()
    service.answer(ours(), case=case, kind="accept")
    paper = said.name_agent(case)
    service.review_representative(lawyer(), case=case, authority=paper, is_confirmed=False, reason="没有盖章")
    (back,) = company_desk.waiting_for(ours())[0]
    assert back.kind == "authority" and back.note == "没有盖章"
    service.review_representative(lawyer(), case=case, authority=said.name_agent(case), is_confirmed=True)
    assert waiting(ours()) == [("authority", DAY + timedelta(days=10))]
    committee_id = personas.world().committee.id
    assert jobs.say_what_expires(committee_id, DAY) == 0
    soon = DAY + timedelta(days=4)
    assert jobs.say_what_expires(committee_id, soon) == 2  # the company's officer and the handler
    assert jobs.say_what_expires(committee_id, soon) == 0
    assert told("expiring") == sorted([ours().user_id, lawyer().user_id])


def test_a_feature_above_adds_what_it_asks_of_a_company(day, monkeypatch) -> None:
    mine = Waiting("recommendation", "答复规范用工建议书", "/recommendations/1", on=DAY - timedelta(days=1))
    monkeypatch.setattr(company_desk, "PROVIDERS", [lambda actor: [mine] if actor.has(Role.HR) else []])
    case = casefiles.mediating(lawyer())
    desk = company_desk.desk_for(ours())
    assert [group.number for group in desk.groups] == ["", case.number]  # late first
    assert (desk.count, desk.late, desk.is_capped) == (2, 1, False)


def test_open_cases_stand_under_the_outlet_they_name(day) -> None:
    casefiles.mediating(lawyer())
    two_companies(applicants=(casefiles.applicant("李二"),))
    names = personas.world()
    assert [(row.company, row.cases) for row in queries_company.open_by_outlet_for(ours())] == [(names.outlet.name, 2)]
    assert [(row.company, row.cases) for row in queries_company.open_by_outlet_for(theirs())] == [
        (names.other_company.name, 1)
    ]


# Who is told.


def officer(name: str, company) -> Actor:
    make.make_user(personas.world().committee, name, Role.HR, name=name, companies=[company])
    db.session.flush()
    return personas.actor(name)


def test_the_nearest_level_with_people_and_the_headquarters_are_told_once(day) -> None:
    world = personas.world()
    region = officer("hr_region", world.region)
    with_region = casefiles.accepted(lawyer())
    assert told(case=with_region) == sorted([region.user_id, ours().user_id])
    outlet = officer("hr_outlet", world.outlet)
    case = casefiles.accepted(lawyer(), applicants=(casefiles.applicant("李二"),))
    assert told(case=case) == sorted([outlet.user_id, ours().user_id])
    # The asking itself is the same moment: no second notice.
    assert not [one for one in db.session.scalars(select(InboxItem)) if one.kind == "consent_asked"]


def test_a_company_added_later_is_told_then(day) -> None:
    with casefiles.at(DAY - timedelta(days=5)):
        case = casefiles.accepted(lawyer())
    assert theirs().user_id not in told(case=case)
    other = personas.world().other_company
    platform = service.PartyIn(other.name, kind=said.PartyKind.ORGANISATION, company_id=other.id)
    service.enter_party(lawyer(), case=case, side=said.Side.RESPONDENT, person=platform)
    assert theirs().user_id in told(case=case)


def test_a_notice_goes_out_by_the_channels_and_names_no_worker(day) -> None:
    db.session.add(
        Channel(committee_id=ours().committee_id, user_id=ours().user_id, kind="wecom", target="key", is_active=True)
    )
    casefiles.accepted(lawyer(), applicants=(casefiles.applicant("金丝雀工友"),))
    messages = db.session.scalars(select(OutboxMessage).where(OutboxMessage.user_id == ours().user_id)).all()
    assert [one.key.split(":")[0] for one in messages] == ["named"]
    items = db.session.scalars(select(InboxItem).where(InboxItem.user_id == ours().user_id)).all()
    for text in [f"{one.subject} {one.body}" for one in messages] + [f"{one.title} {one.body}" for one in items]:
        assert "金丝雀工友" not in text


@pytest.mark.parametrize("track", [Track.CONSULT, Track.POLICE])
def test_advice_and_police_matters_are_none_of_a_companys_business(day, track) -> None:
    who = "police_here" if track is Track.POLICE else "duty_lawyer"
    case = casefiles.open_wages(personas.actor(who), track=track, category_code="public_order" if who != "duty_lawyer" else "wage.arrears",
                                relationship="undetermined")  # fmt: skip
    assert case.track == track.value
    if track is Track.CONSULT:
        service.advise(lawyer(), case=case, advice="已答复")
    else:
        service.refer(personas.actor(who), case=case, referral_type="police", reason="移交")
    assert told() == [] and queries_asked.unanswered_for(ours()) == []


def test_a_merge_or_a_move_tells_who_has_come_to_see_the_case(day) -> None:
    committee = personas.actor("committee")
    stray = companies.create_company(committee, name="云岫速运（无主）")
    party = service.PartyIn(stray.name, kind=said.PartyKind.ORGANISATION, company_id=stray.id)
    case = casefiles.accepted(lawyer(), respondents=(party,))
    assert told(case=case) == []
    companies.move(committee, company=stray, parent=personas.world().company)
    assert told(case=case) == [ours().user_id]
    second = companies.create_company(committee, name="远岚（重复）")
    party = service.PartyIn(second.name, kind=said.PartyKind.ORGANISATION, company_id=second.id)
    other = casefiles.accepted(lawyer(), respondents=(party,), applicants=(casefiles.applicant("李二"),))
    companies.merge(committee, source=second, target=personas.world().other_company, reason="重复")
    assert told(case=other) == [theirs().user_id]


# The pages.


def test_the_officers_home_and_the_calendar_of_payments(app: Flask) -> None:
    with app.app_context(), casefiles.at(DAY), transaction():
        number = casefiles.agreed(lawyer()).number
    with casefiles.at(DAY):
        mine, other = (personas.login(app.test_client(), name) for name in ("hr_same_company", "hr_other_company"))
        for address in ("/", "/cases/company/", "/cases/company/instalments"):
            assert number in mine.get(address).get_data(as_text=True), address
            assert number not in other.get(address).get_data(as_text=True), address
        sheet = openpyxl.load_workbook(io.BytesIO(mine.get("/cases/company/instalments.xlsx").data)).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert [(row[0], row[4], row[6]) for row in rows[:2]] == [(number, 1, 8650), (number, 2, 8000)]
        bare = openpyxl.load_workbook(io.BytesIO(other.get("/cases/company/instalments.xlsx").data)).active
        assert bare.max_row == 2 and bare["A2"].value == "共 0 期"
        listed = openpyxl.load_workbook(io.BytesIO(mine.get("/cases/export.xlsx").data)).active
        assert number in [cell.value for cell in listed["A"]]
        assert personas.login(app.test_client(), "duty_lawyer").get("/cases/company/").status_code == 403


def test_several_files_are_handed_in_with_the_answer(app: Flask) -> None:
    with app.app_context(), casefiles.at(DAY), transaction():
        case = two_companies()
        number, claims = case.number, [one.id for one in service.claims_of(case)]
    with casefiles.at(DAY):
        client = personas.login(app.test_client(), "hr_same_company")
        form = {
            "answers-0-claim_id": claims[0], "answers-0-kind": "accept",
            "answers-1-claim_id": claims[1], "answers-1-kind": "refuse", "answers-1-reason": "押金已退",
            "files": [(io.BytesIO(b"1"), "工资表.txt"), (io.BytesIO(b"2"), "考勤.txt")], "files_kind": "pay_records",
        }  # fmt: skip
        answer = personas.post(client, f"/cases/{number}/answer", form, content_type="multipart/form-data")
        assert answer.status_code == 303
        wrong = {**form, "files": [(io.BytesIO(b"MZ\x90"), "病毒.exe")]}
        refused = personas.post(client, f"/cases/{number}/answer", wrong, content_type="multipart/form-data")
        assert refused.status_code == 422 and "病毒.exe" in refused.get_data(as_text=True)
        for name, sees in (("hr_same_company", True), ("hr_other_company", False), ("duty_lawyer", True)):
            page = personas.login(app.test_client(), name).get(f"/cases/{number}").get_data(as_text=True)
            assert ("工资表.txt" in page and "押金已退" in page) is sees, name
    with app.app_context():
        assert len(service.answers_for(lawyer(), casefiles.reload(number))) == 2


def test_accepted_offers_begin_the_agreement(app: Flask) -> None:
    with app.app_context(), casefiles.at(DAY), transaction():
        case = two_companies()
        wages = service.claims_of(case)[0]
        service.answer(ours(), case=case, kind="offer", amount_fen=900_000, reason="分两期", claim_id=wages.id)
        service.settle_offer(lawyer(), case=case, offer=service.offers_for(ours(), case)[0], outcome="accepted")
        number = case.number
    with casefiles.at(DAY):
        page = personas.login(app.test_client(), "duty_lawyer").get(f"/cases/{number}/agreement").get_data(as_text=True)
    assert "1. 拖欠工资：被申请人支付 9,000.00 元；分两期。" in page and 'value="9,000.00"' in page
