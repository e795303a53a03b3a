"""The words of the pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

DELIVERY_STATES = {
    "queued": _l("等待发送"),
    "sending": _l("正在发送"),
    "sent": _l("已发送"),
    "failed": _l("没有送达"),
}
