"""Two years of the committee's old spreadsheet, imported as any ledger is: so that figures have something to be compared with.

Invented throughout and the same on every machine; only the days move with today. In the last weeks one outlet has far
more disputes over delivery fees than its history explains, and another has had none over deductions since it changed
its rule a year ago.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mediation.core import clock
from mediation.core.db import transaction
from mediation.demo.people import COMPANIES, STATIONS, Cast
from mediation.ledger.service import import_ledger

FILENAME = "示例台账.csv"
WEEKS = 112
RISING_WEEKS = 8  # how long the outlet has had more disputes over delivery fees
CHANGED_WEEKS = 50  # how long ago the other one changed its rule on deductions
HEADINGS = (
    "序号", "登记日期", "来源渠道", "申请人", "被申请人", "岗位", "案由", "请求金额", "处理结果", "协议金额", "结案日期",
    "履行情况", "承办人", "驿站",
)  # fmt: skip
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = ("安然", "柏舟", "承志", "东升", "尔康", "方正", "广平", "海清", "济川", "开来", "立群", "明川", "宁静", "平川", "清和",
          "荣光", "守一", "天佑", "文博", "向阳", "晓星", "雪松", "一鸣", "远帆", "泽民", "正阳", "志勇", "子衿")  # fmt: skip
_SOURCES = ("来访", "来访", "来访", "来电", "扫码", "派出所", "12345热线", "工会")


@dataclass(frozen=True)
class Stream:
    """Disputes of one cause against one company: how many a year, by whom, over which sums (yuan)."""

    company: str
    cause: str
    job: str
    a_year: float
    sums: tuple[int, int]
    station: str = "huaxin"
    rising: float = 1.0  # how many times as many in the last weeks
    until_change: float = 1.0  # how many times as many before the rule was changed


STREAMS = (
    Stream("yunxiu_outlet", "派费", "快递员", 10, (1800, 16000), rising=12.0),
    Stream("yunxiu_outlet", "拖欠工资", "快递员", 6, (3000, 21000)),
    Stream("yunxiu_branch", "经济补偿", "快递员", 8, (6000, 48000)),
    Stream("yunxiu_branch", "扣款", "分拣员", 7, (600, 5200)),
    Stream("jifeng_area", "扣款", "快递员", 3, (500, 4800), "jiangqiao", until_change=6.0),
    Stream("jifeng_area", "派费", "快递员", 8, (1500, 12000), "jiangqiao"),
    Stream("bailu_depot", "加班费", "分拣员", 9, (2400, 18000)),
    Stream("bailu_depot", "未签书面合同", "分拣员", 5, (9000, 52000)),
    Stream("wanyu", "拖欠运费", "货车司机", 12, (4000, 66000), "jiangqiao"),
    Stream("lutu", "压车费", "货车司机", 6, (900, 7200), "jiangqiao"),
    Stream("qingsun", "差评罚款", "骑手", 10, (300, 2600)),
    Stream("qingsun", "账号封停", "骑手", 7, (0, 0)),
)


def load(cast: Cast) -> None:
    """Import the spreadsheet as the committee's secretary does."""
    content = ledger(clock.today())
    with transaction():
        import_ledger(cast.actors["committee"], data=content, filename=FILENAME)


def ledger(today: date) -> bytes:
    """The spreadsheet as CSV, one row a case, in the order of their days."""
    chance = random.Random(2026)  # noqa: S311  (invented cases, the same each time)
    monday = today - timedelta(days=today.weekday())
    rows = sorted(row for stream in STREAMS for row in _rows(stream, monday, chance))
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(HEADINGS)
    writer.writerows((at, *row) for at, row in enumerate(rows, 1))
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _rows(stream: Stream, monday: date, chance: random.Random) -> Iterator[tuple[str, ...]]:
    for back in range(WEEKS, 0, -1):
        often = stream.a_year / 52
        if back <= RISING_WEEKS:
            often *= stream.rising
        if back > CHANGED_WEEKS:
            often *= stream.until_change
        for _case in range(_poisson(often, chance)):
            yield _row(stream, monday - timedelta(days=7 * back - chance.randrange(6)), monday, chance)


def _poisson(mean: float, chance: random.Random) -> int:
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count += 1
        left += chance.expovariate(1.0)
    return count


def _row(stream: Stream, day: date, today: date, chance: random.Random) -> tuple[str, ...]:
    low, high = stream.sums
    claimed = chance.randrange(low, high, 100) if high else 0
    closed = day + timedelta(days=chance.randrange(4, 34))
    is_open = closed >= today
    result = chance.choices(("达成协议", "调解不成", "撤回申请", "引导仲裁"), (70, 16, 8, 6))[0]
    agreed = claimed * chance.randrange(55, 101) // 100 if result == "达成协议" else 0
    performed = chance.choices(("已履行", "部分履行", "未履行"), (84, 10, 6))[0] if agreed else ""
    return (
        day.isoformat(),
        chance.choice(_SOURCES),
        chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        COMPANIES[stream.company][0],
        stream.job,
        stream.cause,
        str(claimed) if claimed else "",
        "办理中" if is_open else result,
        str(agreed) if agreed and not is_open else "",
        "" if is_open else closed.isoformat(),
        "" if is_open else performed,
        "方海岸" if stream.station == "jiangqiao" else "李明衡",
        STATIONS[stream.station][0],
    )
