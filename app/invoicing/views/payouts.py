"""Money that goes back by bank: the payer names the account, finance pays out."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound
from app.invoicing import queries, services
from app.invoicing.forms import PaidForm, PayeeForm, ReasonForm
from app.invoicing.queries.payouts import PayoutRow
from app.invoicing.services import Payee
from app.invoicing.states import PAYOUT_LABELS, PayoutState
from app.invoicing.views.base import DESK, FINANCE, TONES, bp, refuse

NO_SUCH = "That payout does not exist."
OPEN = frozenset({PayoutState.ASKED, PayoutState.READY})


@bp.get("/payouts")
@allow(read=DESK)
def payouts() -> ResponseReturnValue:
    """Show the desk what goes back by bank."""
    asked = request.args.get("state", PayoutState.READY)
    state = PayoutState(asked) if asked in list(PayoutState) else None
    page = queries.payouts(db(), state=state, number=page_number())
    return render_template("invoicing/payouts.html", page=page, state=state, labels=PAYOUT_LABELS, tones=TONES)


@bp.get("/payouts/<uuid:payout_id>")
@allow(read=DESK)
def payout(payout_id: UUID) -> ResponseReturnValue:
    """Show the desk one payout and what to do."""
    return _page(payout_id)


def _row(payout_id: UUID) -> PayoutRow:
    row = queries.payout_row(db(), payout_id)
    if row is None:
        raise NotFound(NO_SUCH)
    return row


def _page(
    payout_id: UUID, *, payee: Payee | None = None, paid: PaidForm | None = None, reason: ReasonForm | None = None
) -> ResponseReturnValue:
    sent = paid or reason
    return render_template(
        "invoicing/payout.html", row=_row(payout_id), labels=PAYOUT_LABELS, tones=TONES, payee=payee,
        paid_form=paid or PaidForm(formdata=None, data={"paid_on": clock.now().date()}),
        reason_form=reason or ReasonForm(formdata=None), form=sent or ReasonForm(formdata=None),
        may_work=FINANCE.admits(principal()), states=PayoutState,
    ), 422 if sent is not None else 200  # fmt: skip


@bp.post("/payouts/<uuid:payout_id>/reveal")
@allow(write=FINANCE)
def reveal_account(payout_id: UUID) -> ResponseReturnValue:
    """Show the account in plain, once, to whoever pays out; that it was shown, and why, is on the record."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(payout_id, reason=form)
    with transaction() as session:
        payee = services.account_of(session, payout_id, actor_id=principal().user_id, reason=form.reason.data)
    return _page(payout_id, payee=payee)


@bp.post("/payouts/<uuid:payout_id>/paid")
@allow(write=FINANCE)
def note_paid(payout_id: UUID) -> ResponseReturnValue:
    """Note that the bank was told to send the money."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    form = PaidForm()
    if not form.validate_on_submit():
        return _page(payout_id, paid=form)
    try:
        with transaction() as session:
            services.note_paid(
                session, payout_id, paid_on=form.paid_on.data, actor_id=principal().user_id, now=clock.now()
            )
    except NotFound:
        raise
    except DomainError as refusal:
        refuse(form, refusal, form.paid_on)
        return _page(payout_id, paid=form)
    flash("Noted. The payer is told by mail.", "success")
    return redirect(url_for("invoicing.payout", payout_id=payout_id), 303)


@bp.post("/payouts/<uuid:payout_id>/stopped")
@allow(write=FINANCE)
def stop_payout(payout_id: UUID) -> ResponseReturnValue:
    """Call a payout off, or note that it came back, with the reason."""
    form, row = ReasonForm(), _row(payout_id)
    if not form.validate_on_submit():
        return _page(payout_id, reason=form)
    act = services.call_off if row.state in OPEN else services.note_came_back
    try:
        with transaction() as session:
            act(session, payout_id, reason=form.reason.data, actor_id=principal().user_id, now=clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        refuse(form, refusal, form.reason)
        return _page(payout_id, reason=form)
    flash("Noted.", "success")
    return redirect(url_for("invoicing.payout", payout_id=payout_id), 303)


@bp.route("/payouts/<uuid:payout_id>/account", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def payout_account(payout_id: UUID) -> ResponseReturnValue:
    """Let the payer name the account that money goes back to."""
    if not queries.is_payee(db(), payout_id, principal().user_id):
        raise NotFound(NO_SUCH)
    row, form = _row(payout_id), PayeeForm()
    if form.validate_on_submit():
        try:
            payee = services.checked_payee(
                form.holder.data or "", form.iban.data or "", form.bic.data or "", form.account_number.data or "",
                form.bank.data or "",
            )  # fmt: skip
            with transaction() as session:
                services.name_account(session, payout_id, payee, actor_id=principal().user_id, now=clock.now())
        except InvalidInput as fault:
            refuse(form, fault, form.bic if "BIC" in fault.message else form.iban)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            flash("Thank you. The money is sent to this account; you get a mail when it has left.", "success")
            return redirect(url_for("invoicing.payout_account", payout_id=payout_id), 303)
    return render_template(
        "invoicing/payout_account.html", row=row, form=form, labels=PAYOUT_LABELS, tones=TONES,
        is_open=row.state in OPEN,
    ), 422 if form.errors else 200  # fmt: skip
