"""What an agreement cannot give away: social insurance, the minimum wage, the legal minimum after a work injury.

law.md 4.2: not without warning. Each warning stands until a person has given the reason. No fee and no payment goes to
or through the committee (law.md 7.6).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mediation.documents.agreement_check.finding import BLOCK, WARN, Finding, clauses
from mediation.documents.facts import CaseFacts

_GIVING_UP = (
    r"放弃|自愿不|不再(?:缴|交|为|要求|主张|追究|承担|申请|享受|补缴|另行)|无需|无须|不需|不必|不予|免除|免缴|豁免|折现|折算|代替|替代|抵作|抵充"
    r"|不(?:缴|交|参加|办理)|不得(?:投诉|举报|要求|主张|再|申请)|自行(?:承担|缴纳|解决|参保)|自理|包干|一次性了结|包含在|已含"
)
_KEPT = re.compile(
    r"不影响|不放弃|不免除|不得(?:放弃|免除|低于)|不低于|不因此|并未放弃|未放弃|不包括|除外|依法|(?:应当|予以|负责|继续|及时|由被申请人)补缴|另案|保留|征缴|行政部门"
)


class _Right(NamedTuple):
    code: str
    subject: str
    message: str
    article: str


_RIGHTS = (
    _Right(
        "waives_insurance",
        r"社会保险|社保|五险|养老保险|医疗保险|工伤保险|失业保险|生育保险",
        "放弃或者免除社会保险的约定无效",
        "法释〔2025〕12号第十九条",
    ),
    _Right(
        "waives_minimum_wage",
        r"最低工资",
        "约定低于最低工资或者不适用最低工资，可能违反法律的强制性规定",
        "法释〔2020〕26号第三十五条",
    ),
    _Right(
        "waives_injury",
        r"工伤|伤残|停工留薪|职业伤害|劳动能力鉴定|一次性(?:医疗|就业)补助金",
        "放弃工伤待遇的法定最低标准，可能违反法律的强制性规定",
        "法释〔2020〕26号第三十五条",
    ),
)
_BELOW_MINIMUM = re.compile(r"(?:低于[^，。；]{0,8}最低工资)|(?:最低工资[^。；]{0,12}(?:不适用|不执行|不受|限制|以下))")
_FEE = re.compile(r"调解(?:服务)?费|(?:手续|服务|咨询|管理|劳务)费|赞助费?|感谢费|酬谢|酬金")
_COMMITTEE = r"(?:人民)?调解委员会|本委员会|调委会|本会|调解组织|调解员|驿站"
_NO_FEE = re.compile(r"不收|免费|免收|不得收取|不收取|无需|不需|不支付|不承担")
_THROUGH = re.compile(
    rf"(?:经|通过|由|向|汇入|转入|交至|交给|交由|存入|支付至|支付到|打入|付至|汇至)[^，。；]{{0,16}}(?:{_COMMITTEE})[^，。；]{{0,12}}"
    r"(?:账户|帐户|代收|代管|代转|转交|保管|暂存|支付|交付|转付|指定)"
)
_TO = re.compile(rf"(?:支付|交付|交给|汇入|转入|存入|付)(?:至|到|给)?[^，。；]{{0,6}}(?:{_COMMITTEE})")

_PROOF = re.compile(r"凭证|凭据|回单|收据|收条|材料|证明|复印件|原件")


def findings(facts: CaseFacts) -> Iterator[Finding]:
    for clause in clauses(facts):
        for sentence in clause.sentences:
            yield from _waivers(clause.name, sentence)
            yield from _fees(facts, clause.name, sentence)
    for one in facts.agreement.instalments if facts.agreement else ():
        yield from _fees(facts, f"第{one.number}期", f"付款方式：{one.way}")
        if re.search(
            rf"(?:{_COMMITTEE}).{{0,12}}(?:账户|帐户|代收|代管|转交|保管|转付)", one.way
        ) and not _THROUGH.search(one.way):
            yield _paid_through(facts, f"第{one.number}期")


def _waivers(clause: str, sentence: str) -> Iterator[Finding]:
    for right in _RIGHTS:
        if _gives_up(right.subject, sentence) or (right.code == "waives_minimum_wage" and _is_below(sentence)):
            yield Finding(
                right.code, WARN, clause, f"{clause}：{right.message}，请修改；确需保留的写明理由", right.article
            )


def _is_below(sentence: str) -> bool:
    found = _BELOW_MINIMUM.search(sentence)
    return bool(found) and not re.search(r"不(?:得)?低于|不得以", sentence)


def _gives_up(subject: str, sentence: str) -> bool:
    """The giving up stands before the right in the same part of the sentence, or behind it, at most one comma away."""
    before = rf"(?:{_GIVING_UP})[^，。；、]{{0,24}}(?:{subject})"
    behind = rf"(?:{subject})[^。；]{{0,22}}?(?:{_GIVING_UP})"
    for pattern in (before, behind):
        for match in re.finditer(pattern, sentence):
            around = sentence[max(0, match.start() - 6) : match.end() + 4]
            if match[0].count("，") <= 1 and not _KEPT.search(around):
                return True
    return False


def _fees(facts: CaseFacts, clause: str, sentence: str) -> Iterator[Finding]:
    names = re.escape(facts.committee_name)
    plain = re.sub(names, "调解委员会", sentence) if facts.committee_name else sentence
    has_fee = _FEE.search(plain) and re.search(rf"{_COMMITTEE}|调解(?:服务)?费", plain)
    if has_fee and not _NO_FEE.search(plain):
        message = f"{clause}：调解不收费，协议不得约定向调解委员会或者调解员支付费用"
        article = "《中华人民共和国人民调解法》第四条" if facts.is_peoples else ""
        yield Finding("fee_to_committee", BLOCK, clause, message, article)
    elif any(found and not _PROOF.search(found[0]) for found in (_THROUGH.search(plain), _TO.search(plain))):
        yield _paid_through(facts, clause)


def _paid_through(facts: CaseFacts, clause: str) -> Finding:
    message = f"{clause}：款项应由当事人直接支付给对方，不得支付给或者经过调解委员会、调解员"
    return Finding("paid_through_committee", BLOCK, clause, message)
