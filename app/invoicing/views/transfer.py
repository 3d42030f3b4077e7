"""What a payer sees: how to pay by bank, another way to pay, whom the papers name."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.invoicing import queries, services
from app.invoicing.forms import BuyerForm, MethodForm
from app.invoicing.queries import Wanted
from app.invoicing.queries.papers import PaperRow
from app.invoicing.views.base import DESK, TONES, bp, refuse
from app.payments import queries as money
from app.payments.methods import CHOICE_IS_OPEN
from app.payments.queries import PaymentRow
from app.payments.states import METHOD_LABELS, PaymentMethod
from app.regulatory.queries import country_choices

NO_SUCH = "That payment does not exist."


def _seen(payment_id: UUID, *, by_desk: bool = False) -> PaymentRow:
    """Return the payment if it is the reader's own, or the reader is of the desk. Raises NotFound."""
    person, page = principal(), money.payment_page(db(), payment_id)
    if page is None or (page.payment.payer_id != person.user_id and not (by_desk and DESK.admits(person))):
        raise NotFound(NO_SUCH)
    return page.payment


@bp.get("/payments/<uuid:payment_id>/transfer")
@allow(read=SIGNED_IN)
def transfer(payment_id: UUID) -> ResponseReturnValue:
    """Show how to pay by bank: account, reference, sum, deadline; and the papers there are."""
    return _page(payment_id, None)


def _page(payment_id: UUID, sent: MethodForm | None) -> ResponseReturnValue:
    payment = _seen(payment_id, by_desk=True)
    form, payouts = sent or _methods(payment, sent=False), queries.payouts_of(db(), payment_id)
    return render_template(
        "invoicing/transfer.html", payment=payment, how=queries.how_to_pay(db(), payment_id), form=form, tones=TONES,
        methods=METHOD_LABELS, papers=_papers(payment),
        payouts=payouts, is_payer=payment.payer_id == principal().user_id,
        may_name=bool(payouts) and principal().user_id in queries.payees(db(), payment_id),
        may_choose=payment.state in CHOICE_IS_OPEN and len(form.method.choices) > 1,
    ), 422 if form.errors else 200  # fmt: skip


def _papers(payment: PaymentRow) -> list[PaperRow]:
    """Return the papers about a payment: to its payer their own, to the desk those of the delegation too."""
    payer_id = payment.payer_id if payment.payer_id == principal().user_id else None
    return queries.every_paper(db(), Wanted(payment_ids=(payment.id,), payer_id=payer_id), most=50)


def _methods(payment: PaymentRow, *, sent: bool) -> MethodForm:
    """Return the form that offers the ways in which this payment can be paid."""
    form = MethodForm() if sent else MethodForm(formdata=None, data={"method": payment.method})
    offered = {payment.method, *services.ways_to_pay(db(), payment.id)}
    form.offer(method for method in PaymentMethod if method in offered)
    return form


@bp.post("/payments/<uuid:payment_id>/method")
@allow(write=SIGNED_IN)
def choose_method(payment_id: UUID) -> ResponseReturnValue:
    """Pay another way."""
    payment = _seen(payment_id)
    form = _methods(payment, sent=True)
    if not form.validate_on_submit():
        return _page(payment_id, form)
    try:
        with transaction() as session:
            services.choose(session, payment_id, form.method.data, actor_id=principal().user_id, now=clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        refuse(form, refusal, form.method)
        return _page(payment_id, form)
    flash(f"You pay this way: {METHOD_LABELS[form.method.data].lower()}.", "success")
    return redirect(url_for("invoicing.transfer", payment_id=payment_id), 303)


@bp.route("/payments/<uuid:payment_id>/billing", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def billing(payment_id: UUID) -> ResponseReturnValue:
    """Say whom the invoice and the receipt name."""
    payment = _seen(payment_id)
    details = services.details_of(db(), payment_id=payment_id)
    form = BuyerForm(obj=details) if details else BuyerForm()
    form.offer_countries(country_choices(db()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.keep_details(
                    session, form.buyer(), payment_id=payment_id, actor_id=principal().user_id, now=clock.now()
                )
        except DomainError as refusal:
            refuse(form, refusal, form.name)
        else:
            flash("Saved. Your next invoice or receipt carries it.", "success")
            return redirect(url_for("invoicing.transfer", payment_id=payment_id), 303)
    how = queries.how_to_pay(db(), payment_id)
    return render_template(
        "invoicing/billing.html", payment=payment, form=form, how=how,
        action=url_for("invoicing.billing", payment_id=payment_id),
        back=url_for("invoicing.transfer", payment_id=payment_id),
    ), 422 if form.errors else 200  # fmt: skip
