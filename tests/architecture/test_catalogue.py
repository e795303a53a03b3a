"""The English catalogue is complete: every word of the source has its translation, with the same blanks to fill."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.architecture.tree import ROOT

ENGLISH = ROOT / "mediation" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
BLANK = re.compile(r"%\(\w+\)[a-z]|%%")


# The context (most have none) and the words; of two forms the first.
Entry = tuple[str, str]


@cache
def _source() -> frozenset[Entry]:
    """The words of the source."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping["pattern"]: {k: v for k, v in mapping.items() if k == "silent"} for mapping in mappings}
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return frozenset(
        (context or "", words if isinstance(words, str) else words[0]) for _, _, words, _, context in found
    )


def _said_by_python() -> list[str]:
    methods, options = [("mediation/**.py", "python")], {}
    return [words for _, _, words, _, _ in extract_from_dir(ROOT, methods, options, KEYWORDS) if isinstance(words, str)]


def _translated(catalogue: Catalog) -> dict[Entry, tuple[str, ...]]:
    """The words with all their translations, fuzzy and empty ones left out."""
    done = {}
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not message.fuzzy and all(strings):
            words = message.id if isinstance(message.id, str) else message.id[0]
            done[message.context or "", words] = tuple(strings)
    return done


@pytest.fixture(scope="module")
def english() -> dict[Entry, tuple[str, ...]]:
    with ENGLISH.open("rb") as file:
        return _translated(read_po(file))


def test_every_word_is_translated(english: dict[Entry, tuple[str, ...]]):
    assert sorted(_source() - english.keys()) == [], "run `make catalogue` and translate these"


def test_no_translation_is_left_over(english: dict[Entry, tuple[str, ...]]):
    assert sorted(english.keys() - _source()) == [], "run `make catalogue`"


def test_a_translation_has_the_blanks_of_its_source(english: dict[Entry, tuple[str, ...]]):
    different = [
        words
        for (_, words), translations in english.items()
        for translation in translations
        if set(BLANK.findall(words)) != set(BLANK.findall(translation))
    ]
    assert different == []


def test_only_words_with_blanks_double_their_percent_signs():
    """Python's gettext fills in nothing where there is no blank: a doubled sign would be read as two."""
    assert [words for words in _said_by_python() if "%%" in words and "%(" not in words] == []


def test_fuzzy_and_empty_translations_do_not_count():
    catalogue = Catalog(locale="en")
    catalogue.add("案件", "Case")
    catalogue.add("期限", "Deadline", flags=["fuzzy"])
    catalogue.add("调解", "")
    assert _translated(catalogue) == {("", "案件"): ("Case",)}
