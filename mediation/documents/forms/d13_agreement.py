"""D13 调解协议书 (on the track `peoples` form 8 of 司发通〔2010〕239号, 人民调解协议书).

LDMAL Art 14 and Order 17 Art 26: parties, requests, result, period and manner of performance, three originals.
PML Art 28–29: one copy for each party and one for the committee. Effective with the last of the signatures and the seal.
Of a collective case each applicant gets one of their own (docs/decisions/0014). One that settles a part of the requests
says which it leaves open, and where these can be taken.
"""

from collections.abc import Iterable, Iterator

from mediation.core.money import capitals, yuan
from mediation.documents.facts import AgreementFacts, CaseFacts, InstalmentFacts
from mediation.documents.passages import claims, free_text, parties, party_signers, signature_roll, staff_signers
from mediation.documents.remedies import other_routes, ways_to_force
from mediation.documents.spec import Finding, FormSpec, Per
from mediation.documents.typeset.blocks import Blank, Block, Grid, Heading, Items, P, Seal, Sign, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, count_in_words, dispute, names, sum_in_words

EARLY_MATURITY = "义务人任何一期未按期足额履行的，其余各期款项全部提前到期，权利人可以就全部未付款项一并主张权利。"
EFFECT_LABOUR = "本协议对双方当事人具有约束力，当事人应当履行（《中华人民共和国劳动争议调解仲裁法》第十四条）。"
EFFECT_PEOPLES = "本协议具有法律约束力，当事人应当按照约定履行（《中华人民共和国人民调解法》第三十一条）。"
OWN = "本案为集体争议，各申请人分别签订协议书；前列条款涉及全体申请人或者合计金额的，本协议书就{name}一人的部分订立。"
LEFT_OPEN = "双方只就部分请求达成一致。下列请求没有达成一致，不在本协议之内："
STILL_OPEN = "签订本协议不视为放弃前列没有达成一致的请求，当事人可以就这些请求依法另行主张："
COPIES = "本协议书一式{count}份，各方当事人各执一份，{body}留存一份。"


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    agreement = facts.agreement
    if agreement is None:
        return
    due = sum(instalment.amount_fen or 0 for instalment in agreement.instalments)
    if agreement.instalments and agreement.total_fen is not None and due != agreement.total_fen:
        yield Finding(
            "instalments_do_not_add_up", f"各期金额合计{yuan(due)}元，与协议总额{yuan(agreement.total_fen)}元不一致"
        )
    if agreement.total_fen and not agreement.instalments:
        yield Finding("no_due_date", "缺少：履行期限和方式（每笔款项应有义务人、权利人、金额、期限和方式）", SPEC.basis)
    shares = [party.agreed_fen for party in facts.applicants]
    if facts.has_many_applicants and (None in shares or sum(share or 0 for share in shares) != agreement.total_fen):
        message = "各申请人的协议金额缺失，或者合计与协议总额不一致：请在履行计划中为每位申请人各列一期"
        yield Finding("shares_do_not_add_up", message)


SPEC = FormSpec(
    code="D13",
    title="调解协议书",
    titles=(("peoples", "人民调解协议书"),),
    basis="《中华人民共和国劳动争议调解仲裁法》第十四条、《企业劳动争议协商调解规定》第二十六条、《中华人民共和国人民调解法》第二十九条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("parties.*.name", "当事人姓名或者名称"),
        ("claims", "请求事项"),
        ("agreement", "协议内容"),
        ("agreement.terms", "协议条款"),
        ("agreement.instalments.*.debtor", "履行义务人"),
        ("agreement.instalments.*.creditor", "权利人"),
        ("agreement.instalments.*.amount_fen", "金额"),
        ("agreement.instalments.*.due_on", "履行期限"),
        ("agreement.instalments.*.way", "履行方式"),
        ("mediators", "调解员"),
    ),
    signed_by=("applicant", "respondent", "mediator", "recorder"),
    sealed=True,
    copies="一式三份；当事人超过两方的，每方一份，委员会一份",
    available_in=frozenset({"mediating", "extended", "agreed", "performing", "performed", "defaulted", "enforcing"}),
    number_kind="agreement",
    official_source="司发通〔2010〕239号第8种（人民调解协议书）；劳动争议调解协议书由委员会自定，内容依上列条文",
    refuse=_refuse,
    fits=lambda facts: not (facts.agreement and facts.agreement.is_oral),
    per=Per.AGREEMENT,
    national=(8,),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The agreement for signature."""
    agreement = facts.agreement or AgreementFacts()
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield from parties(facts)
    reference = f"（案号：{facts.case_no}）" if facts.case_no else ""
    yield P(f"{dispute(facts)}{reference}，经{facts.committee_name}调解，双方自愿达成协议，内容如下：")
    yield Heading("一、请求事项")
    yield from claims(facts)
    yield Heading("二、纠纷主要事实、争议事项")
    yield from free_text(agreement.facts_text or facts.facts_text, lines=3)
    yield Heading("三、经调解，自愿达成如下协议")
    yield Items(agreement.terms or ((Blank(22),),))
    if agreement.left_open:
        yield P(LEFT_OPEN)
        yield Items(agreement.left_open)
    if facts.subject:
        yield P(OWN.format(name=names(facts.applicants)))
    if agreement.total_fen is not None:
        yield P(f"本协议约定的给付金额合计：{sum_in_words(agreement.total_fen)}。")
    yield Heading("四、履行方式、时限")
    yield from _performance(agreement)
    yield Heading("五、协议的效力和保障")
    yield from _effect(facts, agreement)
    yield from signature_roll(facts, with_amounts=True)
    signers = party_signers(facts) + staff_signers(facts)
    yield Together((P(_copies(facts)), Sign(signers), Seal(facts.committee_name, agreement.sealed_on)))


def _performance(agreement: AgreementFacts) -> Iterator[Block]:
    instalments = agreement.instalments
    if instalments:
        yield from _schedule(instalments)
    else:
        yield P("按照前条约定的方式和时限履行。")
    if agreement.has_early_maturity:
        yield P(EARLY_MATURITY)
    if agreement.default_interest:
        yield P(agreement.default_interest)


def _schedule(instalments: tuple[InstalmentFacts, ...]) -> Iterator[Block]:
    """Who pays whom is a sentence where it is the same for all instalments, and two columns where it is not."""
    total = yuan(sum(instalment.amount_fen or 0 for instalment in instalments))
    rows = tuple(_instalment_cells(instalment) for instalment in instalments)
    pairs = {(instalment.debtor, instalment.creditor) for instalment in instalments}
    if len(pairs) == 1:
        debtor, creditor = pairs.pop()
        yield P(f"下列款项由{debtor or BLANK}向{creditor or BLANK}支付：")
        header = ("期次", "履行期限", "金额（元）", "金额（大写）", "履行方式")
        yield Grid(header, rows, (13, 36, 30, 50, 27), "ccrlc", ("合计", "", total, "", ""))
        return
    yield Grid(
        ("期次", "履行义务人", "权利人", "履行期限", "金额（元）", "履行方式"),
        tuple(
            (number, item.debtor, item.creditor, due, f"{figures}\n{words}", way)
            for item, (number, due, figures, words, way) in zip(instalments, rows, strict=True)
        ),
        (13, 28, 21, 35, 38, 21),
        "cllcrc",
        ("合计", "", "", "", total, ""),
    )


def _instalment_cells(instalment: InstalmentFacts) -> tuple[str, ...]:
    """Number, due day, figures, capitals, manner."""
    fen = instalment.amount_fen
    figures, words = ("", "") if fen is None else (yuan(fen), capitals(fen).removeprefix("人民币"))
    due = chinese_date(instalment.due_on) if instalment.due_on else ""
    return str(instalment.number), due, figures, words, instalment.way


def _effect(facts: CaseFacts, agreement: AgreementFacts) -> Iterator[Block]:
    yield P(EFFECT_PEOPLES if facts.is_peoples else EFFECT_LABOUR)
    mediator, body = ("人民调解员", "人民调解委员会") if facts.is_peoples else ("调解员", "调解委员会")
    last = f"本协议于{chinese_date(agreement.effective_on)}生效。" if agreement.effective_on else ""
    yield P(
        f"本协议自双方当事人签名、盖章或者按指印，{mediator}签名并加盖{body}印章之日起生效；"
        f"上述行为不在同一日完成的，以最后一项完成之日为生效日。{last}"
    )
    yield Items(tuple(map(str, ways_to_force(facts))))
    if agreement.left_open:
        yield P(STILL_OPEN)
        yield Items(tuple(map(str, other_routes(facts))))


def _copies(facts: CaseFacts) -> str:
    body = "人民调解委员会" if facts.is_peoples else "调解委员会"
    return COPIES.format(count=count_in_words(len(facts.parties) + 1), body=body)
