"""Search words, proposed tracks, safe cells."""

from __future__ import annotations

import pytest

from mediation.cases.grams import fts5_query, index_words, query_words, tsquery
from mediation.cases.lifecycle import Track
from mediation.cases.tables import safe_cell
from mediation.cases.tracks import propose


def test_bigrams_and_whole_latin_runs() -> None:
    assert index_words(["王小明", "沪A12345", None]) == sorted(["王小", "小明", "明", "沪", "a12345"])


def test_full_width_and_case_do_not_matter() -> None:
    assert index_words(["ＡＢＣ"]) == ["abc"]
    assert query_words("ＡＢｃ") == [("abc", True)]


def test_two_characters_are_one_exact_word() -> None:
    assert fts5_query("小明") == '"小明"'
    assert tsquery("小明") == "'小明'"


def test_one_character_finds_first_and_last() -> None:
    words = index_words(["王小明"])
    for character, hits in (("王", True), ("明", True), ("张", False)):
        (prefix, is_prefix), *_ = query_words(character)
        assert is_prefix
        assert any(word.startswith(prefix) for word in words) is hits


def test_quotes_cannot_break_out_of_the_query() -> None:
    assert fts5_query('a" OR "b') == '"a"* AND "or"* AND "b"*'
    assert fts5_query("'\"*()") is None
    assert tsquery("') | ('") is None


@pytest.mark.parametrize(
    ("relationship", "category", "track"),
    [
        ("employment", "wage.arrears", Track.LABOUR),
        ("employment", "freight.arrears", Track.PEOPLES),
        ("quasi", "new_form.lateness", Track.NEW_FORM),
        ("quasi", "wage.arrears", Track.NEW_FORM),
        ("self_run", "freight.arrears", Track.PEOPLES),
        ("self_run", "wage.piece_fee", Track.PEOPLES),
        ("undetermined", "wage.arrears", Track.LABOUR),
        ("undetermined", "new_form.deposit", Track.NEW_FORM),
        ("undetermined", "deposit_lease.vehicle_deposit", Track.PEOPLES),
        ("employment", "social_insurance.unpaid", Track.REFERRAL),
        ("employment", "injury.recognition", Track.REFERRAL),
        ("employment", "injury.benefits", Track.LABOUR),
        ("self_run", "public_order", Track.POLICE),
        ("employment", "traffic", Track.TRAFFIC),
    ],
)
def test_the_track_follows_relationship_and_cause(relationship: str, category: str, track: Track) -> None:
    assert propose(relationship, category)[0] is track


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["周明远", "1+1", 5, 1.5, None])
def test_a_plain_cell_stays(value: object) -> None:
    assert safe_cell(value) == value
