"""Renders one paper, given as plain rows, with WeasyPrint or Typst; run in the peers' environment.

``python paper_engines.py ENGINE ROWS.json FONTS SECONDS`` prints the milliseconds of each document, one per line. Each
document differs in its number, as issued papers do, so that nothing is remembered from the one before.
"""

from __future__ import annotations

import html
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

Row = tuple[str, list[str]]  # title, text, or table row (cells)


def weasyprint_with(rows: list[Row], fonts: Path) -> Callable[[int], bytes]:
    """WeasyPrint with one font configuration for all documents, its quicker way."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    faces = FontConfiguration()
    style = CSS(
        string=(
            f"@font-face {{ font-family: Song; src: url({(fonts / 'NotoSerifSC-Regular.otf').as_uri()}) }}"
            "@page { size: A4; margin: 37mm 26mm 35mm 28mm } body { font: 16pt/1.8 Song; text-align: justify }"
            "td { border: 1px solid; padding: 2pt 4pt } table { border-collapse: collapse; width: 100% }"
        ),
        font_config=faces,
    )

    def render(number: int) -> bytes:
        parts = [f"<p>第{number}号</p>"]
        for kind, cells in rows:
            texts = [html.escape(one) for one in cells]
            if kind == "row":
                parts.append("<table><tr>" + "".join(f"<td>{one}</td>" for one in texts) + "</tr></table>")
            else:
                parts.append(f"<{'h1' if kind == 'title' else 'p'}>{texts[0]}</{'h1' if kind == 'title' else 'p'}>")
        return HTML(string="<body>" + "".join(parts)).write_pdf(stylesheets=[style], font_config=faces)

    return render


def typst_with(rows: list[Row], fonts: Path) -> Callable[[int], bytes]:
    """Typst with one compiler for all documents."""
    import tempfile

    import typst

    folder = Path(tempfile.mkdtemp())
    source = folder / "main.typ"

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    def render(number: int) -> bytes:
        lines = [
            '#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))',
            '#set text(font: "Noto Serif SC", size: 16pt, lang: "zh")',
            "#set par(justify: true, leading: 13pt)",
            f"#text({quoted(f'第{number}号')})",
        ]
        for kind, cells in rows:
            if kind == "row":
                lines.append(f"#table(columns: {len(cells)}, {', '.join(f'[#{quoted(one)}]' for one in cells)})")
            else:
                lines.append(f"#par(text(size: {'22pt' if kind == 'title' else '16pt'}, {quoted(cells[0])}))")
        source.write_text("\n".join(lines), encoding="utf-8")
        return typst.compile(str(source), font_paths=[str(fonts)])

    return render


def main() -> None:
    """Measure for some seconds."""
    engine, rows_file, fonts, seconds = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4])
    rows = [(kind, cells) for kind, cells in json.loads(rows_file.read_text("utf-8"))]
    render = {"weasyprint": weasyprint_with, "typst": typst_with}[engine](rows, fonts)
    if not render(0).startswith(b"%PDF"):
        raise SystemExit("no PDF")
    ends, number = time.perf_counter() + seconds, 0
    while number < 3 or time.perf_counter() < ends:
        number += 1
        began = time.perf_counter()
        render(number)
        print(f"{(time.perf_counter() - began) * 1000:.2f}", flush=True)


if __name__ == "__main__":
    main()
