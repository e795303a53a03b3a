"""Invented cases for document tests, after the committee's worked examples."""

from dataclasses import replace
from datetime import date

from mediation.documents.facts import (
    AgreementFacts,
    AttendeeFacts,
    CaseFacts,
    ClaimFacts,
    DeadlineFacts,
    InstalmentFacts,
    LimitationFacts,
    OutcomeFacts,
    PartyFacts,
    RepresentativeFacts,
    SessionFacts,
    StatementFacts,
)

LONG_COMPANY = "云岫速运（上海）供应链管理有限责任公司华东大区青浦区第一百二十八号加盟网点第三分公司"

WORKER = PartyFacts(
    side="applicant",
    kind="person",
    name="周明远",
    role_label="快递员",
    gender="男",
    ethnicity="汉族",
    age=34,
    occupation="快递员",
    id_number="310000********0001",
    phone="000-0000-0001",
    address="上海市青浦区示例路100弄1号101室",
    service_wish="电子送达（短信）",
    claimed_fen=1_665_000,
    agreed_fen=1_665_000,
)
OUTLET = PartyFacts(
    side="respondent",
    kind="organisation",
    name="云岫速运华东某网点",
    role_label="加盟网点",
    credit_code="91310000EXAMPLE001",
    phone="000-0000-0002",
    address="上海市青浦区示例路200号",
    legal_representative="葛大有",
    legal_representative_post="负责人",
)
HEADQUARTERS = PartyFacts(
    side="respondent",
    kind="organisation",
    name="云岫速运有限公司",
    role_label="总部",
    credit_code="91310000EXAMPLE002",
    phone="000-0000-0003",
    address="上海市青浦区示例大道1号",
    legal_representative="范立",
    legal_representative_post="执行董事",
    representatives=(
        RepresentativeFacts(
            "林晓", relation="总部人事", phone="000-0000-0004", powers=("代为承认、变更请求", "代为签署协议")
        ),
    ),
)

SESSION = SessionFacts(
    number=1,
    held_on=date(2026, 3, 12),
    from_time="9:30",
    to_time="11:20",
    place="示例华新卡友驿站调解室",
    mode_label="现场调解",
    attendees=(
        AttendeeFacts("周明远", "申请人"),
        AttendeeFacts("葛大有", "被申请人云岫速运华东某网点负责人"),
        AttendeeFacts("林晓", "被申请人云岫速运有限公司委托代理人"),
        AttendeeFacts("沈律", "调解员"),
    ),
    is_rights_told=True,
    statements=(
        StatementFacts("现在核对当事人身份，宣布调解纪律。双方对参加人身份是否有异议？", "调解员"),
        StatementFacts("没有异议。2025年12月、2026年1月整月工资和2月12天工资一直没有发，共16,650元。", "申请人"),
        StatementFacts("数额没有异议，网点老板离开了，资金周转有困难，希望分两期支付。", "被申请人（网点）"),
        StatementFacts("总部愿意代付第一期，从网点结算款中扣除。", "被申请人（总部）"),
    ),
    proposals=("第一期8,650元于2026年3月20日前由总部代付。", "第二期8,000元于2026年4月10日前由网点支付。"),
    result="双方同意上述方案，达成调解协议。",
    recorder="许静",
)

AGREEMENT = AgreementFacts(
    terms=(
        "被申请人云岫速运华东某网点支付申请人周明远2025年12月至2026年2月工资合计16,650元。",
        "被申请人云岫速运有限公司代为支付第一期款项，代付后有权从网点结算款中扣除。",
        "上述款项付清后，双方就本案请求事项再无其他争议。",
    ),
    facts_text="申请人自2025年起在被申请人网点从事快递派送工作，月工资6,525元。网点负责人离开后，2025年12月、2026年1月及2月12天的工资未支付。",
    total_fen=1_665_000,
    instalments=(
        InstalmentFacts(1, "云岫速运有限公司（代付）", "周明远", 865_000, date(2026, 3, 20), "银行转账"),
        InstalmentFacts(2, "云岫速运华东某网点", "周明远", 800_000, date(2026, 4, 10), "银行转账"),
    ),
    has_early_maturity=True,
)

WAGES = CaseFacts(
    number="2026-000012",
    case_no="沪快调字〔2026〕第12号",
    committee_name="示例快递物流行业劳动争议调解委员会",
    committee_address="上海市示例区示例路1号",
    committee_phone="000-0000-0000",
    station_name="示例华新卡友驿站",
    track="labour",
    track_label="劳动争议",
    legal_basis=("industry_labour",),
    relationship="employment",
    relationship_label="劳动关系",
    category_label="拖欠工资",
    application_mode="written",
    received_on=date(2026, 3, 4),
    accepted_on=date(2026, 3, 6),
    parties=(WORKER, OUTLET, HEADQUARTERS),
    claims=(ClaimFacts("支付2025年12月至2026年2月拖欠的工资", 1_665_000),),
    facts_text="申请人自2025年起在被申请人网点从事快递派送工作，约定月工资6,525元。\n"
    "2025年12月、2026年1月整月工资及2月12天工资（每天300元）未支付，共16,650元。网点负责人已离开，申请人多次催要未果。",
    evidence=("工资转账记录", "派件系统截图", "与网点负责人的聊天记录"),
    mediators=("沈律",),
    recorder="许静",
    sessions=(SESSION,),
    agreement=AGREEMENT,
    deadlines=(
        DeadlineFacts("LM-ACCEPT-3WD", "", date(2026, 3, 9), date(2026, 3, 9)),
        DeadlineFacts("LM-MEDIATE-15D", "", date(2026, 3, 21), date(2026, 3, 23)),
        DeadlineFacts("LM-STATUTE-15D", "", date(2026, 3, 19), date(2026, 3, 19)),
        DeadlineFacts("LM-ARBREVIEW-15D", "", date(2026, 3, 31), date(2026, 3, 31)),
        DeadlineFacts("JC-30D", "", date(2026, 4, 15), date(2026, 4, 15)),
    ),
)

OVERTIME = replace(
    WAGES,
    number="2026-000055",
    case_no="沪快调字〔2026〕第55号",
    category_label="加班费",
    received_on=date(2026, 9, 16),
    accepted_on=date(2026, 9, 18),
    parties=(
        replace(WORKER, name="何秀兰", gender="女", age=62, occupation="分拣员", role_label="分拣员"),
        replace(OUTLET, name="白鹭快运分拨中心", role_label="外包单位", legal_representative="白一帆"),
    ),
    claims=(ClaimFacts("支付2026年7月至8月夜班加班费", 420_000),),
    facts_text="申请人超过法定退休年龄，2026年7月1日后在分拨中心上夜班，月工资9,000元，未约定加班费计算基数。",
    sessions=(),
    agreement=None,
    deadlines=(DeadlineFacts("LM-MEDIATE-15D", "", date(2026, 10, 3), date(2026, 10, 8)),),
)

CONTRACT = replace(
    WAGES,
    number="2026-000031",
    case_no="沪快调字〔2026〕第31号",
    category_label="未签书面劳动合同",
    received_on=date(2026, 6, 5),
    accepted_on=date(2026, 6, 9),
    parties=(
        replace(WORKER, name="吴雨桐", gender="女", age=27, occupation="客服", role_label="客服"),
        replace(OUTLET, name="云岫速运上海某分部", role_label="用人单位"),
    ),
    claims=(ClaimFacts("支付未签订书面劳动合同的二倍工资差额", 2_820_000),),
    facts_text="申请人2025年3月10日入职，月工资6,525元，双方2025年8月20日签订书面劳动合同。",
    agreement=None,
    sessions=(),
    outcome=OutcomeFacts(
        "failed", "被申请人认为未及时签订系申请人个人意愿，双方对是否应当支付差额分歧较大。", date(2026, 6, 24)
    ),
    limitation=LimitationFacts(
        date(2027, 6, 5),
        "《中华人民共和国劳动争议调解仲裁法》第二十七条",
        "申请人于2026年6月5日申请调解，仲裁时效自该日起中断并重新计算一年",
    ),
)

_SORTERS = (
    "袁大为",
    "黎小翠",
    "范振",
    "古丽娜尔·买买提",
    "㛃䶮",
    "喆堃",
    "𬭎犇",
    "王芳",
    "李娜",
    "张伟",
    "刘洋",
    "陈静",
    "杨帆",
    "赵磊",
)
_SHARES = (1_120_000,) * 10 + (1_150_000,) * 2 + (1_160_000,) * 2


def sorters(count: int) -> CaseFacts:
    """A collective case of so many sorters, each with an own share."""
    shares = [_SHARES[number % len(_SHARES)] for number in range(count)]
    members = tuple(
        replace(
            WORKER,
            name=_SORTERS[number % len(_SORTERS)],
            occupation="分拣员",
            id_number=f"310000********{number:04d}",
            claimed_fen=share,
            agreed_fen=share,
        )
        for number, share in enumerate(shares)
    )
    total = sum(shares)
    employers = (
        replace(OUTLET, name="白鹭快运分拨中心", role_label="用人单位"),
        replace(OUTLET, name="岚声人力外包有限公司", role_label="外包单位"),
    )
    instalments = (
        InstalmentFacts(1, "白鹭快运分拨中心", "各申请人", 10_000_000, date(2026, 2, 14), "银行转账"),
        InstalmentFacts(2, "白鹭快运分拨中心", "各申请人", total - 10_000_000, date(2026, 3, 10), "银行转账"),
    )
    return replace(
        WAGES,
        number="2026-000005",
        case_no="沪快调字〔2026〕第5号",
        is_collective=True,
        received_on=date(2026, 2, 9),
        accepted_on=date(2026, 2, 10),
        parties=members + employers,
        claims=(ClaimFacts(f"支付{count}人拖欠的工资", total),),
        facts_text="分拨中心春节前停业，拖欠分拣员工资。",
        agreement=AgreementFacts(
            terms=(f"白鹭快运分拨中心支付申请人{count}人工资合计，各人金额见签名表。",),
            facts_text="分拨中心春节前停业，拖欠分拣员工资。",
            total_fen=total,
            instalments=instalments,
            has_early_maturity=True,
        ),
        sessions=(),
        deadlines=(),
    )


FREIGHT = replace(
    WAGES,
    number="2026-000020",
    case_no="（2026）沪快人调字第20号",
    committee_name="示例货运行业人民调解委员会",
    track="peoples",
    track_label="人民调解",
    legal_basis=("peoples_mediation",),
    relationship="self_run",
    category_label="运费",
    received_on=date(2026, 5, 6),
    accepted_on=date(2026, 5, 6),
    parties=(
        replace(WORKER, name="马国栋", ethnicity="回族", age=45, occupation="货车司机", role_label="货车司机"),
        replace(OUTLET, name="鹿途供应链有限公司", role_label="托运人", legal_representative="陆途"),
    ),
    claims=(ClaimFacts("支付2025年10月至11月运费", 2_860_000),),
    facts_text="申请人2025年10月至11月为被申请人运输十一趟，运费28,600元未付，双方以聊天记录对账。",
    evidence=("运单", "聊天记录"),
    agreement=AgreementFacts(
        terms=("被申请人于2026年5月12日前一次性支付申请人运费28,600元。",),
        total_fen=2_860_000,
        instalments=(InstalmentFacts(1, "鹿途供应链有限公司", "马国栋", 2_860_000, date(2026, 5, 12), "银行转账"),),
    ),
    deadlines=(
        DeadlineFacts("PM-1M", "", date(2026, 6, 6), date(2026, 6, 8)),
        DeadlineFacts("JC-30D", "", date(2026, 6, 7), date(2026, 6, 8)),
    ),
)

CARGO = replace(
    FREIGHT,
    number="2026-000047",
    case_no="（2026）沪快人调字第47号",
    category_label="货损",
    agreement=None,
    facts_text="申请人承运的包裹2026年7月2日因雨水受损，双方对责任比例有争议。",
    claims=(ClaimFacts("赔偿货损", 4_600_000), ClaimFacts("赔礼道歉", amount_text="口头")),
    outcome=OutcomeFacts(
        "terminated", "被申请人明确表示不再接受调解。", date(2026, 9, 10), "已当场告知双方其他解决途径。"
    ),
    limitation=LimitationFacts(date(2029, 7, 2), "《中华人民共和国民法典》第一百八十八条"),
)

TWELVE_INSTALMENTS = replace(
    WAGES,
    parties=(WORKER, replace(OUTLET, name=LONG_COMPANY), HEADQUARTERS),
    agreement=replace(
        AGREEMENT,
        total_fen=1_200_000 + 66,
        instalments=tuple(
            InstalmentFacts(n, LONG_COMPANY, "周明远", 100_000 + (66 if n == 12 else 0), date(2026, n, 10), "银行转账")
            for n in range(1, 13)
        ),
    ),
)

EMPTY = CaseFacts(
    number="2026-000099",
    committee_name="示例快递物流行业劳动争议调解委员会",
    track="labour",
    parties=(PartyFacts("applicant", "person", ""), PartyFacts("respondent", "organisation", "")),
)
