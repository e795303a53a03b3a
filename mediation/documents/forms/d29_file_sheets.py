"""D29 卷宗封面、卷内目录、备考表: forms 1, 2 and 11 of 司发通〔2010〕239号; one case, one file (law.md 4.4).

The list is of the open file (正卷); what is internal has no place in the facts.
"""

from collections.abc import Iterator

from mediation.documents.course import PaperFacts
from mediation.documents.facts import CaseFacts
from mediation.documents.passages import table
from mediation.documents.spec import Ask, FormSpec, Kind, Sheet
from mediation.documents.stages import TO_BE_CLOSED
from mediation.documents.typeset.blocks import (
    Block,
    Break,
    Field,
    Fields,
    Grid,
    P,
    Sign,
    Signer,
    Spread,
    Title,
)
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import claim_items, dispute, mediator_word, number_of, paragraphs

TERMS = ("永久", "长期", "短期")
# law.md 4.4: the order of 239, with the papers of a labour file put in; "" is where the evidence stands.
ORDER = (
    "PM04", "D01", "D02", "D26", "D03", "D04", "D06", "D05", "D07", "D08", "D10", "PM06", "", "D09", "D11", "D12", "D27", "D13",
    "D14", "D15", "D16", "D21", "D22", "PM13", "D18", "D19", "D20", "D23", "D24", "D25", "D17", "D28", "D30",
)  # fmt: skip
_LEAST_ROWS = 12


def _filer(facts: CaseFacts) -> str:
    return facts.handler


SPEC = FormSpec(
    code="D29",
    title="卷宗封面、卷内目录、备考表",
    titles=(("peoples", "调解卷宗封面、卷内目录、卷宗情况说明"),),
    basis="《企业劳动争议协商调解规定》第三十二条、《中华人民共和国人民调解法》第二十七条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("received_on", "收到申请日期"),
        ("parties.*.name", "当事人姓名或者名称"),
        ("closing.settled_on", "调解结束日期"),
    ),
    signed_by=("filer", "checker"),
    sealed=False,
    copies="一份，装入卷宗",
    available_in=TO_BE_CLOSED,
    number_kind=None,
    official_source="司发通〔2010〕239号第1、2、11种；备考表（卷宗情况说明）栏目据通行式样整理，未见原文",
    asks=(
        Ask("filer", "立卷人", propose=_filer),
        Ask("checker", "检查人", is_required=False),
        Ask("filed_on", "立卷日期", Kind.DAY),
        Ask("retention", "保管期限", Kind.CHOICE, choices=TERMS, hint="保管期限无全国统一规定，由委员会确定"),
        Ask("remarks", "卷宗情况说明", Kind.TEXT, is_required=False, hint="缺少的材料、特殊情况；没有的写“无”"),
    ),
    sheet=Sheet.COVER,
    national=(1, 2, 11),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """Cover, catalogue and remarks, each on a sheet of its own."""
    yield from cover(facts)
    yield Break()
    yield from catalogue(facts)
    yield Break()
    yield from remarks(facts)


def cover(facts: CaseFacts) -> Iterator[Block]:
    """Form 1: the cover of the file."""
    typed = facts.typed_text
    yield Spread(2)
    yield P(facts.committee_name, align="center", indent=0)
    yield Spread(1)
    yield Title("调　解　卷　宗")
    yield Spread(2)
    ended = facts.closing.settled_on
    yield Fields(
        (
            (Field("卷　　名：", dispute(facts)),),
            (Field("卷　　号：", number_of(facts)),),
            (Field(f"{mediator_word(facts)}：", "、".join(facts.mediators)),),
            (Field("调解日期：", f"{chinese_date(facts.received_on)}至{chinese_date(ended)}"),),
            (Field("调解结果：", facts.closing.result_label),),
            (Field("立 卷 人：", typed("filer"), 5), Field("立卷日期：", _typed_day(facts), 7)),
            (Field("保管期限：", typed("retention"), 5), Field("备　　注：", "", 7)),
        )
    )


def catalogue(facts: CaseFacts) -> Iterator[Block]:
    """Form 2: what the file holds; page numbers are written in pencil when the file is bound."""
    yield Title("卷　内　目　录")
    papers = sorted(facts.papers, key=_place)
    rows = [(str(number), _titled(paper), "", _note(paper)) for number, paper in enumerate(papers, 1)]
    rows += [(str(number), "", "", "") for number in range(len(rows) + 1, _LEAST_ROWS + 1)]
    yield Grid(("序号", "文书名称", "页号", "备注"), tuple(rows), (14, 68, 18, 56), "clcl", row_height_mm=11)


def remarks(facts: CaseFacts) -> Iterator[Block]:
    """Form 11 (卷宗情况说明, in archives 备考表): what is missing or special."""
    yield Title("卷宗情况说明" if facts.is_peoples else "备　考　表")
    told = "\n".join(paragraphs(facts.typed_text("remarks"))) or "无"
    yield table(
        (
            ("卷号", number_of(facts)),
            ("请求事项", claim_items(facts)),
            ("本卷情况说明", told),
            ("本卷页数", "共　　　　页"),
        ),
        (30, 126),
        20,
    )
    yield Sign((Signer("立卷人", facts.typed_text("filer")), Signer("检查人", facts.typed_text("checker"))))


def _typed_day(facts: CaseFacts) -> str:
    day = facts.typed_day("filed_on")
    return chinese_date(day) if day else ""


def _place(paper: PaperFacts) -> tuple[int, str, str]:
    place = ORDER.index(paper.code) if paper.code in ORDER else len(ORDER)
    return place, paper.issued_on.isoformat() if paper.issued_on else "", paper.title


def _titled(paper: PaperFacts) -> str:
    return paper.title


def _note(paper: PaperFacts) -> str:
    return paper.number if paper.number and paper.code else ""
