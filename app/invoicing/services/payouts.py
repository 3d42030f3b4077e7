"""Money that goes back by bank: the payer names an account, finance pays out and notes it."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from sqlalchemy.orm import Session

from app.core import audit, sealed
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.states import advance
from app.invoicing import letters
from app.invoicing.models import Payout
from app.invoicing.queries.payouts import payees
from app.invoicing.states import PAYOUT_TRANSITIONS, PayoutEvent, PayoutState
from app.payments import services as payments
from app.payments.models import Payment, Refund
from app.payments.states import PaymentMethod


@dataclass(frozen=True, slots=True)
class Payee:
    """The account that money goes to: an IBAN, or an account number with what tells the bank apart."""

    holder: str
    iban: str = ""
    bic: str = ""
    account_number: str = ""
    bank: str = ""

    @property
    def hint(self) -> str:
        """Return the last four signs, enough to tell accounts apart and no more."""
        return f"… {(self.iban or self.account_number)[-4:]}"


def checked_payee(holder: str, iban: str, bic: str, account_number: str, bank: str) -> Payee:
    """Return an account whose check digits and bank code are right. Raises InvalidInput naming the field."""
    if not holder.strip():
        raise InvalidInput("Write who holds the account.")
    if not iban.strip():
        if not account_number.strip() or not bank.strip():
            raise InvalidInput("Write an IBAN, or an account number together with the bank and its code.")
        return Payee(holder.strip(), account_number=account_number.strip(), bank=bank.strip(), bic=_bic(bic))
    try:
        number = IBAN(iban)
    except (SchwiftyException, ValueError):
        raise InvalidInput("This IBAN is not right. Compare it with a statement of your bank.") from None
    return Payee(holder.strip(), iban=number.compact, bic=_bic(bic), bank=bank.strip())


def _bic(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(BIC(text).compact)
    except (SchwiftyException, ValueError):
        raise InvalidInput("This BIC is not right. It has 8 or 11 letters and digits.") from None


def ask_payout(session: Session, payment: Payment, refund: Refund, now: datetime) -> None:
    """Open the task of sending a refund back by bank, and ask the payer for the account."""
    payout = Payout(
        refund_id=refund.id, payment_id=payment.id, state=PayoutState.ASKED, amount_cents=refund.amount_cents,
        currency=refund.currency, asked_at=now, changed_at=now,
    )  # fmt: skip
    session.add(payout)
    session.flush()
    audit.record(session, "payout.asked", ("payout", payout.id), actor_id=refund.requested_by, after=payout.state)
    to = next(iter(payees(session, payment.id)), None)
    if to is None and payment.method is PaymentMethod.GROUP:
        words = "Money goes back to an organization that nobody leads. Find who may say to which account."
        payments.need_person(session, payment.id, words, now=now)
    else:
        letters.ask_for_account(session, payment, payout, to, now=now)


def name_account(session: Session, payout_id: UUID, payee: Payee, *, actor_id: UUID, now: datetime) -> None:
    """Keep, sealed, the account that money goes to. Only who paid may say it. Raises NotFound for anybody else."""
    payout = _locked(session, payout_id)
    if actor_id not in payees(session, payout.payment_id):
        raise NotFound("That payout does not exist.")
    plain = json.dumps(asdict(payee), ensure_ascii=False)
    payout.account = sealed.seal(plain, context=sealed.place("payouts", "account", payout.id))
    payout.account_hint = payee.hint[:20]
    _move(session, payout, PayoutEvent.NAME_ACCOUNT, actor_id=actor_id, now=now)


def account_of(session: Session, payout_id: UUID, *, actor_id: UUID, reason: str) -> Payee:
    """Return the account in plain for whoever pays out; that it was looked at, and why, is on the record."""
    if not reason.strip():
        raise InvalidInput("Say why you need to see the account.")
    payout = _locked(session, payout_id)
    if payout.account is None:
        raise Refused("The payer has not named an account yet.")
    audit.record(session, "payout.account_revealed", ("payout", payout.id), actor_id=actor_id, reason=reason.strip())
    return opened(payout)


def opened(payout: Payout) -> Payee:
    """Return the account of a payout that names one."""
    plain = sealed.unseal(payout.account or "", context=sealed.place("payouts", "account", payout.id))
    return Payee(**json.loads(plain))


def note_paid(session: Session, payout_id: UUID, *, paid_on: date, actor_id: UUID, now: datetime) -> None:
    """Note that the bank was told to send the money; the books follow. Nobody pays themselves."""
    payout = _locked(session, payout_id)
    payment = session.get_one(Payment, payout.payment_id)
    if actor_id == payment.payer_id or actor_id in payees(session, payment.id):
        raise Refused("Nobody pays out to themselves. Ask a colleague of the finance desk.")
    if paid_on > now.date():
        raise InvalidInput("The day lies ahead. Note a payout when the bank has been told.")
    payments.note_paid_out(session, payout.refund_id, actor_id=actor_id, now=now)
    payout.paid_on, payout.paid_by = paid_on, actor_id
    _move(session, payout, PayoutEvent.PAY, actor_id=actor_id, now=now)


def call_off(session: Session, payout_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Let the money stay here after all."""
    if not reason.strip():
        raise InvalidInput("Say why the payout is called off.")
    payout = _locked(session, payout_id)
    payments.call_off_payout(session, payout.refund_id, reason=reason.strip(), actor_id=actor_id, now=now)
    _move(session, payout, PayoutEvent.CALL_OFF, actor_id=actor_id, now=now, reason=reason.strip())


def note_came_back(session: Session, payout_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Note that the payee's bank sent the money back; finance is asked to find another way."""
    if not reason.strip():
        raise InvalidInput("Say what the bank said.")
    payout = _locked(session, payout_id)
    payments.note_payout_returned(session, payout.refund_id, reason=reason.strip(), actor_id=actor_id, now=now)
    _move(session, payout, PayoutEvent.COME_BACK, actor_id=actor_id, now=now, reason=reason.strip())


def _locked(session: Session, payout_id: UUID) -> Payout:
    payout = session.get(Payout, payout_id, with_for_update=True, populate_existing=True)
    if payout is None:
        raise NotFound("That payout does not exist.")
    return payout


def _move(
    session: Session, payout: Payout, event: PayoutEvent, *, actor_id: UUID, now: datetime, reason: str = ""
) -> None:
    before, payout.state = payout.state, advance(PAYOUT_TRANSITIONS, payout.state, event, thing="payout")
    payout.changed_at = now
    session.flush()
    audit.record(
        session, f"payout.{payout.state}", ("payout", payout.id), actor_id=actor_id, before=before,
        after=payout.state, reason=reason,
    )  # fmt: skip
