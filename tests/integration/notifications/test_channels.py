"""The page of channels, and the administrator's outbox."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from mediation.core.db import db, transaction
from mediation.notifications import queries, robots, service
from mediation.notifications.models import Channel, OutboxMessage
from tests import personas

WECOM = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def lawyer(app, client, monkeypatch):
    """The duty lawyer's browser, on a site with a mail server; the lawyer has an address."""
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setitem(app.config, "MAIL_FROM", "tixing@mediation.example")
    with app.app_context(), transaction():
        personas.user("duty_lawyer").email = "shen@law.example"
    return personas.login(client, "duty_lawyer")


def kinds(app, persona: str = "duty_lawyer") -> tuple[str, ...]:
    with app.app_context():
        user_id = personas.user(persona).id
        return queries.channels_of([user_id]).get(user_id, ())


def page(client) -> str:
    return client.get("/profile/channels").get_data(as_text=True)


def test_mail_is_on_by_itself_and_can_be_switched_off_and_on(app, lawyer):
    assert "shen@law.example" in page(lawyer)
    assert kinds(app) == ("email",)
    personas.post(lawyer, "/profile/channels/email/switch", {"on": "0"})
    assert kinds(app) == ()
    assert "已停用" in page(lawyer)
    personas.post(lawyer, "/profile/channels/email/switch", {"on": "1"})
    assert kinds(app) == ("email",)


@pytest.mark.parametrize("typed", [WECOM, f" https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={WECOM} "])
def test_a_key_or_the_whole_address_is_kept_sealed_and_never_shown_again(app, lawyer, typed: str):
    assert personas.post(lawyer, "/profile/channels/wecom", {"wecom-key": typed}).status_code == 303
    assert kinds(app) == ("email", "wecom")
    shown = page(lawyer)
    assert "····5aaa" in shown
    assert WECOM not in shown
    with app.app_context():
        user_id = personas.user("duty_lawyer").id
        assert robots.opened(queries.target_of(user_id, "wecom")) == (WECOM, None)
        assert WECOM not in str(db.session.execute(text("SELECT target FROM channel")).scalar_one())


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1:8000/cgi-bin/webhook/send?key=abcdefgh",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=abcdefgh",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcdefgh",
        "https://oapi.dingtalk.com/robot/send?access_token=abcdefgh",
        "abc/../../../admin",
        "short",
    ],
)
def test_no_other_address_can_be_typed_and_what_was_typed_stays(app, lawyer, typed: str):
    answer = personas.post(lawyer, "/profile/channels/wecom", {"wecom-key": typed})
    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert "这不是该平台机器人的密钥" in shown
    assert typed in shown
    assert kinds(app) == ("email",)


def test_dingtalk_takes_a_signing_secret_and_refuses_a_wrong_one(app, lawyer):
    token = "566cc69da782ec33e42541b09b08551f09fbe864eb8008112e994b43887"
    wrong = {"dingtalk-key": token, "dingtalk-secret": "not a secret!"}
    assert "加签密钥只有字母和数字" in personas.post(lawyer, "/profile/channels/dingtalk", wrong).get_data(as_text=True)
    personas.post(lawyer, "/profile/channels/dingtalk", {"dingtalk-key": token, "dingtalk-secret": "SECabc12345"})
    with app.app_context():
        target = queries.target_of(personas.user("duty_lawyer").id, "dingtalk")
        assert robots.opened(target) == (token, "SECabc12345")


def test_a_removed_key_is_gone_and_the_channel_cannot_be_switched_on_without_one(app, lawyer):
    personas.post(lawyer, "/profile/channels/wecom", {"wecom-key": WECOM})
    personas.post(lawyer, "/profile/channels/wecom/remove")
    assert kinds(app) == ("email",)
    with app.app_context():
        assert db.session.scalars(select(Channel.target)).one() == queries.NO_KEY
    assert personas.post(lawyer, "/profile/channels/wecom/switch", {"on": "1"}).status_code == 422
    assert "····" not in page(lawyer)


def test_a_test_message_goes_through_the_outbox_and_its_fate_is_shown(app, lawyer):
    assert personas.post(lawyer, "/profile/channels/wecom/test").status_code == 422  # not on
    assert personas.post(lawyer, "/profile/channels/email/test").status_code == 303
    assert "等待发送" in page(lawyer)
    with app.app_context(), transaction():
        message = db.session.scalars(select(OutboxMessage)).one()
        assert (message.channel_kind, message.subject) == ("email", "【调解案件】测试消息")
        message.status, message.last_error = "failed", "550 no such mailbox"
    shown = page(lawyer)
    assert "发送失败" in shown
    assert "550 no such mailbox" in shown


def test_each_person_sees_their_own_channels_only(app, lawyer):
    personas.post(lawyer, "/profile/channels/wecom", {"wecom-key": WECOM})
    other = personas.login(app.test_client(), "judicial_here")
    assert "····5aaa" not in page(other)
    personas.post(other, "/profile/channels/wecom/remove")
    assert kinds(app) == ("email", "wecom")


def test_an_unknown_channel_is_not_there(lawyer):
    for address in ("/profile/channels/sms/switch", "/profile/channels/email", "/profile/channels/email/remove"):
        assert personas.post(lawyer, address).status_code == 404


@pytest.fixture
def failed(app) -> int:
    """A message that was given up; returns its key."""
    with app.app_context(), transaction():
        user = personas.user("duty_lawyer")
        service.queue(
            committee_id=user.committee_id, user_id=user.id, key="digest:2026-11-23", subject="【调解案件】晨报",
            body="2026-000012 只给收件人看的内容", kinds=("email",),
        )  # fmt: skip
        message = db.session.scalars(select(OutboxMessage)).one()
        message.status, message.attempts, message.last_error = "failed", 6, "550 no such mailbox"
        return message.id


def status(app) -> tuple[str, int]:
    with app.app_context():
        return tuple(db.session.execute(select(OutboxMessage.status, OutboxMessage.attempts)).one())


def test_the_administrator_sees_what_failed_without_its_text_and_tries_it_again(app, client, failed: int):
    personas.login(client, "admin")
    shown = client.get("/admin/outbox").get_data(as_text=True)
    for words in ("1 条消息发送失败", "沈知言", "电子邮件", "【调解案件】晨报", "550 no such mailbox", "已试 6 次"):
        assert words in shown
    assert "只给收件人看的内容" not in shown
    assert personas.post(client, f"/admin/outbox/{failed}/retry").status_code == 303
    assert status(app) == ("queued", 0)
    personas.post(client, f"/admin/outbox/{failed}/cancel")
    assert status(app)[0] == "cancelled"
    assert personas.post(client, f"/admin/outbox/{failed}/retry").status_code == 409
    assert "没有积压的消息" in client.get("/admin/outbox").get_data(as_text=True)


def test_another_committees_messages_are_not_there(app, client, failed: int):
    with app.app_context(), transaction():
        db.session.scalars(select(OutboxMessage)).one().committee_id = personas.world().other_committee.id
    personas.login(client, "admin")
    assert "沈知言" not in client.get("/admin/outbox").get_data(as_text=True)
    assert personas.post(client, f"/admin/outbox/{failed}/retry").status_code == 404
