"""D22 回访记录 (on the track `peoples` form 10 of 司发通〔2010〕239号, 人民调解回访记录)."""

from collections.abc import Iterator

from mediation.documents.course import VisitFacts
from mediation.documents.facts import CaseFacts
from mediation.documents.passages import table
from mediation.documents.spec import Ask, FormSpec, Kind, Per
from mediation.documents.stages import AFTER_AGREEMENT, CLOSED, ENDED_WITHOUT
from mediation.documents.typeset.blocks import Block, Checks, Sign, Signer, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import dispute, names, number_of

SATISFACTION = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}

SPEC = FormSpec(
    code="D22",
    title="回访记录",
    titles=(("peoples", "人民调解回访记录"),),
    basis="《企业劳动争议协商调解规定》第三十二条、《中华人民共和国人民调解法》第三十一条",
    required=(
        ("subject_visit", "回访登记"),
        ("subject_visit.visited_on", "回访日期"),
        ("subject_visit.finding", "回访情况"),
    ),
    signed_by=("visitor",),
    sealed=False,
    copies="一份，归入卷宗",
    available_in=AFTER_AGREEMENT | ENDED_WITHOUT | CLOSED,
    number_kind=None,
    official_source="司发通〔2010〕239号第10种（人民调解回访记录）；回访时间无法定期限",
    asks=(
        Ask(
            "reason",
            "回访事由",
            is_required=False,
            propose=lambda facts: "了解协议履行情况" if facts.agreement else "了解争议后续情况",
        ),
        Ask("handled", "需要继续处理的事项", Kind.TEXT, is_required=False),
    ),
    fits=lambda facts: bool(facts.visits),
    per=Per.VISIT,
    national=(10,),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The record of one return visit."""
    visit = facts.subject_visit or VisitFacts(1)
    reason = facts.typed_text("reason") or ("了解协议履行情况" if facts.agreement else "了解争议后续情况")
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield table(
        (
            ("当事人", f"{names(facts.applicants)}；{names(facts.respondents)}"),
            ("案由", dispute(facts)),
            ("案号", number_of(facts), "调解协议编号", facts.agreement_number),
            ("回访日期", chinese_date(visit.visited_on) if visit.visited_on else "", "回访方式", visit.manner_label),
            ("回访事由", reason),
            ("回访情况", visit.finding),
            ("需要继续\n处理的事项", facts.typed_text("handled") or "无"),
        ),
        (26, 54, 30, 46),
        14,
    )
    chosen = SATISFACTION.get(visit.satisfaction or 0)
    yield Checks("满意程度：", tuple(SATISFACTION.values()), frozenset({chosen} if chosen else ()))
    yield Together((Sign((Signer("回访人", visit.visitor),)),))
