"""Passages that several forms share: the parties, the list of requests, the signature lines."""

from collections.abc import Iterable, Iterator

from mediation.core.money import yuan
from mediation.documents.facts import CaseFacts, PartyFacts, RepresentativeFacts
from mediation.documents.remedies import limitation_items, limitation_sentence, other_routes
from mediation.documents.spec import MISSING, Finding, provisional
from mediation.documents.typeset.blocks import (
    Blank,
    Block,
    Field,
    Fields,
    Grid,
    Heading,
    Items,
    Lines,
    P,
    Signer,
    Strong,
    Text,
)
from mediation.documents.wording import BLANK, claim_text, paragraphs, sum_in_words

SIDE_LABELS = {"applicant": "申请人", "respondent": "被申请人", "third_party": "第三人"}
_PERSON_SIGNS, _ORGANISATION_SIGNS = "签名、盖章或者按指印", "盖章，法定代表人或者代理人签名"
_ROOM_TO_SIGN_MM = 11
LIMITATION_LABEL = "时效届满日"
READ_AND_RIGHT = "以上笔录我看过（已向我宣读过），与我说的相符。"


def parties(facts: CaseFacts) -> Iterator[Block]:
    """Identity and contact of every party and representative; many applicants in a table."""
    if facts.has_many_applicants:
        yield Heading(f"申请人名册（共{len(facts.applicants)}人）", level=2)
        yield _roll(facts)
        for party in facts.applicants:
            yield from _representatives(party)
    for party in facts.parties:
        if not (facts.has_many_applicants and party.side == "applicant"):
            yield party_fields(party)
            yield from _representatives(party)


def party_fields(party: PartyFacts) -> Fields:
    side = SIDE_LABELS[party.side]
    if party.is_person:
        born = party.born or (f"{party.age}周岁" if party.age is not None else "")
        return Fields(
            (
                (
                    Field(f"{side}：", party.name, 10),
                    Field("性别：", party.gender, 2),
                    Field("民族：", party.ethnicity, 4),
                ),
                (
                    Field("出生年月或年龄：" if not born else "出生年月：" if party.born else "年龄：", born, 6),
                    Field("职业或职务：", party.occupation or party.role_label, 7),
                ),
                (Field("公民身份号码：", party.id_number, 11), Field("电话：", party.phone, 8)),
                (Field("住址：", party.address),),
            )
        )
    return Fields(
        (
            (Field(f"{side}：", party.name),),
            (Field("统一社会信用代码：", party.credit_code, 11), Field("身份：", party.role_label, 5)),
            (
                Field("法定代表人（负责人）：", _with_post(party), 6),
                Field("电话：", party.phone, 7),
            ),
            (Field("住所：", party.address),),
        )
    )


def _with_post(party: PartyFacts) -> str:
    return "，".join(filter(None, (party.legal_representative, party.legal_representative_post)))


def _representatives(party: PartyFacts) -> Iterator[Block]:
    for representative in party.representatives:
        yield Fields(
            (
                (
                    Field(f"{representative.kind_label}：", representative.name, 6),
                    Field("关系：", representative.relation, 5),
                    Field("电话：", representative.phone, 7),
                ),
                (Field("代理权限：", authority(representative)),),
            )
        )


def _roll(facts: CaseFacts) -> Grid:
    header: tuple[str, ...] = ("序号", "姓名", "公民身份号码", "联系电话")
    widths: tuple[float, ...] = (12, 32, 45, 33)
    rows: list[tuple[str, ...]] = [
        (str(number), party.name, party.id_number, party.phone) for number, party in enumerate(facts.applicants, 1)
    ]
    if all(party.claimed_fen is None for party in facts.applicants):
        return Grid(header, tuple(rows), widths, "cccc")
    shares = [party.claimed_fen for party in facts.applicants]
    rows = [(*row, _yuan_or_blank(share)) for row, share in zip(rows, shares, strict=True)]
    total = ("", "合计", "", "", yuan(sum(share or 0 for share in shares)))
    return Grid((*header, "请求金额（元）"), tuple(rows), (*widths, 34), "ccccr", total)


def _yuan_or_blank(fen: int | None) -> str:
    return "" if fen is None else yuan(fen)


def limitation_unsettled(facts: CaseFacts, basis: str) -> Iterable[Finding]:
    """A refusal, a delay or a failure tells until when the claim can be brought elsewhere, on a day a person settled."""
    if facts.limitation is None:
        yield Finding(MISSING, f"缺少：{LIMITATION_LABEL}", basis)
    elif facts.limitation.is_provisional:
        yield provisional(LIMITATION_LABEL)


def routes_and_limitation(facts: CaseFacts, first: str = "三", second: str = "四") -> Iterator[Block]:
    """The other routes and the last day, under two headings."""
    yield Heading(f"{first}、其他途径")
    yield P("当事人可以依法通过下列途径主张权利：")
    yield Items(tuple(map(str, other_routes(facts))))
    yield Heading(f"{second}、时效")
    yield from limitation_passage(facts)


def limitation_passage(facts: CaseFacts) -> Iterator[Block]:
    """The day that is relied on, then each request with its own."""
    yield P((Strong(limitation_sentence(facts)),))
    items = limitation_items(facts)
    if items:
        yield Items(items)


def identity(party: PartyFacts) -> str:
    """A party in one line: 周明远，男，汉族，1991年3月7日出生，公民身份号码…，住…，电话…."""
    if party.is_person:
        born = f"{party.born}出生" if party.born else f"{party.age}周岁" if party.age is not None else ""
        number = f"公民身份号码{party.id_number}" if party.id_number else ""
        home = f"住{party.address}" if party.address else ""
        parts = (party.name, party.gender, party.ethnicity, born, number, home, _phone(party))
        return "，".join(filter(None, parts)) or BLANK
    head = f"法定代表人（负责人）{party.legal_representative}" if party.legal_representative else ""
    code = f"统一社会信用代码{party.credit_code}" if party.credit_code else ""
    seat = f"住所{party.address}" if party.address else ""
    return "，".join(filter(None, (party.name, code, head, seat, _phone(party)))) or BLANK


def _phone(party: PartyFacts) -> str:
    return f"电话{party.phone}" if party.phone else ""


def authority(representative: RepresentativeFacts) -> str:
    """What the representative may do: special powers one by one, or a general authority."""
    return f"特别授权：{'、'.join(representative.powers)}" if representative.powers else "一般授权"


def table(rows: Iterable[tuple[Text, ...]], widths: tuple[float, ...] = (30, 48, 30, 48), height_mm: float = 9) -> Grid:
    """A ruled form of labels and values, two pairs on a line; a row of one pair takes the whole line."""
    align = "".join("h" if place % 2 == 0 else "l" for place in range(len(widths)))
    return Grid((), tuple(rows), widths, align, row_height_mm=height_mm)


def free_text(text: str, lines: int) -> Iterator[Block]:
    """The paragraphs of a free text; without one, lines to write on."""
    yield from (P(paragraph) for paragraph in paragraphs(text))
    if not paragraphs(text):
        yield Lines(lines)


def claims(facts: CaseFacts) -> Iterator[Block]:
    """The numbered requests with their sum."""
    yield Items(tuple(claim_text(claim) for claim in facts.claims) or ((Blank(22),),))
    if len(facts.claims) > 1 and facts.claimed_fen is not None:
        yield P(f"以上有明确金额的请求合计：{sum_in_words(facts.claimed_fen)}。")


def signer(party: PartyFacts) -> Signer:
    hint = _PERSON_SIGNS if party.is_person else _ORGANISATION_SIGNS
    return Signer(SIDE_LABELS[party.side], party.name, hint, has_seal=not party.is_person)


def party_signers(facts: CaseFacts) -> tuple[Signer, ...]:
    """One line per party; many applicants sign in `signature_roll` instead."""
    return tuple(
        signer(party) for party in facts.parties if not (facts.has_many_applicants and party.side == "applicant")
    )


def signature_roll(facts: CaseFacts, with_amounts: bool) -> Iterator[Block]:
    """A table with an own line, and own amount, for each of many applicants."""
    if not facts.has_many_applicants:
        return
    yield P(
        "各申请人确认本人姓名及所列金额无误，并分别签名或者按指印：" if with_amounts else "各申请人分别签名或者按指印："
    )
    header: tuple[str, ...] = ("序号", "姓名", "签名或者按指印", "日期")
    widths: tuple[float, ...] = (12, 30, 46, 34)
    rows: list[tuple[str, ...]] = []
    for number, party in enumerate(facts.applicants, 1):
        row = (str(number), party.name, "", "　　年　月　日")
        rows.append((*row[:2], _yuan_or_blank(party.agreed_fen), *row[2:]) if with_amounts else row)
    if not with_amounts:
        yield Grid(header, tuple(rows), widths, "cccr", row_height_mm=_ROOM_TO_SIGN_MM)
        return
    total = yuan(sum(party.agreed_fen or 0 for party in facts.applicants))
    yield Grid(
        (*header[:2], "协议金额（元）", *header[2:]),
        tuple(rows),
        (*widths[:2], 32, *widths[2:]),
        "ccrcr",
        ("", "合计", total, "", ""),
        row_height_mm=_ROOM_TO_SIGN_MM,
    )


def staff_signers(facts: CaseFacts, recorder: str = "") -> tuple[Signer, ...]:
    """The mediators and the recorder."""
    mediator = "人民调解员" if facts.is_peoples else "调解员"
    mediators = tuple(Signer(mediator, name) for name in facts.mediators) or (Signer(mediator),)
    return (*mediators, Signer("记录人", recorder or facts.recorder))
