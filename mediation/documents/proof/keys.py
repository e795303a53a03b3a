"""The keys that sign papers: one current, the older ones kept published so that old papers still verify.

They live in ``paper-keys.json`` of the instance folder, or in the setting PAPER_KEYS with the same content:
``{"current": id, "keys": {id: {"public": hex, "seed": hex or null, "made_on": day}}}``. A retired key may lose its seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

from mediation.core import clock
from mediation.core.errors import ConfigurationError
from mediation.core.instance import write_secret
from mediation.documents.proof.codes import key_id_of

FILE = "paper-keys.json"


@dataclass(frozen=True)
class PaperKeys:
    """``seed`` is the private half of the current key, ``published`` the public halves of all, by key id."""

    current: str
    seed: bytes
    published: Mapping[str, bytes]
    made_on: Mapping[str, str]


def paper_keys() -> PaperKeys:
    """The keys of this installation; the first are made when there are none. Raises ConfigurationError."""
    given = current_app.config.get("PAPER_KEYS")
    if given:
        return _parsed(given)
    path = _path()
    if not path.exists():
        write_secret(path, _written(_with_new({"keys": {}})), over=False)
    return _parsed(path.read_text(encoding="utf-8"))


def rotate() -> str:
    """Make a new current key; papers are signed with it from now on, the others stay published. Returns its id.

    Raises ConfigurationError where the keys come from the environment: they are changed where they are kept.
    """
    if current_app.config.get("PAPER_KEYS"):
        raise ConfigurationError("the paper keys come from MEDIATION_PAPER_KEYS: change them there")
    paper_keys()
    path = _path()
    content = _with_new(json.loads(path.read_text(encoding="utf-8")))
    write_secret(path, _written(content), over=True)
    return content["current"]


def _path() -> Path:
    return Path(current_app.config["INSTANCE"]) / FILE


def _with_new(content: dict[str, Any]) -> dict[str, Any]:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    entry = {"public": public.hex(), "seed": key.private_bytes_raw().hex(), "made_on": clock.today().isoformat()}
    return {"current": key_id_of(public), "keys": {**content["keys"], key_id_of(public): entry}}


def _written(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=1).encode()


def _parsed(text: str) -> PaperKeys:
    try:
        content = json.loads(text)
        keys = content["keys"]
        published = {key_id: bytes.fromhex(entry["public"]) for key_id, entry in keys.items()}
        seed = bytes.fromhex(keys[content["current"]]["seed"])
        made_on = {key_id: str(entry.get("made_on", "")) for key_id, entry in keys.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"the paper keys cannot be read: {error}") from error
    if any(key_id_of(public) != key_id for key_id, public in published.items()):
        raise ConfigurationError("a paper key does not belong to its id")
    if Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() != published[content["current"]]:
        raise ConfigurationError("the current paper key's two halves do not belong together")
    return PaperKeys(content["current"], seed, published, made_on)
