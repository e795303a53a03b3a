"""Cells as people fill them, one field at a time."""

import pytest

from mediation.ledger import words
from mediation.ledger.category_words import categories_of
from mediation.ledger.report import mask
from tests.unit.ledger.invented import ID_A, ID_B, ID_C, one_row, problems


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("23.5.8", "2023-05-08"),
        ("二〇二四年三月五日", "2024-03-05"),
        (45292, "2024-01-01"),
        ("45292", "2024-01-01"),
        (20240305, "2024-03-05"),
        ("２０２４．３．５", "2024-03-05"),
        ("2024\u200b-3-5", "2024-03-05"),
        ("2024年3月5日上午", "2024-03-05"),
    ],
)
def test_a_day_of_registration(written, iso):
    row = one_row(登记日期=written, 结案日期="")
    assert (row.reg_date.iso, row.status, row.received_on.isoformat()) == (iso, "ok", iso)


@pytest.mark.parametrize(
    ("written", "code", "message"),
    [
        ("", "DATE_MISSING", "没有登记日期，须人工补录"),
        ("2024年3月", "DATE_IMPRECISE", "登记日期只到月，无法确定为某一天，须人工补录"),
        ("2024", "DATE_IMPRECISE", "登记日期只到年，无法确定为某一天，须人工补录"),
        ("3月5日", "DATE_IMPRECISE", "登记日期缺年份，须人工补录"),
        ("昨天", "DATE_UNREADABLE", "看不出是哪一天，原文照存"),
        ("2023年2月29日", "DATE_IMPOSSIBLE", "2月没有29日"),
        ("2023年13月", "DATE_IMPOSSIBLE", "没有13月"),
        ("5/8/2023", "DATE_AMBIGUOUS", "日期有两种读法，请改写成 2026-3-9 的样子"),
    ],
)
def test_a_day_of_registration_that_is_none_keeps_the_row_out(written, code, message):
    row = one_row(登记日期=written)
    assert row.status == "error" and row.received_on is None
    assert [(issue.column, issue.code, issue.message) for issue in row.issues] == [("A", code, message)]


def test_other_dates_only_warn():
    row = one_row(入职时间="2023年2月30日", 结案日期="2024年2月")
    assert problems(row) == [("I", "DATE_IMPOSSIBLE", "warning"), ("M", "DATE_ORDER", "warning")]
    assert row.hire_date is None and row.close_date.iso == "2024-02"


def test_a_date_after_today_is_pointed_out():
    assert problems(one_row(结案日期="2027-1-1")) == [("M", "DATE_FUTURE", "warning")]


@pytest.mark.parametrize(
    ("names", "ids", "phones", "people"),
    [
        ("甲某、乙某", f"{ID_A}、{ID_B}", "14500000001、14500000002", [("甲某", ID_A, "14500000001"), ("乙某", ID_B, "14500000002")]),
        ("甲某，乙某", f"{ID_A}；{ID_B}", "+86 145-0000-0001 / 14500000002", [("甲某", ID_A, "14500000001"), ("乙某", ID_B, "14500000002")]),
        ("甲某\n乙某", f"{ID_A}\n{ID_B}", "14500000001\n0086 14500000002", [("甲某", ID_A, "14500000001"), ("乙某", ID_B, "14500000002")]),
        ("甲某某 乙某某", f"{ID_A} {ID_C.lower()}", "１４５０００００００１", [("甲某某", ID_A, "14500000001"), ("乙某某", ID_C, None)]),
        ("1.甲某 2.乙某", f"1、{ID_A}\n2、{ID_B}", "1、14500000001 2、14500000002", [("甲某", ID_A, "14500000001"), ("乙某", ID_B, "14500000002")]),
        ("甲 某", ID_A, 14500000001, [("甲某", ID_A, "14500000001")]),
        ("甲某\u200b（化名, 男）", f"'{ID_A}", "021-5000 0000", [("甲某（化名，男）".replace("，", ","), ID_A, "02150000000")]),
        ("甲某(14500000003)", "", "", [("甲某", None, "14500000003")]),
        (f"甲某 身份证号：{ID_A} 电话：14500000003", "", "", [("甲某", ID_A, "14500000003")]),
    ],
)  # fmt: skip
def test_people_with_their_numbers(names, ids, phones, people):
    row = one_row(申请人=names, 身份证号=ids, 联系电话=phones)
    assert [(person.name, person.id_number, person.phone) for person in row.applicants] == people
    assert row.status == "ok"


def test_one_applicant_with_two_phones_keeps_both():
    (person,) = one_row(联系电话="14500000001/021-50000000").applicants
    assert (person.phone, person.second_phone) == ("14500000001", "02150000000")


def test_a_company_may_apply_without_an_id_number():
    row = one_row(申请人="虚构承运（上海）有限公司", 身份证号="／", 人数="")
    assert (row.applicant_kind, row.applicants[0].id_number, row.headcount, row.status) == ("company", None, None, "ok")


@pytest.mark.parametrize(
    ("written", "code", "severity"),
    [
        (ID_A[:-1] + "7", "ID_CHECKSUM", "error"),
        (ID_A[:-1], "ID_LENGTH", "error"),
        (int(ID_A), "ID_TRUNCATED", "error"),
        ("3.10112E+17", "ID_TRUNCATED", "error"),
        ("310112********9976", "ID_MASKED", "warning"),
        ("310112990802997", "ID_OTHER", "warning"),
        ("E12345678", "ID_OTHER", "warning"),
    ],
)
def test_a_wrong_id_number_is_kept_as_text_only(written, code, severity):
    row = one_row(身份证号=written)
    assert problems(row) == [("C", code, severity)]
    assert row.applicants[0].id_number is None and row.applicants[0].id_raw


def test_numbers_that_do_not_fit_the_names_are_pointed_out():
    row = one_row(申请人="甲某、乙某、丙某", 身份证号=f"{ID_A}、{ID_B}")
    assert problems(row) == [("C", "PERSON_COUNT", "warning")]
    assert [person.id_number for person in row.applicants] == [ID_A, ID_B, None]


def test_two_people_of_one_name_are_two():
    row = one_row(申请人="李某、李某", 身份证号=f"{ID_A}、无")
    assert [(person.name, person.id_number) for person in row.applicants] == [("李某", ID_A), ("李某", None)]


def test_no_applicant_is_an_error():
    assert problems(one_row(申请人=" ")) == [("B", "NAME_MISSING", "error")]


def test_a_phone_that_is_none_is_not_kept():
    row = one_row(联系电话="1450000")
    assert row.applicants[0].phone is None or len(row.applicants[0].phone) == 7
    row = one_row(联系电话="145000000012")
    assert problems(row) == [("D", "PHONE_INVALID", "warning")] and row.applicants[0].phone is None


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (" 虚构快运(上海)有限公司\u3000", ("虚构快运（上海）有限公司",)),
        ("虚构 快运 有限公司", ("虚构快运有限公司",)),
        ("甲虚构有限公司、乙虚构网点", ("甲虚构有限公司", "乙虚构网点")),
        ("甲虚构有限公司；乙虚构网点\n丙某", ("甲虚构有限公司", "乙虚构网点", "丙某")),
        ("甲虚构有限公司及乙虚构有限公司", ("甲虚构有限公司", "乙虚构有限公司")),
        ("1.甲虚构有限公司\n2、乙虚构有限公司", ("甲虚构有限公司", "乙虚构有限公司")),
        ("甲虚构有限公司（联系人丙某，电话14500000009）", ("甲虚构有限公司",)),
    ],
)
def test_respondents(written, names):
    row = one_row(被申请人=written)
    assert (row.respondents, row.status) == (names, "ok")


@pytest.mark.parametrize("written", ["不详", "不明（老板失联）", "", "／", "某站点（名称不清）", "待查"])
def test_an_unknown_respondent_is_no_company(written):
    row = one_row(被申请人=written)
    assert row.respondents == () and problems(row) == [("E", "COMPANY_UNKNOWN", "warning")]


@pytest.mark.parametrize(
    ("written", "count", "lower"),
    [(3, 3, None), ("11人", 11, None), ("十一人", 11, None), ("共20名", 20, None), ("10余人", None, 10), ("约10人", None, None),
     ("十多人", None, 10), ("3-5人", None, 3), ("", None, None)],
)  # fmt: skip
def test_headcount(written, count, lower):
    row = one_row(人数=written)
    assert (row.headcount, row.headcount_lower) == (count, lower)
    assert problems(row) == ([("H", "HEADCOUNT_APPROX", "warning")] if row.headcount_approx else [])


def test_and_others_count_where_no_number_is_given():
    assert one_row(申请人="甲某等20人", 人数="").headcount == 20
    row = one_row(申请人="甲某等十余人", 人数="")
    assert (row.headcount, row.headcount_lower, row.status) == (None, 10, "warning")
    assert problems(one_row(申请人="甲某等20人", 人数=19)) == [("H", "HEADCOUNT_MISMATCH", "warning")]


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("￥3千", 300_000),
        ("5000.00元整", 500_000),
        ("１２，０００", 1_200_000),
        (0.1 + 0.2, 30),
        ("壹万贰仟元整", 1_200_000),
        ("", None),
        ("／", None),
    ],
)
def test_an_agreed_amount(written, fen):
    row = one_row(协议金额=written)
    assert (row.settled_fen, row.status) == (fen, "ok")


@pytest.mark.parametrize(
    ("written", "lower"), [("约2万", None), ("3-5万", None), ("3万余元", 3_000_000), ("至少2万元", 2_000_000)]
)
def test_an_agreed_amount_that_is_not_exact(written, lower):
    row = one_row(协议金额=written)
    assert (row.settled_fen, row.settled_text, row.settled_lower_fen) == (None, written, lower)
    assert problems(row) == [("N", "AMOUNT_NOT_EXACT", "warning")]


def test_claims_are_split_and_a_single_one_is_named_after_its_cause():
    row = one_row(诉求金额="工资5000元；押金2000元")
    assert [(claim.item, claim.fen) for claim in row.claims] == [("工资", 500_000), ("押金", 200_000)]
    assert row.claim_total_fen == 700_000
    assert [(claim.item, claim.fen) for claim in one_row(诉求金额=5000).claims] == [("拖欠工资", 500_000)]


def test_claims_in_words_are_kept_as_words():
    row = one_row(诉求金额="赔礼道歉")
    assert (row.claims, row.claim_total_fen, row.claim_text) == ((), None, "赔礼道歉")
    assert problems(row) == [("J", "AMOUNT_TEXT", "warning")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("劳动关系", "employment"), ("无劳动关系", "self_run"), ("不完全符合确立劳动关系情形", "quasi"), ("劳务派遣", "employment"),
        ("劳务关系", "self_run"), ("非全日制", "employment"), ("承揽", "self_run"), ("不详", "undetermined"), ("待认定", "undetermined"),
        ("朋友", None),
    ],
)  # fmt: skip
def test_relationship_words(text, value):
    assert words.relationship_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("未达成协议", "failed"), ("调解不成", "failed"), ("达成调解协议", "agreed"), ("和解", "agreed"), ("是", "agreed"), ("否", "failed"),
        ("部分支持", "partly_supported"), ("不予支持", "dismissed"), ("裁决支持", "supported"), ("撤回申请", "withdrawn"), ("终止调解", "terminated"),
        ("转仲裁", "referred"), ("不予受理", "not_accepted"), ("正在处理", "pending"), ("办结", None),
    ],
)  # fmt: skip
def test_result_words(text, value):
    assert words.result_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("人民调解", "mediation"), ("法院委派调解", "mediation"), ("劳动仲裁", "arbitration"), ("向法院起诉", "court"), ("派出所调解", "police"),
        ("劳动监察", "admin"), ("咨询", "other"), ("三所联动", "mediation"), ("？", None),
    ],
)  # fmt: skip
def test_forum_words(text, value):
    assert words.forum_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("已履行", "full"),
        ("当场付清", "full"),
        ("部分履行", "part"),
        ("未履行", "none"),
        ("否", "none"),
        ("分期履行中", "pending"),
        ("未全部履行", "part"),
    ],
)
def test_performance_words(text, value):
    assert words.performance_of(text) == value


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("劳动报酬/加班费", ("wage.overtime",)), ("欠薪、加班费", ("wage.arrears", "wage.overtime")), ("劳动报酬", ("wage",)),
        ("社保补缴", ("social_insurance.back_payment",)), ("工伤待遇纠纷", ("injury.benefits",)), ("运输合同纠纷", ("freight",)),
        ("解除劳动关系", ("contract.termination",)), ("确认劳动关系及经济补偿", ("contract.relationship", "contract.severance")),
        ("平台封号", ("new_form.account_suspension",)), ("超时罚款", ("new_form.lateness",)), ("押金", ("new_form.deposit",)),
        ("租车押金", ("deposit_lease.vehicle_deposit",)), ("提成/派费", ("wage.piece_fee",)), ("未休年休假工资", ("leave.annual",)),
        ("丢件赔偿", ("freight.cargo_damage",)), ("闹着玩", ()),
    ],
)  # fmt: skip
def test_category_words(text, codes):
    assert categories_of(text) == codes


def test_words_nobody_knows_are_pointed_out_and_not_guessed():
    row = one_row(用工关系="朋友", 争议类型="闹着玩", 处理结果="办结", 履行情况="好")
    assert problems(row) == [(column, "WORD_UNKNOWN", "warning") for column in "FGLO"]
    assert (row.relationship, row.category, row.result, row.performance) == (None, None, None, None)


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0"])
def test_text_that_a_spreadsheet_would_run(text):
    row = one_row(备注=text)
    assert row.remarks == text and problems(row) == [("P", "FORMULA_LIKE_TEXT", "warning")]


def test_masking_leaves_no_personal_number():
    assert mask(f"甲某 {ID_A} 14500000001，5000元") == "甲某 310*************76 145******01，5000元"
