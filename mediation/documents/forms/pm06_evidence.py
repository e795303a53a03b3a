"""PM06 人民调解证据材料: form 6 of 司发通〔2010〕239号, the sheet before the evidence of the file."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.spec import FormSpec, Sheet
from mediation.documents.stages import ALWAYS
from mediation.documents.typeset.blocks import Block, Field, Fields, Grid, Sign, Signer, Title
from mediation.documents.wording import dispute, number_of

_LEAST_ROWS = 10

SPEC = FormSpec(
    code="PM06",
    title="证据材料",
    titles=(("peoples", "人民调解证据材料"),),
    basis="《中华人民共和国人民调解法》第二十七条、《企业劳动争议协商调解规定》第三十二条",
    required=(("committee_name", "调解委员会名称"), ("evidence", "证据材料")),
    signed_by=("filer",),
    sealed=False,
    copies="一份，置于证据材料之前",
    available_in=ALWAYS,
    number_kind=None,
    official_source="司发通〔2010〕239号第6种（人民调解证据材料）",
    sheet=Sheet.COVER,
    national=(6,),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The list of the evidence that follows."""
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield Fields(((Field("卷号：", number_of(facts)),), (Field("卷名：", dispute(facts)),)))
    rows = [(str(number), name, "", "", "") for number, name in enumerate(facts.evidence, 1)]
    rows += [(str(number), "", "", "", "") for number in range(len(rows) + 1, _LEAST_ROWS + 1)]
    yield Grid(
        ("序号", "证据名称", "份数", "页数", "提供人"), tuple(rows), (14, 78, 18, 18, 28), "clccc", row_height_mm=11
    )
    yield Sign((Signer("立卷人", facts.handler),))
