"""Mail: queued in the transaction that causes it, written and sent afterwards.

A template is two files, templates/mail/<name>.txt (first line "Subject: ...") and <name>.html. Nothing a
user typed is ever compiled as a template, and an unknown variable is an error, not a gap.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from sqlalchemy.orm import Session

from app.config import ROOT
from app.core import clock
from app.core.errors import InvalidInput
from app.core.money import Money
from app.core.settings import settings
from app.notifications import outbox, transports

KIND = "mail"
SITE_NAME = "Rendezvous"
FOLDER = ROOT / "templates" / "mail"
# Filled by the application, by name: who gives the name and the bytes of a PDF to attach, None when there is none.
attached: dict[str, Callable[[str], tuple[str, bytes] | None]] = {}
# An address that is longer than a line must stand whole: broken up and encoded, no mail program would know it.
LONG_LINES = default.clone(max_line_length=990)
LINE_BREAK = re.compile(r"[\r\n\x00\x0b\x0c\x85\u2028\u2029]")


def queue_mail(
    session: Session,
    template: str,
    to: Sequence[str],
    context: Mapping[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    attachments: Sequence[tuple[str, str]] = (),
    unsubscribe: str = "",
) -> UUID:
    """Queue one mail to the addresses of `to`, who see each other: queue one each for people who should not.

    `attachments` names PDFs, each by a name in `attached` and an id; they are fetched when the mail leaves.
    `unsubscribe` is the path at which a POST, sent by the reader's mail program, stops such mails (RFC 8058).
    Raises InvalidInput for an address or a subject that cannot stand in a mail's head.
    """
    addresses = [checked_address(address) for address in to]
    if not addresses:
        raise InvalidInput("A mail needs at least one address.")
    _subject(template, {**context, "base_url": "", "site_name": SITE_NAME})
    payload: dict[str, Any] = {"template": template, "to": addresses, "context": dict(context)}
    if attachments:
        payload["attachments"] = [list(one) for one in attachments]
    if unsubscribe:
        payload["unsubscribe"] = unsubscribe
    return outbox.queue(session, KIND, payload, now=now, run_at=run_at)


def send_mail(job: outbox.Job) -> None:
    """Write a queued mail and hand it to the transport; the same Message-ID at every attempt."""
    transports.send(compose(job), settings())


def compose(job: outbox.Job) -> EmailMessage:
    """Return the mail of a job: text and HTML, addressed, named, dated."""
    chosen = settings()
    context = {**job.payload["context"], "base_url": chosen.base_url, "site_name": SITE_NAME}
    name = job.payload["template"]
    subject = _subject(name, context)
    stop = job.payload.get("unsubscribe")
    mail = EmailMessage(policy=LONG_LINES if stop else default)
    mail["Message-ID"] = job.message_id
    mail["Date"] = format_datetime(clock.now())
    mail["From"] = chosen.mail_from
    mail["To"] = [Address(addr_spec=checked_address(address)) for address in job.payload["to"]]
    mail["Subject"] = subject
    mail["X-Request-Id"] = job.request_id
    mail["Auto-Submitted"] = "auto-generated"
    if stop:
        mail["List-Unsubscribe"] = f"<{chosen.base_url}{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_text_template(name)[1].render(context).strip() + "\n")
    html = _words().get_template(f"{name}.html").render({**context, "subject": subject})
    mail.add_alternative(html, subtype="html")
    for source, wanted in job.payload.get("attachments", []):
        if found := attached[source](wanted):
            mail.add_attachment(found[1], maintype="application", subtype="pdf", filename=found[0])
    return mail


def checked_address(address: str) -> str:
    """Return a bare address. Raises InvalidInput for a line break, a display name or anything not an address."""
    bare = address.strip(" ")
    if LINE_BREAK.search(bare) or parseaddr(bare)[1] != bare or not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", bare):
        raise InvalidInput("That is not an e-mail address. Write it as name@example.org.")
    try:
        return Address(addr_spec=bare).addr_spec
    except (ValueError, IndexError) as error:
        raise InvalidInput("That is not an e-mail address. Write it as name@example.org.") from error


def _subject(template: str, context: Mapping[str, Any]) -> str:
    subject = _text_template(template)[0].render(context)
    if LINE_BREAK.search(subject):
        raise InvalidInput("A mail's subject must stand on one line. Take the line breaks out of the name.")
    return subject.strip()


@cache
def _words() -> Environment:
    """Return the templates' own surroundings: no request, no session, HTML escaped, gaps refused."""
    words = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=False),
    )
    words.filters["moment"] = moment
    words.filters["money"] = lambda cents, currency: str(Money(cents, currency))
    return words


@cache
def _text_template(name: str) -> tuple[Template, Template]:
    """Return the subject and the body of a text template; the subject is a template of its own."""
    loader = _words().loader
    if loader is None:
        raise LookupError("The mail templates have no folder.")
    source = loader.get_source(_words(), f"{name}.txt")[0]
    first, _, body = source.partition("\n")
    if not first.startswith("Subject: "):
        raise ValueError(f"templates/mail/{name}.txt must begin with 'Subject: '.")
    return _words().from_string(first.removeprefix("Subject: ")), _words().from_string(body)


def moment(iso: str, zone: str = "UTC") -> str:
    """Return an ISO time as a mail says it, in one zone: 'Monday 1 March 2027, 12:00 (UTC)'."""
    at = datetime.fromisoformat(iso).astimezone(ZoneInfo(zone))
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M} ({zone})"
