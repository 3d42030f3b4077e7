"""Reading one entry; open to everyone, showing each reader what their tier covers."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.core.access import EVERYONE, allow, principal_or_none
from app.core.db import db
from app.directory import rules
from app.directory.states import CATEGORY_LABELS, SOUGHT_LABELS, STAGE_LABELS, VERIFICATION_LABELS, Tier
from app.directory.views.base import EDITORS, bp, entry_parts, seen_entry
from app.directory.views.compare import put_aside
from app.directory.views.feeds import absolute, linked_data
from app.directory.views.policy import policy_of
from app.regulatory import queries as regulatory


@bp.get("/directory/<string:key>")
@allow(read=EVERYONE)
def entry(key: str) -> ResponseReturnValue:
    """Show one entry, what is inferred marked as such, and the policy steps for the reader's country."""
    found = seen_entry(key)
    person = principal_or_none()
    countries = regulatory.country_choices(db())
    return render_template(
        "directory/entry.html",
        entry=found,
        row=found.row,
        countries=countries,
        country_names=dict(countries),
        **policy_of(found, countries),
        is_own=found.tier is Tier.GRANTED,
        may_write=bool(person and found.row.organization_id in person.organizations(*EDITORS)),
        categories=CATEGORY_LABELS,
        stages=STAGE_LABELS,
        openings=rules.OPENING_LABELS,
        verifications=VERIFICATION_LABELS,
        sought_labels=rules.worded(SOUGHT_LABELS),
        in_words=rules.in_words,
        milestone_words=rules.milestone_words,
        compared=put_aside(),
        canonical=absolute("directory.entry", key=found.row.key),
        linked_data=linked_data(found.row, found.seen["sources"]),
        parts=[part for make in entry_parts if (part := make(found, person))],
        Tier=Tier,
    )
