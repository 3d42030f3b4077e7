"""What changes of applications said that need not be kept any longer."""

from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.questionnaires import queries as questionnaires
from app.questionnaires.rules.shipped import APPLICATION
from app.questionnaires.services.replies import PERSONAL_KEPT, drop_files
from app.registration.application_models import RegistrationChange
from app.registration.change_states import PartKey
from app.registration.models import Registration


def forget_old_changes(session: Session, *, now: datetime, dry_run: bool) -> int:
    """Take answers marked as personal out of changes made that long ago; return how many there were, or would be.

    The answers themselves go on their own; here they stand a second time, as they were before and after.
    """
    personal = cache(lambda summit_id: questionnaires.personal_keys(session, APPLICATION, summit_id))
    wanted = select(RegistrationChange, Registration.summit_id).join(Registration)
    wanted = wanted.where(
        RegistrationChange.part == PartKey.QUESTIONS, RegistrationChange.proposed_at < now - PERSONAL_KEPT
    )
    found = session.execute(wanted.order_by(RegistrationChange.id)).all()
    return sum(
        _forget(session, change, personal(summit_id), now=now, dry_run=dry_run) for change, summit_id in found
    )  # fmt: skip


def _forget(
    session: Session, change: RegistrationChange, personal: frozenset[str], *, now: datetime, dry_run: bool
) -> int:
    held = personal & {*change.before, *change.after}
    if held and not dry_run:
        sides = (change.before, change.after)
        drop_files(session, (side.get(key) for side in sides for key in sorted(held)), now=now)
        change.before = {key: value for key, value in change.before.items() if key not in held}
        change.after = {key: value for key, value in change.after.items() if key not in held}
        session.flush()
        audit.record(
            session, "registration.change_forgotten", ("registration", change.registration_id), actor_id=None,
            after=f"{len(held)} answers",
        )  # fmt: skip
    return len(held)
