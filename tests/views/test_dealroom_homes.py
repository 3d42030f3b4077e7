"""What home pages tell of deal rooms: agreements to accept, decisions, questions; nothing to who is shut out."""

from datetime import timedelta

import pytest

from app.core import clock
from app.dealrooms import services
from app.dealrooms.states import PersonStanding
from tests.factories import dealrooms as make
from tests.factories import registration as registrations
from tests.views.test_query_counts import counted

NAME = "the deal room of Perigee Outpost"


@pytest.fixture
def of(session):
    registrations.countries(session)
    return make.house(session)


def test_a_partner_reads_of_the_agreement_then_that_the_room_is_open(session, of, signed_in):
    partner = signed_in(of.guest)
    make.requested(session, of)
    assert NAME not in partner.get("/home").text, "it waits for the company"
    grant = make.given_of(session, of)
    page = partner.get("/home")
    assert f"Read and accept the NDA to enter {NAME}" in page.text
    assert f'href="/deal-rooms/{of.room.id}/nda"' in page.html
    make.sign(session, of)
    grant.expires_at = clock.now() + timedelta(days=3)
    session.flush()
    page = partner.get("/home")
    assert f"The deal room of {of.entry.name} is open to you" in page.text
    assert f"Your access to {NAME} ends" in page.text
    services.revoke(session, of.room.id, grant.id, reason="", actor_id=of.owner, now=clock.now())
    page = partner.get("/home")
    assert f"Your organization's access to {NAME} has ended" in page.text
    assert "is open to you" not in page.text


def test_a_partner_reads_that_access_was_declined_but_not_what_it_gave_back_itself(session, of, signed_in):
    grant = make.requested(session, of)
    services.decline(session, of.room.id, grant.id, reason="Too early.", actor_id=of.owner, now=clock.now())
    assert f"Access to {NAME} was declined" in signed_in(of.guest).get("/home").text
    other = make.second_partner(session, of)
    given = make.inside(session, other)
    services.leave(session, of.room.id, given.id, actor_id=other.guest, now=clock.now())
    assert NAME not in signed_in(other.guest).get("/home").text


def test_who_is_shut_out_is_not_asked_to_sign(session, of, signed_in):
    grant = make.given(session, of)
    services.say_of_person(
        session, of.room.id, grant.id, of.guest, PersonStanding.SHUT_OUT, actor_id=of.owner, now=clock.now()
    )
    assert NAME not in signed_in(of.guest).get("/home").text


def test_a_company_reads_who_asks_who_entered_and_what_was_asked(session, of, signed_in):
    owner, grant = signed_in(of.owner), make.requested(session, of)
    page = owner.get("/home")
    assert f"Kibo Trading asks for access to {NAME}" in page.text
    assert f'href="/our-rooms/{of.room.id}/access/{grant.id}"' in page.html
    make.given_of(session, of)
    make.sign(session, of)
    asked = make.question(session, of)
    page = owner.get("/home")
    assert f"Kibo Trading accepted the NDA and can enter {NAME}" in page.text
    assert f"A question waits for an answer in {NAME}" in page.text
    make.answer(session, of, asked)
    assert f"A drafted answer waits for approval in {NAME}" in owner.get("/home").text
    services.approve_answer(session, of.room.id, asked.id, actor_id=of.owner, now=clock.now())
    page = signed_in(of.guest).get("/home")
    assert f"A question of your organization in {NAME} was answered" in page.text


def test_a_question_that_was_only_drafted_waits_for_its_writer_alone(session, of, signed_in):
    make.inside(session, of)
    make.question(session, of, asked=False)
    assert f"You drafted a question in {NAME}" in signed_in(of.guest).get("/home").text
    assert "question" not in " ".join(w for w in signed_in(of.owner).get("/home").text.split("\n") if NAME in w)


def test_an_export_officer_reads_how_much_waits_for_approval(app, session, of, signed_in):
    officer = signed_in(of.officer)
    assert "for your approval" not in officer.get("/home").text
    of.room.export_approval = True
    make.document(session, of)
    make.given(session, of)
    with counted(app.extensions["database"].engine) as statements:
        page = officer.get("/home")
    assert len(statements) <= 15
    assert "2 things wait for your approval in deal rooms" in page.text
    assert "for your approval" not in signed_in(of.owner).get("/home").text
