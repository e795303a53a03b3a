"""D21 履行情况记录: one payment from party to party, receipted by the payee (PML Art 31; Order 17 Art 32)."""

from collections.abc import Iterator

from mediation.core.money import yuan
from mediation.documents.course import PaymentFacts
from mediation.documents.facts import AgreementFacts, CaseFacts, InstalmentFacts
from mediation.documents.passages import SIDE_LABELS, signature_roll, table
from mediation.documents.spec import FormSpec, Per
from mediation.documents.stages import AFTER_AGREEMENT, CLOSED
from mediation.documents.typeset.blocks import Block, Grid, Heading, Note, P, Sign, Signer, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import body, dispute, number_of, sum_in_words

SPEC = FormSpec(
    code="D21",
    title="履行情况记录",
    basis="《中华人民共和国人民调解法》第三十一条、《企业劳动争议协商调解规定》第三十二条",
    required=(
        ("subject_payment", "付款登记"),
        ("subject_payment.paid_on", "付款日期"),
        ("subject_payment.amount_fen", "付款金额"),
        ("agreement", "调解协议"),
    ),
    signed_by=("payee",),
    sealed=False,
    copies="一份，归入卷宗",
    available_in=AFTER_AGREEMENT | CLOSED,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    fits=lambda facts: bool(facts.payments),
    per=Per.PAYMENT,
)
STATUSES = ("未付", "部分已付", "已付清")


def build(facts: CaseFacts) -> Iterator[Block]:
    """The record of the payment, with where the whole agreement stands."""
    payment = facts.subject_payment or PaymentFacts(1, 1)
    agreement = facts.agreement or AgreementFacts()
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield table(
        (
            ("案号", number_of(facts), "协议书编号", facts.agreement_number),
            ("案由", dispute(facts)),
            ("付款人", payment.debtor, "收款人", payment.creditor),
            (
                "付款日期",
                chinese_date(payment.paid_on) if payment.paid_on else "",
                "对应期次",
                f"第{payment.instalment}期",
            ),
            ("本次金额", sum_in_words(payment.amount_fen)),
            ("付款凭据", payment.proof),
        ),
        (26, 54, 26, 50),
        11,
    )
    yield Heading("各期履行情况")
    yield _state(agreement)
    yield P(f"款项由付款人直接付给收款人，不经{body(facts)}的账户。")
    sides = {party.name: SIDE_LABELS[party.side] for party in facts.parties}
    if payment.creditor in sides or not facts.has_many_applicants:
        yield Together(
            (
                P("本人（单位）确认收到上列款项：", indent=0),
                Sign((Signer("收款人", payment.creditor), Signer("登记人", facts.handler))),
            )
        )
    else:
        yield from signature_roll(facts, with_amounts=False)
        yield Sign((Signer("登记人", facts.handler),))
    yield Note("付款凭据（转账回单、收条等）附后。")


def _state(agreement: AgreementFacts) -> Grid:
    rows = tuple(
        (
            str(one.number),
            chinese_date(one.due_on) if one.due_on else "",
            yuan(one.amount_fen or 0),
            yuan(one.paid_fen),
            _status(one),
        )
        for one in agreement.instalments
    )
    total = (
        "合计",
        "",
        yuan(sum(one.amount_fen or 0 for one in agreement.instalments)),
        yuan(sum(one.paid_fen for one in agreement.instalments)),
        "",
    )
    return Grid(
        ("期次", "约定履行日", "约定金额（元）", "已付金额（元）", "状态"),
        rows or (("",) * 5,),
        (16, 40, 36, 36, 28),
        "ccrrc",
        total,
    )


def _status(one: InstalmentFacts) -> str:
    if one.paid_fen >= (one.amount_fen or 0):
        return STATUSES[2]
    return STATUSES[1] if one.paid_fen else STATUSES[0]
