"""What people type on the pages of a case's papers. (``forms`` are the official ones.)"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from mediation.core import clock
from mediation.core.web.forms import DayField, Form, not_in_future


class VoidForm(Form):
    """Why a paper is void."""

    reason = StringField(
        _l("作废理由"),
        [DataRequired(_l("请写明作废理由")), Length(max=200, message=_l("最多 %(max)d 个字"))],
    )


class ServedForm(Form):
    """When a paper reached the parties."""

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
