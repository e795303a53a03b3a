"""What every official form declares about itself."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, cast

from mediation.deadlines.rules import RULES
from mediation.documents.facts import CaseFacts, DeadlineFacts

PROVISIONAL_DATE = "provisional_date"
MISSING = "missing"
TYPED = "typed"


class Finding(NamedTuple):
    """Why a document cannot be issued yet. `message` is Chinese, for the person at the desk; `basis` the article.

    `path` is where a missing fact stands in the facts, `key` whose it is of several (a party's key) or, for the path
    `typed`, what is to be typed.
    """

    code: str
    message: str
    basis: str = ""
    path: str = ""
    key: str = ""


class Kind(StrEnum):
    """What is typed: a line, a text of several lines, a civil date, a sum, one of several words."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    SUM = "sum"
    CHOICE = "choice"


def _no_proposal(facts: CaseFacts) -> str:
    return ""


@dataclass(frozen=True)
class Ask:
    """Something that is typed for this paper alone, because no other record of the case holds it.

    `propose` gives the value that the page shows first; a date as ISO text, a sum as fen. `why_none` says in words why it
    proposes nothing where one would expect it to.
    """

    key: str
    label: str
    kind: Kind = Kind.LINE
    is_required: bool = True
    choices: tuple[str, ...] = ()
    hint: str = ""
    propose: Callable[[CaseFacts], str] = _no_proposal
    why_none: Callable[[CaseFacts], str] = _no_proposal


class Per(StrEnum):
    """What a form is made once of: the case, a meeting held or ahead, a respondent …; `AGAIN`: as often as needed.

    `AGREEMENT`: the case, but each applicant of a collective one.
    """

    CASE = "case"
    MEETING = "meeting"
    AHEAD = "ahead"
    RESPONDENT = "respondent"
    ORGANISATION = "organisation"
    REPRESENTATIVE = "representative"
    CREDITOR = "creditor"
    AGREEMENT = "agreement"
    PAPER = "paper"
    PAYMENT = "payment"
    VISIT = "visit"
    AGAIN = "again"


# Made as often as the work goes on, so nobody wants all of them at once.
SINGLY = frozenset({Per.AGAIN, Per.PAPER})


class Sheet(StrEnum):
    """How the sheets are numbered: a form by pages of a total, a letter as GB/T 9704 does, a cover not at all."""

    FORM = "form"
    LETTER = "letter"
    COVER = "cover"


def _nothing_refused(facts: CaseFacts) -> Iterable[Finding]:
    return ()


def _any_case(facts: CaseFacts) -> bool:
    return True


@dataclass(frozen=True)
class FormSpec:
    """One form.

    `required` pairs a path into the facts with its Chinese name; `*` in a path stands for every element, named by its
    `name` in what is reported. `copies` is the wording on the number of originals. `available_in` are case states.
    `number_kind` names the sequence the paper's number is taken from, None for papers without one.
    `official_source` says where title and fields come from. `titles` overrides the title for a track, the committee's
    own title overrides both. `fits` says whether a case of such a state needs the form at all. `asks` are typed for the
    paper alone. `national` is the number of the form in the set of 司发通〔2010〕239号, 0 for none.
    """

    code: str
    title: str
    basis: str
    required: tuple[tuple[str, str], ...]
    signed_by: tuple[str, ...]
    sealed: bool
    copies: str
    available_in: frozenset[str]
    number_kind: str | None
    official_source: str
    titles: tuple[tuple[str, str], ...] = ()
    refuse: Callable[[CaseFacts], Iterable[Finding]] = _nothing_refused
    version: int = 1
    asks: tuple[Ask, ...] = ()
    fits: Callable[[CaseFacts], bool] = _any_case
    per: Per = Per.CASE
    sheet: Sheet = Sheet.FORM
    national: tuple[int, ...] = ()

    def title_for(self, facts: CaseFacts) -> str:
        return dict(facts.titles).get(self.code) or dict(self.titles).get(facts.track, self.title)

    def applies(self, facts: CaseFacts) -> bool:
        """Whether the form may be made of such a case now."""
        return facts.state in self.available_in and self.fits(facts)


def missing_facts(spec: FormSpec, facts: CaseFacts) -> list[str]:
    """The Chinese names of the required facts that are not known, in the form's order."""
    return [lack.label for lack in _lacking(spec, facts)]


class _Lack(NamedTuple):
    label: str
    path: str
    key: str


def _lacking(spec: FormSpec, facts: CaseFacts) -> Iterator[_Lack]:
    for path, label in spec.required:
        yield from _missing(facts, path.split("."), _Lack(label, path, ""))
    for ask in spec.asks:
        if ask.is_required and not facts.typed_text(ask.key):
            yield _Lack(ask.label, TYPED, ask.key)


def _missing(value: object, path: list[str], lack: _Lack) -> Iterator[_Lack]:
    if not path:
        if value is None or value == "" or value == ():
            yield lack
        return
    if value is None:
        yield lack
        return
    step, rest = path[0], path[1:]
    if step != "*":
        yield from _missing(getattr(value, step), rest, lack._replace(key=lack.key or getattr(value, "key", "")))
        return
    for number, item in enumerate(cast(Iterable[object], value), 1):
        whose = getattr(item, "name", "") or f"第{getattr(item, 'number', number)}项"
        yield from _missing(item, rest, lack._replace(label=f"{lack.label}（{whose}）"))


def findings(spec: FormSpec, facts: CaseFacts) -> list[Finding]:
    """Everything that stands between the facts and an issued document; empty when it can be issued."""
    lacking = [
        Finding(MISSING, f"缺少：{lack.label}", spec.basis, lack.path, lack.key) for lack in _lacking(spec, facts)
    ]
    return lacking + list(spec.refuse(facts))


def provisional(label: str) -> Finding:
    """A date computed without an official calendar cannot be printed in an issued document."""
    return Finding(
        PROVISIONAL_DATE, f"{label}为暂定日期，不得写入正式文书：请先录入该年度放假安排，或由经办人核定后再出具"
    )


def provisional_deadline(deadline: DeadlineFacts) -> Finding:
    """The same for a computed period: says which rule, and which year's calendar it waits for."""
    rule = RULES.get(deadline.rule)
    title = f"{rule.title}（{rule.id}）" if rule else deadline.rule
    year = deadline.last_day.year
    return Finding(
        PROVISIONAL_DATE,
        f"{title}的最后一日为暂定日期，不得写入正式文书：{year}年放假安排尚未录入，或者录入后新日期还没有确认，"
        f"请系统管理员先录入{year}年放假安排并确认日期变动",
        deadline.basis,
    )
