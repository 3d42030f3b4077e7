"""One entry of the bank, and what a person does with it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound
from app.invoicing import queries, services
from app.invoicing.forms import AssignForm, ReasonForm
from app.invoicing.states import ENTRY_LABELS, ENTRY_TRANSITIONS, EntryEvent
from app.invoicing.views.base import DESK, FINANCE, TONES, bp, refuse
from app.payments.rules import parse_amount

DONE = {
    EntryEvent.DISOWN: "Noted: this money is not ours.",
    EntryEvent.RETURN: "Noted: this money was sent back.",
    EntryEvent.REOPEN: "The entry is back on the work list.",
}


@bp.get("/bank/entries/<uuid:entry_id>")
@allow(read=DESK)
def entry(entry_id: UUID) -> ResponseReturnValue:
    """Show one entry: what the bank says, what is suggested, what was booked."""
    return _page(entry_id)


def _page(entry_id: UUID, assign: AssignForm | None = None, reason: ReasonForm | None = None) -> ResponseReturnValue:
    page = queries.entry_page(db(), entry_id)
    if page is None:
        raise NotFound("That entry does not exist.")
    sent = assign or reason
    moves = {event for state, event in ENTRY_TRANSITIONS if state is page.row.state}
    if page.repeats:
        moves &= {EntryEvent.REOPEN}
    return render_template(
        "invoicing/entry.html", page=page, row=page.row, labels=ENTRY_LABELS, tones=TONES, moves=moves,
        events=EntryEvent, assign_form=assign or AssignForm(formdata=None),
        reason_form=reason or ReasonForm(formdata=None), form=sent or ReasonForm(formdata=None),
        may_work=FINANCE.admits(principal()),
    ), 422 if sent is not None else 200  # fmt: skip


@bp.post("/bank/entries/<uuid:entry_id>/confirm")
@allow(write=FINANCE)
def confirm_match(entry_id: UUID) -> ResponseReturnValue:
    """Book what is suggested."""
    seen = request.form.get("paper", type=UUID)
    if seen is None:
        raise InvalidInput("Open the entry again and confirm what it shows.")
    with transaction() as session:
        services.confirm_match(session, entry_id, seen_paper_id=seen, actor_id=principal().user_id, now=clock.now())
    return _back(entry_id, "Booked.")


@bp.post("/bank/entries/<uuid:entry_id>/assign")
@allow(write=FINANCE)
def assign(entry_id: UUID) -> ResponseReturnValue:
    """Book an entry, or a part of it, on an invoice that a person names."""
    form, page = AssignForm(), queries.entry_page(db(), entry_id)
    if page is None:
        raise NotFound("That entry does not exist.")
    if not form.validate_on_submit():
        return _page(entry_id, assign=form)
    try:
        cents = parse_amount(form.amount.data, page.row.currency) if (form.amount.data or "").strip() else None
        with transaction() as session:
            services.assign(
                session, entry_id, form.number.data, cents=cents, actor_id=principal().user_id, now=clock.now()
            )
    except NotFound:
        raise
    except InvalidInput as fault:
        refuse(form, fault, form.amount if "sum" in fault.message or "amount" in fault.message else form.number)
        return _page(entry_id, assign=form)
    except DomainError as refusal:
        refuse(form, refusal, form.number)
        return _page(entry_id, assign=form)
    return _back(entry_id, "Booked.")


@bp.post("/bank/entries/<uuid:entry_id>/undo")
@allow(write=FINANCE)
def undo_match(entry_id: UUID) -> ResponseReturnValue:
    """Take a wrong match, or a wrong suggestion, back."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(entry_id, reason=form)
    try:
        with transaction() as session:
            services.undo_match(
                session, entry_id, reason=form.reason.data, actor_id=principal().user_id, now=clock.now()
            )
    except NotFound:
        raise
    except DomainError as refusal:
        refuse(form, refusal, form.reason)
        return _page(entry_id, reason=form)
    return _back(entry_id, "Taken back. The entry is parked again; the books keep both postings.")


@bp.post("/bank/entries/<uuid:entry_id>/set-aside")
@allow(write=FINANCE)
def set_aside(entry_id: UUID) -> ResponseReturnValue:
    """Note that an entry is not ours, was sent back, or is to be looked at again."""
    form, what = ReasonForm(), request.form.get("what", "")
    if what not in DONE:
        raise InvalidInput("Choose what happens with this entry.")
    if not form.validate_on_submit():
        return _page(entry_id, reason=form)
    try:
        with transaction() as session:
            services.set_aside(
                session, entry_id, EntryEvent(what), reason=form.reason.data, actor_id=principal().user_id,
                now=clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refusal:
        refuse(form, refusal, form.reason)
        return _page(entry_id, reason=form)
    return _back(entry_id, DONE[EntryEvent(what)])


@bp.post("/bank/entries/<uuid:entry_id>/reversal")
@allow(write=FINANCE)
def confirm_reversal(entry_id: UUID) -> ResponseReturnValue:
    """Follow the bank, which took an earlier credit back."""
    with transaction() as session:
        services.confirm_reversal(session, entry_id, actor_id=principal().user_id, now=clock.now())
    return _back(entry_id, "Both entries are closed, and what the credit had paid is owed again.")


@bp.post("/bank/entries/<uuid:entry_id>/repeat")
@allow(write=FINANCE)
def settle_repeat(entry_id: UUID) -> ResponseReturnValue:
    """Say whether an entry is the same money as one of another file."""
    said = request.form.get("what", "")
    if said not in ("same", "other"):
        raise InvalidInput("Choose whether it is the same money.")
    with transaction() as session:
        services.settle_repeat(session, entry_id, is_same=said == "same", actor_id=principal().user_id, now=clock.now())
    told = "It counts once." if said == "same" else "It counts as money of its own."
    return _back(entry_id, f"Noted. {told}")


def _back(entry_id: UUID, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("invoicing.entry", entry_id=entry_id), 303)
