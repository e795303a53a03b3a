"""What is one applicant's own in a collective case: requests, sum, instalments, and nobody else's data. Pure.

docs/decisions/0014: a collective case has one agreement and as many papers of it as applicants (law.md 1.9).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mediation.documents.facts import AgreementFacts, CaseFacts, InstalmentFacts, PartyFacts

CODE = "D13"


def are_apart(facts: CaseFacts) -> bool:
    """Whether each applicant gets an agreement of their own: in a collective case, unless a joint one is in force."""
    has_joint = any(paper.code == CODE and not paper.subject for paper in facts.papers)
    return facts.is_collective and facts.has_many_applicants and not has_joint


def own(facts: CaseFacts, key: str) -> CaseFacts:
    """The same facts as they concern the applicant with this key alone; unchanged for a key that is no applicant's."""
    party = next((one for one in facts.applicants if one.key == key), None)
    if party is None:
        return facts
    others = tuple(one for one in facts.parties if one.side != party.side)
    agreement = facts.agreement and _agreement(facts, facts.agreement, party)
    return replace(
        facts, subject=key, parties=(party, *others), claims=party.claims or facts.claims, agreement=agreement
    )


def _agreement(facts: CaseFacts, agreement: AgreementFacts, party: PartyFacts) -> AgreementFacts:
    rows = tuple(_instalments(facts, agreement.instalments, party))
    instalments = tuple(replace(one, number=number) for number, one in enumerate(rows, 1))
    early = agreement.has_early_maturity and len(instalments) > 1
    return replace(agreement, total_fen=party.agreed_fen, instalments=instalments, has_early_maturity=early)


def _instalments(
    facts: CaseFacts, instalments: Sequence[InstalmentFacts], party: PartyFacts
) -> Iterator[InstalmentFacts]:
    """The payments to the applicant, and the part of those that are to all applicants together."""
    shared = [one for one in instalments if not one.creditor_key]
    parts = dict(zip((one.number for one in shared), _parts(facts, shared, party), strict=True))
    for one in instalments:
        if one.creditor_key == party.key:
            yield one
        elif parts.get(one.number):
            yield replace(one, creditor=party.name, creditor_key=party.key, amount_fen=parts[one.number], paid_fen=0)


def _parts(facts: CaseFacts, shared: Sequence[InstalmentFacts], party: PartyFacts) -> list[int]:
    """Of each joint payment what falls to the applicant, in fen.

    By shares, rounded along the running sums of both: so the parts of a payment add up to it, and those of an applicant
    to the share, to the fen.
    """
    amounts = [one.amount_fen or 0 for one in shared]
    shares = [(one.key, one.agreed_fen or 0) for one in facts.applicants]
    total = sum(amounts)
    if not total or sum(share for _key, share in shares) != total:
        return [0] * len(shared)
    place = next(at for at, (key, _share) in enumerate(shares) if key == party.key)
    before = sum(share for _key, share in shares[:place])
    through = before + shares[place][1]
    result, paid = [], 0
    for amount in amounts:
        done, paid = paid, paid + amount
        corners = ((through, paid), (before, paid), (through, done), (before, done))
        upper, left, lower, corner = ((2 * share * sum_ + total) // (2 * total) for share, sum_ in corners)
        result.append(upper - left - lower + corner)
    return result
