"""Two committees with many random cases, the same on both engines."""

from __future__ import annotations

from datetime import date

from flask import Flask

from mediation.core.db import transaction
from tests import personas
from tests.factories import accounts
from tests.factories import statistics as make
from tests.product import Content

FIRST, DAYS = date(2025, 8, 1), 480


def _fill(app: Flask) -> None:
    personas.fill(app)
    with transaction():
        world = personas.world()
        lone = accounts.make_company(world.committee, "云岫速运直营站", parent=world.company)
        companies = [world.company, world.region, world.outlet, lone, world.other_company, None]
        stations = [world.station, world.other_station, None]
        made = make.make_random_cases(1, world.committee, companies, stations, how_many=400, first=FIRST, days=DAYS)
        for case in [case for case in made if case.outcome == "agreed"][::3]:
            case.settled_in_part = True
        stranger = accounts.make_company(world.other_committee, "他会速运有限公司")
        make.make_random_cases(2, world.other_committee, [stranger], [None], how_many=40, first=FIRST, days=DAYS)


MANY_CASES = Content("many_cases", _fill)
