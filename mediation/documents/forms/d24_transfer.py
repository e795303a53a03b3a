"""D24 移送函: hands a matter to another body, with the party's consent unless the law orders it (PML Art 25; LDMAL Art 9).

The package holds only what stands in the open file; nothing said in separate talks leaves the committee.
"""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.remedies import limitation_sentence
from mediation.documents.spec import TYPED, Ask, Finding, FormSpec, Kind, Per, Sheet
from mediation.documents.stages import CLOSED, OPEN
from mediation.documents.typeset.blocks import Block, Heading, Items, P, Seal, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, claim_items, dispute, names, number_of, paragraphs

CONSENTED, ORDERED = "当事人同意移送", "法律规定应当报告或者移送"


def _reason(facts: CaseFacts) -> str:
    return facts.outcome.cause if facts.outcome and facts.outcome.kind == "referred" else ""


def _annexes(facts: CaseFacts) -> str:
    return "\n".join(facts.evidence)


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    if facts.typed_text("ground") == CONSENTED and not facts.typed_day("consented_on"):
        yield Finding("no_consent_day", "请填写当事人同意移送的日期", SPEC.basis, TYPED, "consented_on")


SPEC = FormSpec(
    code="D24",
    title="移送函",
    basis="《中华人民共和国人民调解法》第二十五条、《中华人民共和国劳动争议调解仲裁法》第九条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("received_on", "收到申请日期"),
        ("applicants.*.name", "申请人姓名或者名称"),
    ),
    signed_by=(),
    sealed=True,
    copies="一式两份，受移送机关一份，存档一份",
    available_in=OPEN | CLOSED,
    number_kind="transfer",
    official_source="无全国统一格式；按公文格式（GB/T 9704-2012）由委员会自定",
    asks=(
        Ask("addressee", "受移送（转介）机关", hint="机关全称，如某区劳动保障监察大队", propose=lambda facts: ""),
        Ask("reason", "移送（转介）的理由", Kind.TEXT, propose=_reason),
        Ask("ground", "移送依据", Kind.CHOICE, choices=(CONSENTED, ORDERED)),
        Ask("consented_on", "当事人同意的日期", Kind.DAY, is_required=False),
        Ask("annexes", "随函材料", Kind.TEXT, is_required=False, hint="每行一件；只能是正卷材料", propose=_annexes),
    ),
    refuse=_refuse,
    per=Per.AGAIN,
    sheet=Sheet.LETTER,
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The letter to the other body."""
    typed = facts.typed_text
    yield Title(f"{facts.committee_name}\n{SPEC.title_for(facts)}", facts.document_number)
    yield P(f"{typed('addressee') or BLANK}：", indent=0)
    yield P(
        f"{dispute(facts)}（本委员会编号：{number_of(facts)}），本委员会于{chinese_date(facts.received_on)}收到申请。"
        "因下列理由，现移送（转介）你单位处理："
    )
    yield Heading("一、移送（转介）的理由")
    for text in paragraphs(typed("reason")) or (BLANK,):
        yield P(text)
    yield Heading("二、当事人和基本情况")
    yield P(f"申请人：{names(facts.applicants)}。被申请人：{names(facts.respondents)}。")
    yield P(f"请求：{claim_items(facts)}。")
    yield from (P(text) for text in paragraphs(facts.facts_text))
    if facts.limitation and not facts.limitation.is_provisional:
        yield P(limitation_sentence(facts))
    yield Heading("三、当事人的意愿")
    yield P(_will(facts))
    yield Heading("四、随函材料")
    annexes = paragraphs(typed("annexes"))
    yield Items(annexes) if annexes else P("无。")
    contact = "，".join(filter(None, (facts.handler and f"承办人{facts.handler}", facts.committee_phone)))
    yield Together(
        (
            P(f"请将处理结果告知本委员会。联系方式：{contact or BLANK}。"),
            P("此函。"),
            Seal(facts.committee_name, facts.issued_on),
        )
    )


def _will(facts: CaseFacts) -> str:
    if facts.typed_text("ground") == ORDERED:
        return "本函依照法律规定报告或者移送，不以当事人同意为条件。"
    return f"当事人已于{chinese_date(facts.typed_day('consented_on'))}同意将本事项和随函材料移送你单位。"
