"""The page behind a pay link in a mail: one payment, one button, no sign-in."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import EVERYONE, allow
from app.core.db import db
from app.payments import links, queries
from app.payments.links import PayLinkSpent
from app.payments.queries import PaymentRow
from app.payments.states import PAGE_CAN_BE_PAID, AttemptKind
from app.payments.views.blueprint import bp
from app.payments.views.provider import go_to_provider


@bp.get("/pay/<string:pay_secret>")
@allow(read=EVERYONE)
def pay_link(pay_secret: str) -> ResponseReturnValue:
    """Say what is due, and offer the way to the provider's page; opening a mail pays nothing.

    Whoever comes back from paying is told to wait, and not offered to pay again before the provider has spoken.
    """
    payment = _payment(pay_secret)
    may_pay = payment.state in PAGE_CAN_BE_PAID
    return render_template(
        "payments/pay_link.html", payment=payment, pay_secret=pay_secret, may_pay=may_pay,
        is_waiting=may_pay and request.args.get("paid") == "yes",
    )  # fmt: skip


@bp.post("/pay/<string:pay_secret>")
@allow(write=EVERYONE)
def follow_pay_link(pay_secret: str) -> ResponseReturnValue:
    """Send whoever holds the link to the provider's page that takes the money, and to nothing else."""
    payment = _payment(pay_secret)
    back = url_for("payments.pay_link", pay_secret=pay_secret)
    done = url_for("payments.pay_link", pay_secret=pay_secret, paid="yes")
    return go_to_provider(payment.id, AttemptKind.PAY_PAGE, payer_id=payment.payer_id, back=back, done=done)


def _payment(pay_secret: str) -> PaymentRow:
    payment_id: UUID = links.payment_behind(db(), pay_secret, now=clock.now())
    found = queries.payment_page(db(), payment_id)
    if found is None:
        raise PayLinkSpent
    return found.payment
