"""Why something signalled, and what did not: sentences made from the figures a signal rests on."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.audit import labels as audited
from mediation.core.i18n import day as shown_day
from mediation.statistics.display import number
from mediation.statistics.models import Signal
from mediation.statistics.signals.family import FALSE_ALARM_YEARS

KINDS = {
    "u_chart": _l("单周突增"),
    "g_chart": _l("少见案由接连发生"),
    "cusum": _l("持续增多"),
    "repeat": _l("同类案件多发"),
    "collective": _l("疑似集体争议"),
}
STATUSES = {
    "new": _l("新"),
    "seen": _l("已查看"),
    "dismissed": _l("已搁置"),
    "taken_up": _l("已转建议书"),
}


def counted_to(signal: Signal) -> date:
    """The last day of the cases a signal tells of: an episode goes on, what was counted when it was found does not."""
    return date.fromisoformat(signal.data.get("counted_to", signal.data["until"]))


def _figures(signal: Signal) -> dict[str, str]:
    data = signal.data
    shown = {
        "from_on": shown_day(signal.from_on),
        "until": shown_day(counted_to(signal)),
        "cases": number(data["cases"]),
    }
    for name in ("expected", "value", "limit", "mean", "history_weeks", "history_cases", "row", "workers", "days"):
        if isinstance(data.get(name), int | float):
            shown[name] = number(round(data[name], 1))
    if data.get("expected"):
        shown["times"] = number(round(data["cases"] / data["expected"], 1))
    return shown


def why(signal: Signal) -> str:
    """One or two sentences: what was counted, what the history made expect, and which limit that passed."""
    figures = _figures(signal)
    match signal.kind:
        case "cusum":
            return _(
                "%(from_on)s至%(until)s共%(cases)s件，按此前%(history_weeks)s周的水平（每周%(mean)s件）约为%(expected)s件，是其%(times)s倍；累计和达到%(value)s，超过判定值%(limit)s。",
                **figures,
            )
        case "u_chart":
            return _(
                "一周内%(value)s件，超过该周的控制上限%(limit)s件；按此前%(history_weeks)s周的水平每周%(mean)s件。",
                **figures,
            )
        case "g_chart":
            return _(
                "一件之后%(value)s日内又发生%(row)s件；按此前%(history_weeks)s周仅%(history_cases)s件的频率，%(limit)s日以内发生这么多件已属罕见。",
                **figures,
            )
        case "repeat":
            return _(
                "%(from_on)s至%(until)s对同一公司有%(cases)s件同一案由的案件，达到本会设定的“%(days)s日内多发”的件数。",
                **figures,
            )
    return _(
        "%(from_on)s至%(until)s有%(cases)s件、共%(workers)s名劳动者以同一案由对同一公司提出请求，间隔不超过%(days)s日；十名以上劳动者有共同请求的，可以推举代表参加（《劳动争议调解仲裁法》第7条）。",
        **figures,
    )


def why_not(signal: Signal) -> str:
    """What was looked at as well and did not signal, or what the kind of signal cannot say."""
    data = signal.data
    match signal.kind:
        case "cusum":
            beyond = sum(count > limit for count, limit in zip(data["counts"], data["limits"], strict=True))
            if not beyond:
                return _("没有任何一周单独超出控制上限：这是持续的变化，不是某一周的突增。")
            return _("其中%(weeks)s周还单独超出了控制上限。", weeks=number(beyond))
        case "u_chart":
            return _("累计和没有达到判定值：目前只是突增，尚不能说水平已经持续提高。")
        case "g_chart":
            return _("案件太少，按周计数的控制图不适用，只看案件之间的间隔。")
        case "repeat":
            return _(
                "这是按固定件数的提示，不考虑公司大小和历史：公司越大越容易达到。是否超出历史水平，看下面的控制图。"
            )
    return _("只按案由和日期提示，是否属于共同请求要看案情；确属集体争议的，可以合并为一件办理。")


def how_sure(signal: Signal) -> str:
    """How often chance alone makes such a signal; nothing for those that leave chance out of account."""
    if signal.kind in ("repeat", "collective"):
        return ""
    basis = (
        _("按快递员、驾驶员人数乘以天数计算。")
        if signal.data["exposure"] == "couriers"
        else _("没有登记人数，按天数计算；业务扩大也会使案件增多，请先核对人数。")
    )
    return (
        _(
            "误报率：一家总部连同其全部下级公司、全部案由，合计平均%(years)s年至多误报一次。",
            years=number(FALSE_ALARM_YEARS),
        )
        + basis
    )


audited.VALUES["signal", "kind"] = KINDS
