"""D19 司法确认申请书: both parties ask the court to confirm the agreement, within 30 days of its effect.

CPL Art 205; 法释〔2011〕5号 Art 3; 民诉法解释 Art 354; LI-1 Art 52 (at a people's committee: duties to pay or perform).
"""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts, PartyFacts
from mediation.documents.forms import joint_application as joint
from mediation.documents.spec import Ask, Finding, FormSpec
from mediation.documents.stages import AFTER_AGREEMENT
from mediation.documents.typeset.blocks import Block, Grid, Heading, P, Title
from mediation.documents.wording import BLANK

_LABOUR_BODIES = frozenset({"enterprise_committee", "township", "industry_labour"})


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    if any(step.route == "arbitration_review" for step in facts.force):
        yield Finding("under_review", "已经申请仲裁审查，同一协议不再申请司法确认", SPEC.basis)
    yield from joint.too_late(facts, "JC-30D", "司法确认", SPEC.basis)


SPEC = FormSpec(
    code="D19",
    title="司法确认申请书",
    basis="《中华人民共和国民事诉讼法》第二百零五条、法释〔2011〕5号第三条、《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》第三百五十四条",
    required=joint.REQUIRED,
    signed_by=("applicant", "respondent"),
    sealed=False,
    copies="一份及附件，双方当事人共同提交",
    available_in=AFTER_AGREEMENT,
    number_kind=None,
    official_source="司发通〔2010〕239号第13种（司法确认有关材料）；申请书内容依上列规定，委员会自定",
    asks=(Ask("court", "受理的人民法院", propose=lambda facts: facts.court, hint="有管辖权的基层人民法院全称"),),
    refuse=_refuse,
    fits=joint.is_written,
)

UNDERTAKING = (
    "申请人共同承诺：双方当事人出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；如果因为该协议内容而给他人造成损害的，"
    "愿意承担相应的民事责任和其他法律责任。所提交的材料真实；没有就同一协议申请仲裁审查或者提起诉讼。"
)
ANNEXES = (
    "调解协议书原件。",
    "调解委员会主持调解的证明（受理通知书、调解笔录）。",
    "申请人身份证明、资格证明；委托代理人的，授权委托书和代理人身份证明。",
    "与调解协议相关的财产权利证明等材料。",
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The application of both parties."""
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield from joint.parties_text(facts)
    yield Heading("请求事项")
    yield P(_request(facts))
    yield Heading("事实与理由")
    yield from joint.facts_and_reasons(facts)
    yield P(
        "现依据《中华人民共和国民事诉讼法》第二百零五条的规定，自调解协议生效之日起30日内共同提出申请。司法确认不收取费用。"
    )
    yield P(UNDERTAKING)
    yield Heading("送达地址和联系方式")
    rows = tuple((party.name, _address(party), party.phone) for party in facts.parties)
    yield Grid(("申请人", "送达地址", "电话"), rows or (("", "", ""),), (45, 75, 36), "llc")
    yield from joint.ending(facts, facts.typed_text("court"), ANNEXES)


def _request(facts: CaseFacts) -> str:
    # LI-1 Art 52: a labour agreement of a people's mediation committee is confirmed as to duties to pay or perform.
    is_limited = not facts.is_peoples and facts.legal_basis and not _LABOUR_BODIES & set(facts.legal_basis)
    scope = "中有关给付义务的内容" if is_limited else ""
    return f"请求依法确认申请人之间达成的调解协议（{facts.agreement_number or BLANK}）{scope}有效。"


def _address(party: PartyFacts) -> str:
    return party.service_address or party.address
