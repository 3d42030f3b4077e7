"""Questions that the desk asked a company's export officer about."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import asked, clock
from app.core.access import allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, Refused
from app.enquiries import queries, services
from app.enquiries.forms import AddForm
from app.enquiries.states import OPEN
from app.enquiries.views.base import OFFICERS, WORDS, bp, country_names

SORTS = {"due": "Due first", "newest": "Newest first"}


@bp.get("/enquiries/for-us")
@allow(read=OFFICERS)
def for_us() -> ResponseReturnValue:
    """List the questions the desk asked this company's export officer about."""
    sort, words = "newest" if request.args.get("sort") == "newest" else "due", asked.words()
    page = queries.for_us(db(), principal().user_id, search=words, sort=sort, number=asked.page_number())
    return render_template(
        "enquiries/for_us.html", page=page, words=words, sort=sort, sorts=SORTS, country_names=country_names(), **WORDS
    )


@bp.route("/enquiries/for-us/<uuid:enquiry_id>", methods=["GET", "POST"])
@allow(read=OFFICERS, write=OFFICERS)
def contribution(enquiry_id: UUID) -> ResponseReturnValue:
    """Read one such question and tell the desk what it should know."""
    found, said = queries.for_us_page(db(), enquiry_id, principal().user_id)
    form = AddForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.contribute(
                    session, enquiry_id, form.words.data, actor_id=principal().user_id,
                    attestation=form.attestation.data or "", now=clock.now(),
                )  # fmt: skip
        except (Refused, InvalidInput) as refusal:
            form.words.errors = [*form.words.errors, refusal.message]
        else:
            flash("The export desk has your words.", "success")
            return redirect(url_for("enquiries.contribution", enquiry_id=enquiry_id), 303)
    page = render_template(
        "enquiries/contribution.html", enquiry=found, said=said, form=form, is_open=found.state in OPEN,
        country_names=country_names(), **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200
