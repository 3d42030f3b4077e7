"""The delegations that somebody acts for, or sees because they work for the summit."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number, words
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound
from app.delegations import queries, services
from app.delegations.forms import OpenForm
from app.delegations.queries.who import NO_DELEGATION, SEES_ALL, acts_for
from app.delegations.views.blueprint import bp
from app.registration import queries as registration
from app.regulatory.queries import country_choices


@bp.get("/delegations")
@allow(read=SIGNED_IN)
def delegations() -> ResponseReturnValue:
    """List the organizations one acts for; the desk sees every delegation."""
    summit, person = registration.the_summit(db()), principal()
    search, staff = words("search"), bool(person.roles & SEES_ALL)
    if staff:
        page = queries.every_delegation(db(), summit.id, search=search, number=page_number())
    else:
        page = queries.delegations_of(db(), summit.id, person.user_id, number=page_number())
    return render_template(
        "delegations/delegations.html", page=page, summit=summit, search=search, staff=staff,
        countries=dict(country_choices(db())),
    )  # fmt: skip


@bp.post("/delegations")
@allow(write=SIGNED_IN)
def open_delegation() -> ResponseReturnValue:
    """Open the delegation of an organization one acts for."""
    form = OpenForm()
    if not form.validate_on_submit():
        raise InvalidInput("Choose the organization.")
    summit, house = registration.the_summit(db()), UUID(form.organization_id.data)
    if not acts_for(db(), principal().user_id, house):
        raise NotFound(NO_DELEGATION)
    with transaction() as session:
        made = services.open_delegation(session, summit.id, house, actor_id=principal().user_id, now=clock.now())
        delegation_id = made.id
    return redirect(url_for("delegations.delegation", delegation_id=delegation_id), 303)
