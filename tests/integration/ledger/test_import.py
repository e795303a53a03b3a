"""Importing a ledger: what becomes a case, what does not, once only, all or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from mediation.attachments import service as attachments
from mediation.attachments.spreadsheets import SpreadsheetError
from mediation.audit import record as audit
from mediation.audit.models import AuditRow
from mediation.cases import queries as cases
from mediation.cases.filters import Filters
from mediation.cases.models import NO_DEADLINE, Case, CaseEvent, Claim, ConflictCheck, PrivateNote
from mediation.committees.models import NumberSequence
from mediation.companies.models import Company
from mediation.companies.service import add_alias
from mediation.core.db import db, transaction
from mediation.core.errors import Forbidden
from mediation.deadlines.models import Deadline
from mediation.ledger import queries, service
from mediation.ledger.models import LedgerImport
from mediation.parties.models import Party
from mediation.statistics import queries as figures
from mediation.statistics.period import Period
from tests import personas
from tests.factories.companies import declare_client
from tests.unit.ledger.invented import ID_A, ID_B, ID_C, workbook

HEADINGS = (
    "登记日期",
    "申请人",
    "身份证号",
    "联系电话",
    "被申请人",
    "用工关系",
    "争议类型",
    "人数",
    "诉求金额",
    "处理方式",
)
MORE = ("处理结果", "结案日期", "协议金额", "履行情况", "承办人", "备注")
SOUND = {
    "登记日期": "2025-03-05",
    "申请人": "甲某",
    "身份证号": ID_A,
    "联系电话": "14500000001",
    "被申请人": "虚构快运有限公司",
    "用工关系": "劳动关系",
    "争议类型": "拖欠工资",
    "人数": 1,
    "诉求金额": "5000元",
    "处理方式": "调解",
    "处理结果": "调解成功",
    "结案日期": "2025-03-20",
    "协议金额": "4000元",
    "履行情况": "已履行",
    "承办人": "",
    "备注": "",
}


def ledger(*rows: dict) -> bytes:
    names = (*HEADINGS, *MORE)
    return workbook([names, *([(SOUND | row)[name] for name in names] for row in rows)])


def take_in(data: bytes, persona: str = "committee", **how) -> service.ImportResult:
    with transaction():
        return service.import_ledger(personas.actor(persona), data=data, filename="台账.xlsx", **how)


def only_case() -> Case:
    return db.session.scalars(select(Case)).one()


def counted(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


# ---- the real ledger -----------------------------------------------------------------------------------------------


def test_the_real_ledger_comes_in_as_its_key_says(context, real_ledger, key):
    result = take_in(real_ledger)
    counts = key["counts"]
    assert result.rows == counts["data_rows"]
    assert result.imported == counts["ok"] + counts["warning"] == counted(Case)
    assert result.duplicates == counts["duplicate"]
    wrong = {(issue.row, issue.column) for issue in result.errors}
    assert wrong == {
        (issue["row"], issue["col"]) for row in key["rows"] for issue in row["issues"] if issue["severity"] == "error"
    }


def test_a_second_import_creates_nothing(context, real_ledger):
    first = take_in(real_ledger)
    before = {model: counted(model) for model in (Case, Party, Claim, Company, CaseEvent, PrivateNote)}
    second = take_in(real_ledger)
    assert (second.imported, second.duplicates) == (0, first.imported + first.duplicates)
    assert before == {model: counted(model) for model in before}
    assert len(queries.imports_for(personas.actor("committee")).rows) == 2


def test_the_totals_per_main_respondent_are_those_of_the_key(context, real_ledger, key):
    take_in(real_ledger)
    main = select(Party.name).where(Party.case_id == Case.id, Party.side == "respondent", Party.seq == 1)
    name = func.coalesce(main.scalar_subquery(), "（不详）")
    sums = (Case.headcount, Case.claimed_fen, Case.agreed_fen)
    found = db.session.execute(
        select(name, func.count(), *(func.coalesce(func.sum(one), 0) for one in sums)).group_by(name)
    )
    expected = key["totals_without_error_rows"]["by_main_respondent"]
    assert {one[0]: tuple(map(int, one[1:])) for one in found} == {
        company: (one["cases"], one["headcount"], one["claim_fen"], one["settled_fen"])
        for company, one in expected.items()
    }


def test_the_statistics_over_all_time_are_those_of_the_key(context, real_ledger, key):
    take_in(real_ledger)
    actor = personas.actor("committee")
    tallies = figures.by_company(actor, Period(date(2000, 1, 1), date(2030, 12, 31)))
    names = figures.company_names(tallies)
    expected = key["totals_without_error_rows"]["by_main_respondent"]
    for company_id, tally in tallies.items():
        if company_id is not None:
            one = expected[names[company_id]]
            assert (tally.cases, tally.claimed_fen, tally.agreed_fen) == (
                one["cases"],
                one["claim_fen"],
                one["settled_fen"],
            )
    # One row alone tells the very day of its agreement: five days after it was registered.
    assert [dict(tally.days) for tally in tallies.values() if tally.days] == [{5: 1}]
    overall = key["totals_without_error_rows"]["overall"]
    assert sum(tally.cases for tally in tallies.values()) == overall["cases"]
    assert sum(tally.claimed_fen for tally in tallies.values()) == overall["claim_fen"]
    assert sum(tally.agreed_fen for tally in tallies.values()) == overall["settled_fen"]


def test_a_dry_run_says_the_same_and_writes_nothing(context, real_ledger):
    dry = service.import_ledger(personas.actor("committee"), data=real_ledger, filename="台账.xlsx", dry_run=True)
    db.session.rollback()
    assert (counted(Case), counted(Company), counted(LedgerImport)) == (0, 4, 0)
    real = take_in(real_ledger)
    assert (dry.rows, dry.imported, dry.duplicates, dry.errors, dry.warnings) == (
        real.rows,
        real.imported,
        real.duplicates,
        real.errors,
        real.warnings,
    )


def test_a_crash_in_the_middle_leaves_nothing(context, real_ledger, monkeypatch):
    def crash(*_args, **_kwargs):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr("mediation.cases.service.bulk.index_new_cases", crash)
        take_in(real_ledger)
    assert (counted(Case), counted(Party), counted(Company), counted(NumberSequence)) == (0, 0, 4, 0)
    assert take_in(real_ledger).imported == counted(Case) > 0
    assert db.session.scalars(select(Case.number).order_by(Case.id)).first().endswith("-000001")


# ---- what a row becomes ----------------------------------------------------------------------------------------------


def test_a_finished_row_is_a_closed_case_without_clocks(context):
    take_in(ledger({"承办人": "沈知言"}))
    case = only_case()
    assert (case.state, case.outcome, case.track, case.relationship) == ("closed", "agreed", "labour", "employment")
    assert case.received_on == date(2025, 3, 5)
    assert case.closed_on == case.settled_on == case.effective_on == date(2025, 3, 20)
    assert (case.claimed_fen, case.agreed_fen, case.paid_fen, case.performance) == (500000, 400000, 400000, "full")
    assert (case.number, case.case_no, case.next_deadline_on) == ("2025-000001", None, None)
    assert (case.handler_name, case.handler_id) == ("沈知言", personas.user("duty_lawyer").id)
    assert counted(Deadline) == 0
    (event,) = cases.timeline_for(personas.actor("committee"), case)
    assert (event.event, event.from_state, event.to_state) == ("imported", None, "closed")


def test_an_open_row_waits_for_a_person_and_one_elsewhere_for_the_other_body(context):
    take_in(
        ledger(
            {"处理结果": "处理中", "结案日期": "", "协议金额": "", "履行情况": "", "承办人": "查无此人"},
            {"申请人": "乙某", "身份证号": ID_B, "处理方式": "仲裁", "处理结果": "", "结案日期": "", "协议金额": ""},
        )
    )
    ours, elsewhere = db.session.scalars(select(Case).order_by(Case.id)).all()
    assert (ours.state, ours.waiting_for, ours.next_deadline_on) == ("received", "staff", NO_DEADLINE)
    assert (ours.outcome, ours.closed_on, ours.track_confirmed_at, ours.handler_id) == (None, None, None, None)
    assert (elsewhere.state, elsewhere.waiting_for, elsewhere.referral_type) == (
        "referred",
        "other_body",
        "arbitration",
    )
    assert counted(Deadline) == 0


@pytest.mark.parametrize(
    ("written", "counted_on", "effective_on"),
    [
        ("2025年4月", date(2025, 4, 30), None),
        ("", date(2025, 3, 5), None),
        ("2024-01-02", date(2025, 3, 5), None),  # before the receipt: a slip, which the report names
    ],
)
def test_a_closing_day_that_is_not_known_is_not_made_up(context, written, counted_on, effective_on):
    take_in(ledger({"结案日期": written}))
    case = only_case()
    assert (case.closed_on, case.settled_on, case.effective_on) == (counted_on, counted_on, effective_on)
    (event,) = cases.timeline_for(personas.actor("committee"), case)
    assert counted_on.isoformat() in event.note


def test_an_unknown_result_is_nobodys_success(context):
    take_in(ledger({"处理结果": "不详", "协议金额": "", "履行情况": ""}))
    case = only_case()
    assert (case.state, case.outcome, case.settled_on) == ("closed", "unknown", None)


def test_people_are_sealed_and_found_and_companies_named_once(context):
    take_in(
        ledger(
            {"申请人": "甲某、乙某", "身份证号": f"{ID_A}、{ID_B}", "被申请人": "云岫速运集团有限公司、丙某"},
            {"申请人": "丁某", "身份证号": ID_C, "联系电话": "14500000002", "被申请人": "丙某、云岫速运集团有限公司"},
        )
    )
    first, second = db.session.scalars(select(Case).order_by(Case.id)).all()
    company = personas.world().company
    assert (first.main_company_id, first.level1_id) == (company.id, company.id)
    assert second.main_company_id is None  # the first respondent is a person
    people = db.session.scalars(select(Party).where(Party.case_id == first.id).order_by(Party.id)).all()
    assert [(one.name, one.side, one.kind, one.seq, one.id_number) for one in people] == [
        ("甲某", "applicant", "person", 1, ID_A),
        ("乙某", "applicant", "person", 2, ID_B),
        ("云岫速运集团有限公司", "respondent", "organisation", 1, None),
        ("丙某", "respondent", "person", 2, None),
    ]
    committee = personas.actor("committee")
    for query, expected in (
        ("乙某", {first.id}),
        ("0002", {second.id}),
        (ID_C, {second.id}),
        ("云岫", {first.id, second.id}),
    ):
        found = cases.list_for(committee, Filters(q=query))
        assert {row.id for row in found.rows} == expected, query
    seen_by_company = cases.list_for(personas.actor("hr_same_company"), Filters())
    assert {row.id for row in seen_by_company.rows} == {first.id, second.id}


def test_what_has_no_column_stands_in_a_sealed_note(context):
    take_in(ledger({"备注": "电话里说月底一定付", "人数": "10余人", "协议金额": "三万余元"}))
    case, note = only_case(), db.session.scalars(select(PrivateNote)).one()
    assert case.headcount is None and case.is_collective and case.agreed_fen is None
    for text in ("电话里说月底一定付", "10余人", "三万余元", "第2行"):
        assert text in note.body
    stored = db.session.connection().exec_driver_sql("SELECT body FROM private_note").scalar()
    assert "月底".encode() not in bytes(stored)


def test_a_formula_is_kept_as_text_and_never_runs(context):
    def arrange(_book, sheet):
        sheet.write_formula(1, 15, '=HYPERLINK("http://example.invalid","x")', value="x")

    names = (*HEADINGS, *MORE)
    take_in(workbook([names, [SOUND[name] for name in names]], arrange))
    assert '=HYPERLINK("http://example.invalid","x")' in db.session.scalars(select(PrivateNote)).one().body


def test_the_conflict_of_interest_of_a_named_handler_stops_an_open_case(context):
    world = personas.world()
    with transaction():
        declare_client(personas.actor("committee"), world.law_firm.id, world.company)
    take_in(
        ledger(
            {
                "被申请人": "云岫速运集团有限公司",
                "处理结果": "处理中",
                "结案日期": "",
                "协议金额": "",
                "履行情况": "",
                "承办人": "沈知言",
            }
        )
    )
    case = only_case()
    assert (case.handler_id, case.waiting_for, case.handler_name) == (None, "committee", "沈知言")
    assert db.session.scalars(select(ConflictCheck.result)).one() == "blocked"


# ---- what does not come in -------------------------------------------------------------------------------------------


def test_only_the_sound_rows_come_in_and_the_rest_is_named(context):
    result = take_in(
        ledger(
            {},
            {"申请人": "乙某", "身份证号": ID_B[:-1] + "0"},
            {"申请人": "丙某", "身份证号": ID_C, "登记日期": "2030-01-01"},
            {"申请人": "丁" * 130, "身份证号": "", "联系电话": ""},
        )
    )
    assert (result.rows, result.imported, result.duplicates) == (4, 1, 0)
    assert [(issue.row, issue.column, issue.code) for issue in result.errors] == [
        (3, "C", "ID_CHECKSUM"),
        (4, "A", "DATE_FUTURE"),
        (5, "B", "NAME_TOO_LONG"),
    ]
    kept = db.session.scalars(select(LedgerImport)).one()
    assert (kept.row_count, kept.imported_count) == (4, 1)
    assert kept.errors[0]["row"] == 3
    assert ID_B[6:14] not in str(kept.errors)


def test_a_sound_row_after_its_faulty_twin_comes_in(context):
    result = take_in(ledger({"登记日期": "2025年3月"}, {}))
    assert (result.rows, result.imported, result.duplicates, len(result.errors)) == (2, 1, 0, 1)
    assert "DUPLICATE_ROW" not in {issue.code for issue in result.warnings}


def test_the_same_case_in_another_file_and_layout_creates_nothing(context):
    take_in(ledger({}))
    data = workbook(
        [
            ("某会二〇二五年登记表",),
            ("收案时间", "劳动者姓名", "公民身份号码", "手机", "用人单位", "案由", "标的额（元）", "用工形式"),
            ("2025年3月5日", "甲某", ID_A, "14500000001", "虚构快运有限公司", "欠薪", 5000, "有劳动关系"),
            ("2025年3月6日", "乙某", ID_B, "14500000002", "虚构快运有限公司", "欠薪", 800, "有劳动关系"),
        ]
    )
    result = take_in(data)
    assert (result.rows, result.imported, result.duplicates) == (2, 1, 1)
    assert counted(Case) == 2


def test_two_committees_import_the_same_file_each_for_itself(context):
    assert take_in(ledger({})).imported == 1
    assert take_in(ledger({}), "committee_elsewhere").imported == 1
    rows = db.session.scalars(select(Case)).all()
    assert len({row.committee_id for row in rows}) == len({row.main_company_id for row in rows}) == 2
    (seen,) = queries.imports_for(personas.actor("committee_elsewhere")).rows
    assert seen.committee_id == personas.world().other_committee.id


@pytest.mark.parametrize(
    ("data", "filename"), [(b"", "a.xlsx"), (b"%PDF-1.7 nonsense", "a.xlsx"), ("一,二\n三,四\n".encode(), "a.csv")]
)
def test_what_is_no_ledger_is_refused_at_the_file(context, data, filename):
    with pytest.raises(SpreadsheetError) as refused:
        service.preview(personas.actor("committee"), data=data, filename=filename)
    assert refused.value.field == "file"


@pytest.mark.parametrize("persona", ["duty_lawyer", "hr_same_company", "police_here", "admin"])
def test_only_the_committee_imports(context, persona):
    with pytest.raises(Forbidden):
        service.import_ledger(personas.actor(persona), data=ledger({}), filename="台账.xlsx")


def test_an_import_leaves_its_trace_and_its_file(context):
    data = ledger({})
    take_in(data)
    committee = personas.actor("committee")
    (row,) = queries.imports_for(committee).rows
    kept = queries.file_of(row.committee_id, row.sha256)
    assert attachments.read(kept) == data
    assert (kept.kind, kept.case_id, kept.is_internal) == ("ledger", None, True)
    events = set(db.session.scalars(select(AuditRow.event)))
    assert {"ledger_imported", "file_stored", "case_event", "record_created"} <= events
    assert audit.verify(committee.committee_id) == []


def test_a_respondent_called_like_a_known_company_is_that_company(context):
    outlet = personas.world().outlet
    with transaction():
        add_alias(personas.actor("committee"), company=db.session.get_one(Company, outlet.id), name="华新老张那边")
    companies = counted(Company)
    take_in(ledger({"被申请人": "华新老张那边"}, {"被申请人": "老张", "申请人": "乙某", "身份证号": ID_B}))
    found = dict(db.session.execute(select(Party.name, Party.company_id).where(Party.side == "respondent")).all())
    assert found == {"华新老张那边": outlet.id, "老张": None}
    assert set(db.session.scalars(select(Case.main_company_id))) == {outlet.id, None}
    assert counted(Company) == companies
