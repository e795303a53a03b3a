"""How sheets look, against small pictures that a person has seen: where the ink is, block by block.

A page is drawn by poppler and reduced to cells of about five millimetres. Another version of the drawing library changes a
cell by a few shades; a block that has moved, grown or gone changes many by a lot. The words are compared elsewhere.
Set UPDATE_GOLDEN=1 to write the pictures anew; look at the papers before committing them.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from mediation.core.money import yuan
from mediation.documents import registry
from mediation.documents.casefile import sheets
from mediation.documents.casefile.plan import Entry, Lack
from mediation.documents.forms.d29_file_sheets import cover
from mediation.documents.typeset import fonts
from mediation.documents.typeset.blocks import Block, Grid, P
from mediation.documents.typeset.page import Layout, PageNumbers
from mediation.documents.typeset.render import to_pdf
from tests.unit.documents import papers, samples
from tests.unit.documents.papers import PAPERS, Paper

FOLDER = Path(__file__).parent / "images"
DPI, CELL = 40, 8
# Shades of 255: what a single cell and all of them together may differ.
MOST_OF_A_CELL, MOST_ON_AVERAGE = 13, 1.0
CODE = "MDP1.00000000." + "a" * 480 + "." + "b" * 86
CASES = {
    "d01": PAPERS["D01"],
    "d01_thirty": Paper(papers.collective(30)),
    "d05": PAPERS["D05"],
    "d11": PAPERS["D11"],
    "d13": PAPERS["D13"],
    "d13_twelve_instalments": Paper(samples.TWELVE_INSTALMENTS, "沪快调协〔2026〕第9号"),
    "d13_thirty": Paper(samples.sorters(30), "沪快调协〔2026〕第2号"),
    "d15": PAPERS["D15"],
}


@pytest.fixture(autouse=True)
def _the_locked_fonts(monkeypatch):
    monkeypatch.setattr(fonts, "load", partial(fonts.load, system=False))


def paper(name: str, **changes) -> bytes:
    found = CASES[name]
    given = replace(found.ready, **changes)
    issued = given.outcome.ended_on if given.outcome else given.accepted_on or given.received_on
    return registry.render(
        name[:3].upper(), given, number=found.number, issued_on=issued, instance_fonts=None, proof=CODE
    )


def sheet(blocks: list[Block]) -> bytes:
    return to_pdf(blocks, Layout(title="卷宗", page_numbers=PageNumbers.NONE), fonts.load(None))


def catalogue() -> list[Block]:
    entries = [Entry("D01", "调解申请书", (1,)), Entry("D13", "调解协议书", (2,), "沪快调协〔2026〕第8号　签署件")]
    entries += [Entry("", f"证据{at}：工资发放记录和聊天记录", (at,), "证据") for at in range(3, 40)]
    return list(sheets.catalogue([(one, at, at + 1) for at, one in enumerate(entries, 1)]))


def cells(pdf: bytes) -> Image.Image:
    """The pages below each other, one shade of grey for each cell."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", "-"], input=pdf, capture_output=True, check=True
    ).stdout
    pages, at = [], 0
    while at < len(drawn):
        (width, height), begins = map(int, drawn[at:].split(maxsplit=3)[1:3]), drawn.index(b"255\n", at) + 4
        at = begins + width * height
        page = Image.frombytes("L", (width, height), drawn[begins:at])
        pages.append(page.resize((page.width // CELL, page.height // CELL), Image.Resampling.BOX))
    result = Image.new("L", (pages[0].width, sum(page.height for page in pages)))
    top = 0
    for page in pages:
        result.paste(page, (0, top))
        top += page.height
    return result


def difference(pdf: bytes, golden: Image.Image) -> tuple[float, float]:
    """(of the worst cell, on average); another number of pages is as different as can be."""
    found = cells(pdf)
    if found.size != golden.size:
        return 255.0, 255.0
    # Rules are thin: one that moves by a hair across the border of two cells must not look like another table.
    apart = ImageChops.difference(*(one.filter(ImageFilter.BoxBlur(1)) for one in (found, golden)))
    return float(apart.getextrema()[1]), ImageStat.Stat(apart).mean[0]


def is_alike(pdf: bytes, golden: Image.Image) -> bool:
    worst, average = difference(pdf, golden)
    return worst <= MOST_OF_A_CELL and average <= MOST_ON_AVERAGE


def compared(name: str, pdf: bytes) -> None:
    path = FOLDER / f"{name}.png"
    if os.environ.get("UPDATE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        cells(pdf).save(path, optimize=True)
    golden = Image.open(path)
    assert is_alike(pdf, golden), f"{name}: {difference(pdf, golden)} (worst cell, average)"


@pytest.mark.parametrize("name", CASES)
def test_a_paper_looks_as_it_was_seen(name):
    compared(name, paper(name))


def test_the_cover_of_a_file_looks_as_it_was_seen():
    compared("cover", sheet(list(cover(PAPERS["D29"].ready))))


def test_the_catalogue_of_a_file_looks_as_it_was_seen():
    compared("catalogue", sheet(catalogue()))


def test_the_page_of_what_is_missing_looks_as_it_was_seen():
    lacks = [Lack("D03", "调解前告知当事人权利义务"), Lack("D13", "签名盖章后的原件没有扫描入卷")]
    compared("lacking", sheet(list(sheets.lacking(lacks, registry.TITLES))))


def _moved(pdf: bytes, millimetres: float) -> bytes:
    """The same paper, its sheets drawn a little lower."""
    with pikepdf.Pdf.open(BytesIO(pdf)) as opened:
        for page in opened.pages:
            page.contents_add(f"1 0 0 1 0 {-millimetres * 72 / 25.4:.2f} cm".encode(), prepend=True)
        target = BytesIO()
        opened.save(target)
        return target.getvalue()


@pytest.mark.parametrize("name", CASES)
def test_a_sheet_that_slipped_is_found(name):
    golden = Image.open(FOLDER / f"{name}.png")
    assert not is_alike(_moved(paper(name), 2), golden)
    assert is_alike(_moved(paper(name), 0.3), golden), "a printer's tolerance is none of ours"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("d01", {"evidence": ()}),
        ("d05", {"sessions": ()}),
        ("d13", {"recorder": ""}),
        ("d13", {"facts_text": f"{samples.WAGES.facts_text}另有补充。" * 4, "agreement": samples.AGREEMENT}),
        ("d15", {"limitation": replace(PAPERS["D15"].facts.limitation, explanation="另有说明" * 12)}),
    ],
)
def test_a_block_that_is_gone_or_grown_is_found(name, changes):
    golden = Image.open(FOLDER / f"{name}.png")
    assert not is_alike(paper(name, **changes), golden)


def test_a_missing_column_is_found():
    blocks = catalogue()
    grid = next(block for block in blocks if isinstance(block, Grid))
    narrower = replace(grid, header=grid.header[:3], rows=tuple(row[:3] for row in grid.rows), widths=grid.widths[:3],
                       align=grid.align[:3])  # fmt: skip
    golden = Image.open(FOLDER / "catalogue.png")
    assert not is_alike(sheet([narrower if block is grid else block for block in blocks]), golden)
    assert not is_alike(sheet([*blocks, P(f"合计{yuan(100)}元")]), golden)
