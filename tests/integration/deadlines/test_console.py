"""Exit codes of the console script itself: a command tested alone does not show what `main` makes of its end."""

from __future__ import annotations

import pytest

from mediation.cli import main

HEADER = "rule_id,trigger_date,unit,length,expected_last_day,explanation\n"


@pytest.mark.parametrize(("last_day", "code"), [("2026-02-24", 0), ("2026-02-25", 1)])
def test_a_check_that_fails_ends_with_1(tmp_path, monkeypatch, last_day, code):
    file = tmp_path / "vectors.csv"
    file.write_text(f"{HEADER}LM-ACCEPT-3WD,2026-02-12,working_day,3,{last_day},\n", encoding="utf-8")
    monkeypatch.setenv("MEDIATION_INSTANCE", str(tmp_path))
    monkeypatch.delenv("MEDIATION_DATABASE_URL", raising=False)
    monkeypatch.setattr("sys.argv", ["mediation", "deadlines", "check", str(file)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == code
