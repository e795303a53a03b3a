"""D25 法律援助转介单 (法律援助法 Art 22, 31, 42–44).

Art 42: migrant workers claiming pay or injury compensation pass no means test. Art 43: decision in 7 days, assignment in
3. Art 44: with less than 7 days of limitation left it may be given at once.
"""

from collections.abc import Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.passages import identity, table
from mediation.documents.spec import Ask, FormSpec, Kind
from mediation.documents.stages import OPEN
from mediation.documents.typeset.blocks import Block, Checks, Note, P, Seal, Sign, Signer, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import claim_items, dispute, number_of

MIGRANT = "进城务工人员请求支付劳动报酬或者工伤事故人身损害赔偿（免予核查经济困难状况）"
POOR = "经济困难，需由法律援助机构核查"
OTHER = "其他情形"


def _ground(facts: CaseFacts) -> str:
    return MIGRANT if any(party.is_migrant for party in facts.applicants) else POOR


SPEC = FormSpec(
    code="D25",
    title="法律援助转介单",
    basis="《中华人民共和国法律援助法》第二十二条、第三十一条、第四十二条至第四十四条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("applicants", "申请人"),
        ("applicants.*.name", "申请人姓名"),
        ("applicants.*.phone", "申请人联系电话"),
        ("claims", "请求事项"),
    ),
    signed_by=("applicant", "station"),
    sealed=True,
    copies="一式两份，法律援助机构一份，存档一份",
    available_in=OPEN,
    number_kind="legal_aid",
    official_source="无全国统一格式；委员会自定",
    asks=(
        Ask("addressee", "法律援助机构"),
        Ask("ground", "申请援助的情形", Kind.CHOICE, choices=(MIGRANT, POOR, OTHER), propose=_ground),
        Ask(
            "matter",
            "需要援助的事项",
            propose=lambda facts: "代理劳动争议仲裁、诉讼" if not facts.is_peoples else "代理诉讼",
        ),
        Ask("note", "其他需要说明的情况", Kind.TEXT, is_required=False),
    ),
    fits=lambda facts: any(party.is_person for party in facts.applicants),
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The slip that the applicant takes along."""
    typed = facts.typed_text
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(f"{typed('addressee') or '＿＿＿＿＿＿＿＿法律援助中心'}：", indent=0)
    yield P("下列申请人请求法律援助，现予转介，请依法审查。")
    people = tuple(("申请人", identity(party)) for party in facts.applicants if party.is_person)
    limit = facts.limitation
    day = chinese_date(limit.last_day) if limit else "待核定"
    yield table(
        (
            *people,
            ("争议", dispute(facts)),
            ("本会编号", number_of(facts)),
            ("请求", claim_items(facts)),
            ("援助事项", typed("matter")),
            ("时效届满日", f"{day}（暂定，待核定）" if limit and limit.is_provisional else day),
            ("说明", typed("note") or "无"),
        ),
        (28, 128),
        11,
    )
    yield P("申请援助的情形：", indent=0)
    for one in (MIGRANT, POOR, OTHER):
        yield Checks("", (one,), frozenset({typed("ground")}))
    applicants = tuple(Signer("申请人", party.name, "签名") for party in facts.applicants if party.is_person)
    few = applicants if not facts.has_many_applicants else (Signer("申请人代表", ""),)
    yield Together(
        (
            P("本人同意将以上情况提供给法律援助机构。"),
            Sign((*few, Signer("经办人", facts.handler))),
            Seal(facts.committee_name, facts.issued_on),
            Note("法律援助机构应当自收到申请之日起七日内作出决定，决定给予援助的，三日内指派人员；距法定时效届满不足七日的，可以决定先行提供"
                 "法律援助（《中华人民共和国法律援助法》第四十三条、第四十四条）。"),
        )
    )  # fmt: skip
