"""D04 调解意见征询书 with its 回执: asks a respondent whether it agrees to mediation (Order 17 Art 22–23; PML Art 17)."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import SIDE_LABELS, signer
from mediation.documents.spec import Ask, FormSpec, Kind, Per
from mediation.documents.stages import BEFORE_ACCEPTANCE
from mediation.documents.typeset.blocks import (
    Block,
    Break,
    Checks,
    Field,
    Fields,
    Heading,
    Items,
    Lines,
    P,
    Seal,
    Sign,
    Signer,
    Strong,
    Title,
    Together,
)
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, claim_text, dispute, names, number_of

_ACCEPT_BY = ("LM-ACCEPT-3WD", "NF-ACCEPT")


def _last_day_to_accept(facts: CaseFacts) -> str:
    """An answer is of use only while the application can still be accepted in time."""
    days = [facts.deadline(rule) for rule in _ACCEPT_BY]
    known = [day.last_day for day in days if day and not day.is_provisional]
    return known[0].isoformat() if known else ""


def _why_no_day(facts: CaseFacts) -> str:
    found = next((day for day in map(facts.deadline, _ACCEPT_BY) if day), None)
    if found is None or not found.is_provisional:
        return ""
    return (
        f"没有代填日期：受理期限的最后一日还是暂定的（{found.last_day.year}年放假安排尚未录入，或者新日期还没有确认），"
        "请核对日历后填写。"
    )


SPEC = FormSpec(
    code="D04",
    title="调解意见征询书",
    basis="《企业劳动争议协商调解规定》第二十二条、第二十三条，《中华人民共和国人民调解法》第十七条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("received_on", "收到申请日期"),
        ("applicants.*.name", "申请人姓名或者名称"),
        ("subject_party.name", "被申请人姓名或者名称"),
        ("claims", "请求事项"),
    ),
    signed_by=("respondent",),
    sealed=True,
    copies="一式两份，被申请人一份，存档一份；回执由被申请人填写后交回",
    available_in=BEFORE_ACCEPTANCE,
    number_kind="consent_inquiry",
    official_source="无全国统一格式；委员会自定",
    asks=(Ask("answer_by", "请于何日前答复", Kind.DAY, propose=_last_day_to_accept, why_none=_why_no_day),),
    per=Per.RESPONDENT,
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The question, and the slip to answer it on."""
    asked = facts.subject_party
    name = asked.name if asked else ""
    answer_by = chinese_date(facts.typed_day("answer_by"))
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"{name or BLANK}：", indent=0)
    yield P(
        f"本委员会于{chinese_date(facts.received_on)}收到{names(facts.applicants)}的调解申请（登记号：{facts.number}），"
        f"请求就{dispute(facts)}进行调解。申请人的请求是："
    )
    yield Items(tuple(map(claim_text, facts.claims)) or (BLANK,))
    yield P(
        "调解应当双方自愿。现征询你（单位）是否同意由本委员会调解。调解不收取费用；同意调解不等于承认对方的请求，调解中可以随时要求终止，"
        "也不影响依法通过仲裁、诉讼等途径解决。"
    )
    yield P(
        (
            f"请于{answer_by}",
            Strong("前"),
            "填写所附回执交回本委员会；逾期没有答复的，本委员会按照没有取得你（单位）同意处理。",
        )
    )
    contact = "，".join(filter(None, (facts.committee_address, facts.committee_phone)))
    yield Together((P(f"联系方式：{contact or BLANK}。"), Seal(facts.committee_name, facts.issued_on)))
    yield Break()
    yield from _slip(facts, name)


def _slip(facts: CaseFacts, name: str) -> Iterator[Block]:
    asked = facts.subject_party
    yield Title("回　执")
    yield P(f"{facts.committee_name}：", indent=0)
    number = facts.document_number or number_of(facts)
    yield P(f"你委员会《{SPEC.title_for(facts)}》（{number}）已于＿＿＿＿年＿＿月＿＿日收到。现答复如下：")
    yield Checks("　　", ("同意由你委员会调解",))
    yield Checks("　　", ("不同意调解，理由：",))
    yield Lines(2)
    yield Heading("对申请人请求的意见（可以不填）")
    yield Lines(3)
    yield Heading("参加调解的人员")
    yield Fields(
        (
            (Field("姓名：", "", 5), Field("职务：", "", 5)),
            (Field("电话：", "", 5), Field("电子送达方式：", "", 5)),
            (Field("送达地址：", ""),),
        )
    )
    yield Sign((signer(asked) if asked else Signer(SIDE_LABELS["respondent"], name),))
