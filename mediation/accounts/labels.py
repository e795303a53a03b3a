"""Words for roles and for the states of an invitation."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediation.core.actor import Role

ROLES = {
    Role.LAWYER: _l("驻站律师"),
    Role.POLICE: _l("民警"),
    Role.JUDICIAL: _l("司法所工作人员"),
    Role.HR: _l("公司人事"),
    Role.COMMITTEE: _l("调解委员会"),
    Role.ADMIN: _l("系统管理员"),
}

# Keys: invitations.State.
INVITATION_STATES = {
    "open": _l("等待开通"),
    "used": _l("已开通"),
    "revoked": _l("已撤销"),
    "expired": _l("已过期"),
    "locked": _l("已锁定"),
}
