"""Jobs of this room: kind of job to the function that does it."""

from app.notifications.mail import KIND, send_mail
from app.notifications.outbox import Handler

HANDLERS: dict[str, Handler] = {KIND: send_mail}
