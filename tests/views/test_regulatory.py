"""What anybody reads about countries and topics."""

import pytest

from tests.factories import regulatory as make
from tests.pages import Visitor


@pytest.fixture
def reader(session, visitor: Visitor) -> Visitor:
    """A visitor who is not signed in, with the shipped countries and topics loaded."""
    make.load_shipped(session)
    session.commit()
    return visitor


def test_anybody_finds_a_country_by_part_of_its_name_or_its_letters(reader):
    assert "New Zealand" in reader.get("/countries?words=zeal").links()
    assert "Japan" in reader.get("/countries?words=jp").links()
    assert "No country fits" in reader.get("/countries?words=%25").text


def test_countries_are_listed_in_pages_by_name_or_by_tier_and_of_one_tier(reader):
    page = reader.get("/countries")
    assert "Showing 1 to 25 of 249" in page.text
    assert "Showing 26 to 50 of 249" in reader.get("/countries?page=2").text
    assert "Showing 1 to 3 of 3" in reader.get("/countries?tier=T1_LICENSE_FREE_9X515&sort=tier").text
    assert "American Samoa" in reader.get("/countries?sort=tier").links()


@pytest.mark.parametrize("query", ["page=0", "page=99999", "page=x", "tier=odd", "sort=odd", "words=" + "z" * 300])
def test_an_odd_question_gets_a_page_and_no_fault(reader, query):
    reader.get(f"/countries?{query}")
    reader.get(f"/topics?{query}")


def test_a_country_says_what_its_status_changes_what_it_does_not_and_that_this_is_no_advice(reader):
    text = reader.get("/countries/nz").text
    for words in (
        "Excepted foreign state", "Being from this country is not enough", "Parts freer, and exception STA",
        "As of 23 July 2026", "This is not legal advice", "It confers no licence",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("iso2", "words"),
    [
        ("AE", "approved entities"), ("CY", "suspended for a time"), ("RU", "Policy of denial"), ("HK", "D:5"),
        ("IR", "Embargo"), ("MX", "no exception STA"), ("BM", "Belongs to United Kingdom"),
        ("IN", "payloads on Indian"),
    ],
)  # fmt: skip
def test_each_trap_is_visible_on_its_countrys_own_page(reader, iso2, words):
    assert words in reader.get(f"/countries/{iso2}").text


def test_every_source_of_a_country_is_a_link_or_says_what_to_check(reader):
    page = reader.get("/countries/IN")
    assert any(address.startswith("https://www.ecfr.gov/") for address in page.links().values())
    assert "source=unverified" not in page.text


def test_topics_are_found_by_words_and_domain(reader):
    assert "Showing 1 to 25 of 44" in reader.get("/topics").text
    page = reader.get("/topics?words=deemed&domain=export_control")
    assert "Deemed exports to foreign nationals in the United States" in page.links()


def test_a_topic_says_who_decides_how_long_what_to_bring_and_how_sure(reader):
    text = reader.get("/topics/cfius_tid_mandatory").text
    for words in ("CFIUS (Treasury) decides", "30 days (from the source)", "Ownership chart", "Investment review"):
        assert words in text
    assert "general knowledge: check it" in reader.get("/topics/foci").text


def test_every_topic_has_a_page(reader):
    for key in make.topics():
        reader.get(f"/topics/{key}")


@pytest.mark.parametrize("path", ["/countries/ZZ", "/topics/nothing"])
def test_an_unknown_country_or_topic_says_where_to_look(reader, path):
    assert "list of" in reader.get(path, status=404).text
