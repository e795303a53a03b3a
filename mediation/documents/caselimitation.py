"""What the papers print about limitation: the day that is relied on, and the last day of each request with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from mediation.cases.limitation import ClaimLimitation
from mediation.cases.models import Case
from mediation.deadlines import limitation as law
from mediation.deadlines.engine import Computed
from mediation.deadlines.limitation import Happened
from mediation.documents import facts as f
from mediation.documents.typeset.render import chinese_date

_LDMAL_27 = "《中华人民共和国劳动争议调解仲裁法》第二十七条"
_CC_188 = "《中华人民共和国民法典》第一百八十八条"
_LIMITATION = {
    "ARB-LIMIT-1Y": _LDMAL_27,
    "ARB-LIMIT-WAGE-1Y": f"{_LDMAL_27}第四款",
    "CIV-LIMIT-3Y": _CC_188,
    "CIV-LIMIT-20Y": _CC_188,
    "INS-LIMIT-2Y": "《中华人民共和国保险法》第二十六条",
}
_KINDS = {code: "申请仲裁的时效期间" if code in law.LABOUR else "诉讼时效期间" for code in _LIMITATION}


def relied_on(case: Case, counted: Sequence[ClaimLimitation]) -> f.LimitationFacts | None:
    """The day that is relied on. Until a person has confirmed it, only a draft may print it."""
    if case.limitation_on is None:
        return None
    first = min(
        (one for one in counted if one.counted.earliest),
        key=lambda one: one.counted.earliest.raw_last_day,  # type: ignore[union-attr]
        default=None,
    )
    rule = first.counted.earliest.rule.id if first and first.counted.earliest else law.LABOUR_RULE
    is_counted = first is not None and _is_as_counted(case, counted)
    since = _since(first.counted.earliest_from, first.counted.earliest) if first and is_counted else ""
    explanation = f"{since}起计算" if since and len(counted) == 1 else ""
    return f.LimitationFacts(
        case.limitation_on,
        _LIMITATION[rule],
        explanation or ("各项请求届满日不同的，以最早的一项为准" if len(counted) > 1 else ""),
        is_provisional=not case.limitation_confirmed,
        kind=_KINDS[rule],
    )


def _is_as_counted(case: Case, counted: Sequence[ClaimLimitation]) -> bool:
    """Whether the day relied on is the counted one, and not another that a person had reasons for."""
    days = [one.counted.earliest.raw_last_day for one in counted if one.counted.earliest]
    return bool(days) and min(days) == case.limitation_on


def of_claims(case: Case, counted: Sequence[ClaimLimitation]) -> tuple[f.ClaimLimitationFacts, ...]:
    """One line per request; the same request of many applicants with the same days is one."""
    if not _is_as_counted(case, counted):
        return ()
    return tuple(dict.fromkeys(_claim_limitation(one) for one in counted))


def _claim_limitation(one: ClaimLimitation) -> f.ClaimLimitationFacts:
    counted = one.counted
    current, earliest = counted.current, counted.earliest
    named = current or earliest
    rule = named.rule if named else counted.rule
    is_doubtful = current is not None and earliest is not None and current.raw_last_day != earliest.raw_last_day
    is_rolled = current is not None and not current.provisional and current.last_day != current.raw_last_day
    return f.ClaimLimitationFacts(
        item=one.claim.item,
        kind=_KINDS[rule.id],
        basis=_LIMITATION[rule.id],
        current=current.raw_last_day if current else None,
        earliest=earliest.raw_last_day if earliest else None,
        since=_since(counted.current_from, current) + (_doubt(counted.current_from) if is_doubtful else ""),
        earliest_since=_since(counted.earliest_from, earliest),
        rolled_to=current.last_day if current and is_rolled else None,
        is_rolling=rule.rolls and rule.roll_express,
        reason=counted.reason,
    )


def _since(event: Happened | None, computed: Computed | None) -> str:
    """自2026年6月5日申请调解之日: the day and the act that the period runs from, or the end of what it began."""
    if event is None or computed is None:
        return ""
    name = event.ground.label.split("（")[0]
    if computed.trigger != event.on:
        return f"自{name}的程序终结之日{chinese_date(computed.trigger)}"
    return f"自{chinese_date(event.on)}{name}之日"


def _doubt(event: Happened | None) -> str:
    """Said of what the later of two days rests on, so that nobody relies on it alone."""
    if event is None:
        return ""
    if event.is_contested:
        return "（对方有争议）"
    return "" if event.has_evidence else "（尚无证据）"
