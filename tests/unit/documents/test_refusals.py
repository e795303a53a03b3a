"""What each form refuses to be issued with, besides facts that are missing."""

from dataclasses import replace
from datetime import date

import pytest

from mediation.documents import registry
from mediation.documents.course import ForceFacts
from mediation.documents.facts import RepresentativeFacts
from mediation.documents.spec import TYPED, Ask, Kind, Per, findings
from mediation.documents.subjects import subjects
from tests.unit.documents import papers
from tests.unit.documents.papers import PAPERS

pytestmark = pytest.mark.usefixtures("only_packaged_fonts")


def codes(code, facts):
    return [finding.code for finding in findings(registry.get(code).spec, facts)]


def typed(code, **changes):
    """The complete paper with something else typed."""
    paper = PAPERS[code]
    return replace(paper.ready, typed=tuple((dict(paper.typed) | changes).items()))


def test_every_typed_thing_that_is_missing_is_named():
    for code, paper in PAPERS.items():
        spec = registry.get(code).spec
        found = findings(spec, replace(paper.ready, typed=()))
        required = {ask.key: ask.label for ask in spec.asks if ask.is_required}
        named = {finding.key: finding.message for finding in found if finding.path == TYPED}
        assert {key: f"缺少：{label}" for key, label in required.items()} == {key: named.get(key) for key in required}


def test_what_is_typed_has_a_name_of_its_own_and_choices_where_it_chooses():
    for spec in registry.all_specs():
        keys = [ask.key for ask in spec.asks]
        assert len(keys) == len(set(keys))
        assert all(bool(ask.choices) == (ask.kind is Kind.CHOICE) for ask in spec.asks)
        assert all(isinstance(ask, Ask) and ask.label for ask in spec.asks)


def test_proposals_are_values_that_the_form_can_print():
    for code, paper in PAPERS.items():
        for ask in registry.get(code).spec.asks:
            proposal = ask.propose(replace(paper.ready, issued_on=date(2026, 4, 20)))
            if proposal and ask.kind is Kind.DAY:
                date.fromisoformat(proposal)
            if proposal and ask.kind is Kind.SUM:
                assert int(proposal) > 0
            if proposal and ask.kind is Kind.CHOICE:
                assert proposal in ask.choices


@pytest.mark.parametrize("code", ["D06", "D12", "D16"])
def test_a_refusal_a_delay_and_an_end_wait_for_the_day_of_limitation(code):
    facts = PAPERS[code].ready
    assert codes(code, facts) == []
    assert codes(code, replace(facts, limitation=None)) == ["missing"]
    unsettled = replace(papers.LIMITATION, is_provisional=True)
    assert codes(code, replace(facts, limitation=unsettled)) == ["provisional_date"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [("2026-03-21", ["not_later"]), ("2026-03-22", []), ("2026-04-05", []), ("2026-04-06", ["too_late"])],
)
def test_an_extension_counts_from_the_raw_end_and_lasts_fifteen_days_at_most(until, expected):
    assert codes("D12", typed("D12", until=until)) == expected


def test_an_extension_after_the_period_is_refused():
    assert codes("D12", replace(PAPERS["D12"].ready, issued_on=date(2026, 3, 22))) == ["period_over"]


def test_arbitration_review_is_refused_where_no_commission_would_accept_it():
    facts = PAPERS["D18"].ready
    confirming = replace(facts, agreement=replace(facts.agreement, confirms_relationship=True))
    assert codes("D18", confirming) == ["confirms_relationship"]
    assert codes("D18", replace(facts, legal_basis=("peoples_mediation",))) == ["no_labour_body"]
    at_court = replace(facts, force=(ForceFacts("judicial_confirmation", "司法确认"),))
    assert codes("D18", at_court) == ["confirmed_by_court"]
    assert codes("D18", replace(facts, issued_on=date(2026, 3, 31))) == []
    assert codes("D18", replace(facts, issued_on=date(2026, 4, 1))) == ["too_late"]


def test_judicial_confirmation_is_refused_late_or_under_review():
    facts = PAPERS["D19"].ready
    assert codes("D19", replace(facts, issued_on=date(2026, 4, 16))) == ["too_late"]
    assert codes("D19", replace(facts, force=(ForceFacts("arbitration_review", "仲裁审查"),))) == ["under_review"]


def test_a_payment_order_needs_a_due_sum_and_a_debtor_of_the_case():
    paper = PAPERS["D20"].ready
    assert codes("D20", replace(paper, issued_on=date(2026, 4, 10))) == ["nothing_due"]
    assert codes("D20", replace(paper, issued_on=date(2026, 4, 11))) == []
    assert codes("D20", replace(typed("D20", sum="0"), issued_on=date(2026, 4, 11))) == ["no_sum"]
    assert codes("D20", replace(typed("D20", debtor="别的公司"), issued_on=date(2026, 4, 11))) == ["unknown_debtor"]


def test_a_payment_order_proposes_what_is_open_with_early_maturity_all_of_it():
    ask = next(ask for ask in registry.get("D20").spec.asks if ask.key == "sum")
    facts = replace(PAPERS["D20"].ready, issued_on=date(2026, 4, 20))
    assert ask.propose(facts) == "800000"
    missed = replace(facts, agreement=papers.ONE_OF_TWELVE_MISSED)
    assert ask.propose(missed) == "900000"
    one_by_one = replace(missed, agreement=replace(missed.agreement, has_early_maturity=False))
    assert ask.propose(one_by_one) == "100000"


@pytest.mark.parametrize("key", ["problem", "rules", "advice"])
def test_a_recommendation_names_nobody(key):
    named = typed("D23", **{key: "周明远的工资没有结清。"})
    [finding] = findings(registry.get("D23").spec, named)
    assert (finding.code, finding.key) == ("names_a_person", key)


def test_a_transfer_with_consent_tells_its_day():
    assert codes("D24", typed("D24", consented_on="")) == ["no_consent_day"]
    assert codes("D24", typed("D24", consented_on="", ground="法律规定应当报告或者移送")) == []


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("袁大为\n黎小翠", ["count"]),
        ("袁大为\n黎小翠\n范振\n王芳\n李娜\n张伟", ["count"]),
        ("袁大为\n黎小翠\n外人", ["no_member"]),
        ("袁大为\n黎小翠\n范振\n王芳\n李娜", []),
    ],
)
def test_representatives_are_three_to_five_of_the_applicants(chosen, expected):
    assert codes("D26", typed("D26", representatives=chosen)) == expected


def test_a_decision_on_recusal_has_a_day_after_the_request():
    assert codes("D27", typed("D27", decided_on="")) == ["no_day"]
    assert codes("D27", typed("D27", decided_on="2026-03-08")) == ["reversed"]
    assert codes("D27", typed("D27", decision="", decided_on="")) == []


def test_an_authority_does_not_end_before_it_begins():
    reversed_ = replace(papers.LIN, to_on=date(2026, 3, 1))
    parties = (*papers.WAGES.parties[:2], replace(papers.WAGES.parties[2], representatives=(reversed_,)))
    assert codes("D07", replace(PAPERS["D07"].ready, parties=parties)) == ["period_reversed"]


def test_a_form_is_made_of_each_thing_that_the_case_has():
    def keys(code, facts):
        return [subject.key for subject in subjects(registry.get(code).spec, facts)]

    assert keys("D04", papers.RECEIVED) == ["2", "3"]
    assert keys("D08", papers.WAGES) == ["2", "3"]
    assert keys("D07", papers.with_two_agents(papers.WAGES)) == ["42", "41", ""]
    assert keys("D20", papers.AGREED) == ["1"]
    assert keys("D21", papers.AGREED) == ["1"]
    assert keys("D17", papers.AGREED) == ["14", "12"]
    assert keys("D24", papers.AGREED) == ["1"]
    assert keys("D11", papers.WAGES) == ["1"]
    assert keys("D11", papers.RECEIVED) == [""]
    assert registry.get("D24").spec.per is Per.AGAIN
    elected = RepresentativeFacts("周明霞", kind="elected", key="9")
    parties = tuple(replace(one, representatives=(elected,)) for one in papers.WAGES.parties)
    assert keys("D07", replace(papers.WAGES, parties=parties)) == []
