"""The mailbox, the outbox and the progress of jobs, in pages."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.config import Environment
from app.core import clock
from app.core.access import STAFF, Role
from app.core.audit import AuditEntry
from app.notifications import mail, outbox
from app.notifications.states import MessageState
from tests.factories import accounts
from tests.factories import notifications as make


@pytest.fixture
def organizer(session, signed_in):
    return signed_in(accounts.staff(session, Role.ORGANIZER).id)


def job(session, starter_id=None, **columns):
    columns = {"state": MessageState.SENDING, "attempts": 1, "percent": 40, "note": "4 of 10", "title": "Match run",
               "lease_until": clock.now(), "starter_id": starter_id, **columns}  # fmt: skip
    return make.message(session, "match", **columns)


def test_everyone_can_read_the_mailbox_of_the_demo_and_search_it(session, visitor):
    make.received(session, subject="Confirm your address", text="Go to http://127.0.0.1:8000/verify/abc now.\n")
    make.received(session, subject="Welcome", recipients="b@example.org")
    page = visitor.get("/mailbox")
    assert {"Confirm your address", "Welcome"} <= page.links().keys()
    assert "Welcome" not in visitor.get("/mailbox?words=confirm").links()
    assert "Welcome" in visitor.get("/mailbox?words=b@example").links()
    assert "No mail holds these words" in visitor.get("/mailbox?words=nothing").text


def test_a_mail_shows_its_text_with_links_that_can_be_followed(session, visitor):
    received = make.received(session, subject="Confirm", text="Go to http://127.0.0.1:8000/verify/abc now.\n")
    page = visitor.get(f"/mailbox/{received.id}")
    assert page.heading == "Confirm"
    assert page.links()["http://127.0.0.1:8000/verify/abc"] == "http://127.0.0.1:8000/verify/abc"


def test_what_a_mail_says_is_shown_and_not_run(session, visitor):
    hostile = '<script>alert(1)</script> javascript:alert(1) http://a.example/"><script>'
    received = make.received(session, subject=hostile, text=hostile, html=hostile, recipients="<b>@example.org")
    page = visitor.get(f"/mailbox/{received.id}")
    assert "<script>alert" not in page.html
    assert "http://a.example/" in page.links()


def test_an_unknown_mail_is_not_found(visitor):
    visitor.get(f"/mailbox/{uuid4()}", status=404)


@pytest.mark.check("A14")
def test_the_mailbox_does_not_exist_in_production_nor_where_mail_leaves_by_smtp(app, session, visitor, monkeypatch):
    received = make.received(session)
    for change in ({"environment": Environment.PRODUCTION}, {"mail_transport": "smtp"}):
        monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **change))
        for path in ("/mailbox", f"/mailbox/{received.id}"):
            assert visitor.client.get(path).status_code == 404
        monkeypatch.undo()


def test_the_outbox_shows_what_is_parked_and_why(session, organizer):
    make.message(session, "mail", state=MessageState.PARKED, attempts=10, last_error="The relay is down.")
    make.message(session, "reminder")
    page = organizer.get("/outbox")
    assert "The relay is down." in page.text
    assert "Reminder" not in page.links()
    assert "Parked (1)" in page.links()
    assert "Reminder" in organizer.get("/outbox?state=queued").links()
    assert {"Mail", "Reminder"} <= organizer.get("/outbox?state=all").links().keys()
    assert "Nothing here" in organizer.get("/outbox?state=parked&kind=remind").text


def test_an_organizer_retries_one_and_all(session, organizer):
    first, second, third = (make.message(session, "mail", state=MessageState.PARKED, attempts=10) for _ in range(3))
    organizer.get("/outbox")
    organizer.post(f"/outbox/{first.id}/retry")
    assert make.state_of(session, first.id).state is MessageState.QUEUED
    assert "2 parked messages will be tried again" in organizer.post("/outbox/retry", follow=True).html
    assert {make.state_of(session, m.id).state for m in (second, third)} == {MessageState.QUEUED}
    organizer.post(f"/outbox/{first.id}/retry", status=409)


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.ORGANIZER, Role.ADMINISTRATOR)])
def test_nobody_else_sees_the_outbox(session, signed_in, role):
    person = accounts.staff(session, role) if role in STAFF else accounts.user(session)
    signed_in(person.id).get("/outbox", status=403)


def test_whoever_started_a_job_sees_how_far_it_is_and_can_cancel_it(session, signed_in):
    person = accounts.user(session)
    running = job(session, person.id)
    mine = signed_in(person.id)
    page = mine.get(f"/outbox/jobs/{running.id}")
    assert page.heading == "Match run"
    assert "40 percent: 4 of 10" in page.text
    assert "Reload to see how far it is" in page.links()
    after = mine.post(f"/outbox/jobs/{running.id}/cancel", follow=True)
    assert "Stopping at its next step" in after.text
    assert make.state_of(session, running.id).cancel_requested


def test_htmx_gets_the_progress_alone_and_stops_asking_when_the_job_is_over(session, signed_in):
    person = accounts.user(session)
    mine = signed_in(person.id)
    running = job(session, person.id)
    done = job(
        session, person.id, state=MessageState.DONE, lease_until=None, finished_at=clock.now(), return_to="/outbox"
    )
    part = mine.client.get(f"/outbox/jobs/{running.id}", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert f'hx-get="/outbox/jobs/{running.id}"' in part
    over = mine.client.get(f"/outbox/jobs/{done.id}", headers={"HX-Request": "true"}).text
    assert "hx-get" not in over
    assert 'href="/outbox"' in over


@pytest.mark.check("D3")
def test_another_persons_job_is_not_found_but_organizers_see_all(session, signed_in, organizer):
    running = job(session, accounts.user(session).id)
    stranger = signed_in(accounts.user(session).id)
    known = stranger.get(f"/outbox/jobs/{running.id}", status=404)
    unknown = stranger.get(f"/outbox/jobs/{uuid4()}", status=404)
    assert known.text.split("Reference")[0] == unknown.text.split("Reference")[0]
    stranger.post(f"/outbox/jobs/{running.id}/cancel", status=404)
    organizer.get(f"/outbox/jobs/{running.id}")


@pytest.mark.check("K1")
def test_what_people_do_to_messages_is_in_the_record(session, organizer):
    parked = make.message(session, "mail", state=MessageState.PARKED)
    organizer.get("/outbox")
    organizer.post(f"/outbox/{parked.id}/retry")
    organizer.post(f"/outbox/jobs/{parked.id}/cancel")
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == str(parked.id))).all()
    assert [(e.action, e.before, e.after) for e in entries] == [
        ("message.retried", "parked", "queued"), ("message.cancelled", "queued", "cancelled"),
    ]  # fmt: skip
    assert all(e.actor_id and e.request_id != "none" for e in entries)


def test_a_mail_caused_by_a_request_shows_in_the_mailbox(session, visitor):
    mail.queue_mail(session, "test_message", ["a@example.org"], {"address": "a@example.org"}, now=clock.now())
    assert outbox.deliver_due(clock.now()) == 1
    assert "A test message from Rendezvous" in visitor.get("/mailbox").links()
