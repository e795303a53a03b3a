"""Look at a ledger, then import it: valid rows as cases in the caller's one transaction, the rest reported."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.attachments.spreadsheets import SpreadsheetError
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import queries as cases
from mediation.cases.service.importing import import_cases
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.i18n import listed
from mediation.core.permissions import P, check
from mediation.ledger import files, queries
from mediation.ledger.conversion import as_case, import_key, obstacles
from mediation.ledger.headings import FIELDS
from mediation.ledger.models import LedgerImport
from mediation.ledger.report import mask
from mediation.ledger.rows import Issue, Ledger, LedgerRow, read_ledger
from mediation.ledger.values import ERROR

Overrides = Mapping[str, Mapping[str, str | None]]

NEW, KNOWN, REPEATED, FAULTY = "new", "known", "repeated", "faulty"


@dataclass(frozen=True)
class Judged:
    """A row with what an import makes of it: new (a case), known (a case already), repeated (in this file), faulty."""

    row: LedgerRow
    fate: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Preview:
    """A file as an import would take it. Nothing was written for it."""

    filename: str
    ledger: Ledger
    rows: tuple[Judged, ...]

    def count(self, fate: str) -> int:
        """How many rows have a fate."""
        return sum(one.fate == fate for one in self.rows)

    def of(self, fate: str) -> list[Judged]:
        """The rows with a fate."""
        return [one for one in self.rows if one.fate == fate]

    @property
    def duplicates(self) -> int:
        """Rows about a case that is there already, or stands further up in the file."""
        return self.count(KNOWN) + self.count(REPEATED)

    @property
    def errors(self) -> tuple[Issue, ...]:
        """Why rows cannot be imported."""
        return self._issues(is_error=True)

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """What was imported all the same and should be looked at."""
        return self._issues(is_error=False)

    def _issues(self, *, is_error: bool) -> tuple[Issue, ...]:
        return tuple(issue for one in self.rows for issue in one.issues if (issue.severity == ERROR) == is_error)


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or with a dry run would do. Counts are rows of the file; issues hold values as written."""

    rows: int
    imported: int
    duplicates: int
    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    import_id: int | None = None


def preview(actor: Actor, *, data: bytes, filename: str, overrides: Overrides | None = None) -> Preview:
    """Read a file and compare it with the cases there are; writes nothing. Needs ledger:import.

    Raises SpreadsheetError (field ``file``) for what is no spreadsheet or holds no ledger.
    """
    check(actor, P.LEDGER_IMPORT)
    try:
        ledger = read_ledger(data, filename, clock.today(), overrides)
    except SpreadsheetError as error:
        raise SpreadsheetError(error.message, field="file") from error
    if not ledger.sheets:
        needed = listed(field.wordings[0] for field in FIELDS.values() if field.required)
        raise SpreadsheetError(
            _("没有找到台账：表头中应有“%(needed)s”等列，每件案件占一行。", needed=needed), field="file"
        )
    return Preview(filename, ledger, tuple(_judge(actor, ledger)))


def _judge(actor: Actor, ledger: Ledger) -> Iterable[Judged]:
    keys = [import_key(row) for row in ledger.rows]
    stored = cases.existing_import_keys(actor.committee_id or 0, keys)
    columns = {sheet.name: sheet.columns for sheet in ledger.sheets}
    taken: set[str] = set()
    today = clock.today()
    for row, key in zip(ledger.rows, keys, strict=True):
        blocked = obstacles(row, columns[row.sheet], today)
        places = {(issue.code, issue.column) for issue in blocked}
        issues = (*(issue for issue in row.issues if (issue.code, issue.column) not in places), *blocked)
        if key in stored:
            yield Judged(row, KNOWN, ())
        elif key in taken:
            yield Judged(row, REPEATED, issues)
        elif any(issue.severity == ERROR for issue in issues):
            yield Judged(row, FAULTY, issues)
        else:
            # The first of two rows may have been faulty: then the second one is the case.
            taken.add(key)
            yield Judged(row, NEW, tuple(issue for issue in issues if issue.code != "DUPLICATE_ROW"))


def import_ledger(
    actor: Actor,
    *,
    data: bytes,
    filename: str,
    overrides: Overrides | None = None,
    dry_run: bool = False,
    storage_name: str | None = None,
) -> ImportResult:
    """Import a file in the caller's transaction; with ``dry_run`` only say what would happen. Needs ledger:import.

    Rows with errors are reported and left out; rows that are cases already, from whatever file, create nothing.
    Rows with warnings are imported. ``storage_name``: the file is sealed under this name already (an upload).
    Raises SpreadsheetError.
    """
    check(actor, P.LEDGER_IMPORT)
    if not dry_run:
        # Two imports at once must not both find a row missing: the second waits here (on SQLite it waited before).
        db.session.execute(select(Committee.id).where(Committee.id == actor.committee_id).with_for_update())
    seen = preview(actor, data=data, filename=filename, overrides=overrides)
    new = seen.of(NEW)
    import_id = None
    if not dry_run:
        import_cases(actor, rows=[as_case(one.row) for one in new])
        import_id = _note_import(actor, seen, data, storage_name).id
    return ImportResult(len(seen.rows), len(new), seen.duplicates, seen.errors, seen.warnings, import_id)


def _note_import(actor: Actor, seen: Preview, data: bytes, storage_name: str | None) -> LedgerImport:
    digest = hashlib.sha256(data).hexdigest()
    if queries.file_of(actor.committee_id or 0, digest) is None:
        files.keep(actor, data=data, filename=seen.filename, storage_name=storage_name)
    row = LedgerImport(
        committee_id=actor.committee_id,
        filename=files.clean_name(seen.filename, default="ledger"),
        sha256=digest,
        mapping=mapping_of(seen.ledger),
        row_count=len(seen.rows),
        imported_count=seen.count(NEW),
        duplicate_count=seen.duplicates,
        errors=[masked(issue) for issue in (*seen.errors, *seen.warnings)],
        imported_by=actor.user_id,
        imported_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        AuditEvent.LEDGER_IMPORTED,
        subject=("ledger_import", row.id),
        sha256=digest,
        rows=row.row_count,
        imported=row.imported_count,
        duplicates=row.duplicate_count,
    )
    return row


def mapping_of(ledger: Ledger) -> dict[str, dict[str, str | None]]:
    """Sheet → column letter → field (None: left out), as it was read; usable as ``overrides``."""
    return {
        sheet.name: {
            **{match.heading.letter: match.field for match in sheet.columns.matches},
            **{heading.letter: None for heading in sheet.columns.unmatched},
        }
        for sheet in ledger.sheets
    }


def shown_value(issue: Issue) -> str:
    """A complained-about value without personal numbers, for pages and for keeping."""
    value = issue.value or ""
    if issue.code.startswith(("ID_", "PHONE_", "PERSON_")):
        # Blanks and dashes inside a number must not save it from the mask.
        return re.sub(r"\d(?=(?:\D{0,2}\d){2})", "*", value) if len(re.sub(r"\D", "", value)) > 5 else value
    return mask(value)


def masked(issue: Issue) -> dict[str, Any]:
    """An issue for pages and for keeping: plain values, personal numbers masked."""
    return {
        "sheet": issue.sheet,
        "row": issue.row,
        "column": issue.column,
        "code": issue.code,
        "value": shown_value(issue)[:200] or None,
        "message": issue.message,
        "severity": issue.severity,
    }
