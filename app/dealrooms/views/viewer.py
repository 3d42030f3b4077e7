"""Reading a document: page by page as a picture, as text, or downloaded; with the reader and the time in every page.

Whether the reader may is asked at every one of these requests, and each is noted before anything is handed out.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts import cookies
from app.core import audit, clock
from app.core.access import COMPANY, SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.dealrooms.queries import rooms, shelves
from app.dealrooms.queries.access import may_open
from app.dealrooms.queries.rooms import RoomRow
from app.dealrooms.queries.shelves import NO_DOCUMENT, DocumentRow
from app.dealrooms.views.blueprint import CLOSED, COMPANY_PEOPLE, bp, my_room, sent
from app.documents import services as files
from app.documents.rules.kinds import MEDIA_TYPES
from app.documents.rules.page_text import page_text
from app.documents.rules.pages import PICTURE_TYPE, page_count, page_picture
from app.documents.rules.stamp import Stamp
from app.documents.rules.stamping import stamped_pdf
from app.documents.states import Opened


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody who may read a document at this moment, and what every page of it carries for them."""

    room: RoomRow
    row: DocumentRow
    organization_id: UUID | None
    stamp: Stamp

    @property
    def by_company(self) -> bool:
        """Tell whether the reader belongs to the room's own company."""
        return self.organization_id is None


def _reading(session: Session, room_id: UUID, document_id: UUID, now: datetime) -> Reading:
    """Return the reader's reading of a document. Raises NotFound for whom it is not open to, whatever the reason."""
    person = principal()
    row, number = rooms.room_row(session, room_id), request.args.get("version", "")
    if _keeps(session, row):
        chosen = int(number) if number.isdecimal() and len(number) < 6 else None
        found = shelves.document(session, room_id, document_id, number=chosen)
        return Reading(row, found, None, Stamp(person.name, row.company, now, f"Deal room of {row.entry_name}"))
    found = shelves.document(session, room_id, document_id)
    access, shut = may_open(session, room_id, person.user_id, folder_id=found.folder_id, now=now)
    if access is None or shut is not None or not found.is_shown:
        raise NotFound(NO_DOCUMENT)
    stamp = Stamp(person.name, access.organization_name, now, f"Deal room of {row.entry_name}")
    return Reading(row, found, access.organization_id, stamp)


def _keeps(session: Session, row: RoomRow) -> bool:
    try:
        rooms.own_room(session, row.id, principal().organizations(*COMPANY))
    except NotFound:
        return False
    return True


def _opened(
    room_id: UUID, document_id: UUID, how: Opened, page: int | None, *, downloads: bool = False
) -> tuple[Reading, bytes]:
    """Check, note and only then read: return the reading and the file's content."""
    now = clock.now()
    try:
        with transaction() as session:
            reading = _reading(session, room_id, document_id, now)
            if downloads and not (reading.room.downloads or reading.by_company):
                raise NotFound(NO_DOCUMENT)
            content = files.open_file(session, reading.row.file_id)
            if page is not None and page > page_count(content, reading.row.kind):
                raise NotFound(NO_DOCUMENT)  # the log names only pages that there are
            files.note_opening(
                session, reading.row.file_id, user_id=principal().user_id, address=cookies.address(), how=how,
                now=now, page=page, organization_id=reading.organization_id,
            )  # fmt: skip
            if how is Opened.DOWNLOAD:
                audit.record(
                    session, "deal_room.document_downloaded", ("room_document", document_id),
                    actor_id=principal().user_id, after=str(reading.row.number), detail={"room": str(room_id)},
                )  # fmt: skip
    except NotFound as error:
        raise NotFound(NO_DOCUMENT) from error
    return reading, content


@bp.get("/deal-rooms/<uuid:room_id>/documents/<uuid:document_id>")
@allow(read=SIGNED_IN)
def document(room_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Show one page of a document, with the way to the others."""
    reading = _found(room_id, document_id)
    try:
        pages = page_count(files.open_file(db(), reading.row.file_id), reading.row.kind)
        closed = ""
    except DomainError as refusal:
        pages, closed = 0, refusal.message
    number = min(page_number(), max(pages, 1))
    version = reading.row.number if reading.by_company and request.args.get("version") else None

    def page_address(wanted: int) -> str:
        return url_for("dealrooms.document", room_id=room_id, document_id=document_id, page=wanted, version=version)

    return render_template(
        "dealrooms/document.html", room=reading.room, row=reading.row, reading=reading, pages=pages, number=number,
        version=version, closed=closed, page_address=page_address,
    )  # fmt: skip


def _found(room_id: UUID, document_id: UUID) -> Reading:
    try:
        return _reading(db(), room_id, document_id, clock.now())
    except NotFound as error:
        raise NotFound(NO_DOCUMENT) from error


@bp.get("/deal-rooms/<uuid:room_id>/documents/<uuid:document_id>/pages/<int(min=1, max=9999):number>")
@allow(read=SIGNED_IN)
def page_image(room_id: UUID, document_id: UUID, number: int) -> ResponseReturnValue:
    """Hand out the picture of one page, with the reader and the time in its pixels."""
    reading, content = _opened(room_id, document_id, Opened.VIEW, number)
    picture = page_picture(content, reading.row.kind, number, reading.stamp)
    answer = Response(b"" if request.method == "HEAD" else picture, mimetype=PICTURE_TYPE)
    answer.headers["Content-Length"] = str(len(picture))
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = CLOSED
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/deal-rooms/<uuid:room_id>/documents/<uuid:document_id>/text/<int(min=1, max=9999):number>")
@allow(read=SIGNED_IN)
def document_text(room_id: UUID, document_id: UUID, number: int) -> ResponseReturnValue:
    """Show what one page says as text, with the reader and the time above and below it."""
    reading, content = _opened(room_id, document_id, Opened.VIEW, number)
    pages = page_count(content, reading.row.kind)
    return render_template(
        "dealrooms/text.html", room=reading.room, row=reading.row, reading=reading, number=number, pages=pages,
        lines=page_text(content, reading.row.kind, number).splitlines(), stamp=", ".join(reading.stamp.lines),
    )  # fmt: skip


@bp.get("/deal-rooms/<uuid:room_id>/documents/<uuid:document_id>/download")
@allow(read=SIGNED_IN)
def download(room_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Hand out the whole document as PDF with the reader and the time in every page, where the company allows it."""
    reading, content = _opened(room_id, document_id, Opened.DOWNLOAD, None, downloads=True)
    stamped = stamped_pdf(content, reading.row.kind, reading.stamp)
    return sent(stamped, f"{reading.row.label}.pdf", "application/pdf")


@bp.get("/our-rooms/<uuid:room_id>/documents/<uuid:document_id>/original/<int(min=1, max=9999):number>")
@allow(read=COMPANY_PEOPLE)
def original(room_id: UUID, document_id: UUID, number: int) -> ResponseReturnValue:
    """Hand a file back to the company as it was kept."""
    my_room(room_id)
    now = clock.now()
    with transaction() as session:
        row = shelves.document(session, room_id, document_id, number=number)
        content = files.open_file(session, row.file_id)
        files.note_opening(
            session, row.file_id, user_id=principal().user_id, address=cookies.address(), how=Opened.DOWNLOAD, now=now
        )
        audit.record(
            session, "deal_room.document_downloaded", ("room_document", document_id), actor_id=principal().user_id,
            after=str(number), detail={"room": str(room_id)},
        )  # fmt: skip
    return sent(content, f"{row.label}.{row.kind.value}", MEDIA_TYPES[row.kind])
