"""D02 口头申请记录: an application made by word of mouth, written down on the spot (LDMAL Art 12; Order 17 Art 21)."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import READ_AND_RIGHT, claims, free_text, parties, signature_roll, signer
from mediation.documents.spec import Ask, FormSpec
from mediation.documents.stages import BEFORE_ACCEPTANCE, IN_MEDIATION
from mediation.documents.typeset.blocks import (
    Blank,
    Block,
    Field,
    Fields,
    Heading,
    Items,
    P,
    Sign,
    Signer,
    Title,
    Together,
)
from mediation.documents.typeset.render import chinese_date

SPEC = FormSpec(
    code="D02",
    title="口头申请记录",
    basis="《中华人民共和国劳动争议调解仲裁法》第十二条、《企业劳动争议协商调解规定》第二十一条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("received_on", "申请日期"),
        ("applicants", "申请人"),
        ("applicants.*.name", "申请人姓名或者名称"),
        ("applicants.*.phone", "申请人联系电话"),
        ("respondents", "被申请人"),
        ("respondents.*.name", "被申请人姓名或者名称"),
        ("claims", "请求事项"),
        ("facts_text", "申请的理由"),
    ),
    signed_by=("applicant", "recorder"),
    sealed=False,
    copies="一份，归入卷宗",
    available_in=BEFORE_ACCEPTANCE | IN_MEDIATION,
    number_kind=None,
    official_source="无全国统一格式；内容依上列条文，委员会自定",
    asks=(
        Ask("time", "记录时间", hint="口头申请须记明时间，如 9:30"),
        Ask("place", "记录地点", propose=lambda facts: facts.station_name),
        Ask("recorder", "记录人", propose=lambda facts: facts.handler),
    ),
    fits=lambda facts: facts.application_mode == "oral",
)

TOLD = (
    "申请人以口头方式申请调解，记录人当场记录如下。已告知申请人：调解以双方自愿为前提，不收取费用，可以随时要求终止；"
    "申请调解不影响依法申请仲裁或者提起诉讼的权利。"
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The record of what the applicant said."""
    yield Title(SPEC.title_for(facts), facts.document_number)
    when = " ".join(filter(None, (chinese_date(facts.received_on), facts.typed_text("time"))))
    yield Fields(
        (
            (Field("登记号：", facts.number, 6), Field("记录人：", facts.typed_text("recorder"), 5)),
            (Field("时间：", when),),
            (Field("地点：", facts.typed_text("place")),),
            (Field("调解组织：", facts.committee_name),),
        )
    )
    yield P(TOLD)
    yield from parties(facts)
    yield Heading("请求事项")
    yield from claims(facts)
    yield Heading("纠纷简要情况" if facts.is_peoples else "申请的理由")
    yield from free_text(facts.facts_text, lines=6)
    yield Heading("证据")
    yield Items(facts.evidence or ((Blank(22),),))
    yield from signature_roll(facts, with_amounts=False)
    people = () if facts.has_many_applicants else tuple(signer(party) for party in facts.applicants)
    recorder = Signer("记录人", facts.typed_text("recorder"))
    yield Together((P(READ_AND_RIGHT), Sign((*people, recorder))))
