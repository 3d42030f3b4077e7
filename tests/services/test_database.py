"""The one commit site and the types every table uses."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import UTCDateTime, db, explained, transaction
from app.core.errors import Refused


def test_work_that_raises_leaves_nothing_behind(app: Flask, now: datetime):
    with app.app_context():
        with pytest.raises(ValueError, match="halfway"), transaction() as session:  # noqa: PT012
            audit.record(session, "thing.made", ("thing", "1"), actor_id=None)
            audit.write_waiting(session)
            raise ValueError("halfway")
        with transaction() as session:
            assert session.query(audit.AuditEntry).count() == 0


def test_what_is_recorded_is_written_at_commit_and_only_then(app: Flask, now: datetime):
    with app.app_context():
        with transaction() as session:
            audit.record(session, "thing.made", ("thing", "1"), actor_id=None, reason="asked")
            assert session.query(audit.AuditEntry).count() == 0
        with transaction() as session:
            assert [e.action for e in session.query(audit.AuditEntry)] == ["thing.made"]


def test_a_time_without_a_zone_is_refused_and_others_are_stored_in_utc():
    kind = UTCDateTime()
    with pytest.raises(ValueError, match="zone"):
        kind.process_bind_param(datetime(2027, 1, 1), None)  # noqa: DTZ001
    there = datetime(2027, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert kind.process_bind_param(there, None) == datetime(2027, 1, 1, 0, tzinfo=UTC)
    assert kind.process_result_value(datetime(2027, 1, 1), None).tzinfo is UTC  # noqa: DTZ001


def test_a_broken_constraint_becomes_its_sentence_and_others_stay_errors(session: Session):
    with pytest.raises(Refused, match="one row"), explained({"ck_audit_head_one_row": Refused("There is one row.")}):
        session.execute(text("INSERT INTO audit_head (id, sequence, hash) VALUES (2, 0, 'y')"))


def test_reading_beside_an_open_unit_of_work_is_an_error(app: Flask, now: datetime):
    with app.app_context():
        with transaction(), pytest.raises(RuntimeError, match="through its session"):
            db()
        assert db().query(audit.AuditEntry).count() == 0
