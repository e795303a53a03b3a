"""Sealed files in the instance folder: ``files/ab/ab34…``. A file is whole or not there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from mediation.core.crypto import DecryptionError, key_ring


class FileMissing(RuntimeError):
    """There is no such file, or it is not the one that was stored under this name."""


def _folder() -> Path:
    return Path(current_app.config["INSTANCE"]) / "files"


def _path(name: str) -> Path:
    return _folder() / name[:2] / name


def write(content: bytes) -> str:
    """Seal and keep the bytes; returns the random name. On disk for good before it returns."""
    name = secrets.token_hex(16)
    target = _path(name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{name}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            # The name is part of what is sealed: a file put under another name does not open.
            file.write(key_ring().seal(content, f"file:{name}"))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return name


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(name: str) -> bytes:
    """The plain bytes. Raises FileMissing when the file is gone, damaged or was moved here from another name."""
    try:
        return key_ring().open(_path(name).read_bytes(), f"file:{name}")
    except (OSError, DecryptionError) as error:
        raise FileMissing(f"{name}: {error}") from error


def remove(name: str) -> None:
    """Take a file away that no row names; nothing happens when it is gone already."""
    _path(name).unlink(missing_ok=True)


def names() -> Iterator[tuple[str, float]]:
    """(name, seconds since 1970 of its last change) of every stored file, drafts of killed processes included."""
    for path in _folder().glob("*/*"):
        yield path.name, path.stat().st_mtime
