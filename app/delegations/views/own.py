"""What a delegate sees of their delegation on their own page, and the declaration that stays theirs."""

from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.delegations.forms import EmptyForm
from app.delegations.queries.desk import endorsement_of
from app.delegations.states import ENDORSEMENT_LABELS
from app.delegations.views.blueprint import TONES, bp
from app.registration import queries as registration
from app.registration import services as registrations
from app.registration.queries import RegistrationRow, Section, StatusPage, SummitView
from app.registration.queries.application import asked_of, declaration_of, declared


def delegation_section(session: Session, page: StatusPage, summit: SummitView, _now: datetime) -> Section | None:
    """Return what the participant's page says of the delegation; nothing for who comes without one."""
    row = page.registration
    found = endorsement_of(session, row.id)
    if found is None:
        return None
    undeclared = found.submitted_by is not None and declared(session, row.id) is None
    facts = {
        "endorsement": found, "label": ENDORSEMENT_LABELS[found.endorsement], "tone": TONES[found.endorsement],
        "asked": summit.settings.endorsement_asked, "undeclared": undeclared,
        "declaration": declaration_of(asked_of(session, row)) if undeclared else "",
    }  # fmt: skip
    return Section("Your delegation", "delegations/_own.html", facts, order=40)


def desk_section(session: Session, row: RegistrationRow) -> Section | None:
    """Return what the vetting desk reads of the delegation beside an application."""
    found = endorsement_of(session, row.id)
    if found is None:
        return None
    facts = {
        "endorsement": found, "label": ENDORSEMENT_LABELS[found.endorsement], "tone": TONES[found.endorsement],
    }  # fmt: skip
    return Section("Delegation", "delegations/_endorsement.html", facts)


@bp.post("/apply/declare")
@allow(write=SIGNED_IN)
def declare() -> ResponseReturnValue:
    """Declare what a focal point submitted for me."""
    mine = registration.registration_of(db(), registration.the_summit(db()).id, principal().user_id)
    if mine is None:
        raise NotFound("You have not applied yet. Open 'Apply' to begin.")
    if EmptyForm().validate_on_submit():
        with transaction() as session:
            registrations.declare(session, mine.id, actor_id=principal().user_id, now=clock.now())
        flash("Thank you. Your application is yours now, and can be approved.", "success")
    return redirect(url_for("registration.status"), 303)
