"""Fee waivers: granted to one person with a reason, by two people above a limit, by nobody to themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import Money
from app.core.states import advance
from app.payments.limits import needs_second_person
from app.payments.models import Payment
from app.payments.moves import lock_payment
from app.payments.states import PaymentState
from app.payments.vouchers.models import FeeWaiver
from app.payments.vouchers.states import WAIVER_TRANSITIONS, WaiverEvent, WaiverState

NOTHING_ASKED_YET = frozenset({PaymentState.CREATED, PaymentState.CARD_SAVED})
ONE_AT_A_TIME = Refused("This fee is being waived already. Open the payment to see by how much.")


def grant_waiver(
    session: Session, payment_id: UUID, amount: Money, *, reason: str, actor_id: UUID, now: datetime
) -> FeeWaiver:
    """Waive `amount` of a fee that was not asked for yet; above the limit it waits for a second person.

    Raises Refused for one's own payment, for one that was asked for (refund it instead), and while another
    waiver is in force.
    """
    if not reason.strip():
        raise InvalidInput("Say why the fee is waived.")
    if amount.cents <= 0:
        raise InvalidInput("The amount must be above zero.")
    _open_to(session, payment_id, actor_id)
    must_wait = needs_second_person(amount)
    waiver = FeeWaiver(
        payment_id=payment_id, amount_cents=amount.cents, currency=amount.currency, reason=reason.strip(),
        state=WaiverState.PROPOSED if must_wait else WaiverState.GRANTED, proposed_by=actor_id, proposed_at=now,
        decided_at=None if must_wait else now, decision_words="",
    )  # fmt: skip
    session.add(waiver)
    with explained({"uq_fee_waivers_in_force": ONE_AT_A_TIME}):
        session.flush()
    _record(session, waiver, actor_id, waiver.reason)
    return waiver


def decide_waiver(
    session: Session, waiver_id: UUID, *, agreed: bool, words: str, actor_id: UUID, now: datetime
) -> None:
    """Agree to a colleague's waiver or refuse it, with words. Raises Refused for one's own, by either meaning."""
    waiver = _locked(session, waiver_id)
    if waiver.proposed_by == actor_id:
        raise Refused("You proposed this waiver. A colleague must decide on it.")
    if not agreed and not words.strip():
        raise InvalidInput("Say why the waiver is refused.")
    if agreed:
        _open_to(session, waiver.payment_id, actor_id)
    event = WaiverEvent.GRANT if agreed else WaiverEvent.REFUSE
    waiver.state = advance(WAIVER_TRANSITIONS, waiver.state, event, thing="waiver")
    waiver.decided_by, waiver.decided_at, waiver.decision_words = actor_id, now, words.strip()
    session.flush()
    _record(session, waiver, actor_id, words.strip())


def end_waiver(session: Session, waiver_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Take a waiver back while the fee was not asked for yet."""
    if not reason.strip():
        raise InvalidInput("Say why the waiver is taken back.")
    waiver = _locked(session, waiver_id)
    _open_to(session, waiver.payment_id, actor_id)
    waiver.state = advance(WAIVER_TRANSITIONS, waiver.state, WaiverEvent.END, thing="waiver")
    session.flush()
    _record(session, waiver, actor_id, reason.strip())


def _locked(session: Session, waiver_id: UUID) -> FeeWaiver:
    found = session.get(FeeWaiver, waiver_id)
    if found is None:
        raise NotFound("That waiver does not exist.")
    lock_payment(session, found.payment_id)
    return session.get_one(FeeWaiver, waiver_id, with_for_update=True, populate_existing=True)


def _open_to(session: Session, payment_id: UUID, actor_id: UUID) -> Payment:
    payment = lock_payment(session, payment_id)
    if payment.payer_id == actor_id:
        raise Refused("Nobody waives their own fee. Ask a colleague of the finance desk.")
    if payment.state not in NOTHING_ASKED_YET:
        raise Refused("The fee has been asked for already. Refund it instead, or cancel what it is for.")
    return payment


def _record(session: Session, waiver: FeeWaiver, actor_id: UUID, reason: str) -> None:
    audit.record(
        session, f"fee_waiver.{waiver.state}", ("payment", waiver.payment_id), actor_id=actor_id, after=waiver.state,
        reason=reason, detail={"amount_cents": waiver.amount_cents, "currency": waiver.currency},
    )  # fmt: skip
