"""What the check of an agreement says, and the text it reads."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mediation.documents.facts import CaseFacts

BLOCK, WARN = "block", "warn"
_SENTENCE_END = re.compile(r"[。；;\n]")


class Finding(NamedTuple):
    """One thing found. `severity` is BLOCK (the agreement is not issued) or WARN (a person gives the reason).

    `clause` says where (协议条款第2项, 第1期; empty for the whole paper), `message` what, in Chinese for the person at the
    desk; `article` the law it follows from, empty where none says it.
    """

    code: str
    severity: str
    clause: str
    message: str
    article: str = ""


class Clause(NamedTuple):
    """One numbered term of the agreement."""

    name: str
    text: str

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(filter(None, map(str.strip, _SENTENCE_END.split(self.text))))


def clauses(facts: CaseFacts) -> Iterator[Clause]:
    """The terms as they are numbered on the paper."""
    for number, text in enumerate(facts.agreement.terms if facts.agreement else (), 1):
        yield Clause(f"协议条款第{number}项", text)
