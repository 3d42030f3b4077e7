"""Who reviews: how much each has, and to which types and markets each is limited."""

from itertools import product
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.registration import services
from app.registration.forms.choices import choices
from app.registration.forms.desk import ScopeForm
from app.registration.queries.desk_list import loads, markets
from app.registration.queries.scopes import Scope, reviewers
from app.registration.states import TYPE_LABELS, ParticipantType
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import DESK, ORGANIZERS
from app.regulatory.queries import country_choices


@bp.get("/registrations/reviewers")
@allow(read=DESK)
def desk_reviewers() -> ResponseReturnValue:
    """Everybody at the desk, what they are limited to and how much they have."""
    summit = summit_now()
    return render_template(
        "registration/reviewers.html", people=reviewers(db(), summit.id), loads=loads(db(), summit.id),
        types=TYPE_LABELS, countries=dict(country_choices(db())),
    )  # fmt: skip


@bp.route("/registrations/reviewers/<uuid:reviewer_id>", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def limit_reviewer(reviewer_id: UUID) -> ResponseReturnValue:
    """Limit a reviewer to some types and markets, or lift every limit."""
    summit = summit_now()
    person = next((one for one in reviewers(db(), summit.id) if one.id == reviewer_id), None)
    if person is None:
        raise NotFound("That person does not review applications.")
    names = dict(country_choices(db()))
    form = ScopeForm(
        data={
            "types": sorted({scope.participant_type for scope in person.scopes if scope.participant_type}),
            "markets": sorted({scope.market for scope in person.scopes if scope.market}),
        }
    )
    known = sorted({*markets(db(), summit.id), *(scope.market for scope in person.scopes if scope.market)})
    form.markets.choices = choices({market: names.get(market, market) for market in known})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.limit_reviewer(session, summit.id, reviewer_id, _scopes(form), actor_id=principal().user_id)
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The limits are saved.", "success")
            return redirect(url_for("registration.desk_reviewers"), 303)
    return render_template("registration/limit_reviewer.html", person=person, form=form), 422 if form.errors else 200


def _scopes(form: ScopeForm) -> list[Scope]:
    """Return one scope for each chosen type of each chosen market; nothing chosen of a kind means every one."""
    types: list[ParticipantType | None] = [ParticipantType(one) for one in form.types.data or []] or [None]
    chosen = form.markets.data or [None]
    return [Scope(kind, market) for kind, market in product(types, chosen) if kind or market]
