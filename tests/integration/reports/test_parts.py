"""The parts of the headquarters are made after the report, each by itself, once, whoever dies meanwhile."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from mediation.cli import cli
from mediation.cli import context as cli_context
from mediation.cli.proof import _is_issued
from mediation.core import db as kernel
from mediation.core.db import db, transaction
from mediation.documents.proof import codes
from mediation.reports import parts, queries, recipients, service
from mediation.reports.models import CompanyReport, MonthlyReport, ReportDelivery
from tests import personas
from tests.factories import statistics as cases
from tests.integration.reports.conftest import MARCH, make

PART = "hr@yunxiu.example.cn"


@pytest.fixture
def whole(who) -> MonthlyReport:
    """March, issued to a list, without any part yet."""
    with transaction():
        recipients.add(who, name="示例区司法局", address="office@example.cn", company_id=None)
        recipients.add(who, name="云岫速运人力资源部", address=PART, company_id=personas.world().company.id)
    with transaction():
        return service.make_report(who, MARCH)[0]


def count(table=CompanyReport) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def queued(report: MonthlyReport) -> list[str]:
    return [recipient.name for _delivery, recipient, _company in queries.deliveries_of(report)]


def test_a_report_is_issued_without_its_parts_and_they_come_after_it_once(who, whole):
    wanted = whole.figures["issue"]["parts_for"]
    assert len(wanted) > 1 and count() == 0 and queued(whole) == ["示例区司法局"]
    assert parts.make_parts() == len(wanted) == count()
    assert {part.company_id for part, _name in queries.parts_of(whole)} == set(wanted)
    assert queued(whole) == ["示例区司法局", "云岫速运人力资源部"]
    assert parts.make_parts() == 0 and count(ReportDelivery) == 2


def test_nothing_is_written_while_a_part_is_frozen_and_rendered(whole, monkeypatch):
    rendered, writing = service.rendered, []

    def watched(figures):
        writing.append(kernel._writing.get())
        return rendered(figures)

    monkeypatch.setattr(service, "rendered", watched)
    made = parts.make_parts()
    assert made > 1 and writing == [False] * made


def test_a_process_that_dies_leaves_only_what_the_next_makes(whole, monkeypatch):
    wanted, kept, calls = len(whole.figures["issue"]["parts_for"]), service.kept, []

    def dies(*given):
        attachment = kept(*given)
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return attachment

    monkeypatch.setattr(service, "kept", dies)
    with pytest.raises(KeyboardInterrupt):
        parts.make_parts()
    assert count() == 1
    monkeypatch.undo()
    assert parts.make_parts() == wanted - 1 and count() == wanted


def test_a_part_that_cannot_be_made_keeps_no_other_waiting(whole, monkeypatch, caplog):
    wanted, frozen = whole.figures["issue"]["parts_for"], parts._frozen

    def fails(report, company):
        if company.id == wanted[0]:
            raise ValueError("secret")
        return frozen(report, company)

    monkeypatch.setattr(parts, "_frozen", fails)
    assert parts.make_parts() == len(wanted) - 1
    assert "ValueError" in caplog.text and "secret" not in caplog.text
    monkeypatch.undo()
    assert parts.make_parts() == 1


def test_two_processes_make_each_part_once(whole, monkeypatch):
    wanted, rendered = len(whole.figures["issue"]["parts_for"]), service.rendered
    inner = []

    def overtaken(figures):
        if not inner:  # another process makes all of them while the first is rendering
            inner.append(0)
            inner[0] = parts.make_parts()
        return rendered(figures)

    monkeypatch.setattr(service, "rendered", overtaken)
    assert parts.make_parts() == 0 and inner == [wanted]
    assert count() == wanted


def test_a_report_issued_by_another_meanwhile_is_not_issued_again(who):
    with kernel.reading():
        first = service.prepare(who, MARCH)
        second = service.prepare(who, MARCH)
    with transaction():
        report, is_new = service.issue(who, first)
        assert is_new and report.version == 1
    with transaction():
        report, is_new = service.issue(who, second)
        assert not is_new and report.version == 1
    with transaction():
        own = personas.world().company
        cases.make_case(personas.world().committee, MARCH.first, company=own, state="accepted", claimed_fen=500)
    with transaction():
        report, is_new = service.issue(who, second)  # prepared anew
        assert is_new and report.version == 2 and report.differences


def test_hr_keeps_the_version_it_has_until_its_part_of_the_next_is_made(who):
    make(who)
    hr = personas.actor("hr_same_company")
    with transaction():
        own = personas.world().company
        cases.make_case(personas.world().committee, MARCH.first, company=own, state="accepted", claimed_fen=500)
    with transaction():
        assert service.make_report(who, MARCH)[0].version == 2
    assert [report.version for _part, report, _name in queries.company_reports_for(hr)] == [1]
    parts.make_parts()
    assert [report.version for _part, report, _name in queries.company_reports_for(hr)] == [2]


def test_the_page_says_how_many_parts_are_made(app, client):
    with app.app_context():
        with transaction():
            report = service.make_report(personas.actor("committee"), MARCH)[0]
        wanted = len(report.figures["issue"]["parts_for"])
    personas.login(client, "committee")
    assert f"共{wanted}份，已生成0份" in client.get("/reports/2026-03/1").text
    with app.app_context():
        parts.make_parts()
    assert "其余正在生成" not in client.get("/reports/2026-03/1").text


def test_a_report_and_a_part_are_known_by_their_code(app, who, tmp_path, monkeypatch):
    monkeypatch.setattr(cli_context, "build_app", lambda: app)
    report, _ = make(who)
    part, _name = queries.parts_of(report)[0]
    for content in (service.pdf_of(who, report), service.part_pdf_of(who, report, part)):
        file = tmp_path / "month.pdf"
        file.write_bytes(content)
        assert "文件与存档相同" in _said(file)
        [code] = codes.find(content)
        assert _is_issued(code, "0" * 64) is False
    assert _is_issued("elsewhere", report.sha256) is None


def _said(file) -> str:
    return CliRunner().invoke(cli, ["documents", "verify", str(file)]).output
