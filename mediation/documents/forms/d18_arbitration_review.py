"""D18 仲裁审查申请书: both parties ask the arbitration commission to review the agreement, within 15 days of its effect.

Order 17 Art 27; Order 33 Art 74 (who, when, with what) and Art 75 (what is not accepted).
"""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.forms import joint_application as joint
from mediation.documents.remedies import ways_to_force
from mediation.documents.spec import Ask, Finding, FormSpec
from mediation.documents.stages import AFTER_AGREEMENT
from mediation.documents.typeset.blocks import Block, Heading, P, Title
from mediation.documents.wording import BLANK

_NOT_ACCEPTED = "《劳动人事争议仲裁办案规则》第七十五条"
WAY = "仲裁审查"


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    if facts.agreement and facts.agreement.confirms_relationship:
        yield Finding("confirms_relationship", "协议涉及确认劳动关系，仲裁委员会不受理审查申请", _NOT_ACCEPTED)
    elif WAY not in {way.name for way in ways_to_force(facts)}:
        yield Finding(
            "no_labour_body", "本委员会按设置不是可以申请仲裁审查的调解组织", "《劳动人事争议仲裁办案规则》第七十四条"
        )
    if any(step.route == "judicial_confirmation" for step in facts.force):
        yield Finding("confirmed_by_court", "已经申请司法确认，不再受理仲裁审查申请", _NOT_ACCEPTED)
    yield from joint.too_late(facts, "LM-ARBREVIEW-15D", WAY, SPEC.basis)


SPEC = FormSpec(
    code="D18",
    title="仲裁审查申请书",
    basis="《企业劳动争议协商调解规定》第二十七条、《劳动人事争议仲裁办案规则》第七十四条",
    required=joint.REQUIRED,
    signed_by=("applicant", "respondent"),
    sealed=False,
    copies="一份及附件，双方当事人共同提交",
    available_in=AFTER_AGREEMENT,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    asks=(
        Ask(
            "commission",
            "受理的仲裁委员会",
            propose=lambda facts: facts.arbitration_commission,
            hint="有管辖权的劳动人事争议仲裁委员会全称",
        ),
    ),
    refuse=_refuse,
    fits=lambda facts: facts.track in ("labour", "new_form") and joint.is_written(facts),
)

REQUEST = "请求对申请人之间达成的调解协议（{number}）进行审查，并根据该协议制作调解书。"
TRUE = (
    "申请人共同声明：调解协议是双方真实意思表示，自愿达成，内容不违反法律、行政法规的强制性规定，不损害国家利益、社会公共利益和他人"
    "合法权益；不涉及确认劳动关系；没有就同一协议申请司法确认。所提交的材料真实，如有不实，愿意承担相应的法律责任。"
)
ANNEXES = (
    "调解协议书原件。",
    "申请人身份证明；单位的营业执照、法定代表人身份证明书。",
    "委托代理人的，授权委托书和代理人身份证明。",
    "调解委员会出具的受理和调解过程的证明材料（受理通知书、调解笔录）。",
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The application of both parties."""
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield from joint.parties_text(facts)
    yield Heading("请求事项")
    yield P(REQUEST.format(number=facts.agreement_number or BLANK))
    yield Heading("事实与理由")
    yield from joint.facts_and_reasons(facts)
    yield P(f"现依据{SPEC.basis}的规定，自调解协议生效之日起15日内共同提出审查申请。")
    yield P(TRUE)
    yield from joint.ending(facts, facts.typed_text("commission"), ANNEXES)
