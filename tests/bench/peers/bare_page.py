"""The floor: a page of 50 cases straight from the driver to the socket, after looking the reader up."""

from __future__ import annotations

import os
from html import escape
from typing import Any

COLUMNS = (
    "SELECT c.number, c.title, c.state, c.track, c.waiting_for, c.received_on, c.closed_on, c.outcome, c.claimed_fen, "
    "c.agreed_fen, c.paid_fen, c.headcount, c.next_deadline_on, c.case_no, g.label, f.name, u.name FROM case_file c "
    "LEFT JOIN category g ON g.code = c.category_code LEFT JOIN company f ON f.id = c.main_company_id "
    "LEFT JOIN user_account u ON u.id = c.handler_id WHERE c.committee_id = %s "
    "ORDER BY c.received_on DESC, c.id DESC LIMIT 50"
)
READER = "SELECT id, name FROM user_account WHERE username = %s"
_connections: list[Any] = []


def _cursor() -> Any:
    if not _connections:
        if path := os.environ.get("BENCH_SQLITE"):
            import sqlite3

            _connections.append(sqlite3.connect(path, isolation_level=None))
        else:
            import psycopg

            _connections.append(psycopg.connect(os.environ["BENCH_POSTGRESQL"], autocommit=True))
    return _connections[0].cursor()


def _rows(statement: str, *values: Any) -> list[Any]:
    cursor = _cursor()
    if os.environ.get("BENCH_SQLITE"):
        statement = statement.replace("%s", "?")
    cursor.execute(statement, values)
    return cursor.fetchall()


def app(_environ: Any, start_response: Any) -> list[bytes]:
    """Answer every request with the page."""
    _rows(READER, "committee")
    rows = _rows(COLUMNS, int(os.environ["BENCH_COMMITTEE"]))
    lines = ("<tr><td>" + "</td><td>".join(escape(str(cell)) for cell in row) + "</td></tr>" for row in rows)
    body = ("<!doctype html><table>" + "".join(lines) + "</table>").encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
