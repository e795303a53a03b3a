"""The figures of an imported ledger are those of its answer key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from mediation.cli import cli, context
from tests import personas
from tests.product import Content

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not (DATA / "ledger.xlsx").exists(), reason="the sample ledger is not beside the checkout"
)


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


def test_figures_per_company_are_those_of_the_key(app: Flask, monkeypatch):
    monkeypatch.setattr(context, "build_app", lambda: app)

    def run(*arguments: str):
        return CliRunner().invoke(cli, [*arguments, "--committee", personas.HERE, "--json"])

    run("import", str(DATA / "ledger.xlsx"))
    answer = run("statistics", "companies", "--from", "2000-01-01", "--to", "2026-11-22")
    found = {row["company"]: row for row in json.loads(answer.output)}
    key = json.loads((DATA / "ledger_expected.json").read_text(encoding="utf-8"))["totals_without_error_rows"]
    whole = key["overall"]
    sums = [sum(row[code] for row in found.values()) for code in ("cases", "claimed_fen", "agreed_fen")]
    assert sums == [whole["cases"], whole["claim_fen"], whole["settled_fen"]]
    companies = {name: row for name, row in key["by_main_respondent"].items() if name in found}
    assert len(companies) == len(found) - 1  # the last are the cases against persons and unknown companies
    for name, expected in companies.items():
        row = found[name]
        assert (row["cases"], row["claimed_fen"], row["agreed_fen"]) == (
            expected["cases"],
            expected["claim_fen"],
            expected["settled_fen"],
        ), name
