"""The check of agreements: every damage is found by its name, nothing is found in what is sound."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mediation.core.money import capitals
from mediation.documents.agreement_check import form
from mediation.documents.agreement_check.checking import check, text_digest
from mediation.documents.agreement_check.finding import BLOCK, WARN
from mediation.documents.facts import CaseFacts, RepresentativeFacts
from mediation.documents.remedies import Route
from tests.unit.documents.agreements import CLEAN, COMMITTEE, IN_PART, INSTALMENTS, SIX_TIMES, WAGES

SEED, COUNT = 20260316, 200
Damage = Callable[[CaseFacts, random.Random], CaseFacts | None]


def _agreement(facts: CaseFacts, **changes) -> CaseFacts:
    return replace(facts, agreement=replace(facts.agreement, **changes))


def _with_term(facts: CaseFacts, text: str) -> CaseFacts:
    return _agreement(facts, terms=(*facts.agreement.terms, text))


def _instalment(facts: CaseFacts, chance: random.Random, **changes) -> CaseFacts:
    plan = list(facts.agreement.instalments)
    at = chance.randrange(len(plan))
    plan[at] = replace(plan[at], **changes)
    return _agreement(facts, instalments=tuple(plan))


def _respondent(facts: CaseFacts, **changes) -> CaseFacts:
    at = next(place for place, one in enumerate(facts.parties) if one.side == "respondent")
    parties = list(facts.parties)
    parties[at] = replace(parties[at], **changes)
    return replace(facts, parties=tuple(parties))


def _applicant(facts: CaseFacts, **changes) -> CaseFacts:
    return replace(facts, parties=(replace(facts.parties[0], **changes), *facts.parties[1:]))


def _other_digit(digit: str, chance: random.Random) -> str:
    return chance.choice([one for one in "123456789" if one != digit])


def change_one_digit(facts, chance):
    """One digit of the sum that stands before its capitals."""
    return _in_first(facts, r"\d(?=[\d,.]*元（大写)", lambda found: _other_digit(found[0], chance))


def change_digit_of_itself(facts, chance):
    """One digit of the sum to be paid, without capitals beside it."""
    figure = r"\d(?=[\d,.]*元（大写)"
    changed = _in_first(facts, figure, lambda found: _other_digit(found[0], chance))
    return changed and _agreement(
        changed, terms=tuple(re.sub(r"（大写：[^）]*）", "", text) for text in changed.agreement.terms)
    )


def wrong_capital(facts, chance):
    return _in_first(
        facts,
        r"人民币[零壹贰叁肆伍陆柒捌玖拾佰仟万元角分整]+",
        lambda found: capitals((facts.agreement.total_fen or 0) + chance.choice((100, 1_000, 10_000, 1_000_000))),
    )


def unreadable_capitals(facts, chance):
    return _in_first(facts, r"(?<=人民币)[零壹贰叁肆伍陆柒捌玖]", lambda found: found[0] * 3)


def misplaced_comma(facts, chance):
    return _in_first(facts, r"(\d+),(\d{3})(?=[\d.]*元)", lambda found: f"{found[1]},{found[2][:-1]}")


def change_total(facts, chance):
    return _agreement(facts, total_fen=facts.agreement.total_fen + chance.choice((100, 1_000, 990_000)))


def change_instalment(facts, chance):
    one = facts.agreement.instalments[0]
    return _instalment(facts, chance, amount_fen=one.amount_fen + chance.choice((1, 100, 50_000)))


def drop_date(facts, chance):
    return _instalment(facts, chance, due_on=None)


def drop_debtor(facts, chance):
    return _instalment(facts, chance, debtor="")


def drop_creditor(facts, chance):
    return _instalment(facts, chance, creditor="")


def drop_way(facts, chance):
    return _instalment(facts, chance, way=" ")


def drop_amount(facts, chance):
    return _instalment(facts, chance, amount_fen=None)


def drop_plan(facts, chance):
    return _agreement(facts, instalments=())


def due_before(facts, chance):
    return _instalment(facts, random.Random(0), due_on=facts.issued_on - timedelta(days=chance.randint(1, 60)))


def swap_days(facts, chance):
    plan = list(facts.agreement.instalments)
    if len(plan) < 2:
        return None
    plan[0], plan[1] = replace(plan[0], due_on=plan[1].due_on), replace(plan[1], due_on=plan[0].due_on)
    return _agreement(facts, instalments=tuple(plan))


def swap_debtor(facts, chance):
    if len(facts.applicants) > 1:
        return None
    plan = tuple(replace(one, debtor=one.creditor, creditor=one.debtor) for one in facts.agreement.instalments)
    return _agreement(facts, instalments=plan)


def debtor_pays_itself(facts, chance):
    return _instalment(facts, chance, creditor=facts.agreement.instalments[0].debtor)


def stranger_pays(facts, chance):
    return _instalment(facts, chance, debtor="远山物流有限公司")


def other_day_in_words(facts, chance):
    return _in_first(facts, r"(\d{4}年\d{1,2}月)\d{1,2}(?=日前)", lambda found: f"{found[1]}{chance.randint(11, 27)}")


def _waiver(*wordings: str) -> Damage:
    return lambda facts, chance: _with_term(facts, chance.choice(wordings))


def _one(wording: str) -> Damage:
    return _waiver(wording)


def below_insurance(wording: str) -> Damage:
    return _one(wording)


def marks_nothing(facts, chance):
    """Says that there is an employment relationship, without the mark."""
    if facts.is_peoples:
        return None
    wordings = ("双方确认自2025年1月1日起存在劳动关系。", "被申请人承认与申请人之间的劳动关系。")
    return _with_term(facts, chance.choice(wordings))


def gives_up_what_is_open(facts, chance):
    """Leaves requests open, and says that nothing is."""
    wordings = (
        "双方就本案再无其他争议。",
        "除上述款项外，申请人不再向被申请人主张其他任何权利。",
        "申请人放弃其余请求。",
        "本案争议一次性了结，双方互不追究。",
    )
    left = facts.agreement.left_open or ("加班费3,000元",)
    return _with_term(_agreement(facts, left_open=left), chance.choice(wordings))


def leaves_open_without_saying(facts, chance):
    """Says in its terms that a request is not settled, and settles all of them."""
    wordings = ("加班费的请求双方没有达成一致，申请人可以依法另行主张。", "双方对经济补偿的争议另案处理。")
    return None if facts.agreement.left_open else _with_term(facts, chance.choice(wordings))


def marks_relationship(facts, chance):
    return None if facts.is_peoples else _agreement(facts, confirms_relationship=True)


def oral(facts, chance):
    return None if facts.is_peoples else _agreement(facts, is_oral=True)


def drop_early_maturity(facts, chance):
    if len(facts.agreement.instalments) < 2:
        return None
    terms = tuple(text for text in facts.agreement.terms if "到期" not in text)
    return _agreement(facts, has_early_maturity=False, terms=terms)


def wrong_id(facts, chance):
    number = facts.parties[0].id_number
    return _applicant(facts, id_number=number[:-1] + ("1" if number[-1] != "1" else "2"))


def wrong_code(facts, chance):
    code = facts.respondents[0].credit_code
    return _respondent(facts, credit_code=code[:-1] + ("1" if code[-1] != "1" else "2"))


def no_power(facts, chance):
    return _respondent(facts, representatives=(RepresentativeFacts("许静", powers=("代收文书",)),))


def general_authority(facts, chance):
    return _applicant(facts, representatives=(RepresentativeFacts("许静"),))


def authority_over(facts, chance):
    agent = RepresentativeFacts("许静", powers=("签署调解协议",), to_on=facts.issued_on - timedelta(days=1))
    return _respondent(facts, representatives=(agent,))


def nobody_signs(facts, chance):
    return _respondent(facts, legal_representative="")


def misspelt_person(facts, chance):
    return _with_term(facts, "申请人周明元收到款项后出具收条。".replace("收到款项后", "于收款当日"))


def misspelt_company(facts, chance):
    return _with_term(facts, f"由{chance.choice(('云秀速运有限公司', '鹿图供应链有限公司'))}承担连带责任。")


def share_missing(facts, chance):
    return _applicant(facts, agreed_fen=None) if facts.has_many_applicants else None


def more_in_words(facts, chance):
    return _with_term(facts, f"被申请人另行支付申请人交通补助{chance.choice(('777', '1,234', '3,333.30'))}元。")


def sum_of_no_duty(facts, chance):
    return _with_term(facts, "另有7,777元双方日后再行商议。")


def _in_first(facts: CaseFacts, pattern: str, change: Callable[[re.Match[str]], str]) -> CaseFacts | None:
    """The facts with the first place of the terms that fits the pattern changed; None where nothing fits."""
    terms = list(facts.agreement.terms)
    for at, text in enumerate(terms):
        changed = re.sub(pattern, change, text, count=1)
        if changed != text:
            terms[at] = changed
            return _agreement(facts, terms=tuple(terms))
    return None


DAMAGES: dict[str, tuple[Damage, str, str]] = {
    "one digit": (change_one_digit, "capitals_differ", BLOCK),
    "one digit without capitals": (change_digit_of_itself, "sum_differs", BLOCK),
    "wrong capital": (wrong_capital, "capitals_differ", BLOCK),
    "unreadable capitals": (unreadable_capitals, "capitals_unreadable", BLOCK),
    "misplaced comma": (misplaced_comma, "figure_malformed", BLOCK),
    "other total": (change_total, "instalments_do_not_add_up", BLOCK),
    "other instalment": (change_instalment, "instalments_do_not_add_up", BLOCK),
    "no date": (drop_date, "duty_incomplete", BLOCK),
    "no debtor": (drop_debtor, "duty_incomplete", BLOCK),
    "no creditor": (drop_creditor, "duty_incomplete", BLOCK),
    "no way": (drop_way, "duty_incomplete", BLOCK),
    "no amount": (drop_amount, "duty_incomplete", BLOCK),
    "no plan": (drop_plan, "no_due_date", BLOCK),
    "due before": (due_before, "due_before_agreement", BLOCK),
    "days swapped": (swap_days, "days_out_of_order", BLOCK),
    "debtor swapped": (swap_debtor, "duty_reversed", WARN),
    "pays itself": (debtor_pays_itself, "debtor_is_creditor", BLOCK),
    "stranger pays": (stranger_pays, "duty_of_stranger", BLOCK),
    "other day in words": (other_day_in_words, "date_differs", BLOCK),
    "insurance given up": (_one("申请人自愿放弃缴纳社会保险。"), "waives_insurance", WARN),
    "insurance not claimed": (_one("申请人不再要求被申请人为其补缴的社保。"), "waives_insurance", WARN),
    "insurance in cash": (_one("社会保险费以现金形式发放，被申请人不再缴纳。"), "waives_insurance", WARN),
    "insurance in wages": (_one("养老保险、医疗保险已含在工资中，由申请人自行缴纳。"), "waives_insurance", WARN),
    "insurance exempted": (_one("免除被申请人缴纳五险的义务。"), "waives_insurance", WARN),
    "insurance not reported": (_one("申请人不得投诉被申请人未缴纳社会保险。"), "waives_insurance", WARN),
    "minimum wage": (
        _waiver("申请人同意工资低于本市最低工资标准。", "申请人自愿放弃最低工资的保障。", "本岗位最低工资标准不适用。"),
        "waives_minimum_wage",
        WARN,
    ),
    "injury": (
        _waiver(
            "申请人自愿放弃工伤认定申请。",
            "申请人不再主张一次性伤残补助金。",
            "工伤待遇由双方一次性了结。",
            "停工留薪期工资予以免除。",
        ),
        "waives_injury",
        WARN,
    ),
    "fee": (
        _waiver("双方各承担调解费200元。", f"被申请人向{COMMITTEE}支付服务费。", "申请人向调解员支付酬金。"),
        "fee_to_committee",
        BLOCK,
    ),
    "through the committee": (
        _waiver(f"款项先汇入{COMMITTEE}账户，由其转付。", "款项交由调解委员会代收。", "被申请人将款项交给调解员。"),
        "paid_through_committee",
        BLOCK,
    ),
    "way through the committee": (
        lambda facts, chance: _instalment(facts, chance, way="由调解委员会账户转付"),
        "paid_through_committee",
        BLOCK,
    ),
    "relationship not marked": (marks_nothing, "relationship_not_marked", BLOCK),
    "left open, given up": (gives_up_what_is_open, "left_open_given_up", WARN),
    "left open, not marked": (leaves_open_without_saying, "part_not_marked", WARN),
    "relationship": (marks_relationship, "confirms_relationship", WARN),
    "oral": (oral, "must_be_written", BLOCK),
    "no early maturity": (drop_early_maturity, "no_early_maturity", WARN),
    "ID number": (wrong_id, "id_number_wrong", BLOCK),
    "credit code": (wrong_code, "credit_code_wrong", BLOCK),
    "no power": (no_power, "no_power_to_settle", WARN),
    "general authority": (general_authority, "no_power_to_settle", WARN),
    "authority over": (authority_over, "authority_not_in_force", WARN),
    "nobody signs": (nobody_signs, "legal_representative_unknown", WARN),
    "misspelt person": (misspelt_person, "stranger_named", WARN),
    "misspelt company": (misspelt_company, "stranger_named", WARN),
    "share missing": (share_missing, "shares_do_not_add_up", BLOCK),
    "more in words": (more_in_words, "sum_differs", BLOCK),
    "sum of no duty": (sum_of_no_duty, "sum_in_no_instalment", WARN),
    "review period": (_one("双方可以自协议生效之日起30日内申请仲裁审查。"), "period_wrong", BLOCK),
    "confirmation period": (_one("双方可以自协议生效之日起十五日内申请司法确认。"), "period_wrong", BLOCK),
}


def _damaged() -> Iterator[tuple[str, str, CaseFacts]]:
    """200 damaged agreements: every damage in turn, each time on another sound agreement that it fits."""
    chance = random.Random(SEED)
    made = 0
    while made < COUNT:
        for name, (damage, _code, _severity) in DAMAGES.items():
            fitting = (
                (sound, damaged)
                for sound in chance.sample(sorted(CLEAN), len(CLEAN))
                if (damaged := damage(CLEAN[sound], chance)) is not None
            )
            if made < COUNT:
                made += 1
                yield name, *next(fitting)


@pytest.mark.parametrize("sound", sorted(CLEAN))
def test_nothing_is_found_in_a_sound_agreement(sound):
    assert check(CLEAN[sound]) == []


def test_every_damage_is_found_by_its_name():
    damaged = list(_damaged())
    missed = []
    for name, sound, facts in damaged:
        _damage, code, severity = DAMAGES[name]
        if (code, severity) not in {(one.code, one.severity) for one in check(facts)}:
            missed.append((name, sound, [one.code for one in check(facts)]))
    assert missed == []
    assert len(damaged) == COUNT
    assert {name for name, _sound, _facts in damaged} == set(DAMAGES), "each damage is tried"


def test_a_damage_that_only_warns_blocks_nothing():
    for name, sound, facts in _damaged():
        if DAMAGES[name][2] == WARN:
            assert all(one.severity == WARN for one in check(facts)), (name, sound, check(facts))


def test_a_finding_names_clause_and_article():
    found = check(_with_term(WAGES, "申请人自愿放弃缴纳社会保险。"))
    assert [(one.clause, one.article) for one in found] == [("协议条款第4项", "法释〔2025〕12号第十九条")]
    assert found[0].message.startswith("协议条款第4项：")


@pytest.mark.parametrize(
    "words",
    [
        "就上述工资双方再无其他争议。",
        "除没有达成一致的请求外，双方再无其他争议。",
        "就加班费，申请人可以另行申请仲裁。",
        "申请人放弃本案逾期利息。",
    ],
)
def test_what_is_said_of_the_settled_part_alone_gives_nothing_up(words):
    assert check(_with_term(IN_PART, words)) == []


def test_a_missing_reminder_of_a_way_is_found(monkeypatch):
    monkeypatch.setattr(form, "ways_to_force", lambda facts: [Route("支付令", "可以申请支付令", "第十六条")])
    assert {one.code for one in check(WAGES)} == {"review_line_missing", "confirmation_line_missing"}


def test_what_blocks_stands_first():
    both = _with_term(change_total(INSTALMENTS, random.Random(1)), "申请人自愿放弃缴纳社会保险。")
    assert [one.severity for one in check(both)] == sorted(one.severity for one in check(both))


def test_the_digest_follows_the_text_and_not_what_comes_later():
    before = text_digest(SIX_TIMES.agreement)
    paid = tuple(replace(one, paid_fen=5) for one in SIX_TIMES.agreement.instalments)
    later = replace(SIX_TIMES.agreement, instalments=paid, effective_on=date(2026, 3, 20), sealed_on=date(2026, 3, 20))
    assert text_digest(later) == before
    assert text_digest(replace(SIX_TIMES.agreement, terms=("改",))) != before
    assert text_digest(replace(SIX_TIMES.agreement, total_fen=1)) != before
    assert text_digest(replace(SIX_TIMES.agreement, left_open=("加班费",))) != before


def test_a_reason_given_before_agreements_could_be_partial_still_counts():
    # The digest of this text as it was when there was no word for what is left open.
    assert text_digest(WAGES.agreement) == "01e054abf76721d3e38bffa45b89a924848321c441ebb58d91768d888270e105"


def test_a_case_without_agreement_has_nothing_to_check():
    assert check(replace(WAGES, agreement=None)) == []
