"""For every form a case that it fits and a paper that is complete: what was typed for it and what it is made of."""

from dataclasses import fields, replace
from datetime import date
from typing import NamedTuple

from mediation.documents.course import ClosingFacts, ForceFacts, PaperFacts, PaymentFacts, VisitFacts
from mediation.documents.facts import (
    AgreementFacts,
    CaseFacts,
    InstalmentFacts,
    LimitationFacts,
    OutcomeFacts,
    PartyFacts,
    RepresentativeFacts,
    SessionFacts,
)
from tests.unit.documents import samples

LIMITATION = LimitationFacts(date(2027, 3, 4), "《中华人民共和国劳动争议调解仲裁法》第二十七条")
LIN = RepresentativeFacts(
    "林晓",
    relation="单位职工（总部人事）",
    id_number="310000********0044",
    phone="000-0000-0004",
    powers=("承认、放弃、变更请求", "签署调解协议", "代收文书"),
    from_on=date(2026, 3, 5),
    key="31",
)


def keyed(facts: CaseFacts) -> CaseFacts:
    """The same parties, each with a key."""
    return replace(facts, parties=tuple(replace(one, key=str(place)) for place, one in enumerate(facts.parties, 1)))


_FILED = (
    PaperFacts("15", "履行情况记录", "D21", "2026-000012-D21-1", "1", date(2026, 3, 20)),
    PaperFacts("14", "调解协议书", "D13", "沪快调协〔2026〕第8号", "", date(2026, 3, 16), date(2026, 3, 16)),
    PaperFacts("13", "调解笔录", "D11", "2026-000012-D11-1", "1", date(2026, 3, 12)),
    PaperFacts("12", "受理通知书", "D05", "沪快调受〔2026〕第7号", "", date(2026, 3, 6), date(2026, 3, 6)),
    PaperFacts("11", "调解申请书", "D01", "2026-000012-D01-1", "", date(2026, 3, 4)),
    PaperFacts("file-1", "工资转账记录"),
    PaperFacts("file-2", "派件系统截图"),
)
WAGES = replace(
    keyed(samples.WAGES),
    state="mediating",
    application_mode="oral",
    application_mode_label="口头",
    source_label="当事人来访",
    handler="沈知言",
    headcount=1,
    limitation=LIMITATION,
    held=(1,),
)
WITH_AGENT = replace(WAGES, parties=(*WAGES.parties[:2], replace(WAGES.parties[2], representatives=(LIN,))))
RECEIVED = replace(
    WAGES,
    state="received",
    case_no="",
    accepted_on=None,
    sessions=(),
    held=(),
    agreement=None,
    mediators=(),
    deadlines=WAGES.deadlines[:1],
)
NOT_ACCEPTED = replace(
    RECEIVED,
    state="not_accepted",
    outcome=OutcomeFacts("not_accepted", "被申请人书面答复不同意调解。", date(2026, 3, 9)),
)
_PAID = tuple(
    replace(one, debtor=one.debtor.removesuffix("（代付）"), paid_fen=one.amount_fen if one.number == 1 else 0)
    for one in samples.AGREEMENT.instalments
)
AGREED = replace(
    WAGES,
    state="performing",
    agreement=replace(samples.AGREEMENT, instalments=_PAID, effective_on=date(2026, 3, 16), sealed_on=date(2026, 3, 16)),
    papers=_FILED,
    payments=(
        PaymentFacts(1, 1, date(2026, 3, 20), 865_000, "银行回单尾号0001", "云岫速运有限公司", "周明远"),
    ),
    closing=ClosingFacts(
        "达成协议，正在履行", date(2026, 3, 16), None, None, 12, 12, 1_665_000, 865_000, "部分履行"
    ),
)  # fmt: skip
PERFORMED = replace(
    AGREED,
    state="performed",
    visits=(VisitFacts(1, date(2026, 4, 17), "电话", "两期款项均已到账，对调解结果满意，没有新的争议。", 5, "沈知言"),),
    closing=replace(
        AGREED.closing, result_label="达成协议，已经履行", paid_fen=1_665_000, performance_label="全部履行"
    ),
)  # fmt: skip
WITHDRAWN = replace(
    WAGES,
    state="withdrawn",
    agreement=None,
    outcome=OutcomeFacts("withdrawn", "双方自行和解，款项已经付清。", date(2026, 3, 10)),
)
FREIGHT = replace(
    keyed(samples.FREIGHT),
    state="agreed",
    handler="沈知言",
    source_label="当事人来访",
    agreement=replace(samples.FREIGHT.agreement, is_oral=True, effective_on=date(2026, 5, 8), facts_text=samples.FREIGHT.facts_text),
    limitation=LimitationFacts(date(2029, 5, 6), "《中华人民共和国民法典》第一百八十八条"),
    closing=ClosingFacts("达成协议", date(2026, 5, 8), None, None, 2, 2, 2_860_000, 0, ""),
)  # fmt: skip
CONFIRMED = replace(
    FREIGHT,
    agreement=replace(FREIGHT.agreement, is_oral=False),
    force=(
        ForceFacts("judicial_confirmation", "司法确认", date(2026, 5, 12), "示例区人民法院", "裁定调解协议有效", date(2026, 5, 20)),
    ),
    papers=(PaperFacts("21", "人民调解协议书", "D13", "（2026）沪快人调协字第3号", "", date(2026, 5, 8)),),
)  # fmt: skip


def in_part(facts: CaseFacts) -> CaseFacts:
    """The same case, with an agreement that leaves two requests open."""
    left = ("2025年度加班费3,000元", "补缴2025年6月以来的社会保险") if not facts.is_peoples else ("迟延付款的利息",)
    assert facts.agreement is not None
    terms = tuple(term for term in facts.agreement.terms if "再无" not in term)
    return replace(facts, agreement=replace(facts.agreement, terms=terms, left_open=left))


def collective(count: int) -> CaseFacts:
    """Sorters before acceptance, so many, three of them elected."""
    return replace(
        keyed(samples.sorters(count)), state="received", handler="沈知言", limitation=LIMITATION, headcount=count
    )


class Paper(NamedTuple):
    """A complete paper. ``number`` is what it prints, ``typed`` what was typed for it."""

    facts: CaseFacts
    number: str = ""
    subject: str = ""
    typed: tuple[tuple[str, str], ...] = ()

    @property
    def ready(self) -> CaseFacts:
        """The facts of the paper itself."""
        return replace(self.facts, subject=self.subject, typed=self.typed)


COLLECTIVE_ROLL = tuple(party.name for party in samples.sorters(14).parties[:3])
PAPERS: dict[str, Paper] = {
    "D01": Paper(RECEIVED),
    "D02": Paper(RECEIVED, typed=(("time", "9:30"), ("place", "示例华新卡友驿站"), ("recorder", "沈知言"))),
    "D03": Paper(WAGES),
    "D04": Paper(RECEIVED, "沪快调询〔2026〕第5号", "2", (("answer_by", "2026-03-09"),)),
    "D05": Paper(WAGES, "沪快调受〔2026〕第7号"),
    "D06": Paper(NOT_ACCEPTED, "沪快调不受〔2026〕第2号"),
    "D07": Paper(WITH_AGENT, subject="31"),
    "D08": Paper(WAGES, subject="3", typed=(("post", "执行董事"),)),
    "D09": Paper(replace(WAGES, held=()), "沪快调通〔2026〕第1号", "1-1"),
    "D10": Paper(
        WAGES,
        subject="1",
        typed=(
            ("asked_on", "2026-03-10"),
            ("hours", "14:00至14:40"),
            ("place", "示例华新卡友驿站"),
            ("present", "周明远"),
            ("person", "周明远"),
            ("person_details", "男，34周岁，云岫速运华东某网点快递员，申请人"),
            ("asker", "沈律"),
            ("recorder", "许静"),
            ("body", "问：你的工资从什么时候开始没有发？\n答：从2025年12月开始，到2026年2月共两个月零十二天。\n"
             "问：工资是怎么约定的？\n答：每月6,525元，通过银行转账发，没有签书面劳动合同。"),
        ),
    ),
    "D11": Paper(WAGES, subject="1"),
    "D12": Paper(
        WAGES,
        "沪快调延〔2026〕第1号",
        typed=(("reason", "网点结算账目尚在核对，双方希望继续协商付款方式。"), ("until", "2026-04-03")),
    ),
    "D13": Paper(AGREED, "沪快调协〔2026〕第8号"),
    "D14": Paper(FREIGHT),
    "D15": Paper(replace(keyed(samples.CONTRACT), state="failed"), "沪快调告〔2026〕第4号"),
    "D16": Paper(WITHDRAWN, typed=(("reason", "双方自行和解，款项已经付清。"), ("on", "2026-03-10"))),
    "D17": Paper(
        AGREED,
        subject="14",
        typed=(
            ("recipients", "周明远\n云岫速运华东某网点\n云岫速运有限公司"),
            ("method", "直接送达"),
            ("server", "沈知言"),
        ),
    ),
    "D18": Paper(AGREED, typed=(("commission", "上海市示例区劳动人事争议仲裁委员会"),)),
    "D19": Paper(AGREED, typed=(("court", "上海市示例区人民法院"),)),
    "D20": Paper(
        replace(AGREED, state="defaulted"),
        subject="1",
        typed=(
            ("debtor", "云岫速运华东某网点"),
            ("sum", "800000"),
            ("court", "上海市示例区人民法院"),
            ("reachable", "债务人住所明确，正常经营，电话可以接通"),
        ),
    ),
    "D21": Paper(AGREED, subject="1"),
    "D22": Paper(PERFORMED, subject="1"),
    "D23": Paper(
        AGREED,
        "沪快调建〔2026〕1号",
        "1",
        (
            ("addressee", "云岫速运有限公司"),
            ("problem", "部分加盟网点负责人变更时，没有结清快递员的工资。\n网点没有与快递员签订书面劳动合同，考勤和派费没有书面记录。"),
            ("rules", "《中华人民共和国劳动合同法》第三十条：用人单位应当按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬。"),
            ("advice", "网点负责人变更前，先结清快递员工资，由总部核对后再办理结算。\n督促各网点签订书面劳动合同，保存考勤和派费记录。"),
            ("answer_by", "2026-05-15"),
        ),
    ),
    "D24": Paper(
        replace(WAGES, outcome=OutcomeFacts("referred", "网点涉嫌多次拖欠工资，属于劳动保障监察事项。")),
        "沪快调移〔2026〕3号",
        "1",
        (
            ("addressee", "上海市示例区劳动保障监察大队"),
            ("reason", "网点涉嫌多次拖欠工资，属于劳动保障监察事项。"),
            ("ground", "当事人同意移送"),
            ("consented_on", "2026-03-11"),
            ("annexes", "调解申请书复印件\n工资转账记录复印件"),
        ),
    ),
    "D25": Paper(
        WAGES,
        "沪快调援〔2026〕第1号",
        typed=(
            ("addressee", "上海市示例区法律援助中心"),
            ("ground", "进城务工人员请求支付劳动报酬或者工伤事故人身损害赔偿（免予核查经济困难状况）"),
            ("matter", "代理劳动争议仲裁、诉讼"),
        ),
    ),
    "D26": Paper(collective(14), typed=(("representatives", "\n".join(COLLECTIVE_ROLL)),)),
    "D27": Paper(
        WAGES,
        subject="1",
        typed=(
            ("party", "周明远"),
            ("mediator", "沈律"),
            ("ground", "与当事人、代理人有其他关系，可能影响公正调解"),
            ("reason", "沈律所在的律师事务所曾为被申请人总部提供法律服务。"),
            ("asked_on", "2026-03-09"),
            ("decision", "同意回避"),
            ("decided_on", "2026-03-10"),
            ("why", "申请理由成立，另行指派调解员。"),
        ),
    ),
    "D28": Paper(PERFORMED, typed=(("opinion", "材料齐全，建议结案。"),)),
    "D29": Paper(
        PERFORMED,
        typed=(("filer", "沈知言"), ("checker", "顾安"), ("filed_on", "2026-04-30"), ("retention", "长期"), ("remarks", "无")),
    ),
    "D30": Paper(
        RECEIVED,
        typed=(
            ("station", "示例华新卡友驿站"),
            ("organisation", "示例律师事务所"),
            ("person", "沈知言"),
            ("hours", "9:30至10:10"),
            ("advice", "告知可以申请调解、申请仲裁和向劳动保障监察投诉，以及各自的期限；协助整理工资转账记录。"),
            ("result", "登记受案，登记号2026-000012"),
        ),
    ),
    "PM04": Paper(replace(FREIGHT, state="accepted")),
    "PM06": Paper(FREIGHT),
    "PM12": Paper(replace(FREIGHT, state="performed")),
    "PM13": Paper(CONFIRMED),
}  # fmt: skip

SECOND_WORKER = replace(samples.WORKER, name="阿依古丽·阿卜杜热西提", gender="女", ethnicity="维吾尔族", key="7")
ONE_OF_TWELVE_MISSED = replace(
    AGREED.agreement,
    total_fen=1_200_000,
    instalments=tuple(
        InstalmentFacts(
            n, "云岫速运华东某网点", "周明远", 100_000, date(2026, n, 10), "银行转账", 100_000 if n <= 3 else 0
        )
        for n in range(1, 13)
    ),
)


def replace_in(paper: Paper, *, subject: str | None = None, **changes: object) -> Paper:
    """The same paper of other facts."""
    return paper._replace(facts=replace(paper.facts, **changes), subject=paper.subject if subject is None else subject)


def as_facts(facts: CaseFacts) -> dict[str, object]:
    """All fields of a case, to put it in the place of another."""
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def with_long_name(facts: CaseFacts) -> tuple[PartyFacts, ...]:
    """The parties, the last one a company with a name of more than forty characters."""
    return (*facts.parties[:-1], replace(facts.parties[-1], name=samples.LONG_COMPANY))


def with_two_agents(facts: CaseFacts) -> CaseFacts:
    """Two applicants, each with a representative."""
    lawyer = RepresentativeFacts(
        "欧阳思远",
        relation="律师",
        phone="000-0000-0041",
        powers=("进行和解、调解", "代收款项"),
        to_on=date(2026, 12, 31),
        key="41",
    )
    sister = RepresentativeFacts("周明霞", relation="近亲属（姐姐）", phone="000-0000-0042", key="42")
    first = replace(facts.parties[0], representatives=(sister,))
    return replace(facts, parties=(first, replace(SECOND_WORKER, representatives=(lawyer,)), *facts.parties[1:]))


_EMPTY_INSTALMENTS = AgreementFacts(instalments=(InstalmentFacts(1), InstalmentFacts(2)))
EMPTY = replace(
    samples.EMPTY,
    parties=tuple(replace(one, key=str(place)) for place, one in enumerate(samples.EMPTY.parties, 1)),
    agreement=_EMPTY_INSTALMENTS,
    sessions=(SessionFacts(1),),
)
