"""What belongs into a case file, in which order, and what is missing (law.md 4.4). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mediation.documents.forms.d29_file_sheets import ORDER

# Of the committee alone: who approved what, who was on duty (Order 33 Art 21-22 keeps them apart, adopted here).
INTERNAL = ("D28", "D30")
# The sheets that make the file itself are made with it.
OWN_SHEETS = frozenset({"D29", "PM12"})


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue. ``attachment_ids`` are its files in order; ``note`` its number or what it is.

    ``signed_ids`` are the signed originals of a paper: they stand in its place, or behind it where they are fewer sheets.
    """

    code: str
    title: str
    attachment_ids: tuple[int, ...]
    note: str = ""
    on: date | None = None
    signed_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lack:
    """A paper that a file of this kind should hold and does not. ``why`` says what makes it needed."""

    code: str
    why: str


@dataclass(frozen=True)
class Course:
    """What happened in the case, as far as it decides which papers its file needs."""

    is_accepted: bool = False
    is_refused: bool = False
    was_extended: bool = False
    sessions_held: int = 0
    outcome: str = ""  # agreed, oral, failed, withdrawn …
    payments: int = 0
    visits: int = 0
    is_collective: bool = False
    represented: bool = False
    referred: bool = False


def ordered(entries: Iterable[Entry], order: Sequence[str] = ORDER) -> list[Entry]:
    """The entries as they are filed: by the order of papers, then by day, as they came within a day."""
    return sorted(entries, key=lambda one: (_place(one.code, order), one.on or date.min))


def _place(code: str, order: Sequence[str]) -> int:
    return order.index(code) if code in order else len(order)


def missing(course: Course, there: Collection[str], signed: Collection[str]) -> list[Lack]:
    """What the file lacks. ``there``: codes of the papers in it, ``signed``: of those whose signed original is in it."""
    lacks = [Lack(codes[0], why) for codes, why in _needed(course) if not set(codes) & set(there)]
    lacks += [
        Lack(code, "签名盖章后的原件没有扫描入卷")
        for code in ("D11", "D13", "D14")
        if code in there and code not in signed
    ]
    return lacks


def _needed(course: Course) -> Iterable[tuple[tuple[str, ...], str]]:
    yield ("D01", "D02", "PM04"), "申请书、口头申请记录或者受理登记表"
    if course.is_refused:
        yield ("D06",), "不予受理应当书面告知"
    if course.is_accepted:
        yield ("D03",), "调解前告知当事人权利义务"
        yield ("D05",), "受理"
    if course.represented:
        yield ("D07",), "有委托代理人"
    if course.is_collective:
        yield ("D26",), "集体争议推举代表人"
    if course.sessions_held:
        yield ("D11",), "召开过调解会议"
    if course.was_extended:
        yield ("D12",), "延长过调解期限"
    yield from _ends(course)


def _ends(course: Course) -> Iterable[tuple[tuple[str, ...], str]]:
    if course.outcome == "agreed":
        yield ("D13",), "达成调解协议"
    if course.outcome == "oral":
        yield ("D14",), "达成口头协议"
    if course.outcome in ("failed", "terminated"):
        yield ("D15",), "调解不成应当书面告知"
    if course.outcome == "withdrawn":
        yield ("D16",), "申请人撤回申请"
    if course.referred:
        yield ("D24", "D25"), "转交其他机关"
    if course.payments:
        yield ("D21",), "有履行情况"
    if course.visits:
        yield ("D22",), "已回访"
