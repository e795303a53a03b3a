"""D10 调查笔录 (on the track `peoples` form 5 of 司发通〔2010〕239号, 人民调解调查记录): what a person was asked and said.

Order 17 Art 32, PML Art 27. For the open file: nothing said in separate talks is written here.
"""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import READ_AND_RIGHT
from mediation.documents.spec import Ask, FormSpec, Kind, Per
from mediation.documents.stages import AFTER_AGREEMENT, BEFORE_ACCEPTANCE, IN_MEDIATION
from mediation.documents.typeset.blocks import (
    Block,
    Field,
    Fields,
    Heading,
    Lines,
    Note,
    P,
    Sign,
    Signer,
    Strong,
    Title,
    Together,
)
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import dispute, from_to, number_of, paragraphs

SPEC = FormSpec(
    code="D10",
    title="调查笔录",
    titles=(("peoples", "人民调解调查记录"),),
    basis="《企业劳动争议协商调解规定》第三十二条、《中华人民共和国人民调解法》第二十七条",
    required=(("committee_name", "调解委员会名称"),),
    signed_by=("person_asked", "asker", "recorder"),
    sealed=False,
    copies="一份，归入卷宗；被调查人在每页签名",
    available_in=BEFORE_ACCEPTANCE | IN_MEDIATION | AFTER_AGREEMENT,
    number_kind=None,
    official_source="司发通〔2010〕239号第5种（人民调解调查记录），栏目据通行式样整理，未见原文；劳动争议由委员会自定",
    asks=(
        Ask("asked_on", "调查日期", Kind.DAY),
        Ask("hours", "调查时间", is_required=False, hint="如 9:30至10:40"),
        Ask("place", "调查地点", propose=lambda facts: facts.station_name),
        Ask("present", "参加人", is_required=False),
        Ask("person", "被调查人姓名"),
        Ask(
            "person_details",
            "被调查人的身份",
            is_required=False,
            hint="性别、年龄、工作单位或住址、联系方式、与当事人的关系",
        ),
        Ask("asker", "调查人", propose=lambda facts: "、".join(facts.mediators) or facts.handler),
        Ask("recorder", "记录人", propose=lambda facts: facts.recorder or facts.handler),
        Ask("body", "笔录正文", Kind.TEXT, hint="一问一答，每段一行，以“问：”“答：”开头"),
    ),
    per=Per.AGAIN,
    national=(5,),
)

TOLD = "调查人已表明身份并说明来意：就{dispute}了解情况，被调查人应当如实陈述，不知道的可以说不知道；被调查人对记录有权核对和更正。"


def build(facts: CaseFacts) -> Iterator[Block]:
    """The record, question by question."""
    typed = facts.typed_text
    yield Title(SPEC.title_for(facts), facts.document_number)
    when = " ".join(filter(None, (chinese_date(facts.typed_day("asked_on")), from_to(typed("hours"), ""))))
    yield Fields(
        (
            (Field("案号：", number_of(facts)),),
            (Field("时间：", when),),
            (Field("地点：", typed("place")),),
            (Field("参加人：", typed("present")),),
            (Field("被调查人：", typed("person")),),
            (Field("身份：", typed("person_details")),),
            (Field("调查人：", typed("asker"), 6), Field("记录人：", typed("recorder"), 6)),
        )
    )
    yield Heading("记　录")
    yield P(TOLD.format(dispute=dispute(facts)))
    lines = paragraphs(typed("body"))
    if not lines:
        yield Lines(10)
    said = [_line(line) for line in lines]
    yield from said[:-1]
    # The last line goes with the signatures, so that no page holds signatures alone.
    yield Together(
        (
            *said[-1:],
            P(READ_AND_RIGHT),
            Sign(
                (
                    Signer("被调查人", typed("person"), "签名或者按指印"),
                    Signer("调查人", typed("asker")),
                    Signer("记录人", typed("recorder")),
                )
            ),
            Note("被调查人在每一页签名或者按指印；更正处由被调查人签名或者按指印。"),
        )
    )


def _line(line: str) -> P:
    mark, said = line[:2], line[2:].strip()
    return P((Strong(f"{mark[0]}："), said) if mark in ("问：", "答：", "问:", "答:") else line)
