"""A case waits for others: from which day, which clocks stand still, what ends it, and who sees what of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.cases import queries, service
from mediation.cases.models import Case, CaseEvent, CasePause, CaseSpell
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadlines
from mediation.deadlines.models import Deadline
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 4)


def d(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def writing(context) -> Iterator[None]:
    with transaction():
        yield


def lawyer():
    return personas.actor("duty_lawyer")


@contextmanager
def refused(field: str | None, kind: type[DomainError] = DomainError) -> Iterator[None]:
    with pytest.raises(kind) as refusal:
        yield
    assert refusal.value.field == field


def opened(maker=casefiles.mediating, **more) -> Case:
    with casefiles.at(DAY):
        return maker(lawyer(), **more)


def paused(case: Case, on: int, ground: str = "appraisal", **more) -> CasePause:
    with casefiles.at(d(on)):
        return service.pause(lawyer(), case=case, ground=ground, reason="等待鉴定中心的结论", **more)


def spell(case: Case, seq: int = 1) -> CaseSpell:
    return db.session.scalars(select(CaseSpell).where(CaseSpell.case_id == case.id, CaseSpell.seq == seq)).one()


def clock_of(case: Case, code: str, status: str = "open") -> Deadline:
    found = select(Deadline).where(Deadline.case_id == case.id, Deadline.rule_code == code, Deadline.status == status)
    return db.session.scalars(found).one()


def history(case: Case) -> list[str]:
    return list(db.session.scalars(select(CaseEvent.event).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)))


@pytest.mark.usefixtures("writing")
def test_pause_and_resume():
    case = opened()
    row = paused(case, 3)
    assert (row.from_on, row.to_on, row.ground, case.paused_since) == (d(3), None, "appraisal", d(3))
    with casefiles.at(d(4)), refused(None):
        service.pause(lawyer(), case=case, ground="other", reason="再等")
    with casefiles.at(d(8)):
        ended = service.resume(lawyer(), case=case)
    assert ended.id == row.id and ended.to_on == d(7) and ended.ended_event_id
    assert case.paused_since is None and case.paused_days == 5
    with casefiles.at(d(8)), refused(None):
        service.resume(lawyer(), case=case)
    assert history(case)[-2:] == ["paused", "resumed"]


@pytest.mark.usefixtures("writing")
def test_the_mediation_period_goes_on():
    case = opened()
    before = clock_of(case, "LM-MEDIATE-15D")
    kept = (before.id, before.last_day, case.mediation_ends_on, case.next_deadline_on)
    for ground in ("finding", "ruling", "material", "consent"):
        paused(case, 3, ground)
        after = clock_of(case, "LM-MEDIATE-15D")
        assert (after.id, after.last_day, case.mediation_ends_on, case.next_deadline_on) == kept
        with casefiles.at(d(3)):
            service.resume(lawyer(), case=case)


@pytest.mark.usefixtures("writing")
def test_only_the_clock_whose_law_says_so_stands_still():
    case = opened()
    for code in ("WI-DECIDE-60D", "LA-REVIEW-7D", "WI-WORKER-1Y"):
        deadlines.open_deadline(committee_id=case.committee_id, case_id=case.id, rule_code=code, trigger_on=DAY)
    assert {one.rule_code for one in service.stoppable(case)} == {"WI-DECIDE-60D", "LA-REVIEW-7D", "WI-WORKER-1Y"}
    raw = clock_of(case, "WI-DECIDE-60D").raw_last_day
    paused(case, 3, "finding")
    assert clock_of(case, "WI-DECIDE-60D", "paused") and clock_of(case, "LA-REVIEW-7D")
    with casefiles.at(d(13)):
        service.resume(lawyer(), case=case)
    again = clock_of(case, "WI-DECIDE-60D")
    assert again.raw_last_day == raw + timedelta(days=10)
    assert [(first, last) for first, last, _why in again.pauses] == [(d(3).isoformat(), d(12).isoformat())]
    assert clock_of(case, "LA-REVIEW-7D").pauses == []
    # A worker's own last day moves only when somebody says that it does.
    paused(case, 14, "ruling")
    assert clock_of(case, "WI-WORKER-1Y")
    with casefiles.at(d(15)):
        service.resume(lawyer(), case=case)
    paused(case, 16, "ruling", rule_codes=["WI-WORKER-1Y"])
    assert clock_of(case, "WI-WORKER-1Y", "paused") and clock_of(case, "WI-DECIDE-60D")


@pytest.mark.usefixtures("writing")
def test_what_the_ground_does_not_suspend_is_refused():
    case = opened()
    for code in ("LM-MEDIATE-15D", "WI-DECIDE-60D"):
        with refused("clocks"):
            paused(case, 3, "material", rule_codes=[code])
    with refused("ground"):
        paused(case, 3, "nonsense")


@pytest.mark.usefixtures("writing")
def test_days_that_cannot_be():
    case = opened()
    with casefiles.at(d(5)):
        for on in (d(-1), d(6)):
            with refused("on"):
                service.pause(lawyer(), case=case, ground="other", reason="等", on=on)
        with refused("reason"):
            service.pause(lawyer(), case=case, ground="other", reason="")
        service.pause(lawyer(), case=case, ground="other", reason="等", on=d(2))
        for on in (d(1), d(6)):
            with refused("on"):
                service.resume(lawyer(), case=case, on=on)
        service.resume(lawyer(), case=case, on=d(4))
        with refused("on"):
            service.pause(lawyer(), case=case, ground="other", reason="等", on=d(3))
        service.pause(lawyer(), case=case, ground="other", reason="等", on=d(4))


@pytest.mark.usefixtures("writing")
def test_a_pause_that_ends_the_day_it_began_costs_no_day():
    case = opened()
    paused(case, 3)
    with casefiles.at(d(3)):
        service.resume(lawyer(), case=case)
    assert case.paused_days == 0 and len(service.standing_of(case, history(case)).pauses) == 1


@pytest.mark.parametrize("persona", ["hr_same_company", "police_here", "admin"])
@pytest.mark.usefixtures("writing")
def test_only_staff_may(persona: str):
    case = opened()
    with casefiles.at(d(3)), pytest.raises(Forbidden):
        service.pause(personas.actor(persona), case=case, ground="other", reason="等")


@pytest.mark.usefixtures("writing")
def test_the_result_ends_the_pause_and_leaves_its_days_out():
    case = opened()
    paused(case, 2)
    with casefiles.at(d(6)):
        service.resume(lawyer(), case=case)
    paused(case, 8)
    with casefiles.at(d(12)):
        service.fail(lawyer(), case=case, reason="差距过大", limitation_on=case.limitation_on)
    assert case.paused_since is None and case.paused_days == 8
    happened = history(case)
    assert happened[happened.index("failed") + 1] == "resumed" and happened.count("resumed") == 2
    assert case.state == "failed" and case.waiting_for == "staff"
    found = spell(case)
    assert (found.to_on, found.outcome, found.gross_days, found.net_days) == (d(12), "failed", 12, 4)


@pytest.mark.usefixtures("writing")
def test_an_agreement_ends_the_pause_and_the_respondent_is_next():
    case = opened(casefiles.drafted)
    paused(case, 3)
    with casefiles.at(d(9)):
        for act in service.draft_agreement_of(case).signatures:
            service.sign(personas.actor("committee"), case=case, signature_id=act.id)
    assert case.state == "agreed" and case.paused_since is None and case.waiting_for == "respondent"
    assert (spell(case).gross_days, spell(case).net_days) == (9, 3)


@pytest.mark.usefixtures("writing")
def test_closing_ends_a_pause_after_the_result():
    case = opened(casefiles.accepted)
    with casefiles.at(d(4)):
        service.withdraw(lawyer(), case=case, reason="自行和解")
    with casefiles.at(d(6)), refused("on"):
        service.pause(lawyer(), case=case, ground="other", reason="等", on=d(3))
    paused(case, 6)
    deadlines.open_deadline(committee_id=case.committee_id, case_id=case.id, rule_code="LA-REVIEW-7D", trigger_on=DAY)
    with casefiles.at(d(9)):
        service.close(lawyer(), case=case)
    assert case.paused_since is None and case.next_deadline_on is None
    assert not deadline_queries.paused_of_case(case.id)
    assert (spell(case).gross_days, spell(case).net_days) == (4, 4)  # the waiting came after the result
    with casefiles.at(d(10)), pytest.raises(Conflict):
        service.pause(lawyer(), case=case, ground="other", reason="等")


# ---- the pages ---------------------------------------------------------------------------------------------------


@pytest.fixture
def number(app: Flask) -> str:
    with app.app_context(), transaction():
        case = opened()
        deadlines.open_deadline(
            committee_id=case.committee_id, case_id=case.id, rule_code="WI-DECIDE-60D", trigger_on=DAY
        )
        return case.number


def send(client: FlaskClient, address: str, **fields: object):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def test_the_page_of_a_pause(client: FlaskClient, number: str):
    with casefiles.at(d(5)):
        personas.login(client, "duty_lawyer")
        address = f"/cases/{number}"
        assert f"{address}/pause" in client.get(address).text and f"{address}/resume" not in client.get(address).text
        form = client.get(f"{address}/pause").text
        assert "调解期限不因暂停而停止" in form and "第29条" in form and "2026年3月19日届满" in form
        assert "作出工伤认定决定" in form and re.search(
            r'value="WI-DECIDE-60D"[^>]*checked|checked[^>]*value="WI-DECIDE-60D"', form
        )
        wrong = send(client, f"{address}/pause", on="2026-03-06", reason="等待认定")
        assert wrong.status_code == 422 and "请选择暂停的事由" in wrong.text and "等待认定" in wrong.text
        typed = {"on": "2026-03-06", "ground": "finding", "reason": "等待交警认定", "clocks": "WI-DECIDE-60D"}
        assert send(client, f"{address}/pause", **typed).status_code == 303
        page = client.get(address).text
        assert "暂停中，自 2026年3月6日" in page and "等待交警认定" in page and "仍在暂停" in page
        assert f"{address}/resume" in page and f"{address}/pause" not in page
        assert "自2026年3月6日起暂停" in client.get(f"{address}/resume").text
        late = send(client, f"{address}/resume", on="2026-03-05")
        assert late.status_code == 422 and "不能早于暂停之日" in late.text
        assert send(client, f"{address}/resume", on="2026-03-09").status_code == 303
        page = client.get(address).text
        assert "暂停中" not in page and "3 天" in page and "统计口径" in page


def test_a_clock_stands_still_only_on_its_own_ground(app: Flask, client: FlaskClient, number: str):
    with casefiles.at(d(5)):
        personas.login(client, "duty_lawyer")
        typed = {"on": "2026-03-06", "ground": "consent", "reason": "双方要求", "clocks": "WI-DECIDE-60D"}
        assert send(client, f"/cases/{number}/pause", **typed).status_code == 303
    with app.app_context():
        assert clock_of(casefiles.reload(number), "WI-DECIDE-60D")


@pytest.mark.parametrize(("persona", "sees_card"), [("hr_same_company", True), ("police_here", False)])
def test_why_a_case_waits_is_for_staff(app: Flask, client: FlaskClient, number: str, persona: str, sees_card: bool):
    with app.app_context(), transaction():
        paused(queries.get_for(lawyer(), number), 3, "absence")
    with casefiles.at(d(5)):
        personas.login(client, persona)
        page = client.get(f"/cases/{number}")
        assert page.status_code == 200 and "暂停中" in page.text
        assert ("净天数" in page.text) is sees_card
        assert "鉴定中心" not in page.text and "患病" not in page.text
        assert client.get(f"/cases/{number}/pause").status_code == 403


@pytest.mark.usefixtures("writing")
def test_a_clock_that_starts_while_the_case_waits_stands_still_from_its_first_day():
    case = opened(accident_on=DAY)
    paused(case, 2, ground="finding")
    with casefiles.at(d(4)):
        service.record_act(
            lawyer(),
            case=case,
            kind="injury_application_accepted",
            on=d(4),
            evidence="受理决定书",
            data={"simple": "no"},
        )
    standing = clock_of(case, "WI-DECIDE-60D", "paused")
    with casefiles.at(d(14)):
        service.resume(lawyer(), case=case, on=d(14))
    running = clock_of(case, "WI-DECIDE-60D")
    assert running.trigger_on == d(4)
    # Day 0 is d(4); the ten days from then on to d(13) are left out.
    assert (running.raw_last_day - standing.raw_last_day).days == 9
