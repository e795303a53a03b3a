"""The month's report: frozen, issued once, corrected by a new version, and never at odds with its own tables."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from mediation.attachments.models import Attachment
from mediation.audit.models import AuditRow
from mediation.cases.models import Case
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.core.money import yuan
from mediation.documents.proof import codes
from mediation.documents.proof.keys import paper_keys
from mediation.reports import jobs, monthly_report, service, snapshots
from mediation.reports.frozen import HIDDEN, cell, find, tables
from mediation.reports.models import CompanyReport, MonthlyReport
from mediation.reports.pages import crossing
from mediation.reports.queries import report_for, reports_for
from mediation.reports.spreadsheet import of_report
from mediation.statistics import metrics, queries, spreadsheet
from mediation.statistics.period import month, month_before
from tests import personas
from tests.factories import statistics as cases
from tests.integration.reports.conftest import MARCH, make, words

TODAY = date(2026, 11, 22)


@pytest.fixture
def figures(who):
    return snapshots.take(who, MARCH, today=TODAY)


def headline(figures, code: str, column: str = "value"):
    return cell(find(figures, "headline"), code, column)


def test_the_snapshot_holds_the_figures_of_the_page(who, figures):
    assert json.loads(json.dumps(figures)) == figures
    page = metrics.figures(queries.overall(who, MARCH))
    for code in (
        "cases",
        "closed",
        "concluded",
        "settled",
        "settlement_rate",
        "median_days",
        "claimed_fen",
        "agreed_fen",
    ):
        assert headline(figures, code) == page[code]
    february, last_year = month_before(MARCH), month_before(MARCH, 12)
    assert headline(figures, "cases", "previous") == queries.overall(who, february).cases > 0
    assert headline(figures, "received_fen", "last_year") == queries.received_money(who, last_year)
    assert find(figures, "months")["rows"][-1]["cells"][1] == headline(figures, "cases")
    assert len(find(figures, "months")["rows"]) == 25
    assert cell(find(figures, "movement"), "month", "received") == headline(figures, "cases")
    assert find(figures, "outcomes")["rows"][-1]["cells"][-2] == headline(figures, "concluded")


def test_it_has_the_nine_pages_and_the_annex(figures):
    assert [page["key"] for page in figures["pages"]] == [
        "front", "trend", "outcomes", "companies", "causes", "agreements", "letters", "stations", "quality", "annex",
    ]  # fmt: skip
    keys = [one["key"] for one in tables(figures)]
    assert len(keys) == len(set(keys))


def test_what_was_open_and_came_is_what_was_closed_and_is_open(figures):
    moved = dict(
        zip(
            (one["code"] for one in find(figures, "movement")["columns"]),
            find(figures, "movement")["rows"][0]["cells"],
            strict=True,
        )
    )
    left = moved["open_before"] + moved["received"] + moved["reopened"] - moved["closed"] - moved["open_after"]
    assert left == moved["difference"]
    notes = [block["text"] for block in figures["pages"][0]["blocks"] if block["kind"] == "note"]
    assert ("核对一致" in notes[-1]) == (left == 0) and ("相差" in notes[-1]) == (left != 0)


def test_all_tables_add_up_where_nothing_is_hidden(figures):
    checked = 0
    for one in tables(figures):
        if not one["total"]:
            continue
        for at, column in enumerate(one["columns"]):
            if column["unit"] not in ("case", "item", "fen") or one["key"] == "collective":
                continue
            cells = [row["cells"][at] for row in one["rows"]]
            if all(isinstance(value, int) for value in (*cells, one["total"][at])):
                assert sum(cells) == one["total"][at], (one["key"], column["code"])
                checked += 1
    assert checked > 8


def test_no_small_count_of_a_company_and_a_cause_is_shown(figures):
    heat = find(figures, "heat")
    shown = [value for row in heat["rows"] for value in row["cells"][1:] if isinstance(value, int)]
    assert shown and not any(0 < value < 3 for value in shown)
    assert any(value in HIDDEN for row in heat["rows"] for value in row["cells"])
    companies = find(figures, "companies")
    for row in companies["rows"]:
        line = dict(zip((one["code"] for one in companies["columns"]), row["cells"], strict=True))
        assert not any(isinstance(line[code], int) and 0 < line[code] < 3 for code in ("cases", "concluded", "settled"))
        if line["cases"] in HIDDEN:
            assert line["claimed_fen"] is None and line["rate"] is None
        if line["settled"] in HIDDEN:
            assert line["settlement_rate"] is None and line["median_days"] is None
    totals = {row["key"]: row["cells"][-1] for row in heat["rows"]}
    assert totals == {row["key"]: row["cells"][1] for row in companies["rows"]}  # two tables, one number


def by_what_is_shown(values: list) -> list:
    """The counts that are shown, the most first, then those that are hidden."""
    return sorted((value for value in values if isinstance(value, int)), reverse=True) + [
        value for value in values if value in HIDDEN
    ]


def test_no_place_of_a_line_tells_a_hidden_count(who):
    hidden = 0
    for back in range(6):
        figures = snapshots.take(who, month_before(MARCH, back), today=TODAY)
        if find(figures, "heat") is None:
            continue
        for key in ("companies", "heat", "causes"):
            at = -1 if key == "heat" else 1
            rows = [row for row in find(figures, key)["rows"] if row["key"] not in ("None", "rest")]
            counts = [row["cells"][at] for row in rows]
            assert counts == by_what_is_shown(counts), (back, key)
            keys = [row["key"] for row in rows if row["cells"][at] in HIDDEN]
            assert keys == sorted(keys, key=lambda one: (len(one), one) if key != "causes" else (0, one))
            hidden += len(keys)
        totals = find(figures, "heat")["total"][1:-1]
        assert totals == by_what_is_shown(totals)
    assert hidden


def test_the_tables_add_up_with_the_rest_in_one_line(who, monkeypatch):
    monkeypatch.setattr(crossing, "MOST_COMPANIES", 2)
    figures = snapshots.take(who, MARCH, today=TODAY)
    names = [row["cells"][0] for row in find(figures, "companies")["rows"]]
    assert len(names) == 2 and names[1].startswith("其余")
    assert find(figures, "companies")["rows"][1]["dims"] is None  # no list holds just these


def test_an_issued_report_is_stored_and_never_made_twice(who):
    report, is_new = make(who)
    assert is_new and (report.month, report.version, report.differences) == ("2026-03", 1, [])
    stored = db.session.get_one(Attachment, report.attachment_id)
    assert (stored.kind, stored.sha256, stored.filename) == ("report", report.sha256, "调解月报-2026-03-第1版.pdf")
    again, is_new = make(who)
    assert again.id == report.id and not is_new
    content = service.pdf_of(who, report)
    assert monthly_report.render(report.figures, instance_fonts=service._fonts()) == content


def test_its_code_proves_its_figures(who):
    report, _ = make(who)
    [code] = codes.find(service.pdf_of(who, report))
    proof = codes.check(code, paper_keys().published)
    assert proof.claims["h"] == snapshots.digest(report.figures) == report.figures["issue"]["sha256"]
    assert proof.claims["t"].endswith("2026年3月") and proof.claims["b"] == personas.HERE
    assert ["收案（件）", str(headline(report.figures, "cases"))] in proof.claims["y"]


def some_case(who) -> Case:
    statement = select(Case).where(
        Case.committee_id == who.committee_id,
        Case.received_on.between(MARCH.first, MARCH.last),
        Case.track != "consult",
        Case.main_company_id.isnot(None),
    )
    return db.session.scalars(statement.order_by(Case.id)).first()


def test_a_later_correction_is_a_new_version_that_says_what_changed(who):
    first, _ = make(who)
    before = headline(first.figures, "claimed_fen")
    with transaction():
        case = some_case(who)
        case.claimed_fen = (case.claimed_fen or 0) + 70_000_00
    second, is_new = make(who)
    assert is_new and second.version == 2
    cells = {(one["table"], one["row"], one["code"]): (one["before"], one["after"]) for one in second.differences}
    title = find(second.figures, "headline")["title"]
    assert cells[title, "请求金额（元）", "本月"] == (yuan(before), yuan(before + 70_000_00))
    assert (title, "请求金额（元）", "本年累计") in cells
    assert not any(row == "收案（件）" for _table, row, _code in cells)
    text = words(service.pdf_of(who, second))
    assert "第2版" in text and "较上一版的更正" in text and yuan(before) in text and yuan(before + 70_000_00) in text
    assert "较上一版的更正" not in words(service.pdf_of(who, first))
    assert monthly_report.render(first.figures, instance_fonts=service._fonts()) == service.pdf_of(who, first)
    sheet = load_workbook(io.BytesIO(spreadsheet.to_xlsx(of_report(second.figures))))["较上一版的更正"]
    assert len(list(sheet.values)) == len(second.differences) + 2  # the heads, the number of rows


def test_every_cell_that_differs_is_in_the_list(who):
    first, _ = make(who)
    with transaction():
        some_case(who).received_on = month_before(MARCH).first
    second, _ = make(who)
    listed = {(one["table"], one["row"], one["code"]) for one in second.differences}
    before = {
        (one["key"], row["key"], column["code"]): row["cells"][at]
        for one in tables(first.figures)
        for row in one["rows"]
        for at, column in enumerate(one["columns"])
    }
    for one in tables(second.figures):
        for row in one["rows"]:
            for at, column in enumerate(one["columns"]):
                cell_key = (one["key"], row["key"], column["code"])
                is_compared = at and not column.get("derived") and cell_key in before
                if is_compared and before[cell_key] != row["cells"][at]:
                    assert (one["title"], row["cells"][0], column["label"]) in listed
    assert ("近25个月每月收案和控制限", "2026年2月", "收案") in listed


def test_the_next_issue_says_what_has_changed_since_the_last(who):
    with transaction():
        service.make_report(who, month_before(MARCH))
    with transaction():
        some_case(who).received_on = month_before(MARCH).first
    report, _ = make(who)
    since = {(one["row"], one["code"]): (one["before"], one["after"]) for one in report.figures["issue"]["since_last"]}
    before, after = since["2026年2月", "收案"]
    assert int(after) == int(before) + 1
    assert "上一期月报出具后更正的数字" in words(service.pdf_of(who, report))
    assert make(who) == (report, False)


def test_the_pdf_shows_the_totals_and_no_person(who):
    report, _ = make(who)
    text = words(service.pdf_of(who, report))
    for code in ("claimed_fen", "agreed_fen", "received_fen"):
        assert yuan(headline(report.figures, code)) in text
    for name in ("云岫速运集团有限公司", "青浦卡友驿站", "劳动报酬", personas.HERE):
        assert name in text
    assert "2026年第3期（第1版）" in text and "第1页共" in text and "（未记公司）" in text
    everything = json.dumps(report.figures, ensure_ascii=False)
    for person in db.session.scalars(select(Case.title).where(Case.committee_id == who.committee_id)):
        assert person.split(" ")[0] not in text and person.split(" ")[0] not in everything
    for measure in metrics.DEFINED:
        assert measure.label in text


def test_the_spreadsheet_has_a_sheet_for_each_table_with_the_same_figures(who):
    report, _ = make(who)
    content = spreadsheet.to_xlsx(of_report(report.figures))
    assert content == spreadsheet.to_xlsx(of_report(report.figures))
    book = load_workbook(io.BytesIO(content))
    assert [one["title"][:31] for one in tables(report.figures)] == book.sheetnames
    turned = list(book["本月与上月、上年同月、本年累计"].values)
    now = dict(zip(turned[0], next(row for row in turned if row[0] == "本月"), strict=True))
    assert now["收案（件）"] == headline(report.figures, "cases")
    assert round(now["请求金额（元）"] * 100) == headline(report.figures, "claimed_fen")
    rows = {row[0]: row for row in book["各公司本月情况"].values}
    for row in find(report.figures, "companies")["rows"]:
        assert rows[row["cells"][0]][1] == row["cells"][1]


def test_it_is_chinese_whatever_its_maker_reads(app, who):
    from flask_babel import force_locale

    with force_locale("en"):
        english = snapshots.take(who, MARCH, today=TODAY)
    assert english == snapshots.take(who, MARCH, today=TODAY)


def test_a_month_that_is_not_over_is_a_draft(who):
    with pytest.raises(DomainError, match="还没有结束"):
        service.make_report(who, month("2026-11"))
    figures, content = service.draft(who, month("2026-11"))
    assert figures["as_of"] == "2026-11-22"
    assert "草稿" in words(content) and not codes.find(content)


def test_who_may(who):
    with pytest.raises(Forbidden):
        service.make_report(personas.actor("duty_lawyer"), MARCH)
    report, _ = make(who)
    with pytest.raises(Forbidden):
        service.pdf_of(personas.actor("duty_lawyer"), report)
    elsewhere = personas.actor("committee_elsewhere")
    with pytest.raises(NotFound):
        report_for(elsewhere, "2026-03", 1)
    assert list(reports_for(elsewhere)) == []


def test_the_job_makes_it_for_every_committee_once(who):
    said = jobs.monthly_report("2026-03")
    count = len(db.session.scalars(select(CompanyReport)).all())
    assert said == f"2026-03: version 1, 1; {count} parts" and count
    assert jobs.monthly_report("2026-03") == "2026-03: version 1 (unchanged), 1 (unchanged); 0 parts"
    assert len(db.session.scalars(select(MonthlyReport)).all()) == 2
    events = db.session.scalars(select(AuditRow.event).where(AuditRow.subject_kind == "monthly_report")).all()
    assert events == ["report_made", "report_made"]


def test_a_crash_in_the_middle_leaves_nothing_half(who, monkeypatch):
    def crash(*_args, **_kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(service, "record", crash)
    with pytest.raises(RuntimeError), transaction():
        service.make_report(who, MARCH)
    assert db.session.scalars(select(MonthlyReport)).all() == []
    monkeypatch.undo()
    assert make(who)[0].version == 1


def test_a_payment_of_a_later_month_changes_nothing(who):
    first, _ = make(who)
    settled = select(Case).where(
        Case.committee_id == who.committee_id,
        Case.outcome == "agreed",
        Case.settled_on.between(MARCH.first, MARCH.last),
    )
    with transaction():
        case = db.session.scalars(settled.where(Case.track != "consult")).first()
        cases.make_payment(case, date(2026, 11, 20), 5000)
        case.paid_fen += 5000
    again, is_new = make(who)
    assert not is_new and again.id == first.id
    with transaction():
        cases.make_payment(db.session.get_one(Case, case.id), MARCH.last, 700)
        db.session.get_one(Case, case.id).paid_fen += 700
    corrected, is_new = make(who)
    assert is_new
    assert headline(corrected.figures, "received_fen") == headline(first.figures, "received_fen") + 700
