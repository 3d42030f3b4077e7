"""Approval, waitlist and payment together: each person by themselves, and nobody asked for money too early."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import Role
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.payments.models import Attempt, Payment
from app.payments.states import AttemptKind, PaymentState
from app.registration import services
from app.registration.models import Registration
from app.registration.rules.application import Aims, ForOrganization, NewOrganization, Ownership, You
from app.registration.rules.summit import PoolRule
from app.registration.states import ParticipantType, PoolKind, RegistrationState
from app.regulatory.states import Participation
from tests.factories import accounts
from tests.factories import registration as make

S = RegistrationState


@pytest.fixture
def reviewer(session):
    return accounts.staff(session, Role.REVIEWER).id


def approve(session, registration, by):
    services.approve(session, registration.id, actor_id=by, now=clock.now(), max_list_age_days=None)


def payment(session, registration) -> Payment:
    return session.scalars(select(Payment).where(Payment.subject_id == registration.id)).one()


@pytest.mark.answers("ask 10")
def test_people_of_one_house_are_decided_one_by_one_also_after_registration_has_closed(session, reviewer):
    summit = make.summit(session)
    house = accounts.organization(session, name="Kibo Trading")
    yes, no, asked, late = (make.in_review(session, summit=summit, organization=house) for _ in range(4))
    approve(session, yes, reviewer)
    services.decline(session, no.id, reason="balance", actor_id=reviewer, now=clock.now())
    services.ask(session, asked.id, "Who owns it?", actor_id=reviewer, now=clock.now())
    assert [one.state for one in (yes, no, asked, late)] == [
        S.PAYMENT_DUE,
        S.DECLINED,
        S.NEEDS_INFORMATION,
        S.IN_REVIEW,
    ]
    make.pay(session, yes)
    clock.advance(summit.settings.closes_at + timedelta(days=1) - clock.now())
    approve(session, late, reviewer)
    assert (yes.state, late.state) == (S.CONFIRMED, S.PAYMENT_DUE)
    assert late.pay_until == clock.now() + timedelta(days=7), "the days to pay begin with the approval"
    assert [payment(session, one).state for one in (yes, no, late)] == [
        PaymentState.SUCCEEDED, PaymentState.VOIDED, PaymentState.PROCESSING,
    ]  # fmt: skip


def applied(session, summit) -> Registration:
    """Somebody applies, and screening clears them."""
    person = accounts.user(session)
    draft = services.start_registration(session, summit.id, person.id, now=clock.now())
    parts = (
        You(ParticipantType.PARTNER, person.name, "Director", "JP", 1980),
        ForOrganization(new=NewOrganization("Kibo Trading", "trading_house", "JP")),
        Aims(seeks=(Participation.EQUITY,)), Ownership(),
    )  # fmt: skip
    for part in parts:
        services.save_draft(session, draft.id, part, actor_id=person.id, now=clock.now())
    services.submit(session, draft.id, actor_id=person.id, now=clock.now())
    return make.cleared(session, draft)


def told(session, person_id) -> dict[str, str]:
    """Deliver what waits and return everything this person was written, by subject."""
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    address = session.get_one(accounts.User, person_id).email
    return {m.subject: m.text for m in session.scalars(select(MailboxMessage)) if address in m.recipients}


@pytest.mark.answers("ask 15")
def test_nobody_is_asked_for_money_before_the_approval_or_the_accepted_offer(session, reviewer):
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 1),))
    holder = make.registration(session, summit=summit)
    mine = applied(session, summit)
    services.ask(session, mine.id, "Who owns it?", actor_id=reviewer, now=clock.now())
    services.answer_question(session, mine.id, "We do.", actor_id=mine.user_id, now=clock.now())
    services.put_on_waitlist(session, mine.id, actor_id=reviewer, now=clock.now())
    told(session, mine.user_id)
    services.withdraw(session, holder.id, actor_id=holder.user_id, now=clock.now())
    mails = told(session, mine.user_id)
    assert mine.state is S.OFFERED
    assert {subject: "Nothing is charged" in text for subject, text in mails.items()} == {
        f"Application {mine.number} to {summit.settings.name} has arrived": True,
        f"A question about your application {mine.number}": False,
        f"You are on the waitlist of {summit.settings.name}": True,
        f"A place at {summit.settings.name} is free for you": True,
    }
    assert not [text for text in mails.values() if "/pay/" in text or "Please pay" in text]
    assert payment(session, mine).state is PaymentState.CREATED
    assert not session.scalars(select(Attempt).where(Attempt.kind != AttemptKind.CARD_PAGE)).all()
    services.accept_offer(session, mine.id, actor_id=mine.user_id, now=clock.now(), max_list_age_days=None)
    assert mine.state is S.PAYMENT_DUE
    assert "Please pay for" in str(told(session, mine.user_id)), "without a saved card the fee is asked for by a link"
