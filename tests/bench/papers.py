"""One agreement of several pages with our typesetting beside WeasyPrint, Typst and LibreOffice (from Word to PDF); then
what a committee waits for: thirty agreements of a collective case made in one go.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pylopdf_fonts_zh_cn
from flask_migrate import upgrade
from sqlalchemy import select

from mediation import create_app
from mediation.core.db import db
from mediation.documents import registry
from mediation.documents.batches import asking, working
from mediation.documents.models import PaperBatch
from mediation.documents.typeset import blocks as b
from tests.bench import rate
from tests.bench.ground import settings
from tests.factories import casefiles, collective
from tests.unit.documents import samples

SECONDS = 4.0
FACTS = samples.TWELVE_INSTALMENTS
ON = date(2026, 3, 9)
MANY = 30
# LibreOffice starts once for so many files, which is the quickest way it has.
OFFICE_BATCH = 10
SCRIPT = Path(rate.PEERS) / "paper_engines.py"


def compare(*, seconds: float = SECONDS) -> Iterator[str]:
    """Lines of the table: engine, median ms per document, how many times ours. A missing engine says why."""
    ours = _median(_ours(seconds))
    yield f"{'this product':<24} {ours:8.1f} ms"
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.json"
        rows.write_text(json.dumps(list(_rows()), ensure_ascii=False), encoding="utf-8")
        for engine in ("weasyprint", "typst"):
            try:
                yield _line(engine, _peer(engine, rows, seconds), ours)
            except rate.NoPeers as reason:
                yield f"{engine:<24} left out: {reason}"
        yield _office_line(Path(folder), ours)


def together(count: int = MANY) -> str:
    """The agreements of a collective case as the scheduler makes them: each checked, numbered, signed, stored and
    committed by itself, then joined into one file to print.
    """
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings("sqlite", f"sqlite:///{folder}/bench.sqlite3", Path(folder) / "instance"))
        with app.app_context():
            upgrade()
            casefiles.fill(app)
            number = collective.drafted(count)
            collective.ask_for_all(number)
            with casefiles.at(collective.ASKED, 12):
                began = time.perf_counter()
                working.work_due(owner="bench")
                seconds = time.perf_counter() - began
            made = db.session.scalars(select(PaperBatch)).one()
            if (made.status, made.done) != (asking.DONE, count):
                raise RuntimeError(f"{made.done} of {count} were made: {made.problem}")
            db.session.remove()
            db.engine.dispose()
    return f"{f'{count} collective agreements':<24} {seconds * 1000:8.0f} ms   {seconds * 1000 / count:6.1f} ms each"


def _line(name: str, times: list[float], ours: float) -> str:
    return f"{name:<24} {_median(times):8.1f} ms   {_median(times) / ours:6.1f} × ours"


def _median(times: list[float]) -> float:
    return statistics.median(times)


def _ours(seconds: float) -> list[float]:
    registry.render("D13", FACTS, number="第0号", issued_on=ON, instance_fonts=None)
    times: list[float] = []
    ends = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < ends:
        began = time.perf_counter()
        registry.render("D13", FACTS, number=f"第{len(times) + 1}号", issued_on=ON, instance_fonts=None)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _peer(engine: str, rows: Path, seconds: float) -> list[float]:
    command = [str(rate.installed()), str(SCRIPT), engine, str(rows), str(_fonts()), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise rate.NoPeers(done.stderr.strip().splitlines()[-1][:160] if done.stderr.strip() else "it failed")
    return [float(line) for line in done.stdout.split()]


def _office_line(folder: Path, ours: float) -> str:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return f"{'LibreOffice':<24} left out: it is not installed (libreoffice-writer)"
    from mediation.documents.typeset.docx import to_docx

    paper = to_docx(list(registry.get("D13").build(FACTS)), title="调解协议书")
    files = [folder / f"{number}.docx" for number in range(OFFICE_BATCH)]
    for path in files:
        path.write_bytes(paper)
    command = [
        office,
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
    ]
    subprocess.run([*command, str(folder), str(files[0])], capture_output=True, timeout=180, check=True)
    began = time.perf_counter()
    subprocess.run([*command, str(folder), *map(str, files)], capture_output=True, timeout=300, check=True)
    each = (time.perf_counter() - began) * 1000 / OFFICE_BATCH
    return _line("LibreOffice, from Word", [each], ours)


def _fonts() -> Path:
    return Path(pylopdf_fonts_zh_cn.serif_path()).parent


def _rows() -> Iterator[tuple[str, list[str]]]:
    """The agreement as plain rows: what every engine is given to set."""
    for block in registry.get("D13").build(FACTS.issued_as("第0号", ON)):
        if isinstance(block, b.Title):
            yield "title", [block.text]
        elif isinstance(block, b.Grid):
            for row in (*([block.header] if block.header else []), *block.rows):
                yield "row", [_plain(one) for one in row]
        else:
            yield from (("text", [one]) for one in b.texts([block]) if one.strip())


def _plain(text: b.Text) -> str:
    return text if isinstance(text, str) else "".join(one if isinstance(one, str) else "" for one in text)
