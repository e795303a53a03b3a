"""D12 延期调解同意书: both parties agree, before the period ends, to a later last day (Order 17 Art 29; Doc 4).

LDMAL Art 14: a longer mediation takes nothing from the right to go to arbitration, so the paper says so, with the
other routes and the day of limitation.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from mediation.documents.facts import CaseFacts
from mediation.documents.forms.d05_acceptance_notice import PERIOD_LABEL, period
from mediation.documents.passages import (
    limitation_unsettled,
    party_signers,
    routes_and_limitation,
    signature_roll,
    staff_signers,
)
from mediation.documents.spec import MISSING, TYPED, Ask, Finding, FormSpec, Kind
from mediation.documents.stages import IN_MEDIATION
from mediation.documents.typeset.blocks import Block, Heading, P, Seal, Sign, Title, Together
from mediation.documents.typeset.render import chinese_date
from mediation.documents.wording import body, count_in_words, dispute, last_day, number_of, paragraphs

MOST_DAYS = 15  # Doc 4; for the other tracks the committee's own rule, as the life cycle has it


def _proposed(facts: CaseFacts) -> str:
    running = period(facts)
    return (running.raw_last_day + timedelta(days=MOST_DAYS)).isoformat() if running else ""


def _refuse(facts: CaseFacts) -> Iterable[Finding]:
    running, until = period(facts), facts.typed_day("until")
    if running is None:
        yield Finding(MISSING, f"缺少：{PERIOD_LABEL}", SPEC.basis)
    elif until is not None:
        # Counted from the raw end: from the rolled day the new one would come out too late.
        latest = running.raw_last_day + timedelta(days=MOST_DAYS)
        if until <= running.raw_last_day:
            yield Finding("not_later", "新的届满日应晚于原届满日", SPEC.basis, TYPED, "until")
        elif until > latest:
            words = f"延长不得超过{MOST_DAYS}日，新的届满日最晚为{chinese_date(latest)}"
            yield Finding("too_late", words, SPEC.basis, TYPED, "until")
        if facts.state != "extended" and facts.issued_on and facts.issued_on > running.raw_last_day:
            yield Finding("period_over", "调解期限已经届满，不能再延期", SPEC.basis)
    yield from limitation_unsettled(facts, SPEC.basis)


SPEC = FormSpec(
    code="D12",
    title="延期调解同意书",
    basis="《企业劳动争议协商调解规定》第二十九条",
    required=(
        ("committee_name", "调解委员会名称"),
        ("accepted_on", "受理日期"),
        ("parties.*.name", "当事人姓名或者名称"),
        ("mediators", "调解员"),
    ),
    signed_by=("applicant", "respondent", "mediator", "recorder"),
    sealed=True,
    copies="一式三份，双方当事人各一份，存档一份",
    available_in=IN_MEDIATION,
    number_kind="extension",
    official_source="无全国统一格式；委员会自定",
    asks=(
        Ask("reason", "延期的理由", Kind.TEXT),
        Ask("until", "延长后的届满日", Kind.DAY, hint="自原届满日起计算，最多延长15日", propose=_proposed),
    ),
    refuse=_refuse,
    fits=lambda facts: facts.track in ("labour", "new_form", "peoples"),
)

NO_WALL_LABOUR = (
    "延期调解不影响当事人依法申请仲裁：自调解委员会收到调解申请之日起15日内未达成调解协议的，当事人可以依法申请仲裁"
    "（《中华人民共和国劳动争议调解仲裁法》第十四条）。同意延期的当事人仍可以随时要求终止调解。"
)
NO_WALL_PEOPLES = "延期调解不影响当事人依法通过其他途径维护权利；同意延期的当事人仍可以随时要求终止调解。"


def build(facts: CaseFacts) -> Iterator[Block]:
    """The consent, for both parties to sign before the period ends."""
    running = period(facts)
    yield Title(SPEC.title_for(facts), facts.document_number)
    ends = last_day(running) if running else chinese_date(None)
    yield P(
        f"{dispute(facts)}（案号：{number_of(facts)}），由{facts.committee_name}于{chinese_date(facts.accepted_on)}受理，"
        f"调解期限届满日为{ends}。经双方当事人协商一致，同意延期调解："
    )
    yield Heading("一、延期的理由")
    for text in paragraphs(facts.typed_text("reason")) or ("＿" * 24,):
        yield P(text)
    yield Heading("二、延长后的期限")
    yield P(
        f"调解期限延长至{chinese_date(facts.typed_day('until'))}。届满仍未达成协议的，视为调解不成，由{body(facts)}书面告知双方当事人。"
        if not facts.is_peoples
        else f"调解期限延长至{chinese_date(facts.typed_day('until'))}。届满仍未达成协议的，终止调解并告知当事人其他途径。"
    )
    yield P(NO_WALL_PEOPLES if facts.is_peoples else NO_WALL_LABOUR)
    yield from routes_and_limitation(facts)
    yield from signature_roll(facts, with_amounts=False)
    copies = f"本同意书一式{count_in_words(len(facts.parties) + 1)}份，当事人各执一份，{body(facts)}存档一份。"
    yield Together(
        (P(copies), Sign(party_signers(facts) + staff_signers(facts)), Seal(facts.committee_name, facts.issued_on))
    )
