"""What ledgers call the relationship, the way a dispute is handled, its result and its performance.

Each table is tried from the top: the first pattern found in the cell decides, so the narrower wording stands
above the wider one (未达成 above 达成). A cell that fits nothing is never guessed.
"""

import re
from functools import lru_cache

from mediation.core.money import clean

NOTHING = frozenset(
    ("", "/", "-", "--", "—", "——", "\\", "无", "空", "n/a", "na", "未填", "未填写", "待填", "待补", "暂无")
)
_UNKNOWN = re.compile(r"^(?:不详|不明|未知|不清楚?|待查|待核|未记|不知道|不了解|说不清)$")

Table = tuple[tuple[str, str], ...]

RELATIONSHIPS: Table = (
    (r"不完全|不符合确立|类劳动|准劳动|第三类|新就业形态用工|中间形态", "quasi"),
    (
        r"不详|不明|未知|不知道|未定|待定|未明|待确认|待认定|待查|争议|有待|不明确|不确定|未认定|不清|存疑|难以认定",
        "undetermined",
    ),
    (r"(?:非|无|不是|不存在|不构成|不属于|未建立|没有)(?:建立)?劳动(?:合同)?关系", "self_run"),
    (r"劳务派遣|派遣|非全日制|退休返聘|劳动关系|劳动合同|全日制|正式|在编|用工合同|聘用|合同工", "employment"),
    (
        r"民事|合作|承揽|自主|自由职业|个体|加盟|承包|挂靠|运输合同|劳务|居间|平等主体|租赁|侵权|保险|委托|众包|自营|车主",
        "self_run",
    ),
)
RELATIONSHIP_LABELS = {"employment": "劳动关系", "quasi": "不完全", "self_run": "民事", "undetermined": "未定"}

FORUMS: Table = (
    (
        r"(?:人民|行业|诉前|委派|委托|联合|联动|多元|行业性|专业|工会|街道|社区|企业)调解|调解室|调解站|调委会",
        "mediation",
    ),
    (r"仲裁|劳仲|仲委", "arbitration"),
    (r"诉讼|法院|起诉|判决|法庭|打官司|司法程序|立案", "court"),
    (r"派出所|公安|治安|报警|民警|警方|交警", "police"),
    (
        r"行政|监察|人社|劳动部门|劳动局|主管部门|部门处理|部门查处|交通局|运输局|交通运输|邮政管理|市场监管|督办|投诉处理|信访|12345",
        "admin",
    ),
    (r"调解|协商|和解|化解|调处|三所联动", "mediation"),
    (r"登记|跟踪|咨询|解答|其他|其它|告知|法律援助|指引|引导|转办|转介|跟进", "other"),
)

RESULTS: Table = (
    (
        r"未(?:能)?达成|未成功|调解不成|调解未成|不成功|未调成|调不成|失败|破裂|无法达成|达不成|谈不拢|未果|未能调解|拒绝调解|不同意调解|无果|调解无效",
        "failed",
    ),
    (r"部分(?:得到)?支持|支持部分|部分胜诉|部分予以支持|部分裁", "partly_supported"),
    (r"不予受理|不受理|未受理|未予受理|不属于受理", "not_accepted"),
    (r"驳回|不予?支持|未获?支持|败诉|未予支持|不予认定", "dismissed"),
    (r"撤回|撤诉|撤案|撤销申请|撤销|放弃|自行撤", "withdrawn"),
    (r"承诺|答应|同意(?:支付|付款)|表示(?:将|会)", "promised"),
    (r"成功|达成|和解|调成|已调解|调解结案|协议|调解书|一致|签约|化解|案结事了|调处完毕|已解决|解决完毕", "agreed"),
    (r"支持|胜诉|裁决支付|判决支付|认定为?工伤", "supported"),
    (r"终止|终结", "terminated"),
    (
        r"(?:转|移送|移交|引导|告知).*(?:仲裁|诉讼|法院|监察|部门|起诉|公安|派出所|司法)|转办|转出|已转|移送|移交|走仲裁|另行",
        "referred",
    ),
    (
        r"处理中|办理中|未结|未办结|未处理|进行|调解中|在办|待|跟进|正在|审理|跟踪|协商中|受理中|仲裁中|诉讼中|尚未|调查中|进程",
        "pending",
    ),
)
_YES = frozenset(("是", "√", "✓", "y", "yes", "成", "成功", "1"))
_NO = frozenset(("否", "×", "✗", "x", "n", "no", "不成", "0"))

PERFORMANCES: Table = (
    (r"未(?:全部|完全)|未履行完|未付清|部分|一部分|付了|已付\d+期|尚欠|剩余|分期.*已", "part"),
    (r"未到期|待履行|尚未到期|履行中|正在履行|分期|待付|待支付|按期|等待|执行中|跟进|陆续", "pending"),
    (r"未|没|不履行|拒|逾期|违约|失联|不付|拖延|无履行", "none"),
    (r"已履行|履行完|全部|付清|已支付|已兑现|当场|即时|结清|已付|完毕|履行|到账|已给付|完成|已领取|兑现", "full"),
)

SOURCES: Table = (
    (r"法院|法庭|诉前", "court"),
    (r"派出所|公安|110|警", "police"),
    (r"工会", "union"),
    (r"12345|12348|12333|12328|热线", "hotline"),
    (r"平台", "platform"),
    (r"仲裁|转|部门|街道|监察|信访|人社|司法所|移送|交办|委托|委派", "transfer"),
    (r"排查|走访|巡查|主动|摸排", "proactive"),
    (r"来访|来电|电话|本人|线上|网上|小程序|扫码|微信|自行|申请|上门|当事人|来人|求助", "party"),
)


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    return clean(text) in NOTHING


def is_unknown(text: str) -> bool:
    """Whether a cell says that nobody knows."""
    return bool(_UNKNOWN.match(clean(text)))


def relationship_of(text: str) -> str | None:
    """employment, quasi, self_run, undetermined (law.md 1.5); None for other wording."""
    return _find(RELATIONSHIPS, text)


def forum_of(text: str) -> str | None:
    """mediation, arbitration, court, police, admin, other."""
    return _find(FORUMS, text)


def result_of(text: str) -> str | None:
    """agreed, failed, withdrawn, terminated, referred, not_accepted, promised, pending; or an adjudicator's
    supported, partly_supported, dismissed.
    """
    plain = clean(text)
    if plain in _YES:
        return "agreed"
    return "failed" if plain in _NO else _find(RESULTS, text)


def performance_of(text: str) -> str | None:
    """full, part, none, pending (nothing due yet or instalments running)."""
    plain = clean(text)
    if plain in _YES:
        return "full"
    return "none" if plain in _NO else _find(PERFORMANCES, text)


def source_of(text: str) -> str | None:
    """How the case came: party, proactive, police, court, union, platform, hotline, transfer (law.md 5.1)."""
    return _find(SOURCES, text)


@lru_cache(maxsize=4096)
def _find(table: Table, text: str) -> str | None:
    plain = clean(text)
    return next((value for pattern, value in table if re.search(pattern, plain)), None)
