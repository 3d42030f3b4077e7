"""Rules of the shell: the content policy, where a write may come from, who the site is."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.config import SettingsError
from app.core.paging import Page
from app.web.headers import content_policy
from app.web.origin import sent_from
from app.web.profile import profile_for
from app.web.templating import page_window
from tests.conftest import settings_for

OWN = {"https://summit.example"}
SETTINGS = settings_for("sqlite://", Path())


@pytest.mark.check("C1")
def test_the_content_policy_starts_from_nothing_and_runs_only_scripts_of_this_response():
    policy = dict(part.split(" ", 1) for part in content_policy("abc", payment_page="https://pay.example").split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'nonce-abc'"
    assert [policy[name] for name in ("object-src", "base-uri", "frame-ancestors")] == ["'none'"] * 3
    assert not any("unsafe" in sources or "*" in sources for sources in policy.values())


@pytest.mark.check("C3")
def test_forms_may_go_to_this_site_and_to_the_payment_page_only():
    assert "form-action 'self' https://pay.example;" in content_policy(None, payment_page="https://pay.example")


def test_a_page_without_scripts_may_run_none():
    assert "script-src 'none'" in content_policy(None, payment_page="https://pay.example")


@pytest.mark.check("C5")
@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        ("https://evil.example", None),
        ("https://evil.example", "same-origin"),
        ("http://summit.example", None),
        ("https://summit.example:8443", None),
        ("https://summit.example.evil.example", None),
        ("null", None),
        (None, "cross-site"),
        (None, "same-site"),
        ("https://summit.example", "cross-site"),
    ],
)
def test_a_write_from_another_site_is_refused(origin, fetch_site):
    assert not sent_from(OWN, origin, fetch_site)


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [("https://summit.example", "same-origin"), ("https://summit.example", None), (None, "none"), (None, None)],
)
def test_a_write_from_a_page_of_this_site_is_let_through(origin, fetch_site):
    assert sent_from(OWN, origin, fetch_site)


@pytest.mark.check("N8")
def test_by_default_the_site_claims_no_government():
    profile = profile_for(SETTINGS)
    assert not profile.banner
    assert "not an official website" in profile.disclaimer


@pytest.mark.check("N8")
def test_only_the_named_profile_turns_the_official_banner_on():
    assert profile_for(replace(SETTINGS, site_profile="gov", base_url="https://summit.example.gov")).banner


@pytest.mark.check("N8")
@pytest.mark.parametrize("base_url", ["http://summit.example.gov", "https://summit.example.org", "https://xgov"])
def test_the_official_banner_is_refused_where_it_would_be_untrue(base_url):
    with pytest.raises(SettingsError, match="BASE_URL"):
        profile_for(replace(SETTINGS, site_profile="gov", base_url=base_url))


def test_a_profile_that_does_not_exist_stops_the_start():
    with pytest.raises(SettingsError, match="SITE_PROFILE"):
        profile_for(replace(SETTINGS, site_profile="moon"))


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, [1, 2, None, 10]),
        (2, [1, 2, 3, None, 10]),
        (4, [1, 2, 3, 4, 5, None, 10]),
        (5, [1, None, 4, 5, 6, None, 10]),
        (10, [1, None, 9, 10]),
    ],
)
def test_of_many_pages_the_first_the_last_and_the_near_ones_are_offered(number, shown):
    assert page_window(Page([], 100, number, 10)) == shown
