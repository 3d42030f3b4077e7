"""How a mail leaves: into the demo's mailbox, or by SMTP over a checked connection."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy import select

from app.config import Settings
from app.core import clock
from app.core.db import transaction
from app.notifications.models import MailboxMessage
from app.notifications.outbox import Hopeless

TIMEOUT_SECONDS = 15
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def send(mail: EmailMessage, settings: Settings) -> None:
    """Send a mail by the transport of the settings. Raises OSError or SMTPException when it did not leave."""
    if settings.mail_transport == "smtp":
        _by_smtp(mail, settings.smtp_url or "")
    else:
        _into_mailbox(mail)


def _into_mailbox(mail: EmailMessage) -> None:
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    with transaction() as session:
        named = select(MailboxMessage).where(MailboxMessage.message_id == mail["Message-ID"])
        if known := session.scalars(named.with_for_update()).one_or_none():
            known.copies += 1
            return
        session.add(
            MailboxMessage(
                message_id=str(mail["Message-ID"]), request_id=str(mail["X-Request-Id"]), sender=str(mail["From"]),
                recipients=str(mail["To"]), subject=str(mail["Subject"]), text=text.get_content() if text else "",
                html=html.get_content() if html else "", received_at=clock.now(),
            )
        )  # fmt: skip


def _by_smtp(mail: EmailMessage, url: str) -> None:
    """Send through smtps:// (TLS at once) or smtp:// (STARTTLS, which only a server on loopback may lack)."""
    server = urlsplit(url)
    host, context = server.hostname or "localhost", ssl.create_default_context()
    direct = server.scheme == "smtps"
    port = server.port or (465 if direct else 587)
    opened = (
        smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        if direct
        else smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    )
    with opened as relay:
        relay.ehlo()
        if not direct and (relay.has_extn("starttls") or host not in LOOPBACK):
            relay.starttls(context=context)
            relay.ehlo()
        if server.username:
            relay.login(unquote(server.username), unquote(server.password or ""))
        try:
            relay.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _said in error.recipients.values()]
            if codes and all(500 <= code < 600 for code in codes):
                raise Hopeless("The mail server refuses this address for good. Ask the person for another.") from error
            raise
