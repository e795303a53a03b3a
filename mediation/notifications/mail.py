"""Mail over SMTP. The server is the operator's (``MEDIATION_SMTP_URL``); its password is never shown or logged."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from types import TracebackType
from urllib.parse import unquote, urlsplit

SECONDS = 20
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"smtp": 25, "smtps": 465}


class MailRefused(RuntimeError):
    """The server will never take this message: another attempt is of no use. The text is the server's answer."""


class MailError(RuntimeError):
    """The message could not be handed over now. The text names what went wrong, never the password."""


def compose(*, sender: str, to: str, subject: str, body: str, message_id: str, at: datetime) -> EmailMessage:
    """A plain message in UTF-8. ``message_id`` is the same at each attempt, so that a mail program folds a double."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = format_datetime(at), message_id
    # No answers from out-of-office robots.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def domain_of(sender: str) -> str:
    """The domain of a sender's address, for message ids."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


class Mailbox:
    """A connection to the mail server, opened at the first message and kept for the next ones of a run."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Hand one message over. Raises MailRefused or MailError."""
        try:
            if self._connection is None:
                self._connection = self._connected()
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            self._close()
            code, answer = next(iter(error.recipients.values()))
            raise (MailRefused if code >= 500 else MailError)(_said(code, answer)) from None
        except smtplib.SMTPResponseException as error:
            self._close()
            raise MailError(_said(error.smtp_code, error.smtp_error)) from None
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise MailError(f"{type(error).__name__}: {reason}"[:300]) from None

    def _connected(self) -> smtplib.SMTP:
        host, scheme = self._url.hostname or "", self._url.scheme
        port = self._url.port or PORTS[scheme]
        context = ssl.create_default_context()
        connection = (
            smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
            if scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=SECONDS)
        )
        try:
            connection.ehlo()
            is_sealed = scheme == "smtps"
            if not is_sealed and connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
                is_sealed = True
            if self._url.username:
                if not is_sealed and host not in LOOPBACK:
                    raise MailError("the server offers no encryption; the password is not sent in clear")
                connection.login(unquote(self._url.username), unquote(self._url.password or ""))
        except BaseException:
            connection.close()
            raise
        return connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {' '.join(text.split())}"[:300]
