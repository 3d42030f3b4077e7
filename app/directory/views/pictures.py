"""The directory as pictures, each with the same numbers as a table: which station when, and where."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import maps
from app.core.access import EVERYONE, allow
from app.core.asked import page_number
from app.core.db import db
from app.directory import queries
from app.directory.queries.found import by_launch, state_counts
from app.directory.rules.filter_words import filter_words
from app.directory.rules.filters import Filters
from app.directory.rules.timeline import ISS_LAST_YEAR, ISS_WORDS, timeline
from app.directory.rules.us_states import US_STATES
from app.directory.states import Tier
from app.directory.views.base import bp
from app.regulatory import queries as regulatory

PER_PICTURE = 40


def _filters() -> Filters:
    return Filters.from_args(request.args, tier=Tier.PUBLIC)


@bp.get("/directory/timeline")
@allow(read=EVERYONE)
def timeline_page() -> ResponseReturnValue:
    """Show which station or vehicle comes when, against the end of the International Space Station."""
    filters = _filters()
    page = by_launch(db(), filters, tier=Tier.PUBLIC, number=page_number(), size=PER_PICTURE)
    names = dict(regulatory.country_choices(db())) if filters.country else {}
    return render_template(
        "directory/timeline.html", page=page, picture=timeline(page.items), asked=filters.to_args(),
        words=filter_words(filters, names), iss_year=ISS_LAST_YEAR, iss_words=ISS_WORDS,
    )  # fmt: skip


@bp.get("/directory/map")
@allow(read=EVERYONE)
def map_page() -> ResponseReturnValue:
    """Show in which states programmes are, and from which countries their partners come."""
    filters = _filters()
    choices = regulatory.country_choices(db())
    names = dict(choices)
    counted = queries.facets(db(), filters, choices)
    states = state_counts(db(), filters, tier=Tier.PUBLIC)
    countries = {one.value: one.count for one in counted["country"]}
    return render_template(
        "directory/map.html", asked=filters.to_args(), words=filter_words(filters, names),
        total=queries.entries(db(), filters, size=1).total,
        pictures=[
            ("us_state", "U.S. states", "State", 15, maps.drawing(maps.us_states(), states, US_STATES, radius=15)),
            ("country", "Partner countries", "Country", 8, maps.drawing(maps.world(), countries, names, radius=8)),
        ],
    )  # fmt: skip
