"""Open work of these weeks, so that the home page has something to show whenever the demo is loaded.

Days are counted back from today: some of it is late, some falls due today, some waits for somebody else.
"""

from __future__ import annotations

from datetime import date, timedelta

from mediation.cases.lifecycle import Track
from mediation.cases.service import ClaimIn
from mediation.deadlines import queries as deadlines
from mediation.demo.script import Script
from mediation.parties.models import PartyRole as R

TO_ACCEPT = 3  # working days (Order 17 Art 22)


def recent(today: date) -> tuple[Script, ...]:
    """The cases of these weeks."""
    return (*_at_the_counter(today), *_in_mediation(today), *_afterwards(today), *_logged(today))


def working_days_before(today: date, count: int) -> date:
    """The working day so many working days before a day."""
    calendar = deadlines.calendar()
    while count:
        today -= timedelta(days=1)
        count -= calendar.assumed_day(today).kind.is_work
    return today


def _at_the_counter(today: date) -> tuple[Script, ...]:
    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return (
        Script(
            key="N1", category="wage.piece_fee", item="派费", applicants=(("唐小满", 960000),), received=ago(1), phone=21,
            facts="网点两个月派费未结，口头催要无果。", respondents=(("yunxiu_outlet", R.FRANCHISEE),), stop="received",
        ),
        # Due today where today is a working day.
        Script(
            key="N2", category="wage.deduction", item="扣款返还", applicants=(("许平", 260000),), phone=22, papers=(),
            received=working_days_before(today, TO_ACCEPT), facts="以丢件为由连续三个月扣款，未见凭证。",
            respondents=(("yunxiu_branch", R.EMPLOYER),),
        ),
        # Late since the working day before.
        Script(
            key="N7", category="wage.arrears", item="拖欠工资", applicants=(("石岩", 745000),), phone=27, stop="received",
            received=working_days_before(today, TO_ACCEPT + 1), facts="离职后末月工资一直未结，网点称等总部核对。",
            respondents=(("yunxiu_outlet", R.FRANCHISEE),),
        ),
        Script(
            key="N6", category="leave.annual", item="年休假咨询", applicants=(("章静", None),), received=ago(2), phone=26,
            track=Track.CONSULT, facts="询问入职满一年后年休假天数。", advice="已告知年休假规定和计算方法，当事人表示先与公司协商。",
        ),
    )  # fmt: skip


def _in_mediation(today: date) -> tuple[Script, ...]:
    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return (
        Script(
            key="N3", category="contract.termination", item="解除争议", applicants=(("高远", 3200000),), received=ago(9),
            phone=23, facts="口头通知不用再来，未出具书面材料。", respondents=(("yunxiu_branch", R.EMPLOYER),),
            employed_until=ago(16), accepted=ago(7), papers=("D05",), stop="planned",
        ),
        Script(
            key="N4", category="new_form.account_suspension", item="恢复账号", applicants=(("童飞", None),), received=ago(21),
            phone=24, track=Track.NEW_FORM, relationship="quasi", job="骑手", respondents=(("qingsun", R.PLATFORM),),
            facts="账号被永久封停，平台未说明理由，申诉无人处理。", accepted=ago(19), stop="accepted",
        ),
        Script(
            key="N5", category="freight.detention", item="压车费", applicants=(("包顺", 480000),), received=ago(5), phone=25,
            track=Track.PEOPLES, relationship="self_run", job="货车司机", respondents=(("lutu", R.SHIPPER),),
            facts="卸货排队三天，托运人不认压车费。", accepted=ago(4), papers=(), stop="planned",
        ),
        # At the same hour as N5, in the station's other room.
        Script(
            key="N8", category="wage.overtime", item="加班费", applicants=(("余晚晴", 380000),), received=ago(8), phone=28,
            handler="lawyer2", mediator="committee", job="分拣员", respondents=(("bailu_depot", R.OUTSOURCER),),
            facts="连续三个月夜班加班未计发加班费，考勤与排班表不一致。", accepted=ago(6), papers=(), stop="planned",
        ),
        # Waits for a finding: the clock of the recognition stands still, that of the mediation does not.
        Script(
            key="N9", category="injury.benefits", item="停工留薪期工资", applicants=(("邹立冬", 1860000),), received=ago(12),
            phone=29, respondents=(("yunxiu_branch", R.EMPLOYER),), accident=ago(45), accepted=ago(10), papers=("D05",),
            facts="派件途中与货车相撞骨折，已申请工伤认定；停工期间工资停发。", employed_from="2023-08-01", stop="planned",
        ),
    )  # fmt: skip


def _afterwards(today: date) -> tuple[Script, ...]:
    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return (
        # Failed: the wages are limited from the end of employment, the double pay from when it was known.
        Script(
            key="N10", category="wage.arrears", item="拖欠工资", applicants=(("程雁", 2180000),), received=ago(70), phone=30,
            job="客服", respondents=(("yunxiu_branch", R.EMPLOYER),), accepted=ago(68), employed_from="2024-06-03",
            employed_until=ago(150), right_known_on=ago(290), failed_on=ago(56), papers=("D01", "D05", "D11", "D15"),
            more_claims=(ClaimIn("未签书面合同二倍工资差额", 3150000, category_code="contract.unwritten"),),
            facts="在职期间拖欠三个月工资；入职后一直未签书面劳动合同。公司只愿支付部分工资。",
            failure="公司对二倍工资差额不予认可，双方不能达成一致",
        ),
        # Settled in part. One payment made, one due today; the court is asked to confirm.
        Script(
            key="N11", category="contract.severance", item="经济补偿", applicants=(("贺新凉", 1260000),), received=ago(32),
            phone=31, respondents=(("yunxiu_branch", R.EMPLOYER),), accepted=ago(30), effective=ago(18),
            employed_from="2024-11-01", employed_until=ago(40), papers=("D01", "D05", "D11", "D13"),
            facts="网点撤并，劳动合同协商解除，双方对工作年限和平均工资没有争议，对支付时间有争议。",
            more_claims=(ClaimIn("未休年休假工资差额", 385000, category_code="leave.annual"),),
            terms="一、被申请人分两期支付经济补偿12,600元。\n二、任何一期逾期，余款全部到期。",
            left_open="未休年休假工资差额3,850元（双方对累计工作年限没有一致意见）",
            instalments=((ago(8), 600000), (today, 660000)), paid=(ago(8),),
        ),
    )  # fmt: skip


def _logged(today: date) -> tuple[Script, ...]:
    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return (
        Script(
            key="N12", category="public_order", item="财物损失", applicants=(("乔木", 65000),), opponents=("韩舟",),
            received=ago(4), phone=32, track=Track.POLICE, relationship="undetermined", job="快递员", source="police",
            handler="police", opened_by="police", facts="因快件堆放发生争执，电动车后视镜和货架被砸坏。", evidence=(),
        ),
        Script(
            key="N13", category="traffic", item="车辆维修费", applicants=(("叶知秋", 520000),), opponents=("段平",),
            received=ago(3), phone=33, track=Track.TRAFFIC, relationship="undetermined", job="骑手",
            facts="非机动车道内与轿车剐蹭，交警已作出事故认定，双方对维修费有争议。", evidence=("事故现场照片",),
        ),
    )  # fmt: skip
