"""The words of each form, page by page, against files that a person has read.

Set UPDATE_GOLDEN=1 to write the files anew; read the difference before committing it.
"""

import os
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from mediation.documents import registry
from mediation.documents.typeset import fonts
from tests.unit.documents import samples

FOLDER = Path(__file__).parent
CASES = {
    "d01_wages": ("D01", samples.WAGES, ""),
    "d01_peoples": ("D01", samples.FREIGHT, ""),
    "d01_collective": ("D01", samples.sorters(14), ""),
    "d05_wages": ("D05", samples.WAGES, "沪快调受〔2026〕第7号"),
    "d05_overtime": ("D05", samples.OVERTIME, "沪快调受〔2026〕第41号"),
    "d11_wages": ("D11", samples.WAGES, ""),
    "d13_wages": ("D13", samples.WAGES, "沪快调协〔2026〕第8号"),
    "d13_peoples": ("D13", samples.FREIGHT, "（2026）沪快人调协字第3号"),
    "d13_collective": ("D13", samples.sorters(14), "沪快调协〔2026〕第2号"),
    "d13_twelve_instalments": ("D13", samples.TWELVE_INSTALMENTS, "沪快调协〔2026〕第9号"),
    "d15_contract": ("D15", samples.CONTRACT, "沪快调告〔2026〕第4号"),
    "d15_peoples": ("D15", samples.CARGO, "（2026）沪快人调告字第1号"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_words_are_those_that_were_read(name, monkeypatch):
    monkeypatch.setattr(fonts, "load", partial(fonts.load, system=False))
    code, facts, number = CASES[name]
    pdf = registry.render(
        code,
        facts,
        number=number,
        issued_on=facts.outcome.ended_on if facts.outcome else facts.accepted_on,
        instance_fonts=None,
    )
    pages = [page.extract_text().strip() for page in PdfReader(BytesIO(pdf)).pages]
    text = "\n\n".join(pages) + "\n"
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
