"""Finding and reading entries; open to everyone, showing each reader what their tier covers."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.access import EVERYONE, allow, principal_or_none
from app.core.asked import page_number
from app.core.db import db
from app.directory import queries, rules
from app.directory.queries import SORT_LABELS, Filters, Sort
from app.directory.states import CATEGORY_LABELS, SOUGHT_LABELS, STAGE_LABELS, VERIFICATION_LABELS, Tier
from app.directory.views.base import EDITORS, bp, entry_parts, seen_entry
from app.directory.views.compare import put_aside
from app.directory.views.feeds import absolute, linked_data
from app.directory.views.policy import country_asked, policy_lines, policy_of
from app.regulatory import queries as regulatory

FACET_WORDS = {
    "category": "Category",
    "participation": "Participation",
    "opening": "Opening for partners",
    "stage": "Stage",
    "country": "Partner country",
    "standing": "Whose words",
}
LAYOUTS = {"cards": "Cards", "table": "Table"}
PER_PAGE = 24


@bp.get("/directory")
@allow(read=EVERYONE)
def entries() -> ResponseReturnValue:
    """Search, narrow, sort and page through the entries everyone may see."""
    filters = Filters.from_args(request.args, tier=Tier.PUBLIC)
    sort = Sort(chosen) if (chosen := request.args.get("sort", "")) in list(SORT_LABELS) else Sort.NAME
    layout = chosen if (chosen := request.args.get("layout", "")) in LAYOUTS else "cards"
    page = queries.entries(db(), filters, sort=sort, number=page_number(), size=PER_PAGE)
    names = regulatory.country_choices(db())
    policy_for = country_asked(principal_or_none(), dict(names), "for")
    return render_template(
        "directory/entries.html",
        page=page,
        filters=filters,
        facets=queries.facets(db(), filters, names),
        facet_words=FACET_WORDS,
        sort=sort,
        sorts=SORT_LABELS,
        layout=layout,
        layouts=LAYOUTS,
        asked=_asked(filters, sort, layout),
        countries=names,
        policy_for=policy_for,
        lines=policy_lines(page.items, policy_for, filters.participation),
        categories=CATEGORY_LABELS,
        stages=STAGE_LABELS,
        openings=rules.OPENING_LABELS,
        compared=put_aside(),
    )


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


def _asked(filters: Filters, sort: Sort, layout: str) -> dict[str, Any]:
    """Return the address's parameters as understood, without the page, for links that keep them."""
    asked: dict[str, Any] = {"sort": sort.value, "layout": layout}
    defaults = {"sort": Sort.NAME.value, "layout": "cards"}
    kept = {name: value for name, value in asked.items() if value != defaults[name]}
    if len(country := request.args.get("for", "").upper()) == 2 and country.isascii():
        kept["for"] = country
    return {**filters.to_args(), **kept}
