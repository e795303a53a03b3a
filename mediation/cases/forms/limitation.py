"""Limitation: the day a notice prints, events of a claim, the rule that governs it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext  # the name by which words in a context are gathered
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired

from mediation.cases import limitation, service
from mediation.cases.forms.act import ActForm, day_field, line_field, reason_field
from mediation.cases.forms.choices import as_id
from mediation.cases.limitation import ClaimLimitation
from mediation.cases.models import Case
from mediation.core.actor import Actor
from mediation.core.i18n import day
from mediation.core.web.forms import ChoiceField, DayField, not_in_future
from mediation.deadlines import provisional
from mediation.deadlines import queries as deadlines
from mediation.deadlines.engine import Computed
from mediation.deadlines.labels import rule_title
from mediation.deadlines.limitation import GROUNDS, RULES_OF_CLAIMS, Kind

KINDS = {Kind.START: _l("起算"), Kind.INTERRUPTION: _l("中断"), Kind.SUSPENSION: _l("中止")}


def limitation_field() -> DayField:
    """The last day that a notice prints; ``propose`` fills it in."""
    return DayField(_l("时效届满日"), [DataRequired(_l("请填写申请仲裁或起诉的时效届满日"))])


def limitation_reason_field() -> StringField:
    """Why another day than the counted one is relied on."""
    return line_field(
        _l("改动时效届满日的理由"),
        limit=300,
        description=_l("填的日期与系统计算的不同时，写明依据；相同的不用填。"),
    )


def propose(form: Any, case: Case) -> None:
    """Fill in the counted day and say where it comes from."""
    if not form.is_submitted():
        form.limitation.data = case.limitation_on
    counted = [words_of(one) for one in limitation.limitations_of(case)]
    lines = [*dict.fromkeys(counted), _("提交后即由您核定，告知书印出这一天；请核对每一项请求。")]
    form.limitation.description = " ".join(lines)


def words_of(one: ClaimLimitation) -> str:
    """A claim's days in one sentence, each the day on which the period ends, before any roll."""
    counted = one.counted
    words = {"item": one.claim.item, "rule": rule_title(counted.rule)}
    if counted.earliest is None:
        return _("%(item)s（%(rule)s）：%(reason)s。", reason=counted.reason, **words)
    cautious = _shown(counted.earliest)
    if counted.current is None or counted.current.raw_last_day == counted.earliest.raw_last_day:
        text = _("%(item)s（%(rule)s）：%(day)s 届满。", day=cautious, **words)
    else:
        late = _shown(counted.current)
        text = _("%(item)s（%(rule)s）：%(late)s 届满，最早可能 %(day)s。", late=late, day=cautious, **words)
    return f"{text}{counted.reason}{'。' if counted.reason else ''}"


def _shown(computed: Computed) -> str:
    return f"{day(computed.raw_last_day)}{provisional.mark(computed.last_day, computed.provisional)}"


class LimitationEventForm(ActForm):
    """A start, an interruption or a suspension."""

    intro = _l("时效是一串有日期、有证据的事项。没有证据或者有争议的，只影响当前届满日，不影响最早可能的届满日。")
    submit_label = pgettext("to do", "登记")
    layout = {"claim_id": 6, "ground": 6, "happened_on": 4, "ends_on": 4}
    claim_id = ChoiceField(_l("哪一项请求"), coerce=as_id, empty=_l("全部请求"))
    ground = ChoiceField(_l("事由"), [DataRequired(_l("请选择事由"))])
    happened_on = day_field(_l("发生日期"))
    ends_on = DayField(
        _l("结束日期"),
        [not_in_future],
        description=_l("中止填障碍消除之日，仲裁、诉讼等填程序终结之日；没有结束的留空。"),
    )
    evidence = line_field(_l("证据"), limit=300, description=_l("有日期的材料：聊天记录、签收单、受理通知书……"))
    file = FileField(_l("证据文件"), description=_l("PDF、照片、Word、Excel、文本，最大 20 MB。"))
    is_contested = BooleanField(_l("对方有争议（计算最早可能的届满日时不计）"))

    def offer(self, actor: Actor, case: Case) -> None:
        claims = service.claims_of(case)
        self.claim_id.choices = [(one.id, one.item) for one in claims]
        rules = {limitation.rule_of(case, one) for one in claims}
        fitting = [one for one in GROUNDS.values() if any(one.article(rule) for rule in rules)]
        self.ground.choices = [(one.key, f"{KINDS[one.kind]} · {one.label}") for one in fitting]


class LimitationWithdrawalForm(ActForm):
    """Take an event out of the count."""

    intro = _l("撤销的事项留在记录里，不再计入时效。")
    submit_label = _l("撤销这一项")
    is_grave = True
    reason = reason_field(_l("撤销的理由"), limit=300)


class LimitationRuleForm(ActForm):
    """Which limitation governs a claim."""

    intro = _l("系统按程序和案由推定适用的时效；用工关系有争议的，按较短的计算。")
    submit_label = _l("保存")
    layout = {"rule": 6}
    rule = ChoiceField(_l("适用的时效"), empty=_l("按程序和案由推定"))
    reason = reason_field(_l("选择的理由"), limit=300)

    def offer(self, actor: Actor, case: Case) -> None:
        self.rule.choices = [(code, rule_title(deadlines.rule(code))) for code in RULES_OF_CLAIMS]


class LimitationConfirmationForm(ActForm):
    """Answer for the day."""

    submit_label = _l("核定这一天")
    aliases = {"limitation_on": "limitation"}
    limitation = limitation_field()
    limitation_reason = limitation_reason_field()

    def offer(self, actor: Actor, case: Case) -> None:
        propose(self, case)


def given(form: Any) -> dict[str, Any]:
    """The settled day as the services take it."""
    return {"limitation_on": form.limitation.data, "limitation_reason": form.limitation_reason.data}
