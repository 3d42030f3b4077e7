"""Many clients want the same places, and one badge is shown at many doors: real databases, real threads."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import Database, db, transaction
from app.registration import services
from app.registration.models import Place, Pool, Registration
from app.registration.rules.summit import PoolRule
from app.registration.services import moves, places
from app.registration.states import PoolKind, RegistrationState
from tests import place_races, races
from tests.conftest import NOON
from tests.databases import postgres_answers
from tests.factories import accounts
from tests.factories import registration as make

CLIENTS, PLACES, THREADS, CONTROL = 200, 5, 15, 10


@pytest.fixture(params=["sqlite", "postgresql"])
def building(request, tmp_path) -> Iterator[Flask]:
    """An application on a database of its own, in which transactions really commit."""
    if request.param == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with races.building(request.param, tmp_path) as app:
        yield app


def run(app: Flask, wanted: list[UUID], attempt: Callable[[UUID], str]) -> list[str]:
    """Let many threads try at once, each client once; who was turned away by a busy database tries again."""

    def client(one: UUID) -> str:
        with app.app_context():
            return races.until_not_busy(attempt, one)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(client, wanted))


def taken(app: Flask) -> tuple[int, dict[str, int]]:
    """Return how many registrations hold places and what each pool counts."""
    with app.app_context(), transaction() as session:
        holders = select(func.count(Place.registration_id.distinct())).where(Place.released_at.is_(None))
        pools = {f"{p.kind}": p.taken for p in session.scalars(select(Pool)) if p.kind is not PoolKind.ORGANIZATION}
        return session.scalar(holders) or 0, pools


def crowd(app: Flask, *pools: PoolRule, count: int = CLIENTS) -> list[UUID]:
    with app.app_context(), transaction() as session:
        summit = make.summit(session, pools=pools)
        organization = accounts.organization(session)
        waiting = [
            make.registration(session, state=RegistrationState.IN_REVIEW, summit=summit, organization=organization)
            for _ in range(count)
        ]
        return [registration.id for registration in waiting]


def take(registration_id: UUID) -> str:
    try:
        with transaction() as session:
            registration = session.get_one(Registration, registration_id, with_for_update=True)
            _version, settings = moves.settings_in_force(session, registration.summit_id)
            places.take_places(session, registration, settings, now=NOON)
    except services.PoolFull:
        return "full"
    return "taken"


@pytest.mark.answers("ask 17", "bug 3")
@pytest.mark.check("L1")
def test_two_hundred_clients_get_exactly_the_five_places_there_are(building):
    clients = crowd(building, PoolRule(PoolKind.TOTAL, "", 50), PoolRule(PoolKind.MARKET, "*", PLACES))
    answers = run(building, clients, take)
    assert answers.count("taken") == PLACES
    assert taken(building) == (PLACES, {"total": PLACES, "market": PLACES})


@pytest.mark.answers("bug 6")
@pytest.mark.check("L1")
def test_no_place_is_stranded_while_some_are_given_back(building):
    clients = crowd(building, PoolRule(PoolKind.TOTAL, "", PLACES), PoolRule(PoolKind.MARKET, "*", PLACES), count=60)

    def take_and_give_back(registration_id: UUID) -> str:
        answer = take(registration_id)
        if answer == "taken" and clients.index(registration_id) % 2:
            with transaction() as session:
                registration = session.get_one(Registration, registration_id, with_for_update=True)
                places.free_places(session, registration, now=NOON)
        return answer

    run(building, clients, take_and_give_back)
    held, pools = taken(building)
    assert held <= PLACES
    assert pools == {"total": held, "market": held}
    with building.app_context(), transaction() as session:
        holding = set(session.scalars(select(Place.registration_id).where(Place.released_at.is_(None))))
    run(building, [one for one in clients if one not in holding], take)
    assert taken(building) == (PLACES, {"total": PLACES, "market": PLACES})


@pytest.mark.answers("bug 3")
@pytest.mark.check("L1")
def test_looking_before_the_lock_is_held_oversells(building, monkeypatch):
    """The control: the same clients and the same code, but what counts as full was read before the lock."""
    clients = crowd(building, PoolRule(PoolKind.TOTAL, "", PLACES), count=CONTROL)
    races.drop_the_last_judge(building)
    looked, seen, really_full = threading.Barrier(CONTROL, timeout=30), threading.local(), places.full_pools

    def look_then_take(registration_id: UUID) -> str:
        seen.full = really_full(list(db().scalars(select(Pool))))
        looked.wait()
        return take(registration_id)

    monkeypatch.setattr(places, "full_pools", lambda _pools: seen.full)
    answers = run(building, clients, look_then_take)
    assert answers.count("taken") == taken(building)[0] == CONTROL > PLACES


@pytest.mark.check("L1")
def test_reading_the_pools_without_a_row_lock_oversells(building, monkeypatch):
    """The control of the row lock itself. SQLite has none to take away: there the write transaction is the lock."""
    database: Database = building.extensions["database"]
    if database.engine.dialect.name == "sqlite":
        return
    clients = crowd(building, PoolRule(PoolKind.TOTAL, "", PLACES), count=CONTROL)
    races.drop_the_last_judge(building)
    looked = threading.Barrier(CONTROL, timeout=30)

    def read_pools(session, _wanted, _settings):
        pools = list(session.scalars(select(Pool)))
        looked.wait()
        return pools

    monkeypatch.setattr(places, "lock_pools", read_pools)
    run(building, clients, take)
    assert taken(building)[0] > PLACES


@pytest.mark.check("L1")
def test_processes_that_approve_and_offer_at_once_sell_every_place_once(building):
    """A round of each kind that scripts/race-places plays many of, with fewer clients."""
    with clock.stopped(NOON):
        everybody = place_races.crowd(building, 20)
        with races.Crew(building, processes=2, threads=5) as crew:
            approved = place_races.places_round(building, crew, everybody, seed=1)
            offered = place_races.offers_round(building, crew, everybody, seed=2)
    for result in (approved, offered):
        assert (result.oversold, result.stranded, result.wrong) == (0, 0, ())
        assert result.sold > 0
