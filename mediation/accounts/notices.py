"""What the people of a committee are told by the system itself."""

from __future__ import annotations

from collections.abc import Callable

from mediation.accounts.languages import in_language
from mediation.accounts.queries import users_for
from mediation.core import clock
from mediation.core.actor import Role, system
from mediation.notifications.service import notify


def tell_administrators(committee_id: int, *, kind: str, key: str, say: Callable[[], tuple[str, str]]) -> None:
    """One notice a day to each administrator of a committee.

    ``key`` leaves the day open ("audit:{day}:damaged"); ``say`` gives title and body, in the language of each.
    """
    for user in users_for(system(committee_id), role=Role.ADMIN):
        with in_language(user.locale):
            title, body = say()
            notify(
                committee_id=committee_id,
                user_id=user.id,
                kind=kind,
                key=key.format(day=clock.today().isoformat()),
                title=title,
                body=body,
            )
