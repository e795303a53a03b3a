"""What keeps the sums of months true by itself: changed months are made anew, and once a day all are compared."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.notices import tell_administrators
from mediation.committees.models import Committee
from mediation.core.db import db, transaction
from mediation.core.i18n import listed
from mediation.statistics import months


def make_changed(stop: Callable[[], bool] = lambda: False) -> int:
    """Make the months of every committee whose sums are missing or no longer hold, each in its own transaction.

    Returns how many. ``stop`` is asked before each.
    """
    made = 0
    for committee_id in _committees():
        for key in months.wanted(committee_id):
            if stop():
                return made
            with transaction():
                months.make(committee_id, key)
            made += 1
    return made


def check_months(_run_key: str) -> str:
    """Compare the sums of every month with the cases, and make those anew that differ. Administrators are told of them.

    A month that was changed since it was made is no error: it is made anew, too.
    """
    made, compared, wrong = make_changed(), 0, 0
    for committee_id in _committees():
        differ = []
        for key in months.made(committee_id):
            compared += 1
            if months.differences(committee_id, key):
                with transaction():  # once more, with the month taken: somebody may have worked on it meanwhile
                    if months.make_if_different(committee_id, key):
                        differ.append(key)
            db.session.rollback()
        if differ:
            with transaction():
                _tell_administrators(committee_id, differ)
        wrong += len(differ)
    return f"{made} made, {compared} compared, {wrong} differed"


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
