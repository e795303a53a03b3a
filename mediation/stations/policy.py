"""Stations, offices, rooms and shifts are seen within the committee."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from mediation.core.actor import Actor
from mediation.stations.models import DutyShift, Office, Room, Station


def visible_to(
    actor: Actor, model: type[Station] | type[Office] | type[Room] | type[DutyShift] = Station
) -> ColumnElement[bool]:
    """The condition on Station, Office, Room or DutyShift. A stranger sees none."""
    return false() if actor.committee_id is None else model.committee_id == actor.committee_id
