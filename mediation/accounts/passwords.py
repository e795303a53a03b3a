"""Passwords: Argon2id hashes, what a good one is, generated ones.

Hashing takes tens of milliseconds by design. Never do it inside a writing transaction: on SQLite all others would wait.
"""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from mediation.core.errors import DomainError

SHORTEST = 10
LONGEST = 200  # a longer text only costs the server time
# Without letters and digits that are mistaken for each other when read from a slip of paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
TOO_COMMON = frozenset(
    "1234567890 0123456789 12345678910 1q2w3e4r5t qwertyuiop password123 password1234 passw0rd123 admin12345 "
    "woaini1314 woaini520 5201314520 a123456789 a1234567890 aa123456789 qq123456789 abc1234567 abcd123456 "
    "1111111111 0000000000 iloveyou123 administrator".split()
)


def hash_password(password: str) -> str:
    """The Argon2id hash, with the settings of the deployment in it."""
    return _hasher().hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. ``None`` (no such user) costs the same time and never fits."""
    try:
        return _hasher().verify(password_hash or _nobody(_settings()), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other settings than those of today."""
    return _hasher().check_needs_rehash(password_hash)


def check_strength(password: str, *, username: str, field: str = "new_password") -> None:
    """Raise DomainError for a password that is short, common, or the user name. No rules on kinds of characters:
    they make passwords worse."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        raise DomainError(_("密码至少 %(count)s 个字符", count=SHORTEST), field=field)
    if len(password) > LONGEST:
        raise DomainError(_("密码最多 %(count)s 个字符", count=LONGEST), field=field)
    if plain in TOO_COMMON or len(set(plain)) < 4:
        raise DomainError(_("这个密码太常见，请换一个"), field=field)
    if len(username) > 3 and username.casefold() in plain:
        raise DomainError(_("密码不能包含用户名"), field=field)


def generate_password() -> str:
    """A password to hand over once (59 bits): ``kx7m-2hpa-9vtd``."""
    return "-".join("".join(secrets.choice(ALPHABET) for _place in range(4)) for _group in range(3))


def _settings() -> tuple[tuple[str, int], ...]:
    return tuple(sorted(current_app.config["ARGON2"].items()))


def _hasher() -> PasswordHasher:
    return _hasher_with(_settings())


@lru_cache
def _hasher_with(settings: tuple[tuple[str, int], ...]) -> PasswordHasher:
    return PasswordHasher(**dict(settings))


@lru_cache
def _nobody(settings: tuple[tuple[str, int], ...]) -> str:
    return _hasher_with(settings).hash(secrets.token_hex(16))
