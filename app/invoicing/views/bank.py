"""Money that came in: the work list, files of the bank, what is read in them before anything is taken in."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow, principal
from app.core.asked import keep_words, kept_words, page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.uploads import takes_file
from app.documents import services as documents
from app.documents.services import ACCEPTED
from app.documents.states import Purpose
from app.invoicing import queries, services
from app.invoicing.forms import ColumnsForm, UploadForm
from app.invoicing.rules.statements.movements import StatementRead
from app.invoicing.rules.statements.sheets import columns_from, rows_of
from app.invoicing.states import ENTRY_LABELS, WORK, EntryState, FileKind, ImportState
from app.invoicing.views.base import DESK, FINANCE, TONES, bp, refuse

SHOWN = 12
TABS: dict[str, tuple[EntryState, ...]] = {
    "work": tuple(sorted(WORK)), "suggested": (EntryState.SUGGESTED,), "parked": (EntryState.PARKED,),
    "booked": (EntryState.BOOKED,),
    "aside": (EntryState.NOT_OURS, EntryState.RETURNED, EntryState.REVERSED, EntryState.OUTGOING,
              EntryState.REPEAT), "all": (),
}  # fmt: skip
TAB_LABELS = {
    "work": "To be worked on", "suggested": "Suggested", "parked": "Parked", "booked": "Booked", "aside": "Set aside",
    "all": "All",
}  # fmt: skip


@bp.get("/bank")
@allow(read=DESK)
def bank() -> ResponseReturnValue:
    """Show what came in by bank and what a person must decide about it; prove the sums."""
    tab, key = request.args.get("tab", "work"), request.args.get("s", "")
    tab, words = tab if tab in TABS else "work", kept_words(key)
    page = queries.entries(db(), TABS[tab], search=words, number=page_number())
    args = {"tab": tab} | ({"s": key} if words else {})
    return render_template(
        "invoicing/bank.html", page=page, tab=tab, tabs=TAB_LABELS, words=words, args=args, sums=queries.sums(db()),
        gaps=queries.gaps(db()), labels=ENTRY_LABELS, tones=TONES, may_work=FINANCE.admits(principal()),
        counts=_counts(),
    )  # fmt: skip


def _counts() -> dict[str, int]:
    found = queries.counts(db())
    return {tab: sum(found.get(state, 0) for state in states or tuple(EntryState)) for tab, states in TABS.items()}


@bp.post("/bank/search")
@allow(write=DESK)
def search_entries() -> ResponseReturnValue:
    """Show the entries that match; the words searched for stay out of the address."""
    args: dict[str, Any] = {"tab": request.form.get("tab", "work")[:20]}
    if words := request.form.get("words", "").strip():
        args["s"] = keep_words(words)
    return redirect(url_for("invoicing.bank", **args), 303)


@bp.route("/bank/statements", methods=["GET", "POST"])
@allow(read=DESK, write=FINANCE)
@takes_file(ACCEPTED[Purpose.STATEMENT].most_bytes)
def statements() -> ResponseReturnValue:
    """Hand a file of the bank in, and see those handed in before."""
    form = UploadForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            checked = documents.check(upload.read(), name=upload.filename or "", purpose=Purpose.STATEMENT)
            with transaction() as session:
                made = services.hand_in(session, checked, actor_id=principal().user_id, now=clock.now())
                import_id = made.id
        except DomainError as refusal:
            refuse(form, refusal, form.file)
        else:
            return redirect(url_for("invoicing.statement", import_id=import_id), 303)
    page = queries.imports(db(), number=page_number())
    return render_template(
        "invoicing/statements.html", form=form, page=page, may_work=FINANCE.admits(principal())
    ), 422 if form.errors else 200  # fmt: skip


@bp.route("/bank/statements/<uuid:import_id>", methods=["GET", "POST"])
@allow(read=DESK, write=FINANCE)
def statement(import_id: UUID) -> ResponseReturnValue:
    """Show what is read in a file; correct what its columns are; take it in."""
    row = queries.import_row(db(), import_id)
    if row is None:
        raise NotFound("That file does not exist.")
    form = ColumnsForm()
    columns, sheet = None, [[""]]
    if row.kind is FileKind.CSV:
        guessed, text = services.sheet_of(db(), import_id)
        columns = form.columns() if form.is_submitted() else columns_from(guessed)
        sheet = rows_of(text, columns.delimiter)
        form.offer(sheet[columns.header_row] if columns.header_row < len(sheet) else [], columns)
    read, fault = _read(import_id, columns)
    if fault is not None:
        form.form_errors.append(fault)
    wants_it_in = request.form.get("do") == "take in" and not fault
    if wants_it_in and (row.kind is FileKind.CAMT or form.validate_on_submit()):
        job_id = _start(import_id, columns if row.kind is FileKind.CSV else None)
        return redirect(url_for("notifications.job", job_id=job_id), 303)
    return render_template(
        "invoicing/statement.html", row=row, form=form, read=read, sheet=sheet[:SHOWN], shown=SHOWN, columns=columns,
        may_start=row.state in (ImportState.READ, ImportState.STOPPED) and FINANCE.admits(principal()),
        off=[one for one in read if one.is_off_by],
    ), 422 if form.errors and form.is_submitted() else 200  # fmt: skip


def _read(import_id: UUID, columns: Any) -> tuple[list[StatementRead], str | None]:
    try:
        return services.read_import(db(), import_id, columns=columns), None
    except InvalidInput as fault:
        return [], fault.message


def _start(import_id: UUID, columns: Any) -> UUID:
    with transaction() as session:
        job_id = services.start_import(
            session, import_id, columns, return_to=url_for("invoicing.bank"), actor_id=principal().user_id,
            now=clock.now(),
        )  # fmt: skip
    flash("The entries are being taken in.", "info")
    return job_id
