"""The inbox: each notice once, each person their own."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from mediation import demo
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.notifications import queries, service
from mediation.notifications.models import InboxItem
from tests import personas


def give(app, persona: str, count: int = 1, **details) -> None:
    with app.app_context(), transaction():
        user = personas.user(persona)
        for number in range(count):
            values = {"kind": "deadline", "key": f"deadline:{number}", "title": f"提醒 {number}", **details}
            service.notify(committee_id=user.committee_id, user_id=user.id, **values)


def number_of_items(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(InboxItem))


def test_the_same_notice_is_given_once(app):
    with app.app_context(), transaction():
        user = personas.user("duty_lawyer")
        values = {"committee_id": user.committee_id, "user_id": user.id, "kind": "due", "title": "到期"}
        assert service.notify(key="deadline:1:late", **values)
        assert not service.notify(key="deadline:1:late", **{**values, "title": "另一句话"})
        assert service.notify(key="deadline:2:late", **values)
        assert service.notify(key="deadline:1:late", **{**values, "user_id": personas.user("committee").id})
    assert number_of_items(app) == 3


def test_a_notice_given_in_a_transaction_that_fails_was_never_given(app):
    with pytest.raises(RuntimeError), app.app_context(), transaction():
        user = personas.user("duty_lawyer")
        service.notify(committee_id=user.committee_id, user_id=user.id, kind="due", key="1", title="到期")
        raise RuntimeError("the rest went wrong")
    assert number_of_items(app) == 0


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "cases/1"])
def test_a_notice_leads_to_our_own_pages_only(app, address):
    with pytest.raises(ValueError, match="our own pages"):
        give(app, "duty_lawyer", url=address)


def test_count_stops_where_a_badge_does(app):
    give(app, "duty_lawyer", 120)
    with app.app_context():
        assert service.unread_count(personas.user("duty_lawyer").id) == queries.MOST_COUNTED + 1
        assert service.unread_count(personas.user("committee").id) == 0


def test_page_shows_the_own_items_and_opening_one_marks_it_read(app, client):
    give(app, "duty_lawyer", title="案件今天到期", body="2026-000012 调解期限", url="/profile")
    give(app, "committee", title="别人的提醒")
    personas.login(client, "duty_lawyer")
    shown = client.get("/inbox/").get_data(as_text=True)
    assert "案件今天到期" in shown
    assert "未读" in shown
    assert "别人的提醒" not in shown
    with app.app_context():
        ids = {item.title: item.id for item in db.session.scalars(select(InboxItem))}
    answer = personas.post(client, f"/inbox/{ids['案件今天到期']}/read")
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert personas.post(client, f"/inbox/{ids['别人的提醒']}/read").status_code == 404
    with app.app_context():
        read = {item.title: item.read_at for item in db.session.scalars(select(InboxItem))}
    assert read["案件今天到期"] is not None
    assert read["别人的提醒"] is None


def test_all_can_be_marked_read_at_once(app, client):
    give(app, "duty_lawyer", 3)
    give(app, "committee")
    personas.login(client, "duty_lawyer")
    personas.post(client, "/inbox/read")
    with app.app_context():
        assert service.unread_count(personas.user("duty_lawyer").id) == 0
        assert service.unread_count(personas.user("committee").id) == 1


def test_long_inbox_is_paged(app, client):
    give(app, "duty_lawyer", 60)
    with app.app_context():
        actor = personas.actor("duty_lawyer")
        first = queries.inbox_for(actor)
        second = queries.inbox_for(actor, after=first.next)
        assert (len(first.rows), len(second.rows), second.next) == (50, 10, None)
        assert [row.id for row in queries.inbox_for(actor, before=second.previous).rows] == [
            row.id for row in first.rows
        ]
    personas.login(client, "duty_lawyer")
    assert "下一页" in client.get("/inbox/").get_data(as_text=True)


def test_the_demo_numbers_its_notices_by_their_time(app):
    morning = clock.now()
    for title, days in (("今天", 0), ("十月", 30), ("昨天", 1)):
        with clock.frozen_at(morning - timedelta(days=days)):
            give(app, "duty_lawyer", title=title, key=title)
    with app.app_context(), transaction():
        before = set(db.session.scalars(select(InboxItem.id)))
        demo.order_notices()
    give(app, "duty_lawyer", title="以后", key="以后")  # the numbers go on behind
    with app.app_context():
        assert [item.title for item in queries.inbox_for(personas.actor("duty_lawyer")).rows] == [
            "以后", "今天", "昨天", "十月",
        ]  # fmt: skip
        assert before < set(db.session.scalars(select(InboxItem.id)))


def test_nobody_reads_an_inbox_without_an_account(client):
    assert client.get("/inbox/").status_code == 302
