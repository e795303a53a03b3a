"""What every official form declares about itself."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mediation.documents.facts import CaseFacts

PROVISIONAL_DATE = "provisional_date"
MISSING = "missing"


class Finding(NamedTuple):
    """Why a document cannot be issued yet. `message` is Chinese, for the person at the desk; `basis` the article."""

    code: str
    message: str
    basis: str = ""


def _nothing_refused(facts: CaseFacts) -> Iterable[Finding]:
    return ()


@dataclass(frozen=True)
class FormSpec:
    """One form.

    `required` pairs a path into the facts with its Chinese name; `*` in a path stands for every element, named by its
    `name` in what is reported. `copies` is the wording on the number of originals. `available_in` are case states.
    `number_kind` names the sequence the paper's number is taken from, None for papers without one.
    `official_source` says where title and fields come from. `titles` overrides the title for a track.
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

    def title_for(self, facts: CaseFacts) -> str:
        return dict(self.titles).get(facts.track, self.title)


def missing_facts(spec: FormSpec, facts: CaseFacts) -> list[str]:
    """The Chinese names of the required facts that are not known, in the form's order."""
    return [name for path, label in spec.required for name in _missing(facts, path.split("."), label)]


def _missing(value: object, path: list[str], label: str) -> Iterator[str]:
    if not path:
        if value is None or value == "" or value == ():
            yield label
        return
    if value is None:
        yield label
        return
    step, rest = path[0], path[1:]
    if step != "*":
        yield from _missing(getattr(value, step), rest, label)
        return
    for number, item in enumerate(value, 1):  # type: ignore[call-overload]
        whose = getattr(item, "name", "") or f"第{getattr(item, 'number', number)}项"
        yield from _missing(item, rest, f"{label}（{whose}）")


def findings(spec: FormSpec, facts: CaseFacts) -> list[Finding]:
    """Everything that stands between the facts and an issued document; empty when it can be issued."""
    lacking = [Finding(MISSING, f"缺少：{name}", spec.basis) for name in missing_facts(spec, facts)]
    return lacking + list(spec.refuse(facts))


def provisional(label: str) -> Finding:
    """A date computed without an official calendar cannot be printed in an issued document."""
    return Finding(
        PROVISIONAL_DATE, f"{label}为暂定日期，不得写入正式文书：请先录入该年度放假安排，或由经办人核定后再出具"
    )
