"""D30 值班日志（接待登记表）: who was on duty, who came, what was advised (law.md 4.2; stations of 三所联动)."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import table
from mediation.documents.spec import Ask, FormSpec, Kind
from mediation.documents.stages import ALWAYS
from mediation.documents.typeset.blocks import Block, Sign, Signer, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import claim_items, dispute, names


def _advice(facts: CaseFacts) -> str:
    return facts.outcome.cause if facts.outcome and facts.outcome.kind == "advised" else ""


def _result(facts: CaseFacts) -> str:
    if facts.outcome and facts.outcome.kind == "advised":
        return "解答咨询"
    if facts.referral_label:
        return f"转办：{facts.referral_label}"
    return f"登记受案，登记号{facts.number}"


SPEC = FormSpec(
    code="D30",
    title="值班日志（接待登记表）",
    basis="驻站值班和接待登记的工作要求",
    required=(("received_on", "接待日期"), ("applicants", "来访人"), ("applicants.*.name", "来访人姓名")),
    signed_by=("duty_person",),
    sealed=False,
    copies="一份，由值班站点保存",
    available_in=ALWAYS,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    asks=(
        Ask("station", "值班站点", propose=lambda facts: facts.station_name),
        Ask("organisation", "值班单位", hint="派出所、司法所或者律师事务所的名称"),
        Ask("person", "值班人员", propose=lambda facts: facts.handler),
        Ask("hours", "值班或者接待时间", is_required=False, hint="如 9:30至10:10"),
        Ask("advice", "答复和建议", Kind.TEXT, propose=_advice),
        Ask("result", "处理结果", propose=_result),
    ),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The sheet of one visit."""
    typed = facts.typed_text
    visitors = facts.applicants
    first = visitors[0] if visitors else None
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield table(
        (
            ("值班日期", chinese_date(facts.received_on), "时间", typed("hours")),
            ("值班站点", typed("station"), "值班单位", typed("organisation")),
            ("值班人员", typed("person"), "来访方式", facts.source_label),
            ("来访人", names(visitors), "人数", f"{facts.headcount or len(visitors)}人"),
            ("联系电话", first.phone if first else "", "职业", (first.occupation or first.role_label) if first else ""),
            ("对方", names(facts.respondents) if facts.respondents else "未指明"),
            ("来访事项", dispute(facts) if facts.respondents else facts.category_label),
            ("诉求", claim_items(facts) if facts.claims else "无"),
            ("情况记录", facts.facts_text),
            ("答复和建议", typed("advice")),
            ("处理结果", typed("result")),
        ),
        (26, 54, 26, 50),
        12,
    )
    yield Together(
        (
            Sign(
                (
                    Signer("来访人", first.name if first and len(visitors) == 1 else ""),
                    Signer("值班人员", typed("person")),
                )
            ),
        )
    )
