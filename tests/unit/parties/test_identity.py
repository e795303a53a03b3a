"""Identity numbers and phones as they come from the desk."""

from datetime import date

import pytest

from mediation.parties import identity
from tests.factories.parties import id_number


def test_valid_number_says_birth_and_gender():
    number = id_number(date(1990, 2, 28), 21)
    assert identity.is_valid_id(number)
    assert identity.birth_date(number) == date(1990, 2, 28)
    assert identity.gender_of(id_number(seq=21)) == "male"
    assert identity.gender_of(id_number(seq=22)) == "female"


@pytest.mark.parametrize(
    "spoil", [lambda n: n[:-1] + ("0" if n[-1] != "0" else "1"), lambda n: n[:17], lambda n: n + "1"]
)
def test_wrong_check_digit_or_length_is_seen(spoil):
    assert not identity.is_valid_id(spoil(id_number(seq=3)))


def test_no_such_birth_day_is_seen():
    assert not identity.is_valid_id("310118199002300018")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("８６１３８００１３８０００", "13800138000"),
        ("+862159881234", "2159881234"),
        ("021-5988 1234", "02159881234"),
        ("+49 30 1234567", "+49301234567"),
        ("无", None),
        ("", None),
        (None, None),
    ],
)
def test_phone_is_kept_as_digits(typed, kept):
    assert identity.normalise_phone(typed) == kept
