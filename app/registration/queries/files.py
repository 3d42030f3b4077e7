"""Who at the desk may open what applicants sent."""

import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access import Principal, Role
from app.documents.queries import FileRow
from app.questionnaires.models import QuestionnaireReply
from app.registration.desk_models import RegistrationMessage, ReviewerScope
from app.registration.models import Registration
from app.registration.queries.money import KIND
from app.registration.queries.scopes import readable

UNLIMITED = frozenset({Role.ORGANIZER, Role.SCREENER})


def desk_may_read(session: Session, file: FileRow, reader: Principal) -> bool:
    """Tell whether somebody may read what applicants sent besides themselves: who decides about applications.

    A reviewer who is limited to types or markets reads files of applications within those limits only.
    """
    if reader.roles & UNLIMITED:
        return True
    return Role.REVIEWER in reader.roles and (
        not is_limited(session, reader.user_id) or _within_limits(session, file, reader.user_id)
    )


def is_limited(session: Session, reviewer_id: UUID) -> bool:
    """Tell whether a reviewer is limited to some types or markets, of whichever summit."""
    return session.scalar(select(ReviewerScope.id).where(ReviewerScope.user_id == reviewer_id).limit(1)) is not None


def _within_limits(session: Session, file: FileRow, reviewer_id: UUID) -> bool:
    """Tell whether a file belongs to an application of its owner that this reviewer works on.

    Where the owner has others too, the file must stand in the answers or messages of one the reviewer works on.
    """
    may = readable(Registration.summit_id, reviewer_id)
    rows = session.execute(
        select(Registration.id, Registration.answers, may).where(Registration.user_id == file.owner_id)
    ).all()
    inside = [row for row in rows if row[2]]
    if not inside or len(inside) == len(rows):
        return bool(inside)
    ids = [row[0] for row in inside]
    replies = select(QuestionnaireReply.answers).where(
        QuestionnaireReply.subject_kind == KIND, QuestionnaireReply.subject_id.in_(ids)
    )
    messages = select(RegistrationMessage.files).where(RegistrationMessage.registration_id.in_(ids))
    said = [row[1] for row in inside] + [*session.scalars(replies)] + [*session.scalars(messages)]
    return any(str(file.id) in json.dumps(one) for one in said)
