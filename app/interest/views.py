"""Pages of interest: a partner's own, a company's pipeline, counts for organizers."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.access import COMPANY, SIGNED_IN, Role, allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import AmountBand
from app.directory import queries as directory
from app.directory.queries.content import NO_ENTRY
from app.directory.rules import tidy
from app.interest import queries, rules, services
from app.interest.forms import InterestForm, MoveForm, PassForm, VisibilityForm
from app.interest.states import InterestEvent, InterestState, PassReason, Side, Visibility
from app.regulatory import queries as regulatory
from app.regulatory.states import PARTICIPATION_LABELS, Participation

bp = Blueprint("interest", __name__)
COMPANY_PEOPLE = holders(*COMPANY)
COUNTERS = holders(Role.ORGANIZER, Role.REVIEWER, Role.ADMINISTRATOR)
SORTS = {"moved": "Last moved first", "entry": "Programme", "state": "Stage", "expires": "Ends soonest"}
WORDS = {
    "states": rules.STATE_LABELS,
    "events": rules.EVENT_LABELS,
    "reasons": rules.REASON_LABELS,
    "visibilities": rules.VISIBILITY_LABELS,
    "kinds": PARTICIPATION_LABELS,
    "non_binding": rules.NON_BINDING,
}


def _state() -> InterestState | None:
    asked = request.args.get("state", "")
    return next((state for state in InterestState if state.value == asked), None)


def _partner_organizations() -> dict[str, str]:
    """Return the person's organizations that can be partners, to choose from."""
    person = principal()
    known = accounts.organizations(db(), [m.organization_id for m in person.memberships])
    return {
        str(m.organization_id): m.organization_name
        for m in person.memberships
        if (found := known.get(m.organization_id)) and found.kind is not OrganizationKind.US_COMPANY
    }


@bp.get("/interests")
@allow(read=SIGNED_IN)
def interests() -> ResponseReturnValue:
    """List the interests of the person's organizations."""
    words = " ".join(tidy(request.args.get("q", "")).split())[:100]
    sort = chosen if (chosen := request.args.get("sort", "")) in SORTS else "moved"
    page = queries.my_interests(
        db(), principal().organizations(), state=_state(), search=words, sort=sort, number=page_number()
    )
    return render_template(
        "interest/interests.html", page=page, search=words, sort=sort, sorts=SORTS, state=_state(), **WORDS
    )


@bp.route("/interests/new/<string:key>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def new(key: str) -> ResponseReturnValue:
    """State interest in an entry, or say what is missing before one can."""
    person = principal()
    tier = directory.reader_tier(db(), person.user_id, person.roles)
    entry = directory.entry(db(), key=key, tier=tier)
    if entry is None:
        raise NotFound(NO_ENTRY)
    form = InterestForm()
    form.offer(entry, _partner_organizations())
    if form.validate_on_submit():
        try:
            made = _stated(form, entry.row.id)
        except Refused as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Watching." if form.intent.data == "watch" else "Interest stated. It binds nobody.", "success")
            return redirect(url_for("interest.interest", interest_id=made), 303)
    page = render_template(
        "interest/new.html", form=form, row=entry.row, vetted=directory.is_vetted(db(), person.user_id),
        organizations=form.organization.choices, **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _stated(form: InterestForm, entry_id: UUID) -> UUID:
    with transaction() as session:
        made = services.state_interest(
            session, user_id=principal().user_id, organization_id=UUID(form.organization.data), entry_id=entry_id,
            kind=Participation(form.kind.data), band=AmountBand(form.band.data),
            visibility=Visibility(form.visibility.data), note=form.note.data or "",
            watching=form.intent.data == "watch", now=clock.now(),
        )  # fmt: skip
        return made.id


@bp.get("/interests/<uuid:interest_id>")
@allow(read=SIGNED_IN)
def interest(interest_id: UUID) -> ResponseReturnValue:
    """Show one of the partner's interests with its history and next steps."""
    found = queries.my_interest(db(), interest_id, principal().organizations())
    return render_template(
        "interest/interest.html", interest=found, history=queries.history(db(), found.id), form=MoveForm(formdata=None),
        pass_form=PassForm(formdata=None), visibility_form=VisibilityForm(formdata=None, data=_now_visible(found)),
        **WORDS,
    )  # fmt: skip


def _now_visible(found: queries.MyInterest) -> dict[str, str]:
    return {"visibility": found.visibility.value}


@bp.post("/interests/<uuid:interest_id>/move")
@allow(write=SIGNED_IN)
def move(interest_id: UUID) -> ResponseReturnValue:
    """Take a step as the partner."""
    queries.my_interest(db(), interest_id, principal().organizations())
    _take_step(interest_id, Side.PARTNER)
    return redirect(url_for("interest.interest", interest_id=interest_id), 303)


@bp.post("/interests/<uuid:interest_id>/visibility")
@allow(write=SIGNED_IN)
def visibility(interest_id: UUID) -> ResponseReturnValue:
    """Change what the company learns about the partner."""
    queries.my_interest(db(), interest_id, principal().organizations())
    form = VisibilityForm()
    if form.validate():
        with transaction() as session:
            chosen = Visibility(form.visibility.data)
            services.show_more(session, interest_id, chosen, actor_id=principal().user_id, now=clock.now())
        flash("Saved. It holds from now on; what the company saw before it has seen.", "success")
    else:
        flash("Choose what the company learns about you.", "error")
    return redirect(url_for("interest.interest", interest_id=interest_id), 303)


def _take_step(interest_id: UUID, side: Side) -> None:
    """Take the step named by the button; a refusal is told on the page one returns to."""
    event = next((event for event in InterestEvent if event.value == request.form.get("event")), None)
    if event is None:
        raise InvalidInput("Choose a step with one of the buttons on the page of the interest.")
    form = PassForm() if event is InterestEvent.PASS else MoveForm()
    asked = request.form.get("pass_reason", "")
    why = next((reason for reason in PassReason if reason.value == asked), None)
    try:
        with transaction() as session:
            services.move_interest(
                session, interest_id, event, actor_id=principal().user_id, side=side, pass_reason=why,
                reason=form.reason.data or "", now=clock.now(),
            )  # fmt: skip
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash("Done. The other side is told by mail." if event is not InterestEvent.RENEW else "Kept alive.", "success")


@bp.get("/interests/summary")
@allow(read=COUNTERS)
def summary() -> ResponseReturnValue:
    """Count interest by stage, kind and market, naming nobody."""
    names = dict(regulatory.country_choices(db()))
    return render_template("interest/summary.html", summary=queries.summary(db()), country_names=names, **WORDS)


@bp.get("/pipeline")
@allow(read=COMPANY_PEOPLE)
def pipeline() -> ResponseReturnValue:
    """Show the interests in the company's entries, by stage, with totals."""
    companies = principal().organizations(*COMPANY)
    entries = [row for company in sorted(companies, key=str) for row in directory.entries_of(db(), company)]
    key = chosen if (chosen := request.args.get("entry", "")) in {row.key for row in entries} else ""
    page = queries.pipeline(db(), companies, state=_state(), entry_key=key, number=page_number())
    return render_template(
        "interest/pipeline.html", page=page, totals=queries.stage_totals(db(), companies, entry_key=key),
        entries=sorted(entries, key=lambda row: row.name), entry_key=key, state=_state(),
        country_names=dict(regulatory.country_choices(db())), **WORDS,
    )  # fmt: skip


@bp.get("/pipeline/<uuid:interest_id>")
@allow(read=COMPANY_PEOPLE)
def lead(interest_id: UUID) -> ResponseReturnValue:
    """Show one interest in the company's entries, as far as the partner lets be known."""
    found = queries.lead(db(), interest_id, principal().organizations(*COMPANY))
    return render_template(
        "interest/lead.html", lead=found, history=queries.history(db(), found.id, for_company=True),
        form=MoveForm(formdata=None), pass_form=PassForm(formdata=None),
        country_names=dict(regulatory.country_choices(db())), **WORDS,
    )  # fmt: skip


@bp.post("/pipeline/<uuid:interest_id>/move")
@allow(write=COMPANY_PEOPLE)
def answer(interest_id: UUID) -> ResponseReturnValue:
    """Take a step as the company."""
    queries.lead(db(), interest_id, principal().organizations(*COMPANY))
    _take_step(interest_id, Side.COMPANY)
    return redirect(url_for("interest.lead", interest_id=interest_id), 303)
