"""Where the parties can go: ways to give an agreement force, and other routes when mediation has ended without one.

Mediation is no wall before arbitration or court: every refusal and failure names the other routes. The wording follows
the articles named; articles are cited as in force since the 2023 amendment of the Civil Procedure Law.
"""

from typing import NamedTuple

from mediation.documents.facts import CaseFacts, ClaimLimitationFacts
from mediation.documents.typeset.render import chinese_date

_LABOUR_BODIES = frozenset({"enterprise_committee", "township", "industry_labour"})


class Route(NamedTuple):
    """One way: its name, what it says to the parties, the article."""

    name: str
    text: str
    basis: str

    def __str__(self) -> str:
        return f"{self.name}：{self.text.removesuffix('。')}（{self.basis}）。"


def _known_last_day(facts: CaseFacts, rule: str) -> str:
    deadline = facts.deadline(rule)
    if not deadline:
        return ""
    day = chinese_date(deadline.last_day) + ("，暂定" if deadline.is_provisional else "")  # in a draft only
    if deadline.raw_last_day == deadline.last_day:
        return f"（最后日：{day}）"
    return f"（期间届满日{chinese_date(deadline.raw_last_day)}为休息日，最后日顺延至{day}）"


def ways_to_force(facts: CaseFacts) -> list[Route]:
    """How the agreement can be made enforceable (law.md 1.4), in the order the periods end."""
    return _peoples_ways(facts) if facts.is_peoples else _labour_ways(facts)


def _labour_ways(facts: CaseFacts) -> list[Route]:
    routes = []
    commission = facts.arbitration_commission or "有管辖权的劳动人事争议仲裁委员会"
    is_labour_body = not facts.legal_basis or bool(_LABOUR_BODIES & set(facts.legal_basis))
    confirms_relationship = bool(facts.agreement and facts.agreement.confirms_relationship)
    # Order 33 Art 75: no review of an agreement that settles whether an employment relationship exists.
    if is_labour_body and not confirms_relationship:
        when = _known_last_day(facts, "LM-ARBREVIEW-15D")
        routes.append(
            Route(
                "仲裁审查",
                f"双方当事人可以自本协议生效之日起15日内{when}，共同向{commission}提出仲裁审查申请；经审查制作的调解书经双方签收后发生法律效力。",
                "《企业劳动争议协商调解规定》第二十七条、《劳动人事争议仲裁办案规则》第七十四条",
            )
        )
    # LI-1 Art 52: at a people's mediation committee only duties to pay or perform can be confirmed.
    scope = "" if is_labour_body else "就给付义务"
    routes.append(_confirmation(facts, scope, "《中华人民共和国民事诉讼法》第二百零五条"))
    routes.append(
        Route(
            "支付令",
            "因支付拖欠劳动报酬、工伤医疗费、经济补偿或者赔偿金事项达成的协议，用人单位在约定期限内不履行的，劳动者可以持本协议书依法向人民法院申请支付令。",
            "《中华人民共和国劳动争议调解仲裁法》第十六条",
        )
    )
    routes.append(
        Route(
            "申请仲裁",
            "一方当事人在约定期限内不履行本协议的，另一方当事人可以依法申请仲裁。",
            "《中华人民共和国劳动争议调解仲裁法》第十五条",
        )
    )
    return routes


def _peoples_ways(facts: CaseFacts) -> list[Route]:
    return [
        _confirmation(facts, "", "《中华人民共和国人民调解法》第三十三条、《中华人民共和国民事诉讼法》第二百零五条"),
        Route(
            "提起诉讼",
            "当事人之间就本协议的履行或者协议的内容发生争议的，一方当事人可以向人民法院提起诉讼。",
            "《中华人民共和国人民调解法》第三十二条",
        ),
    ]


def _confirmation(facts: CaseFacts, scope: str, basis: str) -> Route:
    when = _known_last_day(facts, "JC-30D")
    court = facts.court or "有管辖权的人民法院"
    return Route("司法确认", f"双方当事人可以自本协议生效之日起30日内{when}，{scope}共同向{court}申请司法确认。", basis)


def other_routes(facts: CaseFacts) -> list[Route]:
    """Where the claim can be taken without an agreement, with the last day where one is known (law.md 1.4, 1.8)."""
    if facts.is_peoples:
        return [*_civil_routes(facts), _legal_aid(facts)]
    found = [_arbitration(facts), _direct_suit(), _payment_order(), _inspection(facts)]
    if facts.deadline("WI-WORKER-1Y"):
        found.append(_injury_recognition(facts))
    return [*found, _legal_aid(facts)]


def _until(facts: CaseFacts) -> str:
    """（时效期间届满日：2027年6月5日）, once a person has settled the day."""
    if facts.limitation is None or facts.limitation.is_provisional:
        return ""
    return f"（{facts.limitation.kind or '时效期间'}届满日：{chinese_date(facts.limitation.last_day)}）"


def _civil_routes(facts: CaseFacts) -> list[Route]:
    return [
        Route(
            "仲裁、行政、司法途径",
            f"当事人可以依法通过仲裁、行政、司法等途径维护自己的权利，包括向有管辖权的人民法院提起诉讼{_until(facts)}。",
            "《中华人民共和国人民调解法》第二十六条",
        ),
        Route(
            "支付令",
            "债权人请求给付金钱，数额确定并已到期、双方没有其他债务纠纷且支付令能够送达的，可以向有管辖权的基层人民法院申请支付令。",
            "《中华人民共和国民事诉讼法》第二百二十五条",
        ),
    ]


def _arbitration(facts: CaseFacts) -> Route:
    commission = facts.arbitration_commission or "有管辖权的劳动人事争议仲裁委员会"
    return Route(
        "劳动仲裁",
        f"属于劳动争议的，可以依法向{commission}申请仲裁{_until(facts)}。",
        "《中华人民共和国劳动争议调解仲裁法》第五条、第十四条",
    )


def _direct_suit() -> Route:
    return Route(
        "诉讼",
        "劳动者以用人单位的工资欠条为证据、诉讼请求不涉及劳动关系其他争议的，或者争议不属于劳动争议的，可以依法向人民法院提起诉讼。",
        "法释〔2020〕26号第十五条",
    )


def _payment_order() -> Route:
    # Without an agreement a failed order leads to arbitration first, not to court (LI-1 Art 13).
    return Route(
        "支付令",
        "用人单位拖欠或者未足额支付劳动报酬，数额明确的，劳动者可以依法向人民法院申请支付令；支付令失效的，应当先申请仲裁。",
        "《中华人民共和国劳动合同法》第三十条第二款、法释〔2020〕26号第十三条",
    )


def _inspection(facts: CaseFacts) -> Route:
    return Route(
        "劳动保障监察",
        f"用人单位拖欠劳动报酬等违反劳动保障法律、法规的，可以自违法行为发生之日起2年内{_known_last_day(facts, 'LS-2Y')}向劳动保障行政部门投诉。",
        "《中华人民共和国劳动争议调解仲裁法》第九条、《劳动保障监察条例》第二十条",
    )


def _injury_recognition(facts: CaseFacts) -> Route:
    deadline = facts.deadline("WI-WORKER-1Y")
    day = chinese_date(deadline.raw_last_day) if deadline else chinese_date(None)
    return Route(
        "工伤认定",
        f"用人单位未申请工伤认定的，劳动者或者其近亲属、工会可以自事故伤害发生之日起1年内（{day}前）向社会保险行政部门申请。",
        "《工伤保险条例》第十七条",
    )


def _legal_aid(facts: CaseFacts) -> Route:
    # Legal aid law Art 42: claims of migrant workers for pay or injury are not tested for means.
    is_migrant = any(party.is_migrant for party in facts.applicants) and not facts.is_peoples
    free = "；进城务工人员请求支付劳动报酬或者工伤事故人身损害赔偿的，免予核查经济困难状况" if is_migrant else ""
    basis = "第二十二条、第三十一条、第四十二条" if is_migrant else "第二十二条、第三十一条"
    return Route(
        "法律援助", f"符合条件的，可以向法律援助机构申请法律援助{free}。", f"《中华人民共和国法律援助法》{basis}"
    )


def limitation_sentence(facts: CaseFacts) -> str:
    """The last day for bringing the claim elsewhere; a blank where it is not known."""
    kind = "诉讼时效期间" if facts.is_peoples else "申请仲裁的时效期间"
    if not facts.limitation:
        return f"{kind}届满日：{chinese_date(None)}。"
    kind = facts.limitation.kind or kind
    basis = f"（{facts.limitation.basis}）" if facts.limitation.basis else ""
    explanation = f"{facts.limitation.explanation.rstrip('。')}。" if facts.limitation.explanation else ""
    return f"{kind}届满日：{chinese_date(facts.limitation.last_day)}{basis}。{explanation}逾期主张而对方提出时效抗辩的，请求可能得不到支持。"


def limitation_items(facts: CaseFacts) -> tuple[str, ...]:
    """The limitation of each request: from what, until when, by which article; empty where nothing was counted."""
    return tuple(_limitation_item(one) for one in facts.claim_limitations)


def _limitation_item(one: ClaimLimitationFacts) -> str:
    head = f"{one.item}：{one.kind}（{one.basis}）"
    if one.current is None:
        if one.earliest is None:
            return f"{head}，起算日未登记，请尽快主张。"
        return f"{head}：{one.reason.split('；')[0]}；劳动关系已经终止的，最早至{chinese_date(one.earliest)}届满。"
    roll = f"，该日为休息日，最后日顺延至{chinese_date(one.rolled_to)}" if one.rolled_to else ""
    if one.earliest is None or one.earliest == one.current:
        return f"{head}{one.since}起计算，至{chinese_date(one.current)}届满{roll}。"
    return (
        f"{head}最早至{chinese_date(one.earliest)}届满（{one.earliest_since}起计算），请在此日前主张；"
        f"{one.since or '计入其他事由'}起计算的，至{chinese_date(one.current)}届满{roll}。"
    )
