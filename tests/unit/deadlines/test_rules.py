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


# law.md 2.1-2.4, column by column: what stands still, what starts afresh, and by how much each may be extended.
STANDS_STILL = {
    "ENF-2Y", "ARB-LIMIT-1Y", "ARB-LIMIT-WAGE-1Y", "ARB-AWARD-45D", "ARB-AWARD-60D", "CIV-LIMIT-3Y", "INS-LIMIT-2Y",
    "WI-WORKER-1Y", "WI-DECIDE-60D", "WI-DECIDE-15D", "LA-REVIEW-7D",
}  # fmt: skip
STARTS_AFRESH = {
    "PS-CASE-30D", "ENF-2Y", "ARB-LIMIT-1Y", "ARB-LIMIT-WAGE-1Y", "ARB-AWARD-45D", "ARB-AWARD-60D", "CIV-LIMIT-3Y",
    "INS-LIMIT-2Y",
}  # fmt: skip
AT_MOST = {
    "LM-MEDIATE-15D": 15, "PS-CASE-30D": 30, "ARB-REVIEW-5WD": 5, "JC-DECIDE-15D": 10, "ARB-AWARD-45D": 15,
    "WI-DISAB-60D": 30, "WI-LEAVE-12M": 12, "LS-60WD": 30, "SME-PAY-30D": 30,
}  # fmt: skip
NEVER_EXTENDED = {"LM-ACCEPT-3WD", "LM-STATUTE-15D", "LM-ARBREVIEW-15D"}


def test_there_are_as_many_rules_as_the_law_has_time_limits() -> None:
    assert len(RULES) == 69


def test_suspension_interruption_and_extension_are_those_of_the_law() -> None:
    assert {rule.id for rule in RULES.values() if rule.suspension} == STANDS_STILL
    assert {rule.id for rule in RULES.values() if rule.interruption} == STARTS_AFRESH
    assert {rule.id: rule.max_extension for rule in RULES.values() if rule.max_extension} == AT_MOST
    assert {rule.id for rule in RULES.values() if rule.extension == "不得延长"} == NEVER_EXTENDED


@pytest.mark.parametrize(
    ("rule_id", "field", "words"),
    [
        ("WI-WORKER-1Y", "suspension", "法释〔2014〕9号第7条"),
        ("WI-DECIDE-60D", "suspension", "等待司法机关或者有关行政主管部门结论"),
        ("LA-REVIEW-7D", "suspension", "补充材料"),
        ("ARB-LIMIT-1Y", "suspension", "第27条第3款"),
        ("ARB-LIMIT-1Y", "interruption", "《劳动人事争议仲裁办案规则》第27条"),
        ("CIV-LIMIT-3Y", "suspension", "《民法典》第194条"),
        ("CIV-LIMIT-3Y", "interruption", "诉讼时效规定第12条"),
        ("CIV-LIMIT-3Y", "extension", "《民法典》第197条"),
        ("ENF-2Y", "article", "《民事诉讼法》第250条"),
        ("JC-30D", "extension", "《民事诉讼法》第86条"),
        ("ARB-SUE-15D", "extension", "《民事诉讼法》第86条"),
        ("ARB-AWARD-45D", "suspension", "第45条至第47条"),
        ("SME-PAY-60D", "extension", "不得约定以收到第三方付款为付款条件"),
    ],
)
def test_single_texts_name_their_article(rule_id: str, field: str, words: str) -> None:
    assert words in getattr(RULES[rule_id], field)


def test_every_text_fits_its_column() -> None:
    longest = {"title": 120, "binds": 120, "roll_basis": 120, "article": 200, "if_missed": 300, "extension": 300,
               "suspension": 300, "interruption": 300, "note": 300}  # fmt: skip
    for rule in RULES.values():
        for field, size in longest.items():
            assert len(getattr(rule, field)) <= size, (rule.id, field)


def test_each_rule_is_complete() -> None:
    for rule_id, rule in RULES.items():
        assert rule.id == rule_id
        assert rule.title and rule.binds and rule.if_missed and rule.article and rule.extension, rule_id
        assert rule.tracks and set(rule.tracks) <= TRACKS, rule_id


def test_each_title_has_an_english_one_of_its_own() -> None:
    titles = [rule.title_en for rule in RULES.values()]
    assert all(
        title and title.isascii() and title[0].isupper() and title[-1].isalpha() | (title[-1] == ")")
        for title in titles
    )
    assert len(set(titles)) == len(RULES)


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
