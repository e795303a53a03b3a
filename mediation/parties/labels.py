"""The enumerations of the feature in the user's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediation.parties.models import PartyKind, PartyRole, Side

SIDES = {
    Side.APPLICANT: _l("申请人"),
    Side.RESPONDENT: _l("被申请人"),
    Side.THIRD: _l("第三人"),
}
KINDS = {
    PartyKind.PERSON: _l("自然人"),
    PartyKind.ORGANISATION: _l("单位"),
}
ROLES = {
    PartyRole.WORKER: _l("劳动者"),
    PartyRole.EMPLOYER: _l("用人单位"),
    PartyRole.PLATFORM: _l("平台企业"),
    PartyRole.HUB_COMPANY: _l("总部"),
    PartyRole.FRANCHISEE: _l("加盟网点"),
    PartyRole.OUTSOURCER: _l("外包单位"),
    PartyRole.HOST_UNIT: _l("被挂靠单位"),
    PartyRole.SHIPPER: _l("托运人"),
    PartyRole.CARRIER: _l("承运人"),
    PartyRole.CONSIGNEE: _l("收货人"),
    PartyRole.BROKER: _l("信息部/货代"),
    PartyRole.INSURER: _l("保险公司"),
    PartyRole.OTHER: _l("其他"),
}
GENDERS = {"male": _l("男"), "female": _l("女")}
REPRESENTATIVE_KINDS = {
    "agent": _l("委托代理人"),
    "legal_representative": _l("法定代理人或法定代表人"),
    "elected": _l("推选的代表人"),
}
SCOPES = {"general": _l("一般授权"), "special": _l("特别授权")}
SEALED_FIELDS = {
    "id_number": _l("身份证号码"),
    "phone": _l("电话"),
    "second_phone": _l("备用电话"),
    "address": _l("地址"),
    "bank_account": _l("银行账号"),
}
