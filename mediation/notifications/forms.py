"""Forms of the channels."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from mediation.core.web.forms import Form


class RobotForm(Form):
    """The key of a group-chat robot. ``secret`` is DingTalk's signing secret."""

    key = StringField(_l("机器人密钥"), [DataRequired(_l("请填写机器人密钥")), Length(max=300)])
    secret = StringField(_l("加签密钥（可不填）"), [Length(max=120)])
