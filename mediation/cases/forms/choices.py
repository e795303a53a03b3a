"""What can be chosen from rows: causes, parties, companies."""

from __future__ import annotations

from flask_babel import gettext as _

from mediation.cases.models import Case
from mediation.committees.queries import categories
from mediation.parties import queries as party_queries
from mediation.parties.labels import SIDES
from mediation.parties.models import Side


def as_id(value: str | int | None) -> int | None:
    """A key out of a select; nothing chosen, or nothing that can be a key, is None."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def category_choices() -> dict[str, list[tuple[str, str]]]:
    """The causes, grouped under their main cause; a main cause without branches stands alone."""
    rows = categories()
    return {
        main.label: [(one.code, one.label) for one in rows if one.parent_code == main.code] or [(main.code, main.label)]
        for main in rows
        if main.parent_code is None
    }


def party_choices(case: Case, *sides: Side) -> list[tuple[int, str]]:
    """The parties of a case with the side they stand on; ``sides`` none: all."""
    wanted = [side.value for side in sides or Side]
    return [
        (one.id, one.name + _("（%(note)s）", note=SIDES[Side(one.side)]))
        for one in party_queries.for_case(case.id)
        if one.side in wanted
    ]
