"""What goes out of the house: to a real mail server and a real HTTP server on loopback, each message once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

import config
from mediation import scheduler
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.notifications import claims, mail, robots, sending, service
from mediation.notifications.models import Channel, OutboxMessage
from tests import personas
from tests.product import Content
from tests.receivers import MailServer, RobotServer, mail_server, robot_server

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=clock.SHANGHAI)
SENDER = "调解委员会 <tixing@mediation.example>"


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


@pytest.fixture
def smtp(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that the application knows; the duty lawyer has an address."""
    with mail_server() as server:
        monkeypatch.setitem(app.config, "SMTP_URL", server.url)
        monkeypatch.setitem(app.config, "MAIL_FROM", SENDER)
        with app.app_context(), transaction():
            personas.user("duty_lawyer").email = "shen@law.example"
        yield server


@pytest.fixture
def gateway(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[RobotServer]:
    """An HTTP server in the place of the providers."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with robot_server() as server:
        monkeypatch.setitem(app.config, "WEBHOOK_BASE", server.url)
        yield server


def give(app: Flask, key: str = "digest:2026-11-23", **words: str) -> int:
    with app.app_context(), transaction():
        user = personas.user("duty_lawyer")
        words = {"subject": "【调解案件】11月23日晨报：今天到期 1", "body": "2026-000012 今天是最后一日\n", **words}
        return service.queue(committee_id=user.committee_id, user_id=user.id, key=key, **words)


def give_robot(app: Flask, kind: str, key: str = "robot-key-1", secret: str | None = None) -> None:
    with app.app_context(), transaction():
        user = personas.user("duty_lawyer")
        target = robots.seal(key, secret)
        db.session.add(
            Channel(committee_id=user.committee_id, user_id=user.id, kind=kind, target=target, is_active=True)
        )


def send(app: Flask, after: timedelta = timedelta(0), owner: str = "one") -> claims.Sums:
    with app.app_context(), clock.frozen_at(MORNING + after):
        return sending.send_due(owner=owner)


@pytest.fixture(autouse=True)
def _in_the_morning() -> Iterator[None]:
    with clock.frozen_at(MORNING):
        yield


def row(app: Flask) -> OutboxMessage:
    with app.app_context():
        return db.session.scalars(select(OutboxMessage)).one()


def test_mail_arrives_as_it_was_written(app: Flask, smtp: MailServer):
    assert give(app) == 1
    assert send(app) == claims.Sums(sent=1)
    (letter,) = smtp.messages
    assert letter["To"] == "shen@law.example"
    assert letter["From"] == SENDER
    assert letter["Subject"] == "【调解案件】11月23日晨报：今天到期 1"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<outbox-{row(app).id}@mediation.example>"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == "2026-000012 今天是最后一日\n"
    assert (row(app).status, row(app).sent_at, row(app).last_error) == ("sent", MORNING, None)
    assert send(app, timedelta(hours=1)) == claims.Sums()


def test_a_run_uses_one_connection_and_the_same_message_is_queued_once(app: Flask, smtp: MailServer):
    assert [give(app, "a"), give(app, "a"), give(app, "b")] == [1, 0, 1]
    assert send(app).sent == 2
    assert [one["To"] for one in smtp.messages] == ["shen@law.example"] * 2


def test_a_message_of_a_transaction_that_fails_was_never_queued(app: Flask, smtp: MailServer):
    with pytest.raises(RuntimeError), app.app_context(), transaction():
        user = personas.user("duty_lawyer")
        service.queue(committee_id=user.committee_id, user_id=user.id, key="1", subject="题", body="文")
        raise RuntimeError("the rest went wrong")
    assert send(app) == claims.Sums()


def test_without_a_mail_server_or_an_address_nothing_is_queued(app: Flask, smtp: MailServer, monkeypatch):
    with app.app_context(), transaction():
        personas.user("duty_lawyer").email = None
    assert give(app) == 0
    with app.app_context(), transaction():
        personas.user("duty_lawyer").email = "shen@law.example"
    monkeypatch.setitem(app.config, "SMTP_URL", None)
    assert give(app) == 0


def test_a_server_that_is_down_is_tried_again_later_and_later_then_given_up(app: Flask, smtp: MailServer, monkeypatch):
    give(app)
    with mail_server() as gone:
        pass
    monkeypatch.setitem(app.config, "SMTP_URL", gone.url)
    passed, waits = timedelta(0), []
    for _ in range(claims.MOST_ATTEMPTS - 1):
        assert send(app, passed) == claims.Sums(waiting=1)
        assert send(app, passed) == claims.Sums()  # not before its time
        wait = row(app).next_at - (MORNING + passed)
        waits.append(wait)
        passed += wait
    for wait, pause in zip(waits, claims.PAUSES, strict=True):
        assert pause * 0.9 <= wait <= pause * 1.2
    assert send(app, passed) == claims.Sums(failed=1)
    failed = row(app)
    assert (failed.status, failed.attempts) == ("failed", 6)
    assert "Connection refused" in failed.last_error
    assert send(app, passed + timedelta(days=9)) == claims.Sums()


def test_an_address_that_does_not_exist_is_not_tried_again(app: Flask, smtp: MailServer):
    smtp.answers = ["550 5.1.1 no such mailbox"]
    give(app, "a")
    give(app, "b")
    assert send(app) == claims.Sums(sent=1, failed=1)
    with app.app_context():
        assert db.session.scalars(select(OutboxMessage.last_error).order_by(OutboxMessage.id)).all() == [
            "550 5.1.1 no such mailbox",
            None,
        ]


def test_a_mailbox_that_is_full_now_is_tried_again(app: Flask, smtp: MailServer):
    smtp.answers = ["452 4.2.2 mailbox full"]
    give(app)
    assert send(app) == claims.Sums(waiting=1)
    assert send(app, timedelta(minutes=2)) == claims.Sums(sent=1)
    assert row(app).attempts == 2


def test_who_has_left_or_switched_the_channel_off_meanwhile_gets_nothing(app: Flask, smtp: MailServer):
    give(app)
    with app.app_context(), transaction():
        service.switch(personas.actor("duty_lawyer"), kind="email", on=False)
    assert send(app) == claims.Sums(cancelled=1)
    assert smtp.messages == []
    assert give(app, "another") == 0


def test_the_password_goes_to_the_server_and_into_no_error(app: Flask, smtp: MailServer, monkeypatch, caplog):
    with mail_server(auth_require_tls=False, auth_required=True) as guarded:
        at = guarded.url.removeprefix("smtp://")
        monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://tixing:wr0ng%20secret@{at}")
        give(app)
        assert send(app) == claims.Sums(waiting=1)
        assert set(guarded.logins) == {("tixing", "wr0ng secret")}
        assert row(app).last_error.startswith("535")
        assert "wr0ng" not in row(app).last_error + caplog.text
        monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://tixing:right%20p%40ss@{at}")
        assert send(app, timedelta(minutes=2)) == claims.Sums(sent=1)
        assert len(guarded.messages) == 1


def test_a_password_is_not_sent_in_clear_to_another_machine(app: Flask, smtp: MailServer, monkeypatch):
    monkeypatch.setattr(mail, "LOOPBACK", frozenset())
    with mail_server(auth_require_tls=False) as guarded:
        monkeypatch.setitem(app.config, "SMTP_URL", guarded.url.replace("//", "//tixing:right%20p%40ss@"))
        give(app)
        assert send(app) == claims.Sums(waiting=1)
    assert (guarded.logins, guarded.messages) == ([], [])
    assert "not sent in clear" in row(app).last_error


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "mail.example:25"),
        ("SMTP_URL", "smtp://u:hunter2@"),
        ("WEBHOOK_BASE", "file:///etc"),
        ("BASE_URL", "x"),
    ],
)
def test_an_address_that_cannot_be_used_stops_the_start_without_showing_it(monkeypatch, name: str, value: str):
    monkeypatch.setenv(f"MEDIATION_{name}", value)
    monkeypatch.setenv("MEDIATION_MAIL_FROM", SENDER)
    with pytest.raises(config.SettingError) as caught:
        config.Testing()
    assert f"MEDIATION_{name} must be an address like" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_mail_server_needs_a_sender(monkeypatch):
    monkeypatch.setenv("MEDIATION_SMTP_URL", "smtp://mail.example")
    with pytest.raises(config.SettingError, match="MEDIATION_MAIL_FROM"):
        config.Testing()


def test_each_robot_is_called_at_its_providers_address_by_the_librarys_plugin(app: Flask, gateway: RobotServer):
    give_robot(app, "wecom", "693a91f6-7xxx-4bc4")
    give_robot(app, "dingtalk", "566cc69da782", "SECabc123456")
    give_robot(app, "feishu", "1a2b3c4d-xyz")
    assert give(app) == 3
    assert send(app) == claims.Sums(sent=3)
    by_path = {call.path: call for call in gateway.calls}
    wecom = by_path["/cgi-bin/webhook/send"]
    assert wecom.arguments == {"key": "693a91f6-7xxx-4bc4"}
    assert wecom.body["msgtype"] == "text"
    dingtalk = by_path["/robot/send"]
    assert dingtalk.arguments.keys() == {"access_token", "timestamp", "sign"}
    feishu = by_path["/open-apis/bot/v2/hook/1a2b3c4d-xyz/"]
    texts = [wecom.body["text"]["content"], dingtalk.body["text"]["content"], feishu.body["content"]["text"]]
    for text in texts:
        assert text.startswith("【调解案件】11月23日晨报：今天到期 1")
        assert "2026-000012 今天是最后一日" in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}'), "refused with code 93000"),
        ((200, b"<html>"), "the answer cannot be read"),
        ((503, b""), "HTTP 503"),
        ((302, b""), "HTTP 302"),
    ],
)
def test_an_answer_that_is_no_yes_is_a_failure(app: Flask, gateway: RobotServer, answer, said: str):
    gateway.answers = [answer]
    give_robot(app, "wecom")
    give(app)
    assert send(app) == claims.Sums(waiting=1)
    assert row(app).last_error == said
    assert len(gateway.calls) == 1  # an answer that leads elsewhere is not followed
    assert send(app, timedelta(minutes=2)) == claims.Sums(sent=1)


def test_a_key_is_in_no_error_when_the_gateway_cannot_be_reached(app: Flask, gateway: RobotServer, monkeypatch, caplog):
    monkeypatch.setitem(app.config, "WEBHOOK_BASE", "http://127.0.0.1:9")
    give_robot(app, "dingtalk", "topsecretkey")
    give(app)
    assert send(app) == claims.Sums(waiting=1)
    assert row(app).last_error == "ConnectionError"
    assert "topsecretkey" not in caplog.text


def test_without_another_base_the_providers_own_hosts_are_called():
    hosts = {kind: robots._plugin(kind, None).notify_url.split("/")[2] for kind in robots.PROVIDERS}
    assert hosts == {"wecom": "qyapi.weixin.qq.com", "dingtalk": "oapi.dingtalk.com", "feishu": "open.feishu.cn"}
    for kind, provider in robots.PROVIDERS.items():
        assert provider.address.startswith(f"https://{hosts[kind]}/")


def test_a_long_message_is_cut_at_a_line_to_what_the_robot_takes(app: Flask, gateway: RobotServer):
    give_robot(app, "wecom")
    give(app, body="\n".join(f"2026-{number:06d} 审查并决定是否受理，今天是最后一日" for number in range(60)))
    assert send(app).sent == 1
    text = gateway.calls[0].body["text"]["content"]
    assert len(text.encode()) <= 2048
    assert text.splitlines()[-1] == "……"
    assert text.splitlines()[-2].endswith("今天是最后一日")


def test_of_several_processes_each_message_is_sent_by_one(app: Flask, fork, smtp: MailServer):
    for number in range(30):
        give(app, f"message {number}", subject=f"第{number}封")
    begin = time.monotonic() + 0.5

    def work() -> None:
        time.sleep(begin - time.monotonic())
        send(app, owner=scheduler.name_of_this_process())

    children = [fork(work) for _ in range(3)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert sorted(one["Subject"] for one in smtp.messages) == sorted(f"第{number}封" for number in range(30))
    with app.app_context():
        counted = dict(
            db.session.execute(select(OutboxMessage.status, func.count()).group_by(OutboxMessage.status)).all()
        )
    assert counted == {"sent": 30}


def test_a_process_killed_while_sending_leaves_its_message_to_another_after_the_lease(
    app: Flask, fork, smtp: MailServer, tmp_path: Path, monkeypatch
):
    give(app)
    begun = tmp_path / "begun"

    def hang(*_arguments: object) -> None:
        begun.touch()
        time.sleep(600)

    def work() -> None:
        monkeypatch.setattr(sending, "_mail", hang)
        send(app, owner="first")

    child = fork(work)
    until = time.monotonic() + 20
    while not begun.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert row(app).status == "sending"
    assert send(app, timedelta(minutes=9)) == claims.Sums()
    assert send(app, timedelta(minutes=11)) == claims.Sums(sent=1)
    assert (row(app).attempts, len(smtp.messages)) == (2, 1)


def test_who_lost_the_lease_does_not_mark_the_message(app: Flask, smtp: MailServer, monkeypatch):
    give(app)

    def overtaken(*_arguments: object) -> None:
        with transaction():
            db.session.execute(update(OutboxMessage).values(claimed_by="another"))

    monkeypatch.setattr(sending, "_mail", overtaken)
    assert send(app) == claims.Sums()
    assert (row(app).status, row(app).claimed_by) == ("sending", "another")


def test_the_scheduler_sends_every_minute_and_stops_between_two_messages(app: Flask, smtp: MailServer):
    give(app, "a")
    give(app, "b")
    scheduler.post(app, "one", stop=lambda: len(smtp.messages) == 1)
    assert len(smtp.messages) == 1
    scheduler.post(app, "one")
    assert len(smtp.messages) == 2


def test_something_unforeseen_keeps_no_other_message_waiting(app: Flask, smtp: MailServer, monkeypatch):
    give(app, "a", subject="坏的")
    give(app, "b", subject="好的")
    post = sending._mail

    def broken(mailbox, taken) -> None:
        if taken.subject == "坏的":
            raise ZeroDivisionError("with a secret in its text")
        post(mailbox, taken)

    monkeypatch.setattr(sending, "_mail", broken)
    assert send(app) == claims.Sums(sent=1, waiting=1)
    with app.app_context():
        assert "ZeroDivisionError" in db.session.scalars(select(OutboxMessage.last_error)).all()
