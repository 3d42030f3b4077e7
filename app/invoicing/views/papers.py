"""Papers: the desk's list and export, one paper, its PDF for those who may have it."""

import io
from typing import Any
from uuid import UUID

import xlsxwriter
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.services import require_recent_sign_in
from app.core import audit, clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import keep_words, kept_words, page_number
from app.core.csv_out import csv_text
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.money import Money
from app.invoicing import queries, services
from app.invoicing.forms import ReissueForm
from app.invoicing.queries import Wanted
from app.invoicing.queries.papers import PaperRow
from app.invoicing.rules.facts import buyer_from
from app.invoicing.states import KIND_LABELS, LEADS, PaperKind, Standing, Treatment
from app.invoicing.views.base import DESK, FINANCE, TONES, bp, refuse
from app.regulatory.queries import country_choices

NO_SUCH = "There is no such paper, or it is not yours to see."
HEADINGS = ["Number", "Kind", "Issued", "Buyer", "Currency", "Net", "Tax", "Sum", "Due", "Standing"]


@bp.get("/papers")
@allow(read=DESK)
def papers() -> ResponseReturnValue:
    """Show the desk every invoice, receipt and credit note, page by page."""
    wanted, args = _wanted()
    page = queries.papers(db(), wanted, number=page_number())
    return render_template(
        "invoicing/papers.html", page=page, wanted=wanted, args=args, kinds=KIND_LABELS, standings=Standing,
        tones=TONES,
    )  # fmt: skip


@bp.post("/papers/search")
@allow(write=DESK)
def search_papers() -> ResponseReturnValue:
    """Show the papers that match; the words searched for stay out of the address."""
    args = {name: request.form.get(name, "")[:20] for name in ("kind", "standing") if request.form.get(name)}
    if words := request.form.get("words", "").strip():
        args["s"] = keep_words(words)
    return redirect(url_for("invoicing.papers", **dict[str, Any](args)), 303)


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """Return what the list shows, and the arguments that lead back to it."""
    kind, standing, key = (request.args.get(name, "") for name in ("kind", "standing", "s"))
    words = kept_words(key)
    wanted = Wanted(
        kind=PaperKind(kind) if kind in list(PaperKind) else None,
        standing=Standing(standing) if standing in list(Standing) else None, search=words,
    )  # fmt: skip
    args = {"kind": wanted.kind or "", "standing": wanted.standing or "", "s": key if words else ""}
    return wanted, {name: str(value) for name, value in args.items() if value}


@bp.post("/papers/export")
@allow(write=DESK)
def export_papers() -> ResponseReturnValue:
    """Hand the list out as CSV or XLSX; that it was is on the record."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    wanted, _args = _wanted()
    rows = [_cells(row) for row in queries.every_paper(db(), wanted)]
    as_sheet = request.form.get("format") == "xlsx"
    with transaction() as session:
        audit.record(
            session, "papers.exported", ("papers", "list"), actor_id=principal().user_id,
            detail={"rows": len(rows), "kind": wanted.kind, "standing": wanted.standing},
        )  # fmt: skip
    name = f"papers.{'xlsx' if as_sheet else 'csv'}"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" if as_sheet else "text/csv"
    answer = Response(_as_xlsx(rows) if as_sheet else csv_text(HEADINGS, rows), mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _cells(row: PaperRow) -> list[str]:
    sums = (Money(cents, row.currency) for cents in (row.net_cents, row.tax_cents, row.gross_cents))
    return [
        row.number, KIND_LABELS[row.kind], f"{row.issued_at:%Y-%m-%d}", row.buyer_name, row.currency,
        *(one.plain for one in sums), row.due_on.isoformat() if row.due_on else "",
        row.standing.value.replace("_", " ") if row.standing else "",
    ]  # fmt: skip


def _as_xlsx(rows: list[list[str]]) -> bytes:
    """Return rows as a sheet of texts; nothing in it is a formula or a link."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet("Papers")
    for number, cells in enumerate([HEADINGS, *rows]):
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell)
    book.close()
    return out.getvalue()


@bp.get("/papers/<uuid:paper_id>")
@allow(read=SIGNED_IN)
def paper(paper_id: UUID) -> ResponseReturnValue:
    """Hand a paper's PDF to its payer, to who leads the organization it bills, or to the desk."""
    person = principal()
    leads = person.organizations(*LEADS)
    if not DESK.admits(person) and not queries.may_open(db(), paper_id, reader_id=person.user_id, leads=leads):
        raise NotFound(NO_SUCH)
    name, content = _open(paper_id)
    with transaction() as session:
        audit.record(session, "paper.downloaded", ("paper", paper_id), actor_id=person.user_id)
    answer = Response(b"" if request.method == "HEAD" else content, mimetype="application/pdf")
    answer.headers["Content-Length"] = str(len(content))
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def receipt_address(session: Session, payment_id: UUID) -> str | None:
    """Return where the newest numbered receipt of a payment is, None when it has none."""
    found = queries.receipt_of(session, payment_id)
    return url_for("invoicing.paper", paper_id=found) if found else None


def _open(paper_id: UUID) -> tuple[str, bytes]:
    try:
        return services.open_pdf(db(), paper_id)
    except NotFound:
        raise NotFound(NO_SUCH) from None


@bp.get("/papers/<uuid:paper_id>/about")
@allow(read=DESK)
def about_paper(paper_id: UUID) -> ResponseReturnValue:
    """Show the desk one paper: what it says, what refers to it, what is open, and how it is replaced."""
    return _about(paper_id, None)


def _about(paper_id: UUID, sent: ReissueForm | None) -> ResponseReturnValue:
    page = queries.paper_page(db(), paper_id)
    if page is None:
        raise NotFound(NO_SUCH)
    form = sent or _filled(page.facts)
    form.offer_countries(country_choices(db()))
    may_reissue = page.row.kind is PaperKind.INVOICE and page.row.standing is not Standing.REVERSED
    return render_template(
        "invoicing/paper.html", page=page, row=page.row, facts=page.facts, form=form, kinds=KIND_LABELS, tones=TONES,
        may_reissue=may_reissue and FINANCE.admits(principal()),
    ), 422 if form.errors else 200  # fmt: skip


def _filled(facts: dict[str, dict[str, str]]) -> ReissueForm:
    buyer = buyer_from(facts["buyer"])
    shown = {"name": buyer.name, "address": buyer.address, "country": buyer.country, "tax_id": buyer.tax_id}
    treatment = Treatment(facts["tax"]["treatment"])
    return ReissueForm(formdata=None, data={**shown, "order_number": buyer.order_number, "treatment": treatment})


@bp.post("/papers/<uuid:paper_id>/reissue")
@allow(write=FINANCE)
def reissue(paper_id: UUID) -> ResponseReturnValue:
    """Reverse an invoice and issue another in its place."""
    form = ReissueForm()
    form.offer_countries(country_choices(db()))
    if not form.validate_on_submit():
        return _about(paper_id, form)
    try:
        with transaction() as session:
            new = services.reissue(
                session, paper_id, form.buyer(), treatment=form.treatment.data, reason=form.reason.data,
                actor_id=principal().user_id, now=clock.now(),
            )  # fmt: skip
            new_id, number = new.id, new.number
    except NotFound:
        raise
    except InvalidInput as fault:
        refuse(form, fault, form.name)
    except DomainError as refusal:
        refuse(form, refusal)
    else:
        flash(f"The invoice is reversed. {number} takes its place and goes out by mail.", "success")
        return redirect(url_for("invoicing.about_paper", paper_id=new_id), 303)
    return _about(paper_id, form)
