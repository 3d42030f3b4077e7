"""What changed in public, as an Atom feed (RFC 4287) and as a JSON feed (version 1.1); and the map of a site."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lxml import etree

ATOM, SITEMAP = "http://www.w3.org/2005/Atom", "http://www.sitemaps.org/schemas/sitemap/0.9"
# What XML 1.0 cannot hold, whatever stands in a text.
UNWRITTEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed says it changed as long as nothing has."""


@dataclass(frozen=True, slots=True)
class Item:
    """One change of one entry: its own lasting id, and every line that everyone may read."""

    id: UUID
    url: str
    name: str
    at: datetime
    lines: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"{self.name}: {self.lines[0]}" if len(self.lines) == 1 else f"{self.name}: {len(self.lines)} changes"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: who speaks, where its page and the feed itself are, what is new, the newest first."""

    title: str
    author: str
    page_url: str
    own_url: str
    items: Sequence[Item]

    @property
    def updated(self) -> datetime:
        return max((item.at for item in self.items), default=NEVER)


def atom(feed: Feed) -> bytes:
    """Return the feed as Atom: ids that last, times in UTC, text that is text."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]
    _add(root, "id", feed.own_url)
    _add(root, "title", feed.title)
    _add(root, "updated", _stamp(feed.updated))
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.own_url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page_url)
    for item in feed.items:
        entry = _add(root, "entry")
        _add(entry, "id", item.id.urn)
        _add(entry, "title", item.title)
        _add(entry, "updated", _stamp(item.at))
        _add(entry, "link", rel="alternate", type="text/html", href=item.url)
        _add(entry, "content", "\n".join(item.lines), type="text")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def json_feed(feed: Feed) -> dict[str, Any]:
    """Return the feed as a JSON feed."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.own_url,
        "language": "en",
        "authors": [{"name": feed.author}],
        "items": [
            {
                "id": item.id.urn, "url": item.url, "title": item.title, "content_text": "\n".join(item.lines),
                "date_published": _stamp(item.at), "date_modified": _stamp(item.at),
            }
            for item in feed.items
        ],
    }  # fmt: skip


def sitemap(pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Return the addresses of public pages, each with when it last changed in public where that is known."""
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap={None: SITEMAP})  # type: ignore[dict-item]
    for address, at in pages:
        page = etree.SubElement(root, f"{{{SITEMAP}}}url")
        etree.SubElement(page, f"{{{SITEMAP}}}loc").text = address
        if at is not None:
            etree.SubElement(page, f"{{{SITEMAP}}}lastmod").text = f"{at.astimezone(UTC):%Y-%m-%d}"
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        made.text = UNWRITTEN.sub("", text)
    return made


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
