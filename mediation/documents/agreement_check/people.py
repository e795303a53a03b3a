"""Who binds themselves: power to settle, numbers that can be right, names that are those of the parties."""

import re
from collections.abc import Iterator

from stdnum.cn import uscc

from mediation.documents.agreement_check.finding import BLOCK, WARN, Finding, clauses
from mediation.documents.facts import CaseFacts, PartyFacts, RepresentativeFacts
from mediation.parties.identity import is_valid_id, normalise_id

_AUTHORITY = "参照《中华人民共和国劳动争议调解仲裁法》第二十四条、《中华人民共和国民事诉讼法》第六十二条"
_SETTLES, _SIGNS = re.compile(r"和解|调解"), re.compile(r"签署|签订|代签")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易武乔贺赖龚文欧葛殷温季俞章鲁韦昌苗凌"
)
_PERSON = re.compile(
    rf"(?:申请人|第三人|户名[为是：:]?|收款人[为是：:]?)([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
    r"(?=支付|于|向|的|应|自|在|、|，|。|；|（|一次性|分\d|分[一二两三四五六]期|工资|与|和|账户|同意|确认|返还|赔偿|$)"
)
_ORGANISATION = re.compile(r"([\u4e00-\u9fff（）()]{2,30}?(?:有限责任公司|股份有限公司|有限公司|合作社|事务所))")
_LEADING = re.compile(r"^.*(?:由|向|经|与|和|及|给|对|被申请人|申请人|第三人|户名为|户名|委托)(?=[\u4e00-\u9fff（(])")
_KNOWN = "■"


def findings(facts: CaseFacts) -> Iterator[Finding]:
    for party in facts.parties:
        yield from _numbers(party)
        yield from _authority(facts, party)
    yield from _strangers(facts)


def _numbers(party: PartyFacts) -> Iterator[Finding]:
    for name, number in ((party.name, party.id_number), *((one.name, one.id_number) for one in party.representatives)):
        # A masked number is none.
        if number and "*" not in number and not is_valid_id(normalise_id(number) or ""):
            yield Finding("id_number_wrong", BLOCK, "", f"{name}的公民身份号码位数、日期或者末位校验码不正确")
    if party.credit_code and not party.is_person and not uscc.is_valid(party.credit_code):
        yield Finding("credit_code_wrong", BLOCK, "", f"{party.name}的统一社会信用代码位数或者末位校验码不正确")


def _authority(facts: CaseFacts, party: PartyFacts) -> Iterator[Finding]:
    agents = [one for one in party.representatives if one.kind == "agent"]
    for one in agents:
        yield from _agent(facts, party, one)
    if not party.is_person and not party.legal_representative and not any(map(_may_sign, agents)):
        message = f"没有登记{party.name}的法定代表人（负责人），也没有有权签署协议的代理人：请核对由谁签名"
        yield Finding("legal_representative_unknown", WARN, "", message, _AUTHORITY)


def _agent(facts: CaseFacts, party: PartyFacts, agent: RepresentativeFacts) -> Iterator[Finding]:
    if not _may_sign(agent):
        message = (
            f"{party.name}的代理人{agent.name}没有和解或者签署协议的特别授权：请补交授权委托书，或者由当事人本人签名"
        )
        yield Finding("no_power_to_settle", WARN, "", message, _AUTHORITY)
    day = (facts.agreement.effective_on if facts.agreement else None) or facts.issued_on
    if day and ((agent.to_on and agent.to_on < day) or (agent.from_on and agent.from_on > day)):
        message = f"{party.name}的代理人{agent.name}的授权期限不包括协议之日：请补交授权委托书，或者由当事人本人签名"
        yield Finding("authority_not_in_force", WARN, "", message, _AUTHORITY)


def _may_sign(agent: RepresentativeFacts) -> bool:
    return any(_SETTLES.search(power) or _SIGNS.search(power) for power in agent.powers)


def _strangers(facts: CaseFacts) -> Iterator[Finding]:
    """A name in the terms that belongs to nobody of the case, most often a misspelt one."""
    known = [party.name for party in facts.parties]
    known += [one.name for party in facts.parties for one in party.representatives]
    known += [party.legal_representative for party in facts.parties]
    known += [facts.committee_name, facts.arbitration_commission, facts.court, facts.station_name, *facts.mediators]
    for clause in clauses(facts):
        text = clause.text
        for name in sorted(filter(None, known), key=len, reverse=True):
            text = text.replace(name, _KNOWN)
        for sentence in re.split(r"[。；，、]", text):
            strangers = [match[1] for match in _PERSON.finditer(sentence)]
            strangers += [_LEADING.sub("", match[1]) for match in _ORGANISATION.finditer(sentence)]
            for name in filter(None, strangers):
                message = f"{clause.name}写的“{name}”不是本案登记的当事人：请核对姓名、名称"
                yield Finding("stranger_named", WARN, clause.name, message)
