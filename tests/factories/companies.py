"""Companies as the service makes them, credit codes that pass their check, declared clients."""

from __future__ import annotations

from datetime import date
from itertools import count

from mediation.companies import service
from mediation.companies.models import Company, FirmClient
from mediation.core.actor import Actor

_PLACES = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_numbers = count(1)


def credit_code(number: int | None = None) -> str:
    """A credit code of an invented company in Qingpu with the right check character (GB 32100)."""
    body = f"91310118MA{next(_numbers) if number is None else number:07d}"
    total = sum(_PLACES.index(mark) * weight for mark, weight in zip(body, _WEIGHTS, strict=True))
    return body + _PLACES[(31 - total % 31) % 31]


def create_company(actor: Actor, name: str | None = None, **details) -> Company:
    """A company through the service, which needs an actor of the committee."""
    return service.create_company(actor, name=name or f"示例快运{next(_numbers)}有限公司", **details)


def declare_client(
    actor: Actor, office_id: int, company: Company, *, from_on=date(2026, 1, 1), to_on=None
) -> FirmClient:
    """A law firm's client since the first of January."""
    return service.declare_client(actor, office_id=office_id, company=company, from_on=from_on, to_on=to_on)
