"""Pages about records that may be there twice: found, compared, previewed, merged or dismissed."""

import re
from datetime import timedelta

import pytest

from app.accounts import merging
from app.accounts.models import DuplicatePair, JoinRequest, Organization, User
from app.accounts.states import AskState, PairState, RecordKind
from app.core import clock
from app.core.access import Role
from tests.factories import accounts
from tests.factories import registration as summits


@pytest.fixture
def organizer(session, signed_in):
    return signed_in(accounts.staff(session, Role.ORGANIZER, Role.ADMINISTRATOR).id)


def filled(page, **chosen):
    """Return the form of a page as it stands, with what is chosen."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.html)
    seen = re.findall(r'<input[^>]*name="seen"[^>]*value="([^"]*)"', page.html)
    return {**dict(hidden), **({"seen": seen[0]} if seen else {}), **chosen}


def test_two_records_are_compared_previewed_and_merged(session, organizer):
    pair = accounts.duplicate_people(session)
    listed = organizer.get("/duplicates")
    assert "same mailbox" in listed.text.casefold()
    page = organizer.get(f"/duplicates/{pair.id}")
    assert "Differs" in page.text
    refused = organizer.post(f"/duplicates/{pair.id}/preview", filled(page), status=422)
    assert "Choose which of the two records stays." in refused.text
    chosen = {"stays": "first", "value_name": "second", "value_email": "first"}
    preview = organizer.post(f"/duplicates/{pair.id}/preview", filled(page, **chosen), status=200)
    assert "This cannot be undone" in preview.text
    assert session.get_one(DuplicatePair, pair.id).state is PairState.OPEN, "a preview changes nothing"
    organizer.post(f"/duplicates/{pair.id}/merge", filled(preview))
    session.expire_all()
    kept, gone = pair.first_id, pair.second_id
    assert merging.kept_record(session, RecordKind.PERSON, gone) == kept
    assert session.get_one(User, kept).name == session.get_one(User, gone).name
    assert organizer.get(f"/people/{gone}", status=302).path.endswith(str(kept)), "a tombstone leads on"
    assert "These records are merged." in organizer.get(f"/duplicates/{pair.id}").text


@pytest.mark.check("B7")
def test_a_merge_asks_for_the_password_of_who_proved_long_ago_who_they_are(session, organizer):
    pair = accounts.duplicate_people(session)
    page = organizer.get(f"/duplicates/{pair.id}")
    clock.advance(timedelta(minutes=11))
    chosen = {"stays": "first", "value_name": "second", "value_email": "first"}
    for act in ("preview", "merge"):
        answer = organizer.post(f"/duplicates/{pair.id}/{act}", filled(page, **chosen))
        assert "/sign-in/again" in answer.path or "confirm" in answer.path
    assert session.get_one(DuplicatePair, pair.id).state is PairState.OPEN


@pytest.mark.check("L4")
def test_a_record_that_changed_after_the_page_was_opened_is_looked_at_again(session, organizer):
    pair = accounts.duplicate_people(session)
    page = organizer.get(f"/duplicates/{pair.id}")
    session.get_one(User, pair.first_id).name = "Noor B. Haddad"
    session.flush()
    chosen = {"stays": "first", "value_name": "second", "value_email": "first"}
    told = organizer.post(f"/duplicates/{pair.id}/merge", filled(page, **chosen), status=422)
    assert "A record changed" in told.text


def test_what_cannot_be_merged_says_why_and_a_reviewer_may_only_look_and_dismiss(session, organizer, signed_in):
    reviewer = signed_in(accounts.staff(session, Role.REVIEWER).id)
    pair = accounts.duplicate_people(session)
    assert "An organizer merges records" in reviewer.get(f"/duplicates/{pair.id}").text
    reviewer.post(f"/duplicates/{pair.id}/preview", {"stays": "first"}, status=403)
    told = reviewer.post(f"/duplicates/{pair.id}/dismiss", {"reason": ""}, status=422)
    assert "Say why in a few words" in told.text
    reviewer.post(f"/duplicates/{pair.id}/dismiss", {"reason": "Two sisters."})
    assert "Two sisters." in reviewer.get(f"/duplicates/{pair.id}").text
    summit = summits.summit(session)
    both = accounts.duplicate_people(session)
    for user_id in (both.first_id, both.second_id):
        person = session.get_one(User, user_id)
        summits.registration(session, summit=summit, person=person, organization=accounts.organization(session))
    session.flush()
    page = organizer.get(f"/duplicates/{both.id}")
    assert "Which one stays? The other is cancelled as a duplicate" in page.text


def test_organizations_are_merged_with_their_roles_kept_or_not(session, organizer):
    pair = accounts.duplicate_organizations(session)
    page = organizer.get(f"/duplicates/{pair.id}")
    chosen = {"stays": "second", "value_name": "first", "keep_roles": "y"}
    preview = organizer.post(f"/duplicates/{pair.id}/preview", filled(page, **chosen), status=200)
    assert "keep their role" in preview.text
    organizer.post(f"/duplicates/{pair.id}/merge", filled(preview))
    assert organizer.get(f"/organizations/{pair.first_id}", status=302).path.endswith(str(pair.second_id))


@pytest.mark.check("J7")
def test_a_name_searched_for_stands_in_no_address(session, organizer):
    accounts.duplicate_people(session)
    accounts.duplicate_organizations(session)
    found = organizer.post("/duplicates", {"words": "haddad"}, status=200)
    assert "Noor Haddad" in found.text
    assert "Mirai" not in found.text
    assert not [href for href in found.links().values() if "haddad" in href.casefold()]
    assert "No pair has that name" in organizer.post("/duplicates", {"words": "nobody"}, status=200).text
    assert "Mirai" in organizer.get("/duplicates?kind=organization&state=open").text


def test_somebody_asks_to_join_and_is_let_in(session, signed_in):
    summits.summit(session)
    lead, asker = accounts.member(session), accounts.user(session, name="Noor Haddad")
    asks, leads = signed_in(asker.id), signed_in(lead.user_id)
    asks.post("/organizations/requests", {"organization_id": str(lead.organization_id), "then": "/apply"})
    page = leads.get(f"/organizations/{lead.organization_id}")
    assert "Noor Haddad" in page.text
    request = session.query(JoinRequest).one()
    leads.post(f"/organizations/{lead.organization_id}/requests/{request.id}", {"answer": "accept"})
    session.expire_all()
    assert session.get_one(JoinRequest, request.id).state is AskState.ACCEPTED
    asks.post("/organizations/requests", {"organization_id": "no-id"}, status=422)


def test_who_adds_an_organization_that_is_here_already_is_asked_once_whether_it_is_theirs(session, signed_in):
    summits.countries(session)
    pair = accounts.duplicate_organizations(session)
    name = session.get_one(Organization, pair.first_id).name
    visitor = signed_in(accounts.user(session).id)
    visitor.get("/organizations/new")
    form = {"name": f" {name.upper()} ", "kind": "fund", "country": "JP", "website": ""}
    page = visitor.post("/organizations/new", form, status=200)
    assert "Is it one of these?" in page.text
    assert f"{name}, Japan" in page.text.replace(" ,", ",")
    added = visitor.post(
        "/organizations/new", {**form, "compared": re.findall(r'name="compared"[^>]*value="([^"]+)"', page.html)[0]}
    )
    assert added.path.startswith("/organizations/")
    assert session.query(Organization).filter_by(name=name.upper()).count() == 1
