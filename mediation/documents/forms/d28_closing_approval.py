"""D28 结案审批表: the mediator reports how the case ended, the chair approves (Order 17 Art 32)."""

from collections.abc import Iterator

from mediation.core.money import yuan
from mediation.documents.facts import CaseFacts
from mediation.documents.passages import table
from mediation.documents.spec import Ask, FormSpec, Kind
from mediation.documents.stages import TO_BE_CLOSED
from mediation.documents.typeset.blocks import Block, Note, Text, Title
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import claim_items, mediator_word, names, number_of

SPEC = FormSpec(
    code="D28",
    title="结案审批表",
    basis="《企业劳动争议协商调解规定》第三十二条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("received_on", "收到申请日期"),
        ("parties.*.name", "当事人姓名或者名称"),
        ("closing.result_label", "调解结果"),
        ("closing.settled_on", "结果确定日期"),
    ),
    signed_by=("mediator", "chair"),
    sealed=False,
    copies="一份，归入卷宗",
    available_in=TO_BE_CLOSED,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    asks=(
        Ask("opinion", "承办人意见", Kind.TEXT, propose=lambda facts: "材料齐全，建议结案。"),
        Ask("remarks", "备注", Kind.TEXT, is_required=False),
    ),
)
_SIGN_HERE = "\n\n　　　　　　　　签名：　　　　　　　　年　　月　　日"


def build(facts: CaseFacts) -> Iterator[Block]:
    """The sheet for approval, on one page."""
    closing = facts.closing
    yield Title(SPEC.title_for(facts), facts.document_number)
    rows: tuple[tuple[Text, ...], ...] = (
        ("案号", number_of(facts), "案由", facts.category_label),
        ("申请人", names(facts.applicants), "被申请人", names(facts.respondents)),
        ("程序", facts.track_label, mediator_word(facts), "、".join(facts.mediators) or facts.handler),
        ("收到申请", _day(facts.received_on), "受理", _day(facts.accepted_on)),
        ("结果确定", _day(closing.settled_on), "办理天数", _days(facts)),
        ("请求事项", claim_items(facts)),
        ("调解结果", "，".join(filter(None, (closing.result_label, closing.note.rstrip("。"))))),
        ("协议编号", facts.agreement_number or "无", "协议金额", _yuan(closing.agreed_fen)),
        (
            "履行情况",
            closing.performance_label or "无",
            "已付金额",
            _yuan(closing.paid_fen) if closing.agreed_fen else "无",
        ),
        ("强制效力", _force(facts)),
        ("承办人意见", f"{facts.typed_text('opinion')}{_SIGN_HERE}"),
        ("委员会主任\n审批意见", f"　{_SIGN_HERE}"),
        ("备注", facts.typed_text("remarks")),
    )
    yield table(rows, (27, 53, 25, 51), 10)
    yield Note("办理天数自收到申请之日起计算；案件暂停办理的天数单独列出。")


def _force(facts: CaseFacts) -> str:
    steps = (
        "，".join(filter(None, (f"{_day(one.applied_on)}{one.route_label}", one.body, one.result)))
        for one in facts.force
    )
    return "；".join(steps) or "无"


def _day(day: object) -> str:
    return chinese_date(day) if day else ""  # type: ignore[arg-type]


def _yuan(fen: int | None) -> str:
    return f"{yuan(fen)}元" if fen is not None else "无"


def _days(facts: CaseFacts) -> str:
    closing = facts.closing
    if closing.gross_days is None:
        return ""
    paused = closing.gross_days - (closing.net_days if closing.net_days is not None else closing.gross_days)
    return f"{closing.gross_days}天" + (f"（其中暂停{paused}天）" if paused else "")
