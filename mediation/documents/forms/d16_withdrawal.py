"""D16 撤回申请书 / 终止调解记录: a party ends the mediation (PML Art 23).

Whoever ends a mediation learns what other ways are open and until when.
"""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import (
    limitation_unsettled,
    party_signers,
    routes_and_limitation,
    signature_roll,
    signer,
    staff_signers,
)
from mediation.documents.spec import Ask, Finding, FormSpec, Kind
from mediation.documents.stages import BEFORE_ACCEPTANCE, IN_MEDIATION
from mediation.documents.typeset.blocks import Block, Heading, P, Sign, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import dispute, names, number_of, paragraphs

TERMINATION = "终止调解记录"


def _cause(facts: CaseFacts) -> str:
    return facts.outcome.cause if facts.outcome else ""


def _ended_on(facts: CaseFacts) -> str:
    return facts.outcome.ended_on.isoformat() if facts.outcome and facts.outcome.ended_on else ""


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    return limitation_unsettled(facts, SPEC.basis)


SPEC = FormSpec(
    code="D16",
    title="撤回申请书",
    basis="《中华人民共和国人民调解法》第二十三条",
    required=(("committee_name", "调解委员会名称"), ("parties.*.name", "当事人姓名或者名称")),
    signed_by=("applicant",),
    sealed=False,
    copies="一份，归入卷宗",
    available_in=BEFORE_ACCEPTANCE | IN_MEDIATION | {"withdrawn", "terminated"},
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    asks=(
        Ask("reason", "撤回或者终止的理由", Kind.TEXT, propose=_cause),
        Ask("on", "撤回或者终止的日期", Kind.DAY, propose=_ended_on),
    ),
    refuse=_refuse,
)


def is_termination(facts: CaseFacts) -> bool:
    """Whether the mediation was ended otherwise than by the applicant's withdrawal."""
    return bool(facts.outcome and facts.outcome.kind == "terminated")


def build(facts: CaseFacts) -> Iterator[Block]:
    """The applicant's withdrawal, or the record that the mediation was ended."""
    day = chinese_date(facts.typed_day("on"))
    reasons = paragraphs(facts.typed_text("reason")) or ("＿" * 24,)
    if is_termination(facts):
        yield Title(TERMINATION, facts.document_number)
        yield P(f"{dispute(facts)}（案号：{number_of(facts)}），经{facts.committee_name}调解，于{day}终止。")
    else:
        yield Title(SPEC.title_for(facts), facts.document_number)
        yield P(f"{facts.committee_name}：", indent=0)
        yield P(
            f"{names(facts.applicants)}于{chinese_date(facts.received_on)}就{dispute(facts)}（案号：{number_of(facts)}）"
            f"向你委员会申请调解，现于{day}自愿撤回调解申请。"
        )
    yield Heading("一、理由")
    yield from (P(text) for text in reasons)
    yield Heading("二、已告知的事项")
    yield P("撤回申请或者终止调解，不是放弃实体权利；符合条件的，可以再次申请调解，也可以依法通过下列途径主张权利。")
    yield from routes_and_limitation(facts)
    yield from signature_roll(facts, with_amounts=False)
    told = P(
        "以上内容是本人（单位）的真实意思，已知悉其他途径和时效。" if not is_termination(facts) else "以上情况属实。"
    )
    if is_termination(facts):
        signers = party_signers(facts) + staff_signers(facts)
    else:
        signers = tuple(signer(party) for party in facts.applicants) if not facts.has_many_applicants else ()
    yield Together((told, Sign(signers))) if signers else told
