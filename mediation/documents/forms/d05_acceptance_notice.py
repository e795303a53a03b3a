"""D05 受理通知书: the case is taken on; who mediates, until when, and what the parties may ask for.

Order 17 Art 22 (acceptance within three working days), Art 24 (not in public), Art 25 (mediators), Art 29 (15 days);
LDMAL Art 5 and 14 (arbitration stays open). The notice form itself is the committee's own.
"""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts, DeadlineFacts
from mediation.documents.spec import MISSING, Finding, FormSpec
from mediation.documents.typeset.blocks import Block, Heading, P, Seal, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import dispute, last_day, names, printed_day

PERIOD_LABEL = "调解期限届满日"
_PERIOD_RULES = {"labour": "LM-MEDIATE-15D", "new_form": "LM-MEDIATE-15D", "peoples": "PM-1M"}
_PERIOD_WORDS = {"labour": "自受理之日起15日", "new_form": "自受理之日起15日", "peoples": "自受理之日起一个月"}

RECUSAL = (
    "当事人认为调解员是本案当事人或者其代理人的近亲属、与本案有利害关系，或者有其他可能影响公正调解的关系的，有权申请其回避，"
    "也可以要求更换调解员。申请回避的，请在首次调解开始前向本委员会提出并说明理由；其后才知道回避事由的，可以在调解结束前提出。"
)
RIGHTS_LABOUR = (
    "调解以自愿为原则，不收取任何费用；除双方当事人要求公开外，调解不公开进行。当事人有权表达真实意愿、提出主张，有权接受、拒绝或者"
    "要求终止调解；应当如实陈述事实，遵守调解秩序，尊重对方当事人。"
)
RIGHTS_PEOPLES = (
    "人民调解不收取任何费用。当事人有权选择或者接受人民调解员，接受、拒绝或者要求终止调解，要求公开或者不公开进行调解，自主表达意愿、"
    "自愿达成调解协议；应当如实陈述纠纷事实，遵守调解现场秩序，尊重对方当事人行使权利。"
)


def period(facts: CaseFacts) -> DeadlineFacts | None:
    """The mediation period of the case's track."""
    return facts.deadline(_PERIOD_RULES.get(facts.track, ""))


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    deadline = period(facts)
    if deadline is None:
        yield Finding(MISSING, f"缺少：{PERIOD_LABEL}", SPEC.basis)


SPEC = FormSpec(
    code="D05",
    title="受理通知书",
    basis="《企业劳动争议协商调解规定》第二十二条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("case_no", "案号"),
        ("received_on", "收到申请日期"),
        ("accepted_on", "受理日期"),
        ("parties.*.name", "当事人姓名或者名称"),
        ("mediators", "调解员"),
    ),
    signed_by=(),
    sealed=True,
    copies="当事人每人一份，存档一份",
    available_in=frozenset({"accepted", "mediating", "extended"}),
    number_kind="acceptance_notice",
    official_source="无全国统一格式；委员会自定",
    refuse=_refuse,
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The notice, addressed to all parties."""
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"{names(facts.applicants)}、{names(facts.respondents)}：", indent=0)
    yield P(
        f"{dispute(facts)}，本委员会于{chinese_date(facts.received_on)}收到调解申请。经审查，属于本委员会调解范围，"
        f"并已征得各方当事人同意，决定自{chinese_date(facts.accepted_on)}起受理，案号为{facts.case_no or '＿＿＿＿＿＿'}。"
        "现将有关事项通知如下："
    )
    yield Heading("一、调解员")
    yield P(f"本案由{'、'.join(facts.mediators) or '＿＿＿＿＿＿'}担任{'人民' if facts.is_peoples else ''}调解员。")
    yield Heading("二、申请回避的权利")
    yield P(RECUSAL)
    yield Heading("三、调解期限")
    yield P(_period_text(facts))
    yield Heading("四、调解的时间和地点")
    yield P(_meeting_text(facts))
    yield Heading("五、当事人的权利和义务")
    yield P(RIGHTS_PEOPLES if facts.is_peoples else RIGHTS_LABOUR)
    yield P(_other_routes_text(facts))
    contact = "，".join(filter(None, (facts.committee_address, facts.committee_phone)))
    closing = P(f"联系方式：{contact or facts.station_name or '＿＿＿＿＿＿＿＿＿＿'}。")
    yield Together((closing, P("特此通知。"), Seal(facts.committee_name, facts.issued_on)))


def _period_text(facts: CaseFacts) -> str:
    deadline = period(facts)
    day = last_day(deadline) if deadline else chinese_date(None)
    text = f"本案的调解期限为{_PERIOD_WORDS.get(facts.track, '法定期限')}，届满日为{day}。"
    if facts.is_peoples:
        return f"{text}期限届满，当事人同意继续调解的，可以继续进行。"
    return f"{text}双方当事人同意的，可以在期限届满前书面延长；期限届满未达成协议又未延长的，视为调解不成。"


def _meeting_text(facts: CaseFacts) -> str:
    meeting = facts.sessions[0] if facts.sessions else None
    if not meeting or not meeting.held_on:
        return "另行通知。"
    place = f"在{meeting.place}" if meeting.place else ""
    return f"定于{chinese_date(meeting.held_on)}{meeting.from_time}{place}进行调解，请携带身份证明和有关证据准时参加。"


def _other_routes_text(facts: CaseFacts) -> str:
    if facts.is_peoples:
        return "参加调解不影响当事人依法通过仲裁、行政、司法等途径维护自己的权利。"
    opens = facts.deadline("LM-STATUTE-15D")
    when = f"（即{printed_day(opens)}止）" if opens else ""
    return (
        "调解不是申请仲裁的必经程序，参加调解不影响当事人依法申请仲裁或者提起诉讼。"
        f"自本委员会收到调解申请之日起15日内{when}未达成调解协议的，当事人可以依法申请仲裁。"
    )
