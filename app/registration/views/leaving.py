"""What the participant's page says about the fee and about ways to leave, and a voucher entered late."""

from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.money import Money
from app.payments.queries import discounts
from app.payments.states import PaymentMethod, PaymentState
from app.payments.vouchers import VoucherRefused
from app.payments.vouchers.queries import voucher_of
from app.registration import queries, services
from app.registration.queries import Section, StatusPage, SummitView
from app.registration.queries.money import KIND, kept_cents
from app.registration.queries.substitution import substitutions_about
from app.registration.services.visa_claims import PAID_PLACES
from app.registration.states import ENDED, UNDECIDED, RegistrationState
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.codes import trying_a_code

VOUCHER_COUNTS = UNDECIDED | {RegistrationState.WAITLISTED, RegistrationState.OFFERED}


class LateVoucherForm(FlaskForm):  # type: ignore[misc]
    """A code entered after the application was submitted."""

    voucher = StringField("Voucher code", [InputRequired("Enter the code."), Length(max=60)])


def fee_section(session: Session, page: StatusPage, _summit: SummitView, _now: datetime) -> Section | None:
    """Say what lowers the fee, and take a code until the fee is asked for; None without a fee."""
    mine, payment = page.registration, page.payment
    if mine.terms is None or not mine.terms.price_cents:
        return None
    currency, may_enter = mine.terms.currency, mine.state in VOUCHER_COUNTS
    if not may_enter and payment and payment.amount_cents == mine.terms.price_cents and not payment.carried_cents:
        return None  # the whole price was asked for, so nothing lowers it
    off, waived = discounts(session, KIND, mine.id, currency)
    carried = payment.carried_cents if payment else 0
    if not (off or waived or carried or may_enter):
        return None
    facts = {
        "price": Money(mine.terms.price_cents, currency),
        "voucher": voucher_of(session, KIND, mine.id) if off else None,
        "waived": Money(waived, currency) if waived else None,
        "carried": Money(carried, currency) if carried else None,
        "due": Money(max(0, mine.terms.price_cents - off - waived - carried), currency),
        "is_paid": payment is not None and payment.state is PaymentState.SUCCEEDED,
        "may_enter": may_enter, "form": LateVoucherForm(formdata=None),
    }  # fmt: skip
    return Section("Your fee", "registration/_fee.html", facts, order=15)


def leaving_section(session: Session, page: StatusPage, summit: SummitView, now: datetime) -> Section | None:
    """Offer the ways to leave, each with its day and with the sum that would go back; None before submission."""
    mine, payment = page.registration, page.payment
    if mine.terms is None or mine.state is RegistrationState.DRAFT:
        return None
    today, terms, back = summit.settings.day_of(now), mine.terms, page.refund_cents
    is_confirmed = mine.state is RegistrationState.CONFIRMED
    taken, given = substitutions_about(session, mine.id)
    facts = {
        "replaces": taken, "open": given if is_confirmed else None,
        "may_name": is_confirmed and terms.substitution_until is not None and today <= terms.substitution_until,
        "until": terms.substitution_until, "visa_until": terms.visa_denied_until,
        "may_claim": terms.visa_denied_until is not None and today <= terms.visa_denied_until
        and mine.state in PAID_PLACES and payment is not None and payment.amount_cents is not None,
        "may_withdraw": mine.state not in ENDED, "back": Money(back, terms.currency) if back else None,
        "paid": kept_cents(payment), "by_group": payment is not None and payment.method is PaymentMethod.GROUP,
    }  # fmt: skip
    if not any((facts["replaces"], facts["open"], facts["may_name"], facts["may_claim"], facts["may_withdraw"])):
        return None
    return Section("If you cannot come", "registration/_leaving.html", facts, order=90)


@bp.post("/apply/voucher")
@allow(write=SIGNED_IN)
def use_voucher() -> ResponseReturnValue:
    """Use a voucher for an application that was submitted and has not been asked for its fee."""
    mine = queries.registration_of(db(), summit_now().id, principal().user_id)
    if mine is None:
        raise NotFound("You have not applied yet. Open 'Apply' to begin.")
    form = LateVoucherForm()
    if not form.validate_on_submit():
        flash("Enter the code of the voucher.", "warning")
        return redirect(url_for("registration.status"), 303)
    try:
        with trying_a_code(), transaction() as session:
            off = services.use_voucher(
                session, mine.id, form.voucher.data or "", actor_id=principal().user_id, now=clock.now()
            )
    except VoucherRefused as refusal:
        flash(refusal.message, "warning")
    else:
        flash(f"The code holds: {off} less to pay.", "success")
    return redirect(url_for("registration.status"), 303)
