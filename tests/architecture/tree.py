"""Reading a source tree: its Python as syntax trees, its templates as Jinja trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
import jinja2.meta
import jinja2.nodes

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE_ENDINGS = (".html", ".txt", ".subject")

_JINJA = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)


def python_files(root: Path, *folders: str) -> Iterator[Path]:
    """The Python files below the named folders, in a stable order."""
    for folder in folders:
        yield from sorted(path for path in (root / folder).rglob("*.py") if "__pycache__" not in path.parts)


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def template_files(root: Path) -> dict[str, Path]:
    """The templates by the name under which they are rendered."""
    folder = root / "templates"
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name.endswith(TEMPLATE_ENDINGS)
    }


@cache
def template(path: Path) -> jinja2.nodes.Template:
    """The syntax tree of a template."""
    return _JINJA.parse(path.read_text(encoding="utf-8"), filename=str(path))


def packages(root: Path) -> set[str]:
    """The feature packages (and the kernel): every folder of the product that holds Python."""
    return {path.parent.name for path in (root / "mediation").glob("*/__init__.py")}


def place(root: Path, path: Path, line: int | None = None) -> str:
    """Where something is, as one can click on it."""
    return f"{path.relative_to(root)}{f':{line}' if line else ''}"
