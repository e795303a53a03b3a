"""The form that sets a signal aside."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from mediation.core.web.forms import Form
from mediation.statistics.signals.handling import LONGEST_REASON


class DismissForm(Form):
    """Why what was pointed out needs nothing."""

    reason = TextAreaField(
        _l("搁置的理由"),
        [DataRequired(_l("请写明搁置的理由")), Length(max=LONGEST_REASON, message=_l("理由最多300字"))],
    )
