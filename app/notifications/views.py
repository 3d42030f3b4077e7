"""Pages of this room: the demo's mailbox, the outbox, the progress of a job."""

import re
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.config import Environment
from app.core import clock
from app.core.access import EVERYONE, SIGNED_IN, Principal, Role, allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.settings import settings
from app.notifications import queries, services
from app.notifications.states import MessageState

bp = Blueprint("notifications", __name__)
KEEPERS = holders(Role.ORGANIZER, Role.ADMINISTRATOR)
LINK = re.compile(r"(https?://[^\s<>\"]+)")


def _only_in_the_demo() -> None:
    """The mailbox shows everybody's mail, links to sign in included: outside demo and tests it does not exist."""
    chosen = settings()
    if chosen.environment is Environment.PRODUCTION or chosen.mail_transport != "mailbox":
        raise NotFound("There is no such page. Check the address, or start from the home page.")


@bp.get("/mailbox")
@allow(read=EVERYONE)
def mailbox() -> ResponseReturnValue:
    """List the mails of the demo; open to everyone, as whoever signs up must be able to read theirs."""
    _only_in_the_demo()
    words = request.args.get("words", "").strip()[:100]
    page = queries.mailbox(db(), words=words, number=page_number())
    return render_template("notifications/mailbox.html", page=page, words=words)


@bp.get("/mailbox/<uuid:mail_id>")
@allow(read=EVERYONE)
def mail(mail_id: UUID) -> ResponseReturnValue:
    """Show one mail: its text with its links, and what its HTML part says."""
    _only_in_the_demo()
    found = queries.mail(db(), mail_id)
    return render_template("notifications/mail.html", mail=found, pieces=LINK.split(found.text))


@bp.get("/outbox")
@allow(read=KEEPERS)
def outbox() -> ResponseReturnValue:
    """Show how the outbox stands and the messages in one state; parked ones unless asked otherwise."""
    asked = request.args.get("state", MessageState.PARKED.value)
    state = MessageState(asked) if asked in list(MessageState) else None
    kind = request.args.get("kind", "").strip()[:60]
    page = queries.messages(db(), state=state, kind=kind, number=page_number())
    standing = queries.standing(db(), now=clock.now())
    return render_template(
        "notifications/outbox.html", page=page, standing=standing, state=state, kind=kind, states=MessageState
    )


@bp.post("/outbox/retry")
@allow(write=KEEPERS)
def retry_all() -> ResponseReturnValue:
    """Try every parked message again."""
    with transaction() as session:
        count = services.retry_all(session, actor_id=principal().user_id, now=clock.now())
    flash(f"{count} parked messages will be tried again." if count else "Nothing is parked.", "success")
    return redirect(url_for("notifications.outbox"), 303)


@bp.post("/outbox/<uuid:message_id>/retry")
@allow(write=KEEPERS)
def retry(message_id: UUID) -> ResponseReturnValue:
    """Try one parked message again."""
    with transaction() as session:
        services.retry_message(session, message_id, actor_id=principal().user_id, now=clock.now())
    flash("The message will be tried again.", "success")
    return redirect(url_for("notifications.outbox"), 303)


@bp.get("/outbox/jobs/<uuid:job_id>")
@allow(read=SIGNED_IN)
def job(job_id: UUID) -> ResponseReturnValue:
    """Show how far a job is, to the one who started it and to organizers; a part of a page when htmx asks."""
    found = _visible(job_id, principal())
    template = "notifications/_progress.html" if request.headers.get("HX-Request") else "notifications/job.html"
    return render_template(template, job=found)


@bp.post("/outbox/jobs/<uuid:job_id>/cancel")
@allow(write=SIGNED_IN)
def cancel(job_id: UUID) -> ResponseReturnValue:
    """Call a job off."""
    person = principal()
    _visible(job_id, person)
    with transaction() as session:
        state = services.cancel_message(session, job_id, actor_id=person.user_id, now=clock.now())
    over = state is MessageState.CANCELLED
    flash("The job is cancelled." if over else "The job will stop at its next step.", "success")
    return redirect(url_for("notifications.job", job_id=job_id), 303)


def _visible(job_id: UUID, person: Principal) -> queries.JobRow:
    found = queries.job(db(), job_id)
    if found.starter_id != person.user_id and not KEEPERS.admits(person):
        raise NotFound("That job does not exist, or it is over and was removed.")
    return found
