"""Demo data: an invented committee with its people, companies and cases, played through the same services as real work.

Everything is invented. Phones are obvious placeholders; the few ID numbers begin with a region that does not exist.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from mediation.accounts.models import User
from mediation.committees.models import Committee
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.demo import cases, company_side, history, people, recommendations, reports
from mediation.demo.people import COMMITTEE, PASSWORD
from mediation.documents import sealing
from mediation.notifications.models import InboxItem


def load() -> None:
    """Load the demo data into an empty database. Raises DomainError when people are in it already."""
    if db.session.scalar(select(func.count()).select_from(User)):
        raise DomainError("the database is not empty; demo data goes into a new one only")
    with transaction():
        cast = people.load()
    if not sealing.is_installed():
        sealing.install_test_key(COMMITTEE)
    cases.load(cast)
    history.load(cast)
    recommendations.load(cast)
    reports.load(cast)
    with transaction():
        order_notices()


def order_notices() -> None:
    """Number the notices by their time: an inbox is read by number, and the parts above go back in time one by one."""
    rows = db.session.execute(select(InboxItem.id, InboxItem.created_at)).all()
    by_time = sorted(rows, key=lambda row: (row.created_at, row.id))
    # Below zero first: no two may have one number meanwhile.
    db.session.execute(update(InboxItem).values(id=-InboxItem.id))
    for number, row in zip(sorted(row.id for row in rows), by_time, strict=True):
        db.session.execute(update(InboxItem).where(InboxItem.id == -row.id).values(id=number))


def accounts() -> list[tuple[str, str, str]]:
    """The demo accounts that are in the database: (user name, password, who). Empty without the demo committee.

    An account whose password was changed is left out: the printed list must log in.
    """
    found = db.session.execute(
        select(User.username, User.name, User.title)
        .join(Committee, Committee.id == User.committee_id)
        .where(Committee.name == COMMITTEE, User.is_active, User.session_version == 1)
        .order_by(User.id)
    )
    shown = {person.username for person in (*people.PEOPLE, *company_side.COLLEAGUES)}
    return [(username, PASSWORD, f"{name} {title}") for username, name, title in found if username in shown]
