"""Invitation letters: asked for by the person, kept in order by organizers, verified by anybody who holds one."""

import hashlib
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerMinute

from app.accounts import cookies
from app.accounts.services import require_recent_sign_in
from app.accounts.throttle import Bucket
from app.core import clock
from app.core.access import EVERYONE, SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.registration import queries
from app.registration.forms.choices import choices
from app.registration.forms.visa import RevokeForm, VerifyForm, VisaLetterForm
from app.registration.queries import RegistrationRow, SummitView
from app.registration.queries import visa as letters
from app.registration.rules.application import you_from
from app.registration.rules.visa import PASSPORT_KEPT
from app.registration.services import visa as services
from app.registration.views.blueprint import bp, summit_now
from app.registration.views.desk_shared import ORGANIZERS, keep_search, searches
from app.registration.visa_states import INVITED, VisaLetterState
from app.regulatory.queries import country, country_choices

VERIFY_ADDRESS = RateLimitItemPerMinute(20, 5, namespace="verify-address")
TOO_MANY_CHECKS = "Too many letters were checked from here."
TONES = {VisaLetterState.VALID: "good", VisaLetterState.REPLACED: "warn", VisaLetterState.REVOKED: "bad"}


def _mine(summit: SummitView) -> RegistrationRow:
    mine = queries.registration_of(db(), summit.id, principal().user_id)
    if mine is None or mine.state not in INVITED:
        raise NotFound("There is no letter for you yet. It can be asked for once your application is approved.")
    return mine


@bp.route("/apply/visa-letter", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def visa_letter() -> ResponseReturnValue:
    """Ask for an invitation letter, or for a new version of it."""
    summit = summit_now()
    mine = _mine(summit)
    travel = letters.said_travel(db(), mine.id)
    mine_so_far = letters.letters_of(db(), mine.id)
    last = mine_so_far[0] if mine_so_far else None
    you = you_from(mine.answers)
    form = VisaLetterForm(
        name=you.full_name if you else principal().name, nationality=you.citizenship if you else "",
        consulate=last.consulate if last else travel.get("consulate", ""),
    )  # fmt: skip
    form.nationality.choices = choices(country_choices(db()), blank="Choose")
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.issue_letter(
                    session, mine.id, form.invited(), actor_id=principal().user_id, now=clock.now()
                )  # fmt: skip
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Your letter is ready. Download it below and keep it safe.", "success")
            return redirect(url_for("registration.visa_letter"), 303)
    return render_template(
        "registration/visa_letter.html", form=form, summit=summit, letters=mine_so_far, states=VisaLetterState,
        tones=TONES, days_kept=PASSPORT_KEPT.days, needs_none=travel.get("visa") is False,
    ), 422 if form.errors else 200  # fmt: skip


@bp.get("/visa-letters")
@allow(read=ORGANIZERS)
def visa_letters() -> ResponseReturnValue:
    """The letters that were issued, the newest first."""
    summit = summit_now()
    chosen = request.args.get("state", "valid")
    state = VisaLetterState(chosen) if chosen in list(VisaLetterState) else None
    key = request.args.get("s", "")
    words = searches().get(key, "")
    outdated = request.args.get("outdated") == "yes"
    page = letters.letter_list(
        db(), summit.id, state=state, search=words, outdated_before=summit.version if outdated else 0,
        number=page_number(),
    )  # fmt: skip
    args = {"state": chosen} | ({"s": key} if words else {}) | ({"outdated": "yes"} if outdated else {})
    return render_template(
        "registration/visa_letters.html", summit=summit, page=page, state=state, search=words, outdated=outdated,
        args=args, states=VisaLetterState, tones=TONES, countries=dict(country_choices(db())),
    )  # fmt: skip


@bp.post("/visa-letters/search")
@allow(write=ORGANIZERS)
def search_visa_letters() -> ResponseReturnValue:
    """Show the letters that match; the words searched for stay out of the address."""
    args = {"state": request.form.get("state", "")[:20]}
    if request.form.get("outdated") == "yes":
        args["outdated"] = "yes"
    if words := request.form.get("q", "").strip()[:100]:
        args["s"] = keep_search(words)
    return redirect(url_for("registration.visa_letters", **dict[str, Any](args)), 303)


@bp.get("/visa-letters/<uuid:letter_id>")
@allow(read=ORGANIZERS)
def issued_letter(letter_id: UUID) -> ResponseReturnValue:
    """One letter: its versions, who issued and opened them, and what can be done."""
    return _letter_page(letter_id, RevokeForm())


def _letter_page(letter_id: UUID, form: RevokeForm) -> ResponseReturnValue:
    page = letters.letter_page(db(), letter_id)
    if page is None:
        raise NotFound(services.NO_SUCH)
    nation = country(db(), page.letter.nationality)
    return render_template(
        "registration/issued_letter.html", page=page, letter=page.letter, summit=summit_now(), form=form, tones=TONES,
        nationality=nation.name if nation else page.letter.nationality,
    ), 422 if form.errors else 200  # fmt: skip


@bp.post("/visa-letters/<uuid:letter_id>/issue-anew")
@allow(write=ORGANIZERS)
def issue_letter_anew(letter_id: UUID) -> ResponseReturnValue:
    """Issue a letter anew with today's facts of the summit."""
    require_recent_sign_in(db(), principal().session_id, now=clock.now())
    with transaction() as session:
        made = services.issue_anew(session, letter_id, actor_id=principal().user_id, now=clock.now())
    flash("The letter was issued anew. The person was told that the earlier one no longer holds.", "success")
    return redirect(url_for("registration.issued_letter", letter_id=made), 303)


@bp.post("/visa-letters/<uuid:letter_id>/revoke")
@allow(write=ORGANIZERS)
def revoke_letter(letter_id: UUID) -> ResponseReturnValue:
    """Revoke a letter."""
    form = RevokeForm()
    if not form.validate_on_submit():
        return _letter_page(letter_id, form)
    with transaction() as session:
        services.revoke_letter(
            session, letter_id, reason=form.reason.data, actor_id=principal().user_id, now=clock.now()
        )  # fmt: skip
    flash("The letter was revoked. Whoever verifies it is told so.", "success")
    return redirect(url_for("registration.issued_letter", letter_id=letter_id), 303)


@bp.route("/verify", methods=["GET", "POST"])
@allow(read=EVERYONE, write=EVERYONE)
def verify() -> ResponseReturnValue:
    """Tell anybody who holds a letter whether it is valid."""
    form = VerifyForm()
    if not form.validate_on_submit():
        return render_template("registration/verify.html", form=form, asked=False), 422 if form.errors else 200
    return _verdict(form, form.number.data, form.code.data)


@bp.get("/verify/<string:letter_number>/<string:check_code>")
@allow(read=EVERYONE)
def verify_scanned(letter_number: str, check_code: str) -> ResponseReturnValue:
    """The same, from the code on the letter."""
    form = VerifyForm(formdata=None, data={"number": letter_number[:80], "code": check_code[:40]})
    return _verdict(form, letter_number, check_code)


def _verdict(form: VerifyForm, number: str, code: str) -> ResponseReturnValue:
    covered = hashlib.sha256(cookies.address().encode()).hexdigest()[:32]
    cookies.throttle().spend(Bucket(VERIFY_ADDRESS, covered), sentence=TOO_MANY_CHECKS)
    found = letters.verdict(db(), number, code)
    nation = country(db(), found.nationality) if found else None
    return render_template(
        "registration/verify.html", form=form, asked=True, found=found, tones=TONES,
        summit=queries.summit_view(db(), found.summit_id) if found else None,
        nationality=nation.name if nation else "",
    )  # fmt: skip
