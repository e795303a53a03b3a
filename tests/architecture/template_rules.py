"""Rules for templates. Each takes the root of a tree and returns its violations, one line each."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jinja2.nodes

from tests.architecture.tree import (
    TEMPLATE_ENDINGS,
    packages,
    place,
    python_files,
    syntax,
    template,
    template_files,
)

LONGEST_TEMPLATE = 150
SHARED_FOLDERS = {"layout", "macros", "errors"}
TRANSLATING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
CHINESE = re.compile(r"[㐀-鿿]")
LIST_MARK = re.compile(r"[、；，]")
TEMPLATE_NAME = re.compile(r"^[a-z_]+(/[\w.-]+)+$")
# Data for a script (type="application/json") is not run and so is not refused by the browser.
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*["']application/(?:ld\+)?json["'])[^>]*>"""
    r"""|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|(?:href|src|action)\s*=\s*["']\s*javascript:""",
    re.IGNORECASE,
)
TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)


def long_templates(root: Path) -> list[str]:
    """A page of more than 150 lines hides a macro."""
    lengths = ((path, path.read_text(encoding="utf-8").count("\n")) for path in template_files(root).values())
    return [f"{place(root, path)}: {length} lines" for path, length in lengths if length > LONGEST_TEMPLATE]


def homeless_templates(root: Path) -> list[str]:
    """The folders of templates/ mirror the packages, so that each page has one obvious home."""
    allowed = packages(root) | SHARED_FOLDERS
    return [place(root, path) for name, path in template_files(root).items() if name.split("/")[0] not in allowed]


def missing_templates(root: Path) -> list[str]:
    """A template that is named in the source exists."""
    there = template_files(root)
    return [f"{where}: {name}" for name, where in _named(root) if "*" not in name and name not in there]


def unused_templates(root: Path) -> list[str]:
    """A template that nobody names is dead."""
    # An f-string or a concatenation names a family of templates: its variable part matches anything.
    families = {re.compile(".*".join(map(re.escape, name.split("*")))) for name, _ in _named(root)}
    return [
        place(root, path)
        for name, path in template_files(root).items()
        if not any(family.fullmatch(name) for family in families)
    ]


def inline_scripts_and_styles(root: Path) -> list[str]:
    """The content security policy refuses them."""
    found = []
    for path in template_files(root).values():
        if path.name.endswith(".html"):
            text = _without_comments(path.read_text(encoding="utf-8"))
            for tag in TAG.finditer(text):
                match = INLINE.search(tag.group())
                if match:
                    line = text.count("\n", 0, tag.start()) + 1
                    found.append(f"{place(root, path, line)}: {match.group().strip()}")
    return found


def untranslatable_words(root: Path) -> list[str]:
    """Every word a user reads goes through gettext, or the English interface has holes."""
    found = []
    for path in template_files(root).values():
        for line, words in _bare_words(template(path), translated=False):
            if CHINESE.search(COMMENT.sub("", words)):
                found.append(f"{place(root, path, line)}: {' '.join(words.split())[:60]}")
    return found


def lists_of_their_own(root: Path) -> list[str]:
    """Lists are joined by ``listed`` and ``phrases`` of core/i18n: a mark written out is a Chinese one on an English page."""
    found = []
    for path in template_files(root).values():
        for node in template(path).find_all(jinja2.nodes.Filter):
            marks = [one.value for arg in node.args for one in _constants(arg) if isinstance(one.value, str)]
            if node.name == "join" and any(LIST_MARK.search(mark) for mark in marks):
                found.append(place(root, path, node.lineno))
    for path in python_files(root, "mediation"):
        if path.relative_to(root).as_posix() != "mediation/core/i18n.py":
            found += [place(root, path, node.lineno) for node in ast.walk(syntax(path)) if _joins_translated(node)]
    return found


def _constants(node: jinja2.nodes.Node) -> list[jinja2.nodes.Const]:
    return [node] if isinstance(node, jinja2.nodes.Const) else list(node.find_all(jinja2.nodes.Const))


def _joins_translated(node: ast.AST) -> bool:
    """``_("、").join(…)``"""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="join", value=ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(mark))]))
        ):
            return mark in ("、", "；")
    return False


def _bare_words(node: jinja2.nodes.Node, *, translated: bool) -> list[tuple[int, str]]:
    if isinstance(node, jinja2.nodes.TemplateData):
        return [(node.lineno, node.data)]
    if isinstance(node, jinja2.nodes.Const) and isinstance(node.value, str):
        return [] if translated else [(node.lineno, node.value)]
    inside = translated or (
        isinstance(node, jinja2.nodes.Call)
        and isinstance(node.node, jinja2.nodes.Name)
        and node.node.name in TRANSLATING
    )
    return [found for child in node.iter_child_nodes() for found in _bare_words(child, translated=inside)]


def _without_comments(text: str) -> str:
    return COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)


def _named(root: Path) -> list[tuple[str, str]]:
    """Templates named in Python and in other templates, with the place; ``*`` stands for a variable part."""
    names = []
    for path in python_files(root, "mediation"):
        for node in ast.walk(syntax(path)):
            name = _python_text(node)
            if name and name.endswith(TEMPLATE_ENDINGS) and TEMPLATE_NAME.match(name.replace("*", "x")):
                names.append((name, place(root, path, getattr(node, "lineno", None))))
    for path in template_files(root).values():
        kinds = (jinja2.nodes.Extends, jinja2.nodes.Include, jinja2.nodes.Import, jinja2.nodes.FromImport)
        for node in template(path).find_all(kinds):
            names += [(name, place(root, path, node.lineno)) for name in _jinja_names(node.template)]
    return names


def _python_text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
    return None


def _jinja_names(node: jinja2.nodes.Node) -> list[str]:
    if isinstance(node, jinja2.nodes.Const):
        return [node.value] if isinstance(node.value, str) else list(node.value)
    if isinstance(node, jinja2.nodes.List | jinja2.nodes.Tuple):
        return [name for item in node.items for name in _jinja_names(item)]
    if isinstance(node, jinja2.nodes.CondExpr):
        return [name for side in (node.expr1, node.expr2) if side for name in _jinja_names(side)]
    if isinstance(node, jinja2.nodes.Concat):
        return ["".join(part.value if isinstance(part, jinja2.nodes.Const) else "*" for part in node.nodes)]
    if isinstance(node, jinja2.nodes.Add):
        return [left + right for left in _jinja_names(node.left) for right in _jinja_names(node.right)]
    return ["*"]
