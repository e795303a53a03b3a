"""The rule table: complete, cited, and honest about what could not be verified."""

from dataclasses import FrozenInstanceError, replace

import pytest

from mediation.deadlines.rules import RULES, Direction, Trigger, Unit

TRACKS = {"labour", "new_form", "peoples", "police", "traffic", "referral", "consult"}
UNVERIFIED = {
    "NF-ACCEPT",
    "LM-EXT-30D",
    "PM-1M",
    "PSM-2ND-7WD",
    "PS-CASE-30D",
    "RV-PERFORM-7D",
    "RV-CLOSE-30D",
    "OC-SH-30D",
    "OC-SH-90D",
}


def test_each_rule_is_complete() -> None:
    for rule_id, rule in RULES.items():
        assert rule.id == rule_id
        assert rule.title and rule.binds and rule.if_missed and rule.article and rule.extension, rule_id
        assert rule.tracks and set(rule.tracks) <= TRACKS, rule_id


def test_the_id_says_the_length() -> None:
    units = {"WD": Unit.WORKING_DAY, "D": Unit.CALENDAR_DAY, "M": Unit.MONTH, "Y": Unit.YEAR}
    for rule in RULES.values():
        if rule.id == "NF-ACCEPT":
            continue
        tail = rule.id.rsplit("-", 1)[1]
        digits = tail.rstrip("WDMY")
        assert (int(digits), units[tail.removeprefix(digits)]) == (rule.length, rule.unit), rule.id


def test_what_is_unverified_is_editable_and_says_why() -> None:
    assert {rule.id for rule in RULES.values() if not rule.verified} == UNVERIFIED
    for rule_id in UNVERIFIED:
        assert RULES[rule_id].editable
        assert RULES[rule_id].note
    assert not RULES["JC-30D"].editable


def test_short_arbitration_periods_are_working_days() -> None:
    for rule in RULES.values():
        if rule.id.startswith("ARB-") and rule.unit is not Unit.YEAR:
            assert (rule.unit is Unit.WORKING_DAY) == (rule.length <= 10), rule.id


def test_only_periods_with_a_written_roll_may_rely_on_it() -> None:
    assert RULES["JC-30D"].roll_express
    assert "第85条" in RULES["JC-30D"].roll_basis
    for rule_id in ("WI-EMPLOYER-30D", "INS-REFUSE-3D", "LS-2Y", "LM-MEDIATE-15D"):
        assert RULES[rule_id].rolls
        assert not RULES[rule_id].roll_express


def test_the_four_fifteen_day_clocks_start_at_four_acts() -> None:
    ids = ("LM-STATUTE-15D", "LM-MEDIATE-15D", "LM-ARBREVIEW-15D", "PO-OBJECT-15D")
    starts = [RULES[rule_id].starts_on for rule_id in ids]
    assert starts == [
        Trigger.RECEIVED,
        Trigger.ACCEPTED,
        Trigger.AGREEMENT_EFFECTIVE,
        Trigger.PAYMENT_ORDER_RECEIVED,
    ]


def test_backward_rules_and_labels() -> None:
    backward = {rule.id for rule in RULES.values() if rule.direction is Direction.BACKWARD}
    assert backward == {"ARB-HEAR-NOTICE-5WD", "ARB-POSTPONE-3WD", "LA-URGENT-7D"}
    assert all(trigger.label for trigger in Trigger)
    assert all(unit.label for unit in Unit)


def test_a_rule_is_frozen_and_has_a_length() -> None:
    rule = RULES["JC-30D"]
    with pytest.raises(FrozenInstanceError):
        rule.length = 60  # type: ignore[misc]
    with pytest.raises(ValueError, match="positive"):
        replace(rule, length=0)
