"""The check of an agreement as a whole."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import date

from mediation.core.money import yuan
from mediation.documents.agreement_check import extent, form, people, rights, sums
from mediation.documents.agreement_check.finding import BLOCK, Finding
from mediation.documents.facts import AgreementFacts, CaseFacts


def check(facts: CaseFacts) -> list[Finding]:
    """Everything found in the agreement of a case, what blocks first; empty without an agreement.

    `facts.issued_on` is the day on which it would be issued; where it is not set, days are compared with its effect alone.
    """
    if facts.agreement is None:
        return []
    found = [
        *sums.findings(facts),
        *_shares(facts),
        *rights.findings(facts),
        *people.findings(facts),
        *form.findings(facts),
        *extent.findings(facts),
    ]
    return sorted(dict.fromkeys(found), key=lambda one: one.severity != BLOCK)


def _shares(facts: CaseFacts) -> list[Finding]:
    """Of many applicants each has a sum of their own (law.md 1.9)."""
    shares = [party.agreed_fen for party in facts.applicants]
    total = facts.agreement.total_fen if facts.agreement else None
    if not facts.has_many_applicants or (None not in shares and sum(share or 0 for share in shares) == total):
        return []
    known = sum(share or 0 for share in shares)
    message = f"各申请人的协议金额缺失，或者合计（{yuan(known)}元）与协议总额不一致：请在履行计划中为每位申请人各列一期"
    return [Finding("shares_do_not_add_up", BLOCK, "", message)]


def text_digest(agreement: AgreementFacts) -> str:
    """SHA-256 over what was agreed: a reason given for a warning counts for this text alone.

    What happens later (payments, signatures, effect) does not change it.
    """
    instalments = tuple(replace(one, paid_fen=0) for one in agreement.instalments)
    agreed = replace(agreement, instalments=instalments, effective_on=None, sealed_on=None)
    said = asdict(agreed)
    if not agreement.left_open:
        del said["left_open"]  # reasons given before there was a word for it stay what they are
    for one in said["instalments"]:
        del one["creditor_key"]  # whose row it is; what is agreed is the name
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()
