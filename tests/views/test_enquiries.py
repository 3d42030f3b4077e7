"""Pages of questions to the export desk, as the asker, the desk, a company and everyone meet them."""

import pytest

from app.core.access import Role
from app.enquiries import services
from tests.factories import accounts as people
from tests.factories import directory, regulatory
from tests.factories import enquiries as make
from tests.factories import registration as registrations

ASK = {
    "country": "JP", "topic": "ear_9x515", "kind": "hardware", "question": "Do I need one?",
    "attestation": "2026-11", "attested": "y",
}  # fmt: skip


@pytest.fixture(autouse=True)
def summit(session):
    return registrations.summit(session)


@pytest.fixture
def kestrel(session):
    regulatory.load_shipped(session)
    entry = directory.entry(session, key="kestrel", name="Kestrel Station", topic_keys=["ear_9x515"])
    session.flush()
    return entry


def test_a_step_of_an_entry_leads_to_a_question_that_already_knows_what_it_is_about(signed_in, session, kestrel):
    reader = signed_in(people.member(session).user_id)
    page = reader.get("/directory/kestrel?country=JP&participation=hardware")
    steps = [href for href in page.links().values() if "topic=ear_9x515" in href]
    form = reader.get(steps[0])
    assert "Kestrel Station" in form.text
    sent = reader.post(steps[0], ASK)
    mine = reader.get(sent.path)
    assert mine.heading.startswith("My question: Kestrel Station")
    assert "The answer is due by" in mine.text
    assert "Do I need one?" in reader.get("/enquiries").text


@pytest.mark.check("G1")
def test_a_question_without_the_tick_is_not_kept(signed_in, session, kestrel):
    reader = signed_in(people.user(session).id)
    page = reader.post("/enquiries/new", {**ASK, "attested": ""}, status=422)
    assert "Read the statement on controlled information" in page.text
    assert "Do I need one?" not in reader.get("/enquiries").text


def test_nobody_asks_more_than_ten_questions_a_day(signed_in, session, kestrel):
    reader = signed_in(people.user(session).id)
    for _ in range(10):
        reader.post("/enquiries/new", ASK)
    reader.post("/enquiries/new", ASK, status=429)


def test_others_questions_do_not_exist(signed_in, session):
    enquiry = make.asked(session)
    stranger = signed_in(people.user(session).id)
    stranger.get(f"/enquiries/{enquiry.id}", status=404)
    stranger.post(f"/enquiries/{enquiry.id}/end", status=404)
    stranger.post(f"/enquiries/{enquiry.id}/inform", {"words": "x", "attested": "y"}, status=404)


def test_the_desk_answers_and_the_asker_says_that_it_helped(signed_in, session):
    enquiry = make.asked(session)
    desk = signed_in(make.desk_person(session))
    address = f"/enquiries/desk/{enquiry.id}"
    assert "Nobody owns it yet" in desk.get(address).text
    assert make.WORDS in desk.get("/enquiries/desk").text
    desk.post(f"{address}/answer", {"words": "Yes, one of BIS.", "sources": "https://www.bis.gov/9x515"})
    asker = signed_in(enquiry.asker_id)
    page = asker.get(f"/enquiries/{enquiry.id}")
    assert "Yes, one of BIS." in page.text
    assert "https://www.bis.gov/9x515" in page.links()
    assert "Riley Stone" not in page.text
    asker.post(f"/enquiries/{enquiry.id}/end")
    assert "Closed" in asker.get(f"/enquiries/{enquiry.id}").text
    figures = desk.get("/enquiries/desk").text
    assert "0 business days" in figures
    assert "100 %" in figures


def test_a_refused_answer_is_not_lost(signed_in, session):
    enquiry, owner = make.owned(session)
    page = signed_in(owner).post(
        f"/enquiries/desk/{enquiry.id}/answer", {"words": "A long answer.", "sources": "ftp://x"}, status=422
    )
    assert "A long answer." in page.html
    assert "beginning with https://" in page.text


def test_a_published_answer_is_read_by_everyone_and_does_not_tell_who_asked(visitor, signed_in, session, kestrel):
    enquiry, owner = make.answered(session, entry=kestrel)
    desk = signed_in(owner)
    desk.get(f"/enquiries/desk/{enquiry.id}")
    desk.post(
        f"/enquiries/desk/{enquiry.id}/publish",
        {"question": "Does hardware need a licence?", "answer": "Mostly.", "sources": "", "places": ["entry", "topic"]},
    )
    for address in ("/directory/kestrel", "/topics/ear_9x515"):
        page = visitor.get(address)
        assert "Does hardware need a licence?" in page.text
        assert "Aiko Tanaka" not in page.html
    assert "Does hardware need a licence?" not in visitor.get("/countries/JP").text
    desk.post(f"/enquiries/desk/{enquiry.id}/retract")
    assert "Does hardware need a licence?" not in visitor.get("/directory/kestrel").text


def test_the_export_officer_contributes_without_learning_who_asks(signed_in, session):
    made = make.for_company(session)
    officer = signed_in(made.officer_id)
    assert "Not shown" in officer.get("/enquiries/for-us").text
    page = officer.get(f"/enquiries/for-us/{made.enquiry_id}")
    assert "Aiko Tanaka" not in page.html
    officer.post(
        f"/enquiries/for-us/{made.enquiry_id}",
        {"words": "We hold a licence.", "attestation": "2026-11", "attested": "y"},
    )
    assert "We hold a licence." in officer.get(f"/enquiries/for-us/{made.enquiry_id}").text


def test_an_overdue_question_says_so_at_the_desk(signed_in, session, now):
    from datetime import timedelta

    enquiry, owner = make.owned(session)
    enquiry.due_on -= timedelta(days=30)
    session.flush()
    desk = signed_in(owner)
    assert "1 question" in desk.get("/enquiries/desk").text
    assert make.WORDS in desk.get("/enquiries/desk?overdue=yes").text
    assert "Overdue" in desk.get(f"/enquiries/desk/{enquiry.id}").text
    assert "it is late" in signed_in(enquiry.asker_id).get(f"/enquiries/{enquiry.id}").text
    assert "Late" in signed_in(enquiry.asker_id).get("/enquiries").text


def test_the_desk_is_closed_to_others_and_the_companys_list_to_those_without_the_role(signed_in, session):
    partner = signed_in(people.member(session).user_id)
    partner.get("/enquiries/desk", status=403)
    partner.get("/enquiries/for-us", status=403)
    officer = people.member(session, organization=people.company(session), role=Role.EXPORT_OFFICER).user_id
    assert "No question here" in signed_in(officer).get("/enquiries/for-us").text


def test_the_desk_asks_back_and_the_asker_replies(signed_in, session):
    enquiry, owner = make.owned(session)
    desk, asker = signed_in(owner), signed_in(enquiry.asker_id)
    desk.post(f"/enquiries/desk/{enquiry.id}/ask-back", {"words": "Which module?"})
    page = asker.get(f"/enquiries/{enquiry.id}")
    assert "Which module?" in page.text
    assert "its time stands still" in page.text
    asker.post(f"/enquiries/{enquiry.id}/inform", {"words": "The second.", "attestation": "2026-11", "attested": "y"})
    assert "The second." in desk.get(f"/enquiries/desk/{enquiry.id}").text


def test_what_the_desk_typed_stands_there_again_when_it_is_refused(signed_in, session):
    enquiry, owner = make.owned(session)
    desk, page = signed_in(owner), f"/enquiries/desk/{enquiry.id}"
    refused = desk.post(f"{page}/note", {"words": "Ask legal. " * 2000}, status=422)
    assert refused.html.count("Ask legal.") == 2000
    assert 'href="#note-words"' in refused.html, "the summary leads to the field of the note"
    services.answer(session, enquiry.id, "Yes.", "", actor_id=owner, now=enquiry.asked_at)
    for act in ("ask-back", "answer"):
        assert "Which module?" in desk.post(f"{page}/{act}", {"words": "Which module?"}, status=422).text, act


def test_a_question_may_be_given_away_noted_on_withdrawn_and_closed(signed_in, session):
    enquiry, owner = make.owned(session)
    other = make.desk_person(session, Role.REVIEWER, name="Sam Oduya")
    desk = signed_in(owner)
    desk.post(f"/enquiries/desk/{enquiry.id}/assign", {"owner": str(other)})
    desk.post(f"/enquiries/desk/{enquiry.id}/note", {"words": "Ask legal."})
    page = desk.get(f"/enquiries/desk/{enquiry.id}")
    assert "Sam Oduya answers." in page.text
    assert "Ask legal." in page.text
    services.answer(session, enquiry.id, "Yes.", "", actor_id=other, now=enquiry.asked_at)
    desk.post(f"/enquiries/desk/{enquiry.id}/close")
    assert "Closed" in desk.get(f"/enquiries/desk/{enquiry.id}").text


def test_the_home_page_says_what_waits_of_questions(signed_in, session):
    enquiry, _owner = make.answered(session)
    assert "The export desk has answered your question" in signed_in(enquiry.asker_id).get("/home").text
    made = make.for_company(session)
    assert "The export desk asks for your word" in signed_in(made.officer_id).get("/home").text
