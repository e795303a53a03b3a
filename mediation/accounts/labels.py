"""Words for roles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediation.core.actor import Role

ROLES = {
    Role.LAWYER: _l("驻站律师"),
    Role.POLICE: _l("民警"),
    Role.JUDICIAL: _l("司法所工作人员"),
    Role.HR: _l("总部人事"),
    Role.COMMITTEE: _l("调解委员会"),
    Role.ADMIN: _l("系统管理员"),
}
