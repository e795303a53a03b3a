"""All official forms. Importing it fails when a form that must exist is missing."""

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType

from mediation.documents import forms
from mediation.documents.facts import CaseFacts, DeadlineFacts
from mediation.documents.spec import Finding, FormSpec, Sheet, findings, missing_facts, provisional_deadline
from mediation.documents.typeset import fonts
from mediation.documents.typeset.blocks import Block, Title
from mediation.documents.typeset.docx import to_docx
from mediation.documents.typeset.page import Layout, PageNumbers
from mediation.documents.typeset.render import missing_characters, to_pdf

_PAGE_NUMBERS = {
    Sheet.FORM: PageNumbers.OF_TOTAL,
    Sheet.LETTER: PageNumbers.DASHED,
    Sheet.COVER: PageNumbers.NONE,
}
# law.md 4.2: titles are the committee's own (see `CaseFacts.titles` for its changes); law.md 4.1: what the
# thirteen forms of 司发通〔2010〕239号 have besides. Every one of them must have a declaration.
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
    "D30": "值班日志（接待登记表）",
    "PM04": "人民调解受理登记表",
    "PM06": "证据材料",
    "PM12": "封底",
    "PM13": "司法确认有关材料",
}
NATIONAL_FORMS = 13  # of 司发通〔2010〕239号


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


def _modules() -> Iterator[ModuleType]:
    """The modules of the folder that declare a form."""
    for found in pkgutil.iter_modules(forms.__path__):
        module = import_module(f"{forms.__name__}.{found.name}")
        if hasattr(module, "SPEC"):
            yield module


def _collect(modules: Iterable[ModuleType], titles: dict[str, str]) -> dict[str, Form]:
    """The forms by code. Raises `RuntimeError` when one is missing, unknown or titled otherwise than it says."""
    found = {module.SPEC.code: Form(module.SPEC, module.build) for module in modules}
    wrong = [code for code in titles if code not in found]
    wrong += [code for code, form in found.items() if titles.get(code) != form.spec.title]
    national = {number for form in found.values() for number in form.spec.national}
    wrong += [f"司发通〔2010〕239号-{number}" for number in range(1, NATIONAL_FORMS + 1) if number not in national]
    if wrong:
        raise RuntimeError(f"official forms missing from the registry: {', '.join(wrong)}")
    return {code: found[code] for code in titles}


_FORMS = _collect(_modules(), TITLES)


def get(code: str) -> Form:
    """The form with this code. Raises `KeyError` for an unknown one."""
    return _FORMS[code]


def all_specs() -> tuple[FormSpec, ...]:
    """The declarations of all forms, in the order of the titles."""
    return tuple(form.spec for form in _FORMS.values())


def codes() -> frozenset[str]:
    """The codes of all forms."""
    return frozenset(_FORMS)


def title_of(code: str, facts: CaseFacts) -> str:
    """The title that the paper prints, on one line."""
    form = get(code)
    first = next((block.text for block in form.build(facts) if isinstance(block, Title)), form.spec.title)
    return form.spec.title_for(facts) if form.spec.sheet is not Sheet.FORM else first.replace("\n", "")


def fitting(facts: CaseFacts) -> tuple[FormSpec, ...]:
    """The forms that may be made of the case as it stands."""
    return tuple(spec for spec in all_specs() if spec.applies(facts))


@dataclass(frozen=True)
class _Reading(CaseFacts):
    """Facts that remember which periods a form has asked for in order to print them."""

    asked: dict[str, DeadlineFacts] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, facts: CaseFacts) -> "_Reading":
        return cls(**{one.name: getattr(facts, one.name) for one in fields(facts)})

    def deadline(self, rule: str) -> DeadlineFacts | None:
        found = super().deadline(rule)
        if found is not None:
            self.asked[rule] = found
        return found

    @property
    def provisional(self) -> tuple[DeadlineFacts, ...]:
        return tuple(one for one in self.asked.values() if one.is_provisional)


def check(code: str, facts: CaseFacts, *, instance_fonts: Path | None) -> list[Finding]:
    """Everything that stands between the facts and an issued document: missing facts, provisional dates, sums that do
    not add up, characters that no installed font can print."""
    form, reading = get(code), _Reading.of(facts)
    blocks = list(form.build(reading))
    result = [*findings(form.spec, facts), *map(provisional_deadline, reading.provisional)]
    for character in missing_characters(blocks, fonts.load(instance_fonts)):
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

    `number` is the paper's own number ("" for none), `issued_on` its day (None leaves blanks). A draft carries 草稿, with
    a provisional day also 暂定, and may lack facts; an issued paper carries its `proof` (see `proof.codes`). Raises `NotReady` when an issued document would be incomplete, `otfont.MissingGlyph` for a draft
    with a character that no font has, `KeyError` for an unknown code.
    """
    form = get(code)
    if not draft and (why := check(code, facts, instance_fonts=instance_fonts)):
        raise NotReady(code, why)
    reading = _Reading.of(facts.issued_as(number, issued_on))
    blocks = list(form.build(reading))
    title = title_of(code, facts)
    layout = Layout(
        title=title,
        author=facts.committee_name,
        subject=facts.case_no or facts.number,
        header=_header(form.spec, title, number or facts.case_no or facts.number),
        dated=issued_on,
        is_draft=draft,
        page_numbers=_PAGE_NUMBERS[form.spec.sheet],
        is_provisional=bool(reading.provisional) or bool(facts.limitation and facts.limitation.is_provisional),
        proof=proof,
        proof_address=proof_address,
    )
    return to_pdf(blocks, layout, fonts.load(instance_fonts))


def word(code: str, facts: CaseFacts) -> bytes:
    """The form as a Word draft to be edited outside; the same facts give the same bytes. Raises `KeyError`."""
    return to_docx(
        get(code).build(facts), title=title_of(code, facts), author=facts.committee_name, dated=facts.issued_on
    )


def _header(spec: FormSpec, title: str, number: str) -> str:
    return "" if spec.sheet is Sheet.COVER else "　".join(filter(None, (title, number)))


__all__ = [
    "TITLES",
    "Form",
    "NotReady",
    "all_specs",
    "check",
    "codes",
    "fitting",
    "get",
    "missing_facts",
    "render",
    "title_of",
    "word",
]
