"""Feeds that programs can read: Atom as RFC 4287 asks for it, a JSON feed, the map of the site."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from lxml import etree

from app.directory.rules.feeds import ATOM, SITEMAP, Feed, Item, atom, json_feed, sitemap

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
NAMES = {"a": ATOM, "s": SITEMAP}


def item(**changes):
    wish = {
        "id": uuid4(),
        "url": "https://s.example/directory/a",
        "name": "Haven",
        "at": AT,
        "lines": ("Stage: design",),
    }
    return Item(**{**wish, **changes})


def feed(*items):
    return Feed("News", "Rendezvous", "https://s.example/directory", "https://s.example/directory/feed.atom", items)


def parsed(*items):
    return etree.fromstring(atom(feed(*items)), etree.XMLParser(resolve_entities=False, no_network=True))


def test_a_feed_has_what_the_format_requires():
    tree = parsed(item(), item())
    for name in ("id", "title", "updated", "author/a:name"):
        assert len(tree.findall(f"a:{name}", NAMES)) == 1, name
    assert tree.find("a:link[@rel='self']", NAMES).get("href").endswith("/directory/feed.atom")
    entries = tree.findall("a:entry", NAMES)
    assert len({entry.findtext("a:id", namespaces=NAMES) for entry in entries}) == 2
    for entry in entries:
        assert UUID(entry.findtext("a:id", namespaces=NAMES))
        assert entry.findtext("a:updated", namespaces=NAMES) == "2027-03-01T12:00:00Z"
        assert entry.findtext("a:title", namespaces=NAMES) == "Haven: Stage: design"
        assert entry.find("a:link[@rel='alternate']", NAMES) is not None


@pytest.mark.check("E7")
def test_whatever_stands_in_a_text_is_text_in_the_feed():
    evil = "</title><script>alert(1)</script> & ]]> \x01\x0b\ufffe \ud800 é 日本"
    tree = parsed(item(name=evil, lines=(evil, "two")))
    entry = tree.find("a:entry", NAMES)
    assert "<script>" in entry.findtext("a:title", namespaces=NAMES)
    assert "日本" in entry.findtext("a:content", namespaces=NAMES)
    assert len(list(entry)) == 5


def test_an_empty_feed_is_a_feed():
    assert parsed().findtext("a:updated", namespaces=NAMES) == "2026-01-01T00:00:00Z"


def test_the_newest_change_dates_the_feed():
    older = item(at=datetime(2026, 5, 1, tzinfo=UTC))
    assert feed(item(), older).updated == AT


def test_a_json_feed_says_the_same():
    one = item(lines=("a", "b"))
    said = json_feed(feed(one))
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert said["items"][0] == {
        "id": one.id.urn, "url": one.url, "title": "Haven: 2 changes", "content_text": "a\nb",
        "date_published": "2027-03-01T12:00:00Z", "date_modified": "2027-03-01T12:00:00Z",
    }  # fmt: skip


def test_the_map_of_the_site_names_pages_and_days():
    tree = etree.fromstring(sitemap([("https://s.example/?a=1&b=2", None), ("https://s.example/x", AT)]))
    assert [loc.text for loc in tree.findall("s:url/s:loc", NAMES)] == [
        "https://s.example/?a=1&b=2",
        "https://s.example/x",
    ]
    assert [day.text for day in tree.findall("s:url/s:lastmod", NAMES)] == ["2027-03-01"]
