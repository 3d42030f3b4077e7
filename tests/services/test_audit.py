"""What the record promises: nothing that is written can be changed, and a change that happens all the same is found."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.core import audit, audit_chain, clock, logs
from app.core.audit import AuditDetail, AuditEntry, AuditHead
from app.core.audit_chain import Anchor
from app.core.db import Base, make_engine, transaction
from app.core.errors import Refused

TABLES = [Base.metadata.tables[name] for name in ("audit_entries", "audit_details", "audit_head")]


def record(session: Session, count: int = 1, **content: object) -> None:
    for number in range(count):
        audit.record(session, "case.opened", ("case", str(number)), **{"actor_id": None, "reason": "Asked.", **content})
    audit.write_waiting(session)


def test_what_is_recorded_reads_back_and_verifies(session, now):
    actor = uuid4()
    with logs.under_request("request-12345678"):
        record(session, actor_id=actor, before="open", after="cleared", reason="Other birth year.", detail={"n": 1})
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.sequence, entry.action, entry.subject_kind, entry.at) == (1, "case.opened", "case", now)
    assert (entry.actor_id, entry.before, entry.after, entry.request_id) == (
        actor,
        "open",
        "cleared",
        "request-12345678",
    )
    assert session.get(AuditDetail, 1).reason == "Other birth year."
    assert audit_chain.verify(session).sound


def test_any_words_and_any_plain_detail_keep_their_digest(session, now):
    hostile = {"nul": "a\x00b", 1: "key", "deep": [{"é": "\ud800"}, 1.5, None, True], "id": uuid4(), "at": now}
    record(session, reason="Line\nbreak, NUL \x00, lone \udfff, 名前", detail=hostile)
    session.expire_all()
    assert audit_chain.verify(session).sound


def test_words_too_long_for_the_record_are_a_bug_and_not_cut(session, now):
    with pytest.raises(ValueError, match="at most 80"):
        audit.record(session, "a" * 81, ("case", "1"), actor_id=None)


def test_nothing_is_recorded_when_the_work_rolls_back(app, session, now):
    def work() -> None:
        with transaction() as inner:
            audit.record(inner, "case.opened", ("case", "1"), actor_id=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_what_a_savepoint_undoes_is_not_recorded_and_what_it_keeps_is(app, session, now):
    def note(inner: Session, name: str) -> None:
        audit.record(inner, f"case.{name}", ("case", "1"), actor_id=None)

    with transaction() as inner:
        note(inner, "first")
        with inner.begin_nested():
            note(inner, "kept")
        undone = inner.begin_nested()
        note(inner, "undone")
        with inner.begin_nested():
            note(inner, "undone_with_its_outer")
        undone.rollback()
        note(inner, "last")
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)).all()
    assert actions == ["case.first", "case.kept", "case.last"]


@pytest.mark.check("K4")
def test_the_chain_still_verifies_after_details_are_erased(session, now):
    record(session, 5)
    assert audit.erase_details(session, [2, 3], actor_id=None, reason="Erasure request.") == 2
    audit.write_waiting(session)
    found = audit_chain.verify(session)
    assert (found.sound, found.entries, found.erased) == (True, 6, 2)


REFUSED = [
    "UPDATE audit_entries SET action = 'nothing'",
    "DELETE FROM audit_entries",
    "UPDATE audit_details SET reason = 'another'",
    "DELETE FROM audit_head",
    "UPDATE audit_head SET sequence = 1",
    "UPDATE audit_head SET hash = 'x'",
]
REFUSED_BY_SQLITE = [
    "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE sequence = 2",
    "INSERT OR REPLACE INTO audit_details SELECT * FROM audit_details WHERE sequence = 2",
]
REFUSED_BY_POSTGRESQL = ["TRUNCATE audit_entries CASCADE", "TRUNCATE audit_details", "TRUNCATE audit_head"]


@pytest.mark.check("K3")
def test_the_database_refuses_to_change_or_remove_what_is_recorded(session, now):
    record(session, 3)
    kind = session.get_bind().dialect.name
    for statement in REFUSED + (REFUSED_BY_SQLITE if kind == "sqlite" else REFUSED_BY_POSTGRESQL):
        with pytest.raises(DatabaseError, match=r"append-only|erased but not changed"), session.begin_nested():
            session.execute(text(statement))
    assert audit_chain.verify(session).sound


# Below: an attacker who owns the database and has taken the triggers away.


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A chain of 40 entries in a database without triggers."""
    from app import create_app
    from tests.conftest import NOON, settings_for

    folder = tmp_path_factory.mktemp("chain")
    url = f"sqlite:///{folder / 'chain.sqlite'}"
    application = create_app(settings_for(url, folder))
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    with application.app_context(), clock.stopped(NOON):
        for number in range(40):
            clock.advance(timedelta(seconds=1))
            with transaction() as session:
                audit.record(session, f"case.step_{number}", ("case", str(number)), actor_id=uuid4(), before="open",
                             after="cleared", reason=f"Reason {number}.", detail={"n": number})  # fmt: skip
    with engine.connect() as connection:
        for trigger in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("COMMIT")
    yield engine
    engine.dispose()
    application.extensions["database"].engine.dispose()


def tampered(chain: Engine, change: Callable[[Connection], object], anchor: Anchor | None = None) -> str | None:
    """Change the chain, verify, put it back; return the fault that was found."""
    quiet = create_engine(chain.url)
    with quiet.connect() as connection:
        change(connection)
        with Session(connection) as session:
            fault = audit_chain.verify(session, anchor).fault
        connection.rollback()
    quiet.dispose()
    return fault


def other(value: object, dice: random.Random) -> object:
    """Return something of the same kind that is not `value`."""
    if isinstance(value, int):
        return value + dice.choice([-1000, 1000])
    if value is None:
        return "something"
    words = str(value)
    at = dice.randrange(len(words)) if words else 0
    return words[:at] + ("a" if words[at : at + 1] != "a" else "b") + words[at + 1 :]


def anchored(chain: Engine) -> Anchor:
    with chain.connect() as connection:
        return Anchor(*connection.execute(select(AuditHead.sequence, AuditHead.hash)).one())


FIELDS = [(table.name, column.name) for table in TABLES for column in table.columns if column.name not in ("id", "at")]


@pytest.mark.check("K3")
@pytest.mark.parametrize(("table", "column"), [*FIELDS, ("audit_entries", "at")])
def test_a_change_to_any_field_of_any_entry_is_found(chain, table, column):
    dice = random.Random(f"{table}.{column}")
    for _ in range(12):
        at = 40 if table == "audit_head" else dice.randint(1, 40)

        def change(connection: Connection, at: int = at) -> None:
            value = connection.execute(text(f"SELECT {column} FROM {table} WHERE sequence = {at}")).scalar()
            # A moment may be stored with or without its fraction: change the day, not a digit of padding.
            new = str(value).replace("2027", "2026") if column == "at" else other(value, dice)
            new = '{"n": -1}' if column == "detail" else new
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE sequence = ?", (new, at))

        if (table, column) == ("audit_details", "sequence"):
            continue  # proven by `test_details_cannot_be_given_to_another_entry`
        assert tampered(chain, change), f"{table}.{column} of entry {at}"


@pytest.mark.check("K3")
def test_details_cannot_be_given_to_another_entry(chain):
    for at in range(1, 40):
        moves = (f"DELETE FROM audit_details WHERE sequence = {at + 1}",
                 f"UPDATE audit_details SET sequence = {at + 1} WHERE sequence = {at}")  # fmt: skip
        assert tampered(chain, lambda c, moves=moves: [c.exec_driver_sql(move) for move in moves]) == (
            f"The details of entry {at + 1} were changed after they were written."
        )


@pytest.mark.check("K3")
def test_removing_any_one_entry_is_found_and_named(chain):
    for at in range(1, 41):
        fault = tampered(chain, lambda c, at=at: c.exec_driver_sql(f"DELETE FROM audit_entries WHERE sequence = {at}"))
        wanted = f"Entry {at} is missing" if at < 40 else "The chain ends at entry 39, but its head names entry 40"
        assert fault is not None
        assert fault.startswith(wanted)


@pytest.mark.check("K3")
def test_removing_an_entry_and_closing_the_gap_is_found(chain):
    for at in range(1, 40):
        closing = (f"DELETE FROM audit_entries WHERE sequence = {at}",
                   f"UPDATE audit_entries SET sequence = sequence - 1 WHERE sequence > {at}",
                   "UPDATE audit_head SET sequence = 39")  # fmt: skip
        fault = tampered(chain, lambda c, closing=closing: [c.exec_driver_sql(step) for step in closing])
        assert fault == f"Entry {at} does not follow the entry before it."


@pytest.mark.check("K3")
def test_swapping_any_two_entries_is_found_at_the_first(chain):
    dice = random.Random(3)
    for _ in range(60):
        first, second = sorted(dice.sample(range(1, 41), 2))
        steps = (f"UPDATE audit_entries SET sequence = -1 WHERE sequence = {first}",
                 f"UPDATE audit_entries SET sequence = {first} WHERE sequence = {second}",
                 f"UPDATE audit_entries SET sequence = {second} WHERE sequence = -1")  # fmt: skip
        fault = tampered(chain, lambda c, steps=steps: [c.exec_driver_sql(step) for step in steps])
        assert fault is not None
        assert f"Entry {first} " in fault


@pytest.mark.check("K3")
def test_an_inserted_entry_is_found_wherever_it_stands(chain):
    copied = ", ".join(c.name for c in AuditEntry.__table__.columns if c.name not in ("sequence", "hash"))
    for at in range(1, 42):
        steps = (f"UPDATE audit_entries SET sequence = sequence + 1000 WHERE sequence >= {at}",
                 f"INSERT INTO audit_entries (sequence, hash, {copied}) SELECT {at}, 'forged', {copied} "
                 "FROM audit_entries LIMIT 1",
                 "UPDATE audit_entries SET sequence = sequence - 999 WHERE sequence > 1000",
                 "UPDATE audit_head SET sequence = 41")  # fmt: skip
        fault = tampered(chain, lambda c, steps=steps: [c.exec_driver_sql(step) for step in steps])
        assert fault is not None
        assert f"Entry {at} " in fault


def cut(connection: Connection, keep: int) -> None:
    """Cut the end off, and set the head back so that the chain by itself looks whole."""
    connection.exec_driver_sql(f"DELETE FROM audit_details WHERE sequence > {keep}")
    newest = connection.exec_driver_sql(f"SELECT hash FROM audit_entries WHERE sequence = {keep}").scalar()
    connection.exec_driver_sql(f"DELETE FROM audit_entries WHERE sequence > {keep}")
    connection.exec_driver_sql("UPDATE audit_head SET sequence = ?, hash = ?", (keep, newest))


@pytest.mark.check("K3")
def test_a_tail_cut_off_with_its_head_is_found_by_the_head_kept_outside(chain):
    anchor = anchored(chain)
    for keep in range(1, 40):
        assert tampered(chain, lambda c, keep=keep: cut(c, keep)) is None, "the chain alone cannot show this"
        assert tampered(chain, lambda c, keep=keep: cut(c, keep), anchor) == (
            f"Entry {keep + 1} is missing: a head signed at entry 40 was kept outside."
        )


def forge_everything(connection: Connection) -> None:
    """Write the whole chain anew, correctly, with one other actor."""
    previous = "0" * 64
    for row in connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.sequence)).mappings().all():
        forged = {**row, "previous_hash": previous}
        forged["actor_id"] = uuid4() if row["sequence"] == 7 else row["actor_id"]
        forged["hash"] = previous = audit.link(forged)
        where = AuditEntry.__table__.c.sequence == row["sequence"]
        connection.execute(AuditEntry.__table__.update().where(where).values(**forged))
    connection.execute(AuditHead.__table__.update().values(hash=previous))


@pytest.mark.check("K3")
def test_a_chain_written_anew_is_found_by_the_head_kept_outside(chain):
    assert tampered(chain, forge_everything) is None, "the chain alone cannot show this"
    fault = tampered(chain, forge_everything, anchored(chain))
    assert fault == "Entry 40 is not the one whose signed head was kept outside the database."


def test_the_kept_head_is_signed_and_only_moves_on(session, now, app):
    record(session, 2)
    session.flush()
    file: Path = audit_chain.anchor_file()
    file.unlink(missing_ok=True)
    assert audit_chain.export_head().sequence == 2
    record(session, 1)
    session.flush()
    assert audit_chain.export_head().sequence == 3
    assert audit_chain.read_anchor().sequence == 3
    forged = file.read_text().replace('"sequence": 3', '"sequence": 2')
    file.write_text(forged)
    with pytest.raises(Refused, match="signature"):
        audit_chain.read_anchor()
    file.unlink()


def test_a_head_that_the_database_no_longer_contains_is_not_overwritten(session, now, app):
    file = audit_chain.anchor_file()
    audit_chain._write(Anchor(9, "f" * 64), file)
    record(session, 2)
    session.flush()
    with pytest.raises(Refused, match="no longer contains"):
        audit_chain.export_head()
    assert audit_chain.read_anchor() == Anchor(9, "f" * 64)
    file.unlink()
