"""The one clock. Nobody else asks the system for time (an architecture test sees to it)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC.

    ``MEDIATION_NOW`` (an ISO instant) stands still for demonstrations and browser tests; production leaves it unset.
    """
    frozen = _frozen.get()
    if frozen is not None:
        return frozen
    fixed = os.environ.get("MEDIATION_NOW")
    if fixed:
        return as_utc(datetime.fromisoformat(fixed))
    return datetime.now(UTC)


def today() -> date:
    """The civil date in Shanghai."""
    return civil_date(now())


def civil_date(instant: datetime) -> date:
    """The Shanghai date of an aware instant. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(SHANGHAI).date()


def as_utc(instant: datetime) -> datetime:
    """The instant in UTC; a naive one is read as Shanghai wall time."""
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=SHANGHAI)
    return instant.astimezone(UTC)


@contextmanager
def frozen_at(instant: datetime) -> Iterator[None]:
    """Stop the clock at an instant: for jobs made up for a missed day, demo data and tests."""
    token = _frozen.set(as_utc(instant))
    try:
        yield
    finally:
        _frozen.reset(token)
