"""A participant's own page: one action, the way to the summit, every date ahead, and few questions to the database."""

from datetime import timedelta

import pytest

from app.core import clock
from app.payments.states import PaymentMethod, PaymentState
from app.registration.rules.visa import Invited
from app.registration.services import travel, visa
from app.registration.states import ENDED, RegistrationState
from tests.factories import accounts, regulatory
from tests.factories import registration as make
from tests.pages import NS, words_of
from tests.views.test_query_counts import MOST, counted

S = RegistrationState
PLANS = {"arrival": "2027-05-03", "departure": "2027-05-07", "visa": True, "consulate": "Tokyo"}


@pytest.fixture
def summit(session):
    regulatory.load_shipped(session, "countries")
    return make.summit(session)


def guest(session, summit, state=S.CONFIRMED, **columns):
    facts = {"decision_due_on": (clock.now() + timedelta(days=21)).date(), "question": "Who owns it?", **columns}
    return make.registration(session, state=state, summit=summit, **facts)


def paid(session, person, *, state=PaymentState.SUCCEEDED, method=PaymentMethod.CARD):
    payment = make.with_payment(session, person)
    payment.method, payment.state, payment.amount_cents, payment.currency = method, state, 85_000, "USD"
    payment.succeeded_at = clock.now() if state is PaymentState.SUCCEEDED else None
    session.flush()
    return payment


def plans(session, person, **said):
    travel.save_travel(
        session, person.id, PLANS | said, actor_id=person.user_id, seen_edits=0, now=clock.now()
    )  # fmt: skip


def primary_buttons(page):
    """Return the words of the buttons that stand out in the box 'What to do now'."""
    box = next(e for e in page.tree.iter(f"{NS}section") if e.get("aria-label") == "What to do now")
    return [words_of(e) for e in box.iter() if e.get("class") == "usa-button"]


@pytest.mark.parametrize(
    ("state", "button"),
    [
        (S.DRAFT, "Go on with the application"), (S.SUBMITTED, "Save a card"), (S.NEEDS_INFORMATION, "Send the answer"),
        (S.WAITLISTED, "Save a card"), (S.OFFERED, "Accept the place"), (S.APPROVED, None),
        (S.CONFIRMED, "Tell us about your travel"), (S.DECLINED, "Apply again"), (S.WITHDRAWN, "Apply again"),
        (S.EXPIRED, "Apply again"), (S.CANCELLED, "Apply again"), (S.SUBSTITUTED, "Apply again"),
    ],
)  # fmt: skip
def test_in_every_state_there_is_at_most_one_thing_to_do(session, summit, signed_in, state, button):
    page = signed_in(guest(session, summit, state).user_id).get("/apply/status")
    assert primary_buttons(page) == ([button] if button else [])
    assert ("Where you stand" in page.text) is (state not in ENDED)


@pytest.mark.parametrize(
    ("method", "state", "button"),
    [
        (PaymentMethod.CARD, PaymentState.REQUIRES_ACTION, "Pay the fee"),
        (PaymentMethod.CARD, PaymentState.PROCESSING, None),
        (PaymentMethod.TRANSFER, PaymentState.REQUIRES_ACTION, "See where to send it"),
        (PaymentMethod.GROUP, PaymentState.REQUIRES_ACTION, None),
    ],
)
def test_a_fee_that_is_due_asks_for_what_the_way_of_paying_needs(session, summit, signed_in, method, state, button):
    person = guest(session, summit, S.PAYMENT_DUE)
    paid(session, person, state=state, method=method)
    page = signed_in(person.user_id).get("/apply/status")
    assert primary_buttons(page) == ([button] if button else [])
    assert "8 Mar 2027" in page.text


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (PaymentMethod.TRANSFER, "Your invoice waits for your bank transfer."),
        (PaymentMethod.GROUP, "Your organization pays the fee on one invoice"),
        (PaymentMethod.CARD, "pay on the provider's page"),
    ],
)
def test_the_payment_asks_for_what_its_way_of_paying_needs(session, summit, signed_in, method, words):
    person = guest(session, summit, S.PAYMENT_DUE)
    payment = paid(session, person, state=PaymentState.REQUIRES_ACTION, method=method)
    assert words in signed_in(person.user_id).get(f"/payments/{payment.id}").text


def test_who_pays_by_bank_transfer_is_not_given_two_days_to_pay_by(session, summit, signed_in):
    person = guest(session, summit, S.PAYMENT_DUE)
    paid(session, person, state=PaymentState.REQUIRES_ACTION, method=PaymentMethod.TRANSFER)
    page = signed_in(person.user_id).get("/apply/status")
    assert "Transfer the fee by the day on the invoice" in page.text
    assert "Last moment for the fee to have arrived" in page.text
    assert "Pay the fee" not in page.text


def test_after_confirmation_one_thing_follows_another_travel_letter_meetings(session, summit, signed_in):
    person = guest(session, summit)
    reader = signed_in(person.user_id)
    asked = [primary_buttons(reader.get("/apply/status"))]
    plans(session, person)
    asked.append(primary_buttons(reader.get("/apply/status")))
    make.names(session, person, "Noor Haddad", "JO")
    visa.issue_letter(
        session, person.id, Invited("Noor Haddad", "JO", "TK4417093", "Tokyo"), actor_id=person.user_id, now=clock.now()
    )
    asked.append(primary_buttons(reader.get("/apply/status")))
    assert asked == [["Tell us about your travel"], ["Ask for the invitation letter"], ["Rank whom to meet"]]


def test_dates_stand_in_order_each_once_at_the_venue_and_for_the_reader(session, summit, signed_in):
    tokyo = accounts.user(session, name="Aiko Tanaka")
    tokyo.time_zone = "Asia/Tokyo"
    person = guest(session, summit, S.PAYMENT_DUE, person=tokyo)
    paid(session, person, state=PaymentState.REQUIRES_ACTION)
    page = signed_in(person.user_id).get("/apply/status")
    dates = next(e for e in page.tree.iter(f"{NS}dl") if "facts--dates" in e.get("class", ""))
    shown = [words_of(term) for term in dates.iter(f"{NS}dd")]
    assert shown == [
        "Pay the fee", "Last day to withdraw with a refund, less $125.00", "Travel plans are closed",
        "The summit begins",
    ]  # fmt: skip
    assert "(21:00 JST your time)" in words_of(dates)


def test_what_is_over_is_no_date_ahead(session, summit, signed_in):
    person = guest(session, summit)
    clock.advance(timedelta(days=50))
    assert "Last day to withdraw" not in signed_in(person.user_id).get("/apply/status").text


@pytest.mark.parametrize("state", sorted(set(S) - {S.DRAFT}))
def test_the_page_asks_the_database_little_whatever_there_is(app, session, summit, signed_in, state):
    person = guest(session, summit, state)
    if state in (S.CONFIRMED, S.PAYMENT_DUE):
        due = state is S.PAYMENT_DUE
        paid(session, person, state=PaymentState.REQUIRES_ACTION if due else PaymentState.SUCCEEDED)
        plans(session, person)
    elif state not in ENDED:
        make.with_payment(session, person)
    reader = signed_in(person.user_id)
    reader.get("/apply/status")
    with counted(app.extensions["database"].engine) as seen:
        reader.get("/apply/status")
    assert len(seen) <= MOST


def test_what_happened_stands_on_a_page_of_its_own(session, summit, signed_in):
    person = make.in_review(session, summit=summit)
    reader = signed_in(person.user_id)
    assert reader.get("/apply/status").links()["See what happened so far"] == "/apply/history"
    assert "What happened so far" in reader.get("/apply/history").heading
