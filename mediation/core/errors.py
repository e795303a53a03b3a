"""What can go wrong in words of the trade; each maps to a field error or to one page per status."""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the trade says no. ``message`` is shown to the user in their language; ``field`` names the input."""

    status = 422

    def __init__(self, message: object, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class NotFound(DomainError):
    """No such thing, or not one the actor may see: nobody can tell the two apart."""

    status = 404

    def __init__(self, message: object = "") -> None:
        super().__init__(message)


class Forbidden(DomainError):
    """The actor's role does not include this act."""

    status = 403

    def __init__(self, message: object = "") -> None:
        super().__init__(message)


class Conflict(DomainError):
    """Somebody else was faster, or the state has moved on."""

    status = 409


class ConfigurationError(RuntimeError):
    """The product cannot start; the message says what to do."""
