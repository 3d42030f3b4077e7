"""A denied visa: the person hands in the proof, finance decides."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.services import require_recent_sign_in
from app.core import clock
from app.core.access import SIGNED_IN, Role, allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.money import Money
from app.core.uploads import takes_file
from app.documents import services as documents
from app.documents.services import BadFile
from app.documents.states import Purpose
from app.registration import queries, services
from app.registration.forms.leave import VisaClaimForm, VisaDecisionForm
from app.registration.queries.money import payment_of
from app.registration.queries.refunds import visa_refund
from app.registration.queries.substitution import claims_of, visa_claims
from app.registration.services.visa_claims import PAID_PLACES
from app.registration.states import VisaClaimState
from app.registration.views.blueprint import bp, summit_now

DESK = holders(Role.FINANCE, Role.ORGANIZER)


@bp.route("/apply/visa-denied", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
@takes_file(documents.ACCEPTED[Purpose.VISA_DENIAL_PROOF].most_bytes)
def visa_denied() -> ResponseReturnValue:
    """Hand in the proof that my visa was denied, after reading which sum would come back."""
    summit = summit_now()
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is None or mine.terms is None:
        raise NotFound("You have no application. Open 'Apply' to begin.")
    form = VisaClaimForm()
    if form.validate_on_submit() and _claimed(mine.id, form):
        flash("Your proof is with the finance desk. You get a mail when they have decided.", "success")
        return redirect(url_for("registration.visa_denied"), 303)
    today = summit.settings.day_of(clock.now())
    back = visa_refund(payment_of(db(), mine.id), mine.terms, today)
    until = mine.terms.visa_denied_until
    return render_template(
        "registration/visa_denied.html", form=form, mine=mine, claims=claims_of(db(), mine.id), until=until,
        back=Money(back, mine.terms.currency) if back else None,
        may_claim=until is not None and today <= until and mine.state in PAID_PLACES,
    ), 422 if form.errors else 200  # fmt: skip


def _claimed(registration_id: UUID, form: VisaClaimForm) -> bool:
    upload = form.proof.data
    try:
        proof = documents.check(upload.read(), name=upload.filename or "", purpose=Purpose.VISA_DENIAL_PROOF)
        with transaction() as session:
            services.claim_visa_denial(
                session, registration_id, proof, words=form.words.data or "", actor_id=principal().user_id,
                now=clock.now(),
            )  # fmt: skip
    except BadFile as refusal:
        form.proof.errors = [*form.proof.errors, refusal.message]
        return False
    except Refused as refusal:
        form.form_errors.append(refusal.message)
        return False
    return True


@bp.get("/visa-claims")
@allow(read=DESK)
def claims() -> ResponseReturnValue:
    """List the claims that a visa was denied, the undecided first."""
    return _list(VisaDecisionForm(formdata=None))


@bp.post("/visa-claims/<uuid:claim_id>")
@allow(write=holders(Role.FINANCE))
def decide_claim(claim_id: UUID) -> ResponseReturnValue:
    """Accept a claim, or refuse it with words."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    form, accepted = VisaDecisionForm(), request.form.get("decision") == "accept"
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.decide_visa_claim(
                    session, claim_id, accepted=accepted, words=form.words.data or "", actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except (InvalidInput, Refused) as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Accepted. The refund was asked for." if accepted else "Refused. The person was told why.", "success")
            return redirect(url_for("registration.claims"), 303)
    return _list(form)


def _list(form: VisaDecisionForm) -> ResponseReturnValue:
    asked = request.args.get("state", "")
    state = VisaClaimState(asked) if asked in list(VisaClaimState) else None
    page = visa_claims(db(), state=state, number=page_number())
    return render_template(
        "registration/visa_claims.html", page=page, form=form, state=state, states=VisaClaimState,
        may_decide=Role.FINANCE in principal().roles, me=principal().user_id, sums=_sums(page.items),
    ), 422 if form.errors else 200  # fmt: skip


def _sums(found: list[queries.ClaimRow]) -> dict[UUID, Money]:
    """Return what would go back for each undecided claim of a page."""
    sums: dict[UUID, Money] = {}
    settings = summit_now().settings
    for claim in found:
        row = queries.registration(db(), claim.registration_id)
        if claim.state is VisaClaimState.CLAIMED and row is not None and row.terms is not None:
            cents = visa_refund(payment_of(db(), row.id), row.terms, settings.day_of(claim.claimed_at))
            sums[claim.id] = Money(cents, row.terms.currency)
    return sums
