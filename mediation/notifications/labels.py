"""Words for channels and the states of messages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

CHANNELS = {
    "email": _l("电子邮件"),
    "wecom": _l("企业微信"),
    "dingtalk": _l("钉钉"),
    "feishu": _l("飞书"),
}
STATUSES = {
    "queued": _l("等待发送"),
    "sending": _l("正在发送"),
    "sent": _l("已发送"),
    "failed": _l("发送失败"),
    "cancelled": _l("已取消"),
}
