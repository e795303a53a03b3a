"""The benchmark works on 200 cases: what is measured must go on answering. How fast it is, nothing here says."""

from __future__ import annotations

import pytest

from mediation.core import clock
from tests.bench import fill, meter, rate
from tests.bench.__main__ import line
from tests.bench.ground import prepare
from tests.bench.operations import Operations


def test_every_operation_answers_and_its_bare_query_runs():
    with prepare("sqlite", 200) as ground, clock.frozen_at(fill.NOW):
        operations = Operations(ground)
        seen = set()
        for operation in operations.all():
            times = meter.measure(operation.work, rounds=1, seconds=0, warm=0)
            assert times.statements > 0, operation.name
            if operation.bare:
                connection = operations.bare.get(operation.persona) or operations.bare["committee"]
                connection.run(lambda ask, asked=operation.bare: asked(ask, 0))
            seen.add((operation.name, operation.persona))
            assert operation.name in line((operation, times, None))
        operations.close()
    assert {("case page", "hr"), ("intake", "lawyer"), ("agreement as PDF", "—")} <= seen


def test_loading_puts_indexes_and_triggers_back_and_spreads_the_cases():
    with prepare("sqlite", 200) as ground, ground.app.app_context():
        from mediation.core.db import db

        def ask(statement: str) -> list:
            return db.session.execute(db.text(statement)).scalars().all()

        names = set(ask("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')"))
        assert {"uq_case_file_number", "ix_case_file_open", "case_search_insert"} <= names
        assert ask("SELECT count(*) FROM case_search_fts WHERE case_search_fts MATCH '\"网点\"'") == [200]
        assert max(ask("SELECT count(*) FROM case_file GROUP BY level1_id")) <= 40
        assert ask("PRAGMA foreign_key_check") == []
        assert ask("PRAGMA foreign_keys") == [1]


def test_peers_that_cannot_be_installed_are_said_and_left_out(monkeypatch, tmp_path):
    lock = tmp_path / "bench.txt"
    lock.write_text(f"nothing @ file://{tmp_path}/nothing.whl --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(rate, "LOCK", lock)
    monkeypatch.setattr(rate, "VENV", tmp_path / "venv")
    with pytest.raises(rate.NoPeers, match="could not be installed"):
        rate.installed()
