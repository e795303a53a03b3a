"""All official forms. Importing it fails when a form that must exist is missing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

from mediation.documents.facts import CaseFacts
from mediation.documents.forms import (
    d01_application,
    d05_acceptance_notice,
    d11_mediation_record,
    d13_agreement,
    d15_failure_notice,
)
from mediation.documents.spec import Finding, FormSpec, findings, missing_facts
from mediation.documents.typeset import fonts
from mediation.documents.typeset.blocks import Block, Title
from mediation.documents.typeset.page import Layout
from mediation.documents.typeset.render import missing_characters, to_pdf

REQUIRED = ("D01", "D05", "D11", "D13", "D15")

# law.md 4.2: titles are the committee's own; those without a module are planned.
TITLES = {
    "D01": "调解申请书",
    "D02": "口头申请记录",
    "D03": "权利义务告知书",
    "D04": "调解意见征询书",
    "D05": "受理通知书",
    "D06": "不予受理通知书",
    "D07": "授权委托书",
    "D08": "法定代表人身份证明书",
    "D09": "调解通知书",
    "D10": "调查笔录",
    "D11": "调解笔录",
    "D12": "延期调解同意书",
    "D13": "调解协议书",
    "D14": "口头协议登记表",
    "D15": "调解不成（终止）告知书",
    "D16": "撤回申请书",
    "D17": "送达回证",
    "D18": "仲裁审查申请书",
    "D19": "司法确认申请书",
    "D20": "支付令申请书",
    "D21": "履行情况记录",
    "D22": "回访记录",
    "D23": "规范用工建议书",
    "D24": "移送函",
    "D25": "法律援助转介单",
    "D26": "代表人推举书",
    "D27": "调解员回避申请书",
    "D28": "结案审批表",
    "D29": "卷宗封面、卷内目录、备考表",
    "D30": "值班日志",
}


@dataclass(frozen=True)
class Form:
    """A form's declaration and how it is built."""

    spec: FormSpec
    build: Callable[[CaseFacts], Iterator[Block]]


class NotReady(ValueError):
    """The document cannot be issued; `findings` says why."""

    def __init__(self, code: str, why: list[Finding]):
        super().__init__(f"{code}: {'; '.join(finding.message for finding in why)}")
        self.findings = why


_MODULES = (d01_application, d05_acceptance_notice, d11_mediation_record, d13_agreement, d15_failure_notice)


def _collect(modules: Iterable[ModuleType]) -> dict[str, Form]:
    forms = {module.SPEC.code: Form(module.SPEC, module.build) for module in modules}
    absent = [code for code in REQUIRED if code not in forms] + [code for code in forms if code not in TITLES]
    if absent:
        raise RuntimeError(f"official forms missing from the registry: {', '.join(absent)}")
    return forms


_FORMS = _collect(_MODULES)


def get(code: str) -> Form:
    """The form with this code. Raises `KeyError` for unknown and planned codes."""
    return _FORMS[code]


def all_specs() -> tuple[FormSpec, ...]:
    """The declarations of all existing forms, by code."""
    return tuple(_FORMS[code].spec for code in sorted(_FORMS))


def planned() -> dict[str, str]:
    """Code → title of the forms that are still to come."""
    return {code: title for code, title in TITLES.items() if code not in _FORMS}


def available_in(state: str) -> tuple[FormSpec, ...]:
    """The forms that may be made of a case in this state."""
    return tuple(spec for spec in all_specs() if state in spec.available_in)


def check(code: str, facts: CaseFacts, *, instance_fonts: Path | None) -> list[Finding]:
    """Everything that stands between the facts and an issued document: missing facts, provisional dates, sums that do
    not add up, characters that no installed font can print."""
    form = get(code)
    result = findings(form.spec, facts)
    for character in missing_characters(form.build(facts), fonts.load(instance_fonts)):
        message = f"生僻字“{character}”（U+{ord(character):04X}）没有可用字体，无法打印，请上传含有该字的字体"
        result.append(Finding("missing_glyph", message))
    return result


def render(
    code: str,
    facts: CaseFacts,
    *,
    number: str,
    issued_on: date | None,
    instance_fonts: Path | None,
    draft: bool = False,
    proof: str = "",
    proof_address: str = "",
) -> bytes:
    """The document as PDF; the same arguments and fonts give the same bytes.

    `number` is the paper's own number ("" for none), `issued_on` its day (None leaves blanks). A draft carries 草稿 and
    may lack facts; an issued paper carries its `proof` (see `proof.codes`). Raises `NotReady` when an issued document would be incomplete, `otfont.MissingGlyph` for a draft
    with a character that no font has, `KeyError` for an unknown code.
    """
    form = get(code)
    if not draft and (why := check(code, facts, instance_fonts=instance_fonts)):
        raise NotReady(code, why)
    blocks = list(form.build(facts.issued_as(number, issued_on)))
    title = next((block.text for block in blocks if isinstance(block, Title)), form.spec.title)
    layout = Layout(
        title=title,
        author=facts.committee_name,
        subject=facts.case_no or facts.number,
        header="　".join(filter(None, (title, number or facts.case_no or facts.number))),
        dated=issued_on,
        is_draft=draft,
        proof=proof,
        proof_address=proof_address,
    )
    return to_pdf(blocks, layout, fonts.load(instance_fonts))


__all__ = [
    "REQUIRED",
    "TITLES",
    "Form",
    "NotReady",
    "all_specs",
    "available_in",
    "check",
    "get",
    "missing_facts",
    "planned",
    "render",
]
