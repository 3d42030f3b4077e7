"""The blueprint of this room, and what its pages share."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core.access import COMPANY, Role, holders, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.dealrooms.forms import EmptyForm
from app.dealrooms.queries.rooms import RoomRow, own_room
from app.dealrooms.states import GRANT_LABELS, GRANT_TONES, QUESTION_LABELS, ROOM_LABELS
from app.documents.rules.disposition import attachment

bp = Blueprint("dealrooms", __name__)
COMPANY_PEOPLE = holders(*COMPANY)
EDITORS = holders(Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)
OFFICERS = holders(Role.EXPORT_OFFICER)
COUNTERS = holders(Role.ORGANIZER, Role.REVIEWER, Role.ADMINISTRATOR)
CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'"
WORDS = {
    "room_labels": ROOM_LABELS, "grant_labels": GRANT_LABELS, "grant_tones": GRANT_TONES,
    "question_labels": QUESTION_LABELS,
}  # fmt: skip


def my_room(room_id: UUID) -> RoomRow:
    """Return a room of the reader's own company. Raises NotFound."""
    return own_room(db(), room_id, principal().organizations(*COMPANY))


def may_edit(room: RoomRow) -> bool:
    """Tell whether the reader writes in this room: owners and delegates do, export officers look and approve."""
    return room.organization_id in principal().organizations(Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)


def is_officer(room: RoomRow) -> bool:
    """Tell whether the reader is the company's export officer."""
    return room.organization_id in principal().organizations(Role.EXPORT_OFFICER)


def act(change: Callable[[Session], object], said: str, onward: str) -> ResponseReturnValue:
    """Do one thing by a button, and go on to `onward`; a refusal is told there."""
    form = EmptyForm()
    try:
        if form.validate_on_submit():
            with transaction() as session:
                change(session)
            flash(said, "success")
        else:
            flash("The page was open for too long. Try again.", "error")
    except NotFound:
        raise
    except DomainError as refusal:
        flash(refusal.message, "error")
    return redirect(onward, 303)


def sent(content: bytes, name: str, media_type: str) -> Response:
    """Answer with a file that is saved and never shown as a page of this site."""
    answer = Response(b"" if request.method == "HEAD" else content, mimetype=media_type)
    answer.headers["Content-Length"] = str(len(content))
    answer.headers["Content-Disposition"] = attachment(name)
    answer.headers["Content-Security-Policy"] = CLOSED
    answer.headers["Cache-Control"] = "no-store"
    return answer


def uuid_arg(name: str) -> UUID | None:
    """Return an id that the address of a list asks for, None when it is none."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
