"""D27 调解员回避申请书 and the committee's decision on it (law.md 7.5: grounds adopted from related rules)."""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.spec import TYPED, Ask, Finding, FormSpec, Kind, Per
from mediation.documents.stages import BEFORE_ACCEPTANCE, IN_MEDIATION
from mediation.documents.typeset.blocks import Block, Break, Checks, Lines, P, Seal, Sign, Signer, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, body, dispute, mediator_word, number_of, paragraphs

GROUNDS = (
    "是本案当事人，或者是当事人、代理人的近亲属",
    "与本案有利害关系",
    "与当事人、代理人有其他关系，可能影响公正调解",
)
GRANTED, REFUSED = "同意回避", "不同意回避"
DECISION = "调解员回避决定书"


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    if facts.typed_text("decision") and not facts.typed_day("decided_on"):
        yield Finding("no_day", "请填写决定日期", SPEC.basis, TYPED, "decided_on")
    asked, decided = facts.typed_day("asked_on"), facts.typed_day("decided_on")
    if asked and decided and decided < asked:
        yield Finding("reversed", "决定日期早于申请日期", SPEC.basis, TYPED, "decided_on")


SPEC = FormSpec(
    code="D27",
    title="调解员回避申请书",
    basis="委员会回避规则（参照特邀调解规定第十五条、《劳动人事争议仲裁办案规则》第十一条）",
    required=(("committee_name", "调解委员会名称"), ("mediators", "调解员")),
    signed_by=("party", "chair"),
    sealed=True,
    copies="一份，归入卷宗；决定书送申请人",
    available_in=BEFORE_ACCEPTANCE | IN_MEDIATION,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    asks=(
        Ask("party", "申请回避的当事人", propose=lambda facts: facts.applicants[0].name if facts.applicants else ""),
        Ask("mediator", "被申请回避的调解员", propose=lambda facts: facts.mediators[0] if facts.mediators else ""),
        Ask("ground", "回避事由", Kind.CHOICE, choices=GROUNDS),
        Ask("reason", "具体情况", Kind.TEXT),
        Ask("asked_on", "申请日期", Kind.DAY),
        Ask("decision", "决定", Kind.CHOICE, is_required=False, choices=(GRANTED, REFUSED)),
        Ask("decided_on", "决定日期", Kind.DAY, is_required=False),
        Ask("why", "决定的理由", Kind.TEXT, is_required=False),
    ),
    refuse=_refuse,
    fits=lambda facts: bool(facts.mediators),
    per=Per.AGAIN,
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The request, and on the next sheet the decision."""
    typed = facts.typed_text
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"{facts.committee_name}：", indent=0)
    yield P(
        f"在你委员会调解的{dispute(facts)}（案号：{number_of(facts)}）中，申请人{typed('party') or BLANK}"
        f"申请{mediator_word(facts)}{typed('mediator') or BLANK}回避。"
    )
    yield P("事由：")
    for one in GROUNDS:
        yield Checks("　　", (one,), frozenset({typed("ground")}))
    yield P("具体情况：")
    yield from _text(typed("reason"), 4)
    yield Together(
        (
            P(f"申请日期：{chinese_date(facts.typed_day('asked_on'))}"),
            Sign((Signer("申请人", typed("party"), "签名、盖章或者按指印"),)),
        )
    )
    yield Break()
    yield from _decision(facts)


def _decision(facts: CaseFacts) -> Iterator[Block]:
    typed = facts.typed_text
    yield Title(DECISION, facts.document_number)
    yield P(f"{typed('party') or BLANK}：", indent=0)
    yield P(
        f"你（单位）于{chinese_date(facts.typed_day('asked_on'))}在{dispute(facts)}（案号：{number_of(facts)}）中申请"
        f"{mediator_word(facts)}{typed('mediator') or BLANK}回避。经审查，{body(facts)}决定："
    )
    yield Checks("　　", (GRANTED, REFUSED), frozenset({typed("decision")} if typed("decision") else ()))
    yield P("理由：")
    yield from _text(typed("why"), 3)
    yield P("决定作出前，被申请回避的调解员暂停参与本案调解；同意回避的，由委员会另行指派调解员并告知双方当事人。")
    yield Together((Sign((Signer("委员会主任", ""),)), Seal(facts.committee_name, facts.typed_day("decided_on"))))


def _text(text: str, lines: int) -> Iterator[Block]:
    found = paragraphs(text)
    yield from (P(line) for line in found)
    if not found:
        yield Lines(lines)
