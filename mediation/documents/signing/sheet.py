"""The signed copy: the paper as it was issued, and behind it a sheet with every signature, its time and its digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf

from mediation.documents.signing.strokes import Strokes
from mediation.documents.typeset.blocks import Block, Ink, Note, P, Title, Together

_BASIS = "《中华人民共和国电子签名法》第十三条、第十四条"


@dataclass(frozen=True)
class Shown:
    """One signature as the sheet prints it. ``strokes`` None: signed on paper, the scan lies with the paper."""

    capacity: str
    holder: str
    signer: str
    at: str
    identified: str
    digest: str
    strokes: Strokes | None


def blocks(title: str, number: str, sha256: str, facts_digest: str, shown: Sequence[Shown]) -> Iterator[Block]:
    """The sheet of signatures."""
    yield Title("签　名　页", f"{title} {number}")
    yield P(
        "下列手写签名由签名人本人在屏幕上写成，身份已按所列方式核对；每一签名的摘要由文书数据摘要、签名人和笔迹共同算出，"
        f"任何一项改动都会使摘要不符（{_BASIS}）。"
    )
    yield Note(f"文书文件摘要（SHA-256）：{sha256}")
    yield Note(f"文书数据摘要（SHA-256）：{facts_digest}")
    for one in shown:
        yield Together(tuple(_signature(one)))


def _signature(one: Shown) -> Iterator[Block]:
    who = f"{one.capacity}：{one.holder}" if one.holder else f"{one.capacity}："
    yield P(f"{who}　　签名人：{one.signer}" if one.signer != one.holder else who, indent=0)
    if one.strokes is None:
        yield Note(f"在纸质原件上签名（{one.at}），扫描件另附。")
    else:
        yield Ink(one.strokes)
        yield Note(f"签名时间：{one.at}　身份核对：{one.identified}")
    yield Note(f"签名摘要（SHA-256）：{one.digest}")


def appended(issued: bytes, sheet: bytes) -> bytes:
    """The issued pages, unchanged, and the sheet behind them."""
    target = BytesIO()
    with pikepdf.open(BytesIO(issued)) as paper, pikepdf.open(BytesIO(sheet)) as behind:
        paper.pages.extend(behind.pages)
        paper.save(target, deterministic_id=True)
    return target.getvalue()
