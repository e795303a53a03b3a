"""The month's report: frozen, issued once, corrected by a new version, and never at odds with its own tables."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from mediation.attachments.models import Attachment
from mediation.audit.models import AuditRow
from mediation.cases.models import Case
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.core.money import yuan
from mediation.reports import jobs, monthly_report, service, snapshots
from mediation.reports.models import MonthlyReport
from mediation.reports.queries import report_for, reports_for
from mediation.reports.spreadsheet import of_report
from mediation.statistics import metrics, queries, spreadsheet
from mediation.statistics.period import month, month_before
from tests import personas
from tests.factories import statistics as cases

MARCH = month("2026-03")
NOVEMBER = datetime(2026, 11, 22, 10, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with clock.frozen_at(NOVEMBER):
        yield


@pytest.fixture
def who(context) -> Actor:
    return personas.actor("committee")


def make(who: Actor) -> tuple[MonthlyReport, bool]:
    with transaction():
        report, is_new = service.make_report(who, MARCH)
    return report, is_new


def words(content: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def test_the_snapshot_holds_the_figures_of_the_page(who):
    figures = snapshots.take(who, MARCH, today=date(2026, 11, 22))
    assert json.loads(json.dumps(figures)) == figures
    page = metrics.figures(queries.overall(who, MARCH))
    assert figures["total"] | {"paid_fen": 0} == page | {"paid_fen": 0}
    assert 0 < figures["total"]["paid_fen"] <= page["paid_fen"]  # the page goes on counting after the month
    for table in ("companies", "stations", "causes"):
        for code in (
            "cases",
            "consultations",
            "closed",
            "concluded",
            "settled",
            "claimed_fen",
            "agreed_fen",
            "paid_fen",
        ):
            assert sum(row[code] for row in figures[table]) == figures["total"][code], (table, code)
    lines = {line["code"]: line for line in figures["headline"]}
    february, last_year = month_before(MARCH), month_before(MARCH, 12)
    assert lines["cases"]["previous"] == queries.overall(who, february).cases > 0
    assert lines["received_fen"]["last_year"] == queries.received_money(who, last_year)
    assert [one["month"] for one in figures["months"]] == [
        month_before(MARCH, back).first.strftime("%Y-%m") for back in range(24, -1, -1)
    ]
    assert figures["months"][-1]["cases"] == lines["cases"]["value"]
    assert figures["movement"]["received"] == lines["cases"]["value"]


def test_the_tables_add_up_with_the_rest_in_one_line(who, monkeypatch):
    monkeypatch.setattr(snapshots, "MOST_COMPANIES", 2)
    figures = snapshots.take(who, MARCH, today=date(2026, 11, 22))
    assert [row["name"] for row in figures["companies"]][1].startswith("其余")
    assert sum(row["cases"] for row in figures["companies"]) == figures["total"]["cases"]


def test_an_issued_report_is_stored_and_never_made_twice(who):
    report, is_new = make(who)
    assert is_new and (report.month, report.version) == ("2026-03", 1)
    stored = db.session.get_one(Attachment, report.attachment_id)
    assert (stored.kind, stored.sha256, stored.filename) == ("report", report.sha256, "调解月报-2026-03-第1版.pdf")
    again, is_new = make(who)
    assert again.id == report.id and not is_new
    content = service.pdf_of(who, report)
    fonts = service._fonts()
    assert monthly_report.render(report.figures, version=1, instance_fonts=fonts) == content


def test_a_later_correction_is_a_new_version_that_says_what_changed(who):
    first, _ = make(who)
    with transaction():
        case = (
            db.session.scalars(
                select(Case).where(
                    Case.committee_id == who.committee_id, Case.received_on == MARCH.first, Case.track != "consult"
                )
            ).first()
            or db.session.scalars(
                select(Case).where(
                    Case.committee_id == who.committee_id,
                    Case.received_on.between(MARCH.first, MARCH.last),
                    Case.track != "consult",
                )
            ).first()
        )
        case.claimed_fen = (case.claimed_fen or 0) + 700
    second, is_new = make(who)
    assert is_new and second.version == 2
    changed = monthly_report.corrections(second.figures, first.figures)
    before = first.figures["total"]["claimed_fen"]
    assert changed == [("claimed_fen", before, before + 700)]
    text = words(service.pdf_of(who, second))
    assert "第2版" in text and "较上一版的更正" in text and yuan(before) in text and yuan(before + 700) in text
    assert "较上一版的更正" not in words(service.pdf_of(who, first))


def test_the_pdf_shows_the_totals_and_no_person(who):
    report, _ = make(who)
    text = words(service.pdf_of(who, report))
    total = report.figures["total"]
    for code in ("claimed_fen", "agreed_fen", "paid_fen"):
        assert yuan(total[code]) in text
    for name in (
        "云岫速运集团有限公司",
        "远岚物流集团有限公司",
        "青浦卡友驿站",
        "劳动报酬",
        "浦江快递物流行业劳动争议调解委员会",
    ):
        assert name in text
    assert "2026年3月" in text and "第1页共" in text and "（未记公司）" in text
    assert "核对一致" in text or "相差" in text
    for person in db.session.scalars(select(Case.title).where(Case.committee_id == who.committee_id)):
        assert person.split(" ")[0] not in text
    for measure in metrics.DEFINED:
        assert measure.label in text


@pytest.mark.parametrize("back", range(14))
def test_the_sentences_never_contradict_the_tables(who, back: int):
    figures = snapshots.take(who, month_before(month("2026-11"), back), today=date(2026, 11, 22))
    new, ended, where = figures["sentences"]
    lines = {line["code"]: line for line in figures["headline"]}
    cases = lines["cases"]
    assert f"新收案件{cases['value']}件" in new
    for name, key in (("上月", "previous"), ("上年同月", "last_year")):
        difference = cases["value"] - cases[key]
        said = re.search(rf"[比与]{name}（(\d+)件）(增加|减少|持平)(?:(\d+)件)?", new)
        assert said and int(said[1]) == cases[key]
        assert (said[2], int(said[3] or 0)) == (
            "持平" if not difference else "增加" if difference > 0 else "减少",
            abs(difference),
        )
    total = figures["total"]
    if total["concluded"]:
        assert f"{total['concluded']}件，其中达成协议{total['settled']}件" in ended
        assert yuan(lines["received_fen"]["value"]) in ended and yuan(total["agreed_fen"]) in ended
    most = max((row for row in figures["companies"] if row["id"]), key=lambda row: row["cases"])
    assert f"（{most['cases']}件）" in where
    assert f"月末未结案件{figures['movement']['open_after']}件" in where


def test_the_spreadsheet_has_the_same_figures(who):
    report, _ = make(who)
    content = spreadsheet.to_xlsx(of_report(report.figures))
    assert content == spreadsheet.to_xlsx(of_report(report.figures))
    book = load_workbook(io.BytesIO(content))
    rows = list(book["按公司"].values)
    heads = list(rows[0])
    total = next(row for row in rows if row[0] == "合计")
    assert total[heads.index("收案")] == report.figures["total"]["cases"]
    assert round(total[heads.index("请求金额（元）")] * 100) == report.figures["total"]["claimed_fen"]
    named = {row[0]: row for row in rows}
    for row in report.figures["companies"]:
        assert named[row["name"]][heads.index("达成协议")] == row["settled"]


def test_the_spreadsheet_says_which_days_it_has(who):
    figures = snapshots.take(who, MARCH, today=date(2026, 11, 22))
    book = load_workbook(io.BytesIO(spreadsheet.to_xlsx(of_report(figures))))
    for sheet in ("主要数字", "按公司"):
        said = [str(cell) for row in book[sheet].values for cell in row if cell is not None]
        assert metrics.DAYS_COUNTED in said
    assert {"总天数（中位数）", "净天数（中位数）"} <= set(next(book["按公司"].values))


def test_a_report_from_before_net_days_were_counted_still_opens(who):
    figures = snapshots.take(who, MARCH, today=date(2026, 11, 22))
    old = json.loads(json.dumps(figures))
    new = ("median_net_days", "p90_net_days")
    old["layout"] = 1
    old["headline"] = [line for line in old["headline"] if line["code"] not in new]
    old["definitions"] = [one for one in old["definitions"] if one["code"] not in new]
    for row in (old["total"], *old["companies"], *old["stations"], *old["causes"]):
        for code in new:
            del row[code]
    book = load_workbook(io.BytesIO(spreadsheet.to_xlsx(of_report(old))))
    assert "净天数（中位数）" not in next(book["按公司"].values)
    assert monthly_report.corrections(figures, old) == []
    text = words(monthly_report.render(figures, version=2, earlier=old, instance_fonts=service._fonts()))
    assert "本版增列了上一版没有的指标" in text


def test_a_month_that_is_not_over_is_a_draft(who):
    with pytest.raises(DomainError, match="还没有结束"):
        service.make_report(who, month("2026-11"))
    figures, content = service.draft(who, month("2026-11"))
    assert figures["as_of"] == "2026-11-22"
    assert "草稿" in words(content)


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
    with transaction():
        said = jobs.monthly_report("2026-03")
    assert said == "2026-03: version 1, 1"
    with transaction():
        assert jobs.monthly_report("2026-03") == "2026-03: version 1 (unchanged), 1 (unchanged)"
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
    assert is_new and corrected.figures["total"]["paid_fen"] == first.figures["total"]["paid_fen"] + 700
