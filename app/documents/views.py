"""Downloads: for those who may, on the record, and never shown as a page of this site."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.core.access import SIGNED_IN, allow, principal
from app.core.db import transaction
from app.documents import services
from app.documents.rules.disposition import attachment
from app.documents.rules.kinds import MEDIA_TYPES

bp = Blueprint("documents", __name__)
CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'"


@bp.get("/files/<uuid:file_id>")
@allow(read=SIGNED_IN)
def file(file_id: UUID) -> ResponseReturnValue:
    """Hand a file to somebody who may have it; whether they may is asked at every request."""
    person = principal()
    with transaction() as session:
        found = services.readable_file(session, file_id, person)
        parts = services.download(session, found, actor_id=person.user_id)
    answer = Response(b"" if request.method == "HEAD" else parts, mimetype=MEDIA_TYPES[found.kind])
    answer.headers["Content-Length"] = str(found.size_bytes)
    answer.headers["Content-Disposition"] = attachment(found.name)
    answer.headers["Content-Security-Policy"] = CLOSED
    answer.headers["Cache-Control"] = "no-store"
    return answer
