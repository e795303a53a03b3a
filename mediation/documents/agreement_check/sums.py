"""Sums and days: figures, capitals, instalments and total agree, and every duty says who, whom, how much, when and how.

Basis: law.md 4.2 (contents of D13); LDMAL Art 14, Order 17 Art 26, PML Art 29.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from mediation.core.money import MoneyError, parse_fen, yuan
from mediation.documents.agreement_check.finding import BLOCK, WARN, Clause, Finding, clauses
from mediation.documents.facts import AgreementFacts, CaseFacts, InstalmentFacts
from mediation.documents.typeset.render import chinese_date

CONTENTS = "《企业劳动争议协商调解规定》第二十六条"
CONTENTS_PEOPLES = "《中华人民共和国人民调解法》第二十九条"
_FIGURE = re.compile(
    r"(?<![\d.,〕号第])(?:[¥￥]\s*)?(\d[\d,，]*(?:\.\d+)?)\s*(万?元|万(?![\d人名]))|[¥￥]\s*(\d[\d,，]*(?:\.\d+)?)"
)
_CAPITALS = re.compile(r"(?:人民币)?([零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,}[元圆][零〇壹贰叁肆伍陆柒捌玖角分]*[整正]?)")
_NEAR = 14  # characters between a figure and its capitals: 16,650.00元（大写：人民币…
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?")
_DUTY = re.compile(r"支付|给付|返还|退还|赔偿|补偿|补发|结清|垫付|付清|偿还|代付|转账|发放")
# A sum that measures a duty, or tells what was, is not itself to be paid.
_MEASURE = re.compile(
    r"(?<!\d)(?:月|日|周|时|年)(?:均)?(?:工资|薪|收入|报酬)[^，。；]{0,6}$|标准[^，。；]{0,6}$|基数[^，。；]{0,6}$|每(?:月|日|天|单|件|小时|趟|票|笔|逾期)[^，。；]{0,8}$"
    r"|(?:已经|已|此前)(?:支付|给付|垫付|付)[^，。；]{0,8}$|(?:请求|主张|要求|申请(?!人))[^，。；]{0,16}$|违约金[^，。；]{0,8}$|利息[^，。；]{0,8}$|扣(?:除|减)[^，。；]{0,8}$"
)
_TOTAL = re.compile(r"(?:合计|共计|总计|总额|总金额|一共|共)[为是人民币：:¥￥\s]*$")
_REST = re.compile(r"(?:余款|剩余|其余|尾款)[^，。；]{0,8}$")
_OF_ALL = re.compile(r"[，、](?:以上|各期|[两二三四五六七八九十]期)?(?:合计|共计|总计)[为人民币：:¥￥]*$")
_WHOLE = re.compile(
    r"分(?:[二两三四五六七八九十]{1,3}|\d{1,3})(?:期|笔|次)(?!.*(?:每期|每次|每笔|首期|首付|末期))|(?:合计|共计|总计|总额)[为人民币：:¥￥]*$"
)
_ORDINAL = re.compile(r"第([一二三四五六七八九十]{1,3}|\d{1,2})(?:期|笔)|(首期)")
_DUE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:之前|以前|前(?!的)|内)")
_NUMERALS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)}


class _Sum(NamedTuple):
    clause: str
    sentence: str
    at: int
    end: int
    fen: int


def findings(facts: CaseFacts) -> Iterator[Finding]:
    agreement = facts.agreement
    if agreement is None:
        return
    basis = CONTENTS_PEOPLES if facts.is_peoples else CONTENTS
    yield from _structure(facts, agreement, basis)
    yield from _days(facts, agreement, basis)
    for clause in clauses(facts):
        yield from _malformed(clause, basis)
        yield from _capitals(clause, basis)
        yield from _instalment_words(clause, agreement, basis)
        yield from _due_words(clause, agreement, basis)
    yield from _sums_in_text(facts, agreement, basis)


def _structure(facts: CaseFacts, agreement: AgreementFacts, basis: str) -> Iterator[Finding]:
    instalments = agreement.instalments
    due = sum(one.amount_fen or 0 for one in instalments)
    if instalments and due != (agreement.total_fen or 0):
        message = f"各期金额合计{yuan(due)}元，与协议总额{yuan(agreement.total_fen or 0)}元不一致"
        yield Finding("instalments_do_not_add_up", BLOCK, "", message, basis)
    if agreement.total_fen and not instalments:
        message = "缺少：履行期限和方式（每笔款项应有义务人、权利人、金额、期限和方式）"
        yield Finding("no_due_date", BLOCK, "", message, basis)
    names = {party.name for party in facts.parties}
    for one in instalments:
        lacking = [
            word
            for word, value in (
                ("义务人", one.debtor),
                ("权利人", one.creditor),
                ("金额", one.amount_fen),
                ("履行期限", one.due_on),
                ("履行方式", one.way.strip()),
            )
            if not value
        ]
        if lacking:
            yield Finding("duty_incomplete", BLOCK, _place(one), f"{_place(one)}缺少：{'、'.join(lacking)}", basis)
        if one.debtor and one.debtor == one.creditor:
            message = f"{_place(one)}的义务人和权利人是同一人（{one.debtor}）"
            yield Finding("debtor_is_creditor", BLOCK, _place(one), message, basis)
        for who in (one.debtor, one.creditor):
            if who and who != "各申请人" and re.sub(r"（[^）]*）$", "", who) not in names and who not in names:
                message = f"{_place(one)}写的“{who}”不是本案当事人"
                yield Finding("duty_of_stranger", BLOCK, _place(one), message, basis)
    yield from _direction(facts, agreement)


def _direction(facts: CaseFacts, agreement: AgreementFacts) -> Iterator[Finding]:
    """A payment from those who ask to those who are asked is rare, and mostly two names in the wrong places."""
    applicants = {party.name for party in facts.applicants}
    respondents = {party.name for party in facts.respondents}
    if any(
        re.search(r"(?<!被)申请人[^。；]{0,30}(?:向|返还|退还|给付|支付)被申请人", text) for text in agreement.terms
    ):
        return
    for one in agreement.instalments:
        if one.debtor in applicants and one.creditor in respondents:
            message = f"{_place(one)}由申请人向被申请人付款，与请求的方向相反：请核对义务人和权利人"
            yield Finding("duty_reversed", WARN, _place(one), message)


def _days(facts: CaseFacts, agreement: AgreementFacts, basis: str) -> Iterator[Finding]:
    begins = agreement.effective_on or facts.issued_on
    last: date | None = None
    for one in agreement.instalments:
        if one.due_on is None:
            continue
        if begins and one.due_on < begins:
            message = f"{_place(one)}的履行期限{chinese_date(one.due_on)}早于协议之日（{chinese_date(begins)}）"
            yield Finding("due_before_agreement", BLOCK, _place(one), message, basis)
        if last and one.due_on < last:
            message = f"{_place(one)}的履行期限{chinese_date(one.due_on)}早于前一期（{chinese_date(last)}）"
            yield Finding("days_out_of_order", BLOCK, _place(one), message, basis)
        last = one.due_on


def _place(one: InstalmentFacts) -> str:
    return f"第{one.number}期"


def _malformed(clause: Clause, basis: str) -> Iterator[Finding]:
    for match in _FIGURE.finditer(clause.text):
        figure = (match[1] or match[3]).replace("，", ",").rstrip(",")
        if not _GROUPED.fullmatch(figure):
            message = f"{clause.name}：金额“{match[0].strip()}”的千分位或者小数写法不正确"
            yield Finding("figure_malformed", BLOCK, clause.name, message, basis)


def _capitals(clause: Clause, basis: str) -> Iterator[Finding]:
    """Each sum in capitals against the figure beside it."""
    figures = list(_sums(clause.name, clause.text))
    for match in _CAPITALS.finditer(clause.text):
        try:
            fen = parse_fen(match[1])
        except MoneyError:
            message = f"{clause.name}：大写金额“{match[1]}”写法不正确，无法读出金额"
            yield Finding("capitals_unreadable", BLOCK, clause.name, message, basis)
            continue
        beside = [one for one in figures if 0 <= match.start() - one.end <= _NEAR or 0 <= one.at - match.end() <= _NEAR]
        nearest = min(
            beside, key=lambda one: min(abs(match.start() - one.end), abs(one.at - match.end())), default=None
        )
        if nearest and nearest.fen != fen:
            message = f"{clause.name}：小写{yuan(nearest.fen)}元与大写“{match[1]}”（{yuan(fen)}元）不一致"
            yield Finding("capitals_differ", BLOCK, clause.name, message, basis)


def _sums(clause: str, text: str) -> Iterator[_Sum]:
    for match in _FIGURE.finditer(text):
        figure = (match[1] or match[3]).replace("，", ",").rstrip(",")
        unit = "万" if match[2] and match[2].startswith("万") else ""
        if not _GROUPED.fullmatch(figure):
            continue
        try:
            yield _Sum(clause, text, match.start(), match.end(), parse_fen(f"{figure}{unit}元"))
        except MoneyError:
            continue


def _capital_sums(clause: str, text: str) -> Iterator[_Sum]:
    """Sums written in capitals alone."""
    figures = list(_sums(clause, text))
    for match in _CAPITALS.finditer(text):
        if any(0 <= match.start() - one.end <= _NEAR or 0 <= one.at - match.end() <= _NEAR for one in figures):
            continue
        try:
            yield _Sum(clause, text, match.start(), match.end(), parse_fen(match[1]))
        except MoneyError:
            continue


def _instalment_words(clause: Clause, agreement: AgreementFacts, basis: str) -> Iterator[Finding]:
    """第一期8,650元于2026年3月20日前…: what the words say of an instalment against the plan."""
    by_number = {one.number: one for one in agreement.instalments}
    for sentence in clause.sentences:
        found = list(_ORDINAL.finditer(sentence))
        for place, match in enumerate(found):
            number = _ordinal(match)
            end = found[place + 1].start() if place + 1 < len(found) else len(sentence)
            part = sentence[match.end() : end]
            planned = by_number.get(number)
            named = [one for one in _sums(clause.name, part) if not _MEASURE.search(part[: one.at])]
            if planned is None:
                if named:
                    message = f"{clause.name}写了第{number}期，履行计划中没有这一期"
                    yield Finding("sum_differs", BLOCK, clause.name, message, basis)
                continue
            if named and planned.amount_fen not in {one.fen for one in named}:
                message = (
                    f"{clause.name}：第{number}期写{yuan(named[0].fen)}元，履行计划为{yuan(planned.amount_fen or 0)}元"
                )
                yield Finding("sum_differs", BLOCK, clause.name, message, basis)
            due = [_day(one) for one in _DUE.finditer(part)]
            if due and planned.due_on and planned.due_on not in due:
                said = chinese_date(due[0]) if due[0] else "一个不存在的日期"
                message = f"{clause.name}：第{number}期写{said}前，履行计划为{chinese_date(planned.due_on)}"
                yield Finding("date_differs", BLOCK, clause.name, message, basis)


def _ordinal(match: re.Match[str]) -> int:
    word = match[1] or "1"
    if word.isdigit():
        return int(word)
    tens, found, ones = word.partition("十")
    return (_NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)) if found else _NUMERALS.get(word, 0)


def _due_words(clause: Clause, agreement: AgreementFacts, basis: str) -> Iterator[Finding]:
    known = {one.due_on for one in agreement.instalments}
    for sentence in clause.sentences:
        if not known or not _DUTY.search(sentence) or _ORDINAL.search(sentence):
            continue
        for match in _DUE.finditer(sentence):
            day = _day(match)
            if day not in known:
                message = f"{clause.name}：“{match[0]}”不是履行计划中的日期"
                yield Finding("date_differs", BLOCK, clause.name, message, basis)


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _sums_in_text(facts: CaseFacts, agreement: AgreementFacts, basis: str) -> Iterator[Finding]:
    """A sum to be paid stands in the plan, or it is a part of one that does."""
    if not agreement.instalments:
        return
    whole, planned = _wholes(facts, agreement), _planned(agreement)
    unknown = [one for one in _said(facts) if not _is_known(one, agreement, whole, planned)]
    totals = [one for one in unknown if _TOTAL.search(one.sentence[: one.at])]
    parts = [one for one in unknown if one not in totals]
    for one in totals:
        if not _is_subtotal(one, parts):
            message = f"{one.clause}：合计写{yuan(one.fen)}元，与协议总额{yuan(agreement.total_fen or 0)}元不一致"
            yield Finding("sum_differs", BLOCK, one.clause, message, basis)
    left = _not_itemised(parts, whole | planned)
    if sum(one.fen for one in left) not in whole:
        yield from (_unplanned(one, basis) for one in left)


def _said(facts: CaseFacts) -> Iterator[_Sum]:
    """The sums of the terms; those of a single instalment are compared with it elsewhere."""
    for clause in clauses(facts):
        for sentence in clause.sentences:
            for one in _of_sentence(clause.name, sentence):
                if not _ORDINAL.search(sentence[: one.at]) or _OF_ALL.search(sentence[: one.at]):
                    yield one


def _of_sentence(clause: str, sentence: str) -> Iterator[_Sum]:
    for one in (*_sums(clause, sentence), *_capital_sums(clause, sentence)):
        if not _MEASURE.search(sentence[: one.at]):
            yield one


def _is_known(one: _Sum, agreement: AgreementFacts, whole: frozenset[int], planned: frozenset[int]) -> bool:
    before = one.sentence[: one.at]
    if _REST.search(before):
        amounts = [each.amount_fen or 0 for each in agreement.instalments]
        return one.fen in {(agreement.total_fen or 0) - sum(amounts[:place]) for place in range(len(amounts))}
    return one.fen in whole or (one.fen in planned and not _WHOLE.search(before))


def _is_subtotal(total: _Sum, parts: list[_Sum]) -> bool:
    own = [one.fen for one in parts if one.clause == total.clause]
    return bool(own) and sum(own) == total.fen


def _not_itemised(parts: list[_Sum], known: frozenset[int]) -> list[_Sum]:
    """The parts of the clauses whose parts do not add up to a sum of the plan."""
    by_clause: dict[str, list[int]] = {}
    for one in parts:
        by_clause.setdefault(one.clause, []).append(one.fen)
    itemised = {clause for clause, amounts in by_clause.items() if len(amounts) > 1 and sum(amounts) in known}
    return [one for one in parts if one.clause not in itemised]


def _unplanned(one: _Sum, basis: str) -> Finding:
    if _DUTY.search(one.sentence):
        message = f"{one.clause}：应付的{yuan(one.fen)}元与履行计划和协议总额对不上"
        return Finding("sum_differs", BLOCK, one.clause, message, basis)
    message = f"{one.clause}：{yuan(one.fen)}元不在任何一期中，请核对或者写明理由"
    return Finding("sum_in_no_instalment", WARN, one.clause, message, basis)


def _wholes(facts: CaseFacts, agreement: AgreementFacts) -> frozenset[int]:
    """What somebody pays or gets in all: the total, each debtor's and creditor's sum, each applicant's share."""
    by_debtor: Counter[str] = Counter()
    by_creditor: Counter[str] = Counter()
    for one in agreement.instalments:
        by_debtor[one.debtor] += one.amount_fen or 0
        by_creditor[one.creditor] += one.amount_fen or 0
    shares = {party.agreed_fen for party in facts.applicants if party.agreed_fen and len(facts.applicants) > 1}
    return frozenset({agreement.total_fen or 0, *by_debtor.values(), *by_creditor.values(), *shares})


def _planned(agreement: AgreementFacts) -> frozenset[int]:
    return frozenset(one.amount_fen for one in agreement.instalments if one.amount_fen)
