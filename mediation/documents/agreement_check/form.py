"""Form and force: written where it must be, the ways to force it open or closed, what makes it hold."""

import re
from collections.abc import Iterator

from mediation.core.money import MoneyError, parse_fen
from mediation.documents.agreement_check.finding import BLOCK, WARN, Finding, clauses
from mediation.documents.facts import CaseFacts
from mediation.documents.remedies import ways_to_force

_CLOSED_BY_STATUS = "《劳动人事争议仲裁办案规则》第七十五条"
_REVIEW = "《企业劳动争议协商调解规定》第二十七条、《劳动人事争议仲裁办案规则》第七十四条"
_CONFIRMATION = "《中华人民共和国民事诉讼法》第二百零五条"
_RELATIONSHIP = re.compile(
    r"(?:确认|认定|承认)[^，。；]{0,30}劳动关系(?![^，。；]{0,20}(?:解除|终止|结束))|(?:存在|建立了?|形成)[^，。；]{0,6}劳动关系"
)
_NOT_DECIDED = re.compile(r"不(?:确认|认定|涉及|处理|承认|构成|对)|未|不论|是否|无论|不存在|解除|终止")
_EARLY = re.compile(r"(?:余款|剩余|其余|全部|未付)[^。；]{0,20}(?:到期|一并|一次性支付|立即支付)|提前到期")
_DAYS = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3})(?:个)?(?:工作)?[日天]内")
_LABOUR_BODIES = frozenset({"enterprise_committee", "township", "industry_labour"})


def findings(facts: CaseFacts) -> Iterator[Finding]:
    agreement = facts.agreement
    if agreement is None:
        return
    if agreement.is_oral and not facts.is_peoples:
        message = "劳动争议的调解协议应当采用书面形式；口头协议只适用于人民调解"
        yield Finding("must_be_written", BLOCK, "", message, "《中华人民共和国劳动争议调解仲裁法》第十四条")
    if not agreement.terms:
        yield Finding("no_terms", BLOCK, "", "缺少：协议条款")
    if not facts.is_peoples:
        yield from _relationship(facts)
    yield from _early_maturity(facts)
    yield from _periods(facts)
    yield from _lines(facts)


def _relationship(facts: CaseFacts) -> Iterator[Finding]:
    assert facts.agreement is not None
    places = [
        clause.name
        for clause in clauses(facts)
        for part in re.split(r"[，。；]", clause.text)
        if _RELATIONSHIP.search(part) and not _NOT_DECIDED.search(part)
    ]
    if places and not facts.agreement.confirms_relationship:
        message = f"{places[0]}确认劳动关系，但拟定协议时没有勾选“协议确认劳动关系”：文书会错误地写入仲裁审查"
        yield Finding("relationship_not_marked", BLOCK, places[0], message, _CLOSED_BY_STATUS)
    elif facts.agreement.confirms_relationship:
        message = "协议确认劳动关系：仲裁委员会不受理仲裁审查，请确认双方已经知道"
        yield Finding("confirms_relationship", WARN, places[0] if places else "", message, _CLOSED_BY_STATUS)


def _early_maturity(facts: CaseFacts) -> Iterator[Finding]:
    agreement = facts.agreement
    if agreement is None or len(agreement.instalments) < 2 or agreement.has_early_maturity:
        return
    if not any(_EARLY.search(text) for text in agreement.terms):
        message = "分期履行而没有提前到期或者违约条款，建议写明“任何一期逾期，余款全部到期”；不写的请写明理由"
        yield Finding("no_early_maturity", WARN, "", message)


def _periods(facts: CaseFacts) -> Iterator[Finding]:
    """A term that repeats the periods repeats them right: 15 days for the review, 30 for the court."""
    for clause in clauses(facts):
        for part in re.split(r"[。；，]", clause.text):
            for word, days, article in (("仲裁审查", 15, _REVIEW), ("司法确认", 30, _CONFIRMATION)):
                if word not in part:
                    continue
                for said in _DAYS.findall(part):
                    if _number(said) != days:
                        message = f"{clause.name}：申请{word}的期限是协议生效之日起{days}日，不是{said}日"
                        yield Finding("period_wrong", BLOCK, clause.name, message, article)


def _number(word: str) -> int:
    try:
        return parse_fen(word + "元") // 100
    except MoneyError:
        return 0


def _lines(facts: CaseFacts) -> Iterator[Finding]:
    """The paper reminds of the 15 and the 30 days wherever the way is open."""
    printed = {route.name: str(route) for route in ways_to_force(facts)}
    is_labour_body = not facts.legal_basis or bool(_LABOUR_BODIES & set(facts.legal_basis))
    is_closed = facts.agreement is not None and facts.agreement.confirms_relationship
    if not facts.is_peoples and is_labour_body and not is_closed and "15日内" not in printed.get("仲裁审查", ""):
        message = "缺少提示：双方可以自协议生效之日起15日内申请仲裁审查"
        yield Finding("review_line_missing", BLOCK, "", message, _REVIEW)
    if "30日内" not in printed.get("司法确认", ""):
        message = "缺少提示：双方可以自协议生效之日起30日内申请司法确认"
        yield Finding("confirmation_line_missing", BLOCK, "", message, _CONFIRMATION)
