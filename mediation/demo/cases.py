"""The demo cases, played act by act through the services, the clock stopped at each act's instant."""

from __future__ import annotations

from mediation.cases import jobs
from mediation.core import clock
from mediation.demo import company_side
from mediation.demo.people import Cast
from mediation.demo.player import Player, moment, play
from mediation.demo.recent import recent
from mediation.demo.script import SCRIPTS
from mediation.demo.sequels import SEQUELS

MORNING = 8


def load(cast: Cast) -> None:
    """Play all scripts in the order of time, with this morning's jobs between; those that reach past today are left out."""
    today = clock.today()
    scripts = (*(one for one in SCRIPTS if one.last_day <= today), *recent(today), *company_side.scripts(today))
    sequels = SEQUELS | company_side.SEQUELS
    acts = list(company_side.colleagues(cast, today))
    for script in scripts:
        player = Player(cast, script)
        if script.key in sequels:
            sequels[script.key](player)
        acts += player.write()
    morning = min(moment(today, MORNING), clock.now())
    play(act for act in acts if act.at < morning)
    with clock.frozen_at(morning):
        jobs.mark_due(today)
        jobs.send_digests(today)
    play(act for act in acts if act.at >= morning)
