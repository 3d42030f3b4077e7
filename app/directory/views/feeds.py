"""What changed in public, for readers of feeds; and what a public page says of itself to other programs."""

from typing import Any

from flask import Response, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import EVERYONE, allow
from app.core.db import db
from app.core.settings import settings
from app.directory.queries import EntryRow
from app.directory.queries.changes import Change, public_changes
from app.directory.rules.feeds import Feed, Item, atom, json_feed
from app.directory.states import Tier
from app.directory.views.base import bp

MOST, KEPT_SECONDS = 50, 300
TITLE, AUTHOR = "What changed in the directory of programmes", "Rendezvous"


def absolute(endpoint: str, **values: Any) -> str:
    """Return the address of a page as other sites and programs know it."""
    return settings().base_url + url_for(endpoint, **values)


def _feed(endpoint: str) -> Feed:
    items = [_item(change) for change in public_changes(db(), tier=Tier.PUBLIC, limit=MOST)]
    return Feed(TITLE, AUTHOR, absolute("directory.entries"), absolute(endpoint), items)


def _item(change: Change) -> Item:
    lines = ["New in the directory."] if change.is_new else []
    lines += [f"{one.label}: {one.after or 'taken away'}" + _before(one.before) for one in change.fields]
    return Item(change.version_id, absolute("directory.entry", key=change.key), change.name, change.at, tuple(lines))


def _before(said: str) -> str:
    return f" (before: {said})" if said else ""


@bp.get("/directory/feed.atom")
@allow(read=EVERYONE)
def atom_feed() -> ResponseReturnValue:
    """Return what changed in public as Atom."""
    feed = _feed("directory.atom_feed")
    return _kept(Response(atom(feed), content_type="application/atom+xml; charset=utf-8"), feed)


@bp.get("/directory/feed.json")
@allow(read=EVERYONE)
def json_changes() -> ResponseReturnValue:
    """Return what changed in public as a JSON feed."""
    feed = _feed("directory.json_changes")
    answer = make_response(jsonify(json_feed(feed)))
    answer.content_type = "application/feed+json; charset=utf-8"
    return _kept(answer, feed)


def _kept(answer: Response, feed: Feed) -> Response:
    """Let a feed be kept for a short while, and answered with 304 as long as nothing changed."""
    answer.add_etag()
    answer.last_modified = feed.updated
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    answer.make_conditional(request)
    return answer


def linked_data(row: EntryRow, sources: list[str]) -> dict[str, Any]:
    """Return what a public page of an entry says of itself in the words of schema.org: what everyone may see."""
    company: dict[str, Any] = {"@type": "Organization", "name": row.lead_company}
    if row.us_state:
        company["address"] = {"@type": "PostalAddress", "addressRegion": row.us_state, "addressCountry": "US"}
    page = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": absolute("directory.entry", key=row.key),
        "name": row.name,
        "inLanguage": "en",
        "isPartOf": {"@type": "WebSite", "name": AUTHOR, "url": settings().base_url},
        "about": {"@type": "Project", "name": row.name, "parentOrganization": company},
        "citation": [source.split(" ")[0] for source in sources if source.startswith(("https://", "http://"))],
    }
    if row.summary:
        page["description"] = row.summary
    return page
