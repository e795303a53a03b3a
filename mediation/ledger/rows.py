"""Rows of a ledger as cases-to-be, each with everything that was wrong in it."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mediation.attachments.spreadsheets import EMPTY, Cell, read_grids
from mediation.core.dates import PartialDate
from mediation.ledger import values, words
from mediation.ledger.category_words import categories_of, label_of
from mediation.ledger.columns import ColumnMap
from mediation.ledger.report import message
from mediation.ledger.sheets import RawRow, Sheet, find_sheet
from mediation.ledger.values import ERROR, WARNING, Headcount, Problem


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to look at. ``column`` is a letter (None: the whole row), ``value`` what stands there."""

    sheet: str
    row: int
    column: str | None
    code: str
    value: str | None
    message: str
    severity: str


@dataclass(frozen=True, slots=True)
class Applicant:
    """``id_number`` passed GB 11643; ``id_raw`` is what stood there when it did not."""

    name: str
    id_number: str | None = None
    phone: str | None = None
    second_phone: str | None = None
    id_raw: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """``fen`` is None for a claim that is not about money."""

    item: str
    fen: int | None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row, normalised. ``status``: ok, warning, error (goes to the correction list), duplicate.

    Dates keep the precision they were written in. ``category`` and ``more_categories`` are codes of
    ``committees.categories``. ``claim_text``/``settled_text`` hold what names no exact amount.
    ``fingerprint`` is equal for rows about the same case; it is derived from personal data, so it may
    only be stored keyed. ``extra``: (heading, text) of columns without a field, and respondents' contacts.
    """

    sheet: str
    row: int
    status: str
    duplicate_of: tuple[str, int] | None
    seq: int | str | None
    case_no: str | None
    reg_date: PartialDate | None
    channel: str | None
    source: str | None
    station: str | None
    applicant_kind: str
    applicants: tuple[Applicant, ...]
    job: str | None
    respondents: tuple[str, ...]
    relationship: str | None
    category: str | None
    more_categories: tuple[str, ...]
    facts: str | None
    headcount: int | None
    headcount_approx: bool
    headcount_lower: int | None
    hire_date: PartialDate | None
    event_date: PartialDate | None
    claims: tuple[Claim, ...]
    claim_total_fen: int | None
    claim_text: str | None
    forum: str | None
    result: str | None
    close_date: PartialDate | None
    settled_fen: int | None
    settled_text: str | None
    settled_lower_fen: int | None
    performance: str | None
    handler: str | None
    remarks: str | None
    extra: tuple[tuple[str, str], ...]
    issues: tuple[Issue, ...]
    fingerprint: str

    @property
    def received_on(self) -> date | None:
        """The day of registration, when it is known to the day."""
        return self.reg_date.first if self.reg_date and self.reg_date.precision == "day" else None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file read to the end. ``ignored``: names of sheets that are hidden or hold no ledger."""

    sheets: tuple[Sheet, ...]
    rows: tuple[LedgerRow, ...]
    ignored: tuple[str, ...]

    def count(self, status: str) -> int:
        return sum(row.status == status for row in self.rows)

    @property
    def issues(self) -> tuple[Issue, ...]:
        return tuple(issue for row in self.rows for issue in row.issues)


def read_ledger(
    data: bytes,
    filename: str,
    today: date,
    overrides: Mapping[str, Mapping[str, str | None]] | None = None,
) -> Ledger:
    """Read a ledger file; writes nothing. ``overrides``: sheet name → column letter → field or None.

    Raises ``SpreadsheetError`` for what is no table; a table without a ledger gives no sheets.
    """
    sheets, ignored = [], []
    for grid in read_grids(data, filename):
        sheet = None if grid.hidden else find_sheet(grid, (overrides or {}).get(grid.name))
        if sheet:
            sheets.append(sheet)
        elif grid.rows:
            ignored.append(grid.name)
    rows = [read_row(raw, sheet.name, sheet.columns, today) for sheet in sheets for raw in sheet.rows]
    return Ledger(tuple(sheets), tuple(mark_duplicates(rows)), tuple(ignored))


def mark_duplicates(rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """The second and later rows about the same case, over all sheets, become duplicates of the first."""
    first: dict[str, LedgerRow] = {}
    marked = []
    for row in rows:
        original = first.setdefault(row.fingerprint, row)
        if original is not row:
            text = message("DUPLICATE_ROW", "", {"row": original.row})
            issue = Issue(row.sheet, row.row, None, "DUPLICATE_ROW", None, text, WARNING)
            row = replace(
                row, status="duplicate", duplicate_of=(original.sheet, original.row), issues=(*row.issues, issue)
            )
        marked.append(row)
    return marked


def read_row(raw: RawRow, sheet: str, columns: ColumnMap, today: date) -> LedgerRow:
    """Normalise one row."""
    return _Reader(raw, sheet, columns, today).read()


class _Reader:
    """Reads the fields of one row and gathers the issues in column order."""

    def __init__(self, raw: RawRow, sheet: str, columns: ColumnMap, today: date):
        self.raw, self.sheet, self.columns, self.today = raw, sheet, columns, today
        self._matches = {match.field: match for match in columns.matches}
        self._issues: list[tuple[int, Issue]] = []

    def read(self) -> LedgerRow:
        reg_date, hire_date, event_date, close_date = self._dates()
        kind, applicants = self._applicants()
        headcount = self._headcount(applicants)
        respondents = self._respondents()
        codes = self._categories()
        claims, claim_total, claim_text = self._claims(codes[0] if codes else None)
        settled_fen, settled_text, settled_lower = self._settled()
        channel = self._label("channel")
        row = LedgerRow(
            sheet=self.sheet,
            row=self.raw.number,
            status="ok",
            duplicate_of=None,
            seq=values.read_seq(self._cell("seq")),
            case_no=self._label("case_no"),
            reg_date=reg_date,
            channel=channel,
            source=words.source_of(channel) if channel else None,
            station=self._label("station"),
            applicant_kind=kind,
            applicants=applicants,
            job=self._label("job"),
            respondents=respondents,
            relationship=self._word("relationship", words.relationship_of),
            category=codes[0] if codes else None,
            more_categories=codes[1:],
            facts=self._text("facts"),
            headcount=headcount.count,
            headcount_approx=headcount.approx,
            headcount_lower=headcount.lower,
            hire_date=hire_date,
            event_date=event_date,
            claims=claims,
            claim_total_fen=claim_total,
            claim_text=claim_text,
            forum=self._word("forum", words.forum_of),
            result=self._word("result", words.result_of),
            close_date=close_date,
            settled_fen=settled_fen,
            settled_text=settled_text,
            settled_lower_fen=settled_lower,
            performance=self._word("performance", words.performance_of),
            handler=self._label("handler"),
            remarks=self._text("remarks"),
            extra=self._extra(),
            issues=(),
            fingerprint="",
        )
        return self._finish(row)

    def _finish(self, row: LedgerRow) -> LedgerRow:
        if row.close_date and row.reg_date and row.close_date.last < row.reg_date.first:
            self._complain("close_date", [Problem("DATE_ORDER")])
        issues = tuple(issue for _column, issue in sorted(self._issues, key=lambda item: item[0]))
        severities = {issue.severity for issue in issues}
        status = "error" if ERROR in severities else "warning" if severities else "ok"
        return replace(row, status=status, issues=issues, fingerprint=fingerprint(row))

    def _cell(self, field: str) -> Cell:
        match = self._matches.get(field)
        return self.raw.cell(match.heading.column) if match else EMPTY

    def _complain(self, field: str, problems: Sequence[Problem]) -> None:
        if not problems:
            return
        match = self._matches.get(field)
        column = match.heading.column if match else -1
        value = self._cell(field).raw or None
        for problem in problems:
            text = message(problem.code, field, problem.detail)
            letter = match.heading.letter if match else None
            issue = Issue(self.sheet, self.raw.number, letter, problem.code, value, text, problem.severity)
            self._issues.append((column, issue))

    def _valued(self, field: str) -> Cell:
        """A cell read for its value: a formula there gives its stored result, and says so."""
        cell = self._cell(field)
        if cell.formula:
            self._complain(field, [Problem("FORMULA_VALUE")])
        return cell

    def _text(self, field: str) -> str | None:
        text, problems = values.read_text(self._cell(field))
        self._complain(field, problems)
        return text

    def _label(self, field: str) -> str | None:
        text, problems = values.read_label(self._cell(field))
        self._complain(field, problems)
        return text

    def _word(self, field: str, find: Callable[[str], str | None]) -> str | None:
        text = self._valued(field).text
        if words.is_nothing(text):
            return None
        word = find(text)
        if word is None and not words.is_unknown(text):
            self._complain(field, [Problem("WORD_UNKNOWN")])
        return word

    def _dates(self) -> list[PartialDate | None]:
        found = []
        for field in ("reg_date", "hire_date", "event_date", "close_date"):
            parsed, problems = values.read_date(self._valued(field), self.today, needs_day=field == "reg_date")
            self._complain(field, problems)
            found.append(parsed)
        return found

    def _applicants(self) -> tuple[str, tuple[Applicant, ...]]:
        name_text, ids_beside, phones_beside = values.split_person(self._valued("applicants.name").text)
        names = values.read_names(name_text)
        if not names:
            self._complain("applicants.name", [Problem("NAME_MISSING", ERROR)])
        id_cell, phone_cell = self._valued("applicants.id_no"), self._valued("applicants.phone")
        identities, problems = values.read_ids(id_cell if id_cell.text else Cell(ids_beside))
        self._complain("applicants.id_no", problems)
        phones, problems = values.read_phones(phone_cell if phone_cell.text else Cell(phones_beside))
        self._complain("applicants.phone", problems)
        self._count(names, identities, phones)
        second = phones[1] if len(names) == 1 and len(phones) > 1 else None
        people = []
        for index, name in enumerate(names):
            identity = identities[index] if index < len(identities) else values.Identity(None)
            phone = phones[index] if index < len(phones) else None
            people.append(Applicant(name, identity.number, phone, second, identity.raw))
        is_company = bool(names) and values.is_company(names[0]) and not any(person.id_number for person in people)
        return "company" if is_company else "person", tuple(people)

    def _count(self, names: Sequence[str], identities: Sequence[values.Identity], phones: Sequence[str | None]) -> None:
        if not names:
            return
        if len(identities) > len(names) or 1 < len(identities) < len(names):
            detail = {"names": len(names), "numbers": len(identities)}
            self._complain("applicants.id_no", [Problem("PERSON_COUNT", WARNING, detail)])
        if len(names) > 1 and (len(phones) > len(names) or 1 < len(phones) < len(names)):
            detail = {"names": len(names), "numbers": len(phones)}
            self._complain("applicants.phone", [Problem("PERSON_COUNT", WARNING, detail)])

    def _headcount(self, applicants: Sequence[Applicant]) -> Headcount:
        headcount, problems = values.read_headcount(self._valued("headcount"))
        self._complain("headcount", problems)
        named = next((many for person in applicants if (many := values.many_of(person.name))), None)
        if named is None or problems:
            return headcount
        if headcount.count is None:
            if named.approx:
                self._complain("applicants.name", [Problem("HEADCOUNT_APPROX")])
            return named
        if named.count is not None and named.count != headcount.count:
            self._complain("headcount", [Problem("HEADCOUNT_MISMATCH", WARNING, {"named": named.count})])
        return headcount

    def _respondents(self) -> tuple[str, ...]:
        names, problems = values.read_companies(self._valued("respondents").text)
        self._complain("respondents", problems)
        return names

    def _categories(self) -> tuple[str, ...]:
        text = self._valued("category").text
        codes = () if words.is_unknown(text) or words.is_nothing(text) else categories_of(text)
        if not codes:
            self._complain("category", [Problem("WORD_UNKNOWN" if text else "CATEGORY_MISSING")])
        return codes

    def _claims(self, category: str | None) -> tuple[tuple[Claim, ...], int | None, str | None]:
        match = self._matches.get("claims")
        parsed = values.read_amounts(self._valued("claims"), match.scale if match else 1)
        if parsed.reason:
            self._complain("claims", [Problem("AMOUNT_TEXT" if parsed.reason == "words" else "AMOUNT_NOT_EXACT")])
            return (), None, parsed.text
        unnamed = label_of(category) if category else ""
        return tuple(Claim(item or unnamed, fen) for item, fen in parsed.items), parsed.total_fen, None

    def _settled(self) -> tuple[int | None, str | None, int | None]:
        match = self._matches.get("settled_fen")
        parsed = values.read_amounts(self._valued("settled_fen"), match.scale if match else 1)
        if parsed.reason == "words":
            self._complain("settled_fen", [Problem("AMOUNT_TEXT")])
            return None, parsed.text, None
        if parsed.reason:
            self._complain("settled_fen", [Problem("AMOUNT_NOT_EXACT")])
            return None, parsed.text, parsed.lower_fen
        return parsed.total_fen, None, None

    def _extra(self) -> tuple[tuple[str, str], ...]:
        read = ("applicants.gender", "applicants.address", "respondents.phone", "respondents.contact", "accept_date")
        headings = [match.heading for field in read if (match := self._matches.get(field))]
        headings += self.columns.unmatched
        respondents = self._matches.get("respondents")
        if respondents and re.search(r"\d{7,}", self._cell("respondents").text):
            headings.append(respondents.heading)
        pairs = [(heading.text, self.raw.cell(heading.column).raw) for heading in headings]
        return tuple((heading, text) for heading, text in pairs if text and not words.is_nothing(text))


def fingerprint(row: LedgerRow) -> str:
    """Equal for rows about the same case: applicants, ID numbers, respondents, category, hire date, claims.

    Where a row tells too little to be sure, the day of registration must agree as well, and without an ID
    number the phone or, failing that, the facts.
    """
    identity: list[object] = [
        sorted((person.name, person.id_number or person.id_raw or "") for person in row.applicants),
        list(row.respondents),
        row.category,
        row.hire_date.iso if row.hire_date else None,
        sorted(claim.fen for claim in row.claims if claim.fen is not None),
        row.claim_text,
    ]
    phones = sorted(person.phone for person in row.applicants if person.phone)
    has_id = any(person.id_number for person in row.applicants)
    says_little = row.hire_date is None and not row.claims and not row.claim_text
    if not has_id or says_little:
        identity.append(row.reg_date.iso if row.reg_date else None)
    if not has_id:
        identity.append(phones or row.facts)
    return hashlib.sha256(json.dumps(identity, ensure_ascii=False, default=str).encode()).hexdigest()
