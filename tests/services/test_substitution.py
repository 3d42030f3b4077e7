"""A place passes to a successor: vetted anew, with the difference in price, nothing charged twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock
from app.core.access import Role
from app.core.db import transaction
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications.models import MailboxMessage
from app.payments import books
from app.payments import services as payments
from app.payments.models import LedgerLine, Payment, Refund
from app.payments.states import PaymentState
from app.registration import services
from app.registration.leave_models import Substitution
from app.registration.models import Place, Pool, Registration
from app.registration.rules.prices import terms_on
from app.registration.rules.stored import to_plain
from app.registration.services.moves import terms_of
from app.registration.services.substitute import note_successor
from app.registration.states import ParticipantType, RegistrationState, SubstitutionState
from tests.factories import accounts as people
from tests.factories import payments as pay
from tests.factories import registration as make
from tests.factories.payments import Desk

S = RegistrationState
UNTIL = date(2027, 4, 20)
KEPT = 92_500


@pytest.fixture
def desk(app: Flask, now: Any) -> Iterator[Desk]:
    """The application with a provider beside it."""
    with pay.desk(app) as opened:
        yield opened


class Story:
    """Two people of one house, one of whom has a paid and confirmed place."""

    def __init__(self, desk: Desk, **settings: Any) -> None:
        self.desk = desk
        with transaction() as session:
            self.summit = make.summit(session, substitution_until=UNTIL, **settings)
            make.countries(session)
            self.house = people.organization(session, name="Kibo Trading").id
            self.owner = people.user(session, name="Aiko Tanaka").id
            self.heir = people.user(session, name="Ren Sato", email="ren@example.org").id
            self.reviewer = people.staff(session, Role.REVIEWER, Role.ORGANIZER, Role.FINANCE).id
        self.old = self.applied(self.owner)
        self.approve(self.old)
        assert self.row(self.old).state is S.CONFIRMED

    def applied(self, user_id: UUID, *, kind: ParticipantType = ParticipantType.PARTNER, card: bool = True) -> UUID:
        """An application of somebody of the house, in review, with a saved card."""
        with transaction() as session:
            person = session.get_one(people.User, user_id)
            house = session.get_one(people.Organization, self.house)
            made = make.cleared(session, make.registration(
                session, state=S.IN_REVIEW, summit=self.summit, person=person, organization=house,
                participant_type=kind,
            ))  # fmt: skip
            today = self.summit.settings.day_of(clock.now())
            made.terms = to_plain(terms_on(self.summit.settings, version=1, participant_type=kind, day=today))
            if terms_of(made).price_cents:
                payments.open_payment(
                    session, subject_kind="registration", subject_id=made.id, payer_id=user_id, now=clock.now(),
                    payer_name=person.name, payer_email=person.email, description="Place at the summit",
                )  # fmt: skip
            note_successor(session, made, now=clock.now())
            found = made.id
        if card and (payment := self.payment(found)):
            self.desk.save_card(payment.id)
        return found

    def approve(self, registration_id: UUID) -> None:
        with transaction() as session:
            services.approve(session, registration_id, actor_id=self.reviewer, now=clock.now(), max_list_age_days=None)
        self.desk.settle()

    def name(self, actor_id: UUID | None = None, email: str = "ren@example.org") -> UUID:
        with transaction() as session:
            return services.name_successor(
                session, self.old, name="Ren Sato", email=email, reason="Ill.", actor_id=actor_id or self.owner,
                now=clock.now(),
            ).id  # fmt: skip

    def row(self, registration_id: UUID) -> Registration:
        with transaction() as session:
            return session.get_one(Registration, registration_id)

    def state(self) -> SubstitutionState:
        with transaction() as session:
            return session.scalars(sa.select(Substitution.state)).one()

    def payment(self, registration_id: UUID) -> Payment | None:
        with transaction() as session:
            return session.scalars(sa.select(Payment).where(Payment.subject_id == registration_id)).one_or_none()

    def holders(self) -> dict[str, set[UUID]]:
        """Return who holds a place in which kind of pool, and check that the counters agree."""
        with transaction() as session:
            found: dict[str, set[UUID]] = {}
            for pool in session.scalars(sa.select(Pool)):
                held = set(session.scalars(sa.select(Place.registration_id).where(
                    Place.pool_id == pool.id, Place.released_at.is_(None))))  # fmt: skip
                assert pool.taken == len(held)
                if held:
                    found[f"{pool.kind}"] = held
            return found

    def taken_at_provider(self) -> int:
        """Return the cents the provider has taken and not given back."""
        return sum(c["amount_captured"] - c["amount_refunded"] for c in self.desk.sandbox.store.all("charge"))

    def books(self) -> dict[str, int]:
        """Return the balance of every account over all payments, and check that the books agree."""
        with transaction() as session:
            assert books.own_differences(session, settled_before=clock.now()) == []
            sums = sa.select(LedgerLine.account, sa.func.sum(LedgerLine.amount_cents)).group_by(LedgerLine.account)
            return {str(account): int(cents) for account, cents in session.execute(sums) if cents}


@pytest.mark.parametrize(
    ("day", "paid", "back"),
    [(date(2027, 3, 1), 92_500, 0), (date(2027, 3, 25), 97_500, 0), (date(2027, 1, 20), 85_000, 7_500)],
)
def test_the_place_passes_on_approval_and_only_the_difference_moves(desk, day, paid, back):
    story = Story(desk)
    story.name()
    with clock.stopped(story.summit.settings.moment(clock.datetime(day.year, day.month, day.day, 12))):
        new = story.applied(story.heir)
        before = story.holders()
        story.approve(new)
    assert (story.row(story.old).state, story.row(new).state) == (S.SUBSTITUTED, S.CONFIRMED)
    assert story.holders() == {kind: {new} for kind in before}
    assert (story.taken_at_provider(), story.state()) == (paid, SubstitutionState.PASSED)
    balance = {"provider_clearing": paid, "revenue": -paid - back, "refunds": back}
    assert story.books() == {account: cents for account, cents in balance.items() if cents}
    first, second = story.payment(story.old), story.payment(new)
    assert (first.passed_on_cents, second.carried_cents) == (min(KEPT, paid), min(KEPT, paid))
    assert (first.refunded_cents, second.amount_cents, second.state) == (back, paid, PaymentState.SUCCEEDED)


@pytest.mark.answers("ask 13")
def test_until_the_successor_is_approved_the_place_is_the_predecessors(desk):
    story = Story(desk)
    story.name()
    before = story.holders()
    story.applied(story.heir)
    assert story.holders() == before
    assert (story.row(story.old).state, story.state()) == (S.CONFIRMED, SubstitutionState.APPLIED)


def test_a_declined_successor_changes_nothing_and_another_may_be_named(desk):
    story = Story(desk)
    story.name()
    new, before = story.applied(story.heir), story.holders()
    with transaction() as session:
        services.decline(session, new, reason="balance", actor_id=story.reviewer, now=clock.now())
    story.desk.settle()
    assert (story.holders(), story.row(story.old).state) == (before, S.CONFIRMED)
    assert (story.taken_at_provider(), story.state()) == (KEPT, SubstitutionState.DECLINED)
    story.name(email="mai@example.org")


def test_a_substitution_taken_back_leaves_the_successor_an_application_like_any_other(desk):
    story = Story(desk)
    made, new = story.name(), story.applied(story.heir)
    with transaction() as session:
        services.withdraw_successor(session, made, actor_id=story.owner, now=clock.now())
    story.approve(new)
    assert {story.row(story.old).state, story.row(new).state} == {S.CONFIRMED}
    assert story.taken_at_provider() == 2 * KEPT
    assert story.holders()["total"] == {story.old, new}


def test_a_full_summit_does_not_stop_a_successor_for_the_place_is_never_free(desk):
    story = Story(desk, pools=(make.PoolRule(make.PoolKind.TOTAL, "", 1),))
    story.name()
    new = story.applied(story.heir)
    story.approve(new)
    assert story.holders() == {"total": {new}}


def test_a_successor_of_another_type_needs_room_in_the_pools_that_differ(desk):
    rules = (make.PoolRule(make.PoolKind.TOTAL, "", 5), make.PoolRule(make.PoolKind.TYPE, "media", 0),
             make.PoolRule(make.PoolKind.TYPE, "partner", 3))  # fmt: skip
    story = Story(desk, pools=rules)
    story.name()
    new = story.applied(story.heir, kind=ParticipantType.MEDIA)
    with pytest.raises(Refused, match="No place"):
        story.approve(new)
    with transaction() as session:
        settings = replace(story.summit.settings, pools=(rules[0], replace(rules[1], capacity=1), rules[2]))
        services.configure_summit(session, settings, key=story.summit.key, actor_id=None, now=clock.now())
    story.approve(new)
    assert story.row(new).state is S.CONFIRMED
    assert story.holders() == {"total": {new}, "type": {new}}
    assert story.taken_at_provider() == 0, "media pay nothing, so all that was paid goes back"


def test_a_successor_without_a_card_pays_the_difference_by_link_and_an_unpaid_one_gets_back_by_the_terms(desk):
    story = Story(desk)
    story.name()
    with clock.stopped(story.summit.settings.moment(clock.datetime(2027, 3, 25, 12))):
        new = story.applied(story.heir, card=False)
        story.approve(new)
        second = story.payment(new)
        assert (second.state, second.amount_cents - second.carried_cents) == (PaymentState.REQUIRES_ACTION, 5_000)
        clock.advance(timedelta(days=8))
        story.desk.settle()
    assert story.row(new).state is S.EXPIRED
    assert story.holders() == {}
    assert story.taken_at_provider() == 12_500, "the fee that the terms keep"
    assert story.books()["provider_clearing"] == 12_500


def test_a_successor_who_withdraws_gets_back_what_came_in_both_charges(desk):
    story = Story(desk)
    story.name()
    with clock.stopped(story.summit.settings.moment(clock.datetime(2027, 3, 25, 12))):
        new = story.applied(story.heir)
        story.approve(new)
        with transaction() as session:
            assert services.withdraw(session, new, actor_id=story.heir, now=clock.now()) == 97_500 - 12_500
        story.desk.settle()
    with transaction() as session:
        parts = session.scalars(sa.select(Refund.amount_cents).order_by(Refund.amount_cents)).all()
    assert parts == [5_000, 80_000]
    assert story.books() == {"provider_clearing": 12_500, "refunds": 85_000, "revenue": -97_500}


@pytest.mark.answers("ask 13")
def test_a_focal_point_proposes_and_the_owner_must_agree(desk):
    story = Story(desk)
    with transaction() as session:
        lead = people.user(session)
        people.member(
            session, organization=session.get_one(people.Organization, story.house), person=lead, role=Role.FOCAL_POINT
        )
        stranger = people.user(session).id
    with pytest.raises(NotFound):
        story.name(stranger)
    made = story.name(lead.id)
    new = story.applied(story.heir)
    assert story.state() is SubstitutionState.PROPOSED
    story.approve(new)
    assert story.row(story.old).state is S.CONFIRMED, "without consent the place stays"
    with pytest.raises(NotFound), transaction() as session:
        services.agree_to_successor(session, made, actor_id=lead.id, now=clock.now())


@pytest.mark.parametrize("email", ["", "not an address", "a@b\r\nBcc: c@d", "{owner}"])
def test_an_address_that_cannot_be_a_successors_is_refused(desk, email):
    story = Story(desk)
    with transaction() as session:
        own = session.get_one(people.User, story.owner).email
    with pytest.raises(InvalidInput):
        story.name(email=email.replace("{owner}", own))


def test_the_terms_say_until_when_and_whether_a_successor_can_be_named(desk):
    story = Story(desk)
    with clock.stopped(story.summit.settings.moment(clock.datetime(2027, 4, 21, 12))), pytest.raises(Refused):
        story.name()
    story.name()
    with pytest.raises(Refused, match="already"):
        story.name(email="mai@example.org")


def test_a_successor_may_apply_after_applications_have_closed(desk):
    story = Story(desk)
    with clock.stopped(story.summit.settings.moment(clock.datetime(2027, 4, 18, 12))):
        with pytest.raises(Refused, match="closed"), transaction() as session:
            services.start_registration(session, story.summit.id, story.heir, now=clock.now())
        story.name()
        with transaction() as session:
            services.start_registration(session, story.summit.id, story.heir, now=clock.now())


def test_everybody_concerned_is_told(desk):
    story = Story(desk)
    story.name()
    new = story.applied(story.heir)
    story.approve(new)
    with transaction() as session:
        said = " ".join(session.scalars(sa.select(MailboxMessage.subject)))
    assert "You are named to come" in said
    assert "Ren Sato takes your place" in said
