"""The queue of the vetting desk: filters, search, saved views, what is selected, the balance of markets."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.states import words
from app.registration.forms.desk import ViewForm
from app.registration.queries.balance import balance, changes_of
from app.registration.queries.bulk import bulk, candidates
from app.registration.queries.desk_list import counts_by_state, desk, markets, organization_name
from app.registration.queries.desk_views import ViewRow, views_for
from app.registration.queries.scopes import reviewer_names
from app.registration.queries.summit import SummitView
from app.registration.rules.bulk import MOST_IN_BULK
from app.registration.rules.desk_filter import (
    DUE_LABELS,
    ME,
    NOBODY,
    SCREENED_LABELS,
    SIGN_LABELS,
    SIZES,
    SORTS,
    read,
    to_args,
)
from app.registration.rules.desk_filter import UNDECIDED as WAITING
from app.registration.services.desk_views import change_view, delete_view, save_view
from app.registration.states import TYPE_LABELS, UNDECIDED, RegistrationState
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import DESK, TONES, Shown, about, keep_search, limits, shown
from app.regulatory.queries import country_choices


@bp.get("/registrations")
@allow(read=DESK)
def registrations() -> ResponseReturnValue:
    """The applications as filtered and sorted, 25 or 50 a page."""
    summit = summit_now()
    views = views_for(db(), summit.id, principal().user_id)
    return _render(summit, views, shown(request.args, views), ViewForm(), 200)


def _render(
    summit: SummitView, views: list[ViewRow], now_shown: Shown, form: ViewForm, code: int
) -> ResponseReturnValue:
    looking, wanted, scopes = about(summit), now_shown.filter, limits(summit)
    counts = counts_by_state(db(), summit.id, scopes)
    people = reviewer_names(db())
    return render_template(
        "registration/desk.html", summit=summit, wanted=wanted, shown=now_shown,
        open_args=now_shown.open_args, views=views, view_form=form,
        page=desk(db(), looking, wanted, number=page_number()), counts=counts,
        counts_waiting=sum(counts.get(state, 0) for state in UNDECIDED), markets=markets(db(), summit.id),
        states=[s for s in RegistrationState if s is not RegistrationState.DRAFT], types=TYPE_LABELS, tones=TONES,
        words=words, waiting=WAITING, countries=dict(country_choices(db())), people=people, me=ME, nobody=NOBODY,
        sorts=SORTS, sizes=SIZES, due_labels=DUE_LABELS, screened_labels=SCREENED_LABELS, sign_labels=SIGN_LABELS,
        scopes=scopes, most=MOST_IN_BULK, reader_id=principal().user_id,
        organization=organization_name(db(), wanted.organization) if wanted.organization else "",
    ), code  # fmt: skip


@bp.post("/registrations/search")
@allow(write=DESK)
def search_registrations() -> ResponseReturnValue:
    """Show what matches; the words searched for stay out of every address."""
    wanted = read(request.form)
    args: dict[str, Any] = to_args(wanted) or {"state": ""}
    if wanted.search:
        args["s"] = keep_search(wanted.search)
    return redirect(url_for("registration.registrations", **args), 303)


@bp.post("/registrations/views")
@allow(write=DESK)
def save_desk_view() -> ResponseReturnValue:
    """Keep what the desk shows under a name."""
    summit, form = summit_now(), ViewForm()
    views = views_for(db(), summit.id, principal().user_id)
    now_shown = shown(request.args, views)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                view_id = save_view(
                    session, summit.id, form.name.data, now_shown.filter, is_shared=form.is_shared.data,
                    is_default=form.is_default.data, actor_id=principal().user_id, now=clock.now(),
                ).id  # fmt: skip
        except DomainError as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
        else:
            flash("The view is saved.", "success")
            return redirect(url_for("registration.registrations", view=view_id), 303)
    return _render(summit, views, now_shown, form, 422)


@bp.get("/registrations/views")
@allow(read=DESK)
def desk_views() -> ResponseReturnValue:
    """My views and those shared with me: rename, share, open first, delete."""
    summit = summit_now()
    views = views_for(db(), summit.id, principal().user_id)
    return render_template(
        "registration/desk_views.html", views=views, reader_id=principal().user_id, form=None, wrong=None
    )


@bp.post("/registrations/views/<uuid:view_id>")
@allow(write=DESK)
def change_desk_view(view_id: UUID) -> ResponseReturnValue:
    """Rename, share or delete one of my views."""
    summit, form = summit_now(), ViewForm()
    views = views_for(db(), summit.id, principal().user_id)
    if not any(view.id == view_id and view.owner_id == principal().user_id for view in views):
        raise NotFound("That view does not exist.")
    if request.form.get("step") == "delete":
        with transaction() as session:
            delete_view(session, view_id, actor_id=principal().user_id)
        flash("The view is deleted.", "success")
        return redirect(url_for("registration.desk_views"), 303)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                change_view(
                    session, view_id, name=form.name.data, is_shared=form.is_shared.data,
                    is_default=form.is_default.data, actor_id=principal().user_id,
                )  # fmt: skip
        except DomainError as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
        else:
            flash("The view is changed.", "success")
            return redirect(url_for("registration.desk_views"), 303)
    return render_template(
        "registration/desk_views.html", views=views, reader_id=principal().user_id, form=form, wrong=view_id
    ), 422


@bp.get("/registrations/balance")
@allow(read=DESK)
def desk_balance() -> ResponseReturnValue:
    """Market by participant type against caps and targets, before and after a decision that is being prepared."""
    summit = summit_now()
    looking = about(summit)
    prepared = _prepared(summit, request.args.get("bulk", ""))
    added = []
    if prepared is not None:
        chosen = candidates(db(), looking, prepared, organizations=principal().organizations(), max_list_age_days=None)
        added = [(country, kind, 1) for country, kind, held in changes_of(db(), [c.id for c in chosen]) if not held]
    return render_template(
        "registration/balance.html", summit=summit, balance=balance(db(), summit, added=added), types=TYPE_LABELS,
        countries=dict(country_choices(db())), chosen=len(added), bulk_id=prepared,
    )  # fmt: skip


def _prepared(summit: SummitView, asked: str) -> UUID | None:
    """Return the decision that is being prepared, if the address names one of this reader's."""
    try:
        found = bulk(db(), summit.id, UUID(asked)) if asked else None
    except ValueError:
        return None
    return found.id if found is not None and found.made_by == principal().user_id else None
