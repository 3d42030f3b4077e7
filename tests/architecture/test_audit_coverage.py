"""Nothing changes without a line in the record: every form there is, sent as its page offers it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.db import Database
from tests.architecture.things import World
from tests.views.test_malformed import WHO, addresses, forms, person

WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", re.I)
# What notes that somebody came by, and work in transit, is no change of state.
PASSING = {"login_sessions", "outbox_messages", "mailbox_messages", "audit_head"}
WORDS = {
    "reason": "A good reason.",
    "how": "By telephone.",
    "change": "Another day.",
    "text": "To talk about payloads.",
}


@contextmanager
def tables_written(app: Flask) -> Iterator[set[str]]:
    """Collect the names of the tables that are written to meanwhile."""
    database: Database = app.extensions["database"]
    written: set[str] = set()

    def note(_connection, _cursor, statement, *_rest) -> None:
        if found := WRITES.match(statement):
            written.add(found[1])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.check("K1")
@pytest.mark.parametrize("who", WHO)
def test_every_form_that_changes_something_leaves_a_line_in_the_record(
    app: Flask, session: Session, world: World, reader, who: str
):
    asks = reader(person(session, world, who))
    silent, recorded = [], set()
    for page in addresses(app, world, who, posts=False):
        for action, fields in forms(asks.ask("GET", page)):
            path = urlsplit(action).path or page
            sent = {**fields, **{name: words for name, words in WORDS.items() if name in fields}}
            with tables_written(app) as written:
                answer = asks.send("POST", path, {**sent, "csrf_token": asks.token})
            if answer.status_code == 303 and written - PASSING - {"audit_entries"}:
                recorded.add(path)
                if "audit_entries" not in written:
                    silent.append(f"{path}: {sorted(written)}")
    assert not silent, "\n".join(["", *silent])
    assert len(recorded) >= 10, f"only {sorted(recorded)} changed anything"
