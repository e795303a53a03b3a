"""The language a person reads: what is written for somebody is written in theirs, whoever acts and whatever they read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager

from flask_babel import force_locale
from sqlalchemy import select

from mediation.accounts.models import User
from mediation.core.db import db


def in_language(locale: str | None) -> AbstractContextManager[None]:
    """Say everything inside in a language as an account keeps it: "en", "zh", or None, which is Chinese as well."""
    return force_locale("en" if locale == "en" else "zh_Hans_CN")


def each_reading(user_ids: Collection[int | None]) -> Iterator[int]:
    """The accounts among some keys, by key; what is said in the body of the loop is said in the language of each::

    for user_id in each_reading(people):
        notify(user_id=user_id, title=_("…"), …)
    """
    wanted = {one for one in user_ids if one is not None}
    if not wanted:
        return
    rows = db.session.execute(select(User.id, User.locale).where(User.id.in_(wanted)).order_by(User.id)).all()
    for user_id, locale in rows:
        with in_language(locale):
            yield user_id
