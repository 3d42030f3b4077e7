"""What the sandbox remembers, in one SQLite file: objects, answers by idempotency key, deliveries still to make."""

import json
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Thing = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, kind TEXT, created INTEGER, body TEXT);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, sequence);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, request TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT, due REAL, tries INTEGER DEFAULT 0, done INTEGER DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that is given again for the same key; `request` is what was asked then."""

    request: str
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event that still has to reach the webhook."""

    sequence: int
    event: str
    tries: int


class Store:
    """Objects by id and kind. One writer at a time: hold `lock` around what belongs together."""

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def count(self) -> int:
        """Return how many objects were ever made."""
        row = self._db.execute("SELECT coalesce(max(sequence), 0) FROM objects").fetchone()
        return int(row[0])

    def put(self, kind: str, thing: Thing) -> Thing:
        """Keep an object, new or changed."""
        self._db.execute(
            "INSERT INTO objects (id, kind, created, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (thing["id"], kind, thing["created"], json.dumps(thing)),
        )
        return thing

    def get(self, kind: str, identifier: str) -> Thing | None:
        """Return an object, None when there is none of that kind and id."""
        found = self._db.execute("SELECT body FROM objects WHERE id = ? AND kind = ?", (identifier, kind)).fetchone()
        return None if found is None else json.loads(found[0])

    def all(self, kind: str) -> list[Thing]:
        """Return every object of a kind, newest first."""
        rows = self._db.execute("SELECT body FROM objects WHERE kind = ? ORDER BY sequence DESC", (kind,))
        return [json.loads(row[0]) for row in rows]

    def answer(self, key: str) -> Answer | None:
        """Return what was answered to a key, None when it is new."""
        row = self._db.execute("SELECT request, status, body FROM answers WHERE key = ?", (key,)).fetchone()
        return None if row is None else Answer(*row)

    def remember(self, key: str, answer: Answer) -> None:
        """Keep an answer to give it again."""
        self._db.execute(
            "INSERT INTO answers (key, request, status, body) VALUES (?, ?, ?, ?)",
            (key, answer.request, answer.status, answer.body),
        )

    def add_delivery(self, event: str, due: float) -> None:
        """Note that an event is to be sent to the webhook at `due` (seconds since the epoch)."""
        self._db.execute("INSERT INTO deliveries (event, due) VALUES (?, ?)", (event, due))

    def due_deliveries(self, at: float) -> list[Delivery]:
        """Return what is due, oldest first."""
        rows = self._db.execute(
            "SELECT sequence, event, tries FROM deliveries WHERE done = 0 AND due <= ? ORDER BY due, sequence", (at,)
        )
        return [Delivery(*row) for row in rows]

    def waiting(self) -> int:
        """Return how many deliveries are not done, due or not."""
        return int(self._db.execute("SELECT count(*) FROM deliveries WHERE done = 0").fetchone()[0])

    def finish_delivery(self, sequence: int) -> None:
        """Note that an event arrived, or was given up."""
        self._db.execute("UPDATE deliveries SET done = 1 WHERE sequence = ?", (sequence,))

    def postpone_delivery(self, sequence: int, due: float) -> None:
        """Note that an event did not arrive and is to be sent again at `due`."""
        self._db.execute("UPDATE deliveries SET tries = tries + 1, due = ? WHERE sequence = ?", (due, sequence))
