"""D11 调解笔录 (on the track `peoples` form 7 of 司发通〔2010〕239号, 人民调解记录): the joint record of one meeting.

Order 17 Art 32, PML Art 27. Only the joint record: nothing said in separate talks is printed here.
"""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts, SessionFacts
from mediation.documents.passages import free_text, party_signers, signature_roll, staff_signers
from mediation.documents.spec import Finding, FormSpec, Per
from mediation.documents.typeset.blocks import (
    Block,
    Checks,
    Field,
    Fields,
    Grid,
    Heading,
    Items,
    Lines,
    P,
    Sign,
    Strong,
    Title,
    Together,
)
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import dispute, paragraphs


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    if facts.session and not facts.session.is_rights_told:
        yield Finding(
            "rights_not_told", "尚未记录已向当事人告知权利义务", "《中华人民共和国人民调解法》第二十三条、第二十四条"
        )


SPEC = FormSpec(
    code="D11",
    title="调解笔录",
    titles=(("peoples", "人民调解记录"),),
    basis="《企业劳动争议协商调解规定》第三十二条、《中华人民共和国人民调解法》第二十七条",
    required=(
        ("session", "调解会议"),
        ("session.held_on", "调解日期"),
        ("session.place", "调解地点"),
        ("session.attendees", "参加人"),
        ("session.statements", "笔录正文"),
        ("session.result", "调解结果"),
        ("mediators", "调解员"),
    ),
    signed_by=("applicant", "respondent", "mediator", "recorder"),
    sealed=False,
    copies="一份，归入卷宗",
    available_in=frozenset({"mediating", "extended", "agreed", "failed", "withdrawn", "terminated", "performing"}),
    number_kind=None,
    official_source="司发通〔2010〕239号第7种（人民调解记录）；劳动争议调解笔录由委员会自定",
    refuse=_refuse,
    per=Per.MEETING,
    national=(7,),
)

TOLD = "已告知下列权利义务，当事人均表示知悉"
MODES = ("现场调解", "视频调解", "电话调解")
RIGHTS_LABOUR = (
    "调解员已告知双方当事人：调解遵循自愿、合法、不公开的原则，不收取费用；当事人有权申请调解员回避，有权接受、拒绝或者要求终止调解；"
    "达成的调解协议对双方具有约束力；调解不影响依法申请仲裁或者提起诉讼。"
)
RIGHTS_PEOPLES = (
    "人民调解员已告知双方当事人：人民调解的性质、原则和效力，不收取费用，以及当事人依法享有的选择或者接受人民调解员、接受或者拒绝调解、"
    "要求公开或者不公开进行、自主表达意愿等权利和如实陈述、遵守秩序、尊重对方权利等义务。"
)
CONFIRMED = "以上笔录我看过（已向我宣读过），与我说的相符。"


def build(facts: CaseFacts) -> Iterator[Block]:
    """The record of `facts.session`."""
    session = facts.session or SessionFacts(number=1)
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield from _head(facts, session)
    yield Heading("一、权利义务告知")
    yield Checks("", (TOLD,), frozenset({TOLD} if session.is_rights_told else ()))
    yield P(RIGHTS_PEOPLES if facts.is_peoples else RIGHTS_LABOUR)
    yield Heading("二、调解过程")
    yield from _course(session)
    yield Heading("三、调解方案")
    if session.proposals:
        yield Items(session.proposals)
    elif facts.session:
        yield P("无。")
    else:
        yield Lines(3)
    yield Heading("四、调解结果")
    yield from free_text(session.result, lines=3)
    yield from signature_roll(facts, with_amounts=False)
    signers = party_signers(facts) + staff_signers(facts, session.recorder)
    yield Together((P(CONFIRMED), Sign(signers)))


def _head(facts: CaseFacts, session: SessionFacts) -> Iterator[Block]:
    hours = "至".join(filter(None, (session.from_time, session.to_time)))
    when = chinese_date(session.held_on) + (f" {hours}" if hours else "")
    mode = session.mode_label
    yield Fields(
        (
            (Field("案号：", facts.case_no or facts.number, 9), Field("次数：", f"第{session.number}次", 4)),
            (Field("时间：", when),),
            (Field("地点：", session.place),),
            (Field("事由：", session.matter or dispute(facts)),),
            (
                Field("调解员：", "、".join(facts.mediators), 7),
                Field("记录人：", session.recorder or facts.recorder, 5),
            ),
        )
    )
    yield Checks("调解方式：", MODES if mode in MODES or not mode else (*MODES, mode), frozenset({mode}))
    rows = tuple((str(number), who.name, who.capacity) for number, who in enumerate(session.attendees, 1))
    yield Grid(("序号", "参加人", "身份"), rows or (("1", "", ""),), (12, 36, 108), "cll")


def _course(session: SessionFacts) -> Iterator[Block]:
    if not session.statements:
        yield Lines(8)
    for statement in session.statements:
        for number, text in enumerate(paragraphs(statement.text)):
            says = statement.speaker and number == 0
            yield P((Strong(f"{statement.speaker}："), text) if says else text)
