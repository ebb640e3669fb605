"""Messages to people by e-mail, through any provider that speaks SMTP with STARTTLS or TLS."""

import logging
import smtplib
import ssl
from email.message import EmailMessage

from dermaloop.errors import StoreUnavailable
from dermaloop.patience import left
from dermaloop.ports import Notice

_log = logging.getLogger("dermaloop.notices")


class SmtpNotifier:
    """The Notifier port by e-mail. A repeat carries the same Message-ID, by which mail programs know it."""

    def __init__(self, *, host: str, port: int, sender: str, user: str = "", password: str = "") -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._user = user
        self._password = password

    def send(self, notice: Notice) -> None:
        try:
            with self._connected() as server:
                server.send_message(self._message(notice))
        except (OSError, smtplib.SMTPException) as error:
            _log.error("the mail provider failed: %s", type(error).__name__)  # what it said may name the address
            raise StoreUnavailable("The message could not be sent just now.") from error

    def _connected(self) -> smtplib.SMTP:
        timeout, context = max(left(), 1.0), ssl.create_default_context()
        if self._port == smtplib.SMTP_SSL_PORT:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=timeout)
            if self._user:  # a password never travels in the open
                server.starttls(context=context)
        if self._user:
            server.login(self._user, self._password)
        return server

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, notice.to.value, notice.subject
        message["Message-ID"] = f"<{notice.id}@{self._sender.rpartition('@')[2].strip('>')}>"
        message["Content-Language"] = notice.locale
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text)
        return message
