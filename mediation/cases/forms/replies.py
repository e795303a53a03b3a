"""Whether a company comes to a session."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import DataRequired

from mediation.cases import policy, session_replies
from mediation.cases.forms.act import ActForm, line_field, reason_field
from mediation.cases.labels import SESSION_REPLIES
from mediation.cases.models import MediationSession
from mediation.cases.session_replies import Said
from mediation.core.actor import Actor
from mediation.core.errors import Conflict
from mediation.core.web.forms import ChecksField


class ReplyForm(ActForm):
    """The answer of one company, or of several that say the same. Which ones is asked where there is more than one."""

    submit_label = _l("提交答复")
    chosen = ChecksField(_l("代表哪家单位"), [DataRequired(_l("请选择单位"))], coerce=int)
    reply = RadioField(_l("是否参加"), [DataRequired(_l("请选择答复"))], choices=list(SESSION_REPLIES.items()))
    attendees = line_field(
        _l("谁来参加"), limit=200, description=_l("参加的写明姓名和职务，例如：林经理（法务）、王主管（人事）。")
    )
    note = reason_field(
        _l("理由，或者希望的时间"), required=False, description=_l("不参加的写明理由；希望改期的写明方便的时间。")
    )
    aliases = {"company_id": "chosen"}
    only: int | None = None

    def for_session(self, actor: Actor, session: MediationSession) -> None:
        """Offer the companies the actor may answer for and begin with what was said. Raises Conflict once the session is
        not planned any more."""
        if session.status != "planned":
            raise Conflict(_("这次会议已经召开、改期或取消，请刷新页面"))
        said = session_replies.of_sessions(actor, [session.id]).get(session.id, [])
        self.only = said[0].company_id if len(said) == 1 else None
        if not policy.is_company(actor):
            self.submit_label = _l("登记答复")
            self.intro = _("登记单位在电话里或者当面对会议邀请的答复；单位会收到通知，可以更改。")
        if not self.is_submitted():
            self._begin_with(said, ask_each=not policy.is_company(actor))
        if self.only is not None:
            del self.chosen
        else:
            self.chosen.choices = [(one.company_id, one.company) for one in said]

    def _begin_with(self, said: list[Said], *, ask_each: bool) -> None:
        """The company the address names, else an officer's own ones that have not answered."""
        wanted = request.args.get("company", type=int)
        first = [one for one in said if one.company_id in (wanted, self.only)]
        if not first and not ask_each:
            first = [one for one in said if one.reply is None]
        self.chosen.data = [one.company_id for one in first]
        if len(first) == 1 and (known := first[0].reply):
            self.reply.data, self.attendees.data, self.note.data = known.reply, known.attendees, known.note

    def companies(self) -> list[int]:
        """For whom it is."""
        return [self.only] if self.only is not None else list(self.chosen.data or ())

    def values(self) -> dict[str, Any]:
        """What the service takes besides."""
        return {"reply": self.reply.data or "", "attendees": self.attendees.data, "note": self.note.data}
