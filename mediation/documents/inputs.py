"""What people type on the pages of a case's papers. (``forms`` are the official ones.)"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from mediation.core import clock
from mediation.core.web.forms import ChecksField, DayField, Form, not_in_future


class VoidForm(Form):
    """Why a paper is void."""

    reason = StringField(
        _l("作废理由"),
        [DataRequired(_l("请写明作废理由")), Length(max=200, message=_l("最多 %(max)d 个字"))],
    )


class ServedForm(Form):
    """When a paper reached the parties."""

    served_on = DayField(_l("送达日期"), [DataRequired(_l("请填写送达日期")), not_in_future], default=clock.today)


class NoticesServedForm(Form):
    """When the notices of a session reached which parties; the parties are offered by the page."""

    parties = ChecksField(_l("送达给"), [DataRequired(_l("请选择已经出具通知书的当事人"))], coerce=int)
    served_on = DayField(_l("送达日期"), [DataRequired(_l("请填写送达日期")), not_in_future], default=clock.today)


class ScanForm(Form):
    """The signed original, as a scan or photo."""

    file = FileField(
        _l("签署件"),
        [FileRequired(_l("请选择文件"))],
        description=_l("签名盖章后的扫描件或照片：PDF、JPG、PNG、HEIC，最多 20 MB。"),
    )


class LimitationForm(Form):
    """The last day of limitation that a notice prints, as a person has settled it."""

    limitation_on = DayField(_l("时效届满日"), [DataRequired(_l("请填写时效届满日"))])
    limitation_reason = StringField(
        _l("改动的理由"),
        [Length(max=300, message=_l("最多 %(max)d 个字"))],
        description=_l("填的日期与系统计算的不同时，写明依据；相同的不用填。"),
    )
