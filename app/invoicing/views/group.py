"""One invoice for a delegation: what waits, what was issued, whom it names."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.queries import OrganizationRow
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound
from app.invoicing import queries, services
from app.invoicing.forms import BuyerForm
from app.invoicing.queries import Wanted
from app.invoicing.states import LEADS, PAYOUT_LABELS
from app.invoicing.views.base import DESK, TONES, bp, refuse
from app.regulatory.queries import country_choices


def _seen(organization_id: UUID) -> OrganizationRow:
    """Return the organization if the reader leads it or is of the desk. Raises NotFound."""
    person, found = principal(), accounts.organization(db(), organization_id)
    if found is None or (organization_id not in person.organizations(*LEADS) and not DESK.admits(person)):
        raise NotFound("That organization does not exist.")
    return found


@bp.get("/organizations/<uuid:organization_id>/invoices")
@allow(read=SIGNED_IN)
def group_invoices(organization_id: UUID) -> ResponseReturnValue:
    """Show the fees that wait for one invoice, and the invoices there are."""
    organization = _seen(organization_id)
    page = queries.papers(db(), Wanted(organization_id=organization_id), number=page_number())
    return render_template(
        "invoicing/group.html", organization=organization, page=page, tones=TONES,
        waiting=queries.gathered(db(), organization_id, after=services.GATHER),
        details=queries.details_of_organization(db(), organization_id),
        payouts=queries.payouts_to(db(), organization_id), labels=PAYOUT_LABELS,
        may_name=organization_id in principal().organizations(*LEADS),
    )  # fmt: skip


@bp.post("/organizations/<uuid:organization_id>/invoices")
@allow(write=SIGNED_IN)
def issue_group_invoice(organization_id: UUID) -> ResponseReturnValue:
    """Issue one invoice over everything that waits in one currency."""
    _seen(organization_id)
    currency = request.form.get("currency", "")[:3]
    with transaction() as session:
        paper = services.issue_group_invoice(
            session, organization_id, currency, actor_id=principal().user_id, now=clock.now()
        )
        number = paper.number
    flash(f"{number} is issued and goes out by mail.", "success")
    return redirect(url_for("invoicing.group_invoices", organization_id=organization_id), 303)


@bp.route("/organizations/<uuid:organization_id>/billing", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def group_billing(organization_id: UUID) -> ResponseReturnValue:
    """Say whom the invoices of an organization name."""
    organization = _seen(organization_id)
    details = queries.details_of_organization(db(), organization_id)
    form = BuyerForm(obj=details or organization)
    form.offer_countries(country_choices(db()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.keep_details(
                    session, form.buyer(), organization_id=organization_id, actor_id=principal().user_id,
                    now=clock.now(),
                )  # fmt: skip
        except DomainError as refusal:
            refuse(form, refusal, form.name)
        else:
            flash("Saved. The next invoice carries it.", "success")
            return redirect(url_for("invoicing.group_invoices", organization_id=organization_id), 303)
    return render_template(
        "invoicing/billing.html", payment=None, form=form, how=None, organization=organization,
        action=url_for("invoicing.group_billing", organization_id=organization_id),
        back=url_for("invoicing.group_invoices", organization_id=organization_id),
    ), 422 if form.errors else 200  # fmt: skip
