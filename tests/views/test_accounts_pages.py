"""One's own account, one's organization, and the administrators' list of people."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import LoginSession, User
from app.accounts.queries import token_digest
from app.core import audit, clock
from app.core.access import Role
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from tests.factories import accounts as make

PASSWORD = "granite lantern oboe fig"
OTHER = "violet umbrella kettle moth"


def texts(session, *, to):
    """What somebody was mailed, oldest first."""
    outbox.deliver_due(clock.now())
    found = select(MailboxMessage).where(MailboxMessage.recipients.contains(to))
    return [mail.text for mail in session.scalars(found.order_by(MailboxMessage.received_at, MailboxMessage.id))]


def actions(session):
    audit.write_waiting(session)
    return session.scalars(select(audit.AuditEntry.action).order_by(audit.AuditEntry.sequence)).all()


# One's own account


def test_a_person_changes_name_and_time_zone(signed_in, session):
    visitor = signed_in(make.user(session).id)
    visitor.get("/account")
    visitor.post("/account", {"name": "Aiko  Sato", "time_zone": "Europe/Paris"})
    assert 'value="Aiko Sato"' in visitor.get("/account").html
    visitor.post("/account", {"name": "", "time_zone": "Europe/Paris"}, status=422)
    visitor.post("/account", {"name": "Aiko", "time_zone": "Mars/Olympus"}, status=422)


@pytest.mark.check("B5")
@pytest.mark.check("A13")
def test_a_new_password_ends_other_sessions_renews_this_one_and_is_told_by_mail(signed_in, session):
    user = make.user(session, password=PASSWORD)
    here, there = signed_in(user.id), signed_in(user.id)
    with here.client.session_transaction() as cookie:
        before = cookie["_user_id"]
    here.get("/account/password")
    here.post("/account/password", {"password": OTHER, "new_password": OTHER}, status=422)
    here.post("/account/password", {"password": PASSWORD, "new_password": "short"}, status=422)
    here.post("/account/password", {"password": PASSWORD, "new_password": OTHER})
    there.get("/account", status=303)
    here.get("/account")
    with here.client.session_transaction() as cookie:
        assert cookie["_user_id"] != before
    assert "password of your account was changed" in texts(session, to=user.email)[-1]


@pytest.mark.check("A13")
def test_a_new_address_counts_once_confirmed_and_both_addresses_are_told(signed_in, session):
    user = make.user(session, email="old@example.org", password=PASSWORD)
    visitor = signed_in(user.id)
    visitor.get("/account/address")
    visitor.post("/account/address", {"email": "new@example.org", "password": OTHER}, status=422)
    visitor.post("/account/address", {"email": "Old@example.org", "password": PASSWORD}, status=422)
    visitor.post("/account/address", {"email": "New@example.org", "password": PASSWORD})
    assert "new@example.org" in texts(session, to="old@example.org")[0]
    assert session.scalar(select(User.email)) == "old@example.org"
    link = re.search(r"/account/confirm/[\w-]+", texts(session, to="new@example.org")[0])[0]
    clock.advance(timedelta(seconds=1))
    visitor.get(link)
    visitor.post(link)
    assert session.scalar(select(User.email)) == "new@example.org"
    for address in ("old@example.org", "new@example.org"):
        assert "address is now new@example.org" in texts(session, to=address)[-1]


@pytest.mark.check("A10")
def test_changing_to_somebody_elses_address_tells_nothing_here_and_warns_them(signed_in, session):
    make.user(session, email="taken@example.org")
    visitor = signed_in(make.user(session, password=PASSWORD).id)
    visitor.get("/account/address")
    answer = visitor.post("/account/address", {"email": "taken@example.org", "password": PASSWORD}, follow=True)
    assert "Open the link that we mailed to taken@example.org" in answer.html
    assert "already has an account" in texts(session, to="taken@example.org")[0]


@pytest.mark.check("B6")
def test_a_person_sees_where_they_are_signed_in_and_ends_any_or_all(app, signed_in, session):
    user = make.user(session)
    here, there, third = (signed_in(user.id) for _ in range(3))
    page = here.get("/account")
    assert page.text.count("127.0.0.0/24") >= 3
    assert "127.0.0.1" not in page.text
    with there.client.session_transaction() as cookie:
        wanted = select(LoginSession.id).where(LoginSession.token_hash == token_digest(cookie["_user_id"]))
    here.post(f"/account/sessions/{session.scalar(wanted)}/end")
    there.get("/account", status=303)
    here.get("/account")
    here.post("/account/sessions/end-others")
    third.get("/account", status=303)
    here.get("/account")


@pytest.mark.check("D3")
def test_a_session_of_somebody_else_looks_like_one_that_does_not_exist(signed_in, session):
    stranger, user = signed_in(make.user(session).id), make.user(session)
    signed_in(user.id)
    theirs = session.scalar(select(LoginSession.id).where(LoginSession.user_id == user.id))
    stranger.get("/account")
    known = stranger.post(f"/account/sessions/{theirs}/end", status=404)
    unknown = stranger.post(f"/account/sessions/{user.id}/end", status=404)
    assert known.text.split("Reference")[0] == unknown.text.split("Reference")[0]


# Organizations


@pytest.fixture
def owner(session):
    return make.member(session, organization=make.company(session))


def test_an_owner_invites_and_the_invited_newcomer_is_in_after_one_form(signed_in, visitor, session, owner):
    boss = signed_in(owner.user_id)
    page = f"/organizations/{owner.organization_id}"
    boss.get(page)
    boss.post(f"{page}/invitations", {"email": "noor@orbital.example", "role": "export_officer"})
    assert "noor@orbital.example" in boss.get(page).text
    link = re.search(r"/account/invitation/[\w-]+", texts(session, to="noor@orbital.example")[0])[0]
    assert "Export officer" in visitor.get(link).text
    form = {"name": "Noor Haddad", "new_password": "orbital works noor", "time_zone": "UTC"}
    assert "your own name" in visitor.post(link, form, status=422).text
    assert visitor.post(link, {**form, "new_password": PASSWORD}).path == "/organizations"
    assert "Orbital Works" in visitor.get("/organizations").text
    visitor.get(link, status=410)
    assert "Noor Haddad" in boss.get(page).text


def test_an_invited_person_with_an_account_joins_with_one_button(signed_in, visitor, session, owner):
    make.user(session, email="mia@orbital.example")
    boss = signed_in(owner.user_id)
    page = f"/organizations/{owner.organization_id}"
    boss.get(page)
    boss.post(f"{page}/invitations", {"email": "mia@orbital.example", "role": "company_delegate"})
    link = re.search(r"/account/invitation/[\w-]+", texts(session, to="mia@orbital.example")[0])[0]
    visitor.get(link)
    assert visitor.post(link).path.startswith("/sign-in")
    assert "mia@orbital.example" in boss.get(page).text
    boss.post(f"{page}/invitations", {"email": "mia@orbital.example", "role": "company_delegate"}, status=422)


def test_an_owner_changes_roles_and_removes_members_who_are_told(signed_in, session, owner):
    place = session.get(make.Organization, owner.organization_id)
    member = make.member(session, organization=place, role=Role.COMPANY_DELEGATE)
    email = session.get(User, member.user_id).email
    boss, page = signed_in(owner.user_id), f"/organizations/{place.id}"
    boss.get(page)
    boss.post(f"{page}/members/{member.user_id}/role", {"role": "export_officer"})
    boss.post(f"{page}/members/{member.user_id}/role", {"role": "administrator"}, status=422)
    boss.post(f"{page}/members/{owner.user_id}/remove", status=409)
    boss.post(f"{page}/members/{member.user_id}/remove")
    told = " ".join(texts(session, to=email))
    assert "You are now Export officer" in told
    assert "You no longer belong" in told
    assert {"membership.changed", "membership.ended"} <= set(actions(session))


@pytest.mark.check("D3")
def test_an_organization_one_does_not_belong_to_looks_like_one_that_does_not_exist(signed_in, session, owner):
    stranger = signed_in(make.member(session).user_id)
    known = stranger.get(f"/organizations/{owner.organization_id}", status=404)
    unknown = stranger.get(f"/organizations/{owner.user_id}", status=404)
    assert known.text.split("Reference")[0] == unknown.text.split("Reference")[0]


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.ADMINISTRATOR, Role.REVIEWER, Role.SCREENER])
def test_staff_find_any_organization_by_part_of_its_name(signed_in, session, role):
    make.organization(session, name="Kibo Trading")
    make.organization(session, name="Other House")
    visitor = signed_in(make.staff(session, role).id)
    page = visitor.get("/organizations?search=KIBO")
    assert "Other House" not in page.text
    assert "Members" in visitor.get(page.links()["Kibo Trading"]).text


def test_members_do_not_see_other_organizations_listed(signed_in, session):
    make.organization(session, name="Other House")
    assert "Other House" not in signed_in(make.member(session).user_id).get("/organizations").text


# People


@pytest.fixture
def boss(signed_in, session):
    return signed_in(make.staff(session, Role.ADMINISTRATOR, name="Zoe Boss").id)


def test_administrators_find_people_by_name_and_role(boss, session):
    make.staff(session, Role.FINANCE, name="Finn Ledger")
    make.user(session, name="Aiko Tanaka")
    assert "Finn Ledger" not in boss.get("/people?search=tanaka").text
    page = boss.get("/people?role=finance&sort=email")
    assert "Finn Ledger" in page.text
    assert "Aiko Tanaka" not in page.text
    assert "Nobody found" in boss.get("/people?search=nobody-at-all").text


@pytest.mark.check("A13")
def test_a_role_is_granted_and_revoked_with_a_reason_and_the_person_is_told(boss, signed_in, session):
    user = make.user(session, name="Finn Ledger")
    visitor, page = signed_in(user.id), f"/people/{user.id}"
    boss.get(page)
    boss.post(f"{page}/roles", {"role": "administrator", "reason": ""}, status=422)
    boss.post(f"{page}/roles", {"role": "administrator", "reason": "Second pair of eyes"})
    visitor.get("/people")
    boss.get(page)
    boss.post(f"{page}/roles/administrator/revoke", {"change-reason": "Not needed"})
    visitor.get("/people", status=403)
    told = " ".join(texts(session, to=user.email))
    assert "You now have the role Administrator" in told
    assert "You no longer have the role Administrator" in told
    assert {"role.granted", "role.revoked"} <= set(actions(session))


@pytest.mark.check("B4")
def test_a_suspended_person_is_out_at_the_next_request(boss, signed_in, session):
    user = make.user(session)
    visitor, page = signed_in(user.id), f"/people/{user.id}"
    visitor.get("/account")
    boss.get(page)
    boss.post(f"{page}/suspend", {"change-reason": "Impersonation"})
    visitor.get("/account", status=303)
    assert "Suspended" in boss.get(page).text
    boss.post(f"{page}/suspend", {"change-reason": "Again"}, status=422)
    boss.post(f"{page}/restore", {"change-reason": "Cleared up"})
    signed_in(user.id).get("/account")


@pytest.mark.check("B6")
def test_administrators_end_anybodys_sessions(boss, signed_in, session):
    user = make.user(session)
    visitor = signed_in(user.id)
    boss.get(f"/people/{user.id}")
    boss.post(f"/people/{user.id}/sessions/end", {"change-reason": "Lost laptop"})
    visitor.get("/account", status=303)


@pytest.mark.check("B7")
def test_granting_a_role_needs_the_password_within_ten_minutes(signed_in, session):
    boss = make.staff(session, Role.ADMINISTRATOR, password=PASSWORD)
    user, visitor = make.user(session), signed_in(boss.id)
    visitor.get(f"/people/{user.id}")
    clock.advance(timedelta(minutes=11))
    form = {"role": "finance", "reason": "Needed"}
    sent = visitor.client.post(
        f"/people/{user.id}/roles", data={**form, "csrf_token": visitor.csrf_token},
        headers={"Referer": f"http://localhost/people/{user.id}"},
    )  # fmt: skip
    assert sent.headers["Location"] == f"/account/confirm-identity?next=/people/{user.id}"
    visitor.get(sent.headers["Location"])
    visitor.post(sent.headers["Location"], {"password": OTHER}, status=422)
    assert visitor.post(sent.headers["Location"], {"password": PASSWORD}).path == f"/people/{user.id}"
    visitor.get(f"/people/{user.id}")
    visitor.post(f"/people/{user.id}/roles", form)
    assert "Finance" in visitor.get(f"/people/{user.id}").text


@pytest.mark.check("D11")
def test_administrators_are_offered_nothing_on_their_own_page_and_refused_if_they_try(signed_in, session):
    me = make.staff(session, Role.ADMINISTRATOR)
    visitor = signed_in(me.id)
    assert "Grant a role" not in visitor.get(f"/people/{me.id}").text
    visitor.post(f"/people/{me.id}/roles", {"role": "finance", "reason": "Me"}, status=409)


@pytest.mark.check("D7")
def test_a_form_writes_its_own_fields_and_nothing_else(signed_in, session):
    user = make.user(session)
    visitor = signed_in(user.id)
    visitor.get("/account")
    before = {column.key: getattr(user, column.key) for column in User.__table__.columns}
    forged = dict.fromkeys(before, "2020-01-01") | {"is_demo": "1", "role": "administrator"}
    visitor.post("/account", {**forged, "name": "New Name", "time_zone": user.time_zone})
    session.refresh(user)
    changed = {key for key, value in before.items() if getattr(user, key) != value}
    assert changed == {"name", "search_text"}
