"""Change the committee's data and the causes of dispute."""

from __future__ import annotations

from mediation.committees.categories import CATEGORIES
from mediation.committees.models import Category
from mediation.core.db import db

# Room between two causes, for branches added later.
STEP = 10


def seed_categories() -> int:
    """Add the causes of law.md 5.3 that are missing; what somebody changed stays. Returns how many were added."""
    there = set(db.session.scalars(db.select(Category.code)))
    missing = [
        Category(
            code=seed.code,
            parent_code=seed.parent,
            label=seed.label,
            yearbook_cause=seed.yearbook_cause,
            pm_type=seed.pm_type,
            sort=place * STEP,
            is_active=True,
        )
        for place, seed in enumerate(CATEGORIES, 1)
        if seed.code not in there
    ]
    # Main causes first: their branches refer to them.
    for level in (True, False):
        db.session.add_all(row for row in missing if (row.parent_code is None) is level)
        db.session.flush()
    return len(missing)
