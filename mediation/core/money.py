"""Reading and writing amounts of money.

Everywhere in the system an amount is an ``int`` of fen (1 yuan = 100 fen). Nothing here uses binary
floating point: text goes through ``Decimal`` and a spreadsheet's ``float`` is taken at the fifteen
digits a spreadsheet shows.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

MAX_YUAN = 10**12  # amounts in capitals end below one 万亿; anything larger is a typing error

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_DIGITS = dict(zip("零〇一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
_DIGITS |= {"两": 2, "貳": 2, "叄": 3, "參": 3, "陸": 6, "弌": 1, "弍": 2}
_CN_DIGITS = "".join(_DIGITS)
_SCALES = (("亿億", 10**8), ("万萬w", 10**4), ("千仟k", 1000), ("百佰", 100), ("十拾", 10))
_CN = _CN_DIGITS + "十拾百佰千仟万萬亿億"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PREFIX = re.compile(r"^(?:人民币|rmb|cny|[¥$]|\((?:大写|小写)\)|(?:大写|小写|金额|合计|共计|总计|共|计):?)+")
_WHOLE = re.compile(
    rf"(?P<yuan>[\d,.{_CN}kw]+)(?:(?P<unit>元|圆|块钱|块|人民币|rmb)(?P<small>[\d{_CN_DIGITS}角毛分]*))?[整正]?"
)
_SMALL = re.compile(rf"[零〇]?(?:(?P<jiao>[\d{_CN_DIGITS}])[角毛])?(?:[零〇]?(?P<fen>[\d{_CN_DIGITS}])分)?")
_APPROXIMATE = re.compile(
    r"(?<![违合签契预])约|左右|上下|大概|大致|估计|近(?=[\d一二三四五六七八九十百千])"
    r"|(?<=[\d一二三四五六七八九十百千万亿])[余餘多几来]|[元块][余餘多来]$|[数几][十百千万]"
    r"|不到|不足|超过|超出|以上(?!合计|各项|共)|以下|至少|至多|最多|不少于|不低于|[>≥<≤≈]"
)
_AT_LEAST = re.compile(r"[余餘多]|超过|超出|以上|至少|不少于|不低于|[>≥]")
_RANGE = re.compile(rf"[\d{_CN}元块][-~–—至到][¥\d{_CN}]")
_HAS_FIGURE = re.compile(
    r"\d|[一二两三四五六七八九十壹贰叁肆伍陆柒捌玖][十拾百佰千仟万亿余多几]*(?:元|块|角|万|千|百|亿|余|多|个?月|单)"
)
_NOTHING = frozenset(("", "/", "-", "—", "——", "无", "无金额", "n/a", "na", "未填", "空", "\\"))
_NUMBERING = re.compile(r"(?:(?<=[;,。\n])|^)\s*(?:\d{1,2}[.、)](?!\d)|\(\d{1,2}\))")
_SEPARATOR = re.compile(r"[;\n。、+]|,(?!\d{3})|(?<=[元万千整)]),")
_AMOUNT = rf"(?:人民币|RMB|¥)?(?:{_ARABIC}|[{_CN}]+)[{_CN}kKwW]*(?:元|块|圆)?[\d{_CN}角毛分]*[整正]?"
_LABEL_FIRST = re.compile(rf"(?P<label>.*?[^\d.,¥{_CN}](?:[{_CN}]+(?=¥))?)(?P<amount>{_AMOUNT})")
_AMOUNT_FIRST = re.compile(rf"(?P<amount>(?:¥|人民币)?{_ARABIC}[万千百]?(?:元|块|圆)[整正]?)的?(?P<label>[^\d]+)")
_TOTAL_LABEL = re.compile(r"(?:以上|各项)?(?:合计|共计|总计|总额|总共|共|小计)(?:金额|人民币)?")
_SAYS_MORE = re.compile(r"每|另称|另有|已付|已支付|已领|扣除|减去|其中|尚欠|单价|[(（]|约$|或者?$")
_DATED = re.compile(
    r"\d+(?:至|到|-|~)?(?=[\d年月日号天])|[年月日号](?:至|到|-|~)?\d+(?=[年月日号])|\d+(?:年|个月|月|日|号|天|倍|N)"
)


class MoneyError(ValueError):
    """An amount that cannot be taken as exact.

    ``reason`` is one of ``empty``, ``approximate``, ``range``, ``negative``, ``precision`` (more than
    two decimals), ``ambiguous`` (一万五元), ``too_large``, ``words``.
    """

    def __init__(self, reason: str, text: object = ""):
        super().__init__(f"{reason}: {text!r}")
        self.reason = reason
        self.text = text


def clean(text: object) -> str:
    """NFKC (full-width to half-width) without blanks and invisible characters, lower case."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(text))).lower()


def parse_fen(text: str | int | float | Decimal) -> int:
    """One exact, non-negative amount in yuan as people write it, in fen.

    ``12,000``, ``¥12,345.60``, ``1.2万``, ``四万二千元``, ``1万2``, ``3元5角``, ``壹万贰仟元整``, full width;
    a bare number is yuan. Raises ``MoneyError`` for anything that is not one exact amount.
    """
    if isinstance(text, bool) or text is None:
        raise MoneyError("words" if text is not None else "empty", text)
    if isinstance(text, float):
        return _to_fen(Decimal(format(text, ".15g")), text)
    if isinstance(text, int | Decimal):
        return _to_fen(Decimal(text), text)
    plain = clean(text)
    if not plain:
        raise MoneyError("empty", text)
    twice = re.fullmatch(r"(.+?)\((?:大写:?)?(.+)\)", plain)
    if twice and twice[2] not in ("元", "人民币"):
        return _same_amount(twice[1], twice[2], text)
    plain = plain.removesuffix("(元)")
    if re.match(r"(?:人民币|rmb|¥)*(?:[-−]|负)", plain) or re.fullmatch(rf"\({_ARABIC}\)", plain):
        raise MoneyError("negative", text)
    if _RANGE.search(plain):
        raise MoneyError("range", text)
    if _APPROXIMATE.search(plain):
        raise MoneyError("approximate", text)
    return _to_fen(_yuan_value(_PREFIX.sub("", plain), text), text)


def _same_amount(first: str, second: str, text: object) -> int:
    # 12,000元（壹万贰仟元整）: both ways of writing must agree, as a bank would ask.
    values = {parse_fen(first), parse_fen(second)}
    if len(values) > 1:
        raise MoneyError("ambiguous", text)
    return values.pop()


def _to_fen(yuan: Decimal, text: object) -> int:
    if not yuan.is_finite():
        raise MoneyError("words", text)
    if yuan < 0:
        raise MoneyError("negative", text)
    if yuan >= MAX_YUAN:
        raise MoneyError("too_large", text)
    fen = yuan * 100
    if fen != fen.to_integral_value():
        raise MoneyError("precision", text)
    return int(fen)


def _yuan_value(plain: str, text: object) -> Decimal:
    match = _WHOLE.fullmatch(plain)
    if match:
        spoken = match["unit"] is None or match["unit"].startswith("块")
        return _number(match["yuan"], text, spoken) + _jiao_fen(match["small"] or "", text)
    return _jiao_fen(plain.rstrip("整正"), text)


def _jiao_fen(small: str, text: object) -> Decimal:
    if not small:
        return Decimal(0)
    if re.fullmatch(rf"[\d{_CN_DIGITS}]", small):
        small += "角"  # 三块五
    match = _SMALL.fullmatch(small)
    if not match:
        raise MoneyError("words", text)
    jiao, fen = match["jiao"] or "0", match["fen"] or "0"
    return Decimal(_digit(jiao, text)) / 10 + Decimal(_digit(fen, text)) / 100


def _digit(sign: str, text: object) -> int:
    if sign.isdigit() and sign.isascii():
        return int(sign)
    if sign not in _DIGITS:
        raise MoneyError("words", text)
    return _DIGITS[sign]


def _number(source: str, text: object, spoken: bool) -> Decimal:
    """Digits and units, mixed as people mix them (12万3千, 一亿零三万, 1.2万).

    ``spoken``: no 元 follows, so a last lone digit counts in tenths of the unit before it (一万二).
    """
    for signs, factor in _SCALES:
        found = re.search(f"[{signs}]", source)
        if not found:
            continue
        left, right = source[: found.start()], source[found.end() :]
        head = Decimal(1) if factor == 10 and not left else _number(left, text, spoken=False)
        return head * factor + _rest(right, factor, text, spoken)
    if re.fullmatch(_ARABIC, source):
        return Decimal(source.replace(",", ""))
    return Decimal(_digit(source, text))


def _rest(source: str, factor: int, text: object, spoken: bool) -> Decimal:
    if not source:
        return Decimal(0)
    lone = re.fullmatch(rf"[\d{_CN_DIGITS}]", source)
    if lone and factor > 10:
        if not spoken:
            raise MoneyError("ambiguous", text)  # 一万五元: 15 000 or 10 005
        return Decimal(_digit(source, text)) * factor / 10
    value = _number(source[1:] if source[0] in "零〇" else source, text, spoken and source[0] not in "零〇")
    if value >= factor:
        raise MoneyError("words", text)
    return value


@dataclass(frozen=True, slots=True)
class ParsedAmounts:
    """A ledger cell that may hold several amounts.

    ``items``: (label, fen or None) in the order written; the label is "" for a bare amount, fen is
    None for a claim that is not about money. ``total_fen``: their sum, None when the cell holds no
    exact amount. ``reason``: None (exact or empty), ``not_exact`` or ``words`` (no figure at all).
    ``approx``: the cell says about/more than/a range; ``lower_fen``: its lower bound where it names
    one (3万余元). ``text``: the cell as written, trimmed.
    """

    items: tuple[tuple[str, int | None], ...]
    total_fen: int | None
    approx: bool
    text: str
    reason: str | None = None
    lower_fen: int | None = None


def parse_amounts(text: str | int | float | Decimal | None) -> ParsedAmounts:
    """Read an amounts cell. Never raises: what is not exact is kept as text, without a figure."""
    written = "" if text is None else str(text).strip()
    if text is None or clean(written) in _NOTHING:
        return ParsedAmounts((), None, False, written)
    try:
        fen = parse_fen(text)
        return ParsedAmounts((("", fen),), fen, False, written)
    except MoneyError as error:
        whole = error.reason
    items = _items(written)
    if items is not None:
        return ParsedAmounts(items, sum(fen for _, fen in items if fen is not None), False, written)
    plain = clean(written)
    approx = whole == "range" or bool(_APPROXIMATE.search(plain) or _RANGE.search(plain))
    reason = "not_exact" if approx or _HAS_FIGURE.search(plain) else "words"
    return ParsedAmounts((), None, approx, written, reason, _lower_bound(plain))


def _items(written: str) -> tuple[tuple[str, int | None], ...] | None:
    """Labelled exact amounts, or None if any part of the cell is something else."""
    flat = unicodedata.normalize("NFKC", written)
    flat = _NUMBERING.sub("", flat)
    parts = [part.strip() for part in _SEPARATOR.split(flat) if part.strip()]
    items: list[tuple[str, int | None]] = []
    total: int | None = None
    for part in parts:
        item = _item(part)
        if item is None:
            return None
        label, fen = item
        if fen is not None and _TOTAL_LABEL.fullmatch(label):
            total = fen
        else:
            items.append(item)
    amounts = [fen for _, fen in items if fen is not None]
    if total is not None and amounts and total != sum(amounts):
        return None
    if total is not None and not amounts:
        return (*items, ("", total))
    return tuple(items) if amounts else None


def _item(part: str) -> tuple[str, int | None] | None:
    if not _HAS_FIGURE.search(clean(part)):
        return part.strip(" :"), None
    if _APPROXIMATE.search(clean(part)):
        return None
    for pattern in (_LABEL_FIRST, _AMOUNT_FIRST):
        match = pattern.fullmatch(part)
        if not match:
            continue
        label = match["label"].strip(" :")
        if _SAYS_MORE.search(label) or re.search(r"\d", _DATED.sub("", label)):
            return None
        try:
            return label, parse_fen(match["amount"])
        except MoneyError:
            continue
    return None


def _lower_bound(plain: str) -> int | None:
    """3万余元 → 3 000 000 fen: one figure, nothing else, said to be exceeded."""
    if not _AT_LEAST.search(plain):
        return None
    try:
        return parse_fen(_AT_LEAST.sub("", plain))
    except MoneyError:
        return None


def yuan(fen: int) -> str:
    """12345.60 yuan as ``12,345.60``."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def capitals(fen: int) -> str:
    """The amount in capitals as receipts and agreements write it: 人民币壹万贰仟叁佰肆拾伍元陆角整.

    整 follows unless there are fen; 零 stands for skipped digits and before a lone 分.
    Raises ``MoneyError`` for negative amounts and from 万亿 up.
    """
    if fen < 0:
        raise MoneyError("negative", fen)
    whole, rest = divmod(fen, 100)
    if whole >= MAX_YUAN:
        raise MoneyError("too_large", fen)
    jiao, cents = divmod(rest, 10)
    if not fen:
        return "人民币零元整"
    text = "人民币" + (_capital_integer(whole) + "元" if whole else "")
    if jiao:
        text += _CAPITALS[jiao] + "角"
    elif cents and whole:
        text += "零"
    return text + (_CAPITALS[cents] + "分" if cents else "整")


def _capital_integer(whole: int) -> str:
    text, gap = "", False
    for factor, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group = whole // factor % 10**4
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _capital_group(group) + name
        gap = False
    return text


def _capital_group(group: int) -> str:
    text, gap = "", False
    for factor, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = group // factor % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _CAPITALS[digit] + name
        gap = False
    return text
