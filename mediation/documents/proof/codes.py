"""The code itself: claims packed into text with an Ed25519 signature over them. Pure.

``MDP1.<key id>.<claims>.<signature>``: claims are JSON, deflated, in URL-safe base64 without padding. What is signed is
the text before the last dot, so that not even the key id can be exchanged.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = "MDP1"
# A code of a paper holds a few hundred bytes; what unpacks to more is no code of ours.
MOST_CLAIMS = 16_384
_CODE = re.compile(rf"{VERSION}\.[0-9a-f]{{8}}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{{86}}")


class BadCode(ValueError):
    """The code is none, was changed, or was signed by a key that is not published. ``reason``: form, key, signature."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Proof:
    """A code whose signature holds."""

    key_id: str
    claims: dict[str, Any]


def key_id_of(public: bytes) -> str:
    """The name of a key: the first 8 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(public).hexdigest()[:8]


def sign(claims: Mapping[str, Any], seed: bytes) -> str:
    """The code for some claims. ``seed`` is the 32-byte private key; the same claims and key give the same code."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    packer = zlib.compressobj(9, wbits=-15)
    text = json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    packed = packer.compress(text.encode()) + packer.flush()
    body = f"{VERSION}.{key_id_of(key.public_key().public_bytes_raw())}.{_b64(packed)}"
    return f"{body}.{_b64(key.sign(body.encode()))}"


def check(code: str, published: Mapping[str, bytes]) -> Proof:
    """Check a code with published keys (key id → 32 bytes). Raises BadCode."""
    if not _CODE.fullmatch(code):
        raise BadCode("form")
    body, _dot, signature = code.rpartition(".")
    _version, key_id, packed = body.split(".")
    public = published.get(key_id)
    if public is None or key_id_of(public) != key_id:
        raise BadCode("key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(_unb64(signature), body.encode())
    except InvalidSignature as error:
        raise BadCode("signature") from error
    except (binascii.Error, ValueError) as error:
        raise BadCode("form") from error
    return Proof(key_id, _unpacked(packed))


def find(data: bytes) -> list[str]:
    """The codes that stand in some bytes (a PDF, a text, an address), in order, each once."""
    pattern = re.compile(_CODE.pattern.encode())
    return list(dict.fromkeys(one.decode() for one in pattern.findall(data)))


def _unpacked(packed: str) -> dict[str, Any]:
    unpacker = zlib.decompressobj(wbits=-15)
    try:
        claims = json.loads(unpacker.decompress(_unb64(packed), MOST_CLAIMS))
    except (zlib.error, ValueError, binascii.Error) as error:
        raise BadCode("form") from error
    if unpacker.unconsumed_tail or not isinstance(claims, dict):
        raise BadCode("form")
    return claims


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
