"""The page that checks papers, as one file that needs no server and no network: style, script and keys stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import render_template
from flask_babel import gettext as _
from markupsafe import escape

from mediation import paths

_SCRIPTS = ("js/qr.js", "js/verify.js")
_STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1d2733; }
.notice { border-left: 4px solid; padding: .6rem .8rem; } .notice-success { border-color: #1b7f4b; background: #eef8f2; }
.notice-danger { border-color: #7a2e6b; background: #f8eef6; } .notice-warning { border-color: #a06a00; background: #fdf6e6; }
.form-control { width: 100%; box-sizing: border-box; } [hidden] { display: none; }
"""


def offline_page(published: Mapping[str, str]) -> str:
    """The whole file, in the reader's language. ``published``: key id → public key in hexadecimal."""
    style = _STYLE + _read("css/verify.css")
    scripts = "\n".join(_read(name) for name in _SCRIPTS)
    body = render_template("documents/_verify.html", published=published)
    title = escape(_("核验文书（离线）"))
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>\n'
        f"<style>{style}</style></head>\n<body><h1>{title}</h1>\n{body}\n<script>{scripts}</script></body></html>\n"
    )


def _read(name: str) -> str:
    return Path(paths.STATIC, name).read_text(encoding="utf-8")
