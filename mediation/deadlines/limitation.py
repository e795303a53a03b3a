"""Limitation as a list of dated events per claim: the current last day, and the earliest plausible one; pure.

A start, interruptions and suspensions follow each other (LDMAL Art 27, Order 33 Art 27; CC 188-195). An interruption
lets the whole period run anew: from its day, or from the end of the procedure it began (CC 195). A suspension lets a
labour claim stand still (LDMAL 27(3)); of a civil claim it counts only in the last six months, and the period then ends
six months after it (CC 194). Pay owed during employment is not limited before employment ends (LDMAL 27(4)).

The earliest plausible last day leaves out what is contested or not proved, takes the earliest start that anybody names,
and lets no procedure renew the period by its end, on which the law is silent for labour claims. All days are
Asia/Shanghai civil dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mediation.deadlines.calendar import ONE_DAY, WorkCalendar
from mediation.deadlines.engine import Computed, Pause, compute, shift_months
from mediation.deadlines.rules import Rule

WAGE_RULE, LABOUR_RULE, CIVIL_RULE, INSURANCE_RULE = "ARB-LIMIT-WAGE-1Y", "ARB-LIMIT-1Y", "CIV-LIMIT-3Y", "INS-LIMIT-2Y"
OUTER_RULE = "CIV-LIMIT-20Y"
LABOUR = frozenset({LABOUR_RULE, WAGE_RULE})
CIVIL = frozenset({CIVIL_RULE, INSURANCE_RULE})
# What a claim can be put under, and all the rules its last day can come from.
RULES_OF_CLAIMS = (LABOUR_RULE, WAGE_RULE, CIVIL_RULE, INSURANCE_RULE)
LIMITATION_RULES = frozenset({*RULES_OF_CLAIMS, OUTER_RULE})
# CC 194: the obstacle counts in the last six months, which run again in full after it.
LAST_MONTHS = 6

_ORDER_33 = "《劳动人事争议仲裁办案规则》第27条"
_CC_195 = "《民法典》第195条"
_LDMAL_27 = "《劳动争议调解仲裁法》第27条"


class Kind(StrEnum):
    """What an event does to the period."""

    START = "start"
    INTERRUPTION = "interruption"
    SUSPENSION = "suspension"


@dataclass(frozen=True)
class Ground:
    """Why the period starts, starts anew or stands still. An empty article: no such ground under those rules.

    ``is_procedure``: it goes on for a time, and the period runs anew from its end.
    """

    key: str
    kind: Kind
    label: str
    labour: str = ""
    civil: str = ""
    is_procedure: bool = False

    def article(self, rule: str) -> str:
        """The article under a limitation rule; empty where the ground does not exist."""
        return self.labour if rule in LABOUR else self.civil


_GROUNDS = (
    Ground("right_known", Kind.START, "知道或者应当知道权利被侵害", f"{_LDMAL_27}第1款", "《民法典》第188条"),
    Ground("employment_ended", Kind.START, "劳动关系终止", f"{_LDMAL_27}第4款"),
    Ground("insured_event", Kind.START, "知道或者应当知道保险事故发生", civil="《保险法》第26条"),
    Ground("harm_occurred", Kind.START, "权利受到损害（最长二十年自此起算）", civil="《民法典》第188条"),
    Ground("claim_made", Kind.INTERRUPTION, "向对方主张权利（催要、协商）", _ORDER_33, _CC_195),
    Ground("mediation_applied", Kind.INTERRUPTION, "申请调解", _ORDER_33,
           "诉讼时效规定第12条；再次申请再次中断，总则编解释第38条", is_procedure=True),
    Ground("complaint", Kind.INTERRUPTION, "向有关部门投诉、请求权利救济", _ORDER_33),
    Ground("arbitration", Kind.INTERRUPTION, "申请仲裁", _ORDER_33, _CC_195, is_procedure=True),
    Ground("suit", Kind.INTERRUPTION, "起诉", _ORDER_33, _CC_195, is_procedure=True),
    Ground("payment_order", Kind.INTERRUPTION, "申请支付令", _ORDER_33, _CC_195, is_procedure=True),
    Ground("agreed_to_perform", Kind.INTERRUPTION, "对方同意履行（承诺、协议、部分付款）", _ORDER_33, _CC_195),
    Ground("equal_act", Kind.INTERRUPTION, "与起诉、申请仲裁具有同等效力的其他行为", civil=_CC_195, is_procedure=True),
    Ground("force_majeure", Kind.SUSPENSION, "不可抗力", f"{_LDMAL_27}第3款", "《民法典》第194条"),
    Ground("other_obstacle", Kind.SUSPENSION, "其他正当理由、其他障碍", f"{_LDMAL_27}第3款", "《民法典》第194条"),
)  # fmt: skip
GROUNDS: dict[str, Ground] = {one.key: one for one in _GROUNDS}

# Which start a rule runs from, the first known one of them.
_STARTS = {
    LABOUR_RULE: ("right_known",),
    WAGE_RULE: ("employment_ended",),
    CIVIL_RULE: ("right_known",),
    INSURANCE_RULE: ("insured_event", "right_known"),
}
# Claims that arise from the end of employment itself: whoever was dismissed knew of it that day.
_FROM_THE_END = frozenset(
    {"contract.termination", "contract.severance", "contract.damages", "contract.notice_pay"}
)  # fmt: skip
_LABOUR_CAUSES = frozenset({"wage", "contract", "leave", "injury", "social_insurance"})


@dataclass(frozen=True)
class Happened:
    """One event of a claim. ``ends_on``: the last day of a suspension or the end of a procedure; None while it lasts.

    ``has_evidence``: something dated proves it; ``key`` is the caller's own.
    """

    ground: Ground
    on: date
    ends_on: date | None = None
    has_evidence: bool = False
    is_contested: bool = False
    key: int | None = None

    @property
    def is_certain(self) -> bool:
        """Whether the earliest day may rely on it."""
        return self.has_evidence and not self.is_contested


@dataclass(frozen=True)
class Effect:
    """What an event did, in words; which of the two days it moved."""

    event: Happened
    words: str
    counts: bool
    counts_for_earliest: bool


@dataclass(frozen=True)
class Limitation:
    """The limitation of one claim. ``current`` None: ``reason`` says why no day can be named.

    ``earliest`` is never later than ``current``. ``earliest_reason`` says why the two differ.
    """

    rule: Rule
    current: Computed | None
    earliest: Computed | None
    steps: tuple[Effect, ...]
    reason: str = ""
    earliest_reason: str = ""
    current_from: Happened | None = None
    earliest_from: Happened | None = None


def rule_for(track: str, relationship: str, category_code: str | None) -> str:
    """The limitation rule of a claim by the case's track and relationship and the claim's cause (law.md 1.1, 2.3).

    Where employment is disputed the shorter one of labour law is taken: the earlier day does no harm.
    """
    cause = (category_code or "").split(".")[0]
    if cause == "insurance":
        return INSURANCE_RULE
    is_civil = relationship in ("quasi", "self_run")
    by_cause = cause in _LABOUR_CAUSES and not is_civil
    is_labour = {"labour": True, "new_form": not is_civil, "referral": by_cause, "consult": by_cause}.get(track, False)
    if not is_labour:
        return CIVIL_RULE
    return WAGE_RULE if cause == "wage" else LABOUR_RULE


def starts_of(rule: str, category_code: str | None) -> tuple[str, ...]:
    """The grounds a rule can start from, the first that is known counts."""
    more = ("employment_ended",) if rule == LABOUR_RULE and category_code in _FROM_THE_END else ()
    return (*_STARTS[rule], *more)


def limitation(
    rule: Rule,
    events: Sequence[Happened],
    calendar: WorkCalendar,
    *,
    as_of: date,
    starts: Sequence[str] = (),
    outer: Rule | None = None,
) -> Limitation:
    """Count the limitation of one claim from its events.

    ``starts`` are the start grounds in order of preference (default: the rule's own); ``outer`` the twenty-year rule
    for civil claims; ``as_of`` the day up to which an obstacle that still lasts is counted. Raises ``KeyError`` for a
    rule that is no limitation rule.
    """
    grounds = tuple(starts) or _STARTS[rule.id]
    fitting = [one for one in sorted(events, key=_order) if one.ground.article(rule.id)]
    now = _Reading(rule, fitting, calendar, grounds, as_of, is_cautious=False)
    cautious = _Reading(rule, fitting, calendar, grounds, as_of, is_cautious=True)
    current, earliest = now.result, cautious.result
    reason = "" if current else _unknown(rule.id, now)
    if rule.id == WAGE_RULE and now.start is None:
        current, reason = None, _unknown(rule.id, now)
    bound = _bound(outer, fitting, calendar) if rule.id in CIVIL else None
    current, earliest = _within(current, bound), _within(earliest, bound)
    if current and earliest and earliest.last_day > current.last_day:
        earliest = current  # whatever is uncertain, the cautious day is never the later one
    return Limitation(
        rule=rule,
        current=current,
        earliest=earliest,
        steps=tuple(
            Effect(one, now.words.get(number, ""), number in now.moved, number in cautious.moved)
            for number, one in enumerate(fitting)
        ),
        reason=reason,
        earliest_reason=_difference(current, earliest, now, cautious),
        current_from=now.trigger,
        earliest_from=cautious.trigger,
    )


def _order(event: Happened) -> tuple[date, bool]:
    """A start stands before what happens on the same day."""
    return event.on, event.ground.kind is not Kind.START


class _Reading:
    """One way of reading the events: as recorded, or cautiously."""

    def __init__(
        self,
        rule: Rule,
        events: Sequence[Happened],
        calendar: WorkCalendar,
        grounds: Sequence[str],
        as_of: date,
        *,
        is_cautious: bool,
    ) -> None:
        self.rule, self.calendar, self.as_of, self.is_cautious = rule, calendar, as_of, is_cautious
        self.words: dict[int, str] = {}
        self.moved: set[int] = set()
        self.obstacles = [
            one for one in events if one.ground.kind is Kind.SUSPENSION and (one.is_certain or not is_cautious)
        ]
        self.start = self._chosen_start(events, grounds)
        self.trigger: Happened | None = self.start
        self.result = self._run(self.start) if self.start else None
        for number, one in enumerate(events):
            self._take(number, one)

    def _chosen_start(self, events: Sequence[Happened], grounds: Sequence[str]) -> Happened | None:
        for key in grounds:
            known = [one for one in events if one.ground.key == key]
            if self.is_cautious and known:
                return known[0]
            agreed = [one for one in known if not one.is_contested] or known
            if agreed:
                return agreed[-1]
        return None

    def _take(self, number: int, event: Happened) -> None:
        kind = event.ground.kind
        if kind is Kind.START:
            is_start = event is self.start
            self._say(number, "自次日起算" if is_start else "未作为起算日", moved=is_start)
        elif kind is Kind.SUSPENSION:
            pass  # told once it is known whether the period was still running
        elif self.is_cautious and not event.is_certain:
            return
        elif self.start and event.on < self.start.on:
            self._say(number, "时效尚未起算，不影响")
        elif self.result and event.on > self.result.last_day:
            self._say(number, f"发生在{self.result.last_day}届满之后，不能中断；对方同意履行的，请由律师判断")
        else:
            self.trigger, self.result = event, self._run(event)
            self._say(number, self._restart(event), moved=True)
        if kind is Kind.SUSPENSION:
            self._say_suspension(number, event)

    def _say(self, number: int, words: str, *, moved: bool = False) -> None:
        self.words[number] = words
        if moved:
            self.moved.add(number)

    def _say_suspension(self, number: int, event: Happened) -> None:
        if event not in self.obstacles or self.result is None:
            return
        reached = [one for one in self.result.pauses if one.last == self._end(event) or one.first == event.on]
        words = reached[0].why if reached else "不在时效期间内，或者不在最后六个月内，不影响"
        self._say(number, words, moved=bool(reached))

    def _restart(self, event: Happened) -> str:
        if self._renewed_on(event) != event.on:
            return f"中断，自程序终结之日{event.ends_on}起重新计算"
        going_on = "；程序终结后自终结之日重新计算" if event.ground.is_procedure and not event.ends_on else ""
        return f"中断，自{event.on}起重新计算{going_on}"

    def _renewed_on(self, event: Happened) -> date:
        """The end of the procedure (CC 195), where that is said: for civil claims, and not of mediation."""
        is_said = self.rule.id in CIVIL and event.ground.key != "mediation_applied"
        if event.ground.is_procedure and event.ends_on and (is_said or not self.is_cautious):
            return event.ends_on
        return event.on

    def _run(self, event: Happened) -> Computed:
        """The period from an event, with the obstacles that hinder it."""
        from_on = self._renewed_on(event)
        pauses = self._labour_pauses(from_on) if self.rule.id in LABOUR else self._civil_pauses(from_on)
        return compute(self.rule, from_on, self.calendar, 0, pauses)

    def _end(self, obstacle: Happened) -> date:
        return obstacle.ends_on or max(self.as_of, obstacle.on)

    def _labour_pauses(self, from_on: date) -> list[Pause]:
        """Time stands still during the obstacle (LDMAL 27(3)), as far as the period was running."""
        pauses: list[Pause] = []
        for one in self.obstacles:
            end = compute(self.rule, from_on, self.calendar, 0, pauses).raw_last_day
            if from_on < self._end(one) and one.on <= end:
                pauses.append(Pause(one.on, self._end(one), f"时效中止：{one.ground.label}"))
        return pauses

    def _civil_pauses(self, from_on: date) -> list[Pause]:
        """An obstacle in the last six months: the period ends six months after it (CC 194).

        The engine leaves days out of a count, so the days by which the end moves are left out, up to the obstacle's end.
        """
        first_end = end = compute(self.rule, from_on, self.calendar).raw_last_day
        hindered: Happened | None = None
        for one in sorted(self.obstacles, key=self._end):
            reaches = one.on <= end and self._end(one) > shift_months(end, -LAST_MONTHS)
            if reaches and shift_months(self._end(one), LAST_MONTHS) > end:
                end, hindered = shift_months(self._end(one), LAST_MONTHS), one
        if hindered is None:
            return []
        last = self._end(hindered)
        why = f"最后六个月内因{hindered.ground.label}中止，自障碍消除之日{last}起满六个月届满（《民法典》第194条）"
        return [Pause(last - (end - first_end) + ONE_DAY, last, why)]


def _bound(outer: Rule | None, events: Iterable[Happened], calendar: WorkCalendar) -> Computed | None:
    """The twenty years from the harm, which nothing interrupts (CC 188)."""
    harms = [one.on for one in events if one.ground.key == "harm_occurred"]
    return compute(outer, min(harms), calendar) if outer and harms else None


def _within(day: Computed | None, bound: Computed | None) -> Computed | None:
    return bound if day and bound and bound.last_day < day.last_day else day


def _unknown(rule: str, reading: _Reading) -> str:
    if rule == WAGE_RULE and reading.start is None:
        return "劳动关系存续期间因拖欠劳动报酬发生争议的，不受一年时效限制；没有登记劳动关系终止的日期"
    return "没有登记知道或者应当知道权利受侵害的日期，也没有中断事项，不能计算"


def _difference(current: Computed | None, earliest: Computed | None, now: _Reading, cautious: _Reading) -> str:
    """Why the earliest plausible day is another one than the current."""
    if earliest is None or (current and earliest.last_day == current.last_day):
        return ""
    if current is None:
        return "如果劳动关系已经终止，最早自最后一次有证据的中断起算"
    reasons = []
    if cautious.start and now.start and cautious.start.on < now.start.on:
        reasons.append(f"按有争议的起算日{cautious.start.on}计算")
    if now.moved - cautious.moved:
        reasons.append("不计有争议或者没有证据的事项")
    if now.trigger and cautious.trigger is now.trigger and now.trigger.ends_on:
        reasons.append("自提出之日重新计算，程序终结时是否再次起算，法律没有明文")
    return "；".join(reasons) or "按较早的理解计算"


def is_over(computed: Computed, today: date) -> bool:
    """Whether the last day has passed; a provisional one may yet move by the days of a block of holidays."""
    return today > computed.last_day + (timedelta(days=14) if computed.provisional else timedelta(0))
