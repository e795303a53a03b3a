"""What a draft begins with, and the letter it becomes."""

from __future__ import annotations

import re
from datetime import date

import pytest

from mediation.committees.categories import CATEGORIES
from mediation.documents import registry
from mediation.documents.facts import CaseFacts
from mediation.documents.forms.d23_recommendation import naming
from mediation.documents.typeset.blocks import Break, Items, Title, texts
from mediation.recommendations import proposals
from mediation.recommendations.proposals import BasisCase

HQ = "云岫速运集团有限公司"


def case(day: int, company: str = HQ, people: int = 1) -> BasisCase:
    return BasisCase(date(2026, 7, day), company, people)


def test_the_pattern_is_written_in_figures():
    found = proposals.problem([case(9, "甲网点"), case(3, "乙网点", 12), case(20, "甲网点")], "拖欠工资", HQ)
    first, second, third = found.splitlines()
    assert (
        first
        == "2026年7月3日至2026年7月20日，本委员会登记涉及你单位（含所属公司、网点）的“拖欠工资”争议3件，涉及劳动者14人。"
    )
    assert second == "其中：甲网点2件、乙网点1件。"
    assert proposals.is_open([third])


def test_cases_against_the_addressee_alone_name_no_places():
    assert "其中" not in proposals.problem([case(1), case(2)], "拖欠工资", HQ)


def test_many_outlets_are_named_up_to_some_and_the_rest_counted():
    found = proposals.problem([case(1, f"网点{number:02d}") for number in range(12)], "拖欠工资", HQ)
    assert "网点07" in found
    assert "其他4件" in found
    assert "网点08" not in found


def test_without_cases_only_a_blank_is_proposed():
    assert proposals.is_open([proposals.problem([], "拖欠工资", HQ)])


@pytest.mark.parametrize("cause", [one.code for one in CATEGORIES])
def test_every_cause_has_a_proposal_that_names_an_article_or_asks_for_one(cause):
    rules, advice = proposals.rules(cause), proposals.advice(cause)
    assert all("第" in line for line in rules.splitlines()) or proposals.is_open([rules])
    assert advice
    assert not re.search(r"调解建议书", rules + advice)


def test_a_branch_without_rules_of_its_own_takes_those_of_its_main_cause():
    assert proposals.rules("wage.arrears") == proposals.rules("wage")
    assert proposals.rules("wage.deduction") != proposals.rules("wage")
    assert proposals.is_open([proposals.rules("traffic")])


def test_names_numbers_and_case_numbers_are_found_in_texts():
    words = ["周明远", "周", "沪快调字〔2026〕第12号"]
    found = set(naming({"a": "周先生说周明远的电话13800138000", "b": "见沪快调字〔2026〕第12号"}, words))
    assert found == {("a", "周明远"), ("a", "13800138000"), ("b", "沪快调字〔2026〕第12号")}
    assert list(naming({"a": "订单 202611221234567890123 与合计 138001380001 元"}, [])) == []


def letter(**typed: str) -> CaseFacts:
    values = {
        "addressee": HQ,
        "problem": "结算不及时。",
        "rules": "某条。",
        "advice": "甲。\n乙。",
        "answer_by": "2026-05-15",
    }
    return CaseFacts(number="", committee_name="示例调解委员会", track="", typed=tuple({**values, **typed}.items()))


def test_a_letter_with_a_subject_numbers_its_advice_and_brings_a_form_for_the_reply():
    blocks = list(registry.get("D23").build(letter(subject="关于规范工资结算的建议")))
    assert Items(("甲。", "乙。")) in blocks
    assert any(isinstance(one, Break) for one in blocks)
    assert [one.text for one in blocks if isinstance(one, Title)][-1] == "采纳情况答复表"
    said = list(texts(blocks))
    assert "关于规范工资结算的建议" in said
    assert said.count("甲。") == 2


def test_a_letter_of_one_case_stays_as_it_was():
    blocks = list(registry.get("D23").build(letter()))
    assert not any(isinstance(one, Break | Items) for one in blocks)
