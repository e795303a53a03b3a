"""Encryption at rest: sealed columns, blind indexes for look-up, sealed files.

A sealed value is ``0x01 ‖ key id ‖ 12-byte nonce ‖ AES-256-GCM ciphertext and tag``, bound to ``table.column`` so that
a value cannot be moved to another column. The key id makes rotation possible: new values use the newest key, old ones
still open. A blind index is ``HMAC-SHA256(index key, purpose ‖ 0 ‖ value)[:16]``; the key is all its protection.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from mediation.core.errors import ConfigurationError

_FORMAT = 1
_NONCE = 12


class DecryptionError(RuntimeError):
    """A sealed value was made under another key, for another column, or was damaged."""


class KeyRing:
    """Data keys by id (1–255, 32 bytes each, hexadecimal) and the index key. The highest id seals new values."""

    def __init__(self, data_keys: dict[str, str], index_key: str) -> None:
        if not data_keys or not index_key:
            raise ConfigurationError(
                "MEDIATION_DATA_KEYS and MEDIATION_INDEX_KEY are missing: run `mediation serve` once to make an "
                "instance folder, or set them"
            )
        self._keys = {int(key_id): AESGCM(bytes.fromhex(value)) for key_id, value in data_keys.items()}
        self.newest = max(self._keys)
        self._index_key = bytes.fromhex(index_key)

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Encrypt for one purpose (``table.column``, or ``file``)."""
        nonce = os.urandom(_NONCE)
        body = self._keys[self.newest].encrypt(nonce, plain, purpose.encode())
        return bytes((_FORMAT, self.newest)) + nonce + body

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt. Raises DecryptionError for an unknown key, another purpose or a changed byte."""
        if len(sealed) < 2 + _NONCE or sealed[0] != _FORMAT or sealed[1] not in self._keys:
            raise DecryptionError(f"cannot open a value of {purpose}: unknown format or key")
        try:
            return self._keys[sealed[1]].decrypt(sealed[2 : 2 + _NONCE], sealed[2 + _NONCE :], purpose.encode())
        except InvalidTag as error:
            raise DecryptionError(f"cannot open a value of {purpose}: damaged or moved") from error

    def blind(self, purpose: str, value: str) -> bytes:
        """The look-up value of a normalised text (16 bytes)."""
        return hmac.new(self._index_key, purpose.encode() + b"\0" + value.encode(), hashlib.sha256).digest()[:16]


def install(app: Any) -> None:
    """Build the key ring of the application. Raises ConfigurationError without keys."""
    app.extensions["key_ring"] = KeyRing(app.config["DATA_KEYS"] or {}, app.config["INDEX_KEY"] or "")


def key_ring() -> KeyRing:
    """The key ring of the running application."""
    return current_app.extensions["key_ring"]


def blind(purpose: str, value: str | None) -> bytes | None:
    """The blind index of a normalised value; None for none."""
    return key_ring().blind(purpose, value) if value else None


class EncryptedText(TypeDecorator[str]):
    """A text column that is sealed in the database. ``purpose`` is ``table.column``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        return None if value in (None, "") else key_ring().seal(value.encode(), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        return None if value is None else key_ring().open(bytes(value), self.purpose).decode()
