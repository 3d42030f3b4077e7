"""The mandates of one's own organizations."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.core import asked, clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import Refused
from app.partners import queries, rules, services
from app.partners.forms import MandateForm, as_typed
from app.partners.queries import MandateRow
from app.partners.rules.mandate import MandateFault
from app.partners.states import MANDATE_MOVES, MandateEvent, MandateState
from app.partners.views.blueprint import WORDS, asked_organization, bp, partner_organizations

SORTS = {"name": "Name", "due": "To confirm first", "changed": "Last changed first"}


@bp.get("/mandates")
@allow(read=SIGNED_IN)
def mandates() -> ResponseReturnValue:
    """List the mandates of the person's organizations."""
    wanted = request.args.get("state", "")
    state = next((one for one in MandateState if one.value == wanted), None)
    sort = chosen if (chosen := request.args.get("sort", "")) in SORTS else "name"
    mine = partner_organizations()
    page = queries.mandates(db(), list(mine), state=state, search=asked.words(), sort=sort, number=asked.page_number())
    return render_template(
        "partners/mandates.html", page=page, mine=mine, state=state, search=asked.words(), sort=sort, sorts=SORTS,
        now=clock.now(), **WORDS,
    )  # fmt: skip


@bp.route("/mandates/new", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def new_mandate() -> ResponseReturnValue:
    """Begin a mandate with what the application says already."""
    mine = partner_organizations()
    organization_id = asked_organization(mine)
    if organization_id is None:
        return render_template("partners/our_profile.html", mine=mine)
    filled = queries.prefilled(db(), organization_id)
    form = MandateForm(data=as_typed(filled) if filled else None)
    _offer_owners(form, organization_id, principal().user_id)
    if form.validate_on_submit() and (made := _saved(form, None, organization_id)):
        return redirect(url_for("partners.mandate", mandate_id=made), 303)
    page = render_template(
        "partners/edit_mandate.html", form=form, mandate=None, mine=mine, organization_id=organization_id,
        is_filled=filled is not None and not form.is_submitted(), **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.get("/mandates/<uuid:mandate_id>")
@allow(read=SIGNED_IN)
def mandate(mandate_id: UUID) -> ResponseReturnValue:
    """Show one mandate, what can be done with it, and when it was saved."""
    found = queries.mandate(db(), mandate_id, principal().organizations())
    return render_template(
        "partners/mandate.html", mandate=found, versions=queries.versions(db(), mandate_id),
        moves=[event for state, event in MANDATE_MOVES if state is found.state],
        lacks=rules.missing(found.content, today=clock.now().date()), now=clock.now(), **WORDS,
    )  # fmt: skip


@bp.route("/mandates/<uuid:mandate_id>/edit", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def edit_mandate(mandate_id: UUID) -> ResponseReturnValue:
    """Change a mandate; each save is kept as a version."""
    found = queries.mandate(db(), mandate_id, principal().organizations())
    form = MandateForm(data={**as_typed(found.content), "revision": str(found.revision), "owner": str(found.owner_id)})
    _offer_owners(form, found.organization_id, found.owner_id)
    if form.validate_on_submit() and (made := _saved(form, found, found.organization_id)):
        return redirect(url_for("partners.mandate", mandate_id=made), 303)
    page = render_template(
        "partners/edit_mandate.html", form=form, mandate=found, mine={}, organization_id=found.organization_id,
        is_filled=False, **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _offer_owners(form: MandateForm, organization_id: UUID, owner_id: UUID) -> None:
    form.owner.choices = {str(one.user_id): one.name for one in accounts.members(db(), organization_id)}
    if not form.is_submitted():
        form.owner.data = str(owner_id)


def _saved(form: MandateForm, found: MandateRow | None, organization_id: UUID) -> UUID | None:
    """Keep what was sent; None when it was refused, the reason then stands at its field."""
    typed = str(form.revision.data or "")
    try:
        with transaction() as session:
            made = services.save_mandate(
                session, found.id if found else None, form.content(), organization_id=organization_id,
                owner_id=UUID(form.owner.data), activate=request.form.get("intent") == "activate",
                revision=int(typed) if typed.isdecimal() and len(typed) < 9 else -1, actor_id=principal().user_id,
                now=clock.now(),
            )  # fmt: skip
            mandate_id, state = made.id, made.state
    except MandateFault as fault:
        form[fault.field].errors = [*form[fault.field].errors, fault.message]
    except Refused as refusal:
        form.form_errors.append(refusal.message)
    else:
        flash(SAVED.get(state, "Saved."), "success")
        return mandate_id
    return None


SAVED = {
    MandateState.DRAFT: "Saved as a draft. Nobody else sees it before you activate it.",
    MandateState.ACTIVE: "Saved and confirmed. It holds from now on.",
}


@bp.post("/mandates/<uuid:mandate_id>/move")
@allow(write=SIGNED_IN)
def move_mandate(mandate_id: UUID) -> ResponseReturnValue:
    """Activate, pause, close, reopen or confirm, as the button says."""
    queries.mandate(db(), mandate_id, principal().organizations())
    sent = request.form.get("event", "")
    event = next((one for one in MandateEvent if one.value == sent), None)
    try:
        with transaction() as session:
            if event is None:
                services.confirm_mandate(session, mandate_id, actor_id=principal().user_id, now=clock.now())
            else:
                services.move_mandate(session, mandate_id, event, actor_id=principal().user_id, now=clock.now())
    except (Refused, MandateFault) as refusal:
        flash(refusal.message, "error")
    else:
        flash("Done." if event else "Confirmed. We ask again in half a year.", "success")
    return redirect(url_for("partners.mandate", mandate_id=mandate_id), 303)
