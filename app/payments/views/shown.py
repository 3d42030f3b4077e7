"""A payment's page, as each of its forms shows it again."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app.core import clock
from app.core.access import Role, principal
from app.core.db import db
from app.core.errors import NotFound
from app.payments import queries
from app.payments.forms import RefundForm, SettledForm, WaiverForm
from app.payments.queries import PaymentPage, PaymentRow
from app.payments.states import CARD_CAN_BE_SAVED, PAGE_CAN_BE_PAID, THEIR_WAY_BACK
from app.payments.views.blueprint import DESK, TONES, back_by_terms, subject_page
from app.payments.vouchers import queries as voucher_queries
from app.payments.vouchers.waivers import NOTHING_ASKED_YET


def seen_by_reader(payment_id: UUID) -> PaymentPage:
    """Return the payment if it is the reader's own or the reader is of the desk. Raises NotFound."""
    person, page = principal(), queries.payment_page(db(), payment_id)
    if page is None or (page.payment.payer_id != person.user_id and not DESK.admits(person)):
        raise NotFound("That payment does not exist.")
    return page


def payment_page(
    page: PaymentPage, sent: FlaskForm | None = None, *, to_confirm: int | None = None
) -> ResponseReturnValue:
    """Show a payment: to its payer what to do, to the desk also the books.

    `sent` is the form that was refused, or whose refund of `to_confirm` cents is to be confirmed.
    """
    person, found = principal(), page.payment
    is_payer, is_desk = found.payer_id == person.user_id, DESK.admits(person)
    endpoint = subject_page.get(found.subject_kind)
    forms = {kind: sent if isinstance(sent, kind) else kind(formdata=None) for kind in (RefundForm, SettledForm)}
    is_finance = Role.FINANCE in person.roles
    shown: dict[str, Any] = {
        "page": page, "payment": found, "tones": TONES, "form": sent,
        "refund_form": forms[RefundForm], "settled_form": forms[SettledForm],
        "waiver_form": sent if isinstance(sent, WaiverForm) else WaiverForm(formdata=None),
        "is_payer": is_payer, "is_desk": is_desk, "is_finance": is_finance,
        "may_save_card": is_payer and found.state in CARD_CAN_BE_SAVED and found.method == "card",
        "may_pay": is_payer and found.state in PAGE_CAN_BE_PAID and found.method == "card",
        "may_refund": is_finance and page.left_cents > 0 and not is_payer,
        "to_confirm": to_confirm, "back_by": THEIR_WAY_BACK[found.method],
        "by_terms": _by_terms(found) if is_finance and page.left_cents > 0 else None,
        "may_settle": is_finance and found.attention is not None,
        "may_waive": is_desk and not is_payer and found.state in NOTHING_ASKED_YET,
        "onward": url_for(endpoint) if endpoint and is_payer else None,
        "waivers": voucher_queries.waivers(db(), payment_id=found.id).items if is_desk else [],
        "voucher": voucher_queries.voucher_of(db(), found.subject_kind, found.subject_id),
    }  # fmt: skip
    return render_template("payments/payment.html", **shown), 422 if sent is not None and sent.errors else 200


def _by_terms(found: PaymentRow) -> int | None:
    """Return the cents that the terms of what was paid for would give back now, None where nobody says."""
    ask = back_by_terms.get(found.subject_kind)
    return ask(db(), found.subject_id, clock.now()) if ask else None
