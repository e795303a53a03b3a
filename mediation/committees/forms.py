"""Forms for the committee's data and the causes of dispute."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from mediation.committees.categories import PM_TYPES, YEARBOOK_CAUSES
from mediation.committees.labels import LEGAL_BASIS, SECOND_FACTOR_OF
from mediation.core.web.forms import ChecksField, ChoiceField, Form, IntegerField


class SettingsForm(Form):
    """The committee's name, nature, number prefixes and contact."""

    name = StringField(_l("全称"), [DataRequired(_l("请填写全称")), Length(max=120)])
    short_name = StringField(_l("简称"), [DataRequired(_l("请填写简称")), Length(max=40)])
    legal_basis = ChecksField(_l("法律性质"), choices=list(LEGAL_BASIS.items()))
    case_prefix = StringField(_l("案号字头"), [DataRequired(_l("请填写案号字头")), Length(max=20)])
    document_prefix = StringField(_l("发文字头"), [DataRequired(_l("请填写发文字头")), Length(max=20)])
    escalate_after = IntegerField(
        _l("逾期上报"),
        [Optional(), NumberRange(1, 30, _l("请填写 1 至 30 的整数"))],
    )
    repeat_cases = IntegerField(_l("同类案件件数"), [Optional(), NumberRange(2, 50, _l("请填写 2 至 50 的整数"))])
    repeat_days = IntegerField(_l("同类案件期间"), [Optional(), NumberRange(7, 366, _l("请填写 7 至 366 的整数"))])
    collective_days = IntegerField(
        _l("疑似集体争议期间"), [Optional(), NumberRange(1, 180, _l("请填写 1 至 180 的整数"))]
    )
    reply_days = IntegerField(_l("建议书答复期间"), [Optional(), NumberRange(7, 180, _l("请填写 7 至 180 的整数"))])
    company_signing = BooleanField(_l("允许企业账号在屏幕上签署调解协议书"))
    second_factor = ChecksField(_l("必须使用两步验证的人"), choices=list(SECOND_FACTOR_OF.items()))
    address = StringField(_l("地址"), [Length(max=200)])
    phone = StringField(_l("电话"), [Length(max=40)])


class CategoryForm(Form):
    """A cause and the statistics that it counts under."""

    label = StringField(_l("案由"), [DataRequired(_l("请填写案由")), Length(max=60)])
    yearbook_cause = SelectField(_l("劳动统计年鉴口径"), choices=[(word, word) for word in YEARBOOK_CAUSES])
    pm_type = SelectField(_l("人民调解统计口径"), choices=[(word, word) for word in PM_TYPES])
    is_active = BooleanField(_l("在用"), default=True)


class BranchForm(CategoryForm):
    """A further branch of a main cause."""

    parent = ChoiceField(_l("上级案由"), [DataRequired(_l("请选择上级案由"))])
