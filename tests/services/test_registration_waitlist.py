"""The waitlist: in order, by itself, honestly, and never a place left over while somebody who fits waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import event, func, select

from app.accounts.models import User
from app.core import clock, ids
from app.core.access import Role
from app.core.db import Database, db, transaction
from app.core.errors import InvalidInput, NotFound, Refused
from app.notifications import outbox
from app.notifications.models import OutboxMessage
from app.registration import queries, services, tasks
from app.registration.models import Place, Pool, Registration, RegistrationStep
from app.registration.queries.waitlist import line_of, room_of, wait_standing, waitlist_page
from app.registration.rules.prices import terms_on
from app.registration.rules.summit import PoolRule
from app.registration.rules.waitlist import Room, Waiter, in_line, next_for, offer_until, to_offer
from app.registration.services.places import OverTarget, PoolFull, free_places
from app.registration.services.waitlist import (
    change_priority,
    decline_offer,
    offer_by_hand,
    offer_place,
    plan_offers,
)
from app.registration.states import HOLDING, ParticipantType, PoolKind, RegistrationState
from app.screening.models import Case
from app.screening.queries import case_for
from app.screening.states import CaseState
from tests.factories import accounts
from tests.factories import registration as make

S = RegistrationState
TOTAL, JAPAN, FRANCE = (PoolKind.TOTAL, ""), (PoolKind.MARKET, "JP"), (PoolKind.MARKET, "FR")
SINCE = datetime(2027, 2, 1, tzinfo=UTC)


def someone(number, country="JP", *, priority=0, is_clear=True, days=0, organization="o"):
    return Waiter(
        ids.new_id(), number, country, "partner", organization, priority, SINCE + timedelta(days=days), is_clear
    )


# The rules, without a database.


def test_the_line_is_ordered_by_priority_then_age_then_number():
    late, early, twin, preferred = (
        someone(1, days=2),
        someone(3, days=1),
        someone(2, days=1),
        someone(9, priority=1, days=9),
    )
    assert [w.number for w in in_line([late, early, twin, preferred])] == [9, 2, 3, 1]


@pytest.mark.answers("ask 12")
def test_who_does_not_fit_is_passed_over_and_keeps_their_place():
    room = Room([PoolRule(PoolKind.TOTAL, "", 3), PoolRule(PoolKind.MARKET, "*", 1)], {TOTAL: 1, JAPAN: 1})
    line = [someone(1), someone(2, "FR", is_clear=False), someone(3, "FR"), someone(4, "FR"), someone(5, "DE")]
    assert [w.number for w in to_offer(line, room)] == [3, 5]
    assert room.held_up_by(line[0]) == [TOTAL, JAPAN]


def test_the_waitlist_does_not_go_over_a_target_by_itself():
    room = Room([PoolRule(PoolKind.TOTAL, "", 10, 2)], {TOTAL: 1})
    assert len(to_offer([someone(1), someone(2), someone(3)], room)) == 1


def test_next_for_a_pool_is_the_first_whom_nothing_else_holds_up():
    rules = [
        PoolRule(PoolKind.TOTAL, "", 2),
        PoolRule(PoolKind.MARKET, "*", 1),
        PoolRule(PoolKind.ORGANIZATION, "*", 1),
    ]
    room = Room(rules, {TOTAL: 2, JAPAN: 1, FRANCE: 1, (PoolKind.ORGANIZATION, "full"): 1})
    line = [someone(1, organization="full"), someone(2, is_clear=False), someone(3), someone(4, "FR"), someone(5, "DE")]
    assert next_for(JAPAN, line, room).number == 3
    assert next_for(FRANCE, line, room).number == 4
    assert next_for(TOTAL, line, room).number == 5


waiters = some.lists(
    some.builds(
        lambda n, country, priority, clear, org, days: someone(
            n, country, priority=priority, is_clear=clear, organization=org, days=days
        ),
        some.integers(1, 99), some.sampled_from(["JP", "FR", "DE"]), some.integers(0, 2), some.booleans(),
        some.sampled_from(["a", "b"]), some.integers(0, 5),
    ), max_size=12,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(waiters, some.integers(0, 8), some.integers(0, 3), some.integers(0, 3))
def test_no_place_is_left_over_while_somebody_who_fits_waits_and_nobody_is_overtaken(people, total, market, per_house):
    rules = [PoolRule(PoolKind.TOTAL, "", total), PoolRule(PoolKind.MARKET, "*", market),
             PoolRule(PoolKind.ORGANIZATION, "*", per_house)]  # fmt: skip
    room, line = Room(rules, {}), in_line(people)
    chosen = to_offer(line, room)
    left = [w for w in line if w not in chosen]
    assert not [w for w in left if w.is_clear and not room.held_up_by(w)]
    assert len(chosen) <= total
    for waiter in left:
        sooner = [w for w in chosen if w.place_in_line > waiter.place_in_line]
        alike = [w for w in sooner if w.own_keys == waiter.own_keys]
        assert not (waiter.is_clear and alike), "somebody who needs the very same places came later and was first"


def test_an_offer_never_stands_longer_than_until_the_summit_begins():
    terms = terms_on(make.SETTINGS, version=1, participant_type=ParticipantType.PARTNER, day=SINCE.date())
    assert offer_until(make.SETTINGS, terms, SINCE) == SINCE + timedelta(days=3)
    eve = make.SETTINGS.begins_at - timedelta(hours=5)
    assert offer_until(make.SETTINGS, terms, eve) == make.SETTINGS.begins_at


# The services, on both databases.


@pytest.fixture
def summit(session):
    make.countries(session)
    return make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 2), PoolRule(PoolKind.MARKET, "*", 2)))


def waits(session, summit, country="JP", **columns):
    house = accounts.organization(session, country=country)
    made = make.in_review(session, summit=summit, organization=house, **columns)
    made.state, made.waitlisted_at = S.WAITLISTED, clock.now()
    session.flush()
    return made


def place_taken(session, summit, country="JP", state=S.CONFIRMED, **columns):
    house = accounts.organization(session, country=country)
    return make.registration(session, state=state, summit=summit, organization=house, **columns)


def moved(session, summit):
    """Let the waitlist move as the job does, and return whom it offered a place, in order."""
    offered = []
    while found := services.offer_next(session, summit.id, now=clock.now(), max_list_age_days=None):
        offered.append(found)
    return offered


def queued(session):
    wanted = select(func.count()).where(OutboxMessage.kind == "registration.move_waitlist")
    return session.scalar(wanted)


def test_declining_an_offer_gives_the_place_to_the_next_at_once(session, summit):
    place_taken(session, summit)
    first, second = waits(session, summit), waits(session, summit)
    assert moved(session, summit) == [first.id]
    with pytest.raises(NotFound):
        decline_offer(session, first.id, actor_id=second.user_id, now=clock.now())
    before = queued(session)
    decline_offer(session, first.id, actor_id=first.user_id, now=clock.now())
    assert queued(session) == before + 1
    assert moved(session, summit) == [second.id]
    session.expire_all()
    assert session.get_one(Registration, first.id).state is S.WITHDRAWN
    with pytest.raises(Refused, match="No place is on offer"):
        decline_offer(session, first.id, actor_id=first.user_id, now=clock.now())


def test_an_offer_that_runs_out_passes_on(session, summit):
    place_taken(session, summit)
    first, second = waits(session, summit), waits(session, summit)
    moved(session, summit)
    with clock.stopped(clock.now() + timedelta(days=3)):
        with pytest.raises(Refused, match="has passed"):
            services.accept_offer(
                session, first.id, actor_id=first.user_id, now=clock.now(), max_list_age_days=None
            )  # fmt: skip
        assert services.expire(session, first.id, now=clock.now())
        assert moved(session, summit) == [second.id]


@pytest.mark.answers("ask 12")
@pytest.mark.parametrize("leave", ["withdraw", "cancel"])
def test_a_place_is_offered_again_when_somebody_cancels_after_accepting_it(session, summit, leave):
    place_taken(session, summit)
    first, second = waits(session, summit), waits(session, summit)
    moved(session, summit)
    services.accept_offer(session, first.id, actor_id=first.user_id, now=clock.now(), max_list_age_days=None)
    assert moved(session, summit) == []
    if leave == "withdraw":
        services.withdraw(session, first.id, actor_id=first.user_id, now=clock.now())
    else:
        by = accounts.staff(session, Role.ORGANIZER).id
        services.cancel(session, first.id, reason="They asked.", actor_id=by, now=clock.now())
    assert moved(session, summit) == [second.id]


@pytest.mark.answers("bug 6")
def test_leaving_twice_frees_the_place_once(session, summit):
    """Cancelling twice must not make a pool count less than it holds; cancelling once must free the place."""
    mine, by = place_taken(session, summit), accounts.staff(session, Role.ORGANIZER).id
    place_taken(session, summit)
    services.cancel(session, mine.id, reason="A mistake.", actor_id=by, now=clock.now())
    with pytest.raises(Refused):
        services.cancel(session, mine.id, reason="Again.", actor_id=by, now=clock.now())
    assert free_places(session, mine, now=clock.now()) == 0
    assert session.scalars(select(Pool.taken).where(Pool.kind == PoolKind.TOTAL)).one() == 1


def test_nobody_is_offered_a_place_who_is_not_clear_or_has_not_been_told_that_they_wait(session, summit):
    unclear, untold, told = (waits(session, summit) for _ in range(3))
    case = session.get_one(Case, case_for(session, "registration", unclear.id).id)
    case.state, case.decided_at = CaseState.OPEN, None
    untold.letter_at = clock.now()
    session.flush()
    assert moved(session, summit) == [told.id]
    assert not offer_place(session, unclear.id, now=clock.now(), max_list_age_days=None)
    assert not offer_place(session, untold.id, now=clock.now(), max_list_age_days=None)


def test_no_place_is_offered_once_the_summit_has_begun(session, summit):
    waits(session, summit)
    begun = summit.settings.begins_at
    assert plan_offers(session, summit.id, now=begun) == []


def test_out_of_order_wants_a_reason_and_keeps_to_caps(session, summit):
    by = accounts.staff(session, Role.ORGANIZER).id
    first, second, third = (waits(session, summit) for _ in range(3))

    def offer(registration, reason="The minister comes with them."):
        offer_by_hand(
            session, registration.id, reason=reason, actor_id=by, now=clock.now(), max_list_age_days=None
        )  # fmt: skip

    with pytest.raises(InvalidInput, match="Write why"):
        offer(second, " ")
    offer(second)
    offer(third)
    with pytest.raises(Refused, match="not on the waitlist"):
        offer(third)
    with pytest.raises(PoolFull):
        offer(first)
    session.expire_all()
    steps = session.scalars(select(RegistrationStep.reason).where(RegistrationStep.registration_id == second.id)).all()
    assert "Out of order: The minister comes with them." in steps
    assert session.get_one(Registration, second.id).state is S.OFFERED


def test_out_of_order_over_a_target_wants_a_second_reason(session):
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 2, 0),))
    mine, by = waits(session, summit), accounts.staff(session, Role.ORGANIZER).id
    assert moved(session, summit) == []
    offer = {"reason": "Sponsor.", "actor_id": by, "now": clock.now(), "max_list_age_days": None}
    with pytest.raises(OverTarget):
        offer_by_hand(session, mine.id, **offer)
    offer_by_hand(session, mine.id, over_target_reason="The hall has room.", **offer)


def test_a_priority_moves_somebody_up_with_a_reason_on_the_record(session, summit):
    place_taken(session, summit)
    by = accounts.staff(session, Role.ORGANIZER).id
    first, second = waits(session, summit), waits(session, summit)
    change = {"actor_id": by, "now": clock.now()}
    with pytest.raises(InvalidInput, match="Write why"):
        change_priority(session, second.id, 5, reason="", **change)
    with pytest.raises(InvalidInput, match="0 to 9"):
        change_priority(session, second.id, 10, reason="x", **change)
    change_priority(session, second.id, 5, reason="Their market is under its share.", **change)
    session.flush()
    assert [w.id for w in line_of(session, summit.id)] == [second.id, first.id]
    assert moved(session, summit) == [second.id]
    with pytest.raises(Refused):
        change_priority(session, second.id, 0, reason="Too late.", **change)
    steps = session.scalars(select(RegistrationStep.reason).where(RegistrationStep.registration_id == second.id)).all()
    assert "Priority 0 to 5: Their market is under its share." in steps


def test_who_waits_is_told_their_position_what_holds_them_up_and_what_came_back(session, summit):
    place_taken(session, summit)
    gone = place_taken(session, summit)
    waits(session, summit, country="FR")
    waits(session, summit)
    mine = waits(session, summit)
    services.withdraw(session, gone.id, actor_id=gone.user_id, now=clock.now())
    moved(session, summit)
    row = queries.registration(session, mine.id)
    told = wait_standing(session, summit, row, clock.now())
    assert told is not None
    assert [(s.title, s.position, s.waiting, s.free, s.came_back) for s in told.holding_up] == [
        ("Total of the summit", 2, 2, 0, 1)
    ]
    assert [(s.title, s.position, s.waiting, s.free, s.came_back) for s in told.with_room] == [
        ("Market: Japan", 2, 2, 1, 1)
    ]
    assert told.is_clear
    assert wait_standing(session, summit, queries.registration(session, gone.id), clock.now()) is None


def test_organizers_see_who_is_next_in_each_pool_and_why_others_are_passed_over(session, summit):
    for country in ("JP", "FR"):
        place_taken(session, summit, country=country)
    first, french = waits(session, summit), waits(session, summit, country="FR")
    page = waitlist_page(session, summit, pool=None, number=1, now=clock.now())
    assert [(line.title, line.free, line.waiting, line.next.number) for line in page.lines] == [
        ("Total of the summit", 0, 2, first.number),
        ("Market: France", 1, 1, french.number),
        ("Market: Japan", 1, 1, first.number),
    ]
    assert [(row.position, row.held_up_by) for row in page.rows.items] == [
        (1, ["No place in: Total of the summit"]), (2, ["No place in: Total of the summit"])
    ]  # fmt: skip
    of_france = waitlist_page(session, summit, pool=FRANCE, number=9, now=clock.now())
    assert [row.waiter.id for row in of_france.rows.items] == [french.id]


def test_two_thousand_who_wait_cost_a_handful_of_queries(session, app):
    """None of them fits: the same few questions are asked as for one."""
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 1),))
    place_taken(session, summit)
    pattern = waits(session, summit)
    columns = {c.key: getattr(pattern, c.key) for c in Registration.__table__.columns if c.key != "badge_code"}
    house = pattern.organization_id
    people = [{"id": ids.new_id(), "email": f"w{n}@example.org"} for n in range(2000)]
    person = {c.key: getattr(session.get_one(User, pattern.user_id), c.key) for c in User.__table__.columns}
    session.execute(User.__table__.insert(), [{**person, **p} for p in people])
    session.execute(
        Registration.__table__.insert(),
        [{**columns, "id": ids.new_id(), "user_id": p["id"], "number": 100 + n, "organization_id": house}
         for n, p in enumerate(people)],
    )  # fmt: skip
    asked = []
    engine = app.extensions["database"].engine
    listen = lambda *arguments: asked.append(arguments[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert plan_offers(session, summit.id, now=clock.now()) == []
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert len(asked) == 3
    assert len(line_of(session, summit.id)) == 2001


EVENTS = ("wait", "accept", "decline", "expire", "withdraw", "cancel", "pay", "grow", "shrink")


@pytest.mark.answers("ask 1", "ask 12")
@settings(max_examples=5, deadline=None)
@given(some.lists(some.tuples(some.sampled_from(EVENTS), some.integers(0, 7)), min_size=5, max_size=25))
def test_whatever_happens_no_sellable_place_is_left_while_somebody_who_fits_waits(installation, events):
    """Any sequence of events through the real services and the real job; then the pools are counted."""
    database: Database = installation.extensions["database"]
    with database.engine.connect() as connection:
        outer = connection.begin()
        database.sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            with clock.stopped(SINCE), installation.app_context():
                with transaction() as session:
                    summit = make.summit(session, pools=pools_of(2))
                    by = accounts.staff(session, Role.ORGANIZER).id
                for what, which in events:
                    with transaction() as session:
                        happens(session, summit, what, which, by)
                    outbox.deliver_due(clock.now())
                    assert not stranded(db(), summit)
        finally:
            outer.rollback()
            database.sessions.configure(bind=database.engine, join_transaction_mode="conditional_savepoint")


def pools_of(total):
    return (PoolRule(PoolKind.TOTAL, "", total), PoolRule(PoolKind.MARKET, "*", 2), PoolRule(PoolKind.TYPE, "media", 1))


def happens(session, summit, what, which, by):
    """Let one thing happen to somebody it can happen to; nothing when it can happen to nobody."""
    if what == "wait":
        kind = ParticipantType.MEDIA if which % 3 == 0 else ParticipantType.PARTNER
        waits(session, summit, "JP" if which % 2 else "FR", participant_type=kind)
        outbox.queue(session, "registration.move_waitlist", {"summit": str(summit.id)}, now=clock.now())
        return
    if what in ("grow", "shrink"):
        resize(session, summit, which)
        return
    states = {"accept": S.OFFERED, "decline": S.OFFERED, "expire": S.OFFERED, "pay": S.PAYMENT_DUE}
    wanted = select(Registration).where(Registration.summit_id == summit.id)
    wanted = wanted.where(Registration.state == states[what] if what in states else Registration.state.in_(HOLDING))
    found = session.scalars(wanted.order_by(Registration.number)).all()
    if not found:
        return
    one, now = found[which % len(found)], clock.now()
    if what == "accept":
        services.accept_offer(session, one.id, actor_id=one.user_id, now=now, max_list_age_days=None)
    elif what == "decline":
        decline_offer(session, one.id, actor_id=one.user_id, now=now)
    elif what == "expire":
        services.expire(session, one.id, now=now + timedelta(days=4))
    elif what == "withdraw":
        services.withdraw(session, one.id, actor_id=one.user_id, now=now)
    elif what == "cancel":
        services.cancel(session, one.id, reason="Changed.", actor_id=by, now=now)
    elif what == "pay":
        make.pay(session, one)


def resize(session, summit, total):
    current = queries.the_summit(session)
    try:
        with session.begin_nested():
            services.configure_summit(
                session,
                replace(current.settings, pools=pools_of(total)),
                key=summit.key,
                actor_id=None,
                now=clock.now(),
            )
    except Refused:
        session.expire_all()


def stranded(session, summit):
    """Return who waits, is clear and would fit into every pool as the pools count now."""
    current = queries.the_summit(session).settings
    room = room_of(session, summit.id, current)
    held = select(func.count(Place.registration_id.distinct())).where(Place.released_at.is_(None))
    taken = select(func.coalesce(func.sum(Pool.taken), 0)).where(Pool.kind == PoolKind.TOTAL)
    assert session.scalar(held) == session.scalar(taken)
    return [w for w in line_of(session, summit.id) if w.is_clear and not room.held_up_by(w)]


def test_the_hourly_sweep_catches_what_a_lost_message_would_have_done(session, summit, app):
    place_taken(session, summit)
    first, second = waits(session, summit), waits(session, summit)
    moved(session, summit)
    session.commit()
    clock.advance(timedelta(days=4))
    outbox_empty(session)
    tasks.sweep(None)
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert session.get_one(Registration, first.id).state is S.EXPIRED
    assert session.get_one(Registration, second.id).state is S.OFFERED


def outbox_empty(session):
    session.query(OutboxMessage).delete()
    session.commit()
