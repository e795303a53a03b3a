"""A letter's notices are written in the language of each who gets one."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import get_domain
from sqlalchemy import select

from mediation.core import i18n
from mediation.core.db import db, transaction
from mediation.notifications.models import InboxItem
from tests import personas
from tests.factories import recommendations as play


def titles(who: str) -> list[str]:
    rows = select(InboxItem.title).where(InboxItem.user_id == personas.user(who).id, InboxItem.kind == "recommendation")
    return list(db.session.scalars(rows.order_by(InboxItem.id)))


def test_each_reader_gets_their_own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    # The folder of the instance, where the catalogue is compiled, is emptied between tests.
    i18n.compile_catalogues(Path(app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    with app.app_context():
        monkeypatch.setattr(get_domain(), "cache", {})
        with transaction():
            for who in ("hr_same_company", "secretary"):
                personas.user(who).locale = "en"
        play.answered()
        assert any("received" in title for title in titles("hr_same_company"))
        assert "收到规范用工建议书" not in " ".join(titles("hr_same_company"))
        assert any("公司已答复建议书" in title for title in titles("committee"))
        assert titles("secretary") and not any("公司已答复" in title for title in titles("secretary"))
