"""Pages of this room: countries and regulatory topics, open to everyone."""

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.access import EVERYONE, allow
from app.core.asked import page_number
from app.core.db import db
from app.core.errors import NotFound
from app.regulatory import queries, rules
from app.regulatory.standing import standing
from app.regulatory.states import STAGE_LABELS, STEP_OWNER_LABELS, TIER_LABELS, VERIFICATION_WORDS, Tier

bp = Blueprint("regulatory", __name__)
# What higher rooms show on the page of a country (by its letters) or a topic (by its key): ready-made parts of a page.
country_sections: list[Callable[[str], str]] = []
topic_sections: list[Callable[[str], str]] = []

DOMAIN_LABELS = {
    "export_control": "Export control",
    "investment_review": "Investment review",
    "government_agreement": "Government agreements",
    "liability": "Liability",
    "operations_licence": "Operating licences",
    "radio_frequency": "Radio frequency",
    "trade_compliance": "Trade compliance",
    "travel": "Travel",
}


@bp.get("/countries")
@allow(read=EVERYONE)
def countries() -> ResponseReturnValue:
    """List countries and territories: search, one tier, by name or by tier."""
    asked = {name: request.args.get(name, "").strip()[:80] for name in ("words", "tier", "sort")}
    tier = Tier(asked["tier"]) if asked["tier"] in list(Tier) else None
    sort = "tier" if asked["sort"] == "tier" else "name"
    page = queries.countries_page(db(), search=asked["words"], tier=tier, sort=sort, number=page_number())
    return render_template(
        "regulatory/countries.html", page=page, words=asked["words"], tier=tier, sort=sort, tiers=TIER_LABELS
    )


@bp.get("/countries/<string(length=2):iso2>")
@allow(read=EVERYONE)
def country(iso2: str) -> ResponseReturnValue:
    """Show one country: its standing in each regime, what that changes and what it does not."""
    found = queries.country(db(), iso2)
    if found is None:
        raise NotFound("There is no country with these letters. Search for it in the list of countries.")
    parent = queries.country(db(), found.dependency_of) if found.dependency_of else None
    return render_template(
        "regulatory/country.html",
        country=found,
        parent=parent,
        regimes=standing(found),
        tiers=TIER_LABELS,
        sections=[Markup(make(found.iso2)) for make in country_sections],  # noqa: S704 - rendered by a template
    )


@bp.get("/topics")
@allow(read=EVERYONE)
def topics() -> ResponseReturnValue:
    """List the regulatory topics: search, one domain."""
    words = request.args.get("words", "").strip()[:80]
    domain = request.args.get("domain", "")
    domain = domain if domain in DOMAIN_LABELS else ""
    page = queries.topics_page(db(), search=words, domain=domain, number=page_number())
    return render_template("regulatory/topics.html", page=page, words=words, domain=domain, domains=DOMAIN_LABELS)


@bp.get("/topics/<string:key>")
@allow(read=EVERYONE)
def topic(key: str) -> ResponseReturnValue:
    """Show one topic: who decides, what triggers it, how long it takes, what to bring, how sure this is."""
    found = queries.topic_with_rule(db(), key)
    if found is None:
        raise NotFound("There is no such topic. Search for it in the list of topics.")
    topic, rule = found
    lead = (
        rule.lead if rule else rules.Lead(topic.lead_days_min, topic.lead_days_max, topic.lead_basis, topic.lead_time)
    )
    return render_template(
        "regulatory/topic.html", topic=topic, rule=rule, lead=rules.lead_time_words(lead), domains=DOMAIN_LABELS,
        verified=VERIFICATION_WORDS[topic.verification], stage=STAGE_LABELS[rule.stage] if rule else "",
        owner=STEP_OWNER_LABELS[rule.owner] if rule else "",
        sections=[Markup(make(key)) for make in topic_sections],  # noqa: S704 - rendered by a template
    )  # fmt: skip
