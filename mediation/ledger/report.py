"""What is wrong with a ledger in plain words, and what it adds up to."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

if TYPE_CHECKING:
    from mediation.ledger.rows import LedgerRow

UNKNOWN_RESPONDENT = "（不详）"


def message(code: str, field: str, detail: dict[str, Any]) -> str:
    """The sentence for a problem. ``field`` is the field's name as in ``headings``."""
    if code == "DATE_IMPRECISE":
        return _imprecise(field, str(detail.get("lacks", "")))
    if code == "DATE_IMPOSSIBLE":
        return _impossible(detail)
    if code == "AMOUNT_NOT_EXACT" and field == "settled_fen":
        return _("约数，不计入金额合计")
    return _SENTENCES[code](detail)


def _imprecise(field: str, lacks: str) -> str:
    if field != "reg_date":
        return {
            "vague": _("只到旬，原文照存"),
            "no_year": _("缺年份，原文照存"),
            "no_year_vague": _("缺年份且只到旬，原文照存"),
        }[lacks]
    return {
        "vague": _("登记日期只到旬，无法确定为某一天，须人工补录"),
        "month": _("登记日期只到月，无法确定为某一天，须人工补录"),
        "year": _("登记日期只到年，无法确定为某一天，须人工补录"),
        "no_year": _("登记日期缺年份，须人工补录"),
        "no_year_vague": _("登记日期缺年份且只到旬，须人工补录"),
    }[lacks]


def _impossible(detail: dict[str, Any]) -> str:
    if not detail.get("day"):
        return _("没有%(month)s月", month=detail["month"])
    return _("%(month)s月没有%(day)s日", month=detail["month"], day=detail["day"])


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "DATE_MISSING": lambda _detail: _("没有登记日期，须人工补录"),
    "DATE_AMBIGUOUS": lambda _detail: _("日期有两种读法，请改写成 2026-3-9 的样子"),
    "DATE_UNREADABLE": lambda _detail: _("看不出是哪一天，原文照存"),
    "DATE_FUTURE": lambda _detail: _("日期晚于今天，请核对"),
    "DATE_ORDER": lambda _detail: _("结案日期早于登记日期，请核对"),
    "NAME_MISSING": lambda _detail: _("没有申请人，须人工补录"),
    "ID_CHECKSUM": lambda _detail: _("身份证号校验码不符"),
    "ID_LENGTH": lambda detail: _("身份证号应为18位，这里是%(length)s位", length=detail["length"]),
    "ID_TRUNCATED": lambda _detail: _("身份证号按数字保存，末尾几位已丢失，须按原件补录"),
    "ID_MASKED": lambda _detail: _("身份证号打了星号，不入库"),
    "ID_OTHER": lambda _detail: _("不是18位身份证号，原文照存，不作为身份证号入库"),
    "PERSON_COUNT": lambda detail: _(
        "申请人%(names)s名，号码%(numbers)s个，对不上，按次序对应", names=detail["names"], numbers=detail["numbers"]
    ),
    "PHONE_INVALID": lambda _detail: _("不是可用的电话号码，不入库"),
    "COMPANY_UNKNOWN": lambda _detail: _("被申请人未记明，不得当作公司名称入库"),
    "CATEGORY_MISSING": lambda _detail: _("没有争议类型，待补"),
    "WORD_UNKNOWN": lambda _detail: _("没有认出这个写法，原文照存，待人工选定"),
    "HEADCOUNT_APPROX": lambda _detail: _("人数为约数，不计入精确人数合计"),
    "HEADCOUNT_UNREADABLE": lambda _detail: _("看不出人数，原文照存"),
    "HEADCOUNT_MISMATCH": lambda detail: _("申请人一栏写的是%(named)s人，与人数不一致，请核对", named=detail["named"]),
    "AMOUNT_NOT_EXACT": lambda _detail: _("不是一个确定的金额，原文照存，金额留空待核"),
    "AMOUNT_TEXT": lambda _detail: _("只有文字没有金额"),
    "FORMULA_CELL": lambda _detail: _("单元格是公式，只能按文字保存，不得计算；导出时须转义"),
    "FORMULA_VALUE": lambda _detail: _("单元格是公式，取的是文件里存着的结果，请核对"),
    "FORMULA_LIKE_TEXT": lambda _detail: _("文字以等号开头，导出时须转义"),
    "DUPLICATE_ROW": lambda detail: _(
        "与第%(row)s行为同一案件（申请人、证件号、被申请人、争议类型、入职时间、诉求金额相同），不重复入库",
        row=detail["row"],
    ),
}


@dataclass(slots=True)
class Totals:
    """Sums over rows. Approximate and missing figures count zero and are counted beside."""

    cases: int = 0
    headcount: int = 0
    claim_fen: int = 0
    settled_fen: int = 0
    headcount_missing_or_approx: int = 0
    claim_missing_or_approx: int = 0
    settled_approx: int = 0

    def add(self, row: "LedgerRow") -> None:
        self.cases += 1
        self.headcount += row.headcount or 0
        self.claim_fen += row.claim_total_fen or 0
        self.settled_fen += row.settled_fen or 0
        self.headcount_missing_or_approx += row.headcount is None
        self.claim_missing_or_approx += row.claim_total_fen is None
        self.settled_approx += row.settled_text is not None


def totals(rows: Iterable["LedgerRow"]) -> Totals:
    """Sums over the rows that are not duplicates."""
    result = Totals()
    for row in rows:
        if row.status != "duplicate":
            result.add(row)
    return result


def totals_by(rows: Iterable["LedgerRow"], key: Callable[["LedgerRow"], Any]) -> dict[Any, Totals]:
    """The same, one group for each ``key(row)``."""
    groups: dict[Any, Totals] = {}
    for row in rows:
        if row.status != "duplicate":
            groups.setdefault(key(row), Totals()).add(row)
    return groups


def main_respondent(row: "LedgerRow") -> str:
    """The first respondent; a fixed word where the ledger names none."""
    return row.respondents[0] if row.respondents else UNKNOWN_RESPONDENT


def mask(value: str) -> str:
    """A complained-about value without personal numbers: runs of six or more digits keep three and two."""
    return re.sub(r"\d{6,}[Xx]?", lambda run: f"{run[0][:3]}{'*' * (len(run[0]) - 5)}{run[0][-2:]}", value)
