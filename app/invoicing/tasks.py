"""Jobs of this room: kind of job to the function that does it."""

from uuid import UUID

from app.core import clock
from app.core.db import db, transaction
from app.invoicing import queries, services
from app.invoicing.models import Paper, PaperPrint, StatementImport
from app.invoicing.states import ImportState
from app.notifications.outbox import Handler, Job


def print_paper(job: Job) -> None:
    """Make the PDF of a paper, keep it, and send it to whom it is for. Done already, nothing happens."""
    paper_id = UUID(job.payload["paper"])
    if db().get(PaperPrint, paper_id) is not None:
        return
    content = services.make_pdf(db().get_one(Paper, paper_id))
    with transaction() as session:
        services.keep_pdf(session, paper_id, content, send_to=job.payload["send_to"], now=clock.now())


def remind(job: Job) -> None:
    """Remind of an invoice on which something is open."""
    with transaction() as session:
        services.remind(session, UUID(job.payload["paper"]), days=job.payload["days"], now=clock.now())


def invoice_group(job: Job) -> None:
    """Issue the group invoice that nobody asked for in time."""
    organization_id, currency = UUID(job.payload["organization"]), job.payload["currency"]
    with transaction() as session:
        services.invoice_gathered(session, organization_id, currency, now=clock.now())


def take_in(job: Job) -> None:
    """Take in the movements of a statement; what a stopped run had taken in is passed over."""
    import_id = UUID(job.payload["import"])
    row = db().get_one(StatementImport, import_id)
    if row.state is not ImportState.QUEUED:
        return
    intake = services.Intake(import_id, row.kind, services.read_import(db(), import_id))
    batches, done = intake.batches(), 0
    for batch in batches:
        job.progress(100 * done // max(1, len(intake.movements)), f"{done} of {len(intake.movements)} entries")
        with transaction() as session:
            intake.take(session, batch, clock.now())
        done += len(batch)
    with transaction() as session:
        intake.finish(session, now=clock.now())


def pdf_to_attach(paper_id: str) -> tuple[str, bytes] | None:
    """Return a paper's name and PDF for a mail."""
    return services.open_pdf(db(), UUID(paper_id))


def receipt_to_attach(payment_id: str) -> tuple[str, bytes] | None:
    """Return the name and PDF of a payment's newest receipt for a mail, None when it has none."""
    found = queries.receipt_of(db(), UUID(payment_id))
    return services.open_pdf(db(), found) if found else None


HANDLERS: dict[str, Handler] = {
    services.PRINT: print_paper,
    services.REMIND: remind,
    services.GROUP_JOB: invoice_group,
    services.IMPORT_JOB: take_in,
}
