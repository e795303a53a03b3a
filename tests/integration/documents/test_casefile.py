"""The case file of a real case: complete, in order, and with nothing internal in the open part."""

from __future__ import annotations

import subprocess
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from mediation.attachments import service as attachments
from mediation.audit.models import AuditRow
from mediation.cases import queries as case_queries
from mediation.cases import service as cases
from mediation.core.db import db, transaction
from mediation.core.errors import Forbidden
from mediation.documents import service
from mediation.documents.casefile import making
from mediation.documents.casefile.making import CaseFile
from tests import personas
from tests.factories import documents as play
from tests.factories.casefiles import CANARY

TODAY = date(2026, 3, 16)


def photo() -> bytes:
    target = BytesIO()
    Image.new("RGB", (600, 800), (30, 90, 160)).save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def filed(context, number) -> str:
    """C01 with its notice and agreement issued, the agreement signed, two pieces of evidence and a private note."""
    play.act(number, "duty_lawyer", date(2026, 3, 6), service.issue, code="D05")
    agreement = play.act(number, "duty_lawyer", TODAY, service.issue, code="D13")
    with play.casefiles.at(TODAY), transaction():
        actor = personas.actor("duty_lawyer")
        case = case_queries.get_for(actor, number)
        service.keep_scan(actor, document=db.session.merge(agreement), filename="签署件.jpg", content=photo())
        attachments.store(
            actor,
            committee_id=case.committee_id,
            case_id=case.id,
            kind="evidence",
            filename="工资单.jpg",
            content=photo(),
        )
        cases.add_note(actor, case=case, body=f"单独谈话：{CANARY}")
    return number


def made(number: str, persona: str = "duty_lawyer", **options) -> CaseFile:
    with play.casefiles.at(TODAY), transaction():
        actor = personas.actor(persona)
        return making.make(actor, case=case_queries.get_for(actor, number), **options)


def texts(content: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def test_the_open_file_holds_everything_in_order(filed):
    file = made(filed, remark="网点原件存派出所")
    pages = texts(file.content)
    outline = [one.title for one in PdfReader(BytesIO(file.content)).outline]
    assert outline[:2] == ["封面", "卷内目录"]
    assert outline[-3:] == ["缺少的材料", "备考表", "封底"]
    assert outline.index("受理通知书") < outline.index("工资单.jpg") < outline.index("调解协议书")
    assert outline[outline.index("调解协议书") + 1] == "调解协议书（续）"
    catalogue = pages[1]
    assert "附签署件" in catalogue
    assert f"共{file.pages}页" in "".join(pages)
    assert "网点原件存派出所" in "".join(pages)
    assert str(file.pages) in pages[1 + file.pages]


def test_nothing_internal_is_in_the_open_file_and_the_notes_are_in_the_other(filed):
    assert CANARY not in "".join(texts(made(filed).content))
    internal = made(filed, is_internal=True)
    assert CANARY in "".join(texts(internal.content))
    assert "调解协议书" not in [one.title for one in PdfReader(BytesIO(internal.content)).outline]
    given = db.session.query(AuditRow).filter(AuditRow.event == "case_file_made").count()
    assert given == 2


def test_the_lacks_are_those_of_the_course(filed):
    codes = {one.code for one in made(filed).lacks}
    assert {"D01", "D03"} <= codes
    assert "D13" not in codes
    assert "D05" not in codes


def test_other_programs_read_it(filed, tmp_path):
    path = tmp_path / "file.pdf"
    path.write_bytes(made(filed).content)
    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "No syntax or stream encoding errors" in checked.stdout


@pytest.mark.parametrize("persona", ["hr_same_company", "police_here"])
def test_only_staff_make_it(filed, persona):
    with pytest.raises(Forbidden):
        made(filed, persona)
    with pytest.raises(Forbidden):
        made(filed, persona, is_internal=True)
