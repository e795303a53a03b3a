"""The words of the import pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

FIELDS = {
    "seq": _l("序号"),
    "case_no": _l("原登记号"),
    "reg_date": _l("登记日期"),
    "accept_date": _l("受理日期"),
    "channel": _l("来源渠道"),
    "applicants.name": _l("申请人"),
    "applicants.id_no": _l("身份证号码"),
    "applicants.phone": _l("联系电话"),
    "applicants.gender": _l("性别"),
    "applicants.address": _l("申请人地址"),
    "job": _l("岗位"),
    "respondents": _l("被申请人"),
    "respondents.phone": _l("被申请人电话"),
    "respondents.contact": _l("单位联系人"),
    "relationship": _l("用工关系"),
    "category": _l("争议类型"),
    "facts": _l("争议事由"),
    "headcount": _l("涉及人数"),
    "hire_date": _l("入职时间"),
    "event_date": _l("争议发生时间"),
    "claims": _l("诉求金额"),
    "settled_fen": _l("协议或裁决金额"),
    "forum": _l("处理方式"),
    "result": _l("处理结果"),
    "close_date": _l("结案日期"),
    "performance": _l("履行情况"),
    "handler": _l("承办人"),
    "station": _l("受理站点"),
    "remarks": _l("备注"),
}
RESULTS = {
    "agreed": _l("达成协议"),
    "failed": _l("调解不成"),
    "withdrawn": _l("撤回"),
    "terminated": _l("终止"),
    "not_accepted": _l("不予受理"),
    "referred": _l("转办"),
    "promised": _l("对方承诺"),
    "pending": _l("未结"),
    "supported": _l("裁判支持"),
    "partly_supported": _l("部分支持"),
    "dismissed": _l("不支持"),
}
SKIPPED = {
    "title": _l("标题行"),
    "header": _l("重复的表头"),
    "blank": _l("空行"),
    "total": _l("合计行"),
    "footer": _l("表尾"),
}
