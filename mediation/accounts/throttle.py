"""Growing delays for failed log-ins, by what is tried and by address, in the database: all processes count together.

A try is counted *before* the password is looked at, so that a hundred at once do not all get through.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from mediation.accounts.models import LoginThrottle
from mediation.core import clock
from mediation.core.crypto import blind
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError

FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
# Failures without delay. A whole station shares one address, so an address gets more. "code" is the second step of an
# account, counted apart: whoever knows the password must not clear the count of wrong codes with it.
FREE = {"user": 5, "code": 5, "invitation": 5, "address": 20}


class TooManyTries(DomainError):
    """No try is taken now; ``seconds`` says how long."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, int(wait.total_seconds() + 0.999))
        super().__init__(_("尝试次数过多，请 %(seconds)s 秒后再试", seconds=self.seconds))


def key(kind: str, value: str) -> str:
    """The key of what is tried (a kind of ``FREE`` and its value): nobody can read from the table who tried."""
    digest = blind(f"login.{kind}", value)
    return f"{kind}:{digest.hex() if digest else ''}"


def delay(kind: str, failures: int) -> timedelta | None:
    """How long after this many failures no further try is taken; None within the free ones."""
    beyond = failures - FREE[kind]
    if beyond < 0:
        return None
    # The exponent is bounded: 2**beyond of a stubborn robot would not fit into a timedelta.
    return min(FIRST_DELAY * 2 ** min(beyond, 10), LONGEST_DELAY)


def begin(keys: Iterable[str]) -> timedelta:
    """Count a try in a transaction of its own. Returns zero, or how long to wait (then nothing was counted)."""
    now = clock.now()
    with transaction():
        rows = [_locked(one, now) for one in sorted(keys)]  # sorted: two tries must not lock crosswise
        wait = max((row.blocked_until - now for row in rows if row.blocked_until), default=timedelta(0))
        if wait > timedelta(0):
            return wait
        for row in rows:
            if now - row.last_at > FORGOTTEN_AFTER:
                row.failures = 0
            _count(row, row.failures + 1, now)
        return timedelta(0)


def take(keys: Iterable[str]) -> None:
    """Count a try as :func:`begin` does. Raises TooManyTries when none is taken now."""
    wait = begin(keys)
    if wait:
        raise TooManyTries(wait)


def succeeded(keys: Iterable[str]) -> None:
    """The try was good: forget its own failures and take this one off the address's. Call in a transaction.

    The address keeps its other failures, else an attacker would clear them with an account of their own.
    """
    now = clock.now()
    for row in [_locked(one, now) for one in sorted(keys)]:
        if row.key.startswith("address:"):
            _count(row, max(row.failures - 1, 0), now)
        else:
            db.session.delete(row)
    db.session.flush()
    db.session.execute(delete(LoginThrottle).where(LoginThrottle.last_at < now - 24 * FORGOTTEN_AFTER))


def _count(row: LoginThrottle, failures: int, now: datetime) -> None:
    pause = delay(row.key.partition(":")[0], failures)
    row.failures, row.last_at, row.blocked_until = failures, now, now + pause if pause else None


def _locked(one: str, now: datetime) -> LoginThrottle:
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Updated to itself and not left alone: so it is ours at once, and nobody who succeeds can take it away before we read it.
    db.session.execute(
        insert(LoginThrottle)
        .values(key=one, failures=0, last_at=now)
        .on_conflict_do_update(index_elements=["key"], set_={"failures": LoginThrottle.failures})
    )
    statement = select(LoginThrottle).where(LoginThrottle.key == one).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()
