"""D20 支付令申请书: the worker alone, once a due payment is missed (LDMAL Art 16; CPL Art 225).

The order is for a due and fixed sum; late interest that the agreement does not promise is not asked for
(民诉法解释 Art 427–428).
"""

from collections.abc import Iterable, Iterator

from mediation.core.money import yuan
from mediation.documents.facts import AgreementFacts, CaseFacts, InstalmentFacts, PartyFacts
from mediation.documents.passages import identity, signer
from mediation.documents.spec import Ask, Finding, FormSpec, Kind, Per
from mediation.documents.typeset.blocks import Block, Grid, Heading, Items, P, Sign, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, number_of, sum_in_words


def unpaid(facts: CaseFacts) -> tuple[InstalmentFacts, ...]:
    """The creditor's instalments that are due and not fully paid; with early maturity one missed makes all due."""
    agreement, creditor = facts.agreement, facts.subject_party
    if agreement is None:
        return ()
    name = creditor.name if creditor else ""
    own = [one for one in agreement.instalments if one.creditor == name or not any(
        party.name == one.creditor for party in facts.parties)]  # fmt: skip
    still = [one for one in own if one.amount_fen and one.paid_fen < one.amount_fen]
    due = [one for one in still if _is_due(one, facts)]
    return tuple(still if due and agreement.has_early_maturity else due)


def _is_due(one: InstalmentFacts, facts: CaseFacts) -> bool:
    return one.due_on is not None and (facts.issued_on is None or one.due_on < facts.issued_on)


def _owed(facts: CaseFacts) -> str:
    """The sum of the creditor's open instalments; one share of several is for a person to type."""
    open_ones = unpaid(facts)
    is_shared = any(facts.subject_party and one.creditor != facts.subject_party.name for one in open_ones)
    if is_shared or not open_ones:
        return ""
    return str(sum((one.amount_fen or 0) - one.paid_fen for one in open_ones))


def _debtor(facts: CaseFacts) -> str:
    debtors = {one.debtor for one in unpaid(facts)}
    return debtors.pop() if len(debtors) == 1 else ""


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    fen = facts.typed_fen("sum")
    if fen is not None and fen <= 0:
        yield Finding("no_sum", "请求给付的金额应大于零", SPEC.basis)
    if facts.agreement and not unpaid(facts):
        yield Finding("nothing_due", "协议没有到期未付的款项，不能申请支付令", SPEC.basis)
    names = {party.name for party in facts.parties}
    debtor = facts.typed_text("debtor")
    if debtor and debtor not in names:
        yield Finding("unknown_debtor", "被申请人（债务人）应为本案当事人的全称", SPEC.basis)


SPEC = FormSpec(
    code="D20",
    title="支付令申请书",
    basis="《中华人民共和国劳动争议调解仲裁法》第十六条、《中华人民共和国民事诉讼法》第二百二十五条",
    required=(
        ("subject_party.name", "申请人（债权人）姓名"),
        ("subject_party.id_number", "申请人公民身份号码"),
        ("subject_party.phone", "申请人联系电话"),
        ("subject_party.address", "申请人住址"),
        ("respondents.*.address", "被申请人住所"),
        ("agreement", "调解协议"),
        ("agreement.effective_on", "调解协议的生效日"),
        ("agreement_number", "调解协议书编号（请先出具调解协议书）"),
    ),
    signed_by=("creditor",),
    sealed=False,
    copies="一份，并按债务人人数提交副本",
    available_in=frozenset({"performing", "defaulted", "enforcing"}),
    number_kind=None,
    official_source="无全国统一格式；内容依上列条文，委员会自定",
    asks=(
        Ask("debtor", "被申请人（债务人）", propose=_debtor),
        Ask("sum", "请求给付的金额", Kind.SUM, propose=_owed),
        Ask("court", "受理的人民法院", hint="债务人住所地的基层人民法院"),
        Ask("reachable", "支付令能够送达债务人的说明", Kind.TEXT, hint="如：债务人住所明确，正常经营，电话可以接通"),
    ),
    refuse=_refuse,
    fits=lambda facts: facts.track in ("labour", "new_form") and bool(facts.agreement and facts.agreement.instalments),
    per=Per.CREDITOR,
)

REASONS = (
    "上述款项给付期限已经届满，数额确定，申请人没有对待给付义务，双方之间也没有其他债务纠纷；支付令能够送达债务人：{reachable}。"
    "根据《中华人民共和国劳动争议调解仲裁法》第十六条，因支付拖欠劳动报酬、工伤医疗费、经济补偿或者赔偿金事项达成调解协议，"
    "用人单位在协议约定期限内不履行的，劳动者可以持调解协议书依法向人民法院申请支付令。为此申请发出支付令。"
)
ANNEXES = ("调解协议书原件及复印件。", "申请人身份证复印件。", "债务人未按期履行的证明材料。", "本申请书副本。")


def build(facts: CaseFacts) -> Iterator[Block]:
    """The creditor's application to the court."""
    agreement = facts.agreement or AgreementFacts()
    creditor = facts.subject_party or PartyFacts("applicant", "person", "")
    debtor = next((one for one in facts.parties if one.name == facts.typed_text("debtor")), None)
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"申请人（债权人）：{identity(creditor)}。")
    yield P(f"被申请人（债务人）：{identity(debtor) if debtor else facts.typed_text('debtor') or BLANK}。")
    yield Heading("请求事项")
    yield P(f"请求向被申请人发出支付令，督促被申请人给付申请人{sum_in_words(facts.typed_fen('sum'))}。")
    yield Heading("事实与理由")
    yield P(
        f"申请人与被申请人的争议（案号：{number_of(facts)}），经{facts.committee_name}调解达成调解协议"
        f"（{facts.agreement_number or BLANK}），于{chinese_date(agreement.effective_on)}生效。"
        "协议约定的下列款项到期未付："
    )
    rows = tuple(_cells(one) for one in unpaid(facts))
    yield Grid(
        ("期次", "约定给付日", "约定金额（元）", "已付（元）", "未付（元）"),
        rows or (("",) * 5,),
        (16, 40, 34, 32, 34),
        "ccrrr",
    )
    if agreement.has_early_maturity and len(unpaid(facts)) > 1:
        yield P("协议约定任何一期未按期足额履行的，其余各期款项全部提前到期。")
    yield P(REASONS.format(reachable=facts.typed_text("reachable").rstrip("。") or BLANK))
    yield Together((P("此致"), P(facts.typed_text("court") or BLANK, indent=0), Sign((signer(creditor),))))
    yield Heading("附件", level=2)
    yield Items(ANNEXES)


def _cells(one: InstalmentFacts) -> tuple[str, ...]:
    amount = one.amount_fen or 0
    due = chinese_date(one.due_on) if one.due_on else ""
    return str(one.number), due, yuan(amount), yuan(one.paid_fen), yuan(amount - one.paid_fen)
