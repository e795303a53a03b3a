"""D08 法定代表人身份证明书: who stands for a company (by analogy CPL Art 51)."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.spec import Ask, FormSpec, Per
from mediation.documents.stages import AFTER_AGREEMENT, BEFORE_ACCEPTANCE, IN_MEDIATION
from mediation.documents.typeset.blocks import Block, Field, Fields, Note, P, Seal, Title, Together, Under
from mediation.documents.wording import BLANK


def _post(facts: CaseFacts) -> str:
    return facts.subject_party.legal_representative_post if facts.subject_party else ""


SPEC = FormSpec(
    code="D08",
    title="法定代表人身份证明书",
    basis="参照《中华人民共和国民事诉讼法》第五十一条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("subject_party.name", "单位名称"),
        ("subject_party.legal_representative", "法定代表人（负责人）姓名"),
    ),
    signed_by=("organisation",),
    sealed=False,
    copies="一份，由单位盖章后提交",
    available_in=BEFORE_ACCEPTANCE | IN_MEDIATION | AFTER_AGREEMENT,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    asks=(Ask("post", "法定代表人（负责人）的职务", propose=_post),),
    fits=lambda facts: any(not party.is_person for party in facts.parties),
    per=Per.ORGANISATION,
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The certificate, for the company to seal."""
    party = facts.subject_party
    name = party.name if party else ""
    person = party.legal_representative if party else ""
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"{facts.committee_name}：", indent=0)
    yield P(
        (
            Under(person, 6 if not person else 0),
            "在我单位担任",
            Under(facts.typed_text("post") or _post(facts), 6),
            "职务，是我单位的法定代表人（负责人）。",
        )
    )
    yield P("特此证明。")
    yield Fields(
        (
            (Field("单位全称：", name),),
            (Field("统一社会信用代码：", party.credit_code if party else ""),),
            (Field("住所：", party.address if party else ""),),
            (Field("法定代表人（负责人）电话：", ""),),
        )
    )
    yield Together(
        (
            Seal(name or BLANK, None),
            Note("附：统一社会信用代码证（营业执照）复印件、法定代表人（负责人）身份证复印件。"),
        )
    )
