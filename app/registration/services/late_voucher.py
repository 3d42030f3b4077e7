"""A voucher entered after submission, until the fee is asked for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import Refused
from app.core.money import Money
from app.payments import vouchers
from app.registration.queries.money import KIND
from app.registration.services.apply import own
from app.registration.services.moves import note, terms_of
from app.registration.states import UNDECIDED, RegistrationState


def use_voucher(session: Session, registration_id: UUID, code: str, *, actor_id: UUID, now: datetime) -> Money:
    """Take a use of a voucher for one's own application; return what it takes off.

    Raises VoucherRefused for a code that does not hold, Refused once the fee was asked for.
    """
    registration = own(session, registration_id, actor_id)
    if registration.state not in UNDECIDED | {RegistrationState.WAITLISTED, RegistrationState.OFFERED}:
        raise Refused("A voucher counts until the fee is asked for. Write to the organizers.")
    terms = terms_of(registration)
    if not terms.price_cents:
        raise Refused("There is no fee for you, so there is nothing to take off.")
    holder = vouchers.Holder(
        str(registration.participant_type), registration.country or "", registration.organization_id
    )
    off = vouchers.hold(
        session, code, subject_kind=KIND, subject_id=registration.id,
        price=Money(terms.price_cents, terms.currency), now=now, holder=holder, actor_id=actor_id,
    )  # fmt: skip
    note(session, registration, f"A voucher takes {off} off.", actor_id=actor_id, now=now)
    return off
