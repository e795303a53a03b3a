"""The sheets of a case file that are made with it: cover, catalogue with page numbers, what is missing, remarks, back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediation.documents.casefile.plan import Entry, Lack
from mediation.documents.facts import CaseFacts
from mediation.documents.passages import table
from mediation.documents.typeset.blocks import Block, Grid, Note, P, Sign, Signer, Title
from mediation.documents.wording import number_of

Placed = tuple[Entry, int, int]  # entry, first page, last page


def catalogue(placed: Sequence[Placed]) -> Iterator[Block]:
    """The catalogue: what stands on which pages."""
    yield Title("卷　内　目　录")
    rows = tuple(
        (str(number), entry.title, f"{first}" if first == last else f"{first}—{last}", entry.note)
        for number, (entry, first, last) in enumerate(placed, 1)
    )
    yield Grid(("序号", "文书名称", "页号", "备注"), rows, (14, 68, 22, 52), "clcl", row_height_mm=9)


def remarks(
    facts: CaseFacts, lacks: Sequence[Lack], titles: dict[str, str], pages: int, remark: str
) -> Iterator[Block]:
    """备考表: what is missing or special, and how many pages there are."""
    yield Title("卷宗情况说明" if facts.is_peoples else "备　考　表")
    told = [f"缺{titles.get(one.code, one.code)}（{one.why}）" for one in lacks]
    text = "；".join([*told, *([remark] if remark else [])]) or "无"
    yield table((("卷号", number_of(facts)), ("本卷情况说明", text), ("本卷页数", f"共{pages}页")), (30, 126), 20)
    yield Sign((Signer("立卷人", facts.handler), Signer("检查人", "")))


def lacking(lacks: Sequence[Lack], titles: dict[str, str]) -> Iterator[Block]:
    """The page of missing items, for whoever completes the file."""
    yield Title("缺 少 的 材 料")
    if not lacks:
        yield P("按本案经过应有的文书和签署件均已入卷。")
        return
    rows = tuple((str(number), titles.get(one.code, one.code), one.why) for number, one in enumerate(lacks, 1))
    yield Grid(("序号", "文书", "为什么应有"), rows, (14, 62, 80), "cll", row_height_mm=9)
    yield Note("本页供立卷人补齐材料，补齐后重新生成卷宗即可。")


def notes_sheet(notes: Sequence[tuple[str, str, str]]) -> Iterator[Block]:
    """The private notes of the internal file: (when, who, text)."""
    yield Title("工 作 记 录（副卷）")
    for at, who, text in notes:
        yield P(f"{at}　{who}", indent=0)
        yield from (P(line) for line in text.splitlines() if line.strip())


def stand_in(name: str, what: str) -> Iterator[Block]:
    """A sheet in place of a file that cannot be printed; the file itself travels with the PDF."""
    yield Title("电 子 材 料")
    yield P(
        f"本页代替不能排入卷宗的电子材料：{name}（{what}）。原文件作为附件存于本PDF文件中，可用阅读器的附件栏打开。"
    )
