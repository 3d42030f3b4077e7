"""The applicant's own page: where I stand, the card, my answer, my offer, leaving."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused, TransitionRefused
from app.core.money import Money
from app.core.uploads import takes_file
from app.documents import services as documents
from app.documents.rules.kinds import LARGEST_BYTES
from app.documents.services import BadFile, Checked
from app.documents.states import Purpose
from app.payments.states import PaymentMethod
from app.registration import queries, services
from app.registration.forms.apply import AnswerForm, ConfirmForm, WithdrawForm
from app.registration.limits import list_age_limit
from app.registration.queries import NoSummitYet, RegistrationRow, Section, StatusPage, SummitView
from app.registration.queries.money import kept_cents
from app.registration.rules.application import STEP_LABELS
from app.registration.rules.changing import withdrawal_waits
from app.registration.states import ENDED, TYPE_LABELS, RegistrationState
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.own_sections import papers_section, travel_section

TONES = {
    RegistrationState.CONFIRMED: "good", RegistrationState.APPROVED: "good", RegistrationState.PAYMENT_DUE: "warn",
    RegistrationState.OFFERED: "warn", RegistrationState.NEEDS_INFORMATION: "warn", RegistrationState.DECLINED: "bad",
    RegistrationState.EXPIRED: "bad", RegistrationState.CANCELLED: "bad",
}  # fmt: skip
PLACED = frozenset({RegistrationState.APPROVED, RegistrationState.PAYMENT_DUE, RegistrationState.CONFIRMED})
TAKEN = "You have accepted the place already."
CHANGED = "The sum could not be read. Look at it again, then confirm."
MakeSection = Callable[[Session, StatusPage, SummitView, datetime], Section | None]
sections: list[MakeSection] = []
"""What other rooms add to the participant's page; filled where the rooms are put together. None adds nothing."""


def _mine(summit: SummitView) -> RegistrationRow:
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is None:
        raise NotFound("You have not applied yet. Open 'Apply' to begin.")
    return mine


def _page(summit: SummitView) -> StatusPage:
    houses = {m.organization_id: m.organization_name for m in principal().memberships}
    return queries.status_page(db(), summit, _mine(summit), now=clock.now(), houses=houses)


@bp.get("/apply/status")
@allow(read=SIGNED_IN)
def status() -> ResponseReturnValue:
    """Where my application stands, what happens next and by when, and the one thing to do."""
    try:
        return _render(summit_now(), AnswerForm(), 200)
    except NotFound as nothing:
        if nothing.code == NoSummitYet.code:
            raise
        return redirect(url_for("registration.apply"), 303)


def _render(summit: SummitView, form: AnswerForm, code: int) -> ResponseReturnValue:
    page, now = _page(summit), clock.now()
    mine, reader = page.registration, db()
    made = [make(reader, page, summit, now) for make in sections]
    made += [papers_section(page), travel_section(page, summit, now)]
    shown = sorted((section for section in made if section), key=lambda section: section.order)
    return render_template(
        "registration/status.html", page=page, mine=mine, summit=summit, form=form, confirm=ConfirmForm(),
        is_live=mine.state not in ENDED, type_labels=TYPE_LABELS, sections=shown, tones=TONES,
        deadlines=queries.deadlines(page, summit, shown, now=now), is_open=summit.is_open(now),
    ), code  # fmt: skip


@bp.get("/apply/history")
@allow(read=SIGNED_IN)
def history() -> ResponseReturnValue:
    """What I said in short, and what happened to my application."""
    summit = summit_now()
    page = _page(summit)
    return render_template(
        "registration/history.html", page=page, mine=page.registration, summit=summit, type_labels=TYPE_LABELS,
        steps=queries.history(db(), page.registration),
    )  # fmt: skip


@bp.get("/apply/card")
@allow(read=SIGNED_IN)
def card() -> ResponseReturnValue:
    """The last step: a card is saved with the payment provider, and not charged."""
    page = _page(summit_now())
    if page.price is None or page.payment is None or page.payment.card_last4:
        return redirect(url_for("registration.status"), 303)
    return render_template("registration/apply_card.html", page=page, labels=STEP_LABELS, current=len(STEP_LABELS))


@bp.post("/apply/answer")
@allow(write=SIGNED_IN)
@takes_file(LARGEST_BYTES)
def answer() -> ResponseReturnValue:
    """Answer what the reviewers asked."""
    summit, form = summit_now(), AnswerForm()
    mine = _mine(summit)
    if not form.validate_on_submit():
        return _render(summit, form, 422)
    try:
        sent = _file_of(form)
    except BadFile as refusal:
        form.file.errors = [*form.file.errors, refusal.message]
        return _render(summit, form, 422)
    try:
        with transaction() as session:
            services.answer_question(
                session, mine.id, form.words.data, actor_id=principal().user_id, now=clock.now(), sent=sent
            )
    except TransitionRefused:
        flash("Nothing is asked of you now. If you answered before, your answer is with the reviewers.", "info")
    else:
        flash("Your answer has been sent. Your application is in review again.", "success")
    return redirect(url_for("registration.status"), 303)


def _file_of(form: AnswerForm) -> list[Checked]:
    """Return the file that goes with an answer, if one was chosen. Raises BadFile."""
    upload = form.file.data
    if not upload or not upload.filename:
        return []
    return [documents.check(upload.read(), name=upload.filename, purpose=Purpose.APPLICATION_ANSWER)]


@bp.post("/apply/accept")
@allow(write=SIGNED_IN)
def accept() -> ResponseReturnValue:
    """Accept the place that is offered."""
    mine = _mine(summit_now())
    try:
        with transaction() as session:
            services.accept_offer(
                session, mine.id, actor_id=principal().user_id, now=clock.now(), max_list_age_days=list_age_limit()
            )
    except TransitionRefused:
        flash(TAKEN if _mine(summit_now()).state in PLACED else "No place is on offer to you now.", "info")
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash("You have accepted the place.", "success")
    return redirect(url_for("registration.status"), 303)


@bp.route("/apply/withdraw", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def withdraw() -> ResponseReturnValue:
    """Withdraw, after reading which sum comes back."""
    summit = summit_now()
    page = _page(summit)
    mine = page.registration
    if mine.state in ENDED:
        return redirect(url_for("registration.status"), 303)
    if withdrawal_waits(mine.state, is_closed=clock.now() >= summit.settings.closes_at):
        return redirect(url_for("registration.ask_to_withdraw"), 303)
    form = WithdrawForm(data={"shown_refund_cents": page.refund_cents})
    if form.is_submitted() and page.refund_cents:
        require_recent_sign_in(db(), principal().session_id, now=clock.now())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.withdraw(
                    session, mine.id, actor_id=principal().user_id, now=clock.now(),
                    shown_refund_cents=int(form.shown_refund_cents.data),
                )  # fmt: skip
        except (Refused, ValueError) as refusal:
            form.form_errors.append(getattr(refusal, "message", CHANGED))
        else:
            flash("You have withdrawn your application.", "success")
            return redirect(url_for("registration.status"), 303)
    form.shown_refund_cents.data = page.refund_cents  # after a refusal the next press confirms what is shown now
    currency, kept = (mine.terms.currency if mine.terms else summit.currency), kept_cents(page.payment)
    sums = {
        "refund": Money(page.refund_cents, currency) if page.refund_cents else None,
        "paid": Money(kept, currency) if kept else None,
        "kept": Money(kept - page.refund_cents, currency),
        "by_group": page.payment is not None and page.payment.method is PaymentMethod.GROUP,
    }
    return render_template(
        "registration/withdraw.html", form=form, page=page, mine=mine, **sums,
        is_draft=mine.state is RegistrationState.DRAFT,
    ), 422 if form.errors else 200  # fmt: skip
