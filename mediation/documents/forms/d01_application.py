"""D01 调解申请书 (on the track `peoples` form 3 of 司发通〔2010〕239号, 人民调解申请书).

LDMAL Art 12 and Order 17 Art 21: basic data of the parties, requests, facts and reasons, day.
"""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts, PartyFacts
from mediation.documents.passages import claims, free_text, parties, signature_roll, signer
from mediation.documents.spec import FormSpec
from mediation.documents.typeset.blocks import (
    Blank,
    Block,
    Field,
    Fields,
    Heading,
    Items,
    Note,
    P,
    Sign,
    Title,
    Together,
)

SPEC = FormSpec(
    code="D01",
    title="调解申请书",
    titles=(("peoples", "人民调解申请书"),),
    basis="《中华人民共和国劳动争议调解仲裁法》第十二条、《企业劳动争议协商调解规定》第二十一条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("applicants", "申请人"),
        ("applicants.*.name", "申请人姓名或者名称"),
        ("applicants.*.phone", "申请人联系电话"),
        ("respondents", "被申请人"),
        ("respondents.*.name", "被申请人姓名或者名称"),
        ("claims", "请求事项"),
        ("facts_text", "事实与理由"),
    ),
    signed_by=("applicant",),
    sealed=False,
    copies="正本一份，并按被申请人人数提交副本",
    available_in=frozenset({"received", "consent_inquiry", "accepted", "not_accepted", "mediating", "extended"}),
    number_kind=None,
    official_source="司发通〔2010〕239号第3种（人民调解申请书）；劳动争议调解无全国统一格式，标题和内容由委员会自定",
    national=(3,),
)

TOLD_PEOPLES = "人民调解委员会已将申请人民调解的相关规定告知我（单位），现自愿申请调解，请依法予以调解。"
TOLD_LABOUR = "申请人自愿申请调解，并确认以上内容属实；已知悉调解不收取费用，可以随时要求终止调解，申请调解不影响依法申请仲裁或者提起诉讼的权利。"

ANNEXES = "附：本申请书副本{count}份（被申请人每人一份）、申请人身份证明复印件、证据材料。"


def build(facts: CaseFacts) -> Iterator[Block]:
    """The application as the applicant hands it in."""
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield from parties(facts)
    yield Heading("请求事项")
    yield from claims(facts)
    yield Heading("纠纷简要情况" if facts.is_peoples else "事实与理由")
    yield from free_text(facts.facts_text, lines=5)
    yield Heading("证据清单")
    yield Items(facts.evidence or ((Blank(22),),))
    yield Heading("送达地址及方式确认")
    for applicant in facts.applicants[:1] if facts.has_many_applicants else facts.applicants:
        yield _service(applicant)
    told = P(TOLD_PEOPLES if facts.is_peoples else TOLD_LABOUR)
    addressed = (P("此致"), P(facts.committee_name, indent=0))
    annexes = Note(ANNEXES.format(count=len(facts.respondents)))
    if facts.has_many_applicants:
        yield told
        yield from signature_roll(facts, with_amounts=False)
        yield Together((*addressed, annexes))
    else:
        yield Together((told, *addressed, Sign(tuple(signer(party) for party in facts.applicants)), annexes))


def _service(party: PartyFacts) -> Fields:
    address = party.service_address or party.address
    return Fields(
        (
            (Field("收件人：", party.name, 5), Field("送达方式：", party.service_wish, 7)),
            (Field("送达地址：", address),),
            (Field("接收电话：", party.phone),),
        )
    )
