"""Finding and reading entries; open to everyone, showing each reader what their tier covers."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any, TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.core.access import EVERYONE, Principal, allow, principal_or_none
from app.core.asked import page_number
from app.core.db import db
from app.directory import queries, rules
from app.directory.queries import SORT_LABELS, Filters, Sort
from app.directory.states import CATEGORY_LABELS, STAGE_LABELS, VERIFICATION_LABELS, Tier
from app.directory.views.base import EDITORS, bp, seen_entry
from app.regulatory import queries as regulatory
from app.regulatory.states import PARTICIPATION_LABELS, Participation

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
M = TypeVar("M", bound=StrEnum)


@bp.get("/directory")
@allow(read=EVERYONE)
def entries() -> ResponseReturnValue:
    """Search, narrow, sort and page through the entries everyone may see."""
    filters = Filters.from_args(request.args, tier=Tier.PUBLIC)
    sort = Sort(chosen) if (chosen := request.args.get("sort", "")) in list(SORT_LABELS) else Sort.NAME
    layout = chosen if (chosen := request.args.get("layout", "")) in LAYOUTS else "cards"
    page = queries.entries(db(), filters, sort=sort, number=page_number(), size=PER_PAGE)
    names = regulatory.country_choices(db())
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
        categories=CATEGORY_LABELS,
        stages=STAGE_LABELS,
        openings=rules.OPENING_LABELS,
    )


@bp.get("/directory/<string:key>")
@allow(read=EVERYONE)
def entry(key: str) -> ResponseReturnValue:
    """Show one entry, what is inferred marked as such, and the policy steps for the reader's country."""
    found = seen_entry(key)
    person = principal_or_none()
    countries = regulatory.country_choices(db())
    country = _country(person, dict(countries))
    kind = _one(Participation, request.args.get("participation", ""))
    steps = (
        regulatory.policy_steps(db(), country=country, topic_keys=found.row.topic_keys, participation=kind)
        if country
        else []
    )
    return render_template(
        "directory/entry.html",
        entry=found,
        row=found.row,
        topic_names={topic.key: topic.name for topic in regulatory.topics(db())} if found.row.topic_keys else {},
        country=country,
        countries=countries,
        country_names=dict(countries),
        kind=kind,
        kinds=PARTICIPATION_LABELS,
        steps=steps,
        is_own=found.tier is Tier.GRANTED,
        may_write=bool(person and found.row.organization_id in person.organizations(*EDITORS)),
        categories=CATEGORY_LABELS,
        stages=STAGE_LABELS,
        openings=rules.OPENING_LABELS,
        verifications=VERIFICATION_LABELS,
        as_of_words=rules.as_of_words,
        Tier=Tier,
    )


def _one(kind: type[M], value: str) -> M | None:
    return next((member for member in kind if member.value == value), None)


def _asked(filters: Filters, sort: Sort, layout: str) -> dict[str, Any]:
    """Return the address's parameters as understood, without the page, for links that keep them."""
    asked: dict[str, Any] = {"sort": sort.value, "layout": layout}
    defaults = {"sort": Sort.NAME.value, "layout": "cards"}
    return {**filters.to_args(), **{name: value for name, value in asked.items() if value != defaults[name]}}


def _country(person: Principal | None, known: Collection[str]) -> str:
    """Return the country asked for, else that of the reader's organization; "" when neither is known."""
    asked = request.args.get("country", "").upper()
    if asked in known:
        return asked
    if person is None or not person.memberships:
        return ""
    homes = accounts.organizations(db(), [m.organization_id for m in person.memberships])
    abroad = [home.country for m in person.memberships if (home := homes.get(m.organization_id)) and _is_abroad(home)]
    return next((country for country in abroad if country in known), "")


def _is_abroad(home: accounts.OrganizationRow) -> bool:
    return home.country != "US"
