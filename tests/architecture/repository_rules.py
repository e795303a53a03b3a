"""Rules for the repository as a whole. Each takes the root of a tree and returns its violations, one line each."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.architecture.tree import packages, place

NOT_OUR_OWN = (".woff", ".woff2", ".ttf", ".otf", ".eot", ".min.js", ".min.css", ".map")
LONGEST_LINE = 1000
# Packages without the usual inside of a feature.
OUTSIDE_THE_SLOTS = {"cli", "core", "demo"}


def named_registries(root: Path) -> list[str]:
    """Where packages come from is the business of the machine, not of the repository."""
    files = [*sorted((root / "requirements").glob("*")), *sorted((root / ".ci").glob("*"))]
    files += [root / name for name in ("Makefile", "pyproject.toml")]
    found = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            # Our own address is on this machine.
            if re.search(r"://(?!127\.0\.0\.1)|index-url|find-links|trusted-host", line, re.IGNORECASE):
                found.append(f"{place(root, path, number)}: {line.strip()}")
    return found


def unhashed_requirements(root: Path) -> list[str]:
    """Each locked package is pinned and carries its hashes."""
    found = []
    for path in sorted((root / "requirements").glob("*.txt")):
        for block in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8")):
            if not block.lstrip().startswith("#") and not ("==" in block and "--hash=sha256:" in block):
                found.append(f"{place(root, path)}: {block.splitlines()[0]}")
    return found


def borrowed_assets(root: Path) -> list[str]:
    """What is served from static/ was written here; the rest comes from installed packages."""
    found = []
    for path in sorted((root / "static").rglob("*")):
        if not path.is_file():
            continue
        if path.name.endswith(NOT_OUR_OWN):
            found.append(place(root, path))
        elif path.suffix in (".js", ".css", ".svg"):
            longest = max((len(line) for line in path.read_text(encoding="utf-8").splitlines()), default=0)
            if longest > LONGEST_LINE:
                found.append(f"{place(root, path)}: a line of {longest} characters")
    return found


def uncontracted_features(root: Path) -> list[str]:
    """Every feature's inside is under the contract of the slots, and no contract has an exception."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    slots = [name for contract in contracts if contract["id"].startswith("slots") for name in contract["containers"]]
    missing = {f"mediation.{name}" for name in packages(root) - OUTSIDE_THE_SLOTS} - set(slots)
    exceptions = [contract["id"] for contract in contracts if contract.get("ignore_imports")]
    return [f"not in the contract of the slots: {name}" for name in sorted(missing)] + [
        f"the contract {name} has exceptions" for name in exceptions
    ]
