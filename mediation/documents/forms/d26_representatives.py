"""D26 代表人推举书: ten or more workers with a common claim choose who represents them (LDMAL Art 7; Order 33 Art 63)."""

from collections.abc import Iterable, Iterator

from mediation.documents.facts import CaseFacts
from mediation.documents.spec import TYPED, Ask, Finding, FormSpec, Kind
from mediation.documents.stages import AFTER_AGREEMENT, BEFORE_ACCEPTANCE, IN_MEDIATION
from mediation.documents.typeset.blocks import Block, Grid, Heading, Items, Note, P, Sign, Signer, Title, Together
from mediation.documents.wording import BLANK, dispute

FROM, FEWEST, MOST = 10, 3, 5
_ROOM_TO_SIGN_MM = 11


def _elected(facts: CaseFacts) -> str:
    people = (one.name for party in facts.applicants for one in party.representatives if one.kind == "elected")
    return "\n".join(dict.fromkeys(people))


def representatives(facts: CaseFacts) -> tuple[str, ...]:
    return tuple(name.strip() for name in facts.typed_text("representatives").splitlines() if name.strip())


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    chosen = representatives(facts)
    if chosen and not FEWEST <= len(chosen) <= MOST:
        words = f"代表人应为{FEWEST}至{MOST}人，现为{len(chosen)}人"
        yield Finding("count", words, "《劳动人事争议仲裁办案规则》第六十三条", TYPED, "representatives")
    names = {party.name for party in facts.applicants}
    for one in chosen:
        if one not in names:
            yield Finding("no_member", f"代表人“{one}”不在申请人名册中", SPEC.basis, TYPED, "representatives")


SPEC = FormSpec(
    code="D26",
    title="代表人推举书",
    basis="《中华人民共和国劳动争议调解仲裁法》第七条、《劳动人事争议仲裁办案规则》第六十三条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("applicants", "申请人"),
        ("applicants.*.name", "申请人姓名"),
        ("respondents.*.name", "被申请人姓名或者名称"),
    ),
    signed_by=("members",),
    sealed=False,
    copies="一式两份",
    available_in=BEFORE_ACCEPTANCE | IN_MEDIATION | AFTER_AGREEMENT,
    number_kind=None,
    official_source="无全国统一格式；委员会自定",
    asks=(Ask("representatives", "推举的代表人", Kind.TEXT, hint="3至5人，每行一人，须为申请人", propose=_elected),),
    refuse=_refuse,
    fits=lambda facts: len(facts.applicants) >= FROM,
)

POWERS = (
    "代表全体申请人陈述事实、提出主张、提供证据，参加调解。",
    "代收调解文书，向全体申请人通报调解的情况。",
    "变更、放弃请求或者承认对方的请求，达成调解协议，应当取得被代表的申请人同意。",
)


def build(facts: CaseFacts) -> Iterator[Block]:
    """The record of the choice, with a line for each member."""
    chosen = representatives(facts)
    members = {party.name: party for party in facts.applicants}
    yield Title(SPEC.title_for(facts), facts.document_number)
    yield P(
        f"{dispute(facts)}，申请人共{len(facts.applicants)}人，请求共同。经全体申请人协商，推举下列人员为代表人"
        f"参加{facts.committee_name}的调解："
    )
    rows = tuple(
        (str(number), name, *((members[name].id_number, members[name].phone) if name in members else ("", "")), "")
        for number, name in enumerate(chosen or ("",) * FEWEST, 1)
    )
    yield Grid(
        ("序号", "代表人", "公民身份号码", "联系电话", "本人签名"),
        rows,
        (12, 32, 48, 34, 30),
        "ccccc",
        row_height_mm=_ROOM_TO_SIGN_MM,
    )
    yield Heading("代表人的权限")
    yield Items(POWERS)
    yield Heading("推举人签名")
    yield P("申请人确认知悉并同意上述推举，分别签名或者按指印：")
    roll = tuple(
        (str(number), party.name or BLANK, "", "　　年　月　日") for number, party in enumerate(facts.applicants, 1)
    )
    yield Grid(
        ("序号", "姓名", "签名或者按指印", "日期"), roll, (12, 34, 66, 44), "cccr", row_height_mm=_ROOM_TO_SIGN_MM
    )
    yield Together(
        (
            Sign((Signer("见证的工作人员", facts.handler),)),
            Note("代表人的行为对其所代表的申请人发生效力；更换代表人的，另行推举并书面告知。"),
        )
    )
