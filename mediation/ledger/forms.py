"""The upload, and what each column of an uploaded ledger holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from mediation.core.web.forms import Form
from mediation.ledger.columns import ColumnMatch, Heading
from mediation.ledger.headings import FIELDS
from mediation.ledger.labels import FIELDS as LABELS
from mediation.ledger.sheets import Sheet

CERTAIN = 0.95
_SAMPLES = 2
_PERSONAL = frozenset(("applicants.id_no", "applicants.phone", "respondents.phone"))
_LONG_NUMBER = re.compile(r"\d{9,}[\dXx]?")
_WAS = "was:"
_ALWAYS = "?"  # what the reader proposed is not known any more: the choice stands in any case


class UploadForm(Form):
    """A ledger file."""

    file = FileField(_l("台账文件"), [FileRequired(_l("请选择文件"))])


@dataclass(frozen=True)
class ColumnChoice:
    """One column on the page. ``name`` is its form field, ``chosen`` the field it holds (empty: none)."""

    name: str
    heading: Heading
    chosen: str
    proposed: str
    confidence: float | None
    samples: tuple[str, ...]
    error: str | None

    @property
    def is_by_hand(self) -> bool:
        """Whether a person decided."""
        return self.chosen != self.proposed

    @property
    def id(self) -> str:
        """The element's id."""
        return f"column-{self.name}".replace(":", "-").replace(" ", "-")


@dataclass(frozen=True)
class SheetChoices:
    """The columns of a sheet as the page shows them, and what is wrong with the choice as a whole."""

    sheet: Sheet
    columns: tuple[ColumnChoice, ...]
    missing: tuple[str, ...]

    @property
    def is_usable(self) -> bool:
        """Whether rows can be read with this choice."""
        return not self.missing and not any(column.error for column in self.columns)

    @property
    def is_certain(self) -> bool:
        """Whether every column was recognised beyond doubt: then nobody has to look."""
        return self.is_usable and all((column.confidence or 0) > CERTAIN for column in self.columns)


def overrides_from(args: Mapping[str, str]) -> dict[str, dict[str, str | None]]:
    """Sheet → column letter → field, where a person chose something else than the reader; anything else is ignored.

    An argument is ``sheet:letter``; beside it ``was:sheet:letter`` tells what the reader had proposed.
    """
    found: dict[str, dict[str, str | None]] = {}
    for name, value in args.items():
        sheet, colon, letter = name.rpartition(":")
        if not colon or name.startswith(_WAS) or not (letter.isascii() and letter.isalpha()):
            continue
        if (value and value not in FIELDS) or args.get(_WAS + name, _ALWAYS) == value:
            continue
        found.setdefault(sheet, {})[letter] = value or None
    return found


def as_args(overrides: Mapping[str, Mapping[str, str | None]]) -> dict[str, str]:
    """The same as arguments of an address."""
    return {
        f"{sheet}:{letter}": field or "" for sheet, columns in overrides.items() for letter, field in columns.items()
    }


def choices(sheets: Sequence[Sheet], args: Mapping[str, str]) -> list[SheetChoices]:
    """What to show for each sheet."""
    overrides = overrides_from(args)
    return [_sheet_choices(sheet, overrides.get(sheet.name, {}), args) for sheet in sheets]


def _sheet_choices(sheet: Sheet, overrides: Mapping[str, str | None], args: Mapping[str, str]) -> SheetChoices:
    taken: set[str] = set()
    matches = {match.heading.column: match for match in sheet.columns.matches}
    headings = [match.heading for match in sheet.columns.matches] + list(sheet.columns.unmatched)
    # A column that was left out on purpose is in neither list unless it has a heading.
    columns = []
    for heading in sorted(headings, key=lambda one: one.column):
        match = matches.get(heading.column)
        columns.append(_column_choice(sheet, heading, match, overrides, args, taken))
        if match:
            taken.add(match.field)
    missing = tuple(str(LABELS[name]) for name in sheet.columns.missing)
    return SheetChoices(sheet, tuple(columns), missing)


def _column_choice(
    sheet: Sheet,
    heading: Heading,
    match: ColumnMatch | None,
    overrides: Mapping[str, str | None],
    args: Mapping[str, str],
    taken: set[str],
) -> ColumnChoice:
    name = f"{sheet.name}:{heading.letter}"
    chosen = match.field if match else ""
    by_hand = heading.letter in overrides
    error = _("这一项已经选给了前面的列") if chosen and chosen in taken else None
    texts = dict.fromkeys(_sample(row.cell(heading.column).raw, chosen) for row in sheet.rows[:50])
    return ColumnChoice(
        name=name,
        heading=heading,
        chosen=chosen,
        proposed=args.get(_WAS + name, _ALWAYS) if by_hand else chosen,
        confidence=match.confidence if match and not by_hand else None,
        samples=tuple([text for text in texts if text][:_SAMPLES]),
        error=error,
    )


def _sample(text: str, field: str) -> str:
    """A cell as an example; of numbers that belong to a person only the first digits."""
    if field in _PERSONAL:
        return text[:3] + "*" * (len(text) - 3)
    return _LONG_NUMBER.sub(lambda number: number[0][:3] + "*" * (len(number[0]) - 3), text)
