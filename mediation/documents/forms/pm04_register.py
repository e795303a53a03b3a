"""PM04 人民调解受理登记表: form 4 of 司发通〔2010〕239号, filled in by the committee (PML Art 17, 27)."""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import party_signers, signature_roll
from mediation.documents.spec import FormSpec
from mediation.documents.stages import AFTER_AGREEMENT, CLOSED, ENDED_WITHOUT, IN_MEDIATION
from mediation.documents.typeset.blocks import (
    Block,
    Checks,
    Field,
    Fields,
    Heading,
    Note,
    P,
    Seal,
    Sign,
    Signer,
    Title,
    Together,
)
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, names, number_of, paragraphs

SOURCES = ("当事人申请", "人民调解委员会主动调解")

SPEC = FormSpec(
    code="PM04",
    title="人民调解受理登记表",
    basis="《中华人民共和国人民调解法》第十七条、第二十七条",
    required=(
        ("committee_name", "人民调解委员会名称"),
        ("accepted_on", "受理日期"),
        ("parties.*.name", "当事人姓名或者名称"),
        ("category_label", "纠纷类型"),
        ("facts_text", "纠纷简要情况"),
    ),
    signed_by=("applicant", "respondent", "registrar"),
    sealed=True,
    copies="一份，归入卷宗",
    available_in=IN_MEDIATION | AFTER_AGREEMENT | ENDED_WITHOUT | CLOSED,
    number_kind=None,
    official_source="司发通〔2010〕239号第4种（人民调解受理登记表）",
    fits=lambda facts: facts.is_peoples,
    national=(4,),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The register sheet of an accepted case."""
    is_proactive = facts.source_label == "主动调解"
    yield Title(SPEC.title_for(facts), facts.document_number)
    manner = "主动调解" if is_proactive else "依当事人申请"
    yield P(
        f"{chinese_date(facts.accepted_on)}，人民调解委员会{manner}，经当事人同意，调解"
        f"{names(facts.applicants)}、{names(facts.respondents)}之间的纠纷。"
    )
    yield Fields(
        ((Field("编号：", number_of(facts)),), (Field("纠纷类型：", facts.category_label),)),
    )
    yield Checks("案件来源：", SOURCES, frozenset({SOURCES[1] if is_proactive else SOURCES[0]}))
    yield Heading("纠纷简要情况")
    for text in paragraphs(facts.facts_text) or (BLANK,):
        yield P(text)
    yield from signature_roll(facts, with_amounts=False)
    yield Together(
        (
            Sign((*party_signers(facts), Signer("登记人", facts.handler))),
            Seal(facts.committee_name, facts.accepted_on),
            Note("备注：此表由人民调解委员会填写。"),
        )
    )
