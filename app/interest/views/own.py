"""One of the partner's interests: what the company sees of it, every step, confirming it, answering who one is."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db
from app.core.errors import Refused
from app.core.money import AmountBand, Money
from app.interest import queries, rules, services
from app.interest.edge import counting_refusals
from app.interest.forms import SCALED, EditForm, HandOverForm, MoveForm, NamesForm, PassForm, VisibilityForm
from app.interest.queries import MyInterest
from app.interest.services import Said
from app.interest.states import WITH_AMOUNT, InterestState, Side, Visibility
from app.interest.views.base import TONES, WORDS, bp, do, step_forms, take_step, uuid_or_none
from app.interest.views.sections import in_order, interest_sections
from app.regulatory import queries as regulatory


def _mine(interest_id: UUID) -> MyInterest:
    return queries.my_interest(db(), interest_id, principal().organizations())


@bp.get("/interests/<uuid:interest_id>")
@allow(read=SIGNED_IN)
def interest(interest_id: UUID) -> ResponseReturnValue:
    """Show one of the partner's interests with its history and next steps."""
    return _page(_mine(interest_id))


def _page(
    found: MyInterest, edit: EditForm | None = None, refused: MoveForm | PassForm | None = None
) -> ResponseReturnValue:
    now, stamp = clock.now(), {"stamp": str(found.stamp)}
    hand_over = HandOverForm(formdata=None, data=stamp)
    hand_over.colleague.choices = _colleagues(found)
    page = render_template(
        "interest/interest.html", interest=found, history=queries.history(db(), found.id), tones=TONES,
        edit=edit or EditForm(formdata=None, data=_said(found)), hand_over=hand_over, scaled=SCALED,
        visibility_form=VisibilityForm(formdata=None, data={"visibility": found.visibility.value, **stamp}),
        seen=queries.seen_by_company(db(), found.id), takes_amount=found.state in WITH_AMOUNT, now=now,
        sections=in_order(make(db(), found, now) for make in interest_sections),
        country_names=dict(regulatory.country_choices(db())), **step_forms(found.stamp, refused), **WORDS,
    )  # fmt: skip
    return page, 422 if refused or (edit and edit.errors) else 200


def _said(found: MyInterest) -> dict[str, str]:
    exact = "" if found.amount_cents is None else Money(found.amount_cents, found.currency).plain
    said = {"band": found.band.value, "currency": found.currency, "amount": exact, "note": found.note}
    return {**said, "stamp": str(found.stamp)}


def _colleagues(found: MyInterest) -> dict[str, str]:
    members = accounts.members(db(), found.organization_id)
    return {str(member.user_id): member.name for member in members if member.user_id != found.user_id}


@bp.post("/interests/<uuid:interest_id>/edit")
@allow(write=SIGNED_IN)
def edit(interest_id: UUID) -> ResponseReturnValue:
    """Change the amount or the note."""
    found, form = _mine(interest_id), EditForm()
    if form.validate_on_submit():
        try:
            said = Said(
                AmountBand(form.band.data), form.currency.data,
                rules.cents_of(form.amount.data or "", form.currency.data), form.note.data or "",
            )  # fmt: skip
            counting_refusals(
                lambda session: services.edit_interest(
                    session, interest_id, said, actor_id=principal().user_id, expected=uuid_or_none(form.stamp.data),
                    now=clock.now(),
                )
            )  # fmt: skip
        except Refused as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Saved. It stands in the history, and the company is told what changed.", "success")
            return redirect(url_for("interest.interest", interest_id=interest_id), 303)
    return _page(found, form)


@bp.post("/interests/<uuid:interest_id>/move")
@allow(write=SIGNED_IN)
def move(interest_id: UUID) -> ResponseReturnValue:
    """Take a step as the partner."""
    _mine(interest_id)
    if refused := take_step(interest_id, Side.PARTNER):
        return _page(_mine(interest_id), refused=refused)
    return redirect(url_for("interest.interest", interest_id=interest_id), 303)


@bp.post("/interests/<uuid:interest_id>/visibility")
@allow(write=SIGNED_IN)
def visibility(interest_id: UUID) -> ResponseReturnValue:
    """Change what the company learns about the partner."""
    _mine(interest_id)
    form = VisibilityForm()
    if form.validate():
        do(
            lambda session: services.show_more(
                session, interest_id, Visibility(form.visibility.data), actor_id=principal().user_id,
                expected=uuid_or_none(form.stamp.data), now=clock.now(),
            ),
            "Saved. It holds from now on; what the company saw before it has seen.",
        )  # fmt: skip
    else:
        flash("Choose what the company learns about you.", "error")
    return redirect(url_for("interest.interest", interest_id=interest_id), 303)


@bp.post("/interests/<uuid:interest_id>/hand-over")
@allow(write=SIGNED_IN)
def hand_over(interest_id: UUID) -> ResponseReturnValue:
    """Let a colleague look after the interest."""
    found, form = _mine(interest_id), HandOverForm()
    form.colleague.choices = _colleagues(found)
    if form.validate():
        do(
            lambda session: services.hand_over(
                session, interest_id, UUID(form.colleague.data), actor_id=principal().user_id,
                expected=uuid_or_none(form.stamp.data), now=clock.now(),
            ),
            "Handed over. Your colleague gets a mail.",
        )  # fmt: skip
    else:
        flash("Choose a colleague of your organization.", "error")
    return redirect(url_for("interest.interest", interest_id=interest_id), 303)


@bp.get("/interests/<uuid:interest_id>/keep")
@allow(read=SIGNED_IN)
def keep(interest_id: UUID) -> ResponseReturnValue:
    """Ask whether an interest still holds, with one button to say yes; mails lead here."""
    found = _mine(interest_id)
    stamp = {"stamp": str(found.stamp)}
    return render_template(
        "interest/keep.html", interest=found, pass_form=PassForm(formdata=None, data=stamp),
        lapsed=found.state is InterestState.LAPSED, **WORDS,
    )  # fmt: skip


@bp.route("/interests/<uuid:interest_id>/names", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def names(interest_id: UUID) -> ResponseReturnValue:
    """Answer a company that asks who is interested: show names or contacts, or keep them back."""
    found = _mine(interest_id)
    form = NamesForm()
    if form.validate_on_submit():
        chosen = Visibility(form.visibility.data)
        try:
            counting_refusals(
                lambda session: services.answer_names(
                    session, interest_id, chosen, actor_id=principal().user_id, text=form.note.data or "",
                    expected=uuid_or_none(form.stamp.data), now=clock.now(),
                )
            )  # fmt: skip
        except Refused as refusal:
            form.form_errors.append(refusal.message)
            found = _mine(interest_id)
        else:
            kept = chosen is Visibility.SUMMARY_ONLY
            flash(
                f"The company is told {'that you keep your name back for now' if kept else 'who you are'}.", "success"
            )
            return redirect(url_for("interest.interest", interest_id=interest_id), 303)
    form.stamp.data = str(found.stamp)
    page = render_template("interest/names.html", interest=found, form=form, person=principal(), **WORDS)
    return page, 422 if form.errors else 200
