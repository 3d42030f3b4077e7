"""The directory as pictures, each with the same numbers as a table: which station when, and where."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import maps
from app.core.access import EVERYONE, allow, principal_or_none
from app.core.asked import page_number
from app.core.db import db
from app.directory import queries
from app.directory.queries.found import by_launch, state_counts
from app.directory.rules.filter_words import filter_words
from app.directory.rules.filters import Filters
from app.directory.rules.timeline import ISS_LAST_YEAR, ISS_WORDS, timeline
from app.directory.rules.us_states import US_STATES
from app.directory.states import Tier
from app.directory.views.base import bp, tier_of
from app.regulatory import queries as regulatory

PER_PICTURE = 40


def _asked() -> tuple[Filters, Tier]:
    """Return what the address asks for, as far as this reader may ask, and the reader's tier."""
    tier = tier_of(principal_or_none())
    return Filters.from_args(request.args, tier=tier), tier


@bp.get("/directory/timeline")
@allow(read=EVERYONE)
def timeline_page() -> ResponseReturnValue:
    """Show which station or vehicle comes when, against the end of the International Space Station."""
    filters, tier = _asked()
    page = by_launch(db(), filters, tier=tier, number=page_number(), size=PER_PICTURE)
    names = dict(regulatory.country_choices(db())) if filters.country else {}
    return render_template(
        "directory/timeline.html", page=page, picture=timeline(page.items), asked=filters.to_args(),
        words=filter_words(filters, names), iss_year=ISS_LAST_YEAR, iss_words=ISS_WORDS,
    )  # fmt: skip


@bp.get("/directory/map")
@allow(read=EVERYONE)
def map_page() -> ResponseReturnValue:
    """Show in which states programmes are, and from which countries their partners come."""
    filters, tier = _asked()
    choices = regulatory.country_choices(db())
    names = dict(choices)
    counted = queries.facets(db(), filters, choices, tier=tier)
    counts = state_counts(db(), filters, tier=tier)
    states = {code: count for code, count in counts.items() if code in US_STATES}
    countries = {one.value: one.count for one in counted["country"]}
    return render_template(
        "directory/map.html", asked=filters.to_args(), words=filter_words(filters, names),
        total=queries.entries(db(), filters, tier=tier, size=1).total,
        pictures=[
            ("us_state", "U.S. states", "State", 15, maps.drawing(maps.us_states(), states, US_STATES, radius=15)),
            ("country", "Partner countries", "Country", 8, maps.drawing(maps.world(), countries, names, radius=8)),
        ],
    )  # fmt: skip
