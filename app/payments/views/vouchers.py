"""Vouchers: list, make in bulk, export, look at one, stop it."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import audit, clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.csv_out import csv_text
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound
from app.payments import vouchers as services
from app.payments.forms import StopForm, VoucherForm, WordsForm
from app.payments.views.blueprint import DESK, bp, currencies, participant_types
from app.payments.vouchers import queries
from app.regulatory.queries import country_choices

HEADER = (
    "Code", "Name", "Worth", "Currency", "Uses", "Taken", "Budget in cents", "Taken in cents", "From", "Until",
    "Participants", "Markets", "Reason", "Made by", "Made at", "Stopped at",
)  # fmt: skip


@bp.route("/payments/vouchers", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def vouchers() -> ResponseReturnValue:
    """List the vouchers; a search is sent as a form."""
    form = WordsForm()
    form.words.label.text = "Code, name or reason"
    words = (form.words.data or "").strip() if form.validate_on_submit() else ""
    label = request.args.get("label", "")[:120]
    page = queries.vouchers(db(), words=words, label=label, number=page_number())
    return render_template(
        "payments/vouchers.html", page=page, form=form, words=words, label=label
    ), 422 if form.errors else 200  # fmt: skip


@bp.route("/payments/vouchers/new", methods=["GET", "POST"])
@allow(read=DESK, write=DESK)
def new_vouchers() -> ResponseReturnValue:
    """Make vouchers, as many codes as are wanted, all alike."""
    form = VoucherForm()
    form.offer(currencies=_currencies(), types=participant_types, markets=country_choices(db()))
    if form.validate_on_submit():
        try:
            organizations = _organizations(form.organizations.data or "")
            terms = form.terms(organizations)
            with transaction() as session:
                services.issue(session, terms, count=form.count.data, actor_id=principal().user_id, now=clock.now())
        except InvalidInput as fault:
            form.form_errors.append(fault.message)
        else:
            flash(f"{form.count.data} made. Export them to hand the codes out.", "success")
            return redirect(url_for("payments.vouchers", label=terms.label.strip()), 303)
    return render_template("payments/voucher_new.html", form=form), 422 if form.errors else 200


def _currencies() -> list[str]:
    found = [code for listed in currencies for code in listed(db())]
    return list(dict.fromkeys(found)) or ["USD"]


def _organizations(name: str) -> tuple[str, ...]:
    if not name.strip():
        return ()
    found = queries.organization_named(db(), name)
    if found is None:
        raise InvalidInput(f"No organization has the name {name.strip()!r}. Copy it from the list of organizations.")
    return (str(found),)


@bp.post("/payments/vouchers/export")
@allow(write=DESK)
def export_vouchers() -> ResponseReturnValue:
    """Hand out the codes as CSV; that is on the record, as they are worth money."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    label = request.form.get("label", "")[:120]
    rows = [
        (
            v.shown, v.label, v.worth, v.currency, v.uses_limit, v.uses_taken, v.budget_cents, v.cents_taken,
            v.valid_from, v.valid_until, " ".join(v.participant_types), " ".join(v.markets), v.reason, v.made_by,
            v.made_at, v.stopped_at,
        )
        for v in queries.all_vouchers(db(), label=label)
    ]  # fmt: skip
    with transaction() as session:
        audit.record(
            session, "vouchers.exported", ("vouchers", "list"), actor_id=principal().user_id,
            detail={"label": label, "codes": len(rows)},
        )  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="vouchers.csv"', "Cache-Control": "no-store"}
    return Response(csv_text(HEADER, rows), content_type="text/csv; charset=utf-8", headers=headers)


@bp.get("/payments/vouchers/<uuid:voucher_id>")
@allow(read=DESK)
def voucher(voucher_id: UUID) -> ResponseReturnValue:
    """Show a voucher and who used it."""
    return _page(voucher_id, StopForm(formdata=None))


@bp.post("/payments/vouchers/<uuid:voucher_id>/stop")
@allow(write=DESK)
def stop_voucher(voucher_id: UUID) -> ResponseReturnValue:
    """Let nobody use a voucher any more."""
    form = StopForm()
    if not form.validate_on_submit():
        return _page(voucher_id, form)
    with transaction() as session:
        services.stop(session, voucher_id, reason=form.reason.data, actor_id=principal().user_id, now=clock.now())
    flash("The voucher is stopped. Whoever holds a use of it keeps that.", "success")
    return redirect(url_for("payments.voucher", voucher_id=voucher_id), 303)


def _page(voucher_id: UUID, form: StopForm) -> ResponseReturnValue:
    found = queries.voucher_row(db(), voucher_id)
    if found is None:
        raise NotFound("That voucher does not exist.")
    return render_template(
        "payments/voucher.html", voucher=found, uses=queries.uses_of(db(), voucher_id, number=page_number()),
        organizations=queries.organization_names(db(), found.organizations), types=dict(participant_types),
        form=form,
    ), 422 if form.errors else 200  # fmt: skip
