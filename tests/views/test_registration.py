"""The pages of registration, in every role that has business there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, ids
from app.core.access import Role
from app.notifications import outbox
from app.payments.states import PaymentState
from app.registration import queries, services
from app.registration.models import Registration
from app.registration.rules.summit import PoolRule
from app.registration.services.moves import note
from app.registration.states import ParticipantType, PoolKind, RegistrationState
from tests.factories import accounts
from tests.factories import registration as make

S = RegistrationState
YOU = {"participant_type": "partner", "full_name": "Aiko Tanaka", "job_title": "Director", "citizenship": "JP",
       "birth_year": "1980"}  # fmt: skip
ORGANIZATION = {"choice": "new", "name": "Kibo Trading", "kind": "trading_house", "country": "JP", "website": "",
                "owners-0-name": "Tsukuba Holdings", "owners-0-is_person": "no", "owners-0-country": "JP",
                "owners-0-share": "60", "owners-1-name": "", "owners-1-is_person": "yes"}  # fmt: skip
AIMS = {"seeks": ["equity", "payload"], "band": "from_10m_to_50m", "languages": ["en", "ja"]}


@pytest.fixture
def summit(session):
    make.countries(session)
    return make.summit(session)


@pytest.fixture
def staff(session, signed_in):
    return lambda *roles: signed_in(accounts.staff(session, *roles).id)


def mine(session, summit, person_id):
    session.expire_all()
    return queries.registration_of(session, summit.id, person_id)


def test_a_person_applies_step_by_step_and_comes_back_on_another_device(session, summit, signed_in):
    person = accounts.user(session, name="Aiko Tanaka")
    browser = signed_in(person.id)
    assert "$925.00" in browser.get("/apply").text
    assert browser.post("/apply").path == "/apply/you"
    browser.get("/apply/you")
    assert browser.post("/apply/you", YOU).path == "/apply/organization"
    browser.get("/apply/organization")
    assert browser.post("/apply/organization", ORGANIZATION).path == "/apply/aims"

    other = signed_in(person.id)
    assert other.get("/apply", status=303).path == "/apply/aims"
    other.get("/apply/aims")
    assert other.post("/apply/aims", AIMS).path == "/apply/review"
    assert "Tsukuba Holdings (Japan, 60 %)" in other.get("/apply/review").text
    assert other.post("/apply/review", {"declared": "y"}).path == "/apply/card"
    card = other.get("/apply/card")
    assert "$925.00" in card.text
    row = mine(session, summit, person.id)
    assert (row.state, row.country, [str(p) for p in row.seeks]) == (S.IN_REVIEW, "JP", ["equity", "payload"])
    page = other.get("/apply/status")
    assert page.links()["Save a card"] == "/apply/card"
    assert "By 22 March 2027" in page.text


def test_what_was_saved_is_shown_again(session, summit, signed_in):
    browser = signed_in(accounts.user(session).id)
    browser.post("/apply")
    browser.post("/apply/you", YOU)
    browser.post("/apply/organization", ORGANIZATION)
    browser.post("/apply/aims", AIMS)
    assert 'value="Director"' in browser.get("/apply/you").html
    assert "Kibo Trading" in browser.get("/apply/organization").html
    assert 'value="Tsukuba Holdings"' in browser.get("/apply/organization").html
    assert browser.get("/apply/aims").html.count(" checked") == 5


@pytest.mark.check("E2")
@pytest.mark.parametrize(
    ("path", "form", "words"),
    [
        ("/apply/you", {**YOU, "full_name": ""}, "Enter your full name."),
        ("/apply/you", {**YOU, "citizenship": "XX"}, "Choose one from the list"),
        ("/apply/you", {**YOU, "birth_year": "80"}, "between 1900 and 2015"),
        ("/apply/you", {**YOU, "participant_type": "king"}, "Choose one from the list"),
        ("/apply/organization", {"choice": "new"}, "Enter the organization's name."),
        ("/apply/organization", {"choice": str(ids.new_id())}, "Choose one from the list"),
        ("/apply/organization", {**ORGANIZATION, "website": "kibo"}, "full address"),
        ("/apply/organization", {**ORGANIZATION, "kind": "us_company", "country": "US"}, "U.S. company"),
        ("/apply/aims", {"band": "under_1m", "languages": ["en"]}, "at least one thing"),
        ("/apply/organization", {**ORGANIZATION, "owners-0-country": ""}, "Choose the owner's country."),
        ("/apply/review", {"declared": "y"}, "This is missing: Organization; Ownership; What you offer and seek"),
        ("/apply/review", {}, "Tick the box"),
    ],
)
def test_what_is_wrong_is_said_at_the_top_with_a_link_to_the_field(session, summit, signed_in, path, form, words):
    browser = signed_in(accounts.user(session).id)
    browser.post("/apply")
    browser.post("/apply/you", YOU)
    page = browser.post(path, form, status=422)
    assert words in page.text
    assert "Error: " in page.html


def test_somebody_without_a_draft_is_told_where_to_begin(session, summit, signed_in):
    browser = signed_in(accounts.user(session).id)
    browser.get("/apply/you", status=404)
    assert browser.get("/apply/status", status=303).path == "/apply"
    assert "No badge yet" in browser.get("/badge").text
    browser.get("/apply/withdraw", status=404)


def test_applications_that_are_not_open_say_when_they_are(session, signed_in):
    make.summit(session, registration_closes=clock.now().date() - timedelta(days=5))
    page = signed_in(accounts.user(session).id).get("/apply")
    assert "Applications are not open" in page.text


def test_before_a_summit_is_set_up_the_pages_say_so(session, staff):
    staff(Role.ORGANIZER).get("/summit", status=404)


@pytest.mark.parametrize("state", list(S))
def test_the_status_page_says_where_i_stand_in_every_state(session, summit, signed_in, state):
    made = make.registration(session, state=state, summit=summit, question="Who owns it?", decision_words="Not now.")
    page = signed_in(made.user_id).get("/apply/status")
    assert "What to do now" in page.text
    assert state.value.replace("_", " ") in page.text.lower()


def test_an_applicant_answers_the_question_of_the_desk(session, summit, signed_in):
    made = make.registration(session, state=S.NEEDS_INFORMATION, summit=summit, question="Who owns Tsukuba?")
    browser = signed_in(made.user_id)
    assert "Who owns Tsukuba?" in browser.get("/apply/status").text
    browser.post("/apply/answer", {"words": ""}, status=422)
    browser.post("/apply/answer", {"words": "Its founders."})
    assert mine(session, summit, made.user_id).state is S.IN_REVIEW


def test_an_offered_place_is_accepted_or_given_up_on_the_status_page(session, summit, signed_in):
    made = make.with_payment(session, make.cleared(session, make.registration(session, state=S.OFFERED)))
    browser = signed_in(made.payer_id)
    page = browser.get("/apply/status")
    assert page.links()["Decline the place"] == "/apply/decline"
    browser.post("/apply/accept")
    assert mine(session, summit, made.payer_id).state is S.PAYMENT_DUE


def test_a_withdrawal_shows_the_sum_before_it_is_confirmed(session, summit, signed_in):
    paid = make.in_review(session, summit=summit)
    services.approve(
        session, paid.id, actor_id=accounts.staff(session, Role.REVIEWER).id, now=clock.now(), max_list_age_days=None
    )
    make.pay(session, paid)
    browser = signed_in(paid.user_id)
    assert "$800.00 goes back to you" in browser.get("/apply/withdraw").text
    page = browser.post("/apply/withdraw", {"shown_refund_cents": "92500"}, status=422)
    assert "has changed" in page.text
    assert 'name="shown_refund_cents" type="hidden" value="80000"' in page.html, "the next press confirms what is shown"
    browser.post("/apply/withdraw", {"shown_refund_cents": "80000"})
    assert mine(session, summit, paid.user_id).state is S.WITHDRAWN
    assert "Apply again" in browser.get("/apply/status").text


def test_pressing_twice_or_too_late_leads_to_the_page_that_says_where_it_stands(session, summit, signed_in):
    offered = make.cleared(session, make.registration(session, state=S.OFFERED, summit=summit))
    make.with_payment(session, offered)
    browser = signed_in(offered.user_id)
    for words in ("You have accepted the place.", "You have accepted the place already."):
        assert browser.post("/apply/accept", status=303).path == "/apply/status"
        assert words in browser.get("/apply/status").text
    late = make.registration(session, state=S.OFFERED, summit=summit, offer_until=clock.now() - timedelta(minutes=1))
    browser = signed_in(late.user_id)
    browser.post("/apply/accept", status=303)
    assert "The time to accept this place has passed." in browser.get("/apply/status").text


def test_an_answer_sent_twice_is_not_an_error(session, summit, signed_in):
    asked = make.registration(session, state=S.NEEDS_INFORMATION, summit=summit, question="Who owns it?")
    browser = signed_in(asked.user_id)
    for words in ("Your answer has been sent.", "your answer is with the reviewers"):
        browser.post("/apply/answer", {"words": "A fund in Osaka."}, status=303)
        assert words in browser.get("/apply/status").text


@pytest.mark.check("L2")
def test_a_payment_that_waits_for_the_person_is_linked_with_its_deadline(session, summit, signed_in):
    due = make.registration(session, state=S.PAYMENT_DUE, summit=summit)
    payment = make.with_payment(session, due)
    payment.amount_cents, payment.currency, payment.state = 92_500, "USD", PaymentState.REQUIRES_ACTION
    session.flush()
    page = signed_in(due.user_id).get("/apply/status")
    assert page.links()["Pay the fee"] == f"/payments/{payment.id}"
    assert "8 Mar 2027" in page.text


def test_the_desk_lists_filters_searches_and_sorts(session, summit, staff):
    fr = accounts.organization(session, name="Étoile Fonds", country="FR")
    make.registration(session, state=S.IN_REVIEW, organization=fr, person=accounts.user(session, name="Zoé Petit"))
    make.registration(session, state=S.WAITLISTED, participant_type=ParticipantType.MEDIA)
    make.registration(session, state=S.DRAFT)
    desk = staff(Role.REVIEWER)
    everybody = desk.get("/registrations")
    assert "Showing 1 to 2 of 2" in everybody.text
    for query, found in (
        ("state=in_review", 1), ("market=FR", 1), ("type=media", 1), ("market=FR&type=media", 0),
        ("state=nonsense&sort=nonsense", 2), ("sort=name", 2), ("sort=due", 2), ("page=9", 2),
    ):  # fmt: skip
        assert desk.get(f"/registrations?{query}").html.count('name="chosen"') == found, query
    for search, found in (("étoile", 1), ("zoé", 1), ("1", 1), ("nobody", 0)):
        desk.get("/registrations")
        matching = desk.get(desk.post("/registrations/search", {"search": search}).path)
        assert matching.html.count('name="chosen"') == found, search
    assert "Nothing matches" in matching.text


def test_an_application_late_against_the_promise_is_marked(session, summit, staff, now):
    due = summit.settings.day_of(now) + timedelta(days=1)
    make.registration(session, state=S.IN_REVIEW, summit=summit, decision_due_on=due)
    desk = staff(Role.REVIEWER)
    assert "Late" not in desk.get("/registrations").text
    with clock.stopped(now):
        clock.advance(timedelta(days=2))
        later = staff(Role.REVIEWER)
        assert "Late" in later.get("/registrations").text


def test_the_desk_comes_in_pages_of_25(session, summit, staff):
    kibo = accounts.organization(session)
    for _ in range(26):
        make.registration(session, state=S.IN_REVIEW, summit=summit, organization=kibo)
    desk = staff(Role.REVIEWER)
    assert "Showing 1 to 25 of 26" in desk.get("/registrations").text
    assert "Showing 26 to 26 of 26" in desk.get("/registrations?page=2").text


def test_a_reviewer_sees_the_effect_on_places_and_approves(session, summit, staff):
    waiting = make.in_review(session, summit=summit)
    desk = staff(Role.REVIEWER)
    page = desk.get(f"/registrations/{waiting.id}")
    assert "Total of the summit 200 0 1" in page.text
    assert "Market: Japan 60 0 1" in page.text
    desk.post(f"/registrations/{waiting.id}", {"decision": "approve", "seen_moves": waiting.moves})
    session.expire_all()
    assert waiting.state is S.PAYMENT_DUE
    assert "nothing to decide" in desk.get(f"/registrations/{waiting.id}").text


@pytest.mark.parametrize(
    ("form", "state"),
    [
        ({"decision": "decline", "reason": "balance"}, S.DECLINED),
        ({"decision": "waitlist", "priority": "3"}, S.WAITLISTED),
        ({"decision": "ask", "words": "Who owns it?"}, S.NEEDS_INFORMATION),
    ],
)
def test_a_reviewer_decides_otherwise(session, summit, staff, form, state):
    waiting = make.in_review(session, summit=summit)
    desk = staff(Role.ORGANIZER)
    desk.post(f"/registrations/{waiting.id}", {**form, "seen_moves": waiting.moves})
    session.expire_all()
    assert waiting.state is state


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"decision": "decline"}, "Choose the reason"),
        ({"decision": "ask"}, "Write what you need to know."),
        ({}, "Choose a decision."),
        ({"decision": "waitlist", "priority": "12"}, "Enter 0 to 9."),
        ({"decision": "approve", "seen_moves": "0"}, "has moved since"),
    ],
)
def test_a_decision_that_cannot_stand_says_why(session, summit, staff, form, words):
    waiting = make.in_review(session, summit=summit)
    note(session, waiting, "Changed by the applicant: the owners.", actor_id=waiting.user_id, now=clock.now())
    page = staff(Role.REVIEWER).post(f"/registrations/{waiting.id}", {"seen_moves": waiting.moves, **form}, status=422)
    assert words in page.text


def test_a_full_pool_is_named_on_the_page(session, staff):
    full = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 0),))
    waiting = make.in_review(session, summit=full)
    page = staff(Role.REVIEWER).post(
        f"/registrations/{waiting.id}", {"decision": "approve", "seen_moves": waiting.moves}, status=422
    )
    assert "No place is left in the total of the summit." in page.text


@pytest.mark.check("D11")
def test_a_reviewer_cannot_decide_on_their_own_application(session, summit, signed_in):
    waiting = make.in_review(session, summit=summit)
    from app.accounts import services as account_services

    account_services.grant_role(session, waiting.user_id, Role.REVIEWER, actor_id=None, now=clock.now())
    own = signed_in(waiting.user_id)
    assert "Another reviewer must decide" in own.get(f"/registrations/{waiting.id}").text
    page = own.post(f"/registrations/{waiting.id}", {"decision": "approve", "seen_moves": waiting.moves}, status=422)
    assert "your own application" in page.text


def test_an_organizer_cancels_after_reading_what_goes_back(session, summit, staff):
    made = make.registration(session, summit=summit)
    desk = staff(Role.ORGANIZER)
    assert "Nothing was paid." in desk.get(f"/registrations/{made.id}/cancel").text
    desk.post(f"/registrations/{made.id}/cancel", {"reason": ""}, status=422)
    desk.post(f"/registrations/{made.id}/cancel", {"reason": "The visa was denied."})
    session.expire_all()
    assert made.state is S.CANCELLED


@pytest.mark.check("B7")
def test_cancelling_needs_a_sign_in_of_the_last_ten_minutes(session, summit, staff):
    made = make.registration(session, summit=summit)
    desk = staff(Role.ORGANIZER)
    desk.get(f"/registrations/{made.id}/cancel")
    clock.advance(timedelta(minutes=11))
    form = {"csrf_token": desk.csrf_token, "reason": "Too late."}
    answer = desk.client.post(f"/registrations/{made.id}/cancel", data=form)
    session.expire_all()
    assert answer.status_code in (303, 401)
    assert made.state is S.CONFIRMED


def test_nobody_opens_an_application_that_is_a_draft_or_does_not_exist(session, summit, staff):
    draft = make.registration(session, state=S.DRAFT, summit=summit)
    desk = staff(Role.REVIEWER)
    desk.get(f"/registrations/{draft.id}", status=404)
    desk.get(f"/registrations/{ids.new_id()}", status=404)


@pytest.mark.parametrize("path", ["/registrations", "/summit", "/summit/edit", "/door"])
def test_participants_do_not_enter_the_rooms_of_staff(session, summit, signed_in, path):
    signed_in(make.registration(session, summit=summit).user_id).get(path, status=403)


@pytest.mark.parametrize(("role", "path"), [(Role.REVIEWER, "/summit"), (Role.DOOR_STAFF, "/registrations"),
                                            (Role.REVIEWER, "/door")])  # fmt: skip
def test_staff_enter_only_the_rooms_of_their_role(session, summit, staff, role, path):
    staff(role).get(path, status=403)


@pytest.mark.answers("ask 18")
def test_every_mail_of_this_room_can_be_written(session, summit):
    """Each template is rendered with what the services give it, by playing each decision once."""
    by = accounts.staff(session, Role.REVIEWER, Role.FINANCE).id
    now = clock.now()
    asked, declined, waiting, approved, cancelled = (make.in_review(session, summit=summit) for _ in range(5))
    services.ask(session, asked.id, "Who?", actor_id=by, now=now)
    services.decline(session, declined.id, reason="balance", words="Sorry.", actor_id=by, now=now)
    services.put_on_waitlist(session, waiting.id, actor_id=by, now=now)
    services.approve(session, approved.id, actor_id=by, now=now, max_list_age_days=None)
    services.cancel(session, cancelled.id, reason="Changed.", actor_id=by, now=now)
    outbox.deliver_due(now)
    session.expire_all()
    assert session.get_one(Registration, waiting.id).state is S.OFFERED
    from app.notifications.models import MailboxMessage

    sent = {message.subject for message in session.scalars(select(MailboxMessage))}
    assert len(sent) >= 5


def test_who_may_not_set_up_a_summit_is_told_what_is_open_already(session, signed_in):
    page = signed_in(accounts.user(session).id).get("/apply", status=404)
    assert page.heading == "No summit yet"
    assert "Set up the summit" not in page.links()
    assert page.links()["Browse the directory"] == "/directory"


def test_what_waits_for_a_decision_is_listed_first_and_alone_when_asked(session, summit, staff):
    make.registration(session, state=S.CONFIRMED, summit=summit, person=accounts.user(session, name="Zoé Petit"))
    make.registration(session, state=S.IN_REVIEW, summit=summit, person=accounts.user(session, name="Aiko Tanaka"))
    desk = staff(Role.REVIEWER)
    everybody = desk.get("/registrations").text
    assert everybody.index("Aiko Tanaka") < everybody.index("Zoé Petit")
    waiting = desk.get("/registrations?state=undecided").text
    assert "Aiko Tanaka" in waiting
    assert "Zoé Petit" not in waiting


def test_the_control_room_asks_for_a_hand_only_where_something_waits_and_links_what_its_reader_may_open(
    session, summit, staff
):
    organizer = staff(Role.ORGANIZER).get("/control-room")
    assert "Needs a hand" not in organizer.text
    assert "/summit" in organizer.links().values()
    make.in_review(session, summit=summit)
    administrator = staff(Role.ADMINISTRATOR).get("/control-room")
    assert "/registrations?state=undecided" not in administrator.links().values()


def test_who_only_works_for_the_summit_is_not_led_to_an_application_of_their_own(session, summit, staff, signed_in):
    assert "My application" not in staff(Role.REVIEWER).get("/registrations").links()
    assert "My application" in signed_in(accounts.user(session).id).get("/apply").links()
