"""PM12 封底: form 12 of 司发通〔2010〕239号, the last sheet of the file."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.spec import FormSpec, Sheet
from mediation.documents.stages import TO_BE_CLOSED
from mediation.documents.typeset.blocks import Block, Field, Fields, P, Spread, Title
from mediation.documents.wording import number_of

SPEC = FormSpec(
    code="PM12",
    title="封底",
    basis="《中华人民共和国人民调解法》第二十七条、《企业劳动争议协商调解规定》第三十二条",
    required=(("committee_name", "调解委员会名称"),),
    signed_by=(),
    sealed=False,
    copies="一份，装入卷宗",
    available_in=TO_BE_CLOSED,
    number_kind=None,
    official_source="司发通〔2010〕239号第12种（封底），未见原文",
    sheet=Sheet.COVER,
    national=(12,),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The back of the file: how many sheets, who bound it."""
    yield Spread(7)
    yield Title(SPEC.title_for(facts))
    yield Spread(2)
    yield Fields(
        (
            (Field("卷　号：", number_of(facts)),),
            (Field("页　数：", "", 5), Field("附件件数：", "", 5)),
            (Field("装订人：", "", 5), Field("装订日期：", "", 5)),
        )
    )
    yield Spread(2)
    yield P(facts.committee_name, align="center", indent=0)
