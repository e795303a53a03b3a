"""The ways out of a case and their last days (law.md 1.4, 1.8): which are open, until when, which are closed and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from mediation.cases.labels import ROUTES
from mediation.cases.lifecycle import State, Track
from mediation.cases.models import Agreement, Case, EnforcementStep
from mediation.core import clock
from mediation.deadlines.models import Deadline

# The organisations of LDMAL Art 10, whose agreements an arbitration commission reviews (law.md 1.2).
ARTICLE_10 = frozenset({"enterprise_committee", "township", "industry_labour"})
LABOUR = frozenset({Track.LABOUR.value, Track.NEW_FORM.value})
AFTER_AGREEMENT = frozenset(
    {State.AGREED.value, State.PERFORMING.value, State.PERFORMED.value, State.DEFAULTED.value, State.ENFORCING.value}
)
WITHOUT_AGREEMENT = frozenset({State.NOT_ACCEPTED.value, State.FAILED.value, State.TERMINATED.value})


@dataclass(frozen=True)
class Way:
    """One way out. ``is_open`` False: ``note`` says why. Days are None where the law sets none."""

    name: object
    is_open: bool
    article: str
    note: object = ""
    raw_last_day: date | None = None
    last_day: date | None = None
    is_provisional: bool = False
    taken_on: date | None = None


def ways_of(
    case: Case,
    agreement: Agreement | None,
    deadlines: Sequence[Deadline],
    steps: Sequence[EnforcementStep],
    legal_basis: Collection[str],
) -> list[Way]:
    """The ways for the state the case is in; none while mediation runs or after the case is filed."""
    if agreement is not None and case.state in AFTER_AGREEMENT:
        taken = {step.route: step.applied_on for step in steps}
        found = [_judicial_confirmation(case, deadlines, taken, legal_basis)]
        if case.track in LABOUR:
            found.insert(0, _review(agreement, deadlines, taken, legal_basis))
            found.append(_payment_order(case, taken))
        return [*found, _suit(case, taken)]
    if case.state in WITHOUT_AGREEMENT:
        return _without_agreement(case)
    return []


def _of_deadline(name: object, article: str, deadline: Deadline | None, taken_on: date | None, note: object) -> Way:
    if taken_on is not None:
        return Way(name, False, article, _l("已经申请"), taken_on=taken_on)
    if deadline is None:
        return Way(name, False, article, _l("期限没有开始或已经结束"))
    is_open = deadline.status == "open" and (deadline.last_day >= clock.today() or deadline.is_provisional)
    return Way(
        name,
        is_open,
        article,
        note if is_open else _l("期限已经届满"),
        deadline.raw_last_day,
        deadline.last_day,
        deadline.is_provisional,
    )


def _newest(deadlines: Sequence[Deadline], code: str) -> Deadline | None:
    rows = [one for one in deadlines if one.rule_code == code and one.status not in ("replaced", "cancelled")]
    return max(rows, key=lambda one: one.id) if rows else None


def _review(agreement, deadlines, taken, legal_basis) -> Way:
    name, article = (
        ROUTES["arbitration_review"],
        "《企业劳动争议协商调解规定》第27条；《劳动人事争议仲裁办案规则》第74条、第75条",
    )
    if not ARTICLE_10 & set(legal_basis):
        return Way(name, False, article, _l("本会不是《劳动争议调解仲裁法》第10条规定的调解组织"))
    if agreement.confirms_relationship:
        return Way(name, False, article, _l("协议确认劳动关系，仲裁委员会不受理"))
    if "judicial_confirmation" in taken:
        return Way(name, False, article, _l("已申请司法确认，不再仲裁审查"))
    note = _l("双方共同申请；制作的仲裁调解书可以申请执行")
    return _of_deadline(name, article, _newest(deadlines, "LM-ARBREVIEW-15D"), taken.get("arbitration_review"), note)


def _judicial_confirmation(case, deadlines, taken, legal_basis) -> Way:
    name, article = ROUTES["judicial_confirmation"], "《民事诉讼法》第205条；《人民调解法》第33条"
    note = _l("双方共同申请，不收费")
    if case.track in LABOUR and "peoples_mediation" in legal_basis:
        note = _l("双方共同申请，不收费；劳动争议只确认给付义务（法释〔2020〕26号第52条）")
    return _of_deadline(name, article, _newest(deadlines, "JC-30D"), taken.get("judicial_confirmation"), note)


def _payment_order(case, taken) -> Way:
    name, article = ROUTES["payment_order"], "《劳动争议调解仲裁法》第16条"
    if "payment_order" in taken:
        return Way(name, False, article, _l("已经申请"), taken_on=taken["payment_order"])
    if case.state != State.DEFAULTED.value:
        return Way(name, False, article, _l("到期未付时，劳动者一方可以申请"))
    return Way(name, True, article, _l("劳动者一方申请；对方提出异议的，可以直接依据调解协议起诉"))


def _suit(case, taken) -> Way:
    if case.track in LABOUR:
        name, article = _l("仲裁或起诉"), "《劳动争议调解仲裁法》第15条；法释〔2020〕26号第51条"
        note = _l("不履行协议时申请仲裁；协议只涉及劳动报酬的可以直接起诉")
    else:
        name, article, note = ROUTES["suit"], "《人民调解法》第32条", _l("就协议的履行或内容向法院起诉")
    taken_on = taken.get("suit") or taken.get("arbitration")
    if taken_on:
        return Way(name, False, article, _l("已经申请"), taken_on=taken_on)
    return Way(name, True, article, note, case.limitation_on, case.limitation_on)


def _without_agreement(case: Case) -> list[Way]:
    day = case.limitation_on
    if case.track not in LABOUR:
        return [Way(ROUTES["suit"], True, "《人民调解法》第26条", _l("向有管辖权的法院起诉"), day, day)]
    return [
        Way(ROUTES["arbitration"], True, "《劳动争议调解仲裁法》第5条、第27条", _l("劳动人事争议仲裁"), day, day),
        Way(
            _l("劳动保障监察"),
            True,
            "《劳动争议调解仲裁法》第9条；《劳动保障监察条例》第20条",
            _l("违法行为发生之日起两年内投诉"),
        ),
        Way(
            _l("法律援助"), True, "《法律援助法》第31条、第42条", _l("请求支付劳动报酬、工伤待遇的农民工不审查经济困难")
        ),
    ]
