"""Words for kinds of offices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediation.stations.models import OfficeKind

OFFICE_KINDS = {
    OfficeKind.LAW_FIRM: _l("律师事务所"),
    OfficeKind.POLICE_POST: _l("派出所"),
    OfficeKind.JUDICIAL_OFFICE: _l("司法所"),
    OfficeKind.COMMITTEE_OFFICE: _l("调委会办公室"),
    OfficeKind.UNION: _l("工会"),
    OfficeKind.LABOUR_INSPECTION: _l("劳动监察"),
    OfficeKind.ARBITRATION: _l("仲裁机构"),
    OfficeKind.COURT: _l("法院"),
    OfficeKind.LEGAL_AID: _l("法律援助机构"),
    OfficeKind.OTHER: _l("其他"),
}
