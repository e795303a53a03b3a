"""The instance folder: generated secrets, the embedded database, stored files. Made once, never overwritten."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

SUBFOLDERS = ("files", "fonts", "translations")


def generated_keys() -> dict[str, object]:
    """Fresh secrets for one installation."""
    return {
        "secret_key": secrets.token_hex(32),
        "data_keys": {"1": secrets.token_hex(32)},
        "index_key": secrets.token_hex(32),
        "audit_key": secrets.token_hex(32),
    }


def ensure(folder: Path) -> bool:
    """Make the folder (0700) and its ``keys.json`` (0600) unless they exist. Returns whether keys were made.

    The keys file is written whole or not at all: a crash in the middle must not leave half a secret.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in SUBFOLDERS:
        (folder / name).mkdir(exist_ok=True, mode=0o700)
    target = folder / "keys.json"
    if target.exists():
        return False
    draft = folder / f".keys.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(generated_keys(), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, target)  # fails when another process was first: then its keys count
        return True
    except FileExistsError:
        return False
    finally:
        draft.unlink()
