"""The public pages, for search engines."""

from datetime import datetime

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.core.access import EVERYONE, allow
from app.core.db import db
from app.core.settings import settings
from app.directory.queries.found import public_pages
from app.directory.rules.feeds import sitemap
from app.regulatory import queries as regulatory
from app.web.views import bp

PAGES = (
    "web.home", "directory.entries", "directory.timeline_page", "directory.map_page", "regulatory.countries",
    "regulatory.topics", "web.accessibility", "web.privacy", "web.security",
)  # fmt: skip


@bp.get("/sitemap.xml")
@allow(read=EVERYONE)
def sitemap_xml() -> ResponseReturnValue:
    """List every page that everyone may read, entries with when they last changed in public."""
    pages: list[tuple[str, datetime | None]] = [(url_for(endpoint), None) for endpoint in PAGES]
    pages += [(url_for("directory.entry", key=key), at) for key, at in public_pages(db())]
    pages += [(url_for("regulatory.country", iso2=iso2), None) for iso2, _name in regulatory.country_choices(db())]
    body = sitemap((settings().base_url + path, at) for path, at in pages)
    return Response(body, content_type="application/xml; charset=utf-8")
