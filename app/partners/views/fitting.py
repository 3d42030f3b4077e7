"""What fits a partner: entries beside its mandates, with reasons in words."""

from collections.abc import Sequence
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.core import asked
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db
from app.directory import queries as directory
from app.directory.states import CATEGORY_LABELS, Category, StageGroup
from app.partners import queries
from app.partners.queries import FitFilters, FittingEntry
from app.partners.views.blueprint import WORDS, bp, partner_organizations
from app.regulatory import queries as regulatory
from app.regulatory.rules import PolicyLine


@bp.get("/directory/for-us")
@allow(read=SIGNED_IN)
def for_us() -> ResponseReturnValue:
    """List the entries that fit one of the person's mandates, most agreeing facts first."""
    person = principal()
    mine = partner_organizations()
    mandates = [row for row in queries.of_organizations(db(), list(mine)) if row.state.value in ("active", "draft")]
    wanted = request.args.get("mandate", "")
    chosen = next((row for row in mandates if str(row.id) == wanted), mandates[0] if mandates else None)
    filters = FitFilters(
        asked.words(),
        next((one for one in Category if one.value == request.args.get("category", "")), None),
        next((one for one in StageGroup if one.value == request.args.get("stage", "")), None),
    )
    page, policy = None, {}
    if chosen is not None:
        tier = directory.reader_tier(db(), person.user_id, person.roles)
        page = queries.fitting_entries(
            db(), chosen.organization_id, chosen.content, tier=tier, filters=filters, number=asked.page_number()
        )
        policy = _policy(chosen.organization_id, page.items)
    return render_template(
        "partners/for_us.html", page=page, mandates=mandates, chosen=chosen, filters=filters, mine=mine,
        policy=policy, categories=CATEGORY_LABELS, **WORDS,
    )  # fmt: skip


def _policy(organization_id: UUID, items: Sequence[FittingEntry]) -> dict[str, PolicyLine]:
    """Return what each entry on the page asks of a partner from the organization's country, in one line by key."""
    organization = accounts.organization(db(), organization_id)
    if organization is None:
        return {}
    lines = regulatory.policy_summaries(db(), organization.country, [one.row.topic_keys for one in items], None)
    return {one.row.key: line for one, line in zip(items, lines, strict=False)}
