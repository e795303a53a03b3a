"""From a row of a ledger to a case as ``cases`` takes it, and what stands in the way of that."""

from __future__ import annotations

import re
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.cases.service.importing import ImportedCase, ImportedParty
from mediation.cases.service.opening import ClaimIn
from mediation.core.crypto import blind
from mediation.ledger.category_words import label_of
from mediation.ledger.columns import ColumnMap
from mediation.ledger.rows import Issue, LedgerRow
from mediation.ledger.values import ERROR, is_company

LONGEST_NAME = 120
_SOURCES = {"party": "walk_in"}
_BY_PHONE = re.compile(r"电话|来电|致电")
_ONLINE = re.compile(r"线上|网上|网络|小程序|扫码|微信|公众号|平台提交")
# Whole texts and formulas are kept where they stand; a note about them would say them twice.
_NOT_NOTED = frozenset({"FORMULA_CELL", "FORMULA_LIKE_TEXT", "FORMULA_VALUE", "DUPLICATE_ROW"})


def import_key(row: LedgerRow) -> str:
    """The keyed fingerprint of a row (hexadecimal): what it is made of cannot be tried out without the key."""
    digest = blind("ledger.row", row.fingerprint)
    assert digest is not None
    return digest.hex()


def obstacles(row: LedgerRow, columns: ColumnMap, today: date) -> tuple[Issue, ...]:
    """What the tables cannot take although it could be read: a case from the future, names without end."""
    found = []
    if row.received_on is not None and row.received_on > today:
        text = _("登记日期晚于今天，须人工补录")
        found.append(_error(row, columns, "reg_date", "DATE_FUTURE", row.received_on.isoformat(), text))
    text = _("名称超过 %(count)s 个字，请拆开填写", count=LONGEST_NAME)
    for field, names in (
        ("applicants.name", [person.name for person in row.applicants]),
        ("respondents", row.respondents),
    ):
        long = next((name for name in names if len(name) > LONGEST_NAME), None)
        if long:
            found.append(_error(row, columns, field, "NAME_TOO_LONG", long[:40] + "…", text))
    return tuple(found)


def _error(row: LedgerRow, columns: ColumnMap, field: str, code: str, value: str, message: str) -> Issue:
    match = columns.get(field)
    return Issue(row.sheet, row.row, match.heading.letter if match else None, code, value, message, ERROR)


def as_case(row: LedgerRow) -> ImportedCase:
    """The row in plain values. Raises ValueError for a row without a day of registration."""
    if row.received_on is None:
        raise ValueError(f"row {row.row} has no day of registration")
    return ImportedCase(
        key=import_key(row),
        received_on=row.received_on,
        applicants=tuple(
            ImportedParty(
                person.name,
                is_organisation=is_company(person.name) and not person.id_number,
                id_number=person.id_number,
                phone=person.phone,
                second_phone=person.second_phone,
            )
            for person in row.applicants
        ),
        respondents=tuple(ImportedParty(name, is_organisation=is_company(name)) for name in row.respondents),
        category_code=row.category or "other",
        secondary_categories=row.more_categories,
        relationship=row.relationship or "undetermined",
        claims=_claims(row),
        headcount=row.headcount,
        at_least=row.headcount_lower,
        facts=row.facts,
        job=row.job,
        source=_source(row),
        station=row.station,
        handler=row.handler,
        employed_from=row.hire_date.iso if row.hire_date else None,
        event_on=row.event_date.iso if row.event_date else None,
        forum=row.forum,
        result=row.result,
        closed=row.close_date,
        settled_fen=row.settled_fen,
        performance=row.performance,
        old_number=row.case_no,
        note=_note(row),
    )


def _claims(row: LedgerRow) -> tuple[ClaimIn, ...]:
    item = label_of(row.category) if row.category else _("请求")
    if row.claim_text:
        return (ClaimIn(item=item, amount_text=row.claim_text, category_code=row.category),)
    return tuple(
        ClaimIn(item=claim.item or item, amount_fen=claim.fen, category_code=row.category) for claim in row.claims
    )


def _source(row: LedgerRow) -> str:
    channel = row.channel or ""
    if row.source in (None, "party"):
        if _BY_PHONE.search(channel):
            return "phone"
        if _ONLINE.search(channel):
            return "online"
    return _SOURCES.get(row.source or "", row.source or "walk_in")


def _note(row: LedgerRow) -> str | None:
    """What the ledger says beyond the columns of a case, word for word."""
    lines = [f"{label}：{text}" for label, text in _told(row) if text]
    lines += [f"{heading}：{text}" for heading, text in row.extra]
    lines += [
        _("%(column)s列“%(value)s”：%(message)s", column=issue.column, value=issue.value, message=issue.message)
        for issue in row.issues
        if issue.column and issue.value and issue.code not in _NOT_NOTED
    ]
    if not lines:
        return None
    title = _("台账“%(sheet)s”第%(row)s行", sheet=row.sheet, row=row.row)
    return "\n".join([title, *lines])


def _told(row: LedgerRow) -> list[tuple[object, str | None]]:
    """(label, text); the labels are only put into words where there is a text."""
    closed = row.close_date
    return [
        (_l("来源渠道"), row.channel if row.source is None else None),
        (_l("原登记号"), row.case_no),
        (_l("受理站点"), row.station),
        (_l("协议或裁决金额（原文）"), row.settled_text),
        (_l("结案日期（原文）"), closed.iso if closed and closed.precision != "day" else None),
        (_l("岗位"), row.job if row.job and len(row.job) > 60 else None),
        (_l("承办人"), row.handler if row.handler and len(row.handler) > 60 else None),
        (_l("备注"), row.remarks),
    ]
