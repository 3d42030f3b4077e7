"""A decision waits before its letter leaves: meanwhile it can be undone, and nobody outside the desk knows of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, Refused, TransitionRefused
from app.core.money import Money
from app.notifications import outbox
from app.notifications.models import MailboxMessage, OutboxMessage
from app.payments.models import Payment
from app.payments.states import PaymentState
from app.payments.vouchers import VoucherRefused
from app.payments.vouchers.models import Voucher
from app.payments.vouchers.states import VoucherKind
from app.registration import queries, services
from app.registration.desk_models import DecisionLetter
from app.registration.models import Pool
from app.registration.rules.letters import Words
from app.registration.rules.summit import PoolRule
from app.registration.states import LetterState, ParticipantType, PoolKind, RegistrationState
from app.screening import services as screening
from app.screening.states import NameKind, NameToScreen
from tests.factories import accounts
from tests.factories import payments as money
from tests.factories import registration as make

S = RegistrationState
HOUR = timedelta(hours=1)


@pytest.fixture
def summit(session):
    """A summit whose letters leave an hour after the decision."""
    return make.summit(session, decision_delay_minutes=60)


@pytest.fixture
def reviewer(session):
    return accounts.staff(session, Role.REVIEWER).id


def approve(session, registration, by):
    services.approve(session, registration.id, actor_id=by, now=clock.now(), max_list_age_days=None)


def mails(session) -> list[str]:
    found = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.number))
    return [row.payload["template"].removeprefix("registration_") for row in found]


def payment(session, registration) -> Payment:
    return session.scalars(select(Payment).where(Payment.subject_id == registration.id)).one()


def told(session, registration) -> RegistrationState:
    return queries.registration_of(session, registration.summit_id, registration.user_id).state


def let_leave(session, registration):
    """Let the waiting letter leave, or else one that was dropped, as its job does when its time has come."""
    wanted = select(DecisionLetter).where(DecisionLetter.registration_id == registration.id)
    last = (DecisionLetter.state == LetterState.WAITING, DecisionLetter.leaves_at)
    letter = session.scalars(wanted.order_by(*last)).all()[-1]
    clock.advance(max(letter.leaves_at - clock.now(), timedelta(0)))
    services.send_decision(session, letter.id, now=clock.now(), max_list_age_days=None)
    session.flush()


def undo(session, registration, by, **more):
    services.undo(session, registration.id, actor_id=by, now=clock.now(), **more)


def test_an_approval_takes_the_places_at_once_and_asks_for_the_fee_when_the_letter_leaves(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    approve(session, waiting, reviewer)
    assert (waiting.state, waiting.letter_at) == (S.APPROVED, clock.now() + HOUR)
    assert session.scalars(select(Pool.taken).where(Pool.kind == PoolKind.TOTAL)).one() == 1
    assert mails(session) == []
    assert payment(session, waiting).state is PaymentState.CARD_SAVED
    let_leave(session, waiting)
    assert (waiting.state, waiting.letter_at) == (S.PAYMENT_DUE, None)
    assert mails(session) == ["approved"]
    assert waiting.pay_until == clock.now() + timedelta(days=7)


def test_without_a_delay_nothing_waits(session, reviewer):
    at_once = make.in_review(session, summit=make.summit(session))
    approve(session, at_once, reviewer)
    assert (at_once.state, at_once.letter_at, mails(session)) == (S.PAYMENT_DUE, None, ["approved"])
    with pytest.raises(services.LetterLeft):
        undo(session, at_once, reviewer)


def test_the_letter_job_comes_when_its_time_has_come_and_leaves_once(session, summit, reviewer):
    media = make.in_review(session, summit=summit, participant_type=ParticipantType.MEDIA)
    approve(session, media, reviewer)
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert media.state is S.APPROVED
    clock.advance(HOUR)
    for _twice in range(2):
        outbox.deliver_due(clock.now())
    session.expire_all()
    assert media.state is S.CONFIRMED
    assert [mail.subject for mail in session.scalars(select(MailboxMessage))] == [
        "Your place at Commercial LEO Investment Summit is confirmed"
    ]


@pytest.mark.parametrize("decision", ["approve", "decline", "waitlist", "ask"])
def test_every_decision_can_be_undone_until_its_letter_leaves(session, summit, reviewer, decision):
    waiting = make.in_review(session, summit=summit)
    act = {
        "approve": lambda: approve(session, waiting, reviewer),
        "decline": lambda: services.decline(
            session, waiting.id, reason="balance", actor_id=reviewer, now=clock.now()
        ),
        "waitlist": lambda: services.put_on_waitlist(session, waiting.id, actor_id=reviewer, now=clock.now()),
        "ask": lambda: services.ask(session, waiting.id, "Who owns it?", actor_id=reviewer, now=clock.now()),
    }  # fmt: skip
    act[decision]()
    assert told(session, waiting) is S.IN_REVIEW
    undo(session, waiting, reviewer, reason="Wrong line.")
    assert (waiting.state, waiting.letter_at, waiting.decided_at) == (S.IN_REVIEW, None, None)
    assert session.scalars(select(Pool.taken).where(Pool.kind == PoolKind.TOTAL)).all() in ([0], [])
    clock.advance(HOUR)
    let_leave(session, waiting)
    assert mails(session) == []
    assert waiting.state is S.IN_REVIEW
    told_of = queries.history(session, queries.registration_of(session, summit.id, waiting.user_id))
    assert not {"Approved", "Declined", "Waitlisted"} & {step.words for step in told_of}
    approve(session, waiting, reviewer)
    assert waiting.state is S.APPROVED


def test_undoing_is_on_the_record(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    approve(session, waiting, reviewer)
    undo(session, waiting, reviewer, reason="Wrong line.")
    last = session.info["audit"][-1]
    assert (last.action, last.actor_id, last.before, last.after, last.reason) == (
        "registration.decision_undone", reviewer, "approved", "in_review", "Wrong line.",
    )  # fmt: skip


def test_once_the_letter_is_due_nothing_is_undone_even_if_it_still_lies_there(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    approve(session, waiting, reviewer)
    clock.advance(HOUR)
    with pytest.raises(services.LetterLeft, match="has left"):
        undo(session, waiting, reviewer)
    assert waiting.state is S.APPROVED


@pytest.mark.check("D11")
def test_nobody_undoes_a_decision_on_their_own_application(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    services.decline(session, waiting.id, reason="balance", actor_id=reviewer, now=clock.now())
    with pytest.raises(services.OwnApplication):
        undo(session, waiting, waiting.user_id)


def test_an_undone_place_goes_back_to_those_who_wait(session, reviewer):
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 1),), decision_delay_minutes=60)
    first, second = make.in_review(session, summit=summit), make.in_review(session, summit=summit)
    approve(session, first, reviewer)
    with pytest.raises(services.PoolFull):
        approve(session, second, reviewer)
    undo(session, first, reviewer)
    approve(session, second, reviewer)
    assert (first.state, second.state) == (S.IN_REVIEW, S.APPROVED)


def test_who_does_not_know_yet_that_they_wait_is_offered_nothing(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    services.put_on_waitlist(session, waiting.id, actor_id=reviewer, now=clock.now())
    assert services.offer_next(session, summit.id, now=clock.now(), max_list_age_days=None) is None
    let_leave(session, waiting)
    assert mails(session) == ["waitlisted"]
    assert services.offer_next(session, summit.id, now=clock.now(), max_list_age_days=None) == waiting.id


def test_a_refusal_keeps_the_card_until_its_letter_leaves(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    services.decline(session, waiting.id, reason="balance", actor_id=reviewer, now=clock.now())
    assert payment(session, waiting).state is PaymentState.CARD_SAVED
    let_leave(session, waiting)
    assert (waiting.state, payment(session, waiting).state) == (S.DECLINED, PaymentState.VOIDED)


def test_somebody_refused_who_does_not_know_it_cannot_apply_twice_and_may_withdraw(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    services.decline(session, waiting.id, reason="balance", actor_id=reviewer, now=clock.now())
    again = services.start_registration(session, summit.id, waiting.user_id, now=clock.now())
    assert again.id == waiting.id
    services.withdraw(session, waiting.id, actor_id=waiting.user_id, now=clock.now())
    let_leave(session, waiting)
    assert (waiting.state, mails(session)) == (S.WITHDRAWN, ["withdrawn"])


def test_an_organizer_who_cancels_keeps_the_letter_from_leaving(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    approve(session, waiting, reviewer)
    services.cancel(session, waiting.id, reason="Called off.", actor_id=reviewer, now=clock.now())
    clock.advance(HOUR)
    let_leave(session, waiting)
    assert mails(session) == ["cancelled"]


def test_an_approval_whose_screening_reopened_meanwhile_is_taken_back_and_nobody_is_charged(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    approve(session, waiting, reviewer)
    names = [NameToScreen("Nebula Forwarding", NameKind.ORGANISATION)]
    screening.open_case(session, "registration", waiting.id, names, now=clock.now())
    let_leave(session, waiting)
    assert (waiting.state, mails(session)) == (S.IN_REVIEW, [])
    assert payment(session, waiting).state is PaymentState.CARD_SAVED


def test_the_letter_can_be_worded_anew_until_it_leaves(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    said = "{{ 7*7 }} {name}"
    services.decline(session, waiting.id, reason="balance", words=said, actor_id=reviewer, now=clock.now())
    written = Words("About {summit}", "Dear {name},\n\nnot this year: {reason}.\n\n{words}")
    with pytest.raises(InvalidInput, match="stands for nothing"):
        services.reword_letter(
            session, waiting.id, Words("Hello", "{reason} {nmae}"), actor_id=reviewer, now=clock.now()
        )
    services.reword_letter(session, waiting.id, written, actor_id=reviewer, now=clock.now())
    let_leave(session, waiting)
    sent = session.scalars(select(DecisionLetter)).one()
    assert sent.state is LetterState.LEFT
    assert "not this year: The balance of markets" in sent.body
    assert said in sent.body, "what a reviewer types is never read as a placeholder"
    with pytest.raises(services.LetterLeft):
        services.reword_letter(session, waiting.id, written, actor_id=reviewer, now=clock.now())


def test_a_refusal_is_reconsidered_for_a_reason_with_the_card_that_was_saved(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    services.decline(session, waiting.id, reason="incomplete", actor_id=reviewer, now=clock.now())
    with pytest.raises(Refused, match="Undo the decision"):
        services.reconsider(session, waiting.id, reason="New papers.", actor_id=reviewer, now=clock.now())
    let_leave(session, waiting)
    services.reconsider(session, waiting.id, reason="New papers.", actor_id=reviewer, now=clock.now())
    assert (waiting.state, payment(session, waiting).state) == (S.IN_REVIEW, PaymentState.CARD_SAVED)
    approve(session, waiting, reviewer)
    let_leave(session, waiting)
    assert waiting.state is S.PAYMENT_DUE


def test_nobody_is_reconsidered_who_has_applied_again(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    services.decline(session, waiting.id, reason="incomplete", actor_id=reviewer, now=clock.now())
    let_leave(session, waiting)
    services.start_registration(session, summit.id, waiting.user_id, now=clock.now())
    with pytest.raises(Refused, match="another application"):
        services.reconsider(session, waiting.id, reason="New papers.", actor_id=reviewer, now=clock.now())


@pytest.mark.answers("ask 8")
@pytest.mark.parametrize("state", [S.APPROVED, S.PAYMENT_DUE])
def test_somebody_approved_can_still_be_declined_until_they_have_paid(session, summit, reviewer, state):
    waiting = make.in_review(session, summit=summit)
    approve(session, waiting, reviewer)
    if state is S.PAYMENT_DUE:
        let_leave(session, waiting)
    assert waiting.state is state
    services.decline(session, waiting.id, reason="balance", actor_id=reviewer, now=clock.now())
    assert waiting.state is S.DECLINED
    assert session.scalars(select(Pool.taken).where(Pool.kind == PoolKind.TOTAL)).one() == 0
    let_leave(session, waiting)
    assert mails(session)[-1] == "declined"
    assert payment(session, waiting).state is PaymentState.VOIDED


def test_somebody_confirmed_is_cancelled_not_declined(session, summit, reviewer):
    here = make.registration(session, summit=summit, state=S.CONFIRMED)
    with pytest.raises(TransitionRefused):
        services.decline(session, here.id, reason="balance", actor_id=reviewer, now=clock.now())


@pytest.fixture
def half_off(session, summit, reviewer):
    """A declined application that a voucher for one use had taken 100 dollars off, and the code."""
    code = money.voucher(session, kind=VoucherKind.AMOUNT, amount_cents=10_000, currency="USD").code
    waiting = make.in_review(session, summit=summit)
    services.use_voucher(session, waiting.id, code, actor_id=waiting.user_id, now=clock.now())
    services.decline(session, waiting.id, reason="incomplete", actor_id=reviewer, now=clock.now())
    let_leave(session, waiting)
    return waiting, code


def reconsider(session, registration, by):
    return services.reconsider(session, registration.id, reason="New papers.", actor_id=by, now=clock.now())


def asked_for(session, registration, by) -> int | None:
    """Approve and return what is then asked for."""
    approve(session, registration, by)
    let_leave(session, registration)
    return payment(session, registration).amount_cents


def test_who_is_reconsidered_has_their_voucher_again(session, summit, reviewer, half_off):
    waiting, code = half_off
    full = waiting.terms["price_cents"]
    assert reconsider(session, waiting, reviewer) is None
    assert "voucher_gone" not in mails(session)
    other = make.in_review(session, summit=summit)
    with pytest.raises(VoucherRefused):
        services.use_voucher(session, other.id, code, actor_id=other.user_id, now=clock.now())
    assert asked_for(session, waiting, reviewer) == full - 10_000


def test_who_lost_their_voucher_meanwhile_is_told_the_fee_without_it_before_it_is_asked_for(
    session, summit, reviewer, half_off
):
    waiting, code = half_off
    full = waiting.terms["price_cents"]
    other = make.in_review(session, summit=summit)
    services.use_voucher(session, other.id, code, actor_id=other.user_id, now=clock.now())
    assert reconsider(session, waiting, reviewer) == Money(full, "USD")
    assert mails(session)[-1] == "voucher_gone"
    sent = session.scalars(select(OutboxMessage).order_by(OutboxMessage.number.desc())).first()
    assert sent.payload["context"]["due"] == str(Money(full, "USD"))
    assert asked_for(session, waiting, reviewer) == full


def test_a_voucher_that_was_stopped_is_not_held_again(session, summit, reviewer, half_off):
    waiting, code = half_off
    voucher = session.scalars(select(Voucher).where(Voucher.code == code)).one()
    voucher.stopped_at = clock.now()
    session.flush()
    assert reconsider(session, waiting, reviewer) is not None


def test_declining_whoever_was_asked_for_the_fee_cannot_be_undone(session, summit, reviewer):
    waiting = make.in_review(session, summit=summit)
    approve(session, waiting, reviewer)
    let_leave(session, waiting)
    services.decline(session, waiting.id, reason="balance", actor_id=reviewer, now=clock.now())
    with pytest.raises(Refused, match="asked for and written off"):
        undo(session, waiting, reviewer)
    assert waiting.state is S.DECLINED
