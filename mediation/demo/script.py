"""What happens in each demo case. Dates of C01–C12 lie in 2026 so that the holiday rules bite; all persons invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mediation.cases.lifecycle import Track
from mediation.cases.service import ClaimIn
from mediation.parties.models import PartyRole as R


def _d(month: int, day: int) -> date:
    return date(2026, month, day)


@dataclass(frozen=True)
class Script:
    """One case. Sums are integer fen; a date left out means that the case never got there.

    ``papers`` are those of the usual course, issued where the case comes to them; ``sequels`` has what goes further.
    """

    key: str
    category: str
    item: str
    applicants: tuple[tuple[str, int | None], ...]
    received: date
    facts: str
    track: Track = Track.LABOUR
    relationship: str = "employment"
    respondents: tuple[tuple[str, R], ...] = ()
    opponents: tuple[str, ...] = ()
    job: str = "快递员"
    phone: int = 1
    source: str = "walk_in"
    station: str = "huaxin"
    handler: str = "lawyer"
    mediator: str = "judicial"
    opened_by: str | None = None
    track_reason: str | None = None
    accepted: date | None = None
    late_reason: str | None = None
    extended_on: date | None = None
    effective: date | None = None
    terms: str = ""
    left_open: str = ""  # the requests that the agreement does not settle
    instalments: tuple[tuple[date, int], ...] = ()
    paid: tuple[date, ...] = ()
    defaulted_on: date | None = None
    failed_on: date | None = None
    failure: str | None = None
    limitation_on: date | None = None
    closed_on: date | None = None
    archived: bool = False
    papers: tuple[str, ...] = ("D13", "D15")
    stop: str = ""
    accident: date | None = None
    employed_from: str | None = None
    employed_until: date | None = None
    right_known_on: date | None = None
    more_claims: tuple[ClaimIn, ...] = ()
    last_on: date | None = None
    evidence: tuple[str, ...] = ("聊天记录", "工资条")
    is_migrant: bool | None = None
    is_over_age: bool = False
    record: str = "调解员告知双方权利义务。申请人陈述请求和事实，被申请人答辩，双方核对账目后协商。"
    note: str | None = None
    advice: str | None = None

    @property
    def last_day(self) -> date:
        """The last day on which something happens."""
        ends = (self.effective, self.failed_on, self.defaulted_on, self.closed_on, self.last_on, *self.paid)
        days = [day for day in (self.received, self.accepted, *ends) if day]
        return max(days) + timedelta(days=3)


C01 = Script(
    key="C01", category="wage.arrears", item="拖欠工资", applicants=(("周明远", 1665000),), received=_d(3, 4),
    facts="周明远自2025年起在加盟网点派件，月工资6,525元。网点负责人离开后，2025年12月、2026年1月工资及2月12个计薪日工资未付，"
    "合计16,650元（6,525×2＋300×12）。",
    respondents=(("yunxiu_outlet", R.FRANCHISEE), ("yunxiu", R.HUB_COMPANY)), is_migrant=True, accepted=_d(3, 6),
    effective=_d(3, 16), employed_from="2025",
    terms="一、被申请人分两期向申请人支付拖欠工资共计16,650元。\n二、首期款由总部代加盟网点支付，并在网点结算款中扣回。\n"
    "三、任何一期逾期，余款全部到期。\n四、双方就本次劳动报酬争议再无其他争议。",
    instalments=((_d(3, 20), 865000), (_d(4, 10), 800000)), paid=(_d(3, 20), _d(4, 10)), closed_on=_d(4, 17),
    archived=True, papers=("D01", "D05", "D11", "D13"), note="单独谈话：总部愿意代付首期，但希望不要写入其他网点的情况。",
)  # fmt: skip

C02 = Script(
    key="C02", category="freight.arrears", item="运费", applicants=(("马国栋", 2860000),), received=_d(5, 6), phone=2,
    track=Track.PEOPLES, relationship="self_run", job="货车司机（自有车）", respondents=(("lutu", R.SHIPPER),),
    facts="2025年10月至11月共承运十一趟，回单在聊天记录中；托运人称第三方未付款，运费28,600元一直未结。",
    accepted=_d(5, 6), effective=_d(5, 8), terms="托运人于约定日期前一次性支付运费28,600元。",
    instalments=((_d(5, 12), 2860000),), paid=(_d(5, 11),), closed_on=_d(5, 20),
)  # fmt: skip

C03 = Script(
    key="C03", category="wage.overtime", item="加班费", applicants=(("何秀兰", 420000),), received=_d(9, 16), phone=3,
    job="分拣员", is_over_age=True, respondents=(("bailu_depot", R.OUTSOURCER),), accepted=_d(9, 18),
    facts="超过法定退休年龄，2026年7月起上夜班，月收入9,000元，未约定加班基数；按70%计6,300元，折算加班费4,200元。",
    extended_on=_d(9, 29), effective=_d(10, 13), terms="被申请人一次性支付加班费3,800元。",
    instalments=((_d(10, 20), 380000),), paid=(_d(10, 20),), closed_on=_d(10, 27),
)  # fmt: skip

C04 = Script(
    key="C04", category="contract.damages", item="赔偿金2N", applicants=(("陈立", 12000000),), received=_d(7, 8), phone=4,
    job="干线司机", respondents=(("wanyu", R.EMPLOYER),), accepted=_d(7, 10), effective=_d(7, 20),
    employed_from="2019-03-01", employed_until=_d(6, 30),
    facts="因一次包裹投诉被解除劳动合同；公司没有公示过相应制度。平均工资8,000元，工作7年4个月。",
    terms="被申请人分两期支付78,000元；任何一期逾期，余款全部到期，申请人可凭本协议申请支付令。",
    instalments=((_d(7, 31), 4000000), (_d(8, 31), 3800000)), paid=(_d(7, 31),), defaulted_on=_d(9, 1),
)  # fmt: skip

C05 = Script(
    key="C05", category="contract.unwritten", item="二倍工资差额", applicants=(("吴雨桐", 2820000),), received=_d(6, 5),
    phone=5, job="客服", respondents=(("yunxiu_branch", R.EMPLOYER),), accepted=_d(6, 9), employed_from="2025-03-10",
    facts="2025年3月10日入职，8月20日才签书面劳动合同，请求2025年4月10日至8月19日的二倍工资差额28,200元。",
    failed_on=_d(6, 23), failure="公司认为迟签是劳动者本人要求，双方不能达成一致", right_known_on=date(2025, 8, 20),
    papers=("D01", "D05", "D11", "D15"), closed_on=_d(6, 24), last_on=_d(8, 20),
)  # fmt: skip

C06 = Script(
    key="C06", category="contract.severance", item="经济补偿", applicants=(("孙浩", 1440000),), received=_d(9, 2), phone=6,
    is_migrant=True, respondents=(("jifeng_area", R.FRANCHISEE),), accepted=_d(9, 4), effective=_d(9, 15),
    station="jiangqiao", handler="lawyer2", employed_from="2024-09-01", employed_until=_d(8, 31),
    facts="曾签“自愿放弃社保”承诺，每月另领300元；2026年8月31日离职，工作满两年，平均工资7,200元。社保补缴另行转办。",
    terms="被申请人一次性支付经济补偿14,400元；社会保险事项由申请人向征缴部门反映。",
    instalments=((_d(9, 30), 1440000),), paid=(_d(9, 29),), closed_on=_d(10, 9),
)  # fmt: skip

C07 = Script(
    key="C07", category="injury.occupational", item="垫付医疗费", applicants=(("刘志强", 630000),), received=_d(1, 19),
    phone=7, track=Track.NEW_FORM, relationship="undetermined", job="骑手", accident=_d(1, 17),
    track_reason="用工关系有争议，先就垫付医疗费进行一站式调解，不认定关系",
    respondents=(("qingsun", R.PLATFORM), ("lansheng", R.OUTSOURCER)), accepted=_d(1, 20), effective=_d(1, 26),
    facts="2026年1月17日送餐时撞上路缘受伤。谁是用人单位有争议；本次只处理垫付医疗费6,300元，不涉及工伤待遇。",
    terms="平台先行垫付医疗费6,300元；本协议不认定用工关系，不影响申请人申请工伤认定或职业伤害保障。",
    instalments=((_d(1, 27), 630000),), paid=(_d(1, 27),), closed_on=_d(2, 10),
)  # fmt: skip

C08 = Script(
    key="C08", category="new_form.lateness", item="超时扣款返还", applicants=(("郑小北", 31250),), received=_d(4, 27), phone=8,
    track=Track.NEW_FORM, relationship="quasi", job="骑手", respondents=(("qingsun", R.PLATFORM),), accepted=_d(4, 28),
    facts="一个月内25笔超时扣款，每笔12.50元，其中11笔是商家出餐晚造成的；平台没有申诉渠道。", effective=_d(5, 11),
    terms="平台返还扣款240元，并建立超时申诉渠道。", instalments=((_d(5, 15), 24000),), paid=(_d(5, 14),),
    closed_on=_d(5, 25),
)  # fmt: skip

C09 = Script(
    key="C09", category="new_form.deposit", item="车辆押金返还", applicants=(("钱倩", 500000),), received=_d(10, 8), phone=9,
    track=Track.NEW_FORM, relationship="quasi", job="快递员（承包）", respondents=(("jifeng_area", R.FRANCHISEE),),
    station="jiangqiao", handler="lawyer2", accepted=_d(10, 9), effective=_d(10, 12),
    facts="交纳车辆押金5,000元，离开时以“折旧”为由不退。", terms="被申请人分两期返还押金5,000元。",
    instalments=((_d(10, 20), 200000), (_d(11, 5), 300000)), paid=(_d(10, 20), _d(11, 5)), closed_on=_d(11, 12),
)  # fmt: skip

C10 = Script(
    key="C10", category="insurance.cargo", item="货损", applicants=(("沈阿福", 4600000),), received=_d(8, 24), phone=10,
    track=Track.PEOPLES, relationship="self_run", job="货车司机", accepted=_d(8, 26), effective=_d(9, 10),
    respondents=(("haitang", R.INSURER), ("lutu", R.SHIPPER)),
    facts="2026年7月2日运输途中雨淋货损46,000元，7月20日保险公司已收齐材料，至今未定损。",
    terms="保险公司支付保险金39,500元，余额由申请人自担。", instalments=((_d(9, 25), 3950000),), paid=(_d(9, 24),),
    closed_on=_d(10, 12),
)  # fmt: skip

C11 = Script(
    key="C11", category="public_order", item="医药费和误工费", applicants=(("丁一", 128000),), opponents=("卢海",),
    received=_d(4, 1), phone=11, track=Track.POLICE, relationship="undetermined", job="货车司机", source="police",
    handler="police", opened_by="police", facts="因抢占停车位发生推搡，轻微伤，双方均报警。", effective=_d(4, 13),
    evidence=(),
)  # fmt: skip

_SORTERS = (
    "袁大为",
    "黎小翠",
    "范振",
    "罗顺",
    "田桂花",
    "毕海生",
    "安平",
    "郭巧珍",
    "龙志",
    "尹素梅",
    "褚亮",
    "裴红",
    "樊大勇",
    "柳青",
)
C12 = Script(
    key="C12", category="wage.arrears", item="拖欠工资",
    applicants=tuple(zip(_SORTERS, [1120000] * 10 + [1150000, 1150000, 1160000, 1160000], strict=True)),
    received=_d(2, 9), phone=12, job="分拣员", respondents=(("bailu_depot", R.EMPLOYER), ("lansheng", R.OUTSOURCER)),
    accepted=_d(2, 10), effective=_d(2, 13), facts="春节前一周分拨中心关停，十四名分拣员工资158,200元未付，推选袁大为等三人为代表。",
    terms="被申请人分两期支付十四名申请人工资共计158,200元，按附表发至各人账户。",
    instalments=((_d(2, 14), 10000000), (_d(3, 10), 5820000)), paid=(_d(2, 14), _d(3, 10)), closed_on=_d(3, 17),
)  # fmt: skip

C13 = Script(
    key="C13", category="wage.deduction", item="罚款返还", applicants=(("蒋宁", 360000),), received=_d(5, 18), phone=14,
    respondents=(("yunxiu_branch", R.EMPLOYER),), accepted=_d(5, 20), effective=_d(6, 15), employed_from="2024-03-01",
    facts="2026年2月至4月以客户投诉为由罚款三次，共3,600元，未见处理依据。", terms="被申请人一次性返还罚款3,000元。",
    instalments=((_d(6, 22), 300000),), paid=(_d(6, 22),), closed_on=_d(6, 30),
)  # fmt: skip

C14 = Script(
    key="C14", category="contract.change", item="恢复原岗位", applicants=(("苗青", None),), received=_d(7, 20), phone=15,
    job="调度员", respondents=(("wanyu", R.EMPLOYER),), facts="公司以优化为由将其调往外地分拨中心，工资减少三成。", stop="received",
    right_known_on=_d(7, 13), employed_from="2022-05-01", last_on=_d(7, 27),
)  # fmt: skip

SCRIPTS = (C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, C11, C12, C13, C14)
