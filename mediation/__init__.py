"""Case management for labour-dispute mediation in the courier and logistics industry."""

from __future__ import annotations

from typing import Any


def create_app(config: Any = None, surface: str = "all") -> Any:
    """The Flask application; see :func:`mediation.app.create_app`. Imported late so that pure modules stay light."""
    from mediation.app import create_app as build

    return build(config, surface=surface)
