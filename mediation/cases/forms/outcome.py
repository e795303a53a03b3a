"""How a case ends, what other bodies make of it, closing, archiving, re-opening."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Length

from mediation.cases.forms.act import ActForm, TextField, day_field, reason_field
from mediation.cases.forms.limitation import limitation_field, limitation_reason_field, propose
from mediation.cases.labels import REFERRALS
from mediation.cases.models import Case
from mediation.core.actor import Actor
from mediation.core.web.forms import ChoiceField

LONGEST = _l("最多 %(max)d 个字")


class FailForm(ActForm):
    """Mediation failed: the notice must say until when arbitration or suit is open."""

    intro = _l("调解不成应当书面告知当事人，并写明申请仲裁或起诉的时效届满日。")
    is_grave = True
    submit_label = _l("登记调解不成")
    layout = {"on": 4, "limitation": 4}
    aliases = {"limitation_on": "limitation"}
    on = day_field(_l("调解不成的日期"))
    limitation = limitation_field()
    limitation_reason = limitation_reason_field()
    reason = reason_field(_l("未达成协议的原因"))

    def offer(self, actor: Actor, case: Case) -> None:
        propose(self, case)


class EndForm(ActForm):
    """Withdrawal or termination."""

    is_grave = True
    layout = {"on": 4}
    on = day_field()
    reason = reason_field()


class ReferForm(ActForm):
    """Hand the case over."""

    intro = _l("转办后本会不再调解；请把转往的机关和理由告诉当事人。")
    layout = {"referral_type": 6, "on": 4}
    referral_type = ChoiceField(_l("转往"), [DataRequired(_l("请选择转往何处"))], choices=list(REFERRALS.items()))
    on = day_field()
    reason = reason_field()

    def offer(self, actor: Actor, case: Case) -> None:
        if not self.is_submitted():
            self.referral_type.data = {"traffic": "police", "referral": "labour_inspection"}.get(case.track)


class ResultForm(ActForm):
    """What came of it: the police mediation, another body's decision, the advice given."""

    layout = {"on": 4}
    on = day_field()
    result = TextField(_l("处理结果"), [DataRequired(_l("请写明处理结果")), Length(max=500, message=LONGEST)])
    aliases = {"reason": "result"}


class AdviceForm(ResultForm):
    """The advice that ends a consultation."""

    result = TextField(_l("答复内容"), [DataRequired(_l("请写明答复内容")), Length(max=500, message=LONGEST)])


class CloseForm(ActForm):
    """Close the case."""

    layout = {"on": 4}
    on = day_field(_l("结案日期"))
    note = reason_field(_l("说明"), required=False, description=_l("协议尚未履行完毕而结案的，须写明理由。"))
    aliases = {"reason": "note"}


class ArchiveForm(ActForm):
    """File the case."""

    intro = _l("归档前请核对案卷材料是否齐全；归档后如需补正，须由调解委员会重新打开。")
    layout = {"on": 4}
    on = day_field(_l("归档日期"))
    note = reason_field(_l("说明"), required=False)


class ReopenForm(ActForm):
    """Open a closed case again."""

    intro = _l("原来的结案记录保留在经过中，重新打开另计一段办理时间。")
    layout = {"on": 4}
    on = day_field()
    reason = reason_field(_l("重新打开的理由"))
