"""What a draft begins with: a title, the pattern in figures, the rules and the advice for its cause. Pure.

Chinese text of an official letter, so not for the catalogue. Every passage is a proposal: rules name only articles of the
committee's legal reference (law.md 1.5, 2.5, 6), in its words and not as quotations, and a lawyer checks them; advice is
the committee's own. No name of a person and no case number is ever proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

# What a person must still write: a draft that holds one is not complete.
OPEN, SHUT = "【", "】"
MOST_OUTLETS = 8

_LCL, _WAGES, _LABOUR, _WIR = "《劳动合同法》", "《工资支付暂行规定》", "《劳动法》", "《工伤保险条例》"
_DOC_56 = "人社部发〔2021〕56号（新就业形态劳动者权益保障）"
_LI_2 = "《最高人民法院关于审理劳动争议案件适用法律问题的解释（二）》（法释〔2025〕12号）"
_SIX = f"{_WAGES}第六条：用人单位应当保存工资支付记录至少两年备查。"
_MONTHLY = f"{_LABOUR}第五十条、{_WAGES}第七条、第九条：工资至少每月支付一次；劳动关系解除或者终止时一次付清。"
_DAMAGE = f"{_WAGES}第十六条：因劳动者本人原因造成经济损失的赔偿，每月扣除部分不超过其当月工资的百分之二十，扣除后不低于当地最低工资标准。"
_EXIT = f"{_LCL}第五十条：解除或者终止劳动合同时出具证明，十五日内办理档案和社会保险关系转移手续。"

RULES: dict[str, tuple[str, ...]] = {
    "wage": (_MONTHLY, _SIX),
    "wage.overtime": (
        f"{_LABOUR}第四十一条、第四十四条，{_WAGES}第十三条：延长工作时间有上限；延时、休息日不能补休、法定休假日加班分别支付不低于工资的百分之一百五十、百分之二百、百分之三百。",
        _SIX,
    ),
    "wage.deduction": (_DAMAGE, _MONTHLY, _SIX),
    "contract": (f"{_LCL}第十条：自用工之日起一个月内订立书面劳动合同。", _EXIT),
    "contract.unwritten": (
        f"{_LCL}第十条：自用工之日起一个月内订立书面劳动合同。",
        f"{_LCL}第八十二条第一款，《劳动合同法实施条例》第六条、第七条：超过一个月不满一年未订立书面劳动合同的，每月支付二倍工资。",
    ),
    "contract.probation": (f"{_LCL}第十九条：试用期的最长期限按劳动合同期限确定，同一用人单位与同一劳动者只能约定一次试用期。",),
    "contract.termination": (
        f"{_LCL}第四十条、第四十六条、第四十七条：提前三十日书面通知或者额外支付一个月工资，以及应当支付经济补偿的情形和标准。",
        f"{_LCL}第四十八条、第八十七条：违法解除或者终止的，继续履行或者支付二倍经济补偿标准的赔偿金。",
        _EXIT,
    ),
    "contract.severance": (f"{_LCL}第四十六条、第四十七条：应当支付经济补偿的情形和标准。", _EXIT),
    "contract.damages": (f"{_LCL}第四十八条、第八十七条：违法解除或者终止的，继续履行或者支付赔偿金。",),
    "contract.notice_pay": (f"{_LCL}第四十条：提前三十日书面通知或者额外支付一个月工资的情形。",),
    "social_insurance": (
        "《社会保险法》第六十三条、第八十三条、第八十六条：未按时足额缴纳社会保险费的，由社会保险费征收机构处理。",
        f"{_LI_2}第十九条：约定不缴纳社会保险费的无效；劳动者可以据此解除劳动合同并要求经济补偿。",
    ),
    "injury": (
        f"{_WIR}第十七条：用人单位自事故伤害发生之日起三十日内提出工伤认定申请。",
        f"{_WIR}第三十三条：停工留薪期内原工资福利待遇不变，由所在单位按月支付。",
    ),
    "injury.occupational": (f"{_DOC_56}第（九）项：平台灵活就业人员职业伤害保障试点。",),
    "leave": ("《职工带薪年休假条例》第三条、《企业职工带薪年休假实施办法》第十条：年休假天数，以及未休年休假的工资报酬。",),
    "leave.continuous_delivery": (f"{_DOC_56}第（六）项：完善休息制度，保障休息权。",),
    "new_form": (
        f"{_DOC_56}第（五）项：适用最低工资和支付保障，按时足额支付劳动报酬。",
        f"{_DOC_56}第（十）项：制定修订算法、奖惩等规则应当听取意见，公示结果，并建立申诉机制。",
    ),
    "new_form.deposit": (f"{_DOC_56}第（四）项：不得要求缴纳保证金、押金。",),
    "freight": (
        "《保障中小企业款项支付条例》第九条、第十七条：大型企业向中小企业支付款项的期限和逾期利息（个人司机是否适用由律师判断）。",
        "《民法典》第五百八十五条：合同约定违约金的，从其约定。",
    ),
}  # fmt: skip

ADVICE: dict[str, tuple[str, ...]] = {
    "wage": (
        "对所属网点的工资、派费结算情况作一次全面清查，已经拖欠的限期付清。",
        "实行按月结算、书面确认，由总部或者区域公司核对网点发放记录后再与网点结算。",
        "网点负责人变更、转让或者停业前，先结清劳动者报酬。",
    ),
    "wage.overtime": (
        "核对各岗位的工时制度和考勤记录，按规定支付加班工资。",
        "统一保存考勤和工资支付记录，供劳动者查询。",
    ),
    "wage.deduction": (
        "停止执行没有法律或者合同依据的罚款、扣款条款，清退已经扣除的款项。",
        "因损失赔偿需要扣款的，写明事实、依据和金额，听取本人意见，不超过规定的限额。",
        "建立扣款申诉渠道，由区域公司复核。",
    ),
    "contract": (
        "清查书面劳动合同（协议）的签订情况，未签订的限期补签并交劳动者一份。",
        "修订合同文本和离职流程，明确办理期限和责任人。",
    ),
    "social_insurance": ("清查社会保险参保和缴费基数，未缴、少缴的依法补缴。", "停止使用放弃社会保险的声明和条款。"),
    "injury": (
        "明确事故报告和工伤认定申请的流程、期限和责任人，对网点开展培训。",
        "未参加工伤保险或者职业伤害保障的限期参加。",
    ),
    "leave": ("公布年休假、高温津贴和连续配送休息的执行办法，逐人核对并补发、补休。",),
    "new_form": (
        "修订奖惩、扣款和派单规则，取消以罚代管的条款，修订前听取劳动者意见并公示。",
        "设立申诉渠道，受理后限期书面答复。",
    ),
    "new_form.deposit": ("停止收取押金、保证金，已经收取的限期退还。",),
    "freight": ("公布运费结算周期，逾期未付的限期付清。", "取消以货损、投诉等名义先行抵扣运费的做法，争议款项单独核对。"),
    "deposit_lease": ("公布押金、租赁和挂靠费用的收取与退还办法，限期退还应退款项。",),
}  # fmt: skip
_ANY_ADVICE = (f"{OPEN}请写明建议公司采取的措施{SHUT}",)


@dataclass(frozen=True)
class BasisCase:
    """What the pattern is written from: when a case came in, against which company of the tree, how many people."""

    received_on: date
    company: str
    people: int = 1


def title(cause_label: str) -> str:
    """关于规范“拖欠工资”有关用工管理的建议."""
    return f"关于规范“{cause_label}”有关用工管理的建议"


def rules(cause: str) -> str:
    """One rule a line; a blank to fill in where the reference holds none for the cause."""
    return "\n".join(_of(RULES, cause, (f"{OPEN}请律师写明有关法律、法规的名称和条款{SHUT}",)))


def advice(cause: str) -> str:
    """One measure a line."""
    return "\n".join(_of(ADVICE, cause, _ANY_ADVICE))


def _of(table: Mapping[str, Sequence[str]], cause: str, otherwise: Sequence[str]) -> Sequence[str]:
    return table.get(cause) or table.get(cause.partition(".")[0]) or otherwise


def problem(cases: Sequence[BasisCase], cause_label: str, company: str) -> str:
    """The pattern in figures: how many cases, from when to when, at which outlets.

    One case alone is no pattern: there the rule that concerns everybody has to be written by hand.
    """
    ask = f"{OPEN}请写明共同的做法及其后果，不写个人姓名和案号{SHUT}"
    if not cases:
        return ask
    if len(cases) == 1:
        return f"本委员会在调解一件“{cause_label}”争议时发现，你单位有一项规定或者做法适用于同类岗位的全体劳动者：{ask}"
    first, last = min(one.received_on for one in cases), max(one.received_on for one in cases)
    people = sum(max(1, one.people) for one in cases)
    counted = (
        f"{_day(first)}至{_day(last)}，本委员会登记涉及你单位（含所属公司、网点）的“{cause_label}”争议{len(cases)}件"
    )
    counted += f"，涉及劳动者{people}人。" if people > len(cases) else "。"
    return "\n".join(filter(None, (counted, _places(Counter(one.company for one in cases), company), ask)))


def _places(counts: Counter[str], company: str) -> str:
    """Where they arose, the most frequent first; nothing where all are against the addressee itself."""
    if set(counts) <= {company}:
        return ""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{name}{count}件" for name, count in ranked[:MOST_OUTLETS]]
    rest = sum(count for _name, count in ranked[MOST_OUTLETS:])
    return f"其中：{'、'.join(shown)}{f'，其他{rest}件' if rest else ''}。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def is_open(texts: Iterable[str]) -> bool:
    """Whether something is left for a person to write: an empty text, or a blank of a proposal."""
    return any(not text.strip() or OPEN in text for text in texts)
