"""One of everything that an address can name: cases in every kind of state, with their parties, papers and files.

All of it belongs to the station, company and committee "here" of tests/personas.py; nothing to anybody elsewhere.
``load`` tells its keys. Stored files are kept aside when the content is made and put back for each test.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from mediation.accounts import absences, invitations
from mediation.accounts.models import Absence, FeedAddress, Invitation, SavedView
from mediation.attachments import drafts as uploads
from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.cases import drafts, service
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case, CaseEvent, Claim, LegalAct, LimitationEvent, MediationSession, Offer
from mediation.companies import service as companies
from mediation.companies.models import CompanyAlias, CompanyHeadcount, CompanyMerge, FirmClient
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db, transaction
from mediation.deadlines import queries as deadlines
from mediation.documents import service as documents
from mediation.documents.batches import asking, filing
from mediation.documents.models import Document, PaperBatch
from mediation.ledger import files as ledger_files
from mediation.ledger import service as ledger
from mediation.ledger.models import LedgerImport
from mediation.notifications import service as notifications
from mediation.notifications.models import InboxItem, OutboxMessage
from mediation.parties import queries as parties
from mediation.parties import service as party_service
from mediation.parties.models import Representative
from mediation.recommendations import service as letters
from mediation.recommendations.models import Recommendation, RecommendationFile
from mediation.reports import parts, recipients
from mediation.reports import service as reports
from mediation.reports.models import CompanyReport, ReportRecipient
from mediation.stations import service as stations
from mediation.stations.models import DutyShift, Room
from mediation.statistics import saved as statistics
from mediation.statistics.models import Signal
from mediation.statistics.period import month
from tests import personas
from tests.factories import accounts as make
from tests.factories import casefiles
from tests.product import Content
from tests.unit.ledger.invented import ID_A, workbook

BEFORE, DAY = date(2026, 3, 4), date(2026, 3, 16)
REPORT_MONTH = "2026-02"
FEED_SECRET = "an-address-of-the-duty-lawyer"
LEDGER = workbook(
    [
        ("登记日期", "申请人", "身份证号", "被申请人", "争议类型", "诉求金额", "处理结果", "备注"),
        ("2025-03-05", "甲某", ID_A, "虚构快运有限公司", "拖欠工资", "5000元", "处理中", ""),
        ("2025-13-05", "乙某", "", "虚构快运有限公司", "拖欠工资", "800元", "处理中", ""),
    ]
)
# Each case by the name under which the table of endpoints asks for it; the title of the case says it again.
CASES = ("received", "asked", "mediating", "oral", "agreed", "defaulted", "withdrawn", "closed", "referred",
         "consult", "police")  # fmt: skip


def fill(app: Flask) -> None:
    """Everybody, an administrator elsewhere, and one of everything."""
    casefiles.fill(app)
    with casefiles.at(BEFORE), transaction():
        elsewhere = personas.world().other_committee
        make.make_user(elsewhere, "admin_elsewhere", Role.ADMIN, name="外地管理员")
        world = personas.world()
        make.make_user(world.committee, "hr_region", Role.HR, name="区域人事", companies=[world.region])
        lawyer = personas.actor("duty_lawyer")
        casefiles.agreed(lawyer, applicants=(casefiles.applicant("defaulted"),))
    with casefiles.at(DAY), transaction():
        _cases(personas.actor("duty_lawyer"), personas.actor("police_here"))
        _agreed(personas.actor("duty_lawyer"))
    with casefiles.at(DAY), transaction():
        _things(personas.actor("committee"))
    with casefiles.at(DAY):
        parts.make_parts()
    keep_files(app)


CONTENT = Content("one of everything", fill)


def keep_files(app: Flask) -> None:
    """Set the stored files aside: those of an earlier content are gone."""
    shutil.rmtree(_kept(app), ignore_errors=True)
    shutil.copytree(_files(app), _kept(app))


def put_files_back(app: Flask) -> None:
    """The stored files that the rows of the content name."""
    shutil.copytree(_kept(app), _files(app), dirs_exist_ok=True)


def _files(app: Flask) -> Path:
    return Path(app.config["INSTANCE"]) / "files"


def _kept(app: Flask) -> Path:
    return Path(tempfile.gettempdir()) / f"mediation-matrix-{Path(app.config['INSTANCE']).parent.name}-{id(app)}"


def _cases(lawyer: Actor, officer: Actor) -> None:
    def who(name: str):
        return (casefiles.applicant(name),)

    casefiles.open_wages(lawyer, applicants=who("received"))
    _asked(lawyer, "asked")
    mediating = casefiles.drafted(lawyer, applicants=who("mediating"))
    service.make_offer(lawyer, case=mediating, side="worker", amount_fen=1_200_000)
    starts_at = clock.now() + timedelta(days=2)
    service.plan_session(lawyer, case=mediating, starts_at=starts_at, place="青浦卡友驿站")
    casefiles.mediating(lawyer, applicants=who("oral"), relationship="self_run", category_code="freight.arrears")
    service.declare_default(lawyer, case=_named("defaulted"))
    service.withdraw(lawyer, case=_asked(lawyer, "withdrawn"), reason="双方自行和解")
    closed = _asked(lawyer, "closed")
    service.withdraw(lawyer, case=closed, reason="双方自行和解")
    service.close(lawyer, case=closed)
    referred = _asked(lawyer, "referred")
    service.refer(lawyer, case=referred, referral_type="arbitration", reason="当事人选择仲裁")
    casefiles.open_wages(lawyer, applicants=who("consult"), track=Track.CONSULT)
    casefiles.open_wages(officer, applicants=who("police"), category_code="public_order", relationship="undetermined")


def _asked(lawyer: Actor, name: str) -> Case:
    case = casefiles.open_wages(lawyer, applicants=(casefiles.applicant(name),))
    service.confirm_track(lawyer, case=case, track=Track.LABOUR)
    service.ask_consent(lawyer, case=case)
    return case


def _agreed(lawyer: Actor) -> None:
    """The fullest case: payments, answers, notes, representative, files, an issued paper with its scan."""
    case = casefiles.agreed(lawyer, applicants=(casefiles.applicant("agreed"),))
    worker = parties.for_case(case.id)[0]
    party_service.change_party(lawyer, party=worker, id_number=casefiles.ID_NUMBER)
    party_service.add_representative(
        lawyer, party=worker, kind="agent", name="赵代理", phone="13900139000", scope="special", powers=["sign"]
    )
    service.add_note(lawyer, case=case, body=casefiles.CANARY)
    service.record_act(lawyer, case=case, kind="confirmation_accepted", on=clock.today(), evidence="受理通知书")
    service.answer(personas.actor("hr_same_company"), case=case, kind="offer", amount_fen=900_000, reason="先付一部分")
    first = service.effective_agreement(case).instalments[0]
    service.record_payment(lawyer, case=case, instalment_id=first.id, amount_fen=100_000, proof="回单 7")
    _from_the_company(personas.actor("hr_same_company"), case)
    attachments.store(
        lawyer, committee_id=case.committee_id, case_id=case.id, kind="evidence", filename="wages.txt", content=b"6525"
    )
    paper = documents.issue(lawyer, case=case, code="D13")
    documents.keep_scan(lawyer, document=paper, filename="signed.pdf", content=b"%PDF-1.7\n%%EOF\n")
    everybody = [one.mark for one in asking.recipients(case, "D13")[1]]
    asking.ask(lawyer, case=case, code="D13", marks=everybody)
    filing.ask(lawyer, case=case, part="open")


def _from_the_company(officer: Actor, case: Case) -> None:
    """A power of attorney and a receipt that wait for the handler's look."""
    owed = service.own_instalments(officer, case)[0]
    paper, receipt = (
        attachments.store(
            officer, committee_id=case.committee_id, case_id=case.id, kind=kind, filename=f"{kind}.txt", content=b"1"
        ).id
        for kind in ("authority", "proof")
    )
    service.name_representative(
        officer,
        case=case,
        party_id=owed.debtor_party_id,
        name="林代理",
        position="法务",
        scope="general",
        to_on=None,
        file_ids=[paper],
    )
    service.report_payment(
        officer, case=case, instalment_id=owed.id, amount_fen=50_000, paid_on=clock.today(), file_ids=[receipt]
    )


def _point_out(committee_id: int, company_id: int) -> None:
    day = DAY.isoformat()
    figures = {"until": day, "cases": 3, "workers": 3, "days": 90, "on": [[day, 1]] * 3}
    db.session.add(
        Signal(
            committee_id=committee_id, company_id=company_id, cause="wage.arrears", kind="repeat", key="sample",
            from_on=DAY, found_on=DAY, data=figures, case_ids=[], status="new",
        )
    )  # fmt: skip


def _things(committee: Actor) -> None:
    world = personas.world()
    lawyer = personas.actor("duty_lawyer")
    companies.add_alias(committee, company=world.company, name="小云")
    doubled = companies.create_company(committee, name="云岫速运（重复）")
    companies.merge(committee, source=doubled, target=world.company, reason="重复登记")
    statistics.keep(committee, name="上月", arguments={"preset": "last_month"})
    _point_out(world.committee.id, world.company.id)
    companies.record_headcount(committee, company=world.company, from_on=DAY, couriers=120, source="总部人事月报")
    companies.declare_client(
        lawyer, office_id=world.law_firm.id, company=world.other_company, from_on=date(2026, 1, 1), to_on=None
    )
    stations.create_room(personas.actor("admin"), name="调解一室", station=world.station, seats=8)
    begins = datetime.combine(DAY + timedelta(days=1), time(9), clock.SHANGHAI)
    stations.add_shift(
        committee,
        station=world.station,
        user=personas.user("duty_lawyer"),
        starts_at=begins,
        ends_at=begins + timedelta(hours=8),
    )
    invitations.invite(
        personas.actor("hr_same_company"), name="网点人事", roles=[Role.HR], company_ids=[world.outlet.id]
    )
    db.session.add(
        FeedAddress(
            committee_id=world.committee.id,
            user_id=lawyer.user_id,
            token_digest=sha256(FEED_SECRET.encode()).hexdigest(),
        )
    )
    drafts.save(lawyer, key=None, content={"applicant_name": "草稿里的人"})
    db.session.add(
        SavedView(committee_id=world.committee.id, user_id=lawyer.user_id, name="未结", filters={"open": "1"})
    )
    notifications.notify(
        committee_id=world.committee.id, user_id=lawyer.user_id, kind="case_event", key="example", title="示例"
    )
    notifications.queue(
        committee_id=world.committee.id,
        user_id=lawyer.user_id,
        key="example",
        subject="示例",
        body="",
        kinds=("email",),
    )
    absences.enter(
        committee,
        user=personas.user("duty_lawyer"),
        from_on=clock.today() + timedelta(days=30),
        to_on=clock.today() + timedelta(days=31),
        deputy_id=personas.user("judicial_here").id,
    )
    _letter(committee)
    recipients.add(committee, name="示例区司法局", address="office@example.cn", company_id=None)
    reports.make_report(committee, month(REPORT_MONTH))
    ledger.import_ledger(committee, data=LEDGER, filename="台账.xlsx")
    db.session.flush()


def _letter(committee: Actor) -> None:
    """A letter to the company, served by the system and answered with a file."""
    given = letters.DraftIn(
        "规范工资结算", "结算不及时。", "《劳动法》第五十条。", "按月结清。", DAY + timedelta(days=30)
    )
    row = letters.draft(committee, company=personas.world().company, cause="wage", given=given)
    letters.review(committee, recommendation=row)
    letters.issue(committee, recommendation=row)
    letters.serve(committee, recommendation=row, given=letters.ServiceIn("system", DAY))
    measure = letters.MeasureIn("核对网点发放记录", "人力资源部", planned_on=DAY + timedelta(days=60))
    letters.answer(
        personas.actor("hr_same_company"),
        recommendation=row,
        given=letters.ReplyIn((letters.ItemIn("adopted"),), (measure,)),
        files=[("plan.txt", b"plan")],
    )


def load() -> dict[str, object]:
    """The values of the parameters of all addresses, and the case numbers under ``CASES``."""
    world, case = personas.world(), _named("agreed")
    committee = personas.actor("committee")
    found = {name: _named(name).number for name in CASES}
    return found | {
        "party_id": parties.for_case(case.id)[0].id,
        "person_id": _one(Representative.id),
        "claim_id": db.session.scalar(select(Claim.id).where(Claim.case_id == case.id)),
        "deadline_id": deadlines.of_case(case.id)[0].id,
        "offer_id": _one(Offer.id),
        "named_id": _one(CaseEvent.id, CaseEvent.event == "representative_named"),
        "report_id": _one(CaseEvent.id, CaseEvent.event == "payment_reported"),
        "event_id": db.session.scalar(select(LimitationEvent.id).where(LimitationEvent.case_id == case.id)),
        "session_id": _one(MediationSession.id, MediationSession.status == "planned"),
        "part_id": _one(CompanyReport.id, CompanyReport.company_id == world.company.id),
        "recipient_id": _one(ReportRecipient.id),
        "file_id": _one(Attachment.id, Attachment.filename == "wages.txt"),
        "document_id": _one(Document.id),
        "batch_id": _one(PaperBatch.id, PaperBatch.what == "papers"),
        "made_id": _one(PaperBatch.id, PaperBatch.what == "casefile"),
        "act_id": _one(LegalAct.id),
        "scan_id": _one(Attachment.id, Attachment.kind == "signed_scan"),
        "key": "no-such-draft",
        "view_id": _one(SavedView.id, SavedView.page == "cases"),
        "kept_id": _one(SavedView.id, SavedView.page == "statistics"),
        "user_id": personas.user("police_here").id,
        "company_id": world.company.id,
        "colleague_id": personas.user("hr_region").id,
        "invitation_id": _one(Invitation.id),
        "alias_id": _one(CompanyAlias.id, CompanyAlias.name == "小云"),
        "merge_id": _one(CompanyMerge.id),
        "client_id": _one(FirmClient.id),
        "entry_id": _one(CompanyHeadcount.id),
        "station_id": world.station.id,
        "office_id": world.law_firm.id,
        "room_id": _one(Room.id),
        "address_id": _one(FeedAddress.id),
        "secret": FEED_SECRET,
        "shift_id": _one(DutyShift.id),
        "import_id": _one(LedgerImport.id),
        "draft": _headcount_draft(committee),
        "token": ledger_files.keep_draft(committee, data=LEDGER, filename="台账.xlsx"),
        "item_id": _one(InboxItem.id, InboxItem.key == "example"),
        "message_id": _one(OutboxMessage.id),
        "absence_id": _one(Absence.id),
        "recommendation_id": _one(Recommendation.id),
        "signal_id": _one(Signal.id, Signal.key == "sample"),
        "evidence_id": _one(RecommendationFile.id),
        "text": REPORT_MONTH,
        "version": 1,
        "year": 2026,
    }


def _headcount_draft(uploader: Actor) -> str:
    about = {"company": personas.world().company.id, "from_on": DAY.isoformat(), "source": "总部人事月报"}
    return uploads.keep(
        uploader, "headcounts", data="公司,人数\n无此网点,5\n".encode(), filename="人数.csv", about=about
    )


def _named(name: str) -> Case:
    return db.session.scalars(select(Case).where(Case.title.startswith(f"{name} "))).one()


def _one(column, *where):
    """The first of its kind; contents built on this one have more."""
    return next(iter(db.session.scalars(select(column).where(*where).order_by(column))))
