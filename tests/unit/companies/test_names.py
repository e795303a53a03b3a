"""The same company name, typed in two ways, is one name."""

import pytest

from mediation.companies import credit_code
from mediation.companies.names import normalise
from tests.factories.companies import credit_code as made_code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("栖岚快递(上海)有限公司", "栖岚快递（上海）有限公司"),
        (" 栖岚快递 （上海） 有限公司\u3000", "栖岚快递（上海）有限公司"),
        ("栖岚\u200b快递〔上海〕有限公司", "栖岚快递（上海）有限公司"),
        ("ACME  Express (Shanghai) Ltd", "ACME Express (Shanghai) Ltd"),
        ("栖岚 Express 上海", "栖岚Express上海"),
        ("", ""),
        (None, ""),
    ],
)
def test_name_is_kept_as_in_the_licence(typed, kept):
    assert normalise(typed) == kept


def test_credit_code_needs_its_check_character():
    code = made_code(17)
    assert credit_code.is_valid(code)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert not credit_code.is_valid(wrong)
    assert not credit_code.is_valid(code[:-1])


def test_credit_code_is_read_as_people_type_it():
    assert credit_code.normalise(" 9131 0118-ma00 00017x ") == "91310118MA0000017X"
    assert credit_code.normalise("  ") is None
