"""From cells as people fill them to values: people, numbers, companies, dates, amounts.

Each reader returns what it could read and the problems it met; nothing is guessed. A problem is a code with
details; ``rows`` adds where it stands and ``report`` says it in words.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from mediation.attachments.spreadsheets import Cell, cell_text
from mediation.core.dates import DateError, PartialDate, parse_date
from mediation.core.money import ParsedAmounts, clean, parse_amounts
from mediation.ledger.words import is_nothing, is_unknown
from mediation.parties.identity import is_valid_id, normalise_id

ERROR, WARNING = "error", "warning"

_BRACKETS = str.maketrans("()【】[]", "（）（）（）")
_BLANKS = re.compile(r"[\s\u3000\u00a0\u200b-\u200f\u2060\ufeff]+")
_HAN = r"\u3400-\u9fff"
_COMPANY = re.compile(
    r"公司|集团|合作社|事务所|(?:厂|店|中心|经营部|商行|工作室|服务部|货运部|运输队|车队|站点|网点|分部|营业部|承包区|合伙企业|个体工商户|（个体）)(?:[(（][^()（）]*[)）])?$"
)
_COMPANY_UNKNOWN = re.compile(r"不详|不明|不清|未知|待查|待核实|未提供|未记|说不清|不知道|未注明|失联")
_MANY = re.compile(
    r"等(?P<about>约|近)?(?P<count>[\d零一二三四五六七八九十百两]+)?(?P<more>多|余|几|来)?(?:名|位|个)?(?:人|劳动者|骑手|司机|快递员|员工|职工)"
)
_COUNT = re.compile(
    r"(?:共|合计|总计)?(?P<count>\d+|[零一二三四五六七八九十百两]+)(?:人次?|名|位|个)?(?:人|劳动者|员工|职工|骑手|司机|快递员)?"
)
_NUMBERING = re.compile(r"(?:^|(?<=[\s;；]))\s*\d{1,2}[.、)）]\s*(?=[^\d\s]|\d{6})")
_APPROXIMATE = re.compile(r"[余多几来]|约|左右|近|以上|上下|至少|大概|超过|不少于|[-~至到]|\+$|>")
_CN = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` as in ``report``; ``detail`` fills its message."""

    code: str
    severity: str = WARNING
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """An ID number that passed GB 11643, or None and what stood there."""

    number: str | None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Headcount:
    """Exactly ``count`` people, or at least ``lower`` (None when not even that is known)."""

    count: int | None = None
    lower: int | None = None
    approx: bool = False


def read_text(cell: Cell) -> tuple[str | None, list[Problem]]:
    """Free text as written. A formula is kept as its text, never as what it computes."""
    if cell.formula:
        return cell.formula, [Problem("FORMULA_CELL")]
    text = cell.text
    if not text or (len(text) <= 2 and is_nothing(text)):
        return None, []
    if text[0] in "=@" or re.match(r"[+-][A-Za-z(=@]", text):
        return text, [Problem("FORMULA_LIKE_TEXT")]
    return text, []


def read_label(cell: Cell) -> tuple[str | None, list[Problem]]:
    """A short text: blanks around Chinese characters off, brackets full width."""
    text, problems = read_text(cell)
    return (text if problems or text is None else tidy(text)), problems


def tidy(text: str) -> str:
    """NFKC-like tidying that keeps Chinese punctuation; blanks next to Chinese characters go."""
    text = "".join(unicodedata.normalize("NFKC", sign) if "\uff10" <= sign <= "\uff5a" else sign for sign in text)
    text = _BLANKS.sub(" ", text.translate(_BRACKETS)).strip()
    return re.sub(rf"(?<=[{_HAN}（）、]) | (?=[{_HAN}（）、])", "", text)


def read_seq(cell: Cell) -> int | str | None:
    """The running number; text where it is no number."""
    text = clean(cell.text)
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else cell.text


def read_date(cell: Cell, today: date, *, needs_day: bool = False) -> tuple[PartialDate | None, list[Problem]]:
    """A date in its precision. ``needs_day``: the case cannot be registered without the very day, so what
    falls short is an error instead of a warning.
    """
    severity = ERROR if needs_day else WARNING
    value = cell.value
    if isinstance(value, str):
        value = cell.text
        if is_nothing(value) or is_unknown(value):
            value = None
    if value is None or value == "":
        return None, [Problem("DATE_MISSING", ERROR)] if needs_day else []
    try:
        parsed = parse_date(value, today, guess_year=False)
    except DateError as error:
        return None, [_date_problem(error, severity)]
    if needs_day and parsed.precision != "day":
        return parsed, [Problem("DATE_IMPRECISE", ERROR, {"lacks": parsed.precision})]
    if parsed.first > today:
        return parsed, [Problem("DATE_FUTURE")]
    return parsed, []


def _date_problem(error: DateError, severity: str) -> Problem:
    if error.reason == "impossible":
        return Problem("DATE_IMPOSSIBLE", severity, {"month": error.month, "day": error.day})
    if error.reason in ("vague", "no_year"):
        lacks = error.reason if error.reason == "vague" or not error.vague else "no_year_vague"
        return Problem("DATE_IMPRECISE", severity, {"lacks": lacks})
    if error.reason == "ambiguous":
        return Problem("DATE_AMBIGUOUS", severity)
    return Problem("DATE_UNREADABLE", severity)


def split_list(text: str) -> list[str]:
    """The entries of a cell: separated by 、，,；; or line breaks, never inside brackets."""
    text = "\n".join(line.strip() for line in text.translate(_BRACKETS).splitlines())
    text = _NUMBERING.sub("\n", text)
    entries, depth, entry = [], 0, ""
    for sign in text:
        depth += (sign == "（") - (sign == "）")
        if depth <= 0 and sign in "、，,；;\n|":
            entries.append(entry)
            entry, depth = "", 0
        else:
            entry += sign
    return [tidied for part in (*entries, entry) if (tidied := tidy(part).strip("。.，、"))]


def read_names(text: str) -> tuple[str, ...]:
    """The applicants. 张三 李四 are two, 张 三 is one; 王某等20人 stays one entry."""
    spaced = re.sub(
        rf"(?<=[{_HAN}]{{2}})[\s\u3000/／]+(?=[{_HAN}]{{2,4}}(?:$|[\s\u3000/／、，,；;]))", "、", text.strip()
    )
    joined = re.sub(rf"(?<=公司)[及和与](?=[{_HAN}])", "、", spaced)
    return tuple(name for name in split_list(joined) if not is_nothing(name))


def split_person(text: str) -> tuple[str, str, str]:
    """(names, ID numbers, phones) of a cell that holds all of them: 张三（13800000000）."""
    ids = re.findall(r"(?<!\d)\d{17}[\dXx](?!\d)", text)
    rest = re.sub(r"(?:身份证号?码?|证件号码?)?[:：]?\s*(?<!\d)\d{17}[\dXx](?!\d)", " ", text)
    phones = re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", rest)
    if not ids and not phones:
        return text, "", ""
    rest = re.sub(r"(?:联系电话|电话|手机号?|联系方式)?[:：]?\s*(?<!\d)1[3-9]\d{9}(?!\d)", " ", rest)
    return re.sub(r"[（(][\s,，、]*[)）]|[,，]\s*$", " ", rest).strip(), "、".join(ids), "、".join(phones)


def is_company(name: str) -> bool:
    """Whether a name is an organisation's."""
    return bool(_COMPANY.search(name))


def many_of(name: str) -> Headcount | None:
    """How many people 王某等20人 are; None for a plain name."""
    match = _MANY.search(clean(name))
    if not match:
        return None
    count = to_int(match["count"]) if match["count"] else None
    if match["about"] or match["more"] or count is None:
        return Headcount(None, None if match["about"] else count, True)
    return Headcount(count)


def read_ids(cell: Cell) -> tuple[tuple[Identity, ...], list[Problem]]:
    """ID numbers in the order written; a gap (无) keeps its place."""
    if isinstance(cell.value, float | int) and not isinstance(cell.value, bool) and cell.value >= 10**15:
        # A spreadsheet keeps fifteen digits: the last three of a number cell are already zeros.
        return (Identity(None, cell.text),), [Problem("ID_TRUNCATED", ERROR)]
    if re.fullmatch(r"\d\.\d+[eE]\+1[4-8]", cell.text):
        return (Identity(None, cell.text),), [Problem("ID_TRUNCATED", ERROR)]
    plain = re.sub(r"(?<=[\dXx])[\s/／]+(?=\d{6,})", "、", cell.text.lstrip("'＇‘’`"))
    identities, problems = [], []
    for part in split_list(plain) or ([plain] if plain else []):
        identity, problem = _identity(re.sub(r"^\D*[:：]", "", part))
        identities.append(identity)
        problems += [problem] if problem else []
    if all(identity == Identity(None) for identity in identities):
        return (), problems
    return tuple(identities), problems


def _identity(text: str) -> tuple[Identity, Problem | None]:
    number = normalise_id(clean(text.lstrip("'")).replace("×", "x").replace("*x", "*"))
    if not number or is_nothing(number) or is_unknown(number):
        return Identity(None), None
    if is_valid_id(number):
        return Identity(number), None
    if "*" in number:
        return Identity(None, text), Problem("ID_MASKED")
    if re.fullmatch(r"\d{17}[\dX]", number):
        return Identity(None, text), Problem("ID_CHECKSUM", ERROR)
    if re.fullmatch(r"\d{15}", number) or re.search(r"[A-Z]", number.rstrip("X")):
        return Identity(None, text), Problem("ID_OTHER")
    return Identity(None, text), Problem("ID_LENGTH", ERROR, {"length": len(number)})


def read_phones(cell: Cell) -> tuple[tuple[str | None, ...], list[Problem]]:
    """Phone numbers as digits, in the order written; +86 off."""
    phones: list[str | None] = []
    problems: list[Problem] = []
    text = re.sub(r"(?<=\d)[\s]*[/／][\s]*(?=[\d+])|(?<=\d{11})\s+(?=1\d{2})", "、", _plain_phone(cell))
    for part in split_list(text):
        plain = re.sub(r"[^\d+*]", "", clean(re.split(r"转|分机", part)[0]))
        number = re.sub(r"^(?:\+|00)?86(?=1\d{10}$|0\d{9,11}$)", "", plain).lstrip("+")
        if not number:
            phones.append(None)
            if not (is_nothing(part) or is_unknown(part)):
                problems.append(Problem("PHONE_INVALID"))
        elif re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}|[2-9]\d{6,7}|9\d{4}|12\d{3}", number):
            phones.append(number)
        else:
            phones.append(None)
            problems.append(Problem("PHONE_INVALID"))
    return tuple(phones), problems


def _plain_phone(cell: Cell) -> str:
    if re.fullmatch(r"1\.\d+[eE]\+10", cell.text):
        return cell_text(float(cell.text))
    return unicodedata.normalize("NFKC", cell_text(cell.value)).lstrip("'")


def read_companies(text: str) -> tuple[tuple[str, ...], list[Problem]]:
    """The respondents, the main one first. Wording like 不详 names nobody and is left out."""
    if is_nothing(text):
        return (), [Problem("COMPANY_UNKNOWN")]
    entries = split_list(re.sub(r"(?<=公司)[及和与](?=\S)", "、", text))
    names = [_company_name(entry) for entry in entries]
    known = tuple(name for name in names if name and not _COMPANY_UNKNOWN.search(name) and not is_nothing(name))
    return tuple(dict.fromkeys(known)), [] if len(known) == len(names) else [Problem("COMPANY_UNKNOWN")]


def _company_name(entry: str) -> str:
    entry = re.sub(r"（[^（）]*(?:电话|联系人|手机|\d{7,})[^（）]*）", "", entry)
    name = _BLANKS.sub("", tidy(re.sub(r"^被(?:申请|投诉)(?:人|单位)[:：]", "", entry)))
    return name.strip("。.；;，,")


def to_int(text: str) -> int | None:
    """20, 二十, 一百零五; None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    total, pending = 0, 0
    for sign in text:
        if sign in _CN:
            pending = _CN[sign]
        elif sign in "十百":
            total, pending = total + (pending or 1) * (10 if sign == "十" else 100), 0
        else:
            return None
    return total + pending


def read_headcount(cell: Cell) -> tuple[Headcount, list[Problem]]:
    """How many people: 11人, 十一人 exactly; 10余人 at least ten."""
    text = clean(cell.text)
    if is_nothing(text) or is_unknown(text):
        return Headcount(), []
    match = _COUNT.fullmatch(text)
    if match and (count := to_int(match["count"])):
        return Headcount(count), []
    if _APPROXIMATE.search(text):
        first = re.search(r"\d+|[一二三四五六七八九十百两]+", text)
        about = re.search(r"约|左右|近|上下|大概", text)
        lower = to_int(first[0]) if first and not about else None
        return Headcount(None, lower, True), [Problem("HEADCOUNT_APPROX")]
    return Headcount(), [Problem("HEADCOUNT_UNREADABLE")]


def read_amounts(cell: Cell, scale: int = 1) -> ParsedAmounts:
    """Amounts in a cell; under a heading in 万元 bare figures count in units of ``scale`` yuan."""
    value = cell.value
    if isinstance(value, bool | date | datetime) or not isinstance(value, str | int | float):
        return parse_amounts(cell.text)
    if scale == 1:
        return parse_amounts(value if not isinstance(value, str) else cell.text)
    text = written = cell.text
    if not re.search("[元万千块]", text):
        unit = "万" if scale == 10_000 else "千"
        written = f"{text}（{unit}元）"
        text = re.sub(r"\d[\d,，]*(?:\.\d+)?", lambda figure: figure[0] + unit, unicodedata.normalize("NFKC", text))
    parsed = parse_amounts(text)
    return ParsedAmounts(parsed.items, parsed.total_fen, parsed.approx, written, parsed.reason, parsed.lower_fen)
