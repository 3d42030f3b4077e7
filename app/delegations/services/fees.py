"""Whose fees the organization pays: chosen person by person, invoiced together by the room that writes invoices."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import InvalidInput
from app.delegations.services.endorse import acting, delegate_in
from app.payments import services as payments
from app.payments.states import PaymentMethod
from app.registration.queries.money import payment_of


def pay_for(
    session: Session, delegation_id: UUID, delegate_ids: Sequence[UUID], pays: bool, *, actor_id: UUID, now: datetime
) -> int:
    """Let the organization pay the fees of some delegates, or let them pay themselves; all or none.

    Who has not applied yet is noted and counts when they do. Raises Refused once money is on its way.
    """
    if not delegate_ids:
        raise InvalidInput("Choose at least one person.")
    delegation = acting(session, delegation_id, actor_id, delegate_ids)
    method = PaymentMethod.GROUP if pays else PaymentMethod.CARD
    for delegate_id in sorted(set(delegate_ids)):
        delegate = delegate_in(session, delegation, delegate_id)
        if delegate.is_paid_for is pays:
            continue
        payment = payment_of(session, delegate.registration_id) if delegate.registration_id else None
        if payment is not None:
            payments.choose_method(session, payment.id, method, actor_id=actor_id, now=now, payer_only=False)
        delegate.is_paid_for = pays
        session.flush()
        audit.record(
            session, "delegate.fee_taken_over" if pays else "delegate.fee_given_back", ("delegate", delegate.id),
            actor_id=actor_id,
        )  # fmt: skip
    return len(set(delegate_ids))
