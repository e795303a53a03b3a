"""D15 调解不成（终止）告知书: mediation ended without an agreement; cause, other routes, limitation day.

Order 17 Art 30 (record the failure, tell the parties in writing that arbitration is open), PML Art 26 (end it and tell
the other routes), LDMAL Art 14. No judgment on the merits, nothing that was offered in confidence.
"""

from collections.abc import Iterable, Iterator

from mediation.core.money import yuan
from mediation.documents.facts import CaseFacts, OutcomeFacts
from mediation.documents.passages import (
    limitation_unsettled,
    party_signers,
    routes_and_limitation,
    signature_roll,
    staff_signers,
)
from mediation.documents.spec import Finding, FormSpec
from mediation.documents.typeset.blocks import Block, Heading, Note, P, Seal, Sign, Strong, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import dispute, names, paragraphs

TITLES = {"failed": "调解不成告知书", "withdrawn": "调解终止告知书", "terminated": "调解终止告知书"}
ENDINGS = {
    "failed": "经调解，双方未能达成调解协议，本次调解不成",
    "withdrawn": "申请人撤回调解申请，本次调解终止",
    "terminated": "本次调解终止",
}
NO_JUDGMENT = "本告知书只记载调解的经过和结果，不对争议的是非和责任作出判断；调解过程中为达成协议所作的让步和认可，依法不作为对其不利的依据。"


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    return limitation_unsettled(facts, SPEC.basis)


SPEC = FormSpec(
    code="D15",
    title="调解不成（终止）告知书",
    basis="《企业劳动争议协商调解规定》第三十条、《中华人民共和国人民调解法》第二十六条、《中华人民共和国劳动争议调解仲裁法》第十四条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("parties.*.name", "当事人姓名或者名称"),
        ("received_on", "收到申请日期"),
        ("outcome", "调解结果"),
        ("outcome.cause", "调解不成或者终止的原因"),
        ("outcome.ended_on", "调解结束日期"),
        ("mediators", "调解员"),
    ),
    signed_by=("applicant", "respondent", "mediator", "recorder"),
    sealed=True,
    copies="当事人每人一份，存档一份",
    available_in=frozenset({"mediating", "extended", "failed", "withdrawn", "terminated"}),
    number_kind="failure_notice",
    official_source="无全国统一格式；委员会自定",
    refuse=_refuse,
)


def title(facts: CaseFacts) -> str:
    """The title follows how the mediation ended."""
    return TITLES.get(facts.outcome.kind, SPEC.title) if facts.outcome else SPEC.title


def build(facts: CaseFacts) -> Iterator[Block]:
    """The notice to all parties, with their signatures for the record of failure."""
    outcome = facts.outcome or OutcomeFacts("failed", "")
    yield Title(title(facts), facts.document_number)
    yield P(f"{names(facts.applicants)}、{names(facts.respondents)}：", indent=0)
    accepted = f"，于{chinese_date(facts.accepted_on)}受理" if facts.accepted_on else ""
    reference = f"，案号为{facts.case_no}" if facts.case_no else ""
    yield P(
        f"{dispute(facts)}，本委员会于{chinese_date(facts.received_on)}收到调解申请{accepted}{reference}。现将调解结果告知如下："
    )
    yield Heading("一、争议的主要情况")
    if facts.claims:
        yield P(f"申请人的请求：{'；'.join(_claim_items(facts))}。")
    yield from (P(text) for text in paragraphs(facts.facts_text))
    yield Heading("二、调解结果和原因")
    yield P(f"{ENDINGS.get(outcome.kind, ENDINGS['terminated'])}，于{chinese_date(outcome.ended_on)}结束。")
    yield P((Strong("原因："), outcome.cause or "＿＿＿＿＿＿＿＿＿＿＿＿"))
    yield from (P(text) for text in paragraphs(outcome.detail))
    yield from routes_and_limitation(facts)
    yield Together((P(NO_JUDGMENT), P("特此告知。"), Seal(facts.committee_name, facts.issued_on)))
    yield from _record(facts)


def _claim_items(facts: CaseFacts) -> Iterator[str]:
    for claim in facts.claims:
        said = f"{yuan(claim.amount_fen)}元" if claim.amount_fen is not None else claim.amount_text
        yield f"{claim.item}{said}"


def _record(facts: CaseFacts) -> Iterator[Block]:
    yield from signature_roll(facts, with_amounts=False)
    yield Together(
        (
            P("当事人对调解不成（终止）的情况签名确认，并已收到本告知书：", indent=0),
            Sign(party_signers(facts) + staff_signers(facts)),
            Note("当事人拒绝签名或者未到场的，由调解员注明情况，不影响本告知书的送达。"),
        )
    )
