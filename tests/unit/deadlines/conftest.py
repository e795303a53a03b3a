import pytest

from mediation.deadlines.calendar import WorkCalendar, shipped_calendar


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return shipped_calendar()
