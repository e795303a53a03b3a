"""Masks cover the middle and never show a short value whole."""

import pytest

from mediation.parties.policy import mask_text


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("id_number", "310118198803090017", "310***********0017"),
        ("phone", "13800138000", "138****8000"),
        ("phone", "12345", "***45"),
        ("second_phone", "02159881234", "021****1234"),
        ("bank_account", "6222020200112233445", "***************3445"),
        ("bank_account", "1", "*"),
        ("address", "上海市青浦区华新镇示例路1号", "上海市青浦区…"),
        ("address", "示例路1号", "示例…"),
        ("phone", None, None),
        ("phone", "", None),
    ],
)
def test_mask(field, value, shown):
    assert mask_text(field, value) == shown
