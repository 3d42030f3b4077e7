"""Interest in numbers, for organizers: by stage, kind, market, currency and week; naming nobody."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import allow
from app.core.db import db
from app.interest import queries
from app.interest.rules.counts import SMALLEST
from app.interest.views.base import COUNTERS, WORDS, bp
from app.regulatory import queries as regulatory


@bp.get("/interests/summary")
@allow(read=COUNTERS)
def summary() -> ResponseReturnValue:
    """Count interest by stage, kind, market, currency and week."""
    found = queries.summary(db(), now=clock.now())
    most = max((count or 0 for _, count in found.weeks), default=0)
    return render_template(
        "interest/summary.html", summary=found, country_names=dict(regulatory.country_choices(db())), few=SMALLEST,
        most=most, **WORDS,
    )  # fmt: skip
