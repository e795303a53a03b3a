import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from mediation.cases.lifecycle import State
from mediation.deadlines.rules import RULES
from mediation.documents import registry, shares
from mediation.documents.facts import APPLICANT, CaseFacts, LimitationFacts, digest, snapshot
from mediation.documents.forms import d01_application
from mediation.documents.models import Document
from mediation.documents.signing import copies
from mediation.documents.spec import PROVISIONAL_DATE, Kind, findings, missing_facts
from mediation.documents.typeset.otfont import MissingGlyph
from tests.unit.documents import papers, samples

pytestmark = pytest.mark.usefixtures("only_packaged_fonts")
ISSUED = date(2026, 3, 16)
COMPLETE = {code: paper.ready for code, paper in papers.PAPERS.items()}
COMPLETE |= {"D01": samples.WAGES, "D05": samples.WAGES, "D13": samples.WAGES, "D15": samples.CONTRACT}


def pdf(code, facts, number="沪快调协〔2026〕第8号", draft=False):
    return registry.render(code, facts, number=number, issued_on=ISSUED, instance_fonts=None, draft=draft)


def pages(code, facts, **options):
    return [page.extract_text() for page in PdfReader(BytesIO(pdf(code, facts, **options))).pages]


def text(code, facts, **options):
    """The document's words without blanks, line ends and page numbers, as a reader takes them in."""
    joined = "".join(pages(code, facts, **options))
    return re.sub(r"\s", "", re.sub(r"第 \d+ 页 共 \d+ 页", "", joined))


@pytest.mark.parametrize("code", COMPLETE)
def test_a_complete_case_has_no_findings_and_an_empty_one_is_refused(code):
    assert registry.check(code, COMPLETE[code], instance_fonts=None) == []
    with pytest.raises(registry.NotReady) as raised:
        pdf(code, replace(samples.EMPTY, committee_name=""))
    assert all(finding.message.startswith("缺少：") for finding in raised.value.findings)


@pytest.mark.parametrize("code", COMPLETE)
def test_an_empty_case_still_makes_a_draft_to_fill_in_by_hand(code):
    assert all("草稿" in page for page in pages(code, samples.EMPTY, draft=True))
    assert all("草稿" in page for page in pages(code, papers.EMPTY, draft=True))


@pytest.mark.parametrize("code", COMPLETE)
def test_the_same_facts_give_the_same_bytes_and_other_facts_do_not(code):
    facts = COMPLETE[code]
    assert pdf(code, facts) == pdf(code, facts)
    assert pdf(code, facts) != pdf(code, replace(facts, committee_name="另一调解委员会"))


def test_bytes_do_not_depend_on_the_process():
    program = (
        "import hashlib; from datetime import date; from mediation.documents import registry; "
        "from tests.unit.documents import samples; "
        "print(hashlib.sha256(b''.join(registry.render(c, f, number='1', issued_on=date(2026, 3, 16), instance_fonts=None)"
        " for c, f in [('D13', samples.sorters(14)), ('D15', samples.CONTRACT)])).hexdigest())"
    )
    root = Path(__file__).parents[3]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("4242", "Asia/Shanghai"))
    ]
    assert len(outputs[0].strip()) == hashlib.sha256().digest_size * 2
    assert outputs[0] == outputs[1]


def test_every_missing_fact_is_named_in_words():
    spec = registry.get("D13").spec
    instalments = samples.AGREEMENT.instalments
    damaged = replace(samples.AGREEMENT, instalments=(replace(instalments[0], due_on=None, way=""), instalments[1]))
    facts = replace(samples.WAGES, agreement=damaged, mediators=())
    assert missing_facts(spec, facts) == ["履行期限（第1项）", "履行方式（第1项）", "调解员"]
    assert missing_facts(spec, replace(samples.WAGES, agreement=None))[0] == "协议内容"


def test_a_missing_fact_of_a_party_names_the_party():
    spec = registry.get("D01").spec
    facts = replace(samples.WAGES, parties=(replace(samples.WORKER, phone=""), samples.OUTLET))
    assert missing_facts(spec, facts) == ["申请人联系电话（周明远）"]


def test_application_holds_what_the_law_asks():
    words = text("D01", samples.WAGES)
    for expected in (
        "申请人：周明远",
        "被申请人：云岫速运华东某网点",
        "000-0000-0001",
        "1．支付2025年12月至2026年2月拖欠的工资：¥16,650.00（人民币壹万陆仟陆佰伍拾元整）。",
        "申请人多次催要未果",
        "2．派件系统截图",
        "电子送达（短信）",
        "副本2份",
    ):
        assert expected in words


def test_acceptance_notice_tells_both_days_of_the_period():
    words = text("D05", samples.OVERTIME)
    assert "届满日为2026年10月8日（期间届满日2026年10月3日为休息日，顺延至其后第一个工作日）" in words
    assert "申请其回避" in words
    assert "不影响当事人依法申请仲裁" in words


def test_acceptance_notice_shows_the_day_that_opens_arbitration():
    assert "自本委员会收到调解申请之日起15日内（即2026年3月19日止）" in text("D05", samples.WAGES)


def test_a_provisional_limitation_is_not_issued():
    facts = replace(COMPLETE["D15"], limitation=LimitationFacts(date(2027, 6, 5), is_provisional=True))
    [finding] = findings(registry.get("D15").spec, facts)
    assert finding.code == PROVISIONAL_DATE
    assert "时效届满日" in finding.message
    with pytest.raises(registry.NotReady):
        pdf("D15", facts)


@pytest.mark.parametrize(
    ("code", "rules"), [("D05", ("LM-MEDIATE-15D", "LM-STATUTE-15D")), ("D13", ("LM-ARBREVIEW-15D", "JC-30D"))]
)
def test_no_form_is_issued_that_prints_a_provisional_last_day(code, rules):
    sure = COMPLETE[code]
    assert {rule for rule in rules if sure.deadline(rule)} == set(rules)
    for rule in rules:
        deadlines = tuple(
            replace(one, is_provisional=True, last_day=date(2027, 1, 6)) if one.rule == rule else one
            for one in sure.deadlines
        )
        facts = replace(sure, deadlines=deadlines)
        [finding] = registry.check(code, facts, instance_fonts=None)
        assert finding.code == PROVISIONAL_DATE
        assert rule in finding.message and RULES[rule].title in finding.message
        assert "2027年放假安排" in finding.message
        with pytest.raises(registry.NotReady):
            pdf(code, facts)
        words = text(code, facts, draft=True)
        assert "2027年1月6日" in words
        assert "暂定" in words
    assert "暂定" not in text(code, sure, draft=True)


def test_a_form_that_prints_no_period_is_issued_whatever_the_calendar_lacks():
    facts = COMPLETE["D11"]
    facts = replace(facts, deadlines=tuple(replace(one, is_provisional=True) for one in facts.deadlines))
    assert registry.check("D11", facts, instance_fonts=None) == []


def test_record_holds_persons_capacities_statements_and_result():
    words = text("D11", samples.WAGES)
    for expected in (
        "2026年3月12日9:30至11:20",
        "林晓被申请人云岫速运有限公司委托代理人",
        "申请人：没有异议。",
        "2．第二期8,000元",
        "与我说的相符",
        "记录人：许静",
    ):
        assert expected in words


def test_record_without_rights_told_is_refused():
    untold = replace(samples.WAGES, sessions=(replace(samples.SESSION, is_rights_told=False),))
    assert [finding.code for finding in findings(registry.get("D11").spec, untold)] == ["rights_not_told"]


def test_record_is_made_of_the_chosen_meeting():
    second = replace(samples.SESSION, number=2, place="第二调解室")
    facts = replace(samples.WAGES, sessions=(samples.SESSION, second))
    assert "第2次" in text("D11", facts)
    assert "第1次" in text("D11", replace(facts, session_number=1))


def test_agreement_shows_sums_instalments_effect_and_ways_out():
    words = text("D13", samples.WAGES)
    for expected in (
        "给付金额合计：¥16,650.00（人民币壹万陆仟陆佰伍拾元整）",
        "2026年3月20日8,650.00捌仟陆佰伍拾元整银行转账",
        "其余各期款项全部提前到期",
        "以最后一项完成之日为生效日",
        "15日内（最后日：2026年3月31日）",
        "30日内（最后日：2026年4月15日）",
        "支付令",
        "一式四份",
        "调解员：沈律",
    ):
        assert expected in words


def test_agreement_on_the_relationship_itself_offers_no_arbitration_review():
    confirming = replace(samples.WAGES, agreement=replace(samples.AGREEMENT, confirms_relationship=True))
    assert "仲裁审查" not in text("D13", confirming)
    assert "司法确认" in text("D13", confirming)


def test_an_agreement_in_part_says_what_it_leaves_open_and_where_it_can_go():
    words = text("D13", papers.in_part(papers.AGREED))
    assert words.index("不在本协议之内") < words.index("2025年度加班费3,000元") < words.index("四、履行方式")
    after = words[words.index("签订本协议不视为放弃") :]
    for way in ("劳动仲裁", "劳动保障监察", "法律援助", "《中华人民共和国劳动争议调解仲裁法》第五条、第十四条"):
        assert way in after, way
    assert "不在本协议之内" not in text("D13", papers.AGREED)
    peoples = text("D13", papers.in_part(samples.FREIGHT))
    assert "《中华人民共和国人民调解法》第二十六条" in peoples and "劳动仲裁" not in peoples
    assert "迟延付款的利息" in text("D14", papers.in_part(papers.FREIGHT))


def test_each_applicants_own_agreement_says_what_is_left_open():
    facts = papers.in_part(replace(papers.collective(14), agreement=samples.sorters(14).agreement))
    own = shares.own(facts, facts.applicants[3].key)
    assert own.agreement.left_open == facts.agreement.left_open
    assert "不在本协议之内" in text("D13", own)


def test_what_leaves_nothing_open_has_the_hash_of_before():
    assert '"left_open"' not in snapshot(papers.AGREED)
    assert '"left_open":["2025年度加班费3,000元"' in snapshot(papers.in_part(papers.AGREED))
    assert digest(papers.in_part(papers.AGREED)) != digest(papers.AGREED)
    # A paper that was issued without the word binds to the same; one that leaves something open does not.
    issued = Document(facts=snapshot(papers.AGREED))
    assert copies.terms_of(issued) == copies.terms(papers.AGREED.agreement)
    assert copies.terms_of(issued) != copies.terms(papers.in_part(papers.AGREED).agreement)


def test_labour_agreement_at_a_peoples_committee_is_confirmed_for_payment_duties_only():
    words = text("D13", replace(samples.WAGES, legal_basis=("peoples_mediation",)))
    assert "就给付义务共同向" in words
    assert "仲裁审查" not in words


def test_peoples_mediation_has_its_own_titles_and_routes():
    words = text("D13", samples.FREIGHT)
    assert words.startswith("人民调解协议书")
    assert "人民调解员：沈律" in words
    assert "《中华人民共和国人民调解法》第三十三条" in words
    assert "仲裁审查" not in words
    assert text("D01", samples.FREIGHT).startswith("人民调解申请书")
    assert text("D11", replace(samples.FREIGHT, sessions=(samples.SESSION,))).startswith("人民调解记录")


def test_agreement_whose_instalments_do_not_add_up_is_refused():
    damaged = replace(samples.WAGES, agreement=replace(samples.AGREEMENT, total_fen=1_665_001))
    assert [finding.code for finding in findings(registry.get("D13").spec, damaged)] == ["instalments_do_not_add_up"]


def test_collective_agreement_needs_every_share():
    facts = samples.sorters(14)
    parties = (replace(facts.parties[0], agreed_fen=None), *facts.parties[1:])
    found = findings(registry.get("D13").spec, replace(facts, parties=parties))
    assert [finding.code for finding in found] == ["shares_do_not_add_up"]


@pytest.mark.parametrize("count", [14, 30])
def test_every_member_of_a_collective_case_has_an_own_amount_and_line(count):
    facts = samples.sorters(count)
    all_pages = pages("D13", facts)
    rolls = "\n".join(all_pages).split("并分别签名")[1]
    for number, member in enumerate((party for party in facts.parties if party.side == APPLICANT), 1):
        share = f"{member.agreed_fen / 100:,.2f}"
        assert re.search(rf"^{number} .*{re.escape(share)}\s*年\s+月\s+日$", rolls, re.MULTILINE), (number, member.name)
    assert "㛃䶮" in rolls
    assert "𬭎犇" in rolls


def test_twelve_instalments_of_a_company_with_a_long_name_fill_one_table():
    words = text("D13", samples.TWELVE_INSTALMENTS)
    assert len(samples.LONG_COMPANY) >= 40
    assert samples.LONG_COMPANY in words
    assert "12 2026年12月10日 1,000.66" in "".join(pages("D13", samples.TWELVE_INSTALMENTS))
    assert "合计12,000.66" in words


def test_failure_notice_names_cause_routes_and_limitation():
    words = text("D15", samples.CONTRACT)
    assert words.startswith("调解不成告知书")
    for expected in (
        "分歧较大",
        "劳动仲裁",
        "诉讼",
        "劳动保障监察",
        "法律援助",
        "届满日：2027年6月5日",
        "不对争议的是非和责任作出判断",
    ):
        assert expected in words


def test_withdrawal_has_its_own_title():
    withdrawn = replace(samples.CONTRACT, outcome=replace(samples.CONTRACT.outcome, kind="withdrawn"))
    assert text("D15", withdrawn).startswith("调解终止告知书")


def test_a_name_that_no_font_can_print_is_reported_with_its_code_point():
    facts = replace(samples.WAGES, parties=(replace(samples.WORKER, name="张𠮷"), samples.OUTLET))
    [finding] = registry.check("D01", facts, instance_fonts=None)
    assert "“𠮷”（U+20BB7）" in finding.message
    with pytest.raises(MissingGlyph):
        pdf("D01", facts, draft=True)


def test_the_signature_block_stays_on_one_page_however_long_the_text_before_it():
    for length in range(0, 1200, 150):
        facts = replace(
            samples.WAGES, facts_text="长" * length or "短", agreement=replace(samples.AGREEMENT, facts_text="")
        )
        last = pages("D13", facts)[-1]
        assert all(
            word in last for word in ("一式四份", "申请人：周明远", "调解员：沈律", "记录人：许静", "调解委员会")
        )


def test_registry_refuses_to_start_without_a_form():
    with pytest.raises(RuntimeError, match=r"D02, D03.*239号-1,"):
        registry._collect([d01_application], registry.TITLES)


def test_registry_refuses_a_form_that_no_list_of_titles_knows():
    titles = {code: title for code, title in registry.TITLES.items() if code != "D30"}
    with pytest.raises(RuntimeError, match="D30"):
        registry._collect(list(registry._modules()), titles)


def test_every_form_of_the_trade_and_of_the_national_set_has_a_declaration():
    assert {f"D{number:02}" for number in range(1, 31)} <= registry.codes() == set(registry.TITLES)
    assert {number for spec in registry.all_specs() for number in spec.national} == set(range(1, 14))


def test_a_case_is_offered_the_forms_of_its_stage():
    offered = {spec.code for spec in registry.fitting(papers.RECEIVED)}
    assert {"D01", "D02", "D03", "D04", "D08", "D30"} <= offered
    assert not offered & {"D05", "D06", "D11", "D13", "D14", "D18", "D26", "D28", "PM04"}
    performing = {spec.code for spec in registry.fitting(papers.AGREED)}
    assert {"D13", "D17", "D18", "D19", "D20", "D21", "D23", "D28"} <= performing
    assert {"D14", "PM04"} <= {spec.code for spec in registry.fitting(papers.FREIGHT)}
    assert "D13" not in {spec.code for spec in registry.fitting(papers.FREIGHT)}, "what was agreed orally has no D13"
    assert "D26" in {spec.code for spec in registry.fitting(papers.collective(10))}
    assert "D26" not in {spec.code for spec in registry.fitting(papers.collective(9))}


def test_the_committee_may_give_a_form_a_title_of_its_own():
    facts = replace(samples.FREIGHT, titles=(("D01", "调解申请表"), ("D24", "转介函")))
    assert text("D01", facts).startswith("调解申请表")
    letter = replace(papers.PAPERS["D24"].ready, titles=(("D24", "转介函"),))
    assert registry.title_of("D24", letter) == "转介函"


def test_forms_speak_of_states_that_exist():
    states = {state.value for state in State}
    assert all(spec.available_in <= states for spec in registry.all_specs())


def test_snapshot_is_canonical_and_its_digest_sees_every_change():
    assert snapshot(samples.WAGES) == snapshot(replace(samples.WAGES))
    assert '"due_on":"2026-03-20"' in snapshot(samples.WAGES)
    assert digest(samples.WAGES) != digest(replace(samples.WAGES, recorder="许靖"))


def test_facts_have_no_place_for_private_notes():
    names = {
        name for name in CaseFacts.__dataclass_fields__ if "note" in name or "private" in name or "internal" in name
    }
    assert names == set()


@pytest.mark.parametrize("code", ["D10", "D14", "D16", "D22", "D24", "D25", "D28", "D29", "D30"])
@pytest.mark.parametrize("count", [12, 60, 200])
def test_a_text_of_any_length_is_printed_to_its_end(code, count):
    told = "多次催要未果，以资金周转困难为由推脱，" * count + "到此为止。"
    paper = papers.PAPERS[code]
    texts = {ask.key: told for ask in registry.get(code).spec.asks if ask.kind is Kind.TEXT}
    facts = replace(paper.ready, facts_text=told, typed=tuple((dict(paper.typed) | texts).items()))
    if facts.agreement:
        facts = replace(facts, agreement=replace(facts.agreement, facts_text=told))
    visits = tuple(replace(one, finding=told) for one in facts.visits)
    assert "到此为止。" in text(code, replace(facts, visits=visits), draft=True)
