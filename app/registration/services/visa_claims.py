"""A visa was denied: the person hands in a proof, finance decides, and the terms' special rule says what goes back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import Money
from app.documents import services as documents
from app.documents.services import Checked
from app.documents.states import Purpose
from app.payments import services as payments
from app.registration.leave_models import VisaClaim
from app.registration.models import Registration
from app.registration.queries.money import payment_of
from app.registration.queries.refunds import visa_refund
from app.registration.services.apply import own
from app.registration.services.leave import release
from app.registration.services.letters import tell
from app.registration.services.moves import locked, move, refuse_own, settings_in_force, terms_of
from app.registration.states import RegistrationEvent, RegistrationState, VisaClaimState

PAID_PLACES = frozenset(
    {RegistrationState.CONFIRMED, RegistrationState.PAYMENT_DUE, RegistrationState.WITHDRAWN}
)  # fmt: skip


def claim_visa_denial(
    session: Session, registration_id: UUID, proof: Checked, *, words: str, actor_id: UUID, now: datetime
) -> VisaClaim:
    """Hand in, for one's own application, the proof that a visa was denied; nothing moves until finance decides.

    Raises Refused when the terms have no such rule, its day has passed, or a claim waits already.
    """
    registration = own(session, registration_id, actor_id)
    until = terms_of(registration).visa_denied_until if registration.terms else None
    if until is None or registration.state not in PAID_PLACES:
        raise Refused("The terms of this application have no rule for a denied visa. Withdraw it instead.")
    if settings_in_force(session, registration.summit_id)[1].day_of(now) > until:
        raise Refused(f"A denied visa could be shown until {until:%d %B %Y}. Write to the organizers.")
    file = documents.keep_file(session, proof, purpose=Purpose.VISA_DENIAL_PROOF, owner_id=actor_id, now=now)
    claim = VisaClaim(
        registration_id=registration.id, file_id=file.id, state=VisaClaimState.CLAIMED, words=words.strip()[:2000],
        claimed_at=now, decision_words="", refund_cents=0,
    )  # fmt: skip
    session.add(claim)
    waits = Refused("Your proof is with the finance desk already. You get a mail when they have decided.")
    with explained({"uq_visa_claims_undecided": waits}):
        session.flush()
    audit.record(session, "visa_claim.made", ("registration", registration.id), actor_id=actor_id, after=claim.state)
    return claim


def decide_visa_claim(
    session: Session, claim_id: UUID, *, accepted: bool, words: str, actor_id: UUID, now: datetime
) -> int:
    """Accept a claim, which ends the application and sends back what the special rule says, or refuse it with words.

    Returns the cents that go back; above the limit a second person must release them. Nobody decides on their own.
    """
    found = session.get(VisaClaim, claim_id)
    if found is None:
        raise NotFound("That claim does not exist.")
    registration = locked(session, found.registration_id)
    claim = session.get_one(VisaClaim, claim_id, with_for_update=True, populate_existing=True)
    refuse_own(session, registration, actor_id)
    if claim.state is not VisaClaimState.CLAIMED:
        raise Refused("This claim was decided before. Reload the page.")
    if not accepted and not words.strip():
        raise InvalidInput("Say why: the person reads it.")
    back = _accept(session, registration, claim, actor_id, now) if accepted else 0
    claim.state = VisaClaimState.ACCEPTED if accepted else VisaClaimState.REFUSED
    claim.decided_by, claim.decided_at, claim.decision_words, claim.refund_cents = actor_id, now, words.strip(), back
    session.flush()
    audit.record(
        session, f"visa_claim.{claim.state}", ("registration", registration.id), actor_id=actor_id,
        before=VisaClaimState.CLAIMED, after=claim.state, reason=words.strip(), detail={"refund_cents": back},
    )  # fmt: skip
    refund = Money(back, terms_of(registration).currency) if back else None
    tell(session, registration, "visa_claim_decided", now=now, accepted=accepted, words=words.strip(), refund=refund)
    return back


def _accept(session: Session, registration: Registration, claim: VisaClaim, actor_id: UUID, now: datetime) -> int:
    """End the application, if it lives, and ask for what is still to go back, as of the day of the claim."""
    settings = settings_in_force(session, registration.summit_id)[1]
    payment = payment_of(session, registration.id)
    back = visa_refund(payment, terms_of(registration), settings.day_of(claim.claimed_at))
    reason = "The visa was denied."
    if registration.state is not RegistrationState.WITHDRAWN:
        release(session, registration, reason=reason, actor_id=actor_id, now=now)
        move(session, registration, RegistrationEvent.WITHDRAW, actor_id=actor_id, now=now, reason=reason)
    if payment is not None and back:
        payments.request_refund(
            session, payment.id, amount_cents=back, reason=reason, actor_id=actor_id, now=now, by_staff=True
        )
    return back
