"""Partners as vetted companies see them: only those that chose to be listed, only the fields they chose."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.states import OrganizationKind
from app.core import asked
from app.core.access import COMPANY, SIGNED_IN, Role, allow, holders, principal
from app.core.db import db
from app.directory.states import Sought
from app.partners import queries
from app.partners.queries import PartnerFilters
from app.partners.queries.readers import viewer_of
from app.partners.states import Reader
from app.partners.views.blueprint import WORDS, bp
from app.registration.rules.in_words import LANGUAGES
from app.regulatory import queries as regulatory

READERS = holders(*COMPANY, Role.ORGANIZER, Role.REVIEWER, Role.ADMINISTRATOR)


@bp.get("/partners")
@allow(read=READERS)
def partners() -> ResponseReturnValue:
    """List the partners that chose to be listed to vetted companies."""
    viewer = viewer_of(db(), principal())
    names = dict(regulatory.country_choices(db()))
    country = chosen if (chosen := request.args.get("country", "")) in names else ""
    kinds = [one for one in OrganizationKind if one is not OrganizationKind.US_COMPANY]
    filters = PartnerFilters(
        asked.words(), country,
        next((one for one in kinds if one.value == request.args.get("kind", "")), None),
        next((one for one in Sought if one.value == request.args.get("offer", "")), None),
    )  # fmt: skip
    page = queries.partners(db(), viewer, filters, number=asked.page_number())
    return render_template(
        "partners/partners.html", page=page, filters=filters, names=names, offered_kinds=kinds, languages=LANGUAGES,
        may_read=viewer.is_organizer or viewer.is_vetted_company, **WORDS,
    )  # fmt: skip


@bp.get("/partners/<uuid:partner_id>")
@allow(read=SIGNED_IN)
def partner(partner_id: UUID) -> ResponseReturnValue:
    """Show one partner as this reader may see it; its own people see everything, as a check."""
    found = queries.partner_view(db(), viewer_of(db(), principal()), partner_id)
    names = dict(regulatory.country_choices(db()))
    return render_template(
        "partners/partner.html", partner=found, is_own=found.reader is Reader.OURS, names=names, languages=LANGUAGES,
        may_list=found.reader in (Reader.ORGANIZER, Reader.COUNTERPART, Reader.VETTED_COMPANY), **WORDS,
    )  # fmt: skip
