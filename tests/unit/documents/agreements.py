"""Invented agreements without a fault, one of each kind, for the check of agreements."""

from dataclasses import replace
from datetime import date

from mediation.core.money import capitals, yuan
from mediation.documents.facts import (
    AgreementFacts,
    CaseFacts,
    ClaimFacts,
    InstalmentFacts,
    PartyFacts,
    RepresentativeFacts,
)

COMMITTEE = "示例快递物流行业劳动争议调解委员会"
SIGNED = date(2026, 3, 16)
CODE = "91310000MA0000000Y"  # a check digit that fits, held by nobody
TRANSFER = "银行转账至申请人本人账户"


def id_number(serial: int) -> str:
    """A well-formed number of nobody: an invented district, a check digit that fits."""
    body = f"31000019900101{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def worker(name: str, serial: int = 1, **changes: object) -> PartyFacts:
    return replace(
        PartyFacts("applicant", "person", name, id_number=id_number(serial), key=f"w{serial}"),
        **changes,  # type: ignore[arg-type]
    )


def company(name: str, **changes: object) -> PartyFacts:
    plain = PartyFacts("respondent", "organisation", name, legal_representative="葛大有", key=name)
    return replace(plain, **{"credit_code": CODE, **changes})  # type: ignore[arg-type]


def written(fen: int) -> str:
    """12,345.60元（大写：人民币…）"""
    return f"{yuan(fen)}元（大写：{capitals(fen)}）"


def case(
    parties: tuple[PartyFacts, ...],
    terms: tuple[str, ...],
    plan: tuple[tuple[int, date], ...],
    *,
    track: str = "labour",
    creditor: str = "",
    early: bool | None = None,
    **agreement: object,
) -> CaseFacts:
    """A case whose first respondent pays its first applicant by this plan."""
    debtor = next(one.name for one in parties if one.side == "respondent")
    whom = creditor or next(one.name for one in parties if one.side == "applicant")
    instalments = tuple(InstalmentFacts(n, debtor, whom, fen, day, TRANSFER) for n, (fen, day) in enumerate(plan, 1))
    return CaseFacts(
        number="2026-000012",
        committee_name=COMMITTEE,
        track=track,
        legal_basis=("peoples_mediation",) if track == "peoples" else ("industry_labour",),
        parties=parties,
        claims=(ClaimFacts("请求", sum(fen for fen, _day in plan)),),
        mediators=("沈律",),
        issued_on=SIGNED,
        agreement=AgreementFacts(
            terms=terms,
            total_fen=sum(fen for fen, _day in plan),
            instalments=instalments,
            has_early_maturity=len(plan) > 1 if early is None else early,
            **agreement,  # type: ignore[arg-type]
        ),
    )


APRIL, MAY, JUNE = date(2026, 4, 10), date(2026, 5, 8), date(2026, 6, 10)

WAGES = case(
    (worker("周明远"), company("云岫速运有限公司")),
    (
        f"云岫速运有限公司支付周明远2025年12月至2026年2月工资合计{written(1_665_000)}。",
        "上述款项于2026年4月10日前一次性付清。",
        "申请人放弃本案其他请求，社会保险由被申请人依法补缴。",
    ),
    ((1_665_000, APRIL),),
)
IN_PART = case(
    (worker("周明远"), company("云岫速运有限公司")),
    (
        f"云岫速运有限公司支付周明远2025年12月至2026年2月工资合计{written(1_665_000)}，于2026年4月10日前一次性付清。",
        "就上述工资双方再无其他争议。",
    ),
    ((1_665_000, APRIL),),
    left_open=("2025年度加班费3,000元", "补缴2025年6月以来的社会保险"),
)
INSTALMENTS = case(
    (worker("吴雨桐", 2), company("万屿干线运输有限公司")),
    (
        f"被申请人分三期支付申请人经济补偿共计{written(3_000_000)}。",
        "第一期10,000元于2026年4月10日前支付；第二期10,000元于2026年5月8日前支付；第三期10,000元于2026年6月10日前支付。",
        "任何一期逾期，余款全部到期，申请人可以依法申请支付令。",
        "双方劳动关系于2026年2月28日解除，被申请人在十五日内出具解除劳动合同的证明。",
    ),
    ((1_000_000, APRIL), (1_000_000, MAY), (1_000_000, JUNE)),
)
ITEMISED = case(
    (worker("陈立", 3), company("岚声人力外包有限公司")),
    (
        "被申请人向申请人支付下列款项：拖欠的工资8,000元、加班费3,500元、经济补偿14,400元，合计25,900元。",
        f"以上合计{written(2_590_000)}，分两期支付，首期款15,900元，余款10,000元。",
        "申请人的月工资按7,200元计算，本协议不影响申请人要求补缴社会保险的权利。",
    ),
    ((1_590_000, APRIL), (1_000_000, MAY)),
)
_MEMBERS = tuple(
    worker(name, serial, agreed_fen=share)
    for serial, (name, share) in enumerate(
        (
            ("袁大为", 1_120_000),
            ("黎小翠", 1_120_000),
            ("范振", 1_150_000),
            ("古丽娜尔·买买提", 1_160_000),
            ("安平", 1_000_000),
        ),
        20,
    )
)
COLLECTIVE = case(
    (*_MEMBERS, company("白鹭快运分拨中心"), company("岚声人力外包有限公司")),
    (
        f"白鹭快运分拨中心分两期支付五名申请人工资共计{written(5_550_000)}，按附表发至各人账户。",
        "岚声人力外包有限公司对上述付款承担连带责任。",
    ),
    ((3_000_000, APRIL), (2_550_000, MAY)),
    creditor="各申请人",
)
FREIGHT = case(
    (worker("马国栋", 4), company("鹿途供应链有限公司")),
    (
        f"鹿途供应链有限公司于2026年4月10日前一次性支付马国栋运费{written(2_860_000)}。",
        "逾期付款的，按照未付款项每日万分之三支付违约金。",
        "自本协议生效之日起三十日内，双方可以共同申请司法确认。",
    ),
    ((2_860_000, APRIL),),
    track="peoples",
)
REPRESENTED = case(
    (
        worker(
            "孙浩",
            5,
            representatives=(
                RepresentativeFacts(
                    "林晓",
                    id_number=id_number(55),
                    powers=("进行和解、调解", "签署调解协议"),
                    from_on=date(2026, 3, 1),
                    to_on=date(2026, 12, 31),
                ),
            ),
        ),
        company("即风速递有限公司"),
    ),
    (
        f"即风速递有限公司支付孙浩经济补偿{written(1_440_000)}，于2026年4月10日前付清。",
        "社会保险事项由申请人向征缴部门反映。",
        "即风速递有限公司付款后三日内将付款凭证交调解委员会留存，款项直接支付给孙浩。",
        "孙浩委托林晓签署本协议，款项仍支付至孙浩本人账户。",
    ),
    ((1_440_000, APRIL),),
)
INJURY = case(
    (worker("刘志强", 6), company("青笋科技有限公司")),
    (
        f"青笋科技有限公司先行垫付医疗费{written(630_000)}，于2026年4月10日前支付。",
        "本协议不认定用工关系，不影响申请人申请工伤认定或者职业伤害保障。",
        "申请人此前已收到被申请人支付的护理费，双方无争议。",
    ),
    ((630_000, APRIL),),
    track="new_form",
)
CONFIRMED_ENDING = case(
    (worker("钱倩", 7), company("即风速递有限公司", legal_representative="范立")),
    (
        "双方确认劳动关系于2026年2月28日终止。",
        f"被申请人于2026年4月10日前返还申请人押金5,000元、支付提成3,200.50元，合计{written(820_050)}。",
        "被申请人的工资标准不得低于上海市最低工资。",
        "双方自本协议生效之日起15日内可以共同申请仲裁审查。",
    ),
    ((820_050, APRIL),),
)
DEDUCTION = case(
    (worker("郑小北", 8), company("青笋科技有限公司")),
    (
        f"平台返还扣款人民币240元，大写{capitals(24_000)}，并建立超时申诉渠道。",
        "25笔超时扣款每笔12.50元，其中11笔由商家出餐晚造成。",
        "本次调解不收取调解费，双方互不承担其他费用。",
    ),
    ((24_000, APRIL),),
    track="new_form",
)
SIX_TIMES = case(
    (worker("蒋宁", 9), company("云岫速运有限公司"), company("万屿干线运输有限公司")),
    (
        f"被申请人云岫速运有限公司分六期支付申请人赔偿金{written(6_000_000)}，每期10,000元。",
        "任何一期逾期，其余各期全部提前到期。",
    ),
    tuple((1_000_000, date(2026, month, 10)) for month in range(4, 10)),
    early=False,
)

CLEAN = {
    "wages": WAGES,
    "in_part": IN_PART,
    "instalments": INSTALMENTS,
    "itemised": ITEMISED,
    "collective": COLLECTIVE,
    "freight": FREIGHT,
    "represented": REPRESENTED,
    "injury": INJURY,
    "confirmed_ending": CONFIRMED_ENDING,
    "deduction": DEDUCTION,
    "six_times": SIX_TIMES,
}
