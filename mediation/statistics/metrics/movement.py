"""Open at start, new, re-opened, closed, open at end. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Movement:
    """Open cases before and after a period, and what came between, each counted on its own."""

    open_before: int
    received: int
    reopened: int
    closed: int
    open_after: int

    @property
    def difference(self) -> int:
        """Zero when the register agrees with itself."""
        return self.open_before + self.received + self.reopened - self.closed - self.open_after
