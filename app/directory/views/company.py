"""What companies do: claim an entry, write it, submit it, keep it current."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.access import COMPANY, SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound, Refused
from app.core.uploads import takes_file
from app.directory import queries, rules, services
from app.directory.forms import ClaimFileForm, ClaimForm, EntryForm, NewEntryForm, NewsForm
from app.directory.forms.entry import MORE_ROWS, sought_labels
from app.directory.queries import desk
from app.directory.queries.content import NO_ENTRY
from app.directory.rules import checks
from app.directory.states import ENTRY_MOVES, Category, ClaimState, EntryEvent, ProposalEvent
from app.directory.views.base import COMPANY_EDITORS, COMPANY_PEOPLE, EDITORS, bp, seen_entry, whole
from app.documents import services as files
from app.documents.rules import attest
from app.documents.rules.kinds import LARGEST_BYTES
from app.documents.states import Purpose
from app.regulatory import queries as regulatory


def _companies() -> dict[str, str]:
    """Return the U.S. companies the person may act for, to choose from."""
    person = principal()
    acting = [m for m in person.memberships if m.role in EDITORS]
    known = accounts.organizations(db(), [m.organization_id for m in acting])
    return {
        str(m.organization_id): m.organization_name
        for m in acting
        if (found := known.get(m.organization_id)) and found.kind is OrganizationKind.US_COMPANY
    }


@bp.get("/directory/mine")
@allow(read=COMPANY_PEOPLE)
def mine() -> ResponseReturnValue:
    """List the entries and claims of the person's companies."""
    organizations = sorted(principal().organizations(*COMPANY), key=str)
    entries = [row for organization in organizations for row in queries.entries_of(db(), organization)]
    return render_template(
        "directory/mine.html", entries=sorted(entries, key=lambda row: (rules.plain(row.name), row.key)),
        claims=desk.claims_of(db(), organizations), may_write=bool(principal().organizations(*EDITORS)),
    )  # fmt: skip


@bp.route("/directory/<string:key>/claim", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=COMPANY_EDITORS)
@takes_file(LARGEST_BYTES)
def claim(key: str) -> ResponseReturnValue:
    """Claim an entry for one's company."""
    found = seen_entry(key)
    form = ClaimForm()
    form.organization.choices = _companies()
    paper = ClaimFileForm()
    if form.validate_on_submit():
        try:
            _claim(form, paper, found.row.id)
        except (files.BadFile, attest.NotAttested, attest.MayNotEnter) as refusal:
            form.file.errors = [*form.file.errors, refusal.message]
        except (Refused, InvalidInput) as refusal:
            form.proof.errors = [*form.proof.errors, refusal.message]
        else:
            flash("Your claim is with a reviewer. You will get a mail with the decision.", "success")
            return redirect(url_for("directory.mine"), 303)
    own = desk.claims_of(db(), principal().organizations(*COMPANY))
    waits = next((one for one in own if one.entry_key == key and one.state is ClaimState.OPEN), None)
    page = render_template(
        "directory/claim.html", form=form, paper=paper, row=found.row, companies=form.organization.choices, waits=waits
    )
    return page, 422 if form.errors else 200


def _claim(form: ClaimForm, paper: ClaimFileForm, entry_id: UUID) -> None:
    """Send the claim, with the file if one was chosen; that one needs the attestation beside it."""
    now, person = clock.now(), principal()
    upload = form.file.data if getattr(form.file.data, "filename", "") else None
    checked = files.check(upload.read(), name=upload.filename, purpose=Purpose.CLAIM_PROOF) if upload else None
    with transaction() as session:
        services.claim_entry(
            session, entry_id=entry_id, organization_id=UUID(form.organization.data), user_id=person.user_id,
            proof=form.proof.data, upload=checked, attested=paper.attested_by(person.user_id, at=now), now=now,
        )  # fmt: skip


@bp.route("/directory/new", methods=["GET", "POST"])
@allow(read=COMPANY_EDITORS, write=COMPANY_EDITORS)
def new() -> ResponseReturnValue:
    """Start an entry that the reported data does not name."""
    form = NewEntryForm()
    form.organization.choices = _companies()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = services.create_entry(
                    session, organization_id=UUID(form.organization.data), user_id=principal().user_id,
                    name=form.name.data, category=Category(form.category.data), now=clock.now(),
                )  # fmt: skip
                key = made.key
        except InvalidInput as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
        else:
            return redirect(url_for("directory.edit", key=key), 303)
    return render_template("directory/new.html", form=form), 422 if form.errors else 200


@bp.route("/directory/<string:key>/edit", methods=["GET", "POST"])
@allow(read=COMPANY_EDITORS, write=COMPANY_EDITORS)
def edit(key: str) -> ResponseReturnValue:
    """Write the draft of an entry; every save carries the statement about controlled data."""
    found = desk.draft(db(), key, principal().organizations(*EDITORS))
    form = EntryForm()
    form.offer_countries(regulatory.country_choices(db()))
    if form.is_submitted() and request.form.get("more"):
        form.add_rows(MORE_ROWS, [request.form["more"]])
    elif form.is_submitted():
        if _sound(form) and _saved(form, found):
            flash("Draft saved. What the directory shows changes only when a reviewer publishes.", "success")
            return redirect(url_for("directory.edit", key=key), 303)
    else:
        form.show(found.content)
        form.revision.data = str(found.revision)
    page = render_template(
        "directory/edit.html", form=form, draft=found, row=found.row, news_form=NewsForm(formdata=None),
        sought_labels=sought_labels(), advice=rules.advice(found.content), raisable=rules.RAISABLE,
        completeness=rules.completeness(found.content),
        may={event.value for (state, event) in ENTRY_MOVES if state is found.row.state},
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _sound(form: EntryForm) -> bool:
    """Tell whether the form can be kept; what the fields hold is checked too, so that all faults are told at once."""
    is_valid = bool(form.validate())
    try:
        checks.checked(form.written())
    except checks.BadFields as refusal:
        for name, fault in refusal.faults.items():
            form[name].errors = form[name].errors or [fault]
        return False
    return is_valid


def _saved(form: EntryForm, found: desk.DraftView) -> bool:
    """Keep what was written; a refusal is shown on the form and gives False."""
    try:
        with transaction() as session:
            services.edit_draft(
                session, entry_id=found.row.id, user_id=principal().user_id, fields=form.written(),
                attestation=form.attestation.data, revision=whole(form.revision.data),
                now=clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except DomainError as refusal:
        form.form_errors.append(refusal.message)
        return False
    return True


MOVES = {
    EntryEvent.SUBMIT: (services.submit_for_review, "Submitted. A reviewer compares it field by field and publishes."),
    EntryEvent.CONFIRM: (services.confirm_entry, "Confirmed. The entry counts as current from today."),
    EntryEvent.WITHDRAW: (services.withdraw_entry, "Withdrawn. Nobody but your company sees the entry now."),
    EntryEvent.REOPEN: (services.reopen_entry, "Open again as a draft."),
}


@bp.post("/directory/<string:key>/move")
@allow(write=COMPANY_EDITORS)
def move(key: str) -> ResponseReturnValue:
    """Submit, confirm, withdraw or reopen one's entry."""
    found = desk.draft(db(), key, principal().organizations(*EDITORS))
    asked = request.form.get("event", "")
    event = next((event for event in MOVES if event.value == asked), None)
    if event is None:
        raise InvalidInput("Choose what to do with the entry with one of the buttons on its page.")
    service, said = MOVES[event]
    try:
        with transaction() as session:
            service(session, entry_id=found.row.id, user_id=principal().user_id, now=clock.now())
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash(said, "success")
    return redirect(url_for("directory.edit", key=key), 303)


@bp.post("/directory/<string:key>/news")
@allow(write=COMPANY_EDITORS)
def news(key: str) -> ResponseReturnValue:
    """Take newly reported facts into the draft, or dismiss them."""
    found = desk.draft(db(), key, principal().organizations(*EDITORS))
    form = NewsForm()
    event = ProposalEvent.TAKE if request.form.get("event") == "take" else ProposalEvent.DISMISS
    attestation = form.attestation.data if form.attested.data else ""
    try:
        with transaction() as session:
            services.decide_proposal(
                session, entry_id=found.row.id, user_id=principal().user_id, event=event, attestation=attestation or "",
                now=clock.now(),
            )  # fmt: skip
    except (Refused, InvalidInput) as refusal:
        flash(refusal.message, "error")
    else:
        flash("Taken into your draft." if event is ProposalEvent.TAKE else "Dismissed.", "success")
    return redirect(url_for("directory.edit", key=key), 303)


@bp.get("/directory/<string:key>/versions")
@allow(read=SIGNED_IN)
def versions(key: str) -> ResponseReturnValue:
    """Show who changed what and when, to the entry's company and to reviewers."""
    person = principal()
    reviews = bool(person.roles & queries.REVIEWERS)
    kept = desk.versions(db(), key, person.organizations(*COMPANY), any_company=reviews)
    if not kept and not reviews:
        raise NotFound(NO_ENTRY)
    return render_template("directory/versions.html", versions=kept, key=key)
