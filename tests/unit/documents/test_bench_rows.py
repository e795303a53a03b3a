"""What the other engines of the benchmark are given is the whole agreement, not a shorter one."""

from mediation.documents import registry
from mediation.documents.typeset.blocks import texts
from tests.bench import papers


def test_the_rows_hold_every_word_of_the_agreement():
    given = "".join(cell for _kind, cells in papers._rows() for cell in cells)
    words = [text for text in texts(registry.get("D13").build(papers.FACTS)) if len(text) > 4 and not text.isascii()]
    assert len(words) > 40
    assert [text for text in words if text not in given] == []
