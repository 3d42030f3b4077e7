"""The profile of one's own organization."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import SIGNED_IN, Role, allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound, Refused
from app.partners import queries, services
from app.partners.forms import ProfileForm
from app.partners.queries.profiles import NO_ORGANIZATION, ProfileView
from app.partners.views.blueprint import WORDS, bp, partner_organizations
from app.registration.rules.in_words import LANGUAGES
from app.regulatory import queries as regulatory


@bp.get("/our-profile")
@allow(read=SIGNED_IN)
def our_profile() -> ResponseReturnValue:
    """Lead to the profile of the person's partner organization, or say that there is none."""
    mine = partner_organizations()
    if len(mine) == 1:
        return redirect(url_for("partners.profile", organization_id=next(iter(mine))), 303)
    return render_template("partners/our_profile.html", mine=mine)


@bp.route("/organizations/<uuid:organization_id>/profile", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def profile(organization_id: UUID) -> ResponseReturnValue:
    """Show and keep what a partner says about itself, and who sees which field."""
    if organization_id not in principal().organizations():
        raise NotFound(NO_ORGANIZATION)
    found = queries.profile(db(), organization_id)
    form = ProfileForm(data=_as_typed(found))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.save_profile(
                    session, organization_id, form.content(), revision=_revision(form), actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except (Refused, InvalidInput) as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Saved and confirmed.", "success")
            return redirect(url_for("partners.profile", organization_id=organization_id), 303)
    names = dict(regulatory.country_choices(db()))
    page = render_template(
        "partners/profile.html", form=form, profile=found, country=names.get(found.country, found.country),
        languages=LANGUAGES, names=names, sees_owners=_sees_owners(organization_id), **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _revision(form: ProfileForm) -> int:
    typed = str(form.revision.data or "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else -1


def _sees_owners(organization_id: UUID) -> bool:
    """Tell whether the reader manages the organization: others learn that ownership was stated, not whose it is."""
    return organization_id in principal().organizations(Role.FOCAL_POINT)


def _as_typed(found: ProfileView) -> dict[str, object]:
    audiences = {f"sees_{name}": str(int(audience)) for name, audience in found.audiences.items()}
    return {
        "revision": str(found.revision),
        "legal_name": found.legal_name,
        "about": found.about,
        "languages": found.languages or (found.asked_languages if not found.revision else []),
        **audiences,
    }


@bp.post("/organizations/<uuid:organization_id>/profile/confirm")
@allow(write=SIGNED_IN)
def confirm_profile(organization_id: UUID) -> ResponseReturnValue:
    """Say that everything still holds."""
    with transaction() as session:
        services.confirm_profile(session, organization_id, actor_id=principal().user_id, now=clock.now())
    flash("Confirmed as it stands.", "success")
    return redirect(url_for("partners.profile", organization_id=organization_id), 303)
