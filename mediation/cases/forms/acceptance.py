"""Track, consent, acceptance or refusal, handler and mediator, extension."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from mediation.accounts import queries as accounts
from mediation.accounts.labels import ROLES
from mediation.cases.forms.act import ActForm, day_field, reason_field
from mediation.cases.forms.limitation import limitation_field, limitation_reason_field, propose
from mediation.cases.labels import RELATIONSHIPS, TRACKS
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case
from mediation.core.actor import Actor, Role
from mediation.core.i18n import listed
from mediation.core.web.forms import ChoiceField, IntegerField
from mediation.parties import queries as party_queries
from mediation.parties.labels import SIDES
from mediation.parties.models import Side

CHANNELS = {
    "in_person": _l("当面"),
    "phone": _l("电话"),
    "written": _l("书面"),
    "online": _l("网上"),
    "application": _l("申请时表示"),
}
MEDIATING_ROLES = (Role.LAWYER, Role.JUDICIAL, Role.COMMITTEE)


class TrackForm(ActForm):
    """Confirm the proposed track, or choose another with a reason."""

    track = RadioField(_l("适用程序"), [DataRequired(_l("请选择程序"))])
    relationship = ChoiceField(_l("用工关系"), choices=list(RELATIONSHIPS.items()))
    reason = reason_field(_l("变更的理由"), required=False, description=_l("按系统建议确认时不用填。"))

    def offer(self, actor: Actor, case: Case) -> None:
        self.track.choices = [
            (one.value, TRACKS[one]) for one in Track if one is not Track.POLICE or actor.has(Role.POLICE)
        ]
        if not self.is_submitted():
            self.track.data, self.relationship.data = case.track, case.relationship


class AskConsentForm(ActForm):
    """Ask the other side."""

    intro = _l("登记已向被申请人发出调解意见征询。申请人提出申请，视为同意调解。")
    layout = {"on": 4}
    on = day_field(_l("征询日期"))
    note = reason_field(_l("备注"), required=False)


class ConsentForm(ActForm):
    """A party's answer."""

    layout = {"party_id": 6, "on": 3, "channel": 3}
    party_id = ChoiceField(
        _l("当事人"), [DataRequired(_l("请选择本案的当事人"))], coerce=lambda value: int(value) if value else None
    )
    answer = RadioField(
        _l("是否同意"), [DataRequired(_l("请选择"))], choices=[("yes", _l("同意")), ("no", _l("不同意"))]
    )
    on = day_field(_l("答复日期"))
    channel = ChoiceField(_l("方式"), choices=list(CHANNELS.items()))
    note = reason_field(_l("备注"), required=False, limit=300)

    def offer(self, actor: Actor, case: Case) -> None:
        people = [one for one in party_queries.for_case(case.id) if one.side != Side.THIRD.value]
        self.party_id.choices = [(one.id, one.name + _("（%(note)s）", note=SIDES[Side(one.side)])) for one in people]
        if not self.is_submitted():
            asked = [one.id for one in people if one.side == Side.RESPONDENT.value]
            self.party_id.data = asked[0] if len(asked) == 1 else None


class AcceptForm(ActForm):
    """Accept the case."""

    intro = _l("受理后自动编立案号，调解期限自受理之日的次日起算。")
    layout = {"on": 4}
    on = day_field(_l("受理日期"))
    reason = reason_field(_l("逾期受理的理由"), required=False, description=_l("收到申请后三个工作日内受理的不用填。"))


class RefuseForm(ActForm):
    """Do not accept: the notice names the other ways and the last day for them."""

    intro = _l("理由将写入书面告知，并告知申请人其他途径和时效。")
    is_grave = True
    layout = {"on": 4, "limitation": 4}
    aliases = {"limitation_on": "limitation"}
    on = day_field(_l("决定日期"))
    limitation = limitation_field()
    limitation_reason = limitation_reason_field()
    reason = reason_field(_l("不予受理的理由"))

    def offer(self, actor: Actor, case: Case) -> None:
        propose(self, case)


class AssignForm(ActForm):
    """Choose a person; a conflict of interest blocks it."""

    layout = {"user_id": 6}
    user_id = ChoiceField(
        _l("人员"), [DataRequired(_l("请选择人员"))], coerce=lambda value: int(value) if value else None
    )
    reason = reason_field(_l("说明"), required=False, limit=200)

    def offer(self, actor: Actor, case: Case) -> None:
        known = {role.value: role for role in MEDIATING_ROLES}
        self.user_id.choices = []
        for user in accounts.users_for(actor):
            roles = [known[row.role] for row in user.roles if row.role in known]
            if roles:
                words = listed(ROLES[role] for role in roles)
                self.user_id.choices.append((user.id, user.name + _("（%(note)s）", note=words)))


class ExtendForm(ActForm):
    """Extend the mediation period."""

    intro = _l("延期须双方同意，并在期限届满前作出；从受理之日起一并计算。")
    layout = {"days": 4, "on": 4}
    days = IntegerField(
        _l("延长天数"),
        [InputRequired(_l("请填写天数")), NumberRange(1, 15, message=_l("延期应为 1 至 15 日"))],
        default=15,
    )
    on = day_field(_l("约定日期"))
    reason = reason_field(_l("延期的理由"))
