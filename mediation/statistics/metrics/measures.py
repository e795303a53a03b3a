"""Every figure: one definition and one pure function of a tally each.

Money is integer fen, a rate a fraction from 0 to 1, a duration a number of civil days.
"""

from __future__ import annotations

from mediation.statistics.metrics.measure import (
    N_,
    Measure,
    Value,
    ended_as,
    on_time_rate,
    settlement_rate,
    within,
)
from mediation.statistics.metrics.tally import MEDIAN, NINETIETH, Tally, net_days, percentile

_DISPUTES = (("disputes", "1"),)
_CONCLUDED = (("concluded", "1"),)
_SETTLED = (("concluded", "1"), ("outcome", "agreed"))
_IN_FULL = (*_SETTLED, ("in_full", "1"))
_IN_PART = (*_SETTLED, ("in_part", "1"))
_DATED = (*_SETTLED, ("dated", "1"))


def _ended(outcome: str) -> tuple[tuple[str, str], ...]:
    return (*_CONCLUDED, ("outcome", outcome))


COLUMNS: tuple[Measure, ...] = (
    Measure(
        "cases",
        N_("收案"),
        N_("登记日在统计期内的案件数；一案有多名申请人的计一件，咨询另计。"),
        N_("登记日在统计期内的案件（不含咨询）"),
        None,
        "received_on",
        "case",
        lambda tally: tally.cases,
        _DISPUTES,
    ),
    Measure(
        "consultations",
        N_("咨询"),
        N_("登记日在统计期内、只提供咨询意见而没有进入调解的件数。"),
        N_("登记日在统计期内的咨询"),
        None,
        "received_on",
        "case",
        lambda tally: tally.consultations,
        (("consultations", "1"),),
    ),
    Measure(
        "closed",
        N_("结案"),
        N_("结案日在统计期内的案件数（案卷手续办完之日，达成协议的一般在履行完毕之后），咨询另计。"),
        N_("结案日在统计期内的案件（不含咨询）"),
        None,
        "closed_on",
        "case",
        lambda tally: tally.closed,
        _DISPUTES,
    ),
    Measure(
        "concluded",
        N_("有结果"),
        N_(
            "在统计期内有了结果的案件数：达成协议、调解不成、撤回、终止、移送，导入的案件按其登记的结果；不予受理、咨询和结果不明的不计。"
        ),
        N_("结果成立之日在统计期内的案件（不予受理、咨询和结果不明的不计）"),
        None,
        "settled_on",
        "case",
        lambda tally: tally.concluded,
        _CONCLUDED,
    ),
    Measure(
        "settled",
        N_("达成协议"),
        N_("在统计期内达成调解协议的案件数，按协议生效之日计（导入的案件按登记的结案日）；不论协议是否已经履行完毕。"),
        N_("协议生效之日在统计期内的案件"),
        None,
        "settled_on",
        "case",
        lambda tally: tally.settled,
        _SETTLED,
    ),
    Measure(
        "settlement_rate",
        N_("调解成功率"),
        N_("达成协议的案件数除以有结果的案件数，两者都按结果成立之日计；不予受理、咨询和结果不明的不计入分母。"),
        N_("达成协议的案件"),
        N_("有结果的案件"),
        "settled_on",
        "share",
        settlement_rate,
        _CONCLUDED,
        _SETTLED,
    ),
    Measure(
        "median_days",
        N_("总天数（中位数）"),
        N_(
            "协议生效之日在统计期内的案件从登记日（重新打开的，从重新打开之日）到协议生效日的自然日总天数的中位数，暂停的天数计算在内：一半案件不超过这个天数；没有登记生效日的导入案件不计天数。"
        ),
        N_("达成协议的案件的总天数，含暂停"),
        N_("达成协议的案件"),
        "settled_on",
        "day",
        lambda tally: percentile(tally.days, MEDIAN),
        _SETTLED,
    ),
    Measure(
        "p90_days",
        N_("总天数（九成）"),
        N_(
            "协议生效之日在统计期内的案件从登记日（重新打开的，从重新打开之日）到协议生效日的自然日总天数的第90百分位数，暂停的天数计算在内：九成案件不超过这个天数，相邻两值之间按线性内插；没有登记生效日的导入案件不计天数。"
        ),
        N_("达成协议的案件的总天数，含暂停"),
        N_("达成协议的案件"),
        "settled_on",
        "day",
        lambda tally: percentile(tally.days, NINETIETH),
        _SETTLED,
    ),
    Measure(
        "median_net_days",
        N_("净天数（中位数）"),
        N_(
            "协议生效之日在统计期内的案件的净天数的中位数：总天数减去其间暂停办理（等待鉴定、其他机关结论等）的天数；没有登记生效日的导入案件不计天数。"
        ),
        N_("达成协议的案件的净天数，不含暂停"),
        N_("达成协议的案件"),
        "settled_on",
        "day",
        lambda tally: percentile(net_days(tally), MEDIAN),
        _SETTLED,
    ),
    Measure(
        "p90_net_days",
        N_("净天数（九成）"),
        N_(
            "协议生效之日在统计期内的案件的净天数的第90百分位数：总天数减去其间暂停办理的天数，相邻两值之间按线性内插；没有登记生效日的导入案件不计天数。"
        ),
        N_("达成协议的案件的净天数，不含暂停"),
        N_("达成协议的案件"),
        "settled_on",
        "day",
        lambda tally: percentile(net_days(tally), NINETIETH),
        _SETTLED,
    ),
    Measure(
        "claimed_fen",
        N_("请求金额"),
        N_("统计期内收案的请求金额合计；没有写明金额的请求不计。"),
        N_("登记日在统计期内的案件的请求金额"),
        None,
        "received_on",
        "fen",
        lambda tally: tally.claimed_fen,
        _DISPUTES,
    ),
    Measure(
        "agreed_fen",
        N_("协议金额"),
        N_("统计期内结束调解的案件的协议金额合计，按结果成立之日计；导入的台账中登记的裁决金额一并计入。"),
        N_("结果成立之日在统计期内的案件的协议金额"),
        None,
        "settled_on",
        "fen",
        lambda tally: tally.agreed_fen,
        _DISPUTES,
    ),
    Measure(
        "paid_fen",
        N_("已履行金额"),
        N_("统计期内结束调解的案件到统计时为止已经履行的金额合计，不论何时付款。"),
        N_("结果成立之日在统计期内的案件的已履行金额"),
        None,
        "settled_on",
        "fen",
        lambda tally: tally.paid_fen,
        _DISPUTES,
    ),
)

_MORE: tuple[Measure, ...] = (
    Measure(
        "collective",
        N_("集体争议"),
        N_("登记日在统计期内的案件中，涉及十人以上共同请求的集体争议件数。"),
        N_("登记日在统计期内的集体争议案件（不含咨询）"),
        None,
        "received_on",
        "case",
        lambda tally: tally.collective,
        (*_DISPUTES, ("collective", "1")),
    ),
    Measure(
        "workers",
        N_("涉及劳动者"),
        N_(
            "统计期内收案涉及的劳动者人数合计：登记了人数的按登记人数，没有登记的每案按一人计，同一人有几件案件的重复计算。"
        ),
        N_("登记日在统计期内的案件涉及的人数"),
        None,
        "received_on",
        "person",
        lambda tally: tally.workers,
        _DISPUTES,
    ),
    Measure(
        "settled_in_full",
        N_("全部达成协议"),
        N_(
            "达成协议的案件中，协议处理了全部请求的案件数，按协议生效之日计（导入的案件按登记的结案日）；没有登记为部分达成的都算全部达成。"
        ),
        N_("协议生效之日在统计期内、协议处理了全部请求的案件"),
        None,
        "settled_on",
        "case",
        lambda tally: tally.settled - tally.settled_in_part,
        _IN_FULL,
    ),
    Measure(
        "settled_in_part",
        N_("部分达成协议"),
        N_(
            "达成协议的案件中，生效的协议只处理一部分请求、其余请求没有达成一致的案件数，按协议生效之日计；已经计入达成协议，不另外加总。"
        ),
        N_("协议生效之日在统计期内、协议只处理一部分请求的案件"),
        None,
        "settled_on",
        "case",
        lambda tally: tally.settled_in_part,
        _IN_PART,
    ),
    Measure(
        "failed",
        N_("调解不成"),
        N_("在统计期内以调解不成结束的案件数，按结果成立之日计。"),
        N_("结果成立之日在统计期内的调解不成案件"),
        None,
        "settled_on",
        "case",
        ended_as("failed"),
        _ended("failed"),
    ),
    Measure(
        "withdrawn",
        N_("撤回"),
        N_("在统计期内由申请人撤回申请的案件数，按撤回之日计。"),
        N_("结果成立之日在统计期内的撤回案件"),
        None,
        "settled_on",
        "case",
        ended_as("withdrawn"),
        _ended("withdrawn"),
    ),
    Measure(
        "referred",
        N_("移送转办"),
        N_("在统计期内移送或者转交其他机关办理的案件数，按移送之日计。"),
        N_("结果成立之日在统计期内的移送转办案件"),
        None,
        "settled_on",
        "case",
        ended_as("referred"),
        _ended("referred"),
    ),
    Measure(
        "terminated",
        N_("终止"),
        N_("在统计期内终止调解的案件数，按终止之日计。"),
        N_("结果成立之日在统计期内的终止案件"),
        None,
        "settled_on",
        "case",
        ended_as("terminated"),
        _ended("terminated"),
    ),
    Measure(
        "share_15",
        N_("十五日内达成占比"),
        N_(
            "达成协议的案件中总天数（含暂停，重新打开的从重新打开之日起）不超过15个自然日的所占比例，按协议生效之日计；没有登记生效日的导入案件不计入分子和分母。"
        ),
        N_("总天数不超过15日的达成协议案件"),
        N_("达成协议并且登记了生效日的案件"),
        "settled_on",
        "share",
        within(15),
        _DATED,
    ),
    Measure(
        "share_30",
        N_("三十日内达成占比"),
        N_(
            "达成协议的案件中总天数（含暂停，重新打开的从重新打开之日起）不超过30个自然日的所占比例，按协议生效之日计；没有登记生效日的导入案件不计入分子和分母。"
        ),
        N_("总天数不超过30日的达成协议案件"),
        N_("达成协议并且登记了生效日的案件"),
        "settled_on",
        "share",
        within(30),
        _DATED,
    ),
    Measure(
        "received_fen",
        N_("到账金额"),
        N_("付款日在统计期内的履行款合计，不论案件何时登记、何时达成协议；没有付款记录的导入案件不计。"),
        N_("付款日在统计期内的付款"),
        None,
        "paid_on",
        "fen",
        lambda tally: tally.received_fen,
    ),
    Measure(
        "due_count",
        N_("到期期数"),
        N_("生效协议约定的付款日在统计期内并且已经过去的付款期数，不论是否付清。"),
        N_("约定付款日在统计期内并且已经过去的各期付款"),
        None,
        "due_on",
        "item",
        lambda tally: tally.due_count,
    ),
    Measure(
        "due_fen",
        N_("到期金额"),
        N_("生效协议约定的付款日在统计期内并且已经过去的各期应付金额合计，不论是否付清。"),
        N_("约定付款日在统计期内并且已经过去的各期应付金额"),
        None,
        "due_on",
        "fen",
        lambda tally: tally.due_fen,
    ),
    Measure(
        "on_time_rate",
        N_("按期履行率"),
        N_("到期的各期付款中，在约定付款日当日或者之前付清全额的期数所占比例，按约定付款日计；以后补付的仍算逾期。"),
        N_("在约定付款日当日或者之前付清的期数"),
        N_("约定付款日在统计期内并且已经过去的期数"),
        "due_on",
        "share",
        on_time_rate,
        numerator_filters=(("on_time", "1"),),
    ),
    Measure(
        "median_answer_days",
        N_("公司答复天数（中位数）"),
        N_(
            "从公司得知案件之日（案件进入征询意愿或者以后阶段的第一天）到公司第一次答复之日的自然日天数的中位数，按第一次答复之日计；答复、提出方案都算答复；一案有多家公司的，只看主要被申请人的答复；没有答复的不计。"
        ),
        N_("公司第一次答复所用的天数"),
        N_("第一次答复之日在统计期内的案件"),
        "answered_on",
        "day",
        lambda tally: percentile(tally.answer_days, MEDIAN),
    ),
    Measure(
        "enforced",
        N_("申请强制效力"),
        N_("统计期内提出的仲裁审查、司法确认、支付令申请以及为履行协议提起的诉讼、仲裁的件次，按申请之日计。"),
        N_("申请日在统计期内的仲裁审查、司法确认等申请"),
        None,
        "applied_on",
        "item",
        lambda tally: tally.enforced,
    ),
)

MEASURES: tuple[Measure, ...] = (*COLUMNS, *_MORE)
DEFINED: tuple[Measure, ...] = MEASURES
BY_CODE: dict[str, Measure] = {measure.code: measure for measure in MEASURES}
RECEIVED_MONEY: Measure = BY_CODE["received_fen"]
DAYS_COUNTED = N_("总天数含暂停，净天数不含暂停，都按协议生效之日计入统计期；重新打开的案件从重新打开之日起另算一段")


def figures(tally: Tally) -> dict[str, Value]:
    """Every figure of a tally by its code."""
    return {measure.code: measure.value(tally) for measure in MEASURES}
