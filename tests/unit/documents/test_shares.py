"""What is one applicant's own of a collective agreement: the parts add up to the fen, and nobody else is named."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from mediation.documents import registry, shares
from mediation.documents.course import PaperFacts
from mediation.documents.facts import ClaimFacts, InstalmentFacts, PartyFacts, snapshot
from mediation.documents.subjects import WHOLE, subjects
from tests.unit.documents import samples

SPEC = registry.get("D13").spec


def collective(sums: list[int], payments: list[int], seed: int = 0):
    """So many applicants with these shares, and joint payments of these sums."""
    facts = samples.sorters(4)
    people = tuple(
        PartyFacts("applicant", "person", f"申请{at}", agreed_fen=fen, key=str(100 + at),
                   claims=(ClaimFacts("工资", fen),))
        for at, fen in enumerate(sums)
    )  # fmt: skip
    plan = tuple(
        InstalmentFacts(at, "白鹭快运分拨中心", "各申请人", fen, date(2026, 1 + at, 10), "银行转账")
        for at, fen in enumerate(payments, 1)
    )
    agreement = replace(facts.agreement, total_fen=sum(sums), instalments=plan)
    return replace(facts, parties=(*people, *facts.respondents), agreement=agreement)


@pytest.mark.parametrize("seed", range(20))
def test_parts_of_a_payment_and_of_an_applicant_add_up_to_the_fen(seed):
    chance = Random(seed)
    sums = [chance.randrange(100_00, 30_000_00) for _ in range(chance.randrange(4, 60))]
    cuts = sorted(chance.sample(range(1, sum(sums)), chance.randrange(1, 11)))
    payments = [b - a for a, b in zip([0, *cuts], [*cuts, sum(sums)], strict=True)]
    facts = collective(sums, payments)
    paid = [0] * len(payments)
    for party in facts.applicants:
        mine = shares.own(facts, party.key).agreement
        assert sum(one.amount_fen for one in mine.instalments) == mine.total_fen == party.agreed_fen
        assert [one.number for one in mine.instalments] == list(range(1, len(mine.instalments) + 1))
        for one in mine.instalments:
            at = one.due_on.month - 2
            exact = payments[at] * party.agreed_fen / sum(sums)
            assert abs(one.amount_fen - exact) <= 2
            paid[at] += one.amount_fen
    assert paid == payments


def test_payments_to_an_applicant_are_that_applicants_alone():
    facts = collective([300, 200, 500, 400], [1400])
    plan = tuple(
        replace(facts.agreement.instalments[0], number=at, creditor=party.name, creditor_key=party.key,
                amount_fen=party.agreed_fen)
        for at, party in enumerate(facts.applicants, 1)
    )  # fmt: skip
    facts = replace(facts, agreement=replace(facts.agreement, instalments=plan))
    mine = shares.own(facts, "102")
    assert [(one.number, one.creditor, one.amount_fen) for one in mine.agreement.instalments] == [(1, "申请2", 500)]
    assert mine.claims == (ClaimFacts("工资", 500),)
    assert not mine.agreement.has_early_maturity


def test_nobody_else_stands_in_an_own_agreement():
    facts = collective([30000, 20000, 50000, 40000], [140000])
    mine = shares.own(facts, "101")
    assert [one.name for one in mine.parties] == ["申请1", "白鹭快运分拨中心", "岚声人力外包有限公司"]
    assert not any(name in snapshot(mine) for name in ("申请0", "申请2", "申请3"))
    assert registry.check("D13", mine, instance_fonts=None) == []


def test_without_shares_an_own_agreement_has_no_sum():
    facts = collective([30000, 20000, 50000, 40000], [140000])
    unknown = replace(facts, parties=tuple(replace(one, agreed_fen=None) for one in facts.parties))
    mine = shares.own(unknown, "101").agreement
    assert (mine.total_fen, mine.instalments) == (None, ())
    assert [one.code for one in SPEC.refuse(unknown)] == ["shares_do_not_add_up"]


def test_who_gets_an_agreement():
    facts = collective([30000, 20000, 50000, 40000], [140000])
    assert [one.key for one in subjects(SPEC, facts)] == ["100", "101", "102", "103"]
    assert subjects(SPEC, replace(facts, is_collective=False)) == (WHOLE,)
    joint = PaperFacts("1", "调解协议书", "D13", "沪快调协〔2026〕第1号")
    assert subjects(SPEC, replace(facts, papers=(joint,))) == (WHOLE,)
    own = replace(joint, subject="100")
    assert len(subjects(SPEC, replace(facts, papers=(own,)))) == 4


def test_the_number_of_the_agreement_is_the_applicants_own_or_says_how_many():
    facts = collective([30000, 20000, 50000, 40000], [140000])
    papers = tuple(
        PaperFacts(str(at), "调解协议书", "D13", f"第{at}号", str(99 + at)) for at in (4, 3, 2, 1)
    )  # newest first
    facts = replace(facts, papers=papers)
    assert facts.agreement_number == "第1号等4份"
    assert replace(facts, subject="102").agreement_number == "第3号"
    assert replace(facts, papers=papers[-1:]).agreement_number == "第1号"
