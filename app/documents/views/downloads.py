"""Downloads: for those who may, on the record, and never shown as a page of this site.

No link stands for the right to a file: whether somebody may have it is asked at every request, so what is revoked,
held or taken down closes with the next one. What other parties get of a room or an entry carries their name.
"""

from collections.abc import Iterable
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.cookies import address
from app.core import clock
from app.core.access import SIGNED_IN, Principal, allow, principal
from app.core.db import transaction
from app.documents import services
from app.documents.queries import FileRow
from app.documents.rules.kinds import MEDIA_TYPES
from app.documents.rules.stamp import Stamp
from app.documents.rules.stamping import stamped_pdf
from app.documents.states import STAMPED, Kind
from app.documents.views.blueprint import bp, guarded, only_organization


@bp.get("/files/<uuid:file_id>")
@allow(read=SIGNED_IN)
def file(file_id: UUID) -> ResponseReturnValue:
    """Hand a file to somebody who may have it; whether they may is asked at every request."""
    person = principal()
    with transaction() as session:
        found = services.readable_file(session, file_id, person)
        parts: Iterable[bytes] = services.download(
            session, found, actor_id=person.user_id, address=address(),
            organization_id=only_organization(person).id,
        )  # fmt: skip
    if found.purpose in STAMPED and found.owner_id != person.user_id:
        return _stamped(found, b"".join(parts), person)
    answer = Response(b"" if request.method == "HEAD" else parts, mimetype=MEDIA_TYPES[found.kind])
    answer.headers["Content-Length"] = str(found.size_bytes)
    return guarded(answer, found.name)


def _stamped(found: FileRow, content: bytes, person: Principal) -> Response:
    stamp = Stamp(person.name, only_organization(person).name, clock.now())
    stem = found.name.rpartition(".")[0]
    return guarded(
        Response(stamped_pdf(content, found.kind, stamp), mimetype=MEDIA_TYPES[Kind.PDF]), f"{stem}.pdf"
    )  # fmt: skip
