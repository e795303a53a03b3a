"""D03 权利义务告知书: before mediation, to every party (PML Art 23–24; PM-75 Art 30; Order 17 Art 24).

Mediation is no wall before arbitration or court, so the notice names the other routes and the limitation.
"""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import party_signers, signature_roll
from mediation.documents.remedies import limitation_sentence, other_routes
from mediation.documents.spec import FormSpec
from mediation.documents.stages import BEFORE_ACCEPTANCE, IN_MEDIATION
from mediation.documents.typeset.blocks import Block, Heading, Items, P, Seal, Sign, Strong, Title, Together
from mediation.documents.wording import body, dispute, mediator_word, names

SPEC = FormSpec(
    code="D03",
    title="权利义务告知书",
    basis="《中华人民共和国人民调解法》第二十三条、第二十四条，《人民调解工作若干规定》第三十条，《企业劳动争议协商调解规定》第二十四条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("applicants", "申请人"),
        ("respondents", "被申请人"),
        ("parties.*.name", "当事人姓名或者名称"),
    ),
    signed_by=("applicant", "respondent"),
    sealed=True,
    copies="当事人每人一份，签收的一份存档",
    available_in=BEFORE_ACCEPTANCE | IN_MEDIATION,
    number_kind=None,
    official_source="无全国统一格式；内容依上列条文，委员会自定",
)

RIGHTS = (
    "自愿：是否接受调解、是否达成协议，都由当事人自己决定；可以接受、拒绝或者随时要求终止调解。",
    "免费：调解不收取任何费用；任何人以调解的名义收费的，可以拒绝并向本委员会反映。",
    "选择和回避：可以选择或者接受{mediator}；认为{mediator}与本案有利害关系或者其他关系、可能影响公正调解的，可以申请其回避。",
    "代理：可以委托代理人参加调解；委托他人代为承认、放弃、变更请求，进行和解，代收款项或者签署协议的，须在授权委托书中逐项写明。",
    "陈述和表达：可以陈述事实、提出主张、提供证据，自主表达意愿、自愿达成协议。",
)
CONFIDENTIAL_LABOUR = "不公开：调解不公开进行，双方当事人都要求公开的除外；调解员对知悉的个人隐私和商业秘密保密。"
CONFIDENTIAL_PEOPLES = "公开与否：可以要求调解公开进行或者不公开进行；人民调解员对知悉的个人隐私和商业秘密保密。"
ADMISSIONS = "为达成协议所作的让步和认可：调解不成的，依法不在其后的程序中作为对其不利的依据，法律另有规定的除外。"
DUTIES = (
    "如实陈述纠纷事实，不提供虚假证据。",
    "遵守调解秩序，尊重{mediator}。",
    "尊重对方当事人行使权利。",
    "达成协议的，按照约定履行。",
)
EFFECT_LABOUR = (
    "经调解达成协议的，制作调解协议书。协议书由双方当事人签名或者盖章，经调解员签名并加盖调解组织印章后生效，对双方当事人具有约束力，"
    "当事人应当履行（《中华人民共和国劳动争议调解仲裁法》第十四条）。"
)
EFFECT_PEOPLES = (
    "经人民调解委员会调解达成的协议具有法律约束力，当事人应当按照约定履行（《中华人民共和国人民调解法》第三十一条）；"
    "可以自协议生效之日起30日内共同向人民法院申请司法确认（同法第三十三条）。"
)
NO_WALL_LABOUR = (
    "调解不是仲裁的必经程序。自本委员会收到调解申请之日起15日内未达成协议的，当事人可以依法申请仲裁"
    "（《中华人民共和国劳动争议调解仲裁法》第五条、第十四条）。可以通过的途径有："
)
NO_WALL_PEOPLES = "接受调解不影响当事人依法通过其他途径维护权利。可以通过的途径有："
LIMITATION_LABOUR = (
    "劳动争议申请仲裁的时效期间为一年，从当事人知道或者应当知道其权利被侵害之日起计算；劳动关系存续期间因拖欠劳动报酬发生争议的，"
    "不受一年限制，但劳动关系终止的，应当自终止之日起一年内提出（《中华人民共和国劳动争议调解仲裁法》第二十七条）。"
)
LIMITATION_PEOPLES = (
    "向人民法院请求保护民事权利的诉讼时效期间一般为三年，自权利人知道或者应当知道权利受到损害以及义务人之日起计算"
    "（《中华人民共和国民法典》第一百八十八条）。"
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The notice, with the parties' receipt."""
    mediator = mediator_word(facts)
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"{names(facts.applicants)}、{names(facts.respondents)}：", indent=0)
    yield P(f"{dispute(facts)}，在{body(facts)}进行调解前，现将当事人的权利义务和有关事项告知如下：")
    yield Heading("一、当事人的权利")
    open_or_not = CONFIDENTIAL_PEOPLES if facts.is_peoples else CONFIDENTIAL_LABOUR
    yield Items((*(text.format(mediator=mediator) for text in RIGHTS), open_or_not, ADMISSIONS))
    yield Heading("二、当事人的义务")
    yield Items(tuple(text.format(mediator=mediator) for text in DUTIES))
    yield Heading("三、调解协议的效力")
    yield P(EFFECT_PEOPLES if facts.is_peoples else EFFECT_LABOUR)
    yield Heading("四、其他途径和时效")
    yield P(NO_WALL_PEOPLES if facts.is_peoples else NO_WALL_LABOUR)
    yield Items(tuple(map(str, other_routes(facts))))
    limitation = [P(LIMITATION_PEOPLES if facts.is_peoples else LIMITATION_LABOUR)]
    # The day itself is printed only when a person has settled it; before that, the rule speaks.
    if facts.limitation and not facts.limitation.is_provisional:
        limitation.append(P((Strong(limitation_sentence(facts)),)))
    yield from limitation[:-1]
    yield Together((limitation[-1], Seal(facts.committee_name, facts.issued_on)))
    yield from signature_roll(facts, with_amounts=False)
    yield Together(
        (P("以上内容已经知悉，并收到本告知书一份。收到人签名：", indent=0), Sign(party_signers(facts))),
    )
