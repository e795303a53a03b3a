"""A collective case up to its drafted agreement: many workers, each with a claim and payments of their own."""

from __future__ import annotations

from datetime import date, timedelta

from mediation.cases import service as cases
from mediation.cases.service import AgreementIn, InstalmentIn
from mediation.documents.batches import asking
from mediation.parties import queries as parties
from tests.factories import casefiles
from tests.factories import documents as play

DRAFTED, ASKED = date(2026, 3, 16), date(2026, 3, 17)
_FAMILY, _GIVEN = "赵钱孙李周吴郑王冯陈", "明远建国晓东立新海燕"


def names(count: int) -> tuple[str, ...]:
    """So many different names."""
    return tuple(f"{_FAMILY[at % 10]}{_GIVEN[at // 10]}{_GIVEN[at % 10]}" for at in range(count))


def claimed_fen(at: int) -> int:
    """What the worker at a place asks for, in fen."""
    return 400_000 + at * 12_345


def drafted(count: int = 30, *, settled: float = 1.0, is_joint: bool = False, left_open: str = "") -> str:
    """A case of so many workers with a drafted agreement. Returns its number.

    Each gets the part ``settled`` of the claim: half of it in April, the rest in May; ``is_joint``: the plan names no
    creditors, and all claims are settled in full. ``left_open``: what the agreement does not settle.
    """
    people = tuple(casefiles.applicant(name, claimed_fen(at)) for at, name in enumerate(names(count)))
    number = play.open_case(date(2026, 3, 4), applicants=people)
    play.accept(number, date(2026, 3, 4), date(2026, 3, 6))
    play.meet(number, date(2026, 3, 12))
    play.name_heads(number)
    sums = [round(claimed_fen(at) * settled) for at in range(count)]
    days = date(2026, 4, 10), date(2026, 5, 11)
    if is_joint:
        plan = [InstalmentIn(days[0], sum(sums) // 3), InstalmentIn(days[1], sum(sums) - sum(sums) // 3)]
    else:
        keys = [one.id for one in parties.for_case(casefiles.reload(number).id) if one.side == "applicant"]
        plan = [InstalmentIn(days[0], fen // 2, creditor_party_id=key) for key, fen in zip(keys, sums, strict=True)]
        plan += [
            InstalmentIn(days[1] + timedelta(days=0), fen - fen // 2, creditor_party_id=key)
            for key, fen in zip(keys, sums, strict=True)
        ]
    terms = AgreementIn(
        facts="2025年12月至2026年2月工资未付。",
        terms="被申请人分两期支付各申请人拖欠的工资，每人的金额和日期见履行计划，银行转账至本人账户。",
        total_fen=sum(sums),
        instalments=tuple(plan),
        payment_method="银行转账",
        is_partial=bool(left_open),
        left_open=left_open,
    )
    play.act(number, "duty_lawyer", DRAFTED, cases.draft, hour=9, terms=terms)
    return number


def ask_for_all(number: str) -> int:
    """Ask for the agreements of all applicants in one go. Returns the key of the batch."""
    _spec, known = asking.recipients(casefiles.reload(number), "D13")
    marks = [one.mark for one in known]
    return play.act(number, "duty_lawyer", ASKED, asking.ask, code="D13", marks=marks).id
