"""The library of standard clauses: our own wording, versioned; an agreement keeps the words it was made with.

The clauses below are version 1. A change is stored as the next version beside them; the newest active one is offered.
The library is one for all committees of an installation.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound
from mediation.core.i18n import listed
from mediation.core.money import capitals, yuan
from mediation.core.permissions import P, check
from mediation.documents.facts import (
    APPLICANT,
    ORGANISATION,
    PERSON,
    RESPONDENT,
    AgreementFacts,
    CaseFacts,
    InstalmentFacts,
    PartyFacts,
)
from mediation.documents.models import StandardClause
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import body, short_names

LABOUR, PEOPLES = ("labour", "new_form"), ("peoples",)
EVERY = (*LABOUR, *PEOPLES, "police")
GAP = "＿＿＿＿"
# What a clause may leave to be filled in, and what stands for it.
BLANKS = {
    "applicant": "申请人姓名",
    "respondent": "被申请人姓名或者名称",
    "total": "协议总额，小写和大写",
    "count": "期数",
    "first_sum": "第一期金额",
    "first_day": "第一期的日期",
    "last_day": "最后一期的日期",
    "way": "付款方式",
    "court": "人民法院",
    "commission": "仲裁委员会",
    "committee": "调解委员会或者人民调解委员会",
}
_BLANK = re.compile(r"\{([^{}]*)\}")
# Codes of clauses that were added here: 1, 2, …
ADDED = "added_"
# An invented case to show a clause with: all its blanks are known.
EXAMPLE = CaseFacts(
    number="2026-000001",
    committee_name="示例调解委员会",
    track="labour",
    parties=(
        PartyFacts(APPLICANT, PERSON, "张某某"),
        PartyFacts(RESPONDENT, ORGANISATION, "示例速运有限公司"),
    ),
    agreement=AgreementFacts(
        total_fen=1_665_000,
        instalments=(
            InstalmentFacts(1, amount_fen=865_000, due_on=date(2026, 3, 20), way="银行转账"),
            InstalmentFacts(2, amount_fen=800_000, due_on=date(2026, 4, 10), way="银行转账"),
        ),
    ),
)


@dataclass(frozen=True)
class Clause:
    """A version of a clause. ``tracks`` are the kinds of dispute it is offered in."""

    code: str
    title: str
    text: str
    article: str = ""
    tracks: tuple[str, ...] = EVERY
    version: int = 1
    is_active: bool = True


FIRST = (
    Clause("pay_once", "一次性付款", "{respondent}于{first_day}前一次性支付{applicant}{total}，{way}。"),
    Clause("pay_parts", "分期付款", "{respondent}分{count}期支付{applicant}共计{total}，各期金额和日期见履行计划，{way}。"),
    Clause("wages", "拖欠工资", "{respondent}支付{applicant}拖欠的工资共计{total}，于{last_day}前付清，{way}。", "", LABOUR),
    Clause("severance", "经济补偿", "{respondent}支付{applicant}解除劳动合同的经济补偿共计{total}，于{last_day}前付清。", "", LABOUR),
    Clause("freight", "运费", "{respondent}支付{applicant}运费共计{total}，于{last_day}前付清，{way}。", "《中华人民共和国民法典》第八百一十三条", PEOPLES),
    Clause("deposit", "返还押金", "{respondent}返还{applicant}押金{total}，于{last_day}前付清，不作其他扣除。"),
    Clause("joint", "连带责任", "被申请人之间对上述款项承担连带责任，{applicant}可以请求其中任何一方支付全部未付款项。"),
    Clause("early_maturity", "提前到期", "任何一期未按期足额支付的，其余各期款项全部提前到期，{applicant}可以就全部未付款项一并主张权利。"),
    Clause("late_interest", "逾期违约金", "逾期支付的，以未付款项为基数，自逾期之日起按照每日万分之＿＿支付违约金至实际付清之日。"),
    Clause("payment_order", "支付令", "{respondent}在约定期限内不履行的，{applicant}可以持本协议书依法向人民法院申请支付令。", "《中华人民共和国劳动争议调解仲裁法》第十六条", LABOUR),
    Clause("review", "仲裁审查", "双方同意自本协议生效之日起15日内，共同向{commission}提出仲裁审查申请。", "《企业劳动争议协商调解规定》第二十七条", LABOUR),
    Clause("confirmation", "司法确认", "双方同意自本协议生效之日起30日内，共同向{court}申请司法确认。", "《中华人民共和国民事诉讼法》第二百零五条"),
    Clause("insurance_kept", "社会保险不受影响", "社会保险费的缴纳、补缴由有关行政部门依法处理，不受本协议影响。", "法释〔2025〕12号第十九条", LABOUR),
    Clause("injury_kept", "工伤待遇不受影响", "本协议不影响{applicant}依法申请工伤认定、劳动能力鉴定和享受工伤保险待遇。", "《工伤保险条例》第十七条", LABOUR),
    Clause("no_decision", "不认定用工关系", "本协议不认定双方之间用工关系的性质，不影响任何一方就此另行主张权利。", "", LABOUR),
    Clause("exit_papers", "离职证明", "{respondent}于本协议生效之日起十五日内为{applicant}出具解除或者终止劳动合同的证明，并办理档案和社会保险关系转移手续。", "《中华人民共和国劳动合同法》第五十条", LABOUR),
    Clause("full_performance", "权利义务了结", "上述款项付清后，双方就本案请求事项再无其他争议。"),
    Clause("secrecy", "保密", "除履行本协议、申请仲裁审查、司法确认或者依法应当披露的以外，双方对本协议内容保密。"),
    Clause("receipt", "付款凭证", "{respondent}付款后三日内将付款凭证交{committee}留存；款项由当事人直接支付给对方。"),
)  # fmt: skip
_PLACES = {one.code: place for place, one in enumerate(FIRST)}


def library() -> list[Clause]:
    """The newest version of every clause, retired ones included, in the order of the library."""
    newest = {one.code: one for one in FIRST}
    for row in db.session.scalars(select(StandardClause).order_by(StandardClause.version)):
        newest[row.code] = _clause(row)
    return sorted(newest.values(), key=lambda one: (_PLACES.get(one.code, len(_PLACES)), one.code))


def offered(facts: CaseFacts) -> list[tuple[Clause, str]]:
    """The clauses for this kind of dispute, each with its text filled from the case."""
    return [(one, filled(one.text, facts)) for one in library() if one.is_active and facts.track in one.tracks]


def versions(code: str) -> list[Clause]:
    """All versions of a clause, newest first. Raises NotFound."""
    rows = db.session.scalars(
        select(StandardClause).where(StandardClause.code == code).order_by(StandardClause.version.desc())
    )
    stored = [_clause(row) for row in rows]
    found = [*stored, *(one for one in FIRST if one.code == code and not any(row.version == 1 for row in stored))]
    if not found:
        raise NotFound()
    return found


def _clause(row: StandardClause) -> Clause:
    return Clause(row.code, row.title, row.text, row.article, tuple(row.tracks), row.version, row.is_active)


def filled(text: str, facts: CaseFacts) -> str:
    """The clause with its blanks filled from the case; what is not known stays a line to write on."""
    agreement = facts.agreement
    plan = agreement.instalments if agreement else ()
    total = agreement.total_fen if agreement else None
    first, last = (plan[0], plan[-1]) if plan else (None, None)
    values = {
        "applicant": short_names(facts.applicants) if len(facts.applicants) < 4 else "各申请人",
        "respondent": short_names(facts.respondents),
        "total": f"{yuan(total)}元（大写：{capitals(total)}）" if total else "",
        "count": str(len(plan)) if plan else "",
        "first_sum": f"{yuan(first.amount_fen)}元" if first and first.amount_fen else "",
        "first_day": chinese_date(first.due_on) if first and first.due_on else "",
        "last_day": chinese_date(last.due_on) if last and last.due_on else "",
        "way": first.way if first else "",
        "court": facts.court or "有管辖权的人民法院",
        "commission": facts.arbitration_commission or "有管辖权的劳动人事争议仲裁委员会",
        "committee": body(facts),
    }
    return _BLANK.sub(lambda found: values.get(found[1]) or GAP, text)


def check_text(text: str, tracks: Collection[str]) -> None:
    """Whether a clause can be offered. Raises DomainError at ``text`` or ``tracks``."""
    if not text.strip():
        raise DomainError(_("请填写条款"), field="text")
    if unknown := [one for one in _BLANK.findall(text) if one not in BLANKS]:
        raise DomainError(_("没有这样的空格：%(names)s", names=listed(f"{{{one}}}" for one in unknown)), field="text")
    if not tracks or set(tracks) - set(EVERY):
        raise DomainError(_("请选择适用的争议类型"), field="tracks")


def shown(text: str, tracks: Collection[str]) -> list[tuple[str, str]]:
    """(track, the clause as an agreement of that kind would have it), filled from the invented case."""
    return [(track, filled(text, replace(EXAMPLE, track=track))) for track in EVERY if track in tracks]


def add_clause(actor: Actor, *, title: str, text: str, article: str, tracks: tuple[str, ...]) -> StandardClause:
    """Store a new clause as its first version. Raises Forbidden, DomainError at ``title``, ``text`` or ``tracks``."""
    check(actor, P.SETTING_MANAGE)
    if any(one.title == title.strip() for one in library()):
        raise DomainError(_("已经有同名的条款"), field="title")
    added = [int(one.code.removeprefix(ADDED)) for one in library() if one.code.startswith(ADDED)]
    code = f"{ADDED}{max(added, default=0) + 1}"
    return _store(actor, code, 1, title, text, article, tracks, is_active=True)


def change_clause(
    actor: Actor, *, code: str, title: str, text: str, article: str, tracks: tuple[str, ...], is_active: bool
) -> StandardClause:
    """Store the next version of a clause; agreements keep the words they have. One that is not active is retired.

    Raises Forbidden, NotFound, DomainError at ``title``, ``text`` or ``tracks``.
    """
    check(actor, P.SETTING_MANAGE)
    newest = versions(code)[0]
    return _store(actor, code, newest.version + 1, title, text, article, tracks, is_active=is_active)


def _store(
    actor: Actor,
    code: str,
    version: int,
    title: str,
    text: str,
    article: str,
    tracks: tuple[str, ...],
    *,
    is_active: bool,
) -> StandardClause:
    if not title.strip():
        raise DomainError(_("请填写标题"), field="title")
    check_text(text, tracks)
    row = StandardClause(
        code=code,
        version=version,
        title=title.strip(),
        text=" ".join(text.split()),
        article=article.strip(),
        tracks=list(tracks),
        sort=_PLACES.get(code, len(_PLACES)),
        is_active=is_active,
        changed_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("standard_clause", row.id))
    return row
