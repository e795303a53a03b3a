"""The product itself, with the settings of a real deployment (MEDIATION_NOW: the day for which the rows were made)."""

from __future__ import annotations

import os
from pathlib import Path

from mediation import create_app
from tests.bench.ground import settings

app = create_app(settings(os.environ["BENCH_ENGINE"], os.environ["BENCH_URL"], Path(os.environ["BENCH_INSTANCE"])))
