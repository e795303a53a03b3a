"""Page 3: agreements on all and on a part of the requests apart, and issues from before they were."""

from __future__ import annotations

import json

from sqlalchemy import select

from mediation.cases.models import Case
from mediation.core.db import db, transaction
from mediation.reports import layout3, page, service
from mediation.reports.frozen import cell, find, link
from mediation.reports.spreadsheet import of_report
from mediation.statistics import metrics, queries
from mediation.statistics.period import month_key
from tests.integration.reports.conftest import MARCH, make

KEY = month_key(MARCH)


def agreed(who, **changes) -> Case:
    """A case of this committee that was agreed in March, changed."""
    case = db.session.scalars(
        select(Case)
        .where(
            Case.committee_id == who.committee_id,
            Case.outcome == "agreed",
            Case.track != "consult",
            Case.settled_on.between(MARCH.first, MARCH.last),
            Case.settled_in_part.is_(False),
        )
        .order_by(Case.id)
    ).first()
    for name, value in changes.items():
        setattr(case, name, value)
    return case


def test_the_table_and_its_sheet_tell_them_apart(who):
    with transaction():
        agreed(who, settled_in_part=True)
    report, _is_new = make(who)
    found = find(report.figures, "outcomes")
    whole = queries.overall(who, MARCH)
    for code, value in (
        ("settled_in_full", whole.settled - whole.settled_in_part),
        ("settled_in_part", whole.settled_in_part),
        ("concluded", whole.concluded),
    ):
        assert cell(found, KEY, code) == value > 0
    assert metrics.figures(whole)["settled_in_part"] == whole.settled_in_part
    for row in found["rows"]:
        counts = dict(zip((one["code"] for one in found["columns"]), row["cells"], strict=True))
        ends = [value for code, value in counts.items() if code not in ("month", "concluded", "settlement_rate")]
        assert sum(ends) == counts["concluded"]
    at = [one["code"] for one in found["columns"]].index("settled_in_part")
    line = next(one for one in found["rows"] if one["key"] == KEY)
    assert link(found, line, at, ["", ""])["measure"] == "settled_in_part"
    [sheet] = [one for one in of_report(report.figures) if one.name == found["title"]]
    assert sheet.headings[1:3] == ("全部达成", "部分达成") and line["cells"][at] in [row[at] for row in sheet.rows]


def test_an_issue_of_before_stands_until_a_figure_it_had_changes(who):
    report, _is_new = make(who)
    old = json.loads(json.dumps(layout3.of_report(report.figures)))
    assert [one["code"] for one in find(old, "outcomes")["columns"]][1:3] == ["settled", "failed"]
    before = queries.overall(who, MARCH).settled
    assert cell(find(old, "outcomes"), KEY, "settled") == before
    with transaction():
        report.figures = old
        agreed(who, settled_in_part=True)  # the same case, agreed as it was: nothing that the issue said is wrong
    assert service.make_report(who, MARCH) == (report, False)
    with transaction():
        agreed(who, outcome="failed", agreed_fen=None)
        new, is_new = service.make_report(who, MARCH)
    assert is_new and new.version == 2 and new.figures["layout"] == 5
    told = {(one["table"], one["row"], one["code"]): (one["before"], one["after"]) for one in new.differences}
    title = find(new.figures, "outcomes")["title"]
    [row] = [one["cells"][0] for one in find(new.figures, "outcomes")["rows"] if one["key"] == KEY]
    assert told[title, row, "达成协议"] == (str(before), str(before - 1))
    assert not any("部分达成" in f"{where} {what}" for where in told for what in told[where])
    assert new.figures["issue"]["is_new_layout"] is False
    # The old issue is shown as it was.
    shown = next(one for one in page.of_report(report.figures) if one.key == "outcomes")
    assert [head for head, _is_number in next(b.table.heads for b in shown.blocks if b.table)][1] == "达成协议"
