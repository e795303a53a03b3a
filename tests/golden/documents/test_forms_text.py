"""The words of each form, page by page, against files that a person has read.

Set UPDATE_GOLDEN=1 to write the files anew; read the difference before committing it.
"""

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from mediation.documents import registry
from mediation.documents.typeset import fonts
from tests.unit.documents import papers, samples
from tests.unit.documents.papers import PAPERS, Paper, replace_in

FOLDER = Path(__file__).parent
CASES = {
    "d01_wages": Paper(samples.WAGES),
    "d01_peoples": Paper(samples.FREIGHT),
    "d01_collective": Paper(samples.sorters(14)),
    "d01_thirty": Paper(papers.collective(30)),
    "d02_empty": Paper(replace(papers.EMPTY, application_mode="oral")),
    "d03_peoples": Paper(replace(papers.FREIGHT, limitation=None)),
    "d04_long_company": replace_in(PAPERS["D04"], subject="3", parties=papers.with_long_name(papers.RECEIVED)),
    "d05_wages": Paper(samples.WAGES, "沪快调受〔2026〕第7号"),
    "d05_overtime": Paper(samples.OVERTIME, "沪快调受〔2026〕第41号"),
    "d07_worker": Paper(papers.with_two_agents(papers.WAGES), subject="41"),
    "d08_long_company": replace_in(PAPERS["D08"], parties=papers.with_long_name(papers.WAGES)),
    "d10_peoples": replace_in(PAPERS["D10"], track="peoples"),
    "d11_wages": Paper(samples.WAGES),
    "d12_thirty": replace_in(PAPERS["D12"], parties=papers.collective(30).parties),
    "d13_wages": Paper(samples.WAGES, "沪快调协〔2026〕第8号"),
    "d13_peoples": Paper(samples.FREIGHT, "（2026）沪快人调协字第3号"),
    "d13_in_part": Paper(papers.in_part(papers.AGREED), "沪快调协〔2026〕第8号"),
    "d13_peoples_in_part": Paper(papers.in_part(samples.FREIGHT), "（2026）沪快人调协字第3号"),
    "d13_collective": Paper(samples.sorters(14), "沪快调协〔2026〕第2号"),
    "d13_thirty": Paper(samples.sorters(30), "沪快调协〔2026〕第2号"),
    "d13_twelve_instalments": Paper(samples.TWELVE_INSTALMENTS, "沪快调协〔2026〕第9号"),
    "d14_in_part": Paper(papers.in_part(papers.FREIGHT)),
    "d15_contract": Paper(samples.CONTRACT, "沪快调告〔2026〕第4号"),
    "d15_peoples": Paper(samples.CARGO, "（2026）沪快人调告字第1号"),
    "d16_terminated": replace_in(PAPERS["D16"], outcome=replace(papers.WITHDRAWN.outcome, kind="terminated")),
    "d17_long_company": replace_in(PAPERS["D17"], parties=papers.with_long_name(papers.AGREED))._replace(
        typed=(("recipients", f"周明远\n{samples.LONG_COMPANY}"), ("method", "邮寄送达"), ("server", "沈知言"))
    ),
    "d18_two_agents": replace_in(PAPERS["D18"], parties=papers.with_two_agents(papers.AGREED).parties),
    "d19_peoples": replace_in(PAPERS["D19"], **papers.as_facts(papers.CONFIRMED)),
    "d20_all_falls_due": replace_in(PAPERS["D20"], agreement=papers.ONE_OF_TWELVE_MISSED),
    "d22_peoples": replace_in(PAPERS["D22"], track="peoples"),
    "d26_thirty": replace_in(PAPERS["D26"], **papers.as_facts(papers.collective(30))),
    "d28_empty": Paper(papers.EMPTY),
    "d29_peoples": replace_in(PAPERS["D29"], track="peoples"),
}
ISSUED_ON = {"d20_all_falls_due": date(2026, 4, 20), "d20": date(2026, 4, 20)}
CASES |= {
    code.lower(): paper for code, paper in PAPERS.items() if f"{code.lower()}_wages" not in CASES and code != "D15"
}


@pytest.mark.parametrize("name", CASES)
def test_the_words_are_those_that_were_read(name, monkeypatch):
    monkeypatch.setattr(fonts, "load", partial(fonts.load, system=False))
    paper, code = CASES[name], name.partition("_")[0].upper()
    facts = paper.ready
    given = facts.outcome.ended_on if facts.outcome else facts.accepted_on or facts.received_on
    is_draft = name.endswith("_empty")
    pdf = registry.render(
        code,
        facts,
        number=paper.number,
        issued_on=ISSUED_ON.get(name, given),
        instance_fonts=None,
        draft=is_draft,
    )
    pages = [page.extract_text().strip() for page in PdfReader(BytesIO(pdf)).pages]
    text = "\n\n".join(pages) + "\n"
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_file_is_left_of_a_paper_that_is_not_made_any_more():
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(CASES)


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
@pytest.mark.parametrize("code", sorted(PAPERS))
def test_another_program_finds_nothing_wrong_with_the_file(code, tmp_path):
    target = tmp_path / "paper.pdf"
    facts = PAPERS[code].ready
    target.write_bytes(
        registry.render(code, facts, number="1", issued_on=date(2026, 4, 20), instance_fonts=None, draft=True)
    )
    found = subprocess.run(["qpdf", "--check", str(target)], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
