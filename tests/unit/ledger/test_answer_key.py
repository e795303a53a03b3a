"""The committee's real ledger, row by row against its answer key."""

import json
from datetime import date
from pathlib import Path

import pytest

from mediation.committees.categories import BY_CODE
from mediation.ledger import report
from mediation.ledger.rows import LedgerRow, read_ledger
from mediation.ledger.words import RELATIONSHIP_LABELS

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")

if DATA.is_dir():
    KEY = json.loads((DATA / "ledger_expected.json").read_text(encoding="utf-8"))
    LEDGER = read_ledger((DATA / "ledger.xlsx").read_bytes(), "ledger.xlsx", date(2026, 11, 22))
else:
    KEY, LEDGER = {"rows": []}, None


def _date(partial):
    return {"iso": partial.iso, "precision": partial.precision} if partial else None


def _applicant(person):
    entry = {"name": person.name, "id_no": person.id_number, "phone": person.phone}
    return entry | ({"id_raw": person.id_raw} if person.id_raw else {})


def _category(code):
    seed = BY_CODE[code]
    main = BY_CODE[seed.parent or code]
    return {"main": main.code, "main_label": main.label, "sub": seed.label if seed.parent else ""}


def _normalised(row: LedgerRow):
    approx = {"lower": row.headcount_lower} if row.headcount_approx else None
    settled = {"text": row.settled_text, "lower_fen": row.settled_lower_fen} if row.settled_text else None
    return {
        "seq": row.seq,
        "reg_date": _date(row.reg_date),
        "channel": row.channel,
        "applicant_kind": row.applicant_kind,
        "applicants": [_applicant(person) for person in row.applicants],
        "job": row.job,
        "respondents": list(row.respondents),
        "relationship": row.relationship,
        "relationship_label": RELATIONSHIP_LABELS[row.relationship],
        "category": _category(row.category),
        "headcount": row.headcount,
        "headcount_approx": approx,
        "hire_date": _date(row.hire_date),
        "event_date": _date(row.event_date),
        "claims": [{"item": claim.item, "fen": claim.fen} for claim in row.claims],
        "claim_total_fen": row.claim_total_fen,
        "claim_text": row.claim_text,
        "forum": row.forum,
        "result": row.result,
        "close_date": _date(row.close_date),
        "settled_fen": row.settled_fen,
        "settled_approx": settled,
        "performance": row.performance,
        "handler": row.handler,
        "facts": row.facts,
        "remarks": row.remarks,
    }


def _comparable(normalised):
    """What the cells themselves say.

    The key's author also named, from the published cases, the claims behind an empty or a bare amount cell;
    no importer can read those names. Claims without an amount and the name of a single amount are left out.
    ``in_tree`` is to be ignored (the data's README says so).
    """
    result = dict(normalised)
    result["category"] = {name: value for name, value in result["category"].items() if name != "in_tree"}
    amounts = [claim for claim in result["claims"] if claim["fen"] is not None]
    result["claims"] = amounts if len(amounts) > 1 else [claim["fen"] for claim in amounts]
    return result


@pytest.mark.parametrize("index", range(len(KEY["rows"])), ids=lambda index: f"row{KEY['rows'][index]['row']}")
def test_every_field_and_every_issue_of_a_row(index):
    expected, row = KEY["rows"][index], LEDGER.rows[index]
    assert (row.sheet, row.row, row.status) == (expected["sheet"], expected["row"], expected["status"])
    assert (row.duplicate_of[1] if row.duplicate_of else None) == expected["duplicate_of_row"]
    assert _comparable(_normalised(row)) == _comparable(expected["normalised"])
    issues = [(issue.row, issue.column, issue.code, issue.severity, issue.value, issue.message) for issue in row.issues]
    assert issues == [
        tuple(issue[name] for name in ("row", "col", "code", "severity", "raw", "message"))
        for issue in expected["issues"]
    ]


def test_the_sheet_is_laid_out_as_the_key_says():
    (sheet,), (expected,) = LEDGER.sheets, KEY["sheets"]
    assert (sheet.name, list(sheet.title_rows), list(sheet.header_rows)) == (
        expected["name"],
        expected["title_rows"],
        expected["header_rows"],
    )
    fields = {match.heading.letter: match.field for match in sheet.columns.matches}
    assert fields == {letter: column["field"] for letter, column in expected["columns"].items()}
    assert all(match.confidence == 1.0 for match in sheet.columns.matches)
    assert [(row.row, row.reason) for row in sheet.skipped] == [(row["row"], row["reason"]) for row in KEY["skip_rows"]]
    assert (sheet.columns.unmatched, sheet.columns.missing) == ((), ())


def test_the_counts():
    counts = {status: LEDGER.count(status) for status in ("ok", "warning", "error", "duplicate")}
    assert counts == {status: KEY["counts"][status] for status in counts}
    assert len(LEDGER.rows) == KEY["counts"]["data_rows"]
    assert len({row.fingerprint for row in LEDGER.rows}) == KEY["counts"]["unique_cases"]


def _plain(totals):
    return {name: getattr(totals, name) for name in totals.__slots__}


GROUPS = {
    "by_main_respondent": report.main_respondent,
    "by_category": lambda row: row.category.split(".")[0],
    "by_category_sub": lambda row: "{main}/{sub}".format(**_category(row.category)),
    "by_relationship": lambda row: row.relationship,
    "by_result": lambda row: row.result or "null",
    "by_forum": lambda row: row.forum,
}


@pytest.mark.parametrize("part", ["totals", "totals_without_error_rows"])
def test_the_totals(part):
    rows = [row for row in LEDGER.rows if part == "totals" or row.status != "error"]
    assert _plain(report.totals(rows)) == KEY[part]["overall"]
    for name, key in GROUPS.items():
        assert {group: _plain(sums) for group, sums in report.totals_by(rows, key).items()} == KEY[part][name], name


def test_reading_twice_gives_the_same_fingerprints():
    again = read_ledger((DATA / "ledger.xlsx").read_bytes(), "copy.xlsx", date(2027, 1, 1))
    assert [row.fingerprint for row in again.rows] == [row.fingerprint for row in LEDGER.rows]
