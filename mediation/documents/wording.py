"""How forms write dates, sums and names."""

from collections.abc import Sequence

from mediation.core.money import capitals, yuan
from mediation.documents.facts import CaseFacts, ClaimFacts, DeadlineFacts, PartyFacts
from mediation.documents.typeset.render import chinese_date

_FEW = 3
_NUMERALS = "零一二三四五六七八九十"
BLANK = "＿＿＿＿＿＿"


def sum_in_words(fen: int | None) -> str:
    """¥12,345.60（人民币壹万贰仟叁佰肆拾伍元陆角整）; blanks where the sum is not known."""
    return f"¥{yuan(fen)}（{capitals(fen)}）" if fen is not None else "¥＿＿＿＿＿＿（人民币＿＿＿＿＿＿＿＿＿＿）"


def count_in_words(count: int) -> str:
    """三, 十; figures from eleven on."""
    return _NUMERALS[count] if count < len(_NUMERALS) else str(count)


def names(parties: Sequence[PartyFacts]) -> str:
    """周明远、云岫速运: in full up to three, then 袁大为等14人."""
    known = [party.name or BLANK for party in parties] or [BLANK]
    if len(known) <= _FEW:
        return "、".join(known)
    counter = "人" if all(party.is_person for party in parties) else "方"
    return f"{known[0]}等{len(known)}{counter}"


def claim_text(claim: ClaimFacts) -> str:
    """One request as a sentence of the list."""
    who = f"（{claim.applicant}）" if claim.applicant else ""
    if claim.amount_fen is not None:
        return f"{claim.item}{who}：{sum_in_words(claim.amount_fen)}。"
    said = f"：{claim.amount_text}" if claim.amount_text else ""
    return f"{claim.item}{who}{said}。"


def last_day(deadline: DeadlineFacts) -> str:
    """The last day, and how it moved when the raw day was a rest day."""
    text = printed_day(deadline)
    if deadline.last_day == deadline.raw_last_day:
        return text
    return f"{text}（期间届满日{chinese_date(deadline.raw_last_day)}为休息日，顺延至其后第一个工作日）"


def printed_day(deadline: DeadlineFacts) -> str:
    """The last day; a provisional one, which only a draft may print, says so."""
    return f"{chinese_date(deadline.last_day)}{'（暂定）' if deadline.is_provisional else ''}"


def dispute(facts: CaseFacts) -> str:
    """周明远与云岫速运…关于拖欠工资的争议."""
    about = f"关于{facts.category_label}的" if facts.category_label else "的"
    noun = "纠纷" if facts.is_peoples else "争议"
    return f"{names(facts.applicants)}与{names(facts.respondents)}{about}{noun}"


def short_names(parties: Sequence[PartyFacts]) -> str:
    """The names in full, however many; for a roll of a few."""
    return "、".join(party.name or BLANK for party in parties) or BLANK


def claim_items(facts: CaseFacts) -> str:
    """支付工资16,650.00元；出具离职证明: the requests in one sentence."""
    said = (
        (claim.item, f"{yuan(claim.amount_fen)}元" if claim.amount_fen is not None else claim.amount_text)
        for claim in facts.claims
    )
    return "；".join("".join(filter(None, pair)) for pair in said) or BLANK


def body(facts: CaseFacts) -> str:
    """人民调解委员会 or 调解委员会."""
    return "人民调解委员会" if facts.is_peoples else "调解委员会"


def mediator_word(facts: CaseFacts) -> str:
    return "人民调解员" if facts.is_peoples else "调解员"


def from_to(first: str, last: str) -> str:
    """9:30至11:20; what is not known is left out."""
    return "至".join(filter(None, (first, last)))


def number_of(facts: CaseFacts) -> str:
    """The case number, before acceptance the register number."""
    return facts.case_no or facts.number


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a free text that hold anything."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
