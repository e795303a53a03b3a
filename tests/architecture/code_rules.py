"""Rules for Python. Each takes the root of a tree and returns its violations, one line each."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.tree import place, python_files, syntax

LONGEST_FILE = 600
LONGEST_FUNCTION = 60
VAGUE_NAMES = re.compile(r"^(utils?|helpers?|commons?|managers?|misc|shared|stuff)(_|$)|_(utils?|helpers?)$")
THE_CLOCK = "mediation/core/clock.py"
ASKING_THE_TIME = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime",
    "time.gmtime", "time.strftime",
}  # fmt: skip

# Models whose rows belong to somebody, and the only modules that may select them. Everybody else asks these.
SCOPED_MODELS = {
    "Case": (
        "mediation/cases/queries",
        "mediation/cases/search",
        "mediation/cases/today",
        "mediation/statistics/queries",
    ),
    "FirmClient": ("mediation/companies/queries",),
}
SELECTING = {"select", "exists", "query", "get", "get_one", "get_or_404", "one_or_404", "first_or_404"}


def long_files(root: Path) -> list[str]:
    """A file of more than 600 lines has become two things."""
    scripts = [path for ending in ("js", "css") for path in sorted((root / "static").rglob(f"*.{ending}"))]
    files = [*python_files(root, "mediation", "tests"), *scripts]
    lengths = ((path, path.read_text(encoding="utf-8").count("\n")) for path in files)
    return [f"{place(root, path)}: {length} lines" for path, length in lengths if length > LONGEST_FILE]


def long_functions(root: Path) -> list[str]:
    """A function of more than 60 lines cannot be read at once."""
    found = []
    for path in python_files(root, "mediation"):
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found.append(f"{place(root, path, node.lineno)} {node.name}: {length} lines")
    return found


def vague_names(root: Path) -> list[str]:
    """A file is named for what is in it; `utils` attracts what has no home."""
    return [place(root, path) for path in python_files(root, "mediation", "tests") if VAGUE_NAMES.search(path.stem)]


def asks_the_time(root: Path) -> list[str]:
    """There is one clock; who asks the system instead cannot be tested and mixes up the civil date of Shanghai."""
    found = []
    for path in python_files(root, "mediation"):
        if place(root, path) == THE_CLOCK:
            continue
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Call):
                called = ".".join(ast.unparse(node.func).split(".")[-2:])
                if called in ASKING_THE_TIME:
                    found.append(f"{place(root, path, node.lineno)}: {called}()")
    return found


def selects_scoped_rows(root: Path) -> list[str]:
    """Rows that belong to somebody are selected in one place, where the scope is applied."""
    found = []
    for path in python_files(root, "mediation"):
        for node in ast.walk(syntax(path)):
            for model in _selected(node) & SCOPED_MODELS.keys():
                if not place(root, path).startswith(SCOPED_MODELS[model]):
                    found.append(f"{place(root, path, node.lineno)} selects {model}")
    return found


def _selected(node: ast.AST) -> set[str]:
    """The models that a call like ``select(Case.id)`` or ``session.get(Case, 1)``, or ``Case.query``, reads."""
    if isinstance(node, ast.Attribute) and node.attr == "query" and isinstance(node.value, ast.Name):
        return {node.value.id}
    if not isinstance(node, ast.Call):
        return set()
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called not in SELECTING:
        return set()
    tops = (argument.value if isinstance(argument, ast.Attribute) else argument for argument in node.args)
    return {top.id for top in tops if isinstance(top, ast.Name)}
