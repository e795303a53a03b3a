"""What the code on a paper says: its number, the facts that matter, and the digest of the data it was made from. Pure."""

from __future__ import annotations

from typing import Any

from mediation.documents.facts import CaseFacts, PartyFacts, digest

# A code must stay readable on a folded sheet: of many parties the first are named and the rest counted.
_NAMED = 6
_INSTALMENTS = 12
_SIDES = {"applicant": "申请人", "respondent": "被申请人", "third_party": "第三人"}


def claims_of(facts: CaseFacts, *, title: str, number: str) -> dict[str, Any]:
    """The claims of an issued paper, as plain JSON values.

    ``v`` version, ``n`` number, ``t`` title, ``d`` day of issue, ``b`` issuer, ``c`` case number, ``p`` parties as
    [side, name], ``m`` how many more, ``s`` sums as [what, fen], ``y`` days as [what, ISO day], ``h`` the SHA-256 of
    the frozen facts in hexadecimal. Empty lists are left out.
    """
    listed = {
        "p": [[_SIDES.get(one.side, one.side), one.name] for one in _named(facts)],
        "s": _sums(facts),
        "y": _days(facts),
    }
    claims: dict[str, Any] = {
        "v": 1,
        "n": number,
        "t": title,
        "d": facts.issued_on.isoformat() if facts.issued_on else "",
        "b": facts.committee_name,
        "c": facts.case_no or facts.number,
        "h": digest(facts),
    }
    more = len(facts.parties) - len(listed["p"])
    return claims | {key: value for key, value in listed.items() if value} | ({"m": more} if more else {})


def _named(facts: CaseFacts) -> tuple[PartyFacts, ...]:
    return facts.parties[:_NAMED]


def _sums(facts: CaseFacts) -> list[list[Any]]:
    if facts.agreement is None:
        return [["请求金额", facts.claimed_fen]] if facts.claimed_fen else []
    sums: list[list[Any]] = []
    if facts.agreement.total_fen:
        sums.append(["协议金额", facts.agreement.total_fen])
    for one in facts.agreement.instalments[:_INSTALMENTS]:
        if one.amount_fen and len(facts.agreement.instalments) > 1:
            sums.append([f"第{one.number}期", one.amount_fen])
    return sums


def _days(facts: CaseFacts) -> list[list[str]]:
    days = [("收到申请", facts.received_on), ("受理", facts.accepted_on)]
    if facts.agreement is not None:
        days = [(f"第{one.number}期", one.due_on) for one in facts.agreement.instalments[:_INSTALMENTS]]
    elif facts.limitation is not None and not facts.limitation.is_provisional:
        days.append(("时效届满", facts.limitation.last_day))
    return [[what, day.isoformat()] for what, day in days if day is not None]
