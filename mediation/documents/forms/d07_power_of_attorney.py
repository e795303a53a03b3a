"""D07 授权委托书: who acts for a party, with every special power named (by analogy LDMAL Art 24; CPL Art 62)."""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts, PartyFacts, RepresentativeFacts
from mediation.documents.passages import identity, signer
from mediation.documents.spec import Finding, FormSpec, Per
from mediation.documents.stages import AFTER_AGREEMENT, BEFORE_ACCEPTANCE, IN_MEDIATION
from mediation.documents.typeset.blocks import (
    Block,
    Checks,
    Field,
    Fields,
    Note,
    P,
    Sign,
    Signer,
    Strong,
    Title,
    Together,
)
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, dispute

POWERS = ("承认、放弃、变更请求", "进行和解、调解", "签署调解协议", "代收款项", "代收文书")


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    one = facts.subject_representative
    if one and one[1].from_on and one[1].to_on and one[1].to_on < one[1].from_on:
        yield Finding("period_reversed", "代理期限的终止日早于起始日", SPEC.basis)


SPEC = FormSpec(
    code="D07",
    title="授权委托书",
    basis="参照《中华人民共和国劳动争议调解仲裁法》第二十四条、《中华人民共和国民事诉讼法》第六十二条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("principal.name", "委托人姓名或者名称"),
        ("agent", "代理人"),
        ("agent.name", "代理人姓名"),
        ("agent.relation", "代理人与委托人的关系"),
    ),
    signed_by=("principal",),
    sealed=False,
    copies="一式两份，委员会一份，委托人一份",
    available_in=BEFORE_ACCEPTANCE | IN_MEDIATION | AFTER_AGREEMENT,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    refuse=_refuse,
    fits=lambda facts: any(one.kind == "agent" for party in facts.parties for one in party.representatives),
    per=Per.REPRESENTATIVE,
)

GENERAL = "一般授权：代为陈述、举证、参加调解，不含特别授权"


def build(facts: CaseFacts) -> Iterator[Block]:
    """The authority, for the principal to sign or seal."""
    principal, agent = facts.subject_representative or (PartyFacts("applicant", "person", ""), RepresentativeFacts(""))
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P((Strong("委托人："), f"{identity(principal)}。"))
    yield Fields(
        (
            (Field("受委托人：", agent.name, 5), Field("与委托人的关系：", agent.relation, 5)),
            (Field("公民身份号码：", agent.id_number, 10), Field("电话：", agent.phone, 7)),
        )
    )
    yield P(f"现委托{agent.name or BLANK}在{facts.committee_name}调解的{dispute(facts)}中，作为委托人的代理人。")
    yield P((Strong("代理权限："),))
    yield Checks("　　", (GENERAL,), frozenset(() if agent.powers else (GENERAL,)))
    others = tuple(power for power in agent.powers if power not in POWERS)
    yield Checks("　　特别授权：代为　", (*POWERS, *others), frozenset(agent.powers))
    yield Together(
        (
            P((Strong("代理期限："), f"{_period(agent)}。")),
            Sign((signer(principal), Signer("受委托人", agent.name))),
            Note(
                "特别授权事项逐项勾选，未勾选的无权代为处理。委托人为单位的，加盖公章；变更或者解除委托的，书面告知调解委员会。"
            ),
        )
    )


def _period(agent: RepresentativeFacts) -> str:
    first = f"自{chinese_date(agent.from_on)}起" if agent.from_on else "自签署之日起"
    return f"{first}至{chinese_date(agent.to_on)}止" if agent.to_on else f"{first}至本次调解结束之日止"
