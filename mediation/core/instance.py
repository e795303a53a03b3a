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
    return write_secret(target, json.dumps(generated_keys(), indent=1).encode(), over=False)


def write_secret(target: Path, content: bytes, *, over: bool) -> bool:
    """Write a secret (0600), whole or not at all; an existing file is replaced only with ``over``. Returns whether it was.

    Without ``over`` the first of several processes wins, and what it wrote counts.
    """
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if over:
            draft.replace(target)
        else:
            os.link(draft, target)
        return True
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
