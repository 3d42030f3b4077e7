"""Two parties take the same slot at the same moment, on both databases: one gets it, the other is told.

The controls take the lock and the unique constraint away and show that the tests would notice.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.core import clock
from app.core.db import Database, transaction
from app.scheduling import services
from app.scheduling.models import Meeting, MeetingSeat
from app.scheduling.services import seat
from tests.conftest import settings_for
from tests.databases import empty_tables, postgres_answers
from tests.factories import matching as rounds
from tests.factories import scheduling as make

ROUNDS = 10
UNIQUE = {"meeting_seats": "uq_meeting_seats_user_id_slot_id", "meetings": "uq_meetings_slot_table"}


@pytest.fixture(params=["sqlite", "postgresql"])
def own_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of this test's own, so that its constraints can be taken away."""
    if request.param == "postgresql" and not postgres_answers():
        pytest.skip("PostgreSQL does not answer at TEST_POSTGRES_URL")
    with empty_tables(request.param, tmp_path) as url:
        app = create_app(settings_for(url, tmp_path))
        database: Database = app.extensions["database"]
        yield app
        database.engine.dispose()


def rivals(app: Flask, *, tables: int, same_company: bool) -> list[tuple[UUID, UUID]]:
    """Two agreed meetings with who will book each: of one company's person, or of different people altogether."""
    with app.app_context(), transaction() as session:
        made = rounds.round_of(session, 2, 2, tables=tables)
        meetings = [make.meeting(session, made, n, 0 if same_company else n) for n in range(2)]
        make.slots(session, made)
        return [(meeting.id, made.partners[n].user_id) for n, meeting in enumerate(meetings)]


def slot_ids(app: Flask) -> list[UUID]:
    with app.app_context(), transaction() as session:
        return list(session.scalars(sa.select(seat.MeetingSlot.id).order_by(seat.MeetingSlot.starts_at)))


def book_together(app: Flask, pairs: list[tuple[UUID, UUID]], slot_id: UUID) -> list[str]:
    """Let both book the slot at the same moment and return what each got."""
    together, got = threading.Barrier(len(pairs)), []

    def book(meeting_id: UUID, actor_id: UUID) -> None:
        with app.app_context():
            together.wait(30)
            try:
                with transaction() as session:
                    services.choose_slot(session, meeting_id, slot_id, actor_id=actor_id, now=clock.now())
            except services.SlotTaken:
                got.append("taken")
            else:
                got.append("booked")

    threads = [threading.Thread(target=book, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(got)


def seated_in(app: Flask, slot_id: UUID) -> tuple[int, int]:
    """Return how many seats the slot has, and how many (table, slot) places are used."""
    with app.app_context(), transaction() as session:
        seats = session.scalar(sa.select(sa.func.count()).where(MeetingSeat.slot_id == slot_id))
        tables = session.scalars(sa.select(Meeting.table_number).where(Meeting.slot_id == slot_id)).all()
        return seats or 0, len(tables)


@pytest.mark.check("L1")
def test_of_two_who_book_one_person_at_one_time_one_gets_it(own_app: Flask) -> None:
    pairs = rivals(own_app, tables=5, same_company=True)
    for slot_id in slot_ids(own_app)[:ROUNDS]:
        free_both(own_app, pairs)
        assert book_together(own_app, pairs, slot_id) == ["booked", "taken"]
        assert seated_in(own_app, slot_id) == (2, 1)


@pytest.mark.check("L1")
def test_of_two_who_book_the_last_table_one_gets_it(own_app: Flask) -> None:
    pairs = rivals(own_app, tables=1, same_company=False)
    for slot_id in slot_ids(own_app)[:ROUNDS]:
        free_both(own_app, pairs)
        assert book_together(own_app, pairs, slot_id) == ["booked", "taken"]
        assert seated_in(own_app, slot_id) == (2, 1)


def test_two_who_book_different_people_and_tables_both_get_them(own_app: Flask) -> None:
    pairs = rivals(own_app, tables=2, same_company=False)
    slot_id = slot_ids(own_app)[0]
    assert book_together(own_app, pairs, slot_id) == ["booked", "booked"]
    assert seated_in(own_app, slot_id) == (4, 2)


def free_both(app: Flask, pairs: list[tuple[UUID, UUID]]) -> None:
    """Take back the tables of the round before."""
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(MeetingSeat))
        session.execute(
            sa.update(Meeting).where(Meeting.id.in_([m for m, _ in pairs])).values(
                slot_id=None, table_number=None, state="accepted"
            )
        )  # fmt: skip


def look_without_locking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look before either writes, as they would without a lock."""
    looked = threading.Barrier(2)
    look = seat._require_free

    def and_wait(*args: object) -> None:
        look(*args)  # type: ignore[arg-type]
        looked.wait(5)

    def unlocked(session: seat.Session, _meeting: Meeting, slot_id: UUID, _now: object) -> object:
        return session.get_one(seat.MeetingSlot, slot_id)

    monkeypatch.setattr(seat, "_require_free", and_wait)
    monkeypatch.setattr(seat, "_open_slot", unlocked)


def without_constraints(app: Flask) -> None:
    database: Database = app.extensions["database"]
    with database.engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE meeting_seats DROP CONSTRAINT {UNIQUE['meeting_seats']}"))
        connection.execute(sa.text(f"DROP INDEX {UNIQUE['meetings']}"))


@pytest.mark.check("L1")
@pytest.mark.parametrize("same_company", [True, False])
def test_control_without_lock_and_constraint_both_get_it(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch, same_company: bool
) -> None:
    if own_app.extensions["database"].engine.dialect.name == "sqlite":
        pytest.skip("on SQLite a write transaction holds the whole database: there is no lock to take away")
    pairs = rivals(own_app, tables=5 if same_company else 1, same_company=same_company)
    slot_id = slot_ids(own_app)[0]
    without_constraints(own_app)
    look_without_locking(monkeypatch)
    assert book_together(own_app, pairs, slot_id) == ["booked", "booked"]
    assert seated_in(own_app, slot_id) == (4, 2)


@pytest.mark.check("L1")
@pytest.mark.parametrize("same_company", [True, False])
def test_control_without_lock_the_constraint_still_lets_only_one_have_it(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch, same_company: bool
) -> None:
    if own_app.extensions["database"].engine.dialect.name == "sqlite":
        pytest.skip("on SQLite a write transaction holds the whole database: there is no lock to take away")
    pairs = rivals(own_app, tables=5 if same_company else 1, same_company=same_company)
    slot_id = slot_ids(own_app)[0]
    look_without_locking(monkeypatch)
    assert book_together(own_app, pairs, slot_id) == ["booked", "taken"]
    assert seated_in(own_app, slot_id) == (2, 1)
