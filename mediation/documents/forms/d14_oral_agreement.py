"""D14 口头协议登记表 (form 9 of 司发通〔2010〕239号, 人民调解口头协议登记表): PML Art 28 and 30.

Only people's mediation knows the oral agreement; a labour agreement is written (LDMAL Art 14). The mediator writes down
what was agreed; the parties need not sign.
"""

from collections.abc import Iterator

from mediation.core.money import yuan
from mediation.documents.facts import AgreementFacts, CaseFacts
from mediation.documents.passages import SIDE_LABELS, identity, table
from mediation.documents.spec import FormSpec
from mediation.documents.stages import AFTER_AGREEMENT
from mediation.documents.typeset.blocks import Block, Note, P, Seal, Sign, Signer, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import claim_items, number_of, sum_in_words

STILL_OPEN = "可以依法通过仲裁、行政、司法等途径另行主张（《中华人民共和国人民调解法》第二十六条）。"

SPEC = FormSpec(
    code="D14",
    title="口头协议登记表",
    titles=(("peoples", "人民调解口头协议登记表"),),
    basis="《中华人民共和国人民调解法》第二十八条、第三十条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("parties.*.name", "当事人姓名或者名称"),
        ("agreement", "口头协议"),
        ("agreement.terms", "协议内容"),
        ("agreement.effective_on", "达成协议的日期"),
        ("mediators", "调解员"),
    ),
    signed_by=("mediator",),
    sealed=True,
    copies="一份，归入卷宗",
    available_in=AFTER_AGREEMENT,
    number_kind=None,
    official_source="司发通〔2010〕239号第9种（人民调解口头协议登记表），栏目据通行式样整理，未见原文",
    fits=lambda facts: facts.is_peoples and bool(facts.agreement and facts.agreement.is_oral),
    national=(9,),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The register sheet, written by the mediator."""
    agreement = facts.agreement or AgreementFacts()
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"编号：{number_of(facts)}", align="right", indent=0)
    people = ((SIDE_LABELS[party.side], identity(party)) for party in facts.parties)
    terms = "\n".join(f"{number}．{term}" for number, term in enumerate(agreement.terms, 1))
    rows = (
        *people,
        ("纠纷主要事实\n争议事项", agreement.facts_text or facts.facts_text),
        ("请求事项", claim_items(facts)),
        ("协议内容", terms),
        *((("没有达成一致\n的请求", _left_open(agreement)),) if agreement.left_open else ()),
        ("履行方式\n履行时限", _performance(agreement)),
        ("达成协议日期", chinese_date(agreement.effective_on) if agreement.effective_on else ""),
    )
    yield table(rows, (30, 126), 13)
    signers = tuple(Signer("人民调解员", name) for name in facts.mediators) or (Signer("人民调解员"),)
    yield Together(
        (
            Sign(signers),
            Seal(facts.committee_name, facts.issued_on),
            Note("口头调解协议自各方当事人达成协议之日起生效（《中华人民共和国人民调解法》第三十条）。"),
        )
    )


def _left_open(agreement: AgreementFacts) -> str:
    """What the agreement does not settle, and how it can be pursued."""
    requests = (f"{number}．{text}" for number, text in enumerate(agreement.left_open, 1))
    return "\n".join((*requests, STILL_OPEN))


def _performance(agreement: AgreementFacts) -> str:
    if not agreement.instalments:
        return sum_in_words(agreement.total_fen) if agreement.total_fen else "按协议内容履行。"
    lines = (
        f"{one.debtor}于{chinese_date(one.due_on)}前向{one.creditor}支付{yuan(one.amount_fen or 0)}元"
        + (f"，{one.way}" if one.way else "")
        for one in agreement.instalments
    )
    return "；\n".join(lines) + "。"
