"""The documents of an entry: its company adds them, says who may open them, removes them, sees who opened them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import InvalidInput, Refused
from app.core.uploads import takes_file
from app.directory import queries, rules, services
from app.directory.forms import DocumentForm
from app.directory.queries import desk
from app.directory.states import TIER_LABELS, Tier
from app.directory.views.base import COMPANY_EDITORS, EDITORS, bp
from app.documents import services as files
from app.documents.queries.openings import openings_of
from app.documents.rules.kinds import LARGEST_BYTES
from app.documents.states import Purpose

ADDED = "Added. Whoever opens it gets a copy with their name on each page."
HELD = (
    "Kept, but not shown: something in it reads like a marking of controlled information, or could not be read at "
    "all. Two reviewers look at it, and you get a mail."
)


@bp.route("/directory/<string:key>/documents", methods=["GET", "POST"])
@allow(read=COMPANY_EDITORS, write=COMPANY_EDITORS)
@takes_file(LARGEST_BYTES)
def documents(key: str) -> ResponseReturnValue:
    """List the documents of one's entry with who opened them, and add one."""
    person = principal()
    found = desk.draft(db(), key, person.organizations(*EDITORS))
    form = DocumentForm()
    if form.validate_on_submit():
        try:
            is_held = _added(form, found.row.id)
        except (InvalidInput, Refused, files.BadFile) as refusal:
            form.file.errors = [*form.file.errors, refusal.message]
        else:
            flash(HELD if is_held else ADDED, "warning" if is_held else "success")
            return redirect(url_for("directory.documents", key=key), 303)
    view = queries.entry_for(db(), key, person)
    shown = view.documents if view else ()
    page = render_template(
        "directory/documents.html", form=form, row=found.row, documents=shown, tiers=_tiers(),
        openings=openings_of(db(), [one.file_id for one in shown], number=page_number()),
        labels={one.file_id: one.label for one in shown},
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _added(form: DocumentForm, entry_id: UUID) -> bool:
    """Keep the document that was sent; tell whether reviewers must look at it first."""
    now, person = clock.now(), principal()
    sent = form.file.data
    if not getattr(sent, "filename", ""):
        raise files.BadFile("No file was chosen. Choose one.")
    checked = files.check(sent.read(), name=sent.filename, purpose=Purpose.ENTRY_DOCUMENT)
    with transaction() as session:
        services.add_document(
            session, entry_id=entry_id, user_id=person.user_id, upload=checked, label=form.label.data or "",
            tier=Tier[form.tier.data.upper()], attested=form.attested_by(person.user_id, at=now), now=now,
        )  # fmt: skip
    return bool(checked.marks)


def _tiers() -> dict[str, str]:
    return {tier.name.lower(): TIER_LABELS[tier] for tier in rules.DOCUMENT_TIERS}


@bp.post("/directory/<string:key>/documents/<uuid:document_id>")
@allow(write=COMPANY_EDITORS)
def document(key: str, document_id: UUID) -> ResponseReturnValue:
    """Change who may open a document of one's entry, or remove it."""
    person = principal()
    found = desk.draft(db(), key, person.organizations(*EDITORS))
    chosen = request.form.get("tier", "")
    removes = request.form.get("event") == "remove"
    if not removes and chosen not in _tiers():
        raise InvalidInput("Choose who may open the document from the list.")
    entry_id, user_id, now = found.row.id, person.user_id, clock.now()
    with transaction() as session:
        if removes:
            services.remove_document(session, document_id, entry_id=entry_id, user_id=user_id, now=now)
            said = "Removed. Nobody can open it any more."
        else:
            tier = Tier[chosen.upper()]
            services.show_document_to(session, document_id, tier, entry_id=entry_id, user_id=user_id, now=now)
            said = "Saved. It holds from the next opening on."
    flash(said, "success")
    return redirect(url_for("directory.documents", key=key), 303)
