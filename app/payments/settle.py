"""What a kept card, a hosted page or a payment intent of the provider means for one of our payments.

Everything here may be told twice, late and in any order; what is already known changes nothing.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Refused
from app.core.money import Money
from app.notifications import outbox
from app.payments import ledger, letters
from app.payments.facts import CardSeen, HostedPage, IntentSeen, IntentStatus, PageSeen
from app.payments.models import Attempt, Payment
from app.payments.moves import close_open_attempts, lock_payment, move_attempt, move_payment, on_paid
from app.payments.refund import queue_refund
from app.payments.states import (
    CARD_CAN_BE_SAVED,
    AttemptEvent,
    AttemptKind,
    AttemptState,
    PaymentEvent,
    PaymentState,
)
from app.payments.transfers import free_parts

PAID = frozenset({AttemptState.SUCCEEDED, AttemptState.SURPLUS})


class FactRefused(Refused):
    """What the provider says comes late, contradicts what is known, or is about nothing of ours."""

    code = "fact_refused"

    def __init__(self, message: str, payment_id: UUID | None = None) -> None:
        super().__init__(message)
        self.payment_id = payment_id


def note_page(session: Session, attempt_id: UUID, page: HostedPage) -> None:
    """Keep where an attempt's hosted page is, and the customer it was made for."""
    attempt = session.get_one(Attempt, attempt_id)
    payment = lock_payment(session, attempt.payment_id)
    attempt.session_ref, attempt.page_url = page.session_ref, page.url
    payment.customer_ref = page.customer_ref
    session.flush()
    audit.record(session, "payment_attempt.page_opened", ("payment_attempt", attempt.id), actor_id=payment.payer_id)


def note_answer(session: Session, seen: IntentSeen, *, now: datetime) -> None:
    """Keep the answer to a charge. Success is believed only when the provider's event says so."""
    if seen.status is IntentStatus.SUCCEEDED:
        _attempt_of(session, seen)
        return
    see_intent(session, seen, now=now)


def note_impossible(session: Session, attempt_id: UUID, *, words: str, now: datetime) -> None:
    """Note that the provider would not even try to charge the saved card; the payer is asked instead."""
    attempt = session.get_one(Attempt, attempt_id)
    payment = lock_payment(session, attempt.payment_id)
    session.refresh(attempt)
    if attempt.state is AttemptState.OPEN:
        attempt.failure_code = "refused_by_provider"
        _fail_saved_card(session, payment, attempt, PaymentEvent.FAIL, words, now)


def note_closed(session: Session, attempt_id: UUID, *, now: datetime) -> None:
    """Note that an attempt takes no money any more, unless it had been decided before."""
    attempt = session.get_one(Attempt, attempt_id)
    lock_payment(session, attempt.payment_id)
    session.refresh(attempt)
    if attempt.state is AttemptState.OPEN:
        move_attempt(session, attempt, AttemptEvent.ABANDON, now=now)


def see_card(session: Session, seen: CardSeen, *, now: datetime) -> UUID:
    """Keep the brand, the last four digits and the reference of a card saved on a hosted page."""
    attempt = None if seen.attempt_id is None else session.get(Attempt, seen.attempt_id)
    if attempt is None or attempt.kind is not AttemptKind.CARD_PAGE:
        raise FactRefused("No card page of ours was asked for with this card.")
    payment = lock_payment(session, attempt.payment_id)
    session.refresh(attempt)
    if payment.customer_ref and seen.customer_ref != payment.customer_ref:
        raise FactRefused("The card was kept for another customer.", payment.id)
    if attempt.state is AttemptState.SUCCEEDED:
        return payment.id
    newest = select(func.max(Attempt.number)).where(
        Attempt.payment_id == payment.id,
        Attempt.kind == AttemptKind.CARD_PAGE,
        Attempt.state == AttemptState.SUCCEEDED,
    )
    move_attempt(session, attempt, AttemptEvent.SUCCEED, now=now)
    if (session.scalar(newest) or 0) > attempt.number:
        raise FactRefused("A card saved later is used instead.", payment.id)
    payment.customer_ref, payment.card_ref = seen.customer_ref, seen.card_ref
    payment.card_brand, payment.card_last4 = seen.brand[:40], seen.last4[-4:]
    if payment.state in CARD_CAN_BE_SAVED:
        move_payment(session, payment, PaymentEvent.SAVE_CARD, actor_id=payment.payer_id, now=now)
    return payment.id


def see_page(session: Session, seen: PageSeen, *, now: datetime) -> UUID:
    """Tie a hosted page to its attempt, and give up the attempt when the page expired unused."""
    attempt = None if seen.attempt_id is None else session.get(Attempt, seen.attempt_id)
    if attempt is None:
        raise FactRefused("No hosted page of ours has this reference.")
    payment = lock_payment(session, attempt.payment_id)
    session.refresh(attempt)
    if attempt.session_ref not in (None, seen.session_ref):
        raise FactRefused("The attempt has another hosted page.", payment.id)
    attempt.session_ref = seen.session_ref
    if seen.is_expired and attempt.state is AttemptState.OPEN:
        move_attempt(session, attempt, AttemptEvent.ABANDON, now=now)
    return payment.id


def see_intent(session: Session, seen: IntentSeen, *, now: datetime) -> UUID:
    """Move the attempt and the payment to where the provider's intent stands."""
    payment, attempt = _attempt_of(session, seen)
    if attempt.state in PAID:
        if seen.status is IntentStatus.SUCCEEDED:
            return payment.id
        raise FactRefused("Late: this attempt had already been paid.", payment.id)
    match seen.status:
        case IntentStatus.SUCCEEDED:
            _check_amount(session, payment, attempt, seen, now)
            _take_money(session, payment, attempt, now)
        case IntentStatus.NEEDS_PAYER:
            _bank_refused(session, payment, attempt, seen, PaymentEvent.ASK_PAYER, now)
        case IntentStatus.DECLINED:
            _bank_refused(session, payment, attempt, seen, PaymentEvent.FAIL, now)
        case IntentStatus.CANCELED if attempt.state is AttemptState.OPEN:
            move_attempt(session, attempt, AttemptEvent.ABANDON, now=now)
            if payment.state is PaymentState.PROCESSING and attempt.kind is AttemptKind.SAVED_CARD:
                move_payment(session, payment, PaymentEvent.FAIL, actor_id=None, now=now, reason="Canceled.")
    return payment.id


def _attempt_of(session: Session, seen: IntentSeen) -> tuple[Payment, Attempt]:
    """Return the locked payment and the attempt an intent was made for. Raises FactRefused."""
    attempt = None if seen.attempt_id is None else session.get(Attempt, seen.attempt_id)
    if attempt is None:
        attempt = session.scalars(select(Attempt).where(Attempt.intent_ref == seen.ref)).one_or_none()
    if attempt is None or attempt.kind is AttemptKind.CARD_PAGE:
        raise FactRefused("No payment of ours asked for this charge.")
    payment = lock_payment(session, attempt.payment_id)
    session.refresh(attempt)
    if attempt.intent_ref not in (None, seen.ref):
        raise FactRefused("The attempt already has another charge at the provider.", payment.id)
    attempt.intent_ref = seen.ref
    session.flush()
    return payment, attempt


def _check_amount(session: Session, payment: Payment, attempt: Attempt, seen: IntentSeen, now: datetime) -> None:
    """Park a payment whose money is not what was asked for. Raises FactRefused."""
    if (seen.amount_cents, seen.currency) == (attempt.amount_cents, attempt.currency):
        return
    asked = Money(attempt.amount_cents or 0, attempt.currency or "XXX")
    words = f"{Money(seen.amount_cents, seen.currency)} arrived where {asked} was asked for. Settle it by hand."
    letters.raise_attention(session, payment, words, now=now)
    audit.record(session, "payment.mismatched", ("payment", payment.id), actor_id=None, reason=words)
    raise FactRefused(words, payment.id)


def _take_money(session: Session, payment: Payment, attempt: Attempt, now: datetime) -> None:
    """Book money that arrived: it pays the payment, or it is surplus and goes back at once."""
    if payment.state is PaymentState.SUCCEEDED:
        move_attempt(session, attempt, AttemptEvent.EXCEED, now=now)
        ledger.book_charge(session, payment, attempt, now=now)
        amount = Money(attempt.amount_cents or 0, attempt.currency or "")
        queue_refund(session, payment, attempt, amount, reason="It had been paid already.", actor_id=None, now=now)
        return
    move_attempt(session, attempt, AttemptEvent.SUCCEED, now=now)
    if payment.state is PaymentState.VOIDED:
        ledger.book_revival(session, payment, now=now)
    ledger.book_charge(session, payment, attempt, now=now)
    payment.succeeded_at, payment.failure = now, None
    free_parts(session, payment, reason="It was paid by card.", now=now)
    letters.tell_paid(session, payment, now=now)
    close_open_attempts(session, payment, now=now)
    move_payment(session, payment, PaymentEvent.SUCCEED, actor_id=None, now=now)
    for follower in on_paid:
        follower(session, payment, now)


def _bank_refused(
    session: Session, payment: Payment, attempt: Attempt, seen: IntentSeen, event: PaymentEvent, now: datetime
) -> None:
    """On a pay page the payer simply tries again; a saved card that fails sends the payer to a pay page."""
    attempt.failure_code = (seen.failure_code or "")[:80] or None
    if attempt.kind is AttemptKind.PAY_PAGE or attempt.state is not AttemptState.OPEN:
        return
    _fail_saved_card(session, payment, attempt, event, seen.failure_words or "The bank refused the charge.", now)


def _fail_saved_card(
    session: Session, payment: Payment, attempt: Attempt, event: PaymentEvent, words: str, now: datetime
) -> None:
    move_attempt(session, attempt, AttemptEvent.FAIL, now=now)
    if attempt.intent_ref is not None:
        outbox.queue(session, "payments.close", {"attempt": str(attempt.id)}, now=now)
    if payment.state is PaymentState.PROCESSING:
        payment.failure = words[:300]
        # Moved first: whoever follows the payment may set another deadline, which the mail then names.
        move_payment(session, payment, event, actor_id=None, now=now, reason=words)
        letters.tell_pay_link(session, payment, now=now)
