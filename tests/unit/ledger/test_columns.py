"""Headings in other committees' wording."""

import pytest

from mediation.ledger.columns import Heading, column_letter, match_columns


def match(*headings, **options):
    parts = [(heading,) if isinstance(heading, str) else heading for heading in headings]
    return match_columns([Heading(column, text) for column, text in enumerate(parts)], **options)


def fields(columns):
    return {found.heading.text: found.field for found in columns.matches}


@pytest.mark.parametrize(
    "wordings",
    [
        {"登记时间": "reg_date", "投诉人": "applicants.name", "身份证": "applicants.id_no", "手机": "applicants.phone",
         "被投诉单位": "respondents", "案由": "category", "标的额": "claims", "调解结果": "result", "办结日期": "close_date",
         "调解员": "handler"},
        {"受理日期": "reg_date", "劳动者": "applicants.name", "证件号": "applicants.id_no", "电话": "applicants.phone",
         "公司": "respondents", "纠纷类型": "category", "涉案金额": "claims", "办理结果": "result", "结案时间": "close_date",
         "经办人": "handler"},
        {"收案日期": "reg_date", "申请方": "applicants.name", "联系方式": "applicants.phone", "用人单位": "respondents",
         "争议类别": "category", "请求金额": "claims", "处理情况": "result", "承办律师": "handler"},
        {"收案日期": "reg_date", "受理日期": "accept_date", "当事人姓名": "applicants.name", "被申请方": "respondents",
         "序号": "seq", "编号": "case_no"},
        {"当事人（甲方）": "applicants.name", "当事人（乙方）": "respondents", "纠纷简要情况": "facts", "是否成功": "result",
         "协议涉及金额（万元）": "settled_fen", "调解员签名": "handler"},
        {"申请人联系电话": "applicants.phone", "被申请人联系电话": "respondents.phone", "申请人姓名": "applicants.name",
         "被申请人名称": "respondents", "被申请人法定代表人": "respondents.contact"},
        {"日期": "reg_date", "姓名": "applicants.name", "单位": "respondents", "事由": "facts", "金额": "claims",
         "结果": "result"},
    ],
)  # fmt: skip
def test_other_wordings_of_the_same_columns(wordings):
    columns = match(*wordings)
    assert fields(columns) == wordings
    assert columns.unmatched == () and columns.missing == ()


def test_two_header_rows_are_read_together():
    columns = match(
        ("申请人", "姓名"), ("申请人", "证件号码"), ("申请人", "电话"), ("被申请人", "名称"), ("被申请人", "电话"),
        ("金额（元）", "请求"), ("金额（元）", "协议"), ("日期", "登记"), ("日期", "结案"),
    )  # fmt: skip
    assert [found.field for found in columns.matches] == [
        "applicants.name", "applicants.id_no", "applicants.phone", "respondents", "respondents.phone",
        "claims", "settled_fen", "reg_date", "close_date",
    ]  # fmt: skip


def test_a_similar_heading_is_proposed_with_less_confidence():
    (found,) = [found for found in match("争议发生的时间", "申请人", "被申请人").matches if found.field == "event_date"]
    assert 0.6 <= found.confidence < 1


def test_what_nobody_recognises_is_reported_and_what_is_missing_too():
    columns = match("申请人", "车牌号", "满意度")
    assert [heading.text for heading in columns.unmatched] == ["车牌号", "满意度"]
    assert columns.missing == ("respondents",)


def test_the_other_sides_columns_never_become_the_applicants():
    columns = match("被申请人身份证号", "代理人电话", "法定代表人", "申请人", "被申请人")
    assert {"applicants.id_no", "applicants.phone"}.isdisjoint(found.field for found in columns.matches)


def test_a_person_overrides_the_proposal():
    columns = match("姓名", "单位", "事项", overrides={"C": "facts", "B": None, "A": "respondents"})
    assert fields(columns) == {"姓名": "respondents", "事项": "facts"}
    assert columns.missing == ("applicants.name",)


def test_numbers_give_away_a_column_whose_heading_says_nothing():
    samples = {2: ["310112199908029976", ""], 3: ["14500000001", "+8614500000002"]}
    columns = match("申请人", "被申请人", "号码一", "号码二", samples=samples)
    assert fields(columns)["号码一"] == "applicants.id_no"
    assert fields(columns)["号码二"] == "applicants.phone"


def test_a_heading_in_ten_thousands_scales_its_column():
    columns = match("申请人", "被申请人", "标的额（万元）", "协议金额(元)")
    assert [found.scale for found in columns.matches] == [1, 1, 10_000, 1]


def test_column_letters():
    assert [column_letter(column) for column in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
