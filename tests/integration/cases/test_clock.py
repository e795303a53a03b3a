"""Which clocks a case's own steps start, meet and end, with real days; and what a corrected day does to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.ctx import AppContext

from mediation.cases import service
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case
from mediation.cases.service import AgreementIn, InstalmentIn
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.errors import DomainError
from mediation.deadlines import queries
from mediation.deadlines.models import Deadline
from mediation.parties import queries as party_queries
from tests import personas
from tests.factories import casefiles
from tests.product import Content

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def lawyer(context: AppContext) -> Actor:
    return personas.actor("duty_lawyer")


def live(case: Case, *codes: str) -> dict[str, Deadline]:
    """The newest row of each rule that is neither cancelled nor replaced."""
    rows = sorted(queries.of_case(case.id), key=lambda one: one.id)
    return {
        one.rule_code: one
        for one in rows
        if one.status not in ("cancelled", "replaced") and (not codes or one.rule_code in codes)
    }


def says(case: Case, *codes: str) -> dict[str, tuple[str, str]]:
    """Last day and status of each."""
    return {code: (one.last_day.isoformat(), one.status) for code, one in live(case, *codes).items()}


def history(case: Case, code: str) -> list[tuple[str, str]]:
    rows = sorted(queries.of_case(case.id), key=lambda one: one.id)
    return [(one.trigger_on.isoformat(), one.status) for one in rows if one.rule_code == code]


def extended(lawyer: Actor, case: Case, days: int) -> None:
    for party in party_queries.for_case(case.id):
        service.record_consent(lawyer, case=case, party_id=party.id, answer="yes", purpose="extension")
    service.extend(lawyer, case=case, days=days, reason="等对账")


def test_receipt_and_acceptance_run_side_by_side(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 3, 4)):
        case = casefiles.open_wages(lawyer)
    with casefiles.at(date(2026, 3, 6)):
        service.confirm_track(lawyer, case=case, track=Track.LABOUR)
        for party in party_queries.for_case(case.id):
            service.record_consent(lawyer, case=case, party_id=party.id, answer="yes")
        service.accept(lawyer, case=case)
    assert says(case, "LM-ACCEPT-3WD", "LM-STATUTE-15D", "LM-MEDIATE-15D") == {
        "LM-ACCEPT-3WD": ("2026-03-09", "met"),
        "LM-STATUTE-15D": ("2026-03-19", "open"),
        "LM-MEDIATE-15D": ("2026-03-23", "open"),
    }


@pytest.mark.parametrize(
    ("days", "code", "raw", "last"),
    [
        (15, "LM-EXT-30D", date(2026, 10, 18), date(2026, 10, 19)),
        (10, "LM-MEDIATE-15D", date(2026, 10, 13), date(2026, 10, 13)),
    ],
)
def test_an_extension_counts_from_acceptance(lawyer: Actor, days: int, code: str, raw: date, last: date) -> None:
    with casefiles.at(date(2026, 9, 18)):
        case = casefiles.mediating(lawyer)
    with casefiles.at(date(2026, 9, 29)):
        extended(lawyer, case, days)
    found = live(case, "LM-EXT-30D", "LM-MEDIATE-15D")
    assert {(one.rule_code, one.trigger_on, one.raw_last_day, one.last_day) for one in found.values()} == {
        (code, date(2026, 9, 18), raw, last)
    }
    assert case.mediation_ends_on == raw


def test_a_peoples_mediation_that_goes_on_has_no_month_any_more(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 5, 6)):
        case = casefiles.mediating(lawyer, relationship="self_run", category_code="freight.arrears")
        assert says(case, "PM-1M") == {"PM-1M": ("2026-06-08", "open")}
    with casefiles.at(date(2026, 6, 1)):
        extended(lawyer, case, 10)
    assert says(case, "PM-1M", "LM-EXT-30D") == {}
    assert case.mediation_ends_on == date(2026, 6, 16)


def test_a_failed_traffic_matter_opens_the_way_to_the_traffic_police(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 9, 24)):
        case = casefiles.mediating(lawyer, track=Track.PEOPLES, category_code="traffic", relationship="self_run")
        service.fail(lawyer, case=case, reason="责任比例谈不拢", limitation_on=case.limitation_on)
        # 27 September lies in the holiday (25 to 27).
        assert says(case, "TR-MED-3D", "PM-1M") == {"TR-MED-3D": ("2026-09-28", "open"), "PM-1M": ("2026-10-26", "met")}
        other = casefiles.mediating(lawyer, relationship="self_run", category_code="freight.arrears")
        service.fail(lawyer, case=other, reason="谈不拢", limitation_on=other.limitation_on)
        assert "TR-MED-3D" not in says(other)


def test_the_ways_after_the_agreement_start_the_clocks_of_those_who_decide(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 3, 16)):
        case = casefiles.agreed(lawyer)
    with casefiles.at(date(2026, 3, 30)):
        service.seek_force(lawyer, case=case, route="judicial_confirmation")
    assert says(case, "JC-30D", "JC-ACCEPT-3D", "LM-ARBREVIEW-15D") == {
        "LM-ARBREVIEW-15D": ("2026-03-31", "open"),
        "JC-30D": ("2026-04-15", "met"),
        "JC-ACCEPT-3D": ("2026-04-02", "open"),
    }


@pytest.mark.parametrize(
    ("route", "code", "last"),
    [
        ("payment_order", "PO-NOTIFY-5D", "2026-05-06"),  # 30 April plus five days is 5 May, a holiday
        ("suit", "CIV-DOCKET-7D", "2026-05-07"),
        ("arbitration", "ARB-ACCEPT-5WD", "2026-05-11"),  # 9 May is a make-up Saturday
    ],
)
def test_after_default_each_route_starts_its_own_clock(lawyer: Actor, route: str, code: str, last: str) -> None:
    with casefiles.at(date(2026, 3, 16)):
        case = casefiles.agreed(lawyer)
    with casefiles.at(date(2026, 4, 30)):
        service.declare_default(lawyer, case=case)
        service.seek_force(lawyer, case=case, route=route)
        assert says(case, code) == {code: (last, "open")}
        # With early maturity all fell due with the first instalment of 20 March.
        assert live(case, "ENF-2Y")["ENF-2Y"].trigger_on == date(2026, 3, 20)


def test_execution_runs_from_the_last_instalment_where_nothing_falls_due_early(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 3, 16)):
        case = casefiles.mediating(lawyer)
        terms = AgreementIn(
            facts="拖欠工资",
            terms="两期付清",
            total_fen=200,
            payment_method="转账",
            early_maturity=False,
            instalments=tuple(InstalmentIn(date(2026, 3, 20) + timedelta(days=30 * n), 100) for n in (0, 1)),
        )
        service.draft(lawyer, case=case, terms=terms)
        for act in service.draft_agreement_of(case).signatures:
            service.sign(personas.actor("committee"), case=case, signature_id=act.id)
    with casefiles.at(date(2026, 3, 23)):
        service.declare_default(lawyer, case=case)
    assert live(case, "ENF-2Y")["ENF-2Y"].trigger_on == date(2026, 4, 19)
    assert len(history(case, "ENF-2Y")) == 1


def test_closing_ends_what_the_committee_has_to_do_and_nothing_else(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 3, 16)):
        case = casefiles.agreed(lawyer)
    with casefiles.at(date(2026, 3, 18)):
        service.close(personas.actor("committee"), case=case, note="双方自行履行，不再跟踪")
    # The parties may still go to court together; the house visits in a month.
    assert says(case, "JC-30D", "RV-CLOSE-30D") == {
        "JC-30D": ("2026-04-15", "open"),
        "RV-CLOSE-30D": ("2026-04-17", "open"),
    }
    assert case.next_deadline_on is None
    with casefiles.at(date(2026, 3, 19)):
        service.archive(personas.actor("committee"), case=case)
    assert "RV-CLOSE-30D" not in says(case)


@pytest.mark.parametrize("track", [Track.LABOUR, Track.NEW_FORM])
def test_an_accident_at_intake_starts_the_clocks_of_its_track(lawyer: Actor, track: Track) -> None:
    with casefiles.at(date(2026, 1, 19)):
        case = casefiles.open_wages(lawyer, track=track, accident_on=date(2026, 1, 17), category_code="injury.benefits")
    assert says(case, "WI-EMPLOYER-30D")["WI-EMPLOYER-30D"] == ("2026-02-24", "open")
    assert ("OC-SH-30D" in says(case)) is (track is Track.NEW_FORM)


def test_a_corrected_accident_moves_its_clocks_and_keeps_the_old_days(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 1, 19)):
        case = casefiles.open_wages(lawyer, accident_on=date(2026, 1, 17))
        service.correct(lawyer, case=case, accident_on=date(2026, 1, 7))
        assert history(case, "WI-EMPLOYER-30D") == [("2026-01-17", "replaced"), ("2026-01-07", "open")]
        assert says(case, "WI-EMPLOYER-30D") == {"WI-EMPLOYER-30D": ("2026-02-06", "open")}
        service.correct(lawyer, case=case, accident_on=None)
        assert says(case, "WI-EMPLOYER-30D", "WI-WORKER-1Y") == {}
        service.correct(lawyer, case=case, accident_on=date(2026, 1, 8))
        assert says(case, "WI-EMPLOYER-30D")["WI-EMPLOYER-30D"][1] == "open"


def test_a_corrected_receipt_moves_both_clocks_and_judges_acceptance_again(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 3, 6)):
        case = casefiles.accepted(lawyer)
        service.correct(lawyer, case=case, received_on=date(2026, 3, 2), note="信封上的邮戳")
    # Three working days from Monday the 2nd end on the 5th: acceptance on the 6th was late.
    assert says(case, "LM-ACCEPT-3WD", "LM-STATUTE-15D", "LM-MEDIATE-15D") == {
        "LM-ACCEPT-3WD": ("2026-03-05", "missed"),
        "LM-STATUTE-15D": ("2026-03-17", "open"),
        "LM-MEDIATE-15D": ("2026-03-23", "open"),
    }
    assert history(case, "LM-STATUTE-15D") == [("2026-03-06", "replaced"), ("2026-03-02", "open")]


def test_a_corrected_acceptance_moves_the_mediation_period_and_its_extension(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 9, 16)):
        case = casefiles.open_wages(lawyer)
    with casefiles.at(date(2026, 9, 18)):
        service.confirm_track(lawyer, case=case, track=Track.LABOUR)
        for party in party_queries.for_case(case.id):
            service.record_consent(lawyer, case=case, party_id=party.id, answer="yes")
        service.accept(lawyer, case=case)
        service.correct(lawyer, case=case, accepted_on=date(2026, 9, 17))
        assert says(case, "LM-MEDIATE-15D") == {"LM-MEDIATE-15D": ("2026-10-08", "open")}
        assert case.mediation_ends_on == date(2026, 10, 2)
        assert says(case, "LM-ACCEPT-3WD")["LM-ACCEPT-3WD"][1] == "met"
        assert live(case, "LM-ACCEPT-3WD")["LM-ACCEPT-3WD"].settled_on == date(2026, 9, 17)
        service.assign_mediator(personas.actor("committee"), case=case, user_id=personas.user("judicial_here").id)
        service.plan_session(lawyer, case=case, starts_at=clock.now() + timedelta(days=1))
        extended(lawyer, case, 15)
        assert says(case, "LM-EXT-30D") == {"LM-EXT-30D": ("2026-10-19", "open")}
        service.correct(lawyer, case=case, accepted_on=date(2026, 9, 18))
        assert live(case, "LM-EXT-30D")["LM-EXT-30D"].raw_last_day == date(2026, 10, 18)
        assert says(case, "LM-MEDIATE-15D") == {}
        assert case.mediation_ends_on == date(2026, 10, 18)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_on": date(2026, 3, 9)}, "received_on"),
        ({"received_on": date(2026, 3, 30)}, "received_on"),
        ({"received_on": None}, "received_on"),
        ({"accepted_on": date(2026, 3, 1)}, "accepted_on"),
        ({"accepted_on": None}, "accepted_on"),
    ],
)
def test_days_that_cannot_be_are_refused(lawyer: Actor, changes: dict, field: str) -> None:
    with casefiles.at(date(2026, 3, 6)):
        case = casefiles.accepted(lawyer)
    with casefiles.at(date(2026, 3, 12)), pytest.raises(DomainError) as refused:
        service.correct(lawyer, case=case, **changes)
    assert refused.value.field == field


def test_a_corrected_signature_moves_the_ways_after_the_agreement(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 3, 13)):
        case = casefiles.drafted(lawyer)
        acts = service.draft_agreement_of(case).signatures
        for act in acts[:-1]:
            service.sign(personas.actor("committee"), case=case, signature_id=act.id)
    with casefiles.at(date(2026, 3, 16)):
        seal = acts[-1]
        service.sign(personas.actor("committee"), case=case, signature_id=seal.id)
        service.seek_force(lawyer, case=case, route="arbitration_review")
        assert says(case, "LM-ARBREVIEW-15D", "JC-30D") == {
            "LM-ARBREVIEW-15D": ("2026-03-31", "met"),
            "JC-30D": ("2026-04-15", "open"),
        }
        service.correct_signature(lawyer, case=case, signature_id=seal.id, on=date(2026, 3, 14), reason="印章登记簿")
        assert case.effective_on == date(2026, 3, 14) == service.effective_agreement(case).effective_on
        assert says(case, "LM-ARBREVIEW-15D", "JC-30D") == {
            "LM-ARBREVIEW-15D": ("2026-03-30", "met"),
            "JC-30D": ("2026-04-13", "open"),
        }
        # The mediation period was met on the corrected day.
        assert live(case, "LM-MEDIATE-15D")["LM-MEDIATE-15D"].settled_on == date(2026, 3, 14)
        with pytest.raises(DomainError):
            service.correct_signature(lawyer, case=case, signature_id=seal.id, on=date(2026, 3, 1), reason="误记")


def test_another_track_starts_its_clocks_at_its_own_events(lawyer: Actor) -> None:
    with casefiles.at(date(2026, 3, 4)):
        case = casefiles.accepted(lawyer, accident_on=date(2026, 3, 1))
    with casefiles.at(date(2026, 3, 9)):
        service.confirm_track(lawyer, case=case, track=Track.PEOPLES, reason="承揽关系", relationship="self_run")
        assert says(case, "PM-1M", "LM-MEDIATE-15D", "WI-EMPLOYER-30D", "LM-STATUTE-15D") == {
            "PM-1M": ("2026-04-07", "open")
        }
        assert history(case, "LM-MEDIATE-15D") == [("2026-03-04", "cancelled")]
        service.confirm_track(lawyer, case=case, track=Track.LABOUR, reason="查明受公司管理", relationship="employment")
        # What acceptance has met stays met; the accident's clocks run again from the accident.
        assert says(case, "PM-1M", "LM-MEDIATE-15D", "WI-EMPLOYER-30D", "LM-STATUTE-15D", "LM-ACCEPT-3WD") == {
            "LM-ACCEPT-3WD": ("2026-03-09", "met"),
            "LM-STATUTE-15D": ("2026-03-19", "open"),
            "LM-MEDIATE-15D": ("2026-03-19", "open"),
            "WI-EMPLOYER-30D": ("2026-03-31", "open"),
        }
