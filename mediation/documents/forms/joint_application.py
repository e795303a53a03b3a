"""What the joint applications for arbitration review (D18) and judicial confirmation (D19) share."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mediation.documents.facts import AgreementFacts, CaseFacts
from mediation.documents.passages import identity, party_signers, signature_roll
from mediation.documents.spec import Finding
from mediation.documents.typeset.blocks import Block, Heading, Items, P, Sign, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, dispute, number_of, paragraphs

REQUIRED = (
    ("committee_name", "调解委员会名称"),
    ("parties.*.name", "当事人姓名或者名称"),
    ("applicants.*.id_number", "申请人公民身份号码"),
    ("applicants.*.address", "申请人住址"),
    ("applicants.*.phone", "申请人联系电话"),
    ("respondents.*.phone", "被申请人联系电话"),
    ("respondents.*.address", "被申请人住所"),
    ("respondents.*.legal_representative", "被申请人法定代表人（负责人）"),
    ("agreement", "调解协议"),
    ("agreement.effective_on", "调解协议的生效日"),
    ("agreement_number", "调解协议书编号（请先出具调解协议书）"),
)


def is_written(facts: CaseFacts) -> bool:
    """Whether there is a written agreement in force."""
    return bool(facts.agreement and facts.agreement.effective_on and not facts.agreement.is_oral)


def too_late(facts: CaseFacts, rule: str, name: str, basis: str) -> Iterable[Finding]:
    """After the last day the application is not accepted any more."""
    deadline = facts.deadline(rule)
    if deadline and not deadline.is_provisional and facts.issued_on and facts.issued_on > deadline.last_day:
        words = f"{name}的申请期限已于{chinese_date(deadline.last_day)}届满，逾期申请不予受理，请走其他途径"
        yield Finding("too_late", words, basis)


def parties_text(facts: CaseFacts) -> Iterator[Block]:
    """Both sides are applicants here; each in a line, with who acts for it."""
    for party in facts.parties:
        yield P(f"申请人（调解{'申请人' if party.side == 'applicant' else '被申请人'}）：{identity(party)}。")
        for agent in party.representatives:
            yield P(f"{agent.kind_label}：{'，'.join(filter(None, (agent.name, agent.relation, agent.phone)))}。")


def facts_and_reasons(facts: CaseFacts) -> Iterator[Block]:
    """The dispute, the agreement and that it is true, voluntary and lawful."""
    agreement = facts.agreement or AgreementFacts()
    yield P(
        f"{dispute(facts)}（案号：{number_of(facts)}），经{facts.committee_name}调解，双方自愿达成调解协议"
        f"（{facts.agreement_number or BLANK}），该协议于{chinese_date(agreement.effective_on)}生效。"
    )
    yield from (P(text) for text in paragraphs(agreement.facts_text or facts.facts_text))
    yield P("调解协议的主要内容：")
    yield Items(agreement.terms or (BLANK,))


def ending(facts: CaseFacts, body: str, annexes: tuple[str, ...]) -> Iterator[Block]:
    """Addressee, signatures of both sides, annexes."""
    yield from signature_roll(facts, with_amounts=False)
    # Whoever applied for mediation or answered it: before this body both sides are applicants.
    signers = tuple(replace(one, role="申请人") for one in party_signers(facts))
    yield Together((P("此致"), P(body or BLANK, indent=0), Sign(signers)))
    yield Heading("附件", level=2)
    yield Items(annexes)
