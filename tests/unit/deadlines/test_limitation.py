"""Limitation situations worked out by hand (LDMAL Art 27, Order 33 Art 27, CC 188-195)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.deadlines.calendar import shipped_calendar
from mediation.deadlines.limitation import (
    GROUNDS,
    LIMITATION_RULES,
    RULES_OF_CLAIMS,
    Happened,
    Kind,
    Limitation,
    limitation,
    rule_for,
    starts_of,
)
from mediation.deadlines.rules import RULES

TODAY = date(2026, 11, 22)
CALENDAR = shipped_calendar()
LABOUR, WAGE, CIVIL, INSURANCE = RULES_OF_CLAIMS


def event(ground: str, on: str, ends: str | None = None, *, proved: bool = True, contested: bool = False) -> Happened:
    ends_on = date.fromisoformat(ends) if ends else None
    return Happened(GROUNDS[ground], date.fromisoformat(on), ends_on, proved, contested)


def count(rule: str, *events: Happened, category: str | None = None) -> Limitation:
    return limitation(
        RULES[rule],
        events,
        CALENDAR,
        as_of=TODAY,
        starts=starts_of(rule, category),
        outer=RULES["CIV-LIMIT-20Y"],
    )


def days(found: Limitation) -> tuple[str | None, str | None]:
    """(current raw last day, earliest raw last day)."""
    both = (found.current, found.earliest)
    return tuple(one.raw_last_day.isoformat() if one else None for one in both)  # type: ignore[return-value]


SITUATIONS = {
    "the start alone": (LABOUR, [event("right_known", "2025-04-30")], "2026-04-30", "2026-04-30"),
    "C05: the application interrupts and the year runs anew": (
        LABOUR,
        [event("right_known", "2025-08-19"), event("mediation_applied", "2026-06-05")],
        "2027-06-05",
        "2027-06-05",
    ),
    "mediation that failed: from its end, cautiously from the application": (
        LABOUR,
        [event("right_known", "2025-08-19"), event("mediation_applied", "2026-06-05", "2026-06-23")],
        "2027-06-23",
        "2027-06-05",
    ),
    "a demand that nobody can prove does not move the earliest day": (
        LABOUR,
        [event("right_known", "2025-12-01"), event("claim_made", "2026-05-01", proved=False)],
        "2027-05-01",
        "2026-12-01",
    ),
    "nor does a contested one": (
        LABOUR,
        [event("right_known", "2025-12-01"), event("agreed_to_perform", "2026-05-01", contested=True)],
        "2027-05-01",
        "2026-12-01",
    ),
    "an earlier start that the other side names is the earliest plausible": (
        LABOUR,
        [event("right_known", "2025-12-01"), event("right_known", "2025-10-01", contested=True)],
        "2026-12-01",
        "2026-10-01",
    ),
    "what happens after the last day does not interrupt": (
        LABOUR,
        [event("right_known", "2024-05-06"), event("mediation_applied", "2025-05-07")],
        "2025-05-06",
        "2025-05-06",
    ),
    "a holiday at the end still lets the next working day interrupt": (
        LABOUR,
        [event("right_known", "2025-02-17"), event("mediation_applied", "2026-02-24")],
        "2027-02-24",
        "2027-02-24",
    ),
    "several interruptions: the last counts": (
        LABOUR,
        [
            event("right_known", "2025-06-01"),
            event("claim_made", "2025-09-01"),
            event("complaint", "2026-01-05"),
            event("mediation_applied", "2026-03-04"),
        ],
        "2027-03-04",
        "2027-03-04",
    ),
    "without a start the application still counts": (
        LABOUR,
        [event("mediation_applied", "2026-03-04")],
        "2027-03-04",
        "2027-03-04",
    ),
    "nothing known": (LABOUR, [], None, None),
    "pay: employment ended, then mediation": (
        WAGE,
        [event("employment_ended", "2026-02-12"), event("mediation_applied", "2026-03-04")],
        "2027-03-04",
        "2027-03-04",
    ),
    "pay: nothing runs while employment lasts; cautiously from the application": (
        WAGE,
        [event("right_known", "2024-01-01"), event("mediation_applied", "2026-03-04")],
        None,
        "2027-03-04",
    ),
    "pay: an application before the end of employment interrupts nothing": (
        WAGE,
        [event("mediation_applied", "2026-03-04"), event("employment_ended", "2026-05-31")],
        "2027-05-31",
        "2027-05-31",
    ),
    "labour: time stands still for the 28 days of an obstacle": (
        LABOUR,
        [event("right_known", "2025-05-06"), event("force_majeure", "2025-07-01", "2025-07-28")],
        "2026-06-03",
        "2026-06-03",
    ),
    "labour: an obstacle that is not proved moves the current day only": (
        LABOUR,
        [event("right_known", "2025-05-06"), event("force_majeure", "2025-07-01", "2025-07-28", proved=False)],
        "2026-06-03",
        "2026-05-06",
    ),
    "labour: an obstacle before the interruption is of no use any more": (
        LABOUR,
        [
            event("right_known", "2025-05-06"),
            event("force_majeure", "2025-07-01", "2025-07-28"),
            event("mediation_applied", "2026-03-04"),
        ],
        "2027-03-04",
        "2027-03-04",
    ),
    "civil: an obstacle early in the period is of no use": (
        CIVIL,
        [event("right_known", "2023-03-10"), event("force_majeure", "2024-02-01", "2024-04-30")],
        "2026-03-10",
        "2026-03-10",
    ),
    "civil: one in the last six months: six months from its end": (
        CIVIL,
        [event("right_known", "2023-03-10"), event("force_majeure", "2025-12-01", "2026-01-20")],
        "2026-07-20",
        "2026-07-20",
    ),
    "civil: one that reaches into the last six months": (
        CIVIL,
        [event("right_known", "2023-03-10"), event("other_obstacle", "2025-01-01", "2025-09-30")],
        "2026-03-30",
        "2026-03-30",
    ),
    "civil: a suit renews from its end, in both readings": (
        CIVIL,
        [event("right_known", "2022-05-01"), event("suit", "2024-04-02", "2024-11-20")],
        "2027-11-20",
        "2027-11-20",
    ),
    "civil: asking a people's committee interrupts on that day": (
        CIVIL,
        [event("right_known", "2025-11-30"), event("mediation_applied", "2026-05-06", "2026-06-06")],
        "2029-06-06",
        "2029-05-06",
    ),
    "civil: twenty years from the harm end everything": (
        CIVIL,
        [event("harm_occurred", "2006-03-01"), event("right_known", "2025-01-10")],
        "2026-03-01",
        "2026-03-01",
    ),
    "civil: a complaint to an authority is no interruption of the civil code": (
        CIVIL,
        [event("right_known", "2023-05-04"), event("complaint", "2025-05-04")],
        "2026-05-04",
        "2026-05-04",
    ),
    "insurance: two years from the event": (
        INSURANCE,
        [event("insured_event", "2026-07-02")],
        "2028-07-02",
        "2028-07-02",
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation(name: str) -> None:
    rule, events, current, earliest = SITUATIONS[name]
    assert days(count(rule, *events)) == (current, earliest)
    # The order in which they were entered decides nothing.
    assert days(count(rule, *reversed(events))) == (current, earliest)


def test_the_last_day_rolls_over_a_block_of_holidays() -> None:
    found = count(WAGE, event("employment_ended", "2024-10-01"))
    assert found.current is not None
    assert (found.current.raw_last_day, found.current.last_day) == (date(2025, 10, 1), date(2025, 10, 9))


def test_an_unknown_year_is_provisional_and_the_raw_day_is_not() -> None:
    found = count(LABOUR, event("mediation_applied", "2026-06-05"))
    assert found.current is not None and found.current.provisional
    assert found.current.raw_last_day == date(2027, 6, 5)


def test_dismissal_pay_starts_with_the_end_of_employment() -> None:
    ended = event("employment_ended", "2026-06-30")
    assert days(count(LABOUR, ended, category="contract.damages")) == ("2027-06-30", "2027-06-30")
    assert days(count(LABOUR, ended, category="contract.unwritten")) == (None, None)


def test_every_step_says_what_it_did() -> None:
    found = count(
        LABOUR,
        event("right_known", "2025-08-19"),
        event("claim_made", "2025-12-01", proved=False),
        event("mediation_applied", "2026-06-05", "2026-06-23"),
        event("force_majeure", "2024-01-01", "2024-01-31"),
    )
    words = {one.event.ground.key: (one.words, one.counts, one.counts_for_earliest) for one in found.steps}
    assert words["right_known"] == ("自次日起算", True, True)
    assert words["claim_made"][1:] == (True, False)
    assert words["mediation_applied"] == ("中断，自程序终结之日2026-06-23起重新计算", True, True)
    assert words["force_majeure"][1:] == (False, False) and "不影响" in words["force_majeure"][0]
    assert "程序终结" in found.earliest_reason


def test_unknown_days_say_why() -> None:
    assert "不受一年时效限制" in count(WAGE, event("mediation_applied", "2026-03-04")).reason
    assert "不能计算" in count(CIVIL).reason


@pytest.mark.parametrize(
    ("track", "relationship", "category", "rule"),
    [
        ("labour", "employment", "wage.arrears", WAGE),
        ("labour", "employment", "contract.unwritten", LABOUR),
        ("labour", "undetermined", "wage.overtime", WAGE),
        ("new_form", "quasi", "new_form.lateness", CIVIL),
        ("new_form", "undetermined", "injury.occupational", LABOUR),
        ("peoples", "self_run", "freight.arrears", CIVIL),
        ("peoples", "self_run", "insurance.cargo", INSURANCE),
        ("referral", "employment", "social_insurance.unpaid", LABOUR),
        ("referral", "self_run", "wage.arrears", CIVIL),
        ("traffic", "undetermined", "traffic", CIVIL),
        ("police", "undetermined", "public_order", CIVIL),
        ("labour", "employment", None, LABOUR),
    ],
)
def test_rule_of_a_claim(track: str, relationship: str, category: str | None, rule: str) -> None:
    assert rule_for(track, relationship, category) == rule


def test_each_ground_cites_an_article_somewhere() -> None:
    assert all(one.labour or one.civil for one in GROUNDS.values())
    assert RULES.keys() >= LIMITATION_RULES


_DAYS = st.dates(date(2021, 1, 1), date(2026, 11, 1))
_EVENTS = st.builds(
    lambda ground, on, length, proved, contested: Happened(
        ground, on, on + timedelta(days=length) if ground.kind is Kind.SUSPENSION or length > 90 else None,
        proved, contested,
    ),
    st.sampled_from(sorted(GROUNDS.values(), key=lambda one: one.key)), _DAYS, st.integers(0, 180), st.booleans(),
    st.booleans(),
)  # fmt: skip


@given(st.sampled_from(RULES_OF_CLAIMS), st.lists(_EVENTS, max_size=8))
def test_the_earliest_day_is_never_the_later_one(rule: str, events: list[Happened]) -> None:
    found = count(rule, *events)
    assert len(found.steps) == sum(bool(one.ground.article(rule)) for one in events)
    if found.current and found.earliest:
        assert found.earliest.last_day <= found.current.last_day
    if found.current is None:
        assert found.reason
