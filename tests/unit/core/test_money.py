"""Amounts as people write them, and as agreements must write them."""

import pytest

from mediation.core.money import MoneyError, capitals, parse_amounts, parse_fen, yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12000", 1_200_000),
        ("12,000", 1_200_000),
        ("12，000", 1_200_000),
        ("¥12,345.60", 1_234_560),
        ("￥3千", 300_000),
        ("12000元", 1_200_000),
        ("12000元整", 1_200_000),
        ("5000.00元整", 500_000),
        ("人民币12000元", 1_200_000),
        ("RMB 12,000", 1_200_000),
        ("１０９９０", 1_099_000),
        ("１４，１８３．８８元", 1_418_388),
        (" 1 000 元 ", 100_000),
        ("1\u200b000", 100_000),
        ("1.2万", 1_200_000),
        ("11.7万", 11_700_000),
        ("25万元", 25_000_000),
        ("1.2w", 1_200_000),
        ("3k", 300_000),
        ("1万2千", 1_200_000),
        ("1万2", 1_200_000),
        ("3万5000元", 3_500_000),
        ("1亿", 10_000_000_000),
        ("四万二千元", 4_200_000),
        ("一万二", 1_200_000),
        ("一万零五百元", 1_050_000),
        ("十二万", 12_000_000),
        ("三百二", 32_000),
        ("二十五元", 2_500),
        ("两千五百万元", 2_500_000_000),
        ("三块五", 350),
        ("3元5角", 350),
        ("3元零5分", 305),
        ("壹万贰仟叁佰肆拾伍元陆角整", 1_234_560),
        ("人民币（大写）壹万贰仟元整", 1_200_000),
        ("壹佰元零伍分", 10_005),
        ("5角", 50),
        ("12,000元（壹万贰仟元整）", 1_200_000),
        ("0", 0),
        ("0.01", 1),
        (12000, 1_200_000),
        (15399.0, 1_539_900),
        (16491.6, 1_649_160),
        (0.1 + 0.2, 30),
    ],
)
def test_one_exact_amount_becomes_fen(text, fen):
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \u3000", "empty"),
        ("约2万", "approximate"),
        ("3万余元", "approximate"),
        ("30多万元", "approximate"),
        ("几千元", "approximate"),
        ("2万左右", "approximate"),
        ("超过50万元", "approximate"),
        ("3-5万", "range"),
        ("3万至5万元", "range"),
        ("3千~5千", "range"),
        ("-500", "negative"),
        ("负五百元", "negative"),
        ("(1,000.00)", "negative"),
        (-3, "negative"),
        ("12.345", "precision"),
        ("1.23456789万", "precision"),
        ("一万五元", "ambiguous"),
        ("12,000元（壹万叁仟元整）", "ambiguous"),
        ("1000000000000", "too_large"),
        ("工资", "words"),
        ("12,00", "words"),
        ("1.2.3", "words"),
        ("五万三万", "words"),
        ("元", "words"),
        ("12000元工资", "words"),
        (float("nan"), "words"),
        (True, "words"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text, reason):
    with pytest.raises(MoneyError) as caught:
        parse_fen(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", ()),
        ("／", ()),
        ("508,484", (("", 50_848_400),)),
        (117770.0, (("", 11_777_000),)),
        (
            "货物损失806,847.96元；抢修费用159461.4元；差旅费9,798.4元",
            (("货物损失", 80_684_796), ("抢修费用", 15_946_140), ("差旅费", 979_840)),
        ),
        ("工资5000元，加班费3,000元，合计8000元", (("工资", 500_000), ("加班费", 300_000))),
        ("工资：5000\n押金：2000", (("工资", 500_000), ("押金", 200_000))),
        ("1、工资5000元；2、押金2000元", (("工资", 500_000), ("押金", 200_000))),
        ("5000元工资、3000元押金", (("工资", 500_000), ("押金", 300_000))),
        ("2022年5至7月劳动报酬15399元", (("2022年5至7月劳动报酬", 1_539_900),)),
        ("确认劳动关系；支付工资5000元", (("确认劳动关系", None), ("支付工资", 500_000))),
        ("违约金5000元，余款3000元", (("违约金", 500_000), ("余款", 300_000))),
        ("工资5000元，押金3000元，以上合计8000元", (("工资", 500_000), ("押金", 300_000))),
        ("经济补偿1.2万、工资四千元", (("经济补偿", 1_200_000), ("工资", 400_000))),
    ],
)
def test_a_cell_with_exact_amounts_is_split(text, items):
    parsed = parse_amounts(text)
    assert parsed.items == items
    amounts = [fen for _, fen in items if fen is not None]
    assert parsed.total_fen == (sum(amounts) if amounts else None)
    assert not parsed.approx and parsed.reason is None


@pytest.mark.parametrize(
    ("text", "approx", "reason", "lower_fen"),
    [
        ("3万余元", True, "not_exact", 3_000_000),
        ("约2万", True, "not_exact", None),
        ("3-5万", True, "not_exact", None),
        ("至少2万元", True, "not_exact", 2_000_000),
        ("工资约5000元，押金1000元", True, "not_exact", None),
        ("工资3至5万元", True, "not_exact", None),
        ("工资5000元，合计9000元，押金1000元", False, "not_exact", None),
        ("43车次329065元，另称遗漏两笔18000元、12500元，已付50000元", False, "not_exact", None),
        ("按每趟1000元结算，共150趟", False, "not_exact", None),
        ("30多万元（其中徐某3万多元），另有押金", True, "not_exact", None),
        ("三个月派送费（四万余单）", True, "not_exact", None),
        ("2024年8至11月工资", False, "not_exact", None),
        ("退车，并解除以租代购（已付租金2.41万元）", False, "not_exact", None),
        ("13块银砖，每块13万余元", True, "not_exact", None),
        ("结算运费、立即卸车、赔付押车费", False, "words", None),
        ("一次性伤残就业补助金", False, "words", None),
    ],
)
def test_a_cell_that_is_not_exact_gives_no_figure(text, approx, reason, lower_fen):
    parsed = parse_amounts(text)
    assert (parsed.total_fen, parsed.items) == (None, ())
    assert (parsed.reason, parsed.lower_fen, parsed.text) == (reason, lower_fen, text)
    if approx:
        assert parsed.approx


def test_yuan_groups_thousands_and_keeps_two_decimals():
    assert [yuan(fen) for fen in (0, 5, 1_234_560, 100, -1_234_560)] == [
        "0.00",
        "0.05",
        "12,345.60",
        "1.00",
        "-12,345.60",
    ]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.55", "伍角伍分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("10.50", "壹拾元伍角整"),
        ("15", "壹拾伍元整"),
        ("100.05", "壹佰元零伍分"),
        ("101", "壹佰零壹元整"),
        ("110", "壹佰壹拾元整"),
        ("1000.05", "壹仟元零伍分"),
        ("1001", "壹仟零壹元整"),
        ("1010.10", "壹仟零壹拾元壹角整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("12345.60", "壹万贰仟叁佰肆拾伍元陆角整"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("10005", "壹万零伍元整"),
        ("10500", "壹万零伍佰元整"),
        ("100500", "壹拾万零伍佰元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1000000", "壹佰万元整"),
        ("10000000", "壹仟万元整"),
        ("10000001", "壹仟万零壹元整"),
        ("100000001.10", "壹亿零壹元壹角整"),
        ("100010000", "壹亿零壹万元整"),
        ("110000000", "壹亿壹仟万元整"),
        ("100005000", "壹亿零伍仟元整"),
        ("123456789.01", "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_capitals(amount, text):
    assert capitals(parse_fen(amount)) == "人民币" + text


@pytest.mark.parametrize("fen", [1, 10, 101, 1_001, 30_303, 1_000_005, 20_200_020_002, 99_999_999_999_999])
def test_what_capitals_writes_can_be_read_back(fen):
    assert parse_fen(capitals(fen)) == fen


@pytest.mark.parametrize("fen", [-1, 10**14])
def test_capitals_refuses_what_it_cannot_write(fen):
    with pytest.raises(MoneyError):
        capitals(fen)
