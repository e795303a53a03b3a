"""D09 调解通知书: asks one party to a meeting: when, where, with whom, what to bring, and the rights.

A meeting that was moved gets the same paper under the title 改期通知书, which names the old time; why it was moved is the
file's own business. Labour mediation is not in public unless both ask (Order 17 Art 24); the parties of the People's
Mediation Law choose (PML Art 23). The form itself is the committee's own.
"""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts, SessionFacts
from mediation.documents.forms.d05_acceptance_notice import RECUSAL
from mediation.documents.spec import MISSING, Finding, FormSpec, Per
from mediation.documents.stages import IN_MEDIATION
from mediation.documents.typeset.blocks import Block, Heading, Items, P, Seal, Strong, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, count_in_words, dispute, mediator_word, number_of

MOVED_TITLE = "调解改期通知书"
ON_SITE = "现场调解"
_WEEKDAYS = "一二三四五六日"
FREE_LABOUR = "调解不收取任何费用，除双方当事人都要求公开的外，不公开进行。"
FREE_PEOPLES = "调解不收取任何费用；{you}可以要求公开进行或者不公开进行。"
RIGHTS = (
    "调解自愿。{you}可以接受、拒绝或者随时要求终止调解，是否达成协议由{you}自己决定。",
    "{you}可以委托代理人参加；代理人代为承认、放弃、变更请求，进行和解或者签署协议的，授权委托书须逐项写明。",
    "参加调解不影响{you}依法申请仲裁、提起诉讼或者通过其他途径维护权利，申请仲裁和提起诉讼的时效请自行留意。",
)
BRING_PERSON = (
    "本人居民身份证原件；",
    "与争议有关的材料，如合同、工资或者运费的支付记录、考勤和派单记录、往来信息等；",
    "委托代理人参加的，另带授权委托书和代理人的身份证件。",
)
BRING_ORGANISATION = (
    "营业执照复印件、法定代表人（负责人）身份证明书；",
    "参加人员的授权委托书和身份证件；",
    "与争议有关的材料，如合同、工资或者运费的支付记录、考勤和派单记录、规章制度等。",
)


def _place(session: SessionFacts) -> str:
    if session.mode_label in ("", ON_SITE):
        return session.place
    return session.place or f"以{session.mode_label.removesuffix('调解')}方式进行，参加的办法由本委员会另行告知"


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    session = facts.invited_session
    if session is not None and not _place(session):
        yield Finding(MISSING, "缺少：会议地点", SPEC.basis, "invited_session")


def _has_one(facts: CaseFacts) -> bool:
    return bool(facts.sessions)


SPEC = FormSpec(
    code="D09",
    title="调解通知书",
    basis="《企业劳动争议协商调解规定》第二十四条，《中华人民共和国人民调解法》第二十三条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("invited_party.name", "当事人姓名或者名称"),
        ("invited_session.held_on", "会议时间"),
        ("mediators", "调解员"),
    ),
    signed_by=(),
    sealed=True,
    copies="受通知的当事人一份，存档一份",
    available_in=IN_MEDIATION,
    number_kind="session_notice",
    official_source="无全国统一格式；委员会自定",
    refuse=_refuse,
    fits=_has_one,
    per=Per.AHEAD,
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The notice to one party."""
    party, session = facts.invited_party, facts.invited_session
    is_moved = session is not None and session.moved_from_on is not None
    yield Title(MOVED_TITLE if is_moved else SPEC.title_for(facts), facts.document_number)
    yield P(f"{party.name if party else BLANK}：", indent=0)
    yield P(_opening(facts, session, is_moved))
    yield Heading("一、时间和地点")
    yield P(("时间：", Strong(_time(session))))
    place = _place(session) if session else ""
    yield P(("地点：", Strong(place) if place else BLANK))
    yield Heading("二、调解员")
    yield P(f"{'、'.join(facts.mediators) or BLANK}担任本次会议的{mediator_word(facts)}。{RECUSAL}")
    if session is not None and session.matter:
        yield Heading("三、调解事项")
        yield P(_sentence(session.matter))
    numerals = "四五六" if session is not None and session.matter else "三四五"
    yield Heading(f"{numerals[0]}、请携带")
    is_organisation = party is not None and not party.is_person
    yield Items(BRING_ORGANISATION if is_organisation else BRING_PERSON)
    you = "贵单位" if is_organisation else "您"
    yield Heading(f"{numerals[1]}、{you}的权利")
    rights = (*RIGHTS, FREE_PEOPLES if facts.is_peoples else FREE_LABOUR)
    yield Items(tuple(one.format(you=you) for one in rights))
    yield Heading(f"{numerals[2]}、不能按时参加的")
    yield P("请尽早、最迟在会议前一日告知本委员会并说明理由，可以申请改期；不愿意继续调解的，也请告知。")
    contact = "，".join(filter(None, (facts.committee_address, facts.committee_phone)))
    closing = P(f"联系方式：{contact or facts.station_name or BLANK}。")
    yield Together((closing, P("特此通知。"), Seal(facts.committee_name, facts.issued_on)))


def _opening(facts: CaseFacts, session: SessionFacts | None, is_moved: bool) -> str:
    count = count_in_words(session.number) if session else BLANK
    case = f"{dispute(facts)}（{number_of(facts)}）"
    if session is not None and is_moved:
        old = f"{chinese_date(session.moved_from_on)}{session.moved_from_time}"
        return (
            f"{case}，原定于{old}举行的调解会议因故改期，现改为第{count}次调解会议，按下列时间、地点举行，请准时参加。"
        )
    return f"{case}，本委员会定于下列时间、地点举行第{count}次调解会议，请准时参加。"


def _time(session: SessionFacts | None) -> str:
    if session is None or session.held_on is None:
        return chinese_date(None)
    length = f"，预计{session.planned_minutes}分钟" if session.planned_minutes else ""
    return f"{chinese_date(session.held_on)}（星期{_WEEKDAYS[session.held_on.weekday()]}）{session.from_time}{length}"


def _sentence(text: str) -> str:
    return text if text[-1] in "。！？；" else f"{text}。"
