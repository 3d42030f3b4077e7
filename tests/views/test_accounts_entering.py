"""Coming in and going out, in pages."""

import re
import statistics
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from app.accounts.models import LoginSession, User
from app.config import Environment
from app.core import audit, clock
from app.notifications import outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from tests.factories import accounts as make
from tests.pages import Visitor

PASSWORD = "granite lantern oboe fig"
OTHER = "violet umbrella kettle moth"


def try_in(visitor, email, password=PASSWORD, *, status=303, to="/sign-in"):
    visitor.get(to)
    return visitor.post(to, {"email": email, "password": password}, status=status)


def mails(session, *, subject):
    """The mails that arrived whose subject holds `subject`, oldest first."""
    outbox.deliver_due(clock.now())
    found = select(MailboxMessage).where(MailboxMessage.subject.contains(subject))
    return session.scalars(found.order_by(MailboxMessage.received_at, MailboxMessage.id)).all()


def link_in(mail):
    """The path of the link with a secret in a mail."""
    return re.search(r"/account/(?:confirm|reset)/[\w-]+", mail.text)[0]


def sign_up(visitor, email, name="Aiko Tanaka", password=PASSWORD):
    visitor.get("/sign-up")
    form = {"name": name, "email": email, "new_password": password, "time_zone": "Asia/Tokyo"}
    answer = visitor.post("/sign-up", form, follow=True)
    outbox.deliver_due(clock.now())
    return answer


def actions(session):
    audit.write_waiting(session)
    return session.scalars(select(audit.AuditEntry.action).order_by(audit.AuditEntry.sequence)).all()


def test_somebody_new_signs_up_confirms_the_address_and_signs_in(visitor, session):
    assert sign_up(visitor, " Aiko@Kibo.example").heading == "Look in your mail"
    assert "Confirm your address first" in try_in(visitor, "aiko@kibo.example", status=422).text
    clock.advance(timedelta(seconds=1))
    mail, again = mails(session, subject="Confirm")
    link = link_in(again)
    assert "aiko@kibo.example" in mail.recipients
    assert "aiko@kibo.example" in visitor.get(link).text
    assert visitor.post(link).path == "/sign-in"
    assert try_in(visitor, "AIKO@kibo.example").path == "/start"
    assert visitor.get("/account").heading == "Your account"
    entered = actions(session)
    assert [what for what in entered if what.startswith(("user.", "sign_in", "session"))] == [
        "user.created", "sign_in.failed", "user.address_confirmed", "session.started",
    ]  # fmt: skip


def test_opening_a_link_changes_nothing_only_pressing_the_button_does(visitor, session):
    sign_up(visitor, "aiko@kibo.example")
    link = link_in(mails(session, subject="Confirm")[0])
    for _ in range(3):
        visitor.get(link)
    assert session.scalar(select(User.email_verified_at)) is None
    visitor.post(link)
    assert visitor.get(link, status=410).heading


@pytest.mark.check("A10")
def test_sign_up_says_the_same_to_known_and_unknown_addresses(visitor, session):
    make.user(session, email="known@example.org")
    unknown, known = sign_up(visitor, "new@example.org"), sign_up(visitor, "known@example.org")
    assert (unknown.status, unknown.path, unknown.text) == (known.status, known.path, known.text)
    (told,) = mails(session, subject="already have an account")
    assert "known@example.org" in told.recipients
    assert session.scalar(select(func.count()).select_from(User)) == 2


@pytest.mark.check("A10")
def test_reset_says_the_same_to_known_and_unknown_addresses_and_mails_both(visitor, session):
    make.user(session, email="known@example.org")
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        visitor.get("/account/reset")
        answers.append(visitor.post("/account/reset", {"email": email}, follow=True))
    assert answers[0].text == answers[1].text
    assert len(mails(session, subject="Choose a new password")) == 1
    assert len(mails(session, subject="No account")) == 1


@pytest.mark.check("A10")
def test_sign_in_says_the_same_for_an_unknown_address_and_a_wrong_password(visitor, session):
    make.user(session, email="known@example.org", password=PASSWORD)
    make.user(session, email="suspended@example.org", password=PASSWORD).suspended_at = clock.now()
    make.user(session, email="nopassword@example.org")
    session.flush()
    names = ("known", "unknown", "suspended", "nopassword")
    pages = {name: try_in(visitor, f"{name}@example.org", OTHER, status=422) for name in names}
    texts = {re.sub(r"\S+@example.org", "", page.text) for page in pages.values()}
    assert len(texts) == 1


FORMS = {
    "/sign-in": {"password": OTHER},
    "/sign-up": {"name": "Aiko Tanaka", "new_password": PASSWORD, "time_zone": "UTC"},
    "/account/reset": {},
}


@pytest.mark.check("A10")
@pytest.mark.parametrize("page", FORMS)
def test_an_unknown_address_takes_as_long_as_a_known_one(app, visitor, session, page):
    make.user(session, email="known@example.org", password=PASSWORD)
    took: dict[bool, list[float]] = {True: [], False: []}
    visitor.get(page)
    for number in range(60):
        for known, times in took.items():
            app.extensions["throttle"].forget()
            email = "known@example.org" if known else f"unknown{number}@example.org"
            form = {"email": email, "csrf_token": visitor.csrf_token, **FORMS[page]}
            before = time.thread_time()
            visitor.client.post(page, data=form)
            times.append(time.thread_time() - before)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) / known < 0.1


def test_a_suspended_person_with_the_right_password_is_told_so(visitor, session):
    make.user(session, email="gone@example.org", password=PASSWORD).suspended_at = clock.now()
    session.flush()
    assert "suspended" in try_in(visitor, "gone@example.org", status=422).text


@pytest.mark.check("B2")
def test_a_token_set_beforehand_is_never_adopted(app, session):
    make.user(session, email="aiko@kibo.example", password=PASSWORD)
    visitor = Visitor(app.test_client())
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"] = "chosen-by-an-attacker"
        cookie["planted"] = "yes"
    try_in(visitor, "aiko@kibo.example")
    with visitor.client.session_transaction() as cookie:
        assert cookie["_user_id"] != "chosen-by-an-attacker"
        assert "planted" not in cookie


@pytest.mark.check("B1")
@pytest.mark.check("B9")
def test_signing_out_is_a_post_that_ends_the_session_even_for_a_copied_cookie(app, signed_in, session):
    visitor = signed_in(make.user(session).id)
    page = visitor.get("/account")
    assert 'action="/sign-out"' in page.html
    copied = app.test_client()
    copied.set_cookie("rendezvous", visitor.client.get_cookie("rendezvous").value)
    assert copied.get("/account").status_code == 200
    response = visitor.client.post("/sign-out", data={"csrf_token": visitor.csrf_token})
    assert '"storage"' in response.headers["Clear-Site-Data"]
    assert visitor.client.get("/sign-out").status_code == 405
    assert copied.get("/account").status_code == 303
    visitor.get("/account", status=303)


def test_signing_out_on_a_phone_that_scans_at_the_door_loses_none_of_its_scans(signed_in, session):
    visitor = signed_in(make.user(session).id)
    visitor.get("/account")
    visitor.client.set_cookie("keeps-storage", "yes")
    response = visitor.client.post("/sign-out", data={"csrf_token": visitor.csrf_token})
    assert response.headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.check("B8")
def test_cookies_are_closed_to_scripts_and_other_sites_and_bound_to_the_host_on_https(app, visitor, session):
    make.user(session, email="aiko@kibo.example", password=PASSWORD)
    visitor.get("/sign-in")
    form = {"email": "aiko@kibo.example", "password": PASSWORD, "csrf_token": visitor.csrf_token}
    cookies = visitor.client.post("/sign-in", data=form).headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"rendezvous", "rendezvous-device"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie
    secure = replace(app.extensions["settings"], base_url="https://summit.example")
    assert secure.cookie_name.startswith("__Host-")


@pytest.mark.check("A3")
def test_an_older_hash_is_renewed_at_the_next_sign_in(visitor, session):
    user = make.user(session, email="aiko@kibo.example")
    user.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    session.flush()
    try_in(visitor, "aiko@kibo.example")
    session.refresh(user)
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    try_in(Visitor(visitor.client.application.test_client()), "aiko@kibo.example")


def flood(app, session_email, times, **headers):
    stranger = Visitor(app.test_client())
    stranger.get("/sign-in")
    form = {"email": session_email, "password": OTHER}
    return [
        stranger.client.post("/sign-in", data={**form, "csrf_token": stranger.csrf_token}, **headers).status_code
        for _ in range(times)
    ]


@pytest.mark.check("A8")
def test_the_eleventh_try_within_five_minutes_is_told_to_wait_per_account_and_per_address(app, visitor, session):
    assert flood(app, "aiko@kibo.example", 11) == [422] * 10 + [429]
    elsewhere = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}}
    assert flood(app, "aiko@kibo.example", 1, **elsewhere) == [429], "the account has had its tries"
    assert flood(app, "other@kibo.example", 1) == [429], "the address has had its tries"
    assert flood(app, "third@kibo.example", 1, environ_base={"REMOTE_ADDR": "203.0.113.9"}) == [422]
    visitor.get("/sign-in")
    page = visitor.client.post(
        "/sign-in", data={"email": "a@b.example", "password": "x", "csrf_token": visitor.csrf_token}
    )
    assert 0 < int(page.headers["Retry-After"]) <= 300
    assert "Try again in" in page.get_data(as_text=True)


@pytest.mark.check("A9")
def test_a_flood_from_strangers_does_not_keep_the_owner_out_on_a_known_device(app, visitor, session):
    make.user(session, email="aiko@kibo.example", password=PASSWORD)
    try_in(visitor, "aiko@kibo.example")
    visitor.get("/account")
    visitor.post("/sign-out")
    flood(app, "aiko@kibo.example", 30)
    assert try_in(visitor, "aiko@kibo.example").path == "/start"


@pytest.mark.check("A9")
def test_after_a_flood_the_owner_gets_in_within_fifteen_minutes(app, visitor, session, monkeypatch):
    make.user(session, email="aiko@kibo.example", password=PASSWORD)
    flood(app, "aiko@kibo.example", 30)
    try_in(visitor, "aiko@kibo.example", status=429)
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert try_in(visitor, "aiko@kibo.example").path == "/start"


def test_the_mark_of_a_known_device_cannot_be_forged_or_used_for_another_account(app, visitor, session):
    make.user(session, email="mallory@example.org", password=PASSWORD)
    make.user(session, email="victim@example.org", password=PASSWORD)
    try_in(visitor, "mallory@example.org")
    visitor.get("/account")
    visitor.post("/sign-out")
    flood(app, "victim@example.org", 10)
    try_in(visitor, "victim@example.org", OTHER, status=429)
    visitor.client.set_cookie("rendezvous-device", "forged")
    try_in(visitor, "victim@example.org", OTHER, status=429)


def test_signing_in_correctly_uses_up_no_tries(app, visitor, session):
    make.user(session, email="aiko@kibo.example", password=PASSWORD)
    for _ in range(12):
        try_in(Visitor(app.test_client()), "aiko@kibo.example")


@pytest.mark.check("A16")
def test_strangers_can_set_off_three_mails_to_one_address_and_five_from_one_network(app, session):
    def ask(email, network):
        stranger = Visitor(app.test_client())
        stranger.get("/account/reset")
        form = {"email": email, "csrf_token": stranger.csrf_token}
        return stranger.client.post("/account/reset", data=form, environ_base={"REMOTE_ADDR": network}).status_code

    assert [ask("victim@example.org", f"192.0.2.{number}") for number in range(5)] == [303] * 5
    assert len(session.scalars(select(OutboxMessage)).all()) == 3
    assert [ask(f"v{number}@example.org", "198.51.100.1") for number in range(6)] == [303] * 5 + [429]


@pytest.mark.check("C7")
@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_after_signing_in_one_stays_on_this_site(visitor, session, target):
    make.user(session, email="aiko@kibo.example", password=PASSWORD)
    visitor.get("/sign-in")
    response = visitor.client.post(
        "/sign-in", query_string={"next": target},
        data={"email": "aiko@kibo.example", "password": PASSWORD, "csrf_token": visitor.csrf_token},
    )  # fmt: skip
    assert response.headers["Location"] == "/start"


def test_after_signing_in_one_is_where_one_wanted_to_go(visitor, session):
    make.user(session, email="aiko@kibo.example", password=PASSWORD)
    sent = visitor.get("/account/password", status=303).path
    assert sent.startswith("/sign-in?next=")
    assert try_in(visitor, "aiko@kibo.example", to=sent).path == "/account/password"


@pytest.mark.check("A2")
def test_a_weak_password_is_refused_with_a_sentence_at_its_field(visitor):
    visitor.get("/sign-up")
    form = {"name": "Aiko Tanaka", "email": "aiko@kibo.example", "time_zone": "UTC"}
    assert "at least 15 characters" in visitor.post("/sign-up", {**form, "new_password": "short"}, status=422).text
    assert "first" in visitor.post("/sign-up", {**form, "new_password": "passwordpassword"}, status=422).text
    page = visitor.post("/sign-up", {**form, "new_password": "aikotanaka kibo"}, status=422)
    assert "your own name" in page.text
    assert page.html.count("<title>Error: ") == 1


@pytest.mark.check("A1")
def test_a_password_keeps_its_spaces_through_the_form(visitor, session):
    sign_up(visitor, "aiko@kibo.example", password="  granite lantern oboe fig  ")
    visitor.post(link_in(mails(session, subject="Confirm")[0]))
    try_in(visitor, "aiko@kibo.example", PASSWORD, status=422)
    try_in(visitor, "aiko@kibo.example", "  granite lantern oboe fig  ")


def test_who_signs_up_again_before_confirming_starts_over(visitor, session):
    sign_up(visitor, "aiko@kibo.example", password=OTHER)
    clock.advance(timedelta(seconds=1))
    sign_up(visitor, "aiko@kibo.example", password=PASSWORD)
    first, second = map(link_in, mails(session, subject="Confirm"))
    visitor.get(first, status=410)
    visitor.get(second)
    visitor.post(second)
    try_in(visitor, "aiko@kibo.example", PASSWORD)


def test_a_forgotten_password_is_replaced_and_all_sessions_end(app, visitor, signed_in, session):
    user = make.user(session, email="aiko@kibo.example", password=OTHER)
    elsewhere = signed_in(user.id)
    visitor.get("/account/reset")
    visitor.post("/account/reset", {"email": "Aiko@kibo.example"})
    link = link_in(mails(session, subject="Choose a new password")[-1])
    visitor.get(link)
    visitor.post(link, {"new_password": "short"}, status=422)
    assert visitor.post(link, {"new_password": PASSWORD}).path == "/sign-in"
    elsewhere.get("/account", status=303)
    try_in(visitor, "aiko@kibo.example", PASSWORD)


@pytest.mark.check("A14")
def test_one_click_sign_in_exists_in_the_demonstration_only(app, visitor, session, monkeypatch):
    person = make.user(session, name="Aiko Tanaka", email="demo@example.org", password=PASSWORD)
    person.is_demo, person.demo_label = True, "a Japanese trading house"
    session.flush()
    assert "a Japanese trading house" not in visitor.get("/sign-in").html
    visitor.post(f"/sign-in/demo/{person.id}", status=404)
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], environment=Environment.DEMO))
    assert "<strong>Aiko Tanaka</strong> a Japanese trading house" in visitor.get("/sign-in").html
    visitor.post(f"/sign-in/demo/{make.user(session).id}", status=404)
    visitor.post(f"/sign-in/demo/{person.id}")
    visitor.get("/account")
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], environment=Environment.PRODUCTION)
    )
    visitor.get("/account", status=303)
    assert "demonstration" in try_in(visitor, "demo@example.org", status=422).text


@pytest.mark.check("B3")
def test_being_there_keeps_a_session_alive_and_background_fetches_do_not(signed_in, session):
    visitor, watcher = signed_in(make.user(session).id), signed_in(make.user(session).id)
    for _ in range(3):
        clock.advance(timedelta(minutes=25))
        visitor.get("/account")
        watcher.client.get("/account", headers={"HX-Request": "true"})
    visitor.get("/account")
    watcher.get("/account", status=303)


def test_last_seen_is_written_at_most_once_a_minute(signed_in, session):
    visitor = signed_in(make.user(session).id)
    started = session.scalar(select(LoginSession.last_seen_at))
    clock.advance(timedelta(seconds=50))
    visitor.get("/account")
    assert session.scalar(select(LoginSession.last_seen_at)) == started
    clock.advance(timedelta(seconds=10))
    visitor.get("/account")
    assert session.scalar(select(LoginSession.last_seen_at)) == clock.now()
