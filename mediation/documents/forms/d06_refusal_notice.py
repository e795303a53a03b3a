"""D06 不予受理通知书: the application is not taken on, or the other side is unwilling (Order 17 Art 22, in writing).

LDMAL Art 5 and 14, PML Art 26: the refusal closes no other way, so the notice names them and the day of limitation.
"""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import limitation_unsettled, routes_and_limitation
from mediation.documents.spec import Finding, FormSpec
from mediation.documents.typeset.blocks import Block, Heading, P, Seal, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import BLANK, claim_items, dispute, names, paragraphs


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    return limitation_unsettled(facts, SPEC.basis)


SPEC = FormSpec(
    code="D06",
    title="不予受理通知书",
    basis="《企业劳动争议协商调解规定》第二十二条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("received_on", "收到申请日期"),
        ("applicants", "申请人"),
        ("applicants.*.name", "申请人姓名或者名称"),
        ("outcome", "不予受理的登记"),
        ("outcome.cause", "不予受理的理由"),
    ),
    signed_by=(),
    sealed=True,
    copies="申请人一份，存档一份",
    available_in=frozenset({"not_accepted", "received", "consent_inquiry"}),
    number_kind="refusal_notice",
    official_source="无全国统一格式；委员会自定",
    refuse=_refuse,
    fits=lambda facts: facts.state == "not_accepted",
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The notice to the applicants."""
    decided_on = facts.outcome.ended_on if facts.outcome else None
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"{names(facts.applicants)}：", indent=0)
    yield P(
        f"本委员会于{chinese_date(facts.received_on)}收到你（单位）的调解申请（登记号：{facts.number}），"
        f"请求就{dispute(facts)}进行调解。经审查，本委员会于{chinese_date(decided_on)}决定不予受理。现通知如下："
    )
    yield Heading("一、申请的请求")
    yield P(f"{claim_items(facts)}。")
    yield Heading("二、不予受理的理由")
    for text in paragraphs(facts.outcome.cause if facts.outcome else "") or (BLANK,):
        yield P(text)
    yield P("不予受理不是对你（单位）的请求是否成立作出的判断，不影响你（单位）通过下列途径主张权利。")
    yield from routes_and_limitation(facts)
    contact = "，".join(filter(None, (facts.committee_address, facts.committee_phone)))
    yield Together(
        (
            P(f"对本通知有疑问的，可以向本委员会询问。联系方式：{contact or BLANK}。"),
            P("特此通知。"),
            Seal(facts.committee_name, facts.issued_on),
        )
    )
