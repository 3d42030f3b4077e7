"""The reasons for declining that are in force."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.registration.desk_models import ReasonList
from app.registration.rules.reasons import SHIPPED, Reason, reasons_from


def reason_list(session: Session, summit_id: UUID) -> tuple[int, tuple[Reason, ...]]:
    """Return the number of the newest version of the reasons and the reasons; 0 and those we ship before the first."""
    wanted = select(ReasonList.version, ReasonList.reasons).where(ReasonList.summit_id == summit_id)
    row = session.execute(wanted.order_by(ReasonList.version.desc()).limit(1)).one_or_none()
    return (row.version, reasons_from(row.reasons)) if row else (0, SHIPPED)


def reason_in_force(session: Session, summit_id: UUID, key: str) -> Reason:
    """Return a reason that may be given now. Raises InvalidInput for one that is not listed any more."""
    _version, reasons = reason_list(session, summit_id)
    found = next((reason for reason in reasons if reason.key == key and not reason.is_retired), None)
    if found is None:
        raise InvalidInput("This reason is not on the list any more. Open the page again and choose another.")
    return found
