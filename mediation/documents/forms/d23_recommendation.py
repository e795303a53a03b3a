"""D23 规范用工建议书: an official letter to a company on a pattern seen in one or several cases.

Never called 调解建议书, which is the arbitration commission's invitation to mediate (Order 33 Art 69). No statute gives a
committee this letter; workers stay unnamed. It is made of one case, or of a recommendation that rests on several: then
it has a subject, and a form for the reply as its last page.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from mediation.documents.facts import CaseFacts
from mediation.documents.spec import TYPED, Ask, Finding, FormSpec, Kind, Per, Sheet
from mediation.documents.stages import AFTER_AGREEMENT, CLOSED, ENDED_WITHOUT, IN_MEDIATION
from mediation.documents.typeset.blocks import (
    Block,
    Break,
    Field,
    Fields,
    Grid,
    Heading,
    Items,
    Lines,
    Note,
    P,
    Seal,
    Sign,
    Signer,
    Strong,
    Title,
    Together,
)
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, paragraphs

_TEXTS = (("problem", "一、发现的问题"), ("rules", "二、有关规定"), ("advice", "三、建议"))
# A phone or an ID number says who somebody is as well as a name does.
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


def _addressee(facts: CaseFacts) -> str:
    return next((party.name for party in facts.respondents if not party.is_person), "")


def naming(texts: Mapping[str, str], words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(key of the text, what it says) for every name or case number of ``words``, phone and ID number in some texts.

    One character alone is no name that could be told from a word.
    """
    wanted = sorted({word for word in words if len(word) > 1})
    for key, text in texts.items():
        yield from ((key, word) for word in wanted if word in text)
        yield from ((key, match.group()) for match in _PERSONAL_NUMBER.finditer(text))


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    names = [party.name for party in facts.parties if party.is_person]
    for key, said in naming({key: facts.typed_text(key) for key, _heading in _TEXTS}, names):
        yield Finding("names_a_person", f"建议书不写个人姓名，请隐去“{said}”", SPEC.basis, TYPED, key)


SPEC = FormSpec(
    code="D23",
    title="规范用工建议书",
    basis="调解组织的工作建议，无专门的法律条文；不具有强制力",
    required=(("committee_name", "调解委员会名称"),),
    signed_by=(),
    sealed=True,
    copies="一式两份，被建议单位一份，存档一份",
    available_in=IN_MEDIATION | AFTER_AGREEMENT | ENDED_WITHOUT | CLOSED,
    number_kind="recommendation",
    official_source="无全国统一格式；按公文格式（GB/T 9704-2012）由委员会自定",
    asks=(
        Ask("addressee", "被建议单位", propose=_addressee),
        Ask("problem", "发现的问题", Kind.TEXT, hint="只写做法和后果，隐去个人姓名和案号"),
        Ask("rules", "有关规定", Kind.TEXT, hint="逐条写明法律、法规的名称和条款，由律师核对"),
        Ask("advice", "建议", Kind.TEXT),
        Ask("answer_by", "请于何日前答复", Kind.DAY),
    ),
    refuse=_refuse,
    per=Per.AGAIN,
    sheet=Sheet.LETTER,
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The letter, and the form for the reply where it has a subject of its own."""
    typed = facts.typed_text
    subject = typed("subject")
    yield Title(f"{facts.committee_name}\n{SPEC.title_for(facts)}", facts.document_number)
    if subject:
        yield P((Strong(subject),), indent=0, align="center")
    yield P(f"{typed('addressee') or BLANK}：", indent=0)
    yield P(
        "本委员会在调解工作中发现，你单位在用工管理方面存在可能引发争议的情形。为从源头上预防和减少争议，现提出如下建议："
    )
    for key, heading in _TEXTS:
        yield Heading(heading)
        lines = paragraphs(typed(key))
        if subject and key == "advice" and lines:
            yield Items(lines)
        else:
            yield from (P(line) for line in lines)
        if not lines:
            yield Lines(3)
    contact = "，".join(filter(None, (facts.committee_address, facts.committee_phone)))
    yield P(
        f"请你单位研究采纳，并于{chinese_date(facts.typed_day('answer_by'))}前将采纳情况书面告知本委员会。"
        f"联系方式：{contact or BLANK}。"
    )
    yield P("本建议书供你单位改进用工管理参考，不是对具体争议的是非和责任作出的判断。")
    yield Together((Seal(facts.committee_name, facts.issued_on),))
    if subject:
        yield from _reply(facts, paragraphs(typed("advice")))


def _reply(facts: CaseFacts, advice: tuple[str, ...]) -> Iterator[Block]:
    """What the company fills in where it does not answer in the system."""
    yield Break()
    yield Title("采纳情况答复表")
    yield Fields((
        (Field("建议书文号", facts.document_number),),
        (Field("答复单位", facts.typed_text("addressee")),),
    ))  # fmt: skip
    rows = tuple((str(number), text, "□", "□", "□", "") for number, text in enumerate(advice, 1))
    header = ("序号", "建议", "采纳", "部分采纳", "不采纳", "理由、措施和日期")
    yield Grid(header, rows, (1, 5, 1, 1.6, 1.3, 4.6), "clcccl", row_height_mm=26)
    yield Fields(((Field("整改措施自何日起执行", ""),),))
    yield Sign((Signer("答复单位", hint="盖章", has_seal=True),))
    yield Note("答复自愿，没有答复的，本委员会可以视情况告知有关单位。答复中请不要写劳动者的个人信息。")
