"""What keeps the sums of months true by itself: changed months are made anew, and once a day all are compared."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.notices import tell_administrators
from mediation.committees.models import Committee
from mediation.core.db import db, reading, transaction
from mediation.core.i18n import listed
from mediation.statistics import months


def make_changed(stop: Callable[[], bool] = lambda: False) -> int:
    """Make the months of every committee whose sums are missing or no longer hold.

    Returns how many. ``stop`` is asked before each.
    """
    made = 0
    for committee_id in _committees():
        for key in months.wanted(committee_id):
            if stop():
                return made
            made += make(committee_id, key)
    return made


def make(committee_id: int, key: str) -> bool:
    """Make the sums of a month anew, counted while others write. False where its cases changed meanwhile: then it is
    still wanted, and its figures are counted from the cases until somebody makes it."""
    with transaction():
        maker = months.take(committee_id, key)
    spans = months.spans_of(key)
    with reading():
        found = months.count(committee_id, spans)
    with transaction():
        return months.keep(committee_id, key, maker, spans, found)


def check_months(_run_key: str) -> str:
    """Compare the sums of every month with the cases, and make those anew that differ. Administrators are told of them.

    A month that was changed since it was made is no error: it is made anew, too.
    """
    made, compared, wrong = make_changed(), 0, 0
    for committee_id in _committees():
        differ = []
        for key in months.made(committee_id):
            compared += 1
            with reading():
                is_whole = not months.differences(committee_id, key)
            if not is_whole and _mended(committee_id, key):
                differ.append(key)
        if differ:
            with transaction():
                _tell_administrators(committee_id, differ)
        wrong += len(differ)
    return f"{made} made, {compared} compared, {wrong} differed"


def _mended(committee_id: int, key: str) -> bool:
    """Make a month anew whose sums seem wrong. Whether they were, and nothing explains it.

    The note of a change does: then they were known not to hold. So does a change meanwhile.
    """
    spans = months.made_of(committee_id, key)
    with transaction():
        is_explained = months.is_noted(committee_id, key)
        maker = months.take(committee_id, key)
    with reading():
        found = months.count(committee_id, spans)
        is_wrong = bool(months.differences(committee_id, key, found))
    with transaction():
        is_kept = months.keep(committee_id, key, maker, spans, found)
    return is_wrong and is_kept and not is_explained


def _committees() -> list[int]:
    found = list(db.session.scalars(select(Committee.id).order_by(Committee.id)))
    db.session.rollback()
    return found


def _tell_administrators(committee_id: int, keys: list[str]) -> None:
    tell_administrators(
        committee_id,
        kind="figures_differ",
        key="figures:{day}:differ",
        say=lambda: (
            _("统计汇总与案件不一致，已重新汇总"),
            _("涉及月份：%(months)s。数字已按案件重新计算。", months=listed(keys)),
        ),
    )
