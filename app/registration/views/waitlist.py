"""The waitlist: organizers see who is next and why; who waits sees their standing and answers an offer."""

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.registration import queries
from app.registration.forms.waitlist import OfferForm, PriorityForm
from app.registration.limits import list_age_limit
from app.registration.queries import Section, StatusPage, SummitView
from app.registration.queries.waitlist import line_of, room_of, wait_person, wait_standing, waitlist_page, why_not
from app.registration.rules.waitlist import PoolKey
from app.registration.services.places import OverTarget
from app.registration.services.waitlist import change_priority, decline_offer, offer_by_hand
from app.registration.states import TYPE_LABELS, PoolKind, RegistrationState
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import ORGANIZERS
from app.regulatory.queries import country_choices


@bp.get("/waitlist")
@allow(read=ORGANIZERS)
def waitlist() -> ResponseReturnValue:
    """Who waits, in order; for each pool who is next, and who is passed over and why."""
    summit, pool = summit_now(), _pool()
    page = waitlist_page(db(), summit, pool=pool, number=page_number(), now=clock.now())
    return render_template(
        "registration/waitlist.html", summit=summit, page=page, pool=pool, type_labels=TYPE_LABELS,
        chosen={"pool": ":".join(pool)} if pool else {},
    )  # fmt: skip


def _pool() -> PoolKey | None:
    kind, _, key = request.args.get("pool", "").partition(":")
    return (PoolKind(kind), key[:60]) if kind in list(PoolKind) else None


@bp.get("/waitlist/<uuid:registration_id>")
@allow(read=ORGANIZERS)
def waiting(registration_id: UUID) -> ResponseReturnValue:
    """One person who waits: their standing, and what can be changed by hand."""
    return _waiting(registration_id, PriorityForm(), OfferForm(), 200)


@bp.post("/waitlist/<uuid:registration_id>/priority")
@allow(write=ORGANIZERS)
def set_priority(registration_id: UUID) -> ResponseReturnValue:
    """Change somebody's priority, with a reason."""
    form = PriorityForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                change_priority(
                    session, registration_id, form.priority.data, reason=form.reason.data,
                    actor_id=principal().user_id, now=clock.now(), seen_moves=_seen(form.seen_moves.data),
                )  # fmt: skip
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The priority has been changed.", "success")
            return redirect(url_for("registration.waitlist"), 303)
    return _waiting(registration_id, form, OfferForm(formdata=None), 422)


@bp.post("/waitlist/<uuid:registration_id>/offer")
@allow(write=ORGANIZERS)
def offer_out_of_order(registration_id: UUID) -> ResponseReturnValue:
    """Offer somebody a place before others, with a reason."""
    form = OfferForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                offer_by_hand(
                    session, registration_id, reason=form.offer_reason.data, actor_id=principal().user_id,
                    now=clock.now(), max_list_age_days=list_age_limit(),
                    over_target_reason=form.over_target_reason.data or "", seen_moves=_seen(form.seen_moves.data),
                )  # fmt: skip
        except OverTarget as refusal:
            form.over_target_reason.errors = [refusal.message]
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The place has been offered.", "success")
            return redirect(url_for("registration.waitlist"), 303)
    return _waiting(registration_id, PriorityForm(formdata=None), form, 422)


def _seen(moves: str) -> int:
    return int(moves) if moves.isdecimal() and len(moves) < 9 else -1


def _waiting(
    registration_id: UUID, priority_form: PriorityForm, offer_form: OfferForm, code: int
) -> ResponseReturnValue:
    summit = summit_now()
    person = wait_person(db(), summit.id, registration_id)
    if person is None:
        raise NotFound("Nobody with that application is on the waitlist now.")
    line = line_of(db(), summit.id)
    position = next((n for n, waiter in enumerate(line, start=1) if waiter.id == registration_id), None)
    held_up_by: list[str] = []
    if position is not None:
        room = room_of(db(), summit.id, summit.settings)
        held_up_by = why_not(line[position - 1], room, dict(country_choices(db())))
    if code == 200:
        priority_form.priority.data = person.priority
    for form in (priority_form, offer_form):
        form.seen_moves.data = str(person.moves)
    return render_template(
        "registration/waiting.html", summit=summit, person=person, position=position, total=len(line),
        held_up_by=held_up_by, priority_form=priority_form, offer_form=offer_form,
        form=offer_form if offer_form.errors else priority_form,
    ), code  # fmt: skip


@bp.route("/apply/decline", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def decline_offered() -> ResponseReturnValue:
    """Decline the place that is offered: it goes to the next person at once."""
    summit = summit_now()
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is None or mine.state is not RegistrationState.OFFERED:
        flash("No place is on offer to you now.", "info")
        return redirect(url_for("registration.status"), 303)
    if request.method == "GET":
        return render_template("registration/decline_offer.html", summit=summit, mine=mine)
    with transaction() as session:
        decline_offer(session, mine.id, actor_id=principal().user_id, now=clock.now())
    flash("You have declined the place. It goes to the next person.", "success")
    return redirect(url_for("registration.status"), 303)


def standing_section(session: Session, page: StatusPage, summit: SummitView, now: datetime) -> Section | None:
    """Return where somebody stands on the waitlist, for their own page."""
    row = page.registration
    if row.state is not RegistrationState.WAITLISTED:
        return None
    standing = wait_standing(session, summit, row, now)
    if standing is None:
        return None
    facts = {"standing": standing, "zone": summit.zone, "offer_days": row.terms.offer_days if row.terms else 0}
    return Section("Your place on the waitlist", "registration/_standing.html", facts, order=5, is_wide=True)
