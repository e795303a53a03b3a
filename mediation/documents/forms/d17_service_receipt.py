"""D17 送达回证: that a paper reached its recipients, or that one refused it before a witness (modelled on CPL 87–95)."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import SIDE_LABELS, table
from mediation.documents.spec import Ask, FormSpec, Kind, Per
from mediation.documents.stages import ALWAYS
from mediation.documents.typeset.blocks import Block, Grid, Note, Title
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import number_of

METHODS = ("直接送达", "留置送达", "委托送达", "邮寄送达", "电子送达", "转交送达", "公告送达")
# Papers that are served on somebody.
SERVED = frozenset({"D03", "D04", "D05", "D06", "D09", "D12", "D13", "D15", "D23", "D24", "D25", "D27"})
_ROOM_TO_SIGN_MM = 16
_ROOM_TO_DATE = "　" * 12

SPEC = FormSpec(
    code="D17",
    title="送达回证",
    basis="参照《中华人民共和国民事诉讼法》第八十七条至第九十五条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("subject_paper", "送达的文书"),
        ("parties.*.name", "受送达人姓名或者名称"),
    ),
    signed_by=("recipient", "server"),
    sealed=False,
    copies="一份，送达后归入卷宗",
    available_in=ALWAYS,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    asks=(
        Ask("recipients", "受送达人", Kind.TEXT, hint="每行一人", propose=lambda facts: _everybody(facts)),
        Ask("method", "送达方式", Kind.CHOICE, choices=METHODS),
        Ask("place", "送达地点", is_required=False, hint="不填的，按各受送达人的地址送达"),
        Ask("server", "送达人", propose=lambda facts: facts.handler),
        Ask("note", "备注", Kind.TEXT, is_required=False, hint="拒收的情况、见证人、邮件编号等"),
    ),
    fits=lambda facts: any(paper.code in SERVED for paper in facts.papers),
    per=Per.PAPER,
)


def _everybody(facts: CaseFacts) -> str:
    return "\n".join(party.name for party in facts.parties)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The receipt: one line to sign for each recipient."""
    typed, paper = facts.typed_text, facts.subject_paper
    yield Title(SPEC.title_for(facts), facts.document_number)
    title = f"《{paper.title}》" if paper else ""
    number = paper.number if paper else ""
    issued = f"（{chinese_date(paper.issued_on)}出具）" if paper and paper.issued_on else ""
    yield table(
        (
            ("送达机关", facts.committee_name),
            ("案号", number_of(facts), "案由", f"{facts.category_label}{'纠纷' if facts.is_peoples else '争议'}"),
            ("送达文书", f"{title}{issued}", "文书编号", number),
            (
                "送达方式",
                typed("method"),
                "送达地点",
                typed("place") or ("按各受送达人的地址" if typed("method") else ""),
            ),
        ),
        (24, 57, 24, 51),
        11,
    )
    names = [name.strip() for name in typed("recipients").splitlines() if name.strip()] or [""]
    sides = {party.name: SIDE_LABELS[party.side] for party in facts.parties}
    yield Grid(
        ("序号", "受送达人", "收件人签名或者盖章", "代收人签名及与受送达人的关系", "收到日期"),
        tuple((str(place), _with_side(name, sides), "", "", "　　年　月　日") for place, name in enumerate(names, 1)),
        (12, 42, 34, 34, 38),
        "clccr",
        row_height_mm=_ROOM_TO_SIGN_MM,
    )
    yield table(
        (
            ("拒收的事由\n和日期", ""),
            ("见证人\n签名或者盖章", ""),
            ("备注", typed("note")),
            ("送达人签名", f"{typed('server')}{_ROOM_TO_DATE}年　　月　　日"),
        ),
        (34, 122),
        14,
    )
    yield Note(
        "受送达人拒绝签收的，由送达人记明拒收事由和日期，由送达人、见证人签名或者盖章。代收的，注明与受送达人的关系。"
    )


def _with_side(name: str, sides: dict[str, str]) -> str:
    return f"{name}（{sides[name]}）" if name in sides else name
