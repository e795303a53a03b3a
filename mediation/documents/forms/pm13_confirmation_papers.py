"""PM13 司法确认有关材料: form 13 of 司发通〔2010〕239号, the sheet before the application and the court's decision."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import table
from mediation.documents.spec import FormSpec, Sheet
from mediation.documents.stages import AFTER_AGREEMENT, CLOSED
from mediation.documents.typeset.blocks import Block, Grid, Heading, Title
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import dispute, number_of

PAPERS = (
    "司法确认申请书",
    "调解协议书",
    "主持调解的证明",
    "当事人身份证明和资格证明",
    "人民法院受理文书",
    "人民法院裁定书",
)

SPEC = FormSpec(
    code="PM13",
    title="司法确认有关材料",
    basis="《中华人民共和国人民调解法》第三十三条、《中华人民共和国民事诉讼法》第二百零五条",
    required=(("committee_name", "调解委员会名称"), ("agreement", "调解协议")),
    signed_by=(),
    sealed=False,
    copies="一份，置于司法确认材料之前",
    available_in=AFTER_AGREEMENT | CLOSED,
    number_kind=None,
    official_source="司发通〔2010〕239号第13种（司法确认有关材料）",
    fits=lambda facts: any(step.route == "judicial_confirmation" for step in facts.force),
    sheet=Sheet.COVER,
    national=(13,),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """What was applied for, what the court decided, and the papers that follow."""
    step = next((one for one in facts.force if one.route == "judicial_confirmation"), None)
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield table(
        (
            ("卷号", number_of(facts), "调解协议编号", facts.agreement_number),
            ("卷名", dispute(facts)),
            (
                "申请日期",
                chinese_date(step.applied_on) if step and step.applied_on else "",
                "人民法院",
                step.body if step else "",
            ),
            (
                "裁定日期",
                chinese_date(step.result_on) if step and step.result_on else "",
                "裁定结果",
                step.result if step else "",
            ),
        ),
        (26, 50, 32, 48),
        12,
    )
    yield Heading("材料清单", level=2)
    rows = tuple((str(number), name, "", "") for number, name in enumerate(PAPERS, 1))
    yield Grid(("序号", "材料名称", "份数", "页号"), rows, (14, 92, 24, 26), "clcc", row_height_mm=11)
