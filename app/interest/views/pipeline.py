"""A company's pipeline: board, table, sheets, reasons, and how its stages weigh."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import COMPANY, allow, principal
from app.core.asked import page_number, words
from app.core.csv_out import csv_text
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.money import Money
from app.core.sheet_out import xlsx_bytes
from app.directory.rules import tidy
from app.directory.services import EDITORS
from app.documents.rules.kinds import MEDIA_TYPES
from app.documents.states import Kind
from app.interest import queries, rules, services
from app.interest.forms import PassForm, WeightsForm
from app.interest.queries import DUE_LABELS, SORTS, Due, Lead, Wanted
from app.interest.states import InterestState, Side
from app.interest.views.base import COMPANY_EDITORS, COMPANY_PEOPLE, TONES, WORDS, asked_for, bp, uuid_or_none
from app.regulatory import queries as regulatory
from app.regulatory.states import PARTICIPATION_LABELS, Participation

NOBODY, MINE = "nobody", "me"
KINDS = {"csv": Kind.CSV, "xlsx": Kind.XLSX}
HEADINGS = (
    "Entry", "Stage", "Country", "Kind of organization", "Organization", "Person", "E-mail", "Kind", "Amount",
    "Currency", "Exact amount, not binding", "Stated (UTC)", "Last moved (UTC)", "Lapses (UTC)", "Confirmed again",
    "Names asked (UTC)", "Answer", "Passed because", "Their note", "Our next step", "Due on", "Our owner", "Our rating",
    "Our notes", "Binding",
)  # fmt: skip


def wanted_now() -> Wanted:
    """Return what of the pipeline the address asks for."""
    owner = request.args.get("owner", "")
    sort = request.args.get("sort", "")
    return Wanted(
        entry_key=request.args.get("entry", "")[:80], state=asked_for("state", InterestState),
        owner_id=principal().user_id if owner == MINE else uuid_or_none(owner), no_owner=owner == NOBODY,
        country=request.args.get("country", "")[:2], kind=asked_for("kind", Participation), due=asked_for("due", Due),
        unanswered=request.args.get("names", "") == "asked", search=" ".join(tidy(words()).split()),
        sort=sort if sort in SORTS else "stage",
    )  # fmt: skip


def _shared(companies: Collection[UUID], wanted: Wanted) -> dict[str, Any]:
    """Return what board and table both show: what one can narrow by, and the totals of what one looks at."""
    today = clock.now().date()
    asked = {name: request.args.get(name) or None for name in
             ("entry", "state", "owner", "country", "kind", "due", "names", "q", "sort")}  # fmt: skip
    return {
        "wanted": wanted, "choices": queries.choices(db(), companies), "today": today, "now": clock.now(),
        "totals": queries.totals(db(), companies, wanted, today=today), "sorts": SORTS, "dues": DUE_LABELS,
        "country_names": dict(regulatory.country_choices(db())), "tones": TONES, "me": principal().user_id,
        "asked": {name: value for name, value in asked.items() if value}, "nobody": NOBODY, "mine": MINE,
        "may_set": bool(principal().organizations(*EDITORS)), **WORDS,
    }  # fmt: skip


@bp.get("/pipeline")
@allow(read=COMPANY_PEOPLE)
def pipeline() -> ResponseReturnValue:
    """Show the leads as a board: a column for each stage, the cards that moved last on top."""
    companies, wanted = principal().organizations(*COMPANY), wanted_now()
    columns = queries.board(db(), companies, wanted, today=clock.now().date())
    return render_template(
        "interest/board.html",
        columns=columns,
        cards_open=queries.CARDS_OPEN,
        pass_form=PassForm(formdata=None),
        **_shared(companies, wanted),
    )


@bp.get("/pipeline/table")
@allow(read=COMPANY_PEOPLE)
def pipeline_table() -> ResponseReturnValue:
    """Show the leads as a table."""
    companies, wanted = principal().organizations(*COMPANY), wanted_now()
    page = queries.pipeline(db(), companies, wanted, today=clock.now().date(), number=page_number())
    return render_template("interest/table.html", page=page, **_shared(companies, wanted))


@bp.get("/pipeline/export/<string:sheet_kind>")
@allow(read=COMPANY_PEOPLE)
def export(sheet_kind: str) -> ResponseReturnValue:
    """Hand out what one looks at as a sheet, on the record; only what each partner lets be known is in it."""
    if sheet_kind not in KINDS:
        raise NotFound("There is no such sheet.")
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    companies, now = principal().organizations(*COMPANY), clock.now()
    with transaction() as session:
        leads = queries.all_leads(session, companies, wanted_now(), today=now.date())
        for company in sorted(companies, key=str):
            services.note_export(session, company, leads=len(leads), actor_id=principal().user_id)
    names = dict(regulatory.country_choices(db()))
    rows = [_row(lead, names) for lead in leads]
    body = csv_text(HEADINGS, rows) if sheet_kind == "csv" else xlsx_bytes("Pipeline", HEADINGS, rows)
    answer = Response(body, mimetype=MEDIA_TYPES[KINDS[sheet_kind]])
    answer.headers["Content-Disposition"] = f'attachment; filename="pipeline-{now:%Y-%m-%d}.{sheet_kind}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _row(lead: Lead, names: dict[str, str]) -> tuple[object, ...]:
    exact = "" if lead.amount_cents is None else Money(lead.amount_cents, lead.currency).plain
    asked = lead.names_asked_at
    work, partner = lead.work, lead.partner
    return (
        lead.entry_name, rules.STATE_LABELS[lead.state], names.get(partner.country, partner.country), partner.kind,
        partner.organization_name, partner.person_name, partner.email, PARTICIPATION_LABELS[lead.kind], lead.amount,
        lead.currency, exact, _moment(lead.stated_at), _moment(lead.moved_at),
        _moment(lead.expires_at) if lead.is_live else "", lead.reconfirmed_count, _moment(asked) if asked else "",
        rules.ANSWER_LABELS[lead.names_answer] if asked else "",
        rules.REASON_LABELS[lead.pass_reason] if lead.pass_reason else "", lead.note, work.next_step,
        work.next_on.isoformat() if work.next_on else "", work.owner_name, work.rating or "", work.notes,
        "yes" if rules.is_binding(lead.state) else "no",
    )  # fmt: skip


def _moment(moment: Any) -> str:
    return str(moment.isoformat(timespec="minutes"))


@bp.get("/pipeline/reasons")
@allow(read=COMPANY_PEOPLE)
def pipeline_reasons() -> ResponseReturnValue:
    """Count why leads ended, and on whose side."""
    companies = principal().organizations(*COMPANY)
    return render_template(
        "interest/reasons.html", found=queries.pass_reasons(db(), companies),
        sides={Side.PARTNER: "The partner passed", Side.COMPANY: "You passed"},
        names=queries.names_answers(db(), companies), given=queries.company_answers(db(), companies),
        back=("Pipeline", url_for("interest.pipeline")), **WORDS,
    )  # fmt: skip


@bp.route("/pipeline/weights", methods=["GET", "POST"])
@allow(read=COMPANY_EDITORS, write=COMPANY_EDITORS)
def weights() -> ResponseReturnValue:
    """Say how much each stage counts in the weighted totals."""
    companies, form = principal().organizations(*EDITORS), WeightsForm()
    if form.validate_on_submit():
        with transaction() as session:
            for company in sorted(companies, key=str):
                services.set_weights(session, company, form.weights(), actor_id=principal().user_id, now=clock.now())
        flash("Saved. The totals count with these weights from now on.", "success")
        return redirect(url_for("interest.pipeline"), 303)
    if not form.is_submitted():
        form.show(queries.weights_of(db(), companies))
    page = render_template("interest/weights.html", form=form, defaults=rules.DEFAULT_WEIGHTS, **WORDS)
    return page, 422 if form.errors else 200
