"""Which column of somebody's ledger holds what, by the wording of its heading.

A heading is the text of one or more header cells above each other. Matching is by known wordings first and
by similarity after that; a person sees the proposal and can override it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mediation.core.money import clean
from mediation.ledger.headings import FIELDS, Field

THRESHOLD = 0.6
# Alone they say too little: under a group heading only the two together count.
_BARE = frozenset(("日期", "时间", "金额", "人数", "名称", "单位", "类型", "类别", "编号", "方式", "情况"))
# 受理日期 is the day of registration unless another column is.
_SECOND_CHOICE = {"accept_date": 0.1}
_SIDE = re.compile(r"^(?:当事人|基本|申请人?|劳动者|案件|登记|受理|双方|人员)?(?:基本)?(?:信息|情况|资料)$")
_ID_LIKE = re.compile(r"\d{17}[\dx]")
_PHONE_LIKE = re.compile(r"(?:\+?86-?)?1[3-9]\d{9}(?:\.0)?")


@dataclass(frozen=True, slots=True)
class Heading:
    """``column`` counts from 0; ``parts`` are the header cells from top to bottom, as written."""

    column: int
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The heading on one line, for people."""
        return " ".join(" ".join(part.split()) for part in self.parts if part.strip())

    @property
    def letter(self) -> str:
        return column_letter(self.column)


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """``field`` names what the column holds, ``confidence`` is 1 for a known wording and less for a similar one.

    ``scale`` multiplies bare numbers: 10000 under a heading in 万元.
    """

    field: str
    heading: Heading
    confidence: float
    scale: int = 1


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The proposal for one sheet: matched columns, headings nobody recognised, necessary fields not found."""

    matches: tuple[ColumnMatch, ...]
    unmatched: tuple[Heading, ...]
    missing: tuple[str, ...]

    def get(self, field: str) -> ColumnMatch | None:
        return next((match for match in self.matches if match.field == field), None)


def column_letter(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def match_columns(
    headings: Sequence[Heading],
    overrides: Mapping[str, str | None] | None = None,
    samples: Mapping[int, Sequence[str]] | None = None,
) -> ColumnMap:
    """Propose a field for each column.

    ``overrides``: column letter → field (None: leave the column out), as a person decided. ``samples``:
    some cells per column; they find ID numbers and phones under a heading that says nothing.
    """
    overrides = overrides or {}
    chosen: dict[int, tuple[str, float]] = {}
    fixed = {heading.column: overrides[heading.letter] for heading in headings if heading.letter in overrides}
    chosen.update({column: (field, 1.0) for column, field in fixed.items() if field})
    free = [heading for heading in headings if heading.column not in fixed]
    _assign_by_wording(free, chosen)
    if samples:
        _assign_by_content(free, samples, chosen)
    matches = tuple(
        ColumnMatch(chosen[heading.column][0], heading, chosen[heading.column][1], _scale(heading))
        for heading in headings
        if heading.column in chosen
    )
    found = {match.field for match in matches}
    unmatched = tuple(heading for heading in headings if heading.column not in chosen and heading.text)
    missing = tuple(field.name for field in FIELDS.values() if field.required and field.name not in found)
    return ColumnMap(matches, unmatched, missing)


def _assign_by_wording(headings: Sequence[Heading], chosen: dict[int, tuple[str, float]]) -> None:
    scored = [
        (score, -heading.column, name)
        for heading in headings
        for name in FIELDS
        if (score := _score_heading(name, heading) - _SECOND_CHOICE.get(name, 0.0)) >= THRESHOLD
    ]
    taken = {field for field, _ in chosen.values()}
    for score, column, name in sorted(scored, reverse=True):
        if -column not in chosen and name not in taken:
            chosen[-column] = (name, round(score, 2))
            taken.add(name)


def _assign_by_content(
    headings: Sequence[Heading], samples: Mapping[int, Sequence[str]], chosen: dict[int, tuple[str, float]]
) -> None:
    for field, pattern in (("applicants.id_no", _ID_LIKE), ("applicants.phone", _PHONE_LIKE)):
        if any(name == field for name, _ in chosen.values()):
            continue
        for heading in headings:
            if heading.column in chosen or FIELDS[field].forbidden.search(clean(heading.text)):
                continue
            cells = [clean(cell) for cell in samples.get(heading.column, ()) if clean(cell)]
            if cells and sum(bool(pattern.match(cell)) for cell in cells) * 2 > len(cells):
                chosen[heading.column] = (field, THRESHOLD)
                break


def _score_heading(name: str, heading: Heading) -> float:
    parts = [plain for part in heading.parts if (plain := plain_heading(part))]
    if not parts:
        return 0.0
    whole = "".join(parts)
    field = FIELDS[name]
    if field.forbidden.search(whole):
        return 0.0
    best = _score(name, whole)
    if len(parts) > 1:
        best = max(best, _score(name, "".join(reversed(parts))))
        if parts[-1] not in _BARE or _SIDE.match("".join(parts[:-1])):
            best = max(best, 0.95 * _score(name, parts[-1]))
    return best


@lru_cache(maxsize=4096)
def plain_heading(part: str) -> str:
    """Without blanks, remarks in brackets, numbering and colons."""
    text = clean(part)
    side = re.search(r"\(([^()]*(?:[甲乙]方|被申请|被投诉|对方)[^()]*)\)", text)
    if side:
        return side[1]
    text = re.sub(r"[(\[【（].*?[)\]】）]", "", text) or text
    return re.sub(r"^\d+[.、]|[*:：;。]", "", text)


@lru_cache(maxsize=16384)
def _score(name: str, text: str) -> float:
    field = FIELDS[name]
    if text in field.wordings:
        return 1.0 - 0.002 * field.wordings.index(text)
    if len(text) < 2 or len(text) > 20 or not field.must.search(text):
        return 0.0
    return max(_similarity(wording, text) for wording in field.wordings)


def _similarity(wording: str, text: str) -> float:
    if len(wording) >= 2 and wording in text:
        return 0.6 + 0.35 * len(wording) / len(text)
    if text in wording:
        return 0.55 + 0.35 * len(text) / len(wording)
    pairs, others = _bigrams(wording), _bigrams(text)
    if not pairs or not others:
        return 0.0
    return 0.9 * 2 * len(pairs & others) / (len(pairs) + len(others))


def _bigrams(text: str) -> set[str]:
    return {text[index : index + 2] for index in range(len(text) - 1)}


def _scale(heading: Heading) -> int:
    text = clean(heading.text)
    if "万元" in text:
        return 10_000
    return 1_000 if "千元" in text else 1


def field_label(name: str) -> str:
    """The field's usual heading."""
    field: Field = FIELDS[name]
    return field.wordings[0]
