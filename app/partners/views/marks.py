"""The private list of an organization: whom it keeps apart from, whom it knows already."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import asked, clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, Refused
from app.partners import queries, services
from app.partners.forms import MarkForm
from app.partners.states import MARK_LABELS, MarkKind
from app.partners.views.blueprint import asked_organization, bp, speaking_organizations


@bp.route("/private-list", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def marks() -> ResponseReturnValue:
    """Show the list and add to it; whoever is on it is never told."""
    mine = speaking_organizations()
    organization_id = asked_organization(mine)
    if organization_id is None:
        return render_template("partners/our_profile.html", mine={})
    form = MarkForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.set_mark(
                    session, organization_id, name=form.name.data, kind=MarkKind(form.kind.data),
                    note=form.note.data or "", actor_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except (Refused, InvalidInput) as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
        else:
            flash("On your list. Nobody else is told.", "success")
            return redirect(url_for("partners.marks", organization=organization_id), 303)
    wanted = request.args.get("kind", "")
    kind = next((one for one in MarkKind if one.value == wanted), None)
    page = queries.marks(db(), organization_id, search=asked.words(), kind=kind, number=asked.page_number())
    shown = render_template(
        "partners/marks.html", form=form, page=page, mine=mine, organization_id=organization_id, kind=kind,
        labels=MARK_LABELS, search=asked.words(),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


@bp.post("/private-list/<uuid:mark_id>/remove")
@allow(write=SIGNED_IN)
def remove_mark(mark_id: UUID) -> ResponseReturnValue:
    """Take an organization off the list."""
    with transaction() as session:
        organization_id = services.lift_mark(session, mark_id, actor_id=principal().user_id)
    flash("Taken off your list.", "success")
    return redirect(url_for("partners.marks", organization=organization_id), 303)
