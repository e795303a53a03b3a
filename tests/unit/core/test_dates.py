"""Dates as people write them."""

from datetime import date, datetime

import pytest

from mediation.core.dates import DateError, PartialDate, format_day, parse_date, parse_day, short

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026-1-2", "2026-01-02"),
        ("2026/11/22", "2026-11-22"),
        ("2026.11.22", "2026-11-22"),
        ("2026。11。22", "2026-11-22"),
        ("2026年11月22日", "2026-11-22"),
        ("2026年 11月 2 日", "2026-11-02"),
        ("2026年11月22号", "2026-11-22"),
        ("2026年11月22日上午", "2026-11-22"),
        ("2026年11月22日（周日）", "2026-11-22"),
        ("２０２６年１１月２２日", "2026-11-22"),
        ("20261122", "2026-11-22"),
        ("２０２６１１２２", "2026-11-22"),
        ("2026-11-22 09:30:00", "2026-11-22"),
        ("2026-11-22T09:30", "2026-11-22"),
        ("2026\u200b-11-22", "2026-11-22"),
        ("23.5.8", "2023-05-08"),
        ("23-05-08", "2023-05-08"),
        ("23年5月8日", "2023-05-08"),
        ("98年5月8日", "1998-05-08"),
        ("二〇二四年三月五日", "2024-03-05"),
        ("二零二四年十二月二十一日", "2024-12-21"),
        ("二〇二四年十月三十日", "2024-10-30"),
        ("2024年2月29日", "2024-02-29"),
        ("5/23/2023", "2023-05-23"),
        ("2024 3 5", "2024-03-05"),
        ("2024、3、5", "2024-03-05"),
        ("'2024-3-5", "2024-03-05"),
        ("2024/3/5 0:00:00", "2024-03-05"),
        ("二〇二四.三.五", "2024-03-05"),
        ("2024年3月5日14时30分", "2024-03-05"),
        ("今天", "2026-11-22"),
        ("昨天", "2026-11-21"),
        ("前天", "2026-11-20"),
        ("3天前", "2026-11-19"),
        ("11月22日", "2026-11-22"),
        ("11月23日", "2025-11-23"),
        ("11-20", "2026-11-20"),
        ("12.1", "2025-12-01"),
        ("2月29日", "2024-02-29"),
        ("去年5月3日", "2025-05-03"),
        (20261122, "2026-11-22"),
        (20261122.0, "2026-11-22"),
        (45292, "2024-01-01"),
        (45292.75, "2024-01-01"),
        ("45292", "2024-01-01"),
        (date(2026, 3, 9), "2026-03-09"),
        (datetime(2026, 3, 9, 23, 59), "2026-03-09"),
    ],
)
def test_a_day(written, iso):
    assert parse_date(written, TODAY) == PartialDate(iso, "day")
    assert parse_day(written, TODAY).isoformat() == iso


@pytest.mark.parametrize(
    ("written", "iso", "precision"),
    [
        ("2021年9月", "2021-09", "month"),
        ("2021-9", "2021-09", "month"),
        ("2013-07", "2013-07", "month"),
        ("2021.4", "2021-04", "month"),
        ("2021.10", "2021-10", "month"),
        (2021.4, "2021-04", "month"),
        ("202104", "2021-04", "month"),
        ("二〇二四年三月", "2024-03", "month"),
        ("去年5月", "2025-05", "month"),
        ("2006年", "2006", "year"),
        ("2006", "2006", "year"),
        (2006.0, "2006", "year"),
        ("二〇〇六年", "2006", "year"),
    ],
)
def test_a_month_or_a_year_keeps_its_precision_and_is_no_day(written, iso, precision):
    assert parse_date(written, TODAY) == PartialDate(iso, precision)
    with pytest.raises(DateError) as caught:
        parse_day(written, TODAY)
    assert caught.value.reason == "not_a_day"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "empty"),
        (None, "empty"),
        (" \u3000", "empty"),
        ("2024年6月31日", "impossible"),
        ("2023-2-29", "impossible"),
        ("20241301", "impossible"),
        ("2024年13月", "impossible"),
        ("2月30日", "impossible"),
        ("2019年7月中旬", "vague"),
        ("2022年6月下旬", "vague"),
        ("2022年底", "vague"),
        ("2022年5月初", "vague"),
        ("2022年上半年", "vague"),
        ("2022年左右", "vague"),
        ("2021年5月至8月", "vague"),
        ("2021年5月3日至8月2日", "vague"),
        ("5月上旬", "no_year"),
        ("5月", "no_year"),
        ("5/8/2023", "ambiguous"),
        (2021.1, "ambiguous"),
        ("不详", "unreadable"),
        ("2023-5-8-1", "unreadable"),
        ("12000", "unreadable"),
        (1234567, "unreadable"),
        (3.5, "unreadable"),
        ("1024-05-06", "unreadable"),
        (True, "unreadable"),
        (float("nan"), "unreadable"),
        (1e300, "unreadable"),
    ],
)
def test_what_is_no_date_says_why(written, reason):
    with pytest.raises(DateError) as caught:
        parse_date(written, TODAY)
    assert caught.value.reason == reason


@pytest.mark.parametrize("written", ["11月22日", "11-22", "昨天", "去年5月", "5月上旬"])
def test_in_a_ledger_a_missing_year_is_never_guessed(written):
    with pytest.raises(DateError) as caught:
        parse_date(written, TODAY, guess_year=False)
    assert caught.value.reason in ("no_year", "unreadable")


def test_an_impossible_day_names_month_and_day():
    with pytest.raises(DateError) as caught:
        parse_date("2024年6月31日", TODAY)
    assert (caught.value.month, caught.value.day) == (6, 31)


def test_a_partial_date_spans_its_days():
    assert PartialDate("2024-02", "month").first == date(2024, 2, 1)
    assert PartialDate("2024-02", "month").last == date(2024, 2, 29)
    assert PartialDate("2024", "year").last == date(2024, 12, 31)
    assert PartialDate("2024-02-03", "day").last == date(2024, 2, 3)


def test_writing():
    assert format_day(date(2026, 3, 9)) == "2026年3月9日"
    assert short(date(2026, 11, 22)) == "11月22日 周日"
    assert short(date(2026, 11, 23)) == "11月23日 周一"
