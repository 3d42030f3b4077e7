"""The applicant's own page: where I stand, the card, my answer, my offer, leaving."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.core.money import Money
from app.registration import queries, services
from app.registration.forms.apply import AnswerForm, ConfirmForm, WithdrawForm
from app.registration.limits import list_age_limit
from app.registration.queries import RegistrationRow, StatusPage, SummitView
from app.registration.rules.application import STEP_LABELS
from app.registration.states import ENDED, TYPE_LABELS, RegistrationState
from app.registration.views.blueprint import bp, summit_now


def _mine(summit: SummitView) -> RegistrationRow:
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is None:
        raise NotFound("You have not applied yet. Open 'Apply' to begin.")
    return mine


def _page(summit: SummitView) -> StatusPage:
    return queries.status_page(db(), summit, _mine(summit), now=clock.now())


@bp.get("/apply/status")
@allow(read=SIGNED_IN)
def status() -> ResponseReturnValue:
    """Where my application stands, what happens next and by when, and the one thing to do."""
    summit = summit_now()
    if queries.registration_of(db(), summit.id, principal().user_id) is None:
        return redirect(url_for("registration.apply"), 303)
    return _render(summit, AnswerForm(), 200)


def _render(summit: SummitView, form: AnswerForm, code: int) -> ResponseReturnValue:
    page = _page(summit)
    is_live = page.registration.state not in ENDED
    return render_template(
        "registration/status.html", page=page, mine=page.registration, summit=summit, form=form, confirm=ConfirmForm(),
        is_live=is_live, type_labels=TYPE_LABELS,
    ), code  # fmt: skip


@bp.get("/apply/card")
@allow(read=SIGNED_IN)
def card() -> ResponseReturnValue:
    """The last step: a card is saved with the payment provider, and not charged."""
    page = _page(summit_now())
    if page.price is None or page.payment is None or page.payment.card_last4:
        return redirect(url_for("registration.status"), 303)
    return render_template("registration/apply_card.html", page=page, labels=STEP_LABELS, current=6)


@bp.post("/apply/answer")
@allow(write=SIGNED_IN)
def answer() -> ResponseReturnValue:
    """Answer what the reviewers asked."""
    summit, form = summit_now(), AnswerForm()
    mine = _mine(summit)
    if not form.validate_on_submit():
        return _render(summit, form, 422)
    with transaction() as session:
        services.answer_question(session, mine.id, form.words.data, actor_id=principal().user_id, now=clock.now())
    flash("Your answer has been sent. Your application is in review again.", "success")
    return redirect(url_for("registration.status"), 303)


@bp.post("/apply/accept")
@allow(write=SIGNED_IN)
def accept() -> ResponseReturnValue:
    """Accept the place that is offered."""
    mine = _mine(summit_now())
    with transaction() as session:
        services.accept_offer(
            session, mine.id, actor_id=principal().user_id, now=clock.now(), max_list_age_days=list_age_limit()
        )
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
    form = WithdrawForm(data={"shown_refund_cents": page.refund_cents})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.withdraw(
                    session, mine.id, actor_id=principal().user_id, now=clock.now(),
                    shown_refund_cents=int(form.shown_refund_cents.data),
                )  # fmt: skip
        except (Refused, ValueError) as refusal:
            form.form_errors.append(getattr(refusal, "message", "Open this page again."))
        else:
            flash("You have withdrawn your application.", "success")
            return redirect(url_for("registration.status"), 303)
    refund = Money(page.refund_cents, summit.currency) if page.refund_cents else None
    return render_template(
        "registration/withdraw.html", form=form, page=page, mine=mine, refund=refund,
        is_draft=mine.state is RegistrationState.DRAFT,
    ), 422 if form.errors else 200  # fmt: skip
