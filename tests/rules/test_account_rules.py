"""How long sessions live and how people, places and devices are named."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import rules
from app.accounts.states import MEMBER_ROLES, STAFF_ROLES, OrganizationKind
from app.core.access import Role

START = datetime(2027, 3, 1, 12, tzinfo=UTC)


def lives(*, staff, idle, age=None):
    now = START + timedelta(minutes=age if age is not None else idle)
    return rules.session_lives(START, now - timedelta(minutes=idle), staff=staff, now=now)


@pytest.mark.check("B3")
@pytest.mark.parametrize(
    ("staff", "idle", "age", "alive"),
    [
        (False, 59, 59, True), (False, 60, 60, False), (False, 1, 24 * 60 - 1, True), (False, 1, 24 * 60, False),
        (True, 29, 29, True), (True, 30, 30, False), (True, 1, 12 * 60 - 1, True), (True, 1, 12 * 60, False),
    ],
)  # fmt: skip
def test_sessions_end_when_idle_and_when_old_and_sooner_for_staff(staff, idle, age, alive):
    assert lives(staff=staff, idle=idle, age=age) is alive


def test_a_visit_is_written_down_once_a_minute():
    assert not rules.seen_is_stale(START, START + timedelta(seconds=59))
    assert rules.seen_is_stale(START, START + timedelta(seconds=60))


@pytest.mark.check("B7")
def test_recent_is_ten_minutes():
    assert rules.is_recent(START, START + timedelta(minutes=10))
    assert not rules.is_recent(START, START + timedelta(minutes=10, seconds=1))


def test_every_role_comes_from_a_membership_or_from_a_grant_and_never_both():
    assert set(Role) == MEMBER_ROLES | STAFF_ROLES
    assert not MEMBER_ROLES & STAFF_ROLES


@pytest.mark.parametrize("kind", OrganizationKind)
def test_whoever_manages_members_has_a_role_of_that_kind_of_organization(kind):
    assert rules.lead_role(kind) in rules.roles_in(kind)
    assert rules.roles_in(kind) <= MEMBER_ROLES


def test_a_place_is_told_without_the_line():
    assert rules.address_prefix("192.0.2.77") == "192.0.2.0/24"
    assert rules.address_prefix("2001:db8:1:2::9") == "2001:db8:1::/48"
    assert rules.address_prefix("unix:") == "unknown"


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Safari/604.1",
         "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("<script>", "Unknown browser"),
    ],
)  # fmt: skip
def test_a_device_is_named_from_what_the_browser_says(user_agent, label):
    assert rules.device_label(user_agent) == label


def test_addresses_are_kept_in_one_form():
    assert rules.normal_email("  Aiko@Kibo.EXAMPLE ") == "aiko@kibo.example"


def test_searches_do_not_care_for_case_width_or_spaces():
    assert rules.folded("  Ｋibo   TRADING ß") == "kibo trading ss"


def test_time_zones_are_those_of_places_and_utc():
    names = rules.time_zone_names()
    assert names[0] == "UTC"
    assert {"Asia/Tokyo", "America/New_York", "Europe/Paris"} <= set(names)
    assert not [name for name in names if name.startswith(("Etc/", "posix"))]
