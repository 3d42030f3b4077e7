"""How a payer means to pay, and how they are asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import NotFound, Refused
from app.payments import letters
from app.payments.models import Payment
from app.payments.moves import lock_payment, on_due
from app.payments.states import PaymentMethod, PaymentState
from app.payments.transfers import received_cents

CHOICE_IS_OPEN = frozenset(
    {PaymentState.CREATED, PaymentState.CARD_SAVED, PaymentState.REQUIRES_ACTION, PaymentState.FAILED}
)
DUE = frozenset({PaymentState.REQUIRES_ACTION, PaymentState.FAILED})


def choose_method(
    session: Session,
    payment_id: UUID,
    method: PaymentMethod,
    *,
    actor_id: UUID,
    now: datetime,
    payer_only: bool = True,
    pay_by: datetime | None = None,
) -> None:
    """Pay by `method` from now on; when the money is due already, it is asked for that way at once.

    `payer_only` False lets somebody choose for the payer, whom the caller has checked; `pay_by` is the new deadline
    where one runs. Raises NotFound for anybody but the payer, Refused once the money is on its way or part of it came.
    """
    payment = lock_payment(session, payment_id)
    if payer_only and payment.payer_id != actor_id:
        raise NotFound("That payment does not exist.")
    if payment.method is method:
        return
    if payment.state not in CHOICE_IS_OPEN:
        raise Refused("How to pay can no longer be chosen. Open the payment to see where it stands.")
    if received_cents(session, payment.id):
        raise Refused("Part of the fee has come by bank already. Send the rest the same way.")
    before, payment.method = payment.method, method
    payment.changed_at = now
    if pay_by is not None and payment.state in DUE:
        payment.pay_by = pay_by
    session.flush()
    audit.record(
        session, "payment.method_chosen", ("payment", payment.id), actor_id=actor_id, before=before, after=method
    )
    if payment.state in DUE:
        ask_payer(session, payment, now=now)


def ask_payer(session: Session, payment: Payment, *, now: datetime) -> None:
    """Ask for what is due in the way the payer chose: by whoever handles that method, else by a pay link."""
    if handler := on_due.get(payment.method):
        handler(session, payment, now)
    else:
        letters.tell_pay_link(session, payment, now=now)
