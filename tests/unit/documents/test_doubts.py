"""What a paper does not say with more certainty than there is, and which papers an archived file takes: none."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from mediation.cases.limitation import ClaimLimitation
from mediation.deadlines.calendar import shipped_calendar
from mediation.deadlines.limitation import GROUNDS, Happened, limitation
from mediation.deadlines.rules import RULES
from mediation.documents import caselimitation, registry
from mediation.documents.facts import DeadlineFacts
from mediation.documents.remedies import limitation_items
from tests.unit.documents import papers, samples

ENDED = Happened(GROUNDS["employment_ended"], date(2026, 2, 1), has_evidence=True)


def printed(*events: Happened) -> str:
    counted = limitation(RULES["ARB-LIMIT-WAGE-1Y"], (ENDED, *events), shipped_calendar(), as_of=date(2026, 6, 1))
    claim = SimpleNamespace(item="拖欠工资")
    of_claim = caselimitation._claim_limitation(ClaimLimitation(claim, counted, ()))
    (item,) = limitation_items(replace(samples.CONTRACT, claim_limitations=(of_claim,)))
    return item


@pytest.mark.parametrize(
    ("proved", "contested", "words"),
    [(True, True, "（对方有争议）"), (False, False, "（尚无证据）"), (False, True, "（对方有争议）")],
)
def test_a_promise_that_is_contested_or_not_proved_says_so(proved, contested, words):
    promise = Happened(GROUNDS["agreed_to_perform"], date(2026, 4, 3), has_evidence=proved, is_contested=contested)
    text = printed(promise)
    assert "最早至2027年2月1日届满" in text
    assert f"自2026年4月3日{GROUNDS['agreed_to_perform'].label.split('（')[0]}之日{words}起计算" in text


def test_what_is_certain_is_said_plainly():
    promise = Happened(GROUNDS["agreed_to_perform"], date(2026, 4, 3), has_evidence=True)
    assert "（对方有争议）" not in printed(promise)
    assert "尚无证据" not in printed(promise)
    assert "尚无证据" not in printed()


def test_the_inquiry_says_why_it_proposes_no_day():
    (ask,) = registry.get("D04").spec.asks
    known = DeadlineFacts("LM-ACCEPT-3WD", "", date(2027, 1, 6), date(2027, 1, 6))
    unknown = replace(known, is_provisional=True)
    assert ask.propose(replace(papers.RECEIVED, deadlines=(known,))) == "2027-01-06"
    assert ask.why_none(replace(papers.RECEIVED, deadlines=(known,))) == ""
    assert ask.propose(replace(papers.RECEIVED, deadlines=(unknown,))) == ""
    assert "2027年放假安排尚未录入" in ask.why_none(replace(papers.RECEIVED, deadlines=(unknown,)))


def test_an_archived_file_takes_no_paper():
    assert registry.fitting(replace(papers.AGREED, state="archived")) == ()
    assert {"D17", "D30"} <= {spec.code for spec in registry.fitting(replace(papers.AGREED, state="closed"))}
