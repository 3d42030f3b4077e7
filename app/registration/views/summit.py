"""The summit's settings: read, edited with a preview, kept as versions."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import Role, allow, holders, principal
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.registration import queries, services
from app.registration.forms.summit import KEY_HINT, SummitForm, filled_from, first_proposal
from app.registration.rules.changes import Change, changes
from app.registration.rules.stored import UnfitSettings, read_summit
from app.registration.rules.summit import SummitSettings
from app.registration.states import TYPE_LABELS
from app.registration.views.blueprint import bp, summit_now

ORGANIZERS = holders(Role.ORGANIZER)


@bp.get("/summit")
@allow(read=ORGANIZERS)
def summit() -> ResponseReturnValue:
    """The settings in force, and how full the pools are."""
    found = summit_now()
    return render_template(
        "registration/summit.html", summit=found, settings=found.settings, pools=queries.pools(db(), found.id),
        type_labels=TYPE_LABELS,
    )  # fmt: skip


@bp.route("/summit/edit", methods=["GET", "POST"])
@allow(read=ORGANIZERS, write=ORGANIZERS)
def edit_summit() -> ResponseReturnValue:
    """Edit the settings: first a preview of what changes, then a new version."""
    found = queries.current_summit(db())
    if found is None:
        return _first_summit()
    form = SummitForm(data=filled_from(found.settings, found.version))
    preview: list[Change] | None = None
    if form.validate_on_submit() and (wanted := _read(form)):
        preview = changes(found.settings, wanted)
        if preview and request.form.get("step") == "save":
            try:
                with transaction() as session:
                    services.configure_summit(
                        session, wanted, key=found.key, actor_id=principal().user_id, now=clock.now(),
                        seen_version=int(form.seen_version.data),
                    )  # fmt: skip
            except DomainError as refusal:
                form.form_errors.append(refusal.message)
            else:
                flash(
                    f"Saved as version {found.version + 1}. Applications already submitted keep their terms.", "success"
                )
                return redirect(url_for("registration.summit"), 303)
    return render_template(
        "registration/summit_edit.html", summit=found, form=form, preview=preview, key_hint=KEY_HINT
    ), 422 if form.errors else 200


def _first_summit() -> ResponseReturnValue:
    """Set up the first summit; its key is made of its name and year."""
    form = SummitForm(data=first_proposal())
    if form.validate_on_submit() and (wanted := _read(form)):
        key = f"{wanted.name.casefold().replace(' ', '-')[:50]}-{wanted.days[0].year}"
        try:
            with transaction() as session:
                services.configure_summit(
                    session, wanted, key=key, actor_id=principal().user_id, now=clock.now(), seen_version=0
                )
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("The summit is set up. People can apply from the day applications open.", "success")
            return redirect(url_for("registration.summit"), 303)
    return render_template(
        "registration/summit_edit.html", summit=None, form=form, preview=None, key_hint=KEY_HINT
    ), 422 if form.errors else 200


def _read(form: SummitForm) -> SummitSettings | None:
    try:
        return read_summit(form.plain())
    except UnfitSettings as unfit:
        form.show(unfit.faults)
        return None
