"""The month is sent to its list after the commit, once, with its PDF; against a real mail server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden
from mediation.notifications import claims
from mediation.reports import deliveries, queries, recipients, service
from mediation.reports.models import MonthlyReport, ReportDelivery
from tests import personas
from tests.integration.reports.conftest import MARCH, NOVEMBER, make
from tests.receivers import MailServer, mail_server

WHOLE, PART = "office@example.cn", "hr@yunxiu.example.cn"


@pytest.fixture
def server(app, monkeypatch) -> Iterator[MailServer]:
    with mail_server() as found:
        monkeypatch.setitem(app.config, "SMTP_URL", found.url)
        monkeypatch.setitem(app.config, "MAIL_FROM", "调解委员会 <no-reply@example.cn>")
        yield found


@pytest.fixture
def listed(who) -> None:
    with transaction():
        recipients.add(who, name="示例区司法局", address=WHOLE, company_id=None)
        recipients.add(who, name="云岫速运人力资源部", address=PART, company_id=personas.world().company.id)


def issue(who) -> MonthlyReport:
    return make(who)[0]


def send(owner: str = "one") -> str:
    found = str(deliveries.send_due(owner=owner))
    db.session.rollback()
    return found


def states() -> list[tuple[str, int]]:
    db.session.expire_all()
    rows = db.session.scalars(select(ReportDelivery).order_by(ReportDelivery.id))
    return [(row.status, row.attempts) for row in rows]


def test_each_is_sent_what_is_theirs_once(who, listed, server):
    report = issue(who)
    assert send().startswith("2 sent") and states() == [("sent", 1), ("sent", 1)]
    assert send("another").startswith("0 sent")
    assert len(server.messages) == 2
    by_address = {message["To"]: message for message in server.messages}
    files = {to: next(iter(message.iter_attachments())) for to, message in by_address.items()}
    assert hashlib.sha256(files[WHOLE].get_content()).hexdigest() == report.sha256
    [part] = [part for part, name in queries.parts_of(report) if name == "云岫速运集团有限公司"]
    assert hashlib.sha256(files[PART].get_content()).hexdigest() == part.sha256
    body = by_address[PART].get_body().get_content()
    assert "2026年3月" in by_address[PART]["Subject"] and part.figures["sentences"][0] in body
    assert "远岚" not in body and report.figures["sentences"][2] not in body
    assert files[WHOLE].get_filename() == "调解月报-2026-03-第1版.pdf"


def test_nothing_leaves_before_the_commit(who, listed, server):
    with pytest.raises(RuntimeError), transaction():
        service.make_report(who, MARCH)
        raise RuntimeError("power cut")
    assert send().startswith("0 sent") and server.messages == [] and states() == []


def test_two_processes_send_it_once(who, listed, server, monkeypatch):
    issue(who)
    first = claims._claim(ReportDelivery, "one", deliveries._taken)
    assert first is not None
    assert send("two").startswith("1 sent")  # the other one; what is claimed is left alone
    assert [state for state, _ in states()].count("sending") == 1
    with clock.frozen_at(NOVEMBER + timedelta(minutes=11)):  # the first process has died
        assert send("two").startswith("1 sent")
    claims._settle(ReportDelivery, "one", first, ("sent", ""))  # it comes back too late to mark anything
    assert sorted(states()) == [("sent", 1), ("sent", 2)]
    ids = [message["Message-ID"] for message in server.messages]
    assert len(set(ids)) == 2


def test_a_busy_server_is_tried_again_later_and_a_refusal_is_final(who, listed, server):
    issue(who)
    server.answers[:] = ["451 try later", "550 no such mailbox"]
    assert send().startswith("0 sent, 1 to be tried again, 1 given up")
    assert send().startswith("0 sent")  # not before its time
    with clock.frozen_at(NOVEMBER + timedelta(minutes=2)):
        assert send().startswith("1 sent")
    db.session.expire_all()
    report = db.session.scalars(select(MonthlyReport)).one()
    found = {recipient.name: delivery for delivery, recipient, _company in queries.deliveries_of(report)}
    assert found["示例区司法局"].status == "sent" and found["示例区司法局"].sent_at is not None
    assert "550" in found["云岫速运人力资源部"].last_error


def test_without_a_mail_server_the_report_is_kept_and_sent_once_there_is_one(app, who, listed, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", None)
    issue(who)
    assert send().startswith("0 sent") and states() == [("queued", 0), ("queued", 0)]
    with mail_server() as server:
        monkeypatch.setitem(app.config, "SMTP_URL", server.url)
        monkeypatch.setitem(app.config, "MAIL_FROM", "no-reply@example.cn")
        assert send().startswith("2 sent") and len(server.messages) == 2


def test_who_is_struck_off_is_sent_nothing_more(who, listed, server):
    issue(who)
    with transaction():
        [recipient] = [one for one, company in queries.recipients_for(who) if company is None]
        recipients.strike_off(who, recipient)
    send()
    assert [message["To"] for message in server.messages] == [PART]
    assert queries.addressees(who) == ([], ["云岫速运集团有限公司"])


def test_the_list_takes_each_address_once_and_headquarters_only(who, listed):
    with pytest.raises(DomainError, match="已经在名单上"):
        recipients.add(who, name="重复", address=WHOLE.upper(), company_id=None)
    with pytest.raises(DomainError, match="总部"):
        recipients.add(who, name="网点", address="a@b.cn", company_id=personas.world().outlet.id)
    with pytest.raises(DomainError, match="总部"):
        recipients.add(
            personas.actor("committee_elsewhere"), name="他会", address="a@b.cn", company_id=personas.world().company.id
        )
    with pytest.raises(Forbidden):
        recipients.add(personas.actor("hr_same_company"), name="公司", address="a@b.cn", company_id=None)
