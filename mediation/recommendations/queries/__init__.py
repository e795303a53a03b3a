"""The only SELECTs on recommendations."""

from mediation.recommendations.queries.figures import MonthRow, effect_of, of_month
from mediation.recommendations.queries.letters import (
    Wanted,
    case_ids_of,
    committee_people,
    company_people,
    counts_for,
    entries_for,
    file_for,
    files_for,
    get_for,
    is_issued_file,
    list_for,
    of_company,
    openings_of,
    people_of,
    to_watch,
)

__all__ = [
    "MonthRow",
    "Wanted",
    "case_ids_of",
    "committee_people",
    "company_people",
    "counts_for",
    "effect_of",
    "entries_for",
    "file_for",
    "files_for",
    "get_for",
    "is_issued_file",
    "list_for",
    "of_company",
    "of_month",
    "openings_of",
    "people_of",
    "to_watch",
]
