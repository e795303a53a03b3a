"""The committee's own titles of its forms."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from mediation.core.db import transaction
from mediation.core.errors import DomainError, Forbidden
from mediation.documents import service, titles
from tests import personas
from tests.factories import documents as play


def test_a_title_of_its_own_is_printed_and_issued_papers_keep_theirs(app, client, number):
    with app.app_context():
        first = play.act(number, "duty_lawyer", date(2026, 3, 6), service.issue, code="D05").title
    admin = personas.login(client, "admin")
    page = unescape(admin.get("/admin/document-titles").get_data(as_text=True))
    assert "D05 受理通知书" in page
    assert (
        personas.post(admin, "/admin/document-titles", {"D01": " 调解申请表 ", "D05": "受理通知书"}).status_code == 303
    )
    with app.app_context():
        assert titles.titles_of(personas.actor("admin")) == {"D01": "调解申请表"}
        assert play.act(number, "duty_lawyer", date(2026, 3, 16), service.issue, code="D01").title == "调解申请表"
    assert first == "受理通知书"
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    assert "调解申请表" in unescape(lawyer.get(f"/cases/{number}/documents").get_data(as_text=True))


def test_a_title_that_is_too_long_is_shown_at_its_field(client):
    admin = personas.login(client, "admin")
    answer = personas.post(admin, "/admin/document-titles", {"D01": "长" * 41})
    assert answer.status_code == 422
    assert "最多 40 个字" in unescape(answer.get_data(as_text=True))
    assert "长" * 41 in unescape(answer.get_data(as_text=True))


def test_only_who_keeps_the_settings_changes_titles(context):
    with pytest.raises(Forbidden), transaction():
        titles.change_titles(personas.actor("duty_lawyer"), titles={"D01": "表"})
    with pytest.raises(DomainError, match="最多"), transaction():
        titles.change_titles(personas.actor("admin"), titles={"D01": "长" * 41})
    with pytest.raises(ValueError, match="D99"), transaction():
        titles.change_titles(personas.actor("admin"), titles={"D99": "表"})
