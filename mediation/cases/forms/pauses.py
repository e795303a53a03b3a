"""Let a case wait for somebody else, and go on with it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from mediation.cases import durations, service
from mediation.cases.durations import Ground
from mediation.cases.forms.act import ActForm, day_field, line_field, reason_field
from mediation.cases.labels import PAUSE_GROUNDS
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.i18n import day, phrases
from mediation.core.web.forms import ChoiceField
from mediation.deadlines import provisional
from mediation.deadlines import queries as deadlines
from mediation.deadlines.labels import rule_title
from mediation.deadlines.models import Deadline


class PauseForm(ActForm):
    """From which day, why, and which clocks stand still with it: only those whose own law says so."""

    layout = {"on": 4, "ground": 8}
    on = day_field(_l("从哪一天起暂停"), description=_l("这一天不再计入净天数。"))
    ground = ChoiceField(_l("事由"), [DataRequired(_l("请选择暂停的事由"))], choices=list(PAUSE_GROUNDS.items()))
    clocks = SelectMultipleField(
        _l("依法随之中止的期限"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description=_l("只在上面所选的事由与括号中的一致时中止。等待的正是这项决定本身的，请取消勾选。"),
    )
    reason = reason_field(_l("具体原因"), limit=300, description=_l("等待谁、等待什么、预计到什么时候。"))

    def offer(self, actor: Actor, case: Case) -> None:
        self.intro = _("等待他人的结论或者行动时可以暂停办理，暂停的天数不计入办理净天数。")
        if case.track in (Track.LABOUR.value, Track.NEW_FORM.value):
            self.intro += _(
                "调解期限不因暂停而停止：《企业劳动争议协商调解规定》第29条只规定可以延期，没有规定中止；时效也照常计算。"
            )
        else:
            self.intro += _("调解期限和时效不因暂停而停止，照常计算。")
        if case.mediation_ends_on and case.settled_on is None:
            self.intro += _("本案调解期限仍于%(day)s届满。", day=day(case.mediation_ends_on))
        running = service.stoppable(case)
        if not running:
            del self.clocks
            return
        self.clocks.choices = [(one.rule_code, _clock_label(one)) for one in running]
        if not self.is_submitted():
            self.clocks.data = [one.rule_code for one in running if _stands_still_by_itself(one.rule_code)]

    def stopped(self) -> list[str]:
        """The ticked clocks that the chosen ground can stop."""
        if "clocks" not in self or not self.ground.data:
            return []
        allowed = durations.stops_on(Ground(self.ground.data))
        offered = {code for code, _label in self.clocks.choices}
        return [code for code in self.clocks.data or [] if code in allowed and code in offered]


class ResumeForm(ActForm):
    """From which day the case goes on."""

    layout = {"on": 4, "note": 8}
    on = day_field(_l("从哪一天起恢复"), description=_l("这一天重新计入净天数。"))
    note = line_field(_l("说明"), limit=300)

    def offer(self, actor: Actor, case: Case) -> None:
        if case.paused_since:
            days = durations.length(case.paused_since, clock.today())
            self.intro = _("案件自%(first)s起暂停，到今天为止第%(days)d天。", first=day(case.paused_since), days=days)


def _clock_label(one: Deadline) -> str:
    title = rule_title(deadlines.rule(one.rule_code))
    grounds = phrases(PAUSE_GROUNDS[ground] for ground in durations.grounds_of(one.rule_code))
    last_day = day(one.last_day) + provisional.mark(one.last_day, one.is_provisional)
    return _("%(title)s，最后一日%(day)s（%(grounds)s）", title=title, day=last_day, grounds=grounds)


def _stands_still_by_itself(code: str) -> bool:
    return any(code in durations.by_itself(ground) for ground in durations.grounds_of(code))
