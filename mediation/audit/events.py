"""Every event that is recorded, with the fields it must carry. An unknown, extra or missing field raises."""

from __future__ import annotations

from enum import StrEnum


class AuditEvent(StrEnum):
    """What happened. The value is stored; the fields are declared in ``FIELDS``."""

    LOGIN_SUCCEEDED = "login_succeeded"
    LOGIN_FAILED = "login_failed"
    LOGIN_FIRST_STEP = "login_first_step"
    LOGOUT = "logout"
    PASSWORD_CHANGED = "password_changed"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODE_USED = "recovery_code_used"
    INVITATION_USED = "invitation_used"
    ACCESS_GIVEN = "access_given"
    ACCESS_TAKEN = "access_taken"
    ROLES_CHANGED = "roles_changed"
    RECORD_CREATED = "record_created"
    RECORD_CHANGED = "record_changed"
    RECORDS_MERGED = "records_merged"
    MERGE_UNDONE = "merge_undone"
    CASE_EVENT = "case_event"
    CASE_VIEWED = "case_viewed"
    FIELD_REVEALED = "field_revealed"
    FILE_STORED = "file_stored"
    FILE_OPENED = "file_opened"
    LIST_EXPORTED = "list_exported"
    DOCUMENT_MADE = "document_made"
    DOCUMENT_ISSUED = "document_issued"
    DOCUMENT_VOIDED = "document_voided"
    DOCUMENT_SEALED = "document_sealed"
    CASE_FILE_MADE = "case_file_made"
    LEDGER_IMPORTED = "ledger_imported"
    REPORT_MADE = "report_made"
    REPORT_OPENED = "report_opened"
    NOTE_OPENED = "note_opened"
    RECOMMENDATION_STEP = "recommendation_step"
    RECOMMENDATION_OPENED = "recommendation_opened"
    JOB_RUN = "job_run"
    FEED_READ = "feed_read"
    SIGNAL_SET_ASIDE = "signal_set_aside"
    DENIED = "denied"


FIELDS: dict[AuditEvent, frozenset[str]] = {
    AuditEvent.LOGIN_SUCCEEDED: frozenset(),
    AuditEvent.LOGIN_FAILED: frozenset({"reason"}),
    AuditEvent.LOGIN_FIRST_STEP: frozenset(),  # the password was right, the code is still to come
    AuditEvent.LOGOUT: frozenset(),
    AuditEvent.PASSWORD_CHANGED: frozenset({"by_other"}),
    AuditEvent.SECOND_FACTOR_ON: frozenset(),
    AuditEvent.SECOND_FACTOR_OFF: frozenset({"by_other"}),
    AuditEvent.RECOVERY_CODE_USED: frozenset({"left"}),
    AuditEvent.INVITATION_USED: frozenset({"account"}),
    AuditEvent.ACCESS_GIVEN: frozenset({"account"}),  # at the company whose HR the account has become
    AuditEvent.ACCESS_TAKEN: frozenset({"account"}),
    AuditEvent.ROLES_CHANGED: frozenset({"added", "removed"}),
    AuditEvent.RECORD_CREATED: frozenset(),
    AuditEvent.RECORD_CHANGED: frozenset({"changed"}),  # names of the columns, not their values
    AuditEvent.RECORDS_MERGED: frozenset({"into_id"}),
    AuditEvent.MERGE_UNDONE: frozenset({"into_id"}),
    AuditEvent.CASE_EVENT: frozenset({"case_event", "from_state", "to_state", "event_id"}),
    AuditEvent.CASE_VIEWED: frozenset(),
    AuditEvent.FIELD_REVEALED: frozenset({"field", "reason"}),
    AuditEvent.FILE_STORED: frozenset({"sha256", "size"}),
    AuditEvent.FILE_OPENED: frozenset({"sha256"}),
    AuditEvent.LIST_EXPORTED: frozenset({"list", "rows", "format", "filters"}),
    AuditEvent.DOCUMENT_MADE: frozenset({"code"}),
    AuditEvent.DOCUMENT_ISSUED: frozenset({"code", "number", "sha256"}),
    AuditEvent.DOCUMENT_VOIDED: frozenset({"code", "number"}),
    AuditEvent.DOCUMENT_SEALED: frozenset({"code", "number", "sha256"}),
    AuditEvent.CASE_FILE_MADE: frozenset({"part", "pages", "sha256"}),
    AuditEvent.LEDGER_IMPORTED: frozenset({"sha256", "rows", "imported", "duplicates"}),
    AuditEvent.REPORT_MADE: frozenset({"month", "version", "sha256"}),
    AuditEvent.REPORT_OPENED: frozenset({"month", "version"}),
    AuditEvent.NOTE_OPENED: frozenset(),
    AuditEvent.RECOMMENDATION_STEP: frozenset({"step", "from_state", "to_state"}),
    AuditEvent.RECOMMENDATION_OPENED: frozenset(),  # by the company it was served on
    AuditEvent.JOB_RUN: frozenset({"job", "run_key", "outcome"}),
    AuditEvent.FEED_READ: frozenset({"entries"}),  # how many events the calendar program was given
    AuditEvent.SIGNAL_SET_ASIDE: frozenset({"kind"}),
    AuditEvent.DENIED: frozenset({"endpoint"}),
}
