"""Sheets: a template to fill in, a dry run, the import, what to correct, and the delegation to take along."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import audit, clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.csv_out import csv_text
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.paging import Page
from app.core.sheet_out import xlsx_bytes
from app.core.uploads import takes_file
from app.delegations.forms import EmptyForm, UploadForm
from app.delegations.models import DelegationImport
from app.delegations.queries.imports import Looked, RowView, look_through
from app.delegations.queries.pages import every_delegate
from app.delegations.rules.people import HEADINGS
from app.delegations.rules.sheet import MOST_ROWS, UnusableSheet
from app.delegations.services import imports
from app.delegations.states import ENDORSEMENT_LABELS, ImportState, RowOutcome
from app.delegations.views.blueprint import Open, bp, opened
from app.documents import services as documents
from app.documents.rules.kinds import ACCEPTED, MEDIA_TYPES
from app.documents.states import Kind, Purpose
from app.registration.states import TYPE_LABELS
from app.regulatory.queries import country_choices

TAKEN = ACCEPTED[Purpose.IMPORT_SHEET]
EXAMPLE = ("Aiko Tanaka", "aiko.tanaka@example.org", "Director", "Japan", "1980", "Foreign partner")
KINDS = {"csv": Kind.CSV, "xlsx": Kind.XLSX}
SHOWN = 100
OUTCOMES = {
    RowOutcome.NEW: ("Is entered and invited", "good"), RowOutcome.RESERVE: ("Is kept in reserve", "info"),
    RowOutcome.KNOWN: ("Is there already, nothing changes", "plain"), RowOutcome.WRONG: ("Must be corrected", "bad"),
}  # fmt: skip


def _sheet(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Answer with a table as a file. Raises NotFound for a kind there is not."""
    if kind not in KINDS:
        raise NotFound("There is no such sheet.")
    body = csv_text(header, rows) if kind == "csv" else xlsx_bytes("Delegation", header, rows)
    answer = Response(body, mimetype=MEDIA_TYPES[KINDS[kind]])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/delegations/template/<string:sheet_kind>")
@allow(read=SIGNED_IN)
def template(sheet_kind: str) -> ResponseReturnValue:
    """Hand out the sheet to fill in: headings in words and an example."""
    return _sheet(sheet_kind, "delegation-template", list(HEADINGS.values()), [EXAMPLE])


@bp.get("/delegations/<uuid:delegation_id>/export/<string:sheet_kind>")
@allow(read=SIGNED_IN)
def export(delegation_id: UUID, sheet_kind: str) -> ResponseReturnValue:
    """Hand out the delegation as a sheet, on the record; asks for the password when that was long ago."""
    of = opened(delegation_id)
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    countries = dict(country_choices(db()))
    header = [*HEADINGS.values(), "Endorsement", "Standing", "Still missing", "Fee paid by the organization"]
    rows = [
        (row.name, row.email, row.job_title, countries.get(row.citizenship, row.citizenship), row.birth_year or "",
         TYPE_LABELS[row.participant_type], ENDORSEMENT_LABELS[row.endorsement], row.standing, "; ".join(row.missing),
         "yes" if row.is_paid_for or row.pays_as_group else "no")
        for row in every_delegate(db(), of.summit, of.id)
    ]  # fmt: skip
    answer = _sheet(sheet_kind, "delegation", header, rows)
    with transaction() as session:
        audit.record(
            session, "delegation.exported", ("delegation", of.id), actor_id=principal().user_id,
            detail={"kind": sheet_kind, "people": len(rows)},
        )  # fmt: skip
    return answer


@bp.route("/delegations/<uuid:delegation_id>/import", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
@takes_file(TAKEN.most_bytes)
def import_sheet(delegation_id: UUID) -> ResponseReturnValue:
    """Take a sheet and show what it would do; nobody is entered yet."""
    of, form = opened(delegation_id, to_change=True), UploadForm()
    if form.validate_on_submit():
        upload = form.sheet.data
        try:
            sheet = documents.check(upload.read(), name=upload.filename or "", purpose=Purpose.IMPORT_SHEET)
            with transaction() as session:
                made = imports.upload(
                    session, of.id, sheet, keeps_reserve=bool(form.keep_reserve.data), actor_id=principal().user_id,
                    now=clock.now(),
                ).id  # fmt: skip
        except (documents.BadFile, UnusableSheet) as refusal:
            form.sheet.errors = [*form.sheet.errors, refusal.message]
        else:
            return redirect(url_for("delegations.dry_run", delegation_id=of.id, import_id=made), 303)
    return render_template(
        "delegations/import.html", of=of, form=form, accepted=TAKEN, headings=HEADINGS, most=MOST_ROWS
    ), 422 if form.errors else 200


def _import(of: Open, import_id: UUID) -> tuple[DelegationImport, Looked | None]:
    """Return an import and its rows as they stand now; None once the sheet was removed."""
    found = db().get(DelegationImport, import_id)
    if found is None or found.delegation_id != of.id:
        raise NotFound("That import does not exist.")
    try:
        return found, look_through(db(), found)
    except NotFound:
        return found, None


@bp.get("/delegations/<uuid:delegation_id>/imports/<uuid:import_id>")
@allow(read=SIGNED_IN)
def dry_run(delegation_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Show row by row what an import would do, or how it came out."""
    of = opened(delegation_id, to_change=True)
    found, looked = _import(of, import_id)
    rows = _first_wrong(looked.rows) if looked else []
    number = min(page_number(), max(1, -(-len(rows) // SHOWN)))
    page = Page(rows[(number - 1) * SHOWN : number * SHOWN], len(rows), number, SHOWN)
    loads = sum(looked.counts[one] for one in (RowOutcome.NEW, RowOutcome.RESERVE)) if looked else 0
    return render_template(
        "delegations/dry_run.html", of=of, found=found, looked=looked, page=page, outcomes=OUTCOMES, loads=loads,
        is_done=found.state is ImportState.DONE, may_run=found.state is not ImportState.RUNNING and loads > 0,
        headings=HEADINGS, wrong=RowOutcome.WRONG,
    )  # fmt: skip


def _first_wrong(rows: list[RowView]) -> list[RowView]:
    """Return the rows to be corrected before the others, each in the order of the sheet."""
    return sorted(rows, key=lambda row: row.outcome is not RowOutcome.WRONG)


@bp.post("/delegations/<uuid:delegation_id>/imports/<uuid:import_id>/run")
@allow(write=SIGNED_IN)
def run_import(delegation_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Enter the sound rows: at once, or as a job when they are many."""
    of, form = opened(delegation_id, to_change=True), EmptyForm()
    here = url_for("delegations.dry_run", delegation_id=of.id, import_id=import_id)
    try:
        if form.validate_on_submit():
            with transaction() as session:
                done = imports.start(session, of.id, import_id, actor_id=principal().user_id, now=clock.now())
                job_id = session.get_one(DelegationImport, import_id).job_id
            if not done:
                return redirect(url_for("notifications.job", job_id=job_id), 303)
            flash("The sound rows are in your delegation.", "success")
    except NotFound:
        raise
    except DomainError as refusal:
        flash(refusal.message, "error")
    return redirect(here, 303)


@bp.get("/delegations/<uuid:delegation_id>/imports/<uuid:import_id>/corrections/<string:sheet_kind>")
@allow(read=SIGNED_IN)
def corrections(delegation_id: UUID, import_id: UUID, sheet_kind: str) -> ResponseReturnValue:
    """Hand out the rows that must be corrected, each with what to correct."""
    of = opened(delegation_id, to_change=True)
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    _found, looked = _import(of, import_id)
    wrong = [row for row in looked.rows if row.outcome is RowOutcome.WRONG] if looked else []
    rows = [
        [*(row.written.get(name, "") for name in HEADINGS),
         " ".join(f"{fault.column}: {fault.message}" for fault in row.faults)]
        for row in wrong
    ]  # fmt: skip
    return _sheet(sheet_kind, "delegation-to-correct", [*HEADINGS.values(), "What to correct"], rows)
