"""Decide, take and free places, follow payments, leave."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Organization
from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, Refused, TransitionRefused
from app.core.money import Money
from app.door.queries import badge_of
from app.notifications import outbox
from app.notifications.models import OutboxMessage
from app.payments.models import Payment, Refund
from app.payments.states import PaymentState
from app.registration import queries, services
from app.registration.models import Place, Pool, Registration, RegistrationStep
from app.registration.rules.summit import PoolRule
from app.registration.states import DeclineReason, ParticipantType, PoolKind, RegistrationState
from app.screening import services as screening
from app.screening.states import NameKind, NameToScreen
from tests.factories import accounts
from tests.factories import registration as make

S = RegistrationState
LIMIT = 100_000


def mails(session, template=None) -> list[str]:
    found = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.number))
    return [row.payload["template"] for row in found if template in (None, row.payload["template"])]


def reviewer(session):
    return accounts.staff(session, Role.REVIEWER).id


def approve(session, registration, by=None):
    services.approve(
        session, registration.id, actor_id=by or reviewer(session), now=clock.now(), max_list_age_days=LIMIT
    )


def pool(session, kind=PoolKind.TOTAL) -> Pool:
    return session.scalars(select(Pool).where(Pool.kind == kind)).one()


def one_place(session, **changes):
    return make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 1),), **changes)


def payment(session, registration) -> Payment:
    return session.scalars(select(Payment).where(Payment.subject_id == registration.id)).one()


def jobs(session, kind) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def offer(session, summit):
    return services.offer_next(session, summit.id, now=clock.now(), max_list_age_days=LIMIT)


def test_approving_takes_a_place_in_every_pool_and_asks_for_the_applications_own_price(session, now):
    waiting = make.in_review(session)
    approve(session, waiting)
    assert waiting.state is S.PAYMENT_DUE
    assert waiting.pay_until == now + timedelta(days=7)
    taken = {(p.kind.value, p.taken) for p in session.scalars(select(Pool)) if p.key != "media"}
    assert taken == {("total", 1), ("market", 1), ("organization", 1)}
    assert (payment(session, waiting).amount_cents, payment(session, waiting).state) == (
        92_500,
        PaymentState.PROCESSING,
    )
    assert mails(session, "registration_approved")


@pytest.mark.check("L2")
@pytest.mark.parametrize("state", [s for s in S if s is not S.IN_REVIEW])
def test_only_an_application_in_review_is_approved(session, state):
    other = make.registration(session, state=state)
    with pytest.raises(TransitionRefused):
        approve(session, other)


def test_nobody_is_approved_with_an_open_screening_case(session):
    unscreened = make.registration(session, state=S.IN_REVIEW)
    make.screening_list(session)
    with pytest.raises(Refused, match="screened"):
        approve(session, unscreened)
    names = [NameToScreen("Nebula Forwarding", NameKind.ORGANISATION)]
    screening.open_case(session, "registration", unscreened.id, names, now=clock.now())
    with pytest.raises(Refused, match="screener must clear"):
        approve(session, unscreened)
    assert unscreened.state is S.IN_REVIEW
    assert not session.scalars(select(Place)).all()


@pytest.mark.check("D11")
def test_nobody_decides_on_their_own_application_or_their_own_organizations(session):
    mine = make.in_review(session)
    colleague = accounts.staff(session, Role.REVIEWER)
    member = accounts.member(session, organization=session.get(Organization, mine.organization_id), person=colleague)
    for actor, words in ((mine.user_id, "your own application"), (member.user_id, "your own organization")):
        with pytest.raises(services.OwnApplication, match=words):
            approve(session, mine, by=actor)
        with pytest.raises(services.OwnApplication):
            services.decline(session, mine.id, reason=DeclineReason.BALANCE, actor_id=actor, now=clock.now())
        with pytest.raises(services.OwnApplication):
            services.put_on_waitlist(session, mine.id, actor_id=actor, now=clock.now())
        with pytest.raises(services.OwnApplication):
            services.ask(session, mine.id, "Why?", actor_id=actor, now=clock.now())
        with pytest.raises(services.OwnApplication):
            services.cancel(session, mine.id, reason="All my money back.", actor_id=actor, now=clock.now())


@pytest.mark.check("L4")
def test_the_second_of_two_reviewers_is_told_that_the_application_moved(session, now):
    seen = make.in_review(session)
    at_first = seen.moves
    services.ask(session, seen.id, "Who owns it?", actor_id=reviewer(session), now=now, seen_moves=at_first)
    with pytest.raises(services.MovedMeanwhile):
        services.decline(
            session, seen.id, reason=DeclineReason.BALANCE, actor_id=reviewer(session), now=now, seen_moves=at_first
        )


def test_a_full_pool_refuses_by_name_and_takes_nothing_anywhere(session):
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 9), PoolRule(PoolKind.MARKET, "JP", 1)))
    first, second = make.in_review(session, summit=summit), make.in_review(session, summit=summit)
    approve(session, first)
    with pytest.raises(services.PoolFull, match=r"the market JP.*waitlist"):
        approve(session, second)
    assert (pool(session).taken, pool(session, PoolKind.MARKET).taken, second.state) == (1, 1, S.IN_REVIEW)


def test_an_organization_cannot_send_more_people_than_its_cap(session):
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 9), PoolRule(PoolKind.ORGANIZATION, "*", 1)))
    kibo = accounts.organization(session)
    approve(session, make.in_review(session, summit=summit, organization=kibo))
    with pytest.raises(services.PoolFull, match="the places of this organization"):
        approve(session, make.in_review(session, summit=summit, organization=kibo))
    approve(session, make.in_review(session, summit=summit))


def test_without_a_fee_approval_confirms_at_once(session):
    media = make.in_review(session, participant_type=ParticipantType.MEDIA)
    approve(session, media)
    assert media.state is S.CONFIRMED
    assert mails(session) == ["registration_confirmed"]


def test_declining_needs_a_reason_and_voids_what_was_opened(session, now):
    refused = make.in_review(session)
    with pytest.raises(InvalidInput, match="Write the reason"):
        services.decline(session, refused.id, reason=DeclineReason.OTHER, actor_id=reviewer(session), now=now)
    services.decline(session, refused.id, reason=DeclineReason.BALANCE, actor_id=reviewer(session), now=now)
    assert refused.state is S.DECLINED
    assert payment(session, refused).state is PaymentState.VOIDED
    assert mails(session, "registration_declined")


def test_the_payment_confirms_and_sends_the_badge(session):
    due = make.in_review(session)
    approve(session, due)
    make.pay(session, due)
    assert due.state is S.CONFIRMED
    assert len(due.badge_code or "") == 26
    assert badge_of(session, due.summit_id, due.user_id).code == due.badge_code
    assert mails(session, "registration_confirmed")
    assert services.is_paid_for(session, due.id)


def test_every_move_and_note_is_kept_in_order(session):
    due = make.in_review(session)
    approve(session, due)
    make.pay(session, due)
    steps = session.scalars(
        select(RegistrationStep).where(RegistrationStep.registration_id == due.id).order_by(RegistrationStep.number)
    ).all()
    assert [s.number for s in steps] == list(range(1, len(steps) + 1)) == list(range(1, due.moves + 1))
    assert [s.after for s in steps if s.event] == ["approved", "payment_due", "confirmed"]


def test_a_payment_deadline_that_passes_frees_the_place_and_voids_the_charge(session, now):
    due = make.in_review(session)
    approve(session, due)
    payment(session, due).state = PaymentState.REQUIRES_ACTION
    assert not services.expire(session, due.id, now=now + timedelta(days=7) - timedelta(seconds=1))
    assert services.expire(session, due.id, now=now + timedelta(days=7))
    assert not services.expire(session, due.id, now=now + timedelta(days=8))
    assert (due.state, pool(session).taken) == (S.EXPIRED, 0)
    assert payment(session, due).state is PaymentState.VOIDED
    assert len(mails(session, "registration_payment_lapsed")) == 1


def test_a_place_is_not_taken_away_while_the_bank_still_works_on_the_charge(session, now):
    due = make.in_review(session)
    approve(session, due)
    late = now + timedelta(days=7)
    assert not services.expire(session, due.id, now=late)
    assert due.state is S.PAYMENT_DUE
    assert late + timedelta(hours=1) in [job.next_attempt_at for job in jobs(session, "registration.expire")]


@pytest.mark.answers("ask 1")
def test_the_waitlist_goes_by_priority_then_age_and_skips_who_does_not_fit(session, now):
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 3), PoolRule(PoolKind.MARKET, "JP", 1)))
    by = reviewer(session)
    people = {}
    for name, country, priority in (("old", "FR", 0), ("first JP", "JP", 5), ("second JP", "JP", 4), ("new", "FR", 0)):
        organization = accounts.organization(session, country=country)
        people[name] = make.in_review(session, summit=summit, organization=organization)
        services.put_on_waitlist(session, people[name].id, actor_id=by, now=clock.now(), priority=priority)
        clock.advance(timedelta(hours=1))
    offered = [offer(session, summit) for _ in range(4)]
    assert offered == [people["first JP"].id, people["old"].id, people["new"].id, None]
    assert people["second JP"].state is S.WAITLISTED
    assert pool(session).taken == 3


def test_who_is_not_clear_is_not_offered_a_place(session, now):
    summit = one_place(session)
    make.registration(session, summit=summit, state=S.WAITLISTED)
    make.screening_list(session)
    assert offer(session, summit) is None


@pytest.mark.answers("ask 1")
def test_an_offer_is_accepted_before_its_deadline_and_then_charged(session, now):
    summit = one_place(session)
    held = make.in_review(session, summit=summit)
    services.put_on_waitlist(session, held.id, actor_id=reviewer(session), now=now)
    assert offer(session, summit) == held.id
    assert (held.state, held.offer_until, pool(session).taken) == (S.OFFERED, now + timedelta(days=3), 1)
    with pytest.raises(Refused, match="time to accept"):
        services.accept_offer(
            session, held.id, actor_id=held.user_id, now=now + timedelta(days=3), max_list_age_days=LIMIT
        )
    services.accept_offer(session, held.id, actor_id=held.user_id, now=now, max_list_age_days=LIMIT)
    assert (held.state, pool(session).taken, payment(session, held).amount_cents) == (S.PAYMENT_DUE, 1, 92_500)


@pytest.mark.check("L1")
@pytest.mark.parametrize("way", ["withdraw", "expire", "cancel", "decline"])
def test_a_place_that_comes_back_is_offered_again_by_itself(session, now, way):
    summit = one_place(session)
    by, organizer = reviewer(session), accounts.staff(session, Role.ORGANIZER).id
    first, second, third = (make.in_review(session, summit=summit) for _ in range(3))
    for one in (first, second, third):
        services.put_on_waitlist(session, one.id, actor_id=by, now=clock.now())
        clock.advance(timedelta(minutes=1))
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert [r.state for r in (first, second, third)] == [S.OFFERED, S.WAITLISTED, S.WAITLISTED]
    leave(session, way, first, by=by, organizer=organizer)
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert [r.state for r in (second, third)] == [S.OFFERED, S.WAITLISTED]
    assert pool(session).taken == 1


def leave(session, way, registration, *, by, organizer):
    if way == "withdraw":
        services.withdraw(session, registration.id, actor_id=registration.user_id, now=clock.now())
    elif way == "expire":
        clock.advance(timedelta(days=3))
    elif way == "cancel":
        services.cancel(session, registration.id, reason="No longer possible.", actor_id=organizer, now=clock.now())
    else:
        services.decline(session, registration.id, reason=DeclineReason.BALANCE, actor_id=by, now=clock.now())


def test_more_places_are_offered_as_soon_as_an_organizer_adds_them(session, now):
    summit = one_place(session)
    make.registration(session, summit=summit)
    waits = make.in_review(session, summit=summit)
    services.put_on_waitlist(session, waits.id, actor_id=reviewer(session), now=now)
    outbox.deliver_due(now)
    session.expire_all()
    assert waits.state is S.WAITLISTED
    make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 2),))
    outbox.deliver_due(now)
    session.expire_all()
    assert waits.state is S.OFFERED


def paid(session, **kwargs) -> Registration:
    made = make.in_review(session, **kwargs)
    approve(session, made)
    make.pay(session, made)
    return made


def test_withdrawing_brings_back_the_sum_that_was_shown(session, now):
    leaving = paid(session)
    with pytest.raises(Refused, match="has changed"):
        services.withdraw(session, leaving.id, actor_id=leaving.user_id, now=now, shown_refund_cents=92_500)
    back = services.withdraw(session, leaving.id, actor_id=leaving.user_id, now=now, shown_refund_cents=80_000)
    refund = session.scalars(select(Refund)).one()
    assert (back, refund.amount_cents, leaving.state, pool(session).taken) == (80_000, 80_000, S.WITHDRAWN, 0)


def test_after_the_cut_off_a_withdrawal_brings_nothing_back(session, now):
    leaving = paid(session)
    clock.advance(timedelta(days=45))
    assert services.withdraw(session, leaving.id, actor_id=leaving.user_id, now=clock.now()) == 0
    assert not session.scalars(select(Refund)).all()


def test_an_organizer_who_cancels_gives_everything_back(session, now):
    cancelled = paid(session)
    organizer = accounts.staff(session, Role.ORGANIZER)
    back = services.cancel(session, cancelled.id, reason="The visa was denied.", actor_id=organizer.id, now=now)
    assert (back, cancelled.state) == (92_500, S.CANCELLED)
    assert mails(session, "registration_cancelled")


def late(session) -> Registration:
    """An application whose deadline passed a moment before the money came."""
    due = make.in_review(session, summit=one_place(session))
    approve(session, due)
    payment(session, due).state = PaymentState.REQUIRES_ACTION
    clock.advance(timedelta(days=8))
    assert services.expire(session, due.id, now=clock.now())
    return due


def test_late_money_gets_its_place_back_while_there_is_room_and_staff_are_told(session, now):
    accounts.staff(session, Role.FINANCE)
    due = late(session)
    make.pay(session, due)
    services.settle_late_money(session, due.id, now=clock.now())
    services.settle_late_money(session, due.id, now=clock.now())
    assert (due.state, pool(session).taken) == (S.CONFIRMED, 1)
    assert len(mails(session, "registration_late_money_staff")) == 1
    assert not session.scalars(select(Refund)).all()


@pytest.mark.answers("bug 1")
def test_late_money_goes_back_by_itself_when_the_place_is_gone_and_people_are_told(session, now):
    accounts.staff(session, Role.FINANCE)
    due = late(session)
    make.registration(session, summit=queries.current_summit(session))
    make.pay(session, due)
    assert jobs(session, "registration.late_money")
    services.settle_late_money(session, due.id, now=clock.now())
    services.settle_late_money(session, due.id, now=clock.now())
    refund = session.scalars(select(Refund)).one()
    assert Money(refund.amount_cents, refund.currency) == Money(92_500, "USD")
    assert (due.state, pool(session).taken) == (S.EXPIRED, 1)
    assert len(mails(session, "registration_late_refund")) == len(mails(session, "registration_late_money_staff")) == 1


def test_money_that_comes_after_a_withdrawal_goes_back_whole(session, now):
    due = make.in_review(session)
    approve(session, due)
    services.withdraw(session, due.id, actor_id=due.user_id, now=now)
    make.pay(session, due)
    services.settle_late_money(session, due.id, now=now)
    assert session.scalars(select(Refund)).one().amount_cents == 92_500
    assert due.state is S.WITHDRAWN


def test_late_money_does_not_make_a_second_live_application_of_one_person(session, now):
    due = late(session)
    again = services.start_registration(session, due.summit_id, due.user_id, now=clock.now())
    make.pay(session, due)
    services.settle_late_money(session, due.id, now=clock.now())
    assert (due.state, again.state) == (S.EXPIRED, S.DRAFT)
    assert session.scalars(select(Refund)).one().amount_cents == 92_500
