"""A headquarters gets its own part of the month, and no word of anybody else."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from mediation.cases.models import Case
from mediation.core.db import db, transaction
from mediation.core.errors import NotFound
from mediation.reports import queries, service, snapshots
from mediation.reports.frozen import cell, find
from mediation.reports.links import path_of
from mediation.reports.spreadsheet import of_report
from mediation.statistics.spreadsheet import to_xlsx
from tests import personas
from tests.factories import accounts
from tests.factories import statistics as cases
from tests.integration.reports.conftest import MARCH, make, words

CANARY, SUM = "金丝雀速运有限公司", 987_654_321_00


@pytest.fixture
def issued(who):
    """March, with another headquarters that has a name, a station and a sum of its own."""
    with transaction():
        world = personas.world()
        canary = accounts.make_company(world.committee, CANARY)
        for day in range(1, 6):
            cases.make_case(
                world.committee,
                MARCH.first.replace(day=day),
                company=canary,
                station=world.station,
                state="accepted",
                claimed_fen=SUM,
                headcount=777,
                is_collective=True,
            )
        # A case that names both, the canary as its main respondent.
        both = cases.make_case(world.committee, MARCH.first, company=canary, state="accepted", claimed_fen=SUM)
        cases.name_company(both, world.company)
    return make(who)[0]


def sheets(figures) -> str:
    book = load_workbook(io.BytesIO(to_xlsx(of_report(figures))))
    return json.dumps([[str(value) for row in sheet.values for value in row] for sheet in book], ensure_ascii=False)


def test_each_headquarters_with_a_case_gets_its_part_in_the_same_transaction(who, issued):
    parts = {name: part for part, name in queries.parts_of(issued)}
    assert {"云岫速运集团有限公司", "远岚物流集团有限公司", CANARY} <= set(parts)
    assert "云岫速运华东有限公司" not in parts  # a branch is in its headquarters' part
    assert all(part.figures["issue"]["version"] == issued.version for part in parts.values())


def test_no_other_company_stands_in_figures_pdf_or_sheets(who, issued):
    parts = {name: part for part, name in queries.parts_of(issued)}
    others = {CANARY, "远岚物流集团有限公司", "987,654,321", "98765432100", "987654321"}
    part = parts["云岫速运集团有限公司"]
    texts = (
        json.dumps(part.figures, ensure_ascii=False),
        words(service.part_pdf_of(who, issued, part)),
        sheets(part.figures),
    )
    for text in texts:
        assert not [one for one in others if one in text]
    assert CANARY in json.dumps(issued.figures, ensure_ascii=False)  # the committee's own has it
    assert CANARY in words(service.part_pdf_of(who, issued, parts[CANARY]))


def test_its_figures_are_those_that_its_hr_sees(who, issued):
    hr = personas.actor("hr_same_company")
    [part] = [part for part, name in queries.parts_of(issued) if name == "云岫速运集团有限公司"]
    from mediation.statistics import metrics
    from mediation.statistics import queries as statistics

    found = metrics.figures(statistics.overall(hr, MARCH))
    for code in ("cases", "concluded", "settled", "claimed_fen"):
        assert cell(find(part.figures, "headline"), code, "value") == found[code]
    assert {page["key"] for page in part.figures["pages"]} == {
        "front", "trend", "outcomes", "companies", "causes", "agreements", "letters", "quality",
    }  # fmt: skip


def test_a_later_version_says_what_changed_in_the_part(who, issued):
    with transaction():
        own = personas.world().company
        cases.make_case(personas.world().committee, MARCH.first, company=own, state="accepted", claimed_fen=500)
    second, is_new = make(who)
    assert is_new
    parts = {name: part for part, name in queries.parts_of(second)}
    changed = {(one["row"], one["code"]) for one in parts["云岫速运集团有限公司"].figures["issue"]["differences"]}
    assert ("收案（件）", "本月") in changed
    assert parts[CANARY].figures["issue"]["differences"] == []


def test_hr_reads_its_own_and_nobody_elses(app, who, issued):
    own, other = personas.actor("hr_same_company"), personas.actor("hr_other_company")
    [(part, report, name)] = queries.company_reports_for(own)
    assert (name, report.id) == ("云岫速运集团有限公司", issued.id)
    with pytest.raises(NotFound):
        queries.company_report_for(other, part.id)
    assert queries.company_report_for(own, part.id)[0].id == part.id
    assert queries.company_reports_for(personas.actor("committee_elsewhere")) == []


def test_the_company_page(app, client, context_free_issue):
    personas.login(client, "hr_same_company")
    text = client.get("/reports/company").text
    assert "2026年3月" in text
    part_id = context_free_issue
    page = client.get(f"/reports/company/{part_id}")
    assert page.status_code == 200 and "main_company=" in page.text and "远岚" not in page.text
    assert client.get(f"/reports/company/{part_id}.pdf").data.startswith(b"%PDF-")
    assert client.get(f"/reports/company/{part_id}.xlsx").data.startswith(b"PK")
    assert client.get("/reports/").status_code == 403
    assert client.get("/reports/2026-03/1.pdf").status_code == 403


@pytest.fixture
def context_free_issue(app) -> int:
    """The part of the same company, made outside any context that the client would share."""
    with app.app_context():
        report = make(personas.actor("committee"))[0]
        return next(part.id for part, name in queries.parts_of(report) if name == "云岫速运集团有限公司")


def test_links_of_a_part_name_its_own_company(who, issued):
    [part] = [part for part, name in queries.parts_of(issued) if name == "云岫速运集团有限公司"]
    own = {personas.world().company.id, personas.world().region.id, personas.world().outlet.id}
    table = find(part.figures, "companies")
    for row in table["rows"]:
        target = {"measure": "cases", "period": [part.figures["from"], part.figures["to"]], "dims": row["dims"]}
        assert "main_company=" in path_of(target)
    assert {row["dims"]["main_company"] for row in table["rows"]} & own
    assert db.session.get(Case, 1) is not None
    assert snapshots.digest(part.figures) == part.figures["issue"]["sha256"]
