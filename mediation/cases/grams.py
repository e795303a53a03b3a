"""Search words of Chinese text: one tokenizer for both databases, independent of any locale.

Every run of Han characters gives its bigrams and its last character; other runs stay whole. A query is the AND of
its words: exact for two characters, a close superset for longer ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_RUN = re.compile(r"([\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]+)|([0-9a-z]+)")


def normalise(text: str) -> str:
    """NFKC, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def index_words(texts: Iterable[str | None]) -> list[str]:
    """The words to store for some texts, sorted, each once."""
    words: set[str] = set()
    for text in texts:
        for han, other in _RUN.findall(normalise(text or "")):
            if han:
                words.update(han[i : i + 2] for i in range(len(han) - 1))
                words.add(han[-1])
            else:
                words.add(other)
    return sorted(words)


def query_words(query: str) -> list[tuple[str, bool]]:
    """The words a query asks for: (word, is a prefix). Single characters, Latin and digit runs match as prefixes."""
    words: list[tuple[str, bool]] = []
    for han, other in _RUN.findall(normalise(query)):
        if len(han) == 1:
            words.append((han, True))  # begins a bigram, or is the last character of a run
        elif han:
            words.extend((han[i : i + 2], False) for i in range(len(han) - 1))
        elif other:
            words.append((other, True))
    return list(dict.fromkeys(words))


def fts5_query(query: str) -> str | None:
    """The query for SQLite's FTS5; None when there is nothing to search for."""
    words = query_words(query)
    return " AND ".join(f'"{word}"*' if prefix else f'"{word}"' for word, prefix in words) or None


def tsquery(query: str) -> str | None:
    """The query for PostgreSQL's tsquery; None when there is nothing to search for."""
    words = query_words(query)
    return " & ".join(f"'{word}':*" if prefix else f"'{word}'" for word, prefix in words) or None
