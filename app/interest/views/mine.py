"""A partner's own interests: the list, stating one, why they ended."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number, words
from app.core.db import db
from app.core.errors import NotFound, Refused
from app.core.money import AmountBand
from app.directory import queries as directory
from app.directory.queries.content import NO_ENTRY
from app.directory.queries.policy import policy_lines_of
from app.directory.rules import tidy
from app.interest import queries, services
from app.interest.edge import counting_refusals
from app.interest.forms import SCALED, InterestForm
from app.interest.states import InterestState, Side, Visibility
from app.interest.views.base import TONES, WORDS, asked_for, bp
from app.partners import queries as partners
from app.regulatory.states import Participation

SORTS = {"moved": "Last moved first", "entry": "Programme", "state": "Stage", "expires": "Ends soonest"}
ENOUGH_ANSWERS = 5


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
    text = " ".join(tidy(words()).split())
    state, sort = asked_for("state", InterestState), _sort()
    page = queries.my_interests(
        db(), principal().organizations(), state=state, search=text, sort=sort, number=page_number()
    )
    country = accounts.country_abroad(db(), principal())
    lines = policy_lines_of(db(), country, [(one.entry_id, one.kind) for one in page.items])
    return render_template(
        "interest/interests.html", page=page, search=text, sort=sort, sorts=SORTS, state=state, tones=TONES,
        policy_lines=lines, **WORDS,
    )  # fmt: skip


def _sort() -> str:
    return chosen if (chosen := request.args.get("sort", "")) in SORTS else "moved"


@bp.get("/interests/reasons")
@allow(read=SIGNED_IN)
def my_reasons() -> ResponseReturnValue:
    """Count why the interests of the person's organizations ended, and on whose side."""
    found = queries.my_pass_reasons(db(), principal().organizations())
    return render_template(
        "interest/reasons.html", found=found, sides={Side.PARTNER: "You passed", Side.COMPANY: "The company passed"},
        back=("My interests", url_for("interest.interests")), **WORDS,
    )  # fmt: skip


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
    company = entry.row.organization_id
    answers = queries.company_answers(db(), [company]) if company else None
    ours = [UUID(one) for one in form.organization.choices]
    kept_apart = company is not None and partners.keeps_apart(db(), ours, company)
    page = render_template(
        "interest/new.html", form=form, kept_apart=kept_apart, row=entry.row, scaled=SCALED,
        vetted=directory.is_vetted(db(), person.user_id), organizations=form.organization.choices,
        company_answers=answers, enough=ENOUGH_ANSWERS, **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _stated(form: InterestForm, entry_id: UUID) -> UUID:
    return counting_refusals(
        lambda session: services.state_interest(
            session, user_id=principal().user_id, organization_id=UUID(form.organization.data), entry_id=entry_id,
            kind=Participation(form.kind.data), band=AmountBand(form.band.data), currency=form.currency.data,
            visibility=Visibility(form.visibility.data), note=form.note.data or "",
            watching=form.intent.data == "watch", now=clock.now(),
        ).id
    )  # fmt: skip
