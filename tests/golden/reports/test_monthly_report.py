"""The words of the month's report, page by page, against a file that a person has read.

Set UPDATE_GOLDEN=1 to write the file anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from mediation.documents.proof import codes
from mediation.reports import monthly_report, snapshots
from mediation.reports.frozen import LAYOUT
from mediation.reports.pages import front
from tests.golden.reports.october import SEED, snapshot

FOLDER = Path(__file__).parent
CHANGED = [{"table": "未结案件的增减", "row": "本月", "code": "－ 结案", "before": "43", "after": "44"}]


def pdf(version: int | None = 1, differences: list | None = None, layout: int = LAYOUT) -> bytes:
    return monthly_report.render(snapshot(version, differences, layout), instance_fonts=None, system=False)


@pytest.mark.parametrize(("name", "layout"), [("october", 3), ("october_in_part", 4)])
def test_the_words_are_those_that_were_read(name: str, layout: int):
    pages = [page.extract_text().strip() for page in PdfReader(BytesIO(pdf(layout=layout))).pages]
    text = "\n\n".join(pages) + "\n"
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_same_snapshot_gives_the_same_bytes():
    assert pdf() == pdf()


@pytest.mark.parametrize("version", [None, 2])
def test_drafts_and_versions_say_what_they_are(version: int | None):
    document = PdfReader(BytesIO(pdf(version, CHANGED)))
    first = document.pages[0].extract_text()
    assert ("草稿" if version is None else "第2版") in first
    assert document.metadata.title == "快递物流行业劳动争议调解月报 2026年10月"
    for number, page in enumerate(document.pages, 1):
        text = page.extract_text()
        assert f"第 {number} 页 共 {len(document.pages)} 页" in text
        assert number == 1 or "快递物流行业劳动争议调解月报　2026年10月" in text


def test_each_page_of_the_report_begins_a_sheet():
    texts = [page.extract_text() for page in PdfReader(BytesIO(pdf())).pages]
    for title in (
        "一、主要数字",
        "二、收案走势和信号",
        "三、结果和办理天数",
        "四、案由和公司",
        "五、数据质量和指标含义",
        "附件",
    ):
        [at] = [at for at, text in enumerate(texts) if title in text]
        assert not at or text_before(texts[at], title) <= 2, title


LONG = "泽柏国际供应链管理（上海）有限公司长三角分公司"
LONGEST = (
    "2026年10月新收案件1,158件，比上月（1,041件）增加117件（11.2%），比上年同月（1,402件）减少244件（17.4%）；"
    "另接待咨询1,104件。",
    "本月有结果的案件1,145件，其中达成协议1,034件，调解成功率90.3%，从登记到协议生效的总天数中位数为12.5天，九成不超过"
    "128.5天，扣除暂停后的净天数中位数为11.5天；协议金额123,456,789.00元，当月到账123,333,333.33元。",
    f"新收案件最多的公司是{LONG}、云岫速运集团华东区域管理有限责任公司（各1,112件），最多的案由是新就业形态劳动报酬、"
    "运输服务费用争议（各1,120件），月末未结案件1,135件，超期事项1,102项。",
)


@pytest.mark.parametrize("company", [None, LONG])
def test_the_first_page_fits_one_sheet_with_the_longest_names_and_sums(company: str | None):
    figures = snapshot()
    blocks = figures["pages"][0]["blocks"]
    for block, sentence in zip(blocks[1:4], LONGEST, strict=True):
        block["text"] = sentence
    for line in blocks[4]["rows"][-3:]:
        line["cells"][1:] = [
            1_234_567_890, 2_234_567_890, "−10,000,000.00", 1_111_111_111, "+1,234,567.79", 98_765_432_100,
        ]  # fmt: skip
    blocks[-1]["text"] = front.checked(1)
    if company:
        figures["company"] = company
    pages = [
        page.extract_text()
        for page in PdfReader(BytesIO(monthly_report.render(figures, instance_fonts=None, system=False))).pages
    ]
    assert "两边相差1件" in pages[0] and "本表未作调整" in pages[0].replace("\n", "")
    assert "987,654,321.00" in pages[0] and "−10,000,000.00" in pages[0]  # no number in two lines
    assert "二、收案走势和信号" in pages[1]


def text_before(text: str, title: str) -> int:
    """How many lines stand before a title: the header, the page number."""
    return len([line for line in text[: text.index(title)].splitlines() if line.strip()])


def test_a_correction_is_listed_with_what_stood_there_before():
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf(2, CHANGED))).pages)
    assert "较上一版的更正" in text and "43" in text
    assert "较上一版的更正" not in "".join(page.extract_text() for page in PdfReader(BytesIO(pdf(1))).pages)


def test_the_numbers_lead_to_their_cases_in_one_click():
    links = set()
    for page in PdfReader(BytesIO(pdf())).pages:
        for one in page.get("/Annots", ()):
            links.add(one.get_object()["/A"]["/URI"])
    base = "https://tiaojie.example/cases/"
    assert f"{base}?received_from=2026-10-01&received_to=2026-10-31&disputes=1" in links
    assert f"{base}?received_from=2026-09-01&received_to=2026-09-30&disputes=1" in links
    assert f"{base}?received_from=2026-10-01&received_to=2026-10-31&disputes=1&main_company=1&cause=wage" in links
    assert f"{base}2026-000012" in links
    assert not any(
        "main_company=None" in link for link in links if "cause=wage" in link
    )  # what is hidden leads nowhere


def test_its_code_holds_the_hash_of_its_figures():
    content = pdf()
    found = codes.find(content)
    public = codes.Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    proof = codes.check(found[0], {codes.key_id_of(public): public})
    assert proof.claims["h"] == snapshots.digest(snapshot())
    changed = snapshot()
    changed["pages"][0]["blocks"][4]["rows"][0]["cells"][1] += 1
    assert proof.claims["h"] != snapshots.digest(changed)
