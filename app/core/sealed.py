"""Values sealed with a key: nobody reads or alters them in the database, or moves them to another row.

A sealed value reads `key.base64`: AES-256-GCM under the key of that id, bound to the place it was sealed for.
Keys come from FIELD_KEYS, the first is used for sealing, the others still open what they sealed. A demo without
FIELD_KEYS makes a key of its own and keeps it in VAR_FOLDER.
"""

import base64
import binascii
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import Base
from app.core.errors import Refused
from app.core.keys import make_key, read_keys
from app.core.settings import settings

NONCE_BYTES = 12
FILE = "field-keys"
BATCH = 100
sealed_columns: list[tuple[str, str]] = []
"""Tables (with a key `id`) and their columns that hold sealed values; filled where the rooms are put together."""


class Unreadable(Refused):
    """A sealed value that does not open: altered, moved, or its key is not among FIELD_KEYS."""

    code = "unreadable"


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many values of a column were sealed anew, and how many others could not be opened."""

    table: str
    column: str
    resealed: int
    unreadable: int


def place(table: str, column: str, row_id: UUID) -> str:
    """Return the context that binds a value to one column of one row."""
    return f"{table}.{column}:{row_id}"


def seal(text: str, *, context: str) -> str:
    """Return `text` sealed under the newest key for this context only; `context` is what `place` returns."""
    key_id, key = _keys()[0]
    nonce = os.urandom(NONCE_BYTES)
    closed = AESGCM(key).encrypt(nonce, text.encode(), _bound(key_id, context))
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + closed).decode()}"


def unseal(sealed: str, *, context: str) -> str:
    """Return the text that was sealed for this context. Raises Unreadable for any other, or when a bit differs."""
    key_id, _dot, body = sealed.partition(".")
    key = dict(_keys()).get(key_id)
    if key is None:
        raise Unreadable(f"The key {key_id[:20]!r} that sealed this value is not among FIELD_KEYS.")
    try:
        raw = base64.b64decode(body, altchars=b"-_", validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(key_id, context)).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise Unreadable("This sealed value was altered or moved, and does not open.") from error


def keys_in_use(session: Session) -> dict[str, int]:
    """Return how many sealed values there are under each key id."""
    found: dict[str, int] = {}
    for table, column in _columns():
        for (value,) in session.execute(select(table.c[column]).where(table.c[column].is_not(None))):
            key_id = str(value).partition(".")[0]
            found[key_id] = found.get(key_id, 0) + 1
    return found


def lacking_keys(session: Session) -> dict[str, int]:
    """Return how many sealed values there are under each key that is not among FIELD_KEYS: they do not open."""
    used = keys_in_use(session)
    known = {key_id for key_id, _key in _keys()} if used else set()
    return {key_id: values for key_id, values in used.items() if key_id not in known}


def to_reseal(session: Session, table: str, column: str, *, after: UUID | None) -> list[UUID]:
    """Return the next rows, by id, whose value is sealed under another key than the newest."""
    rows, newest = Base.metadata.tables[table], _keys()[0][0]
    wanted = select(rows.c.id).where(
        rows.c[column].is_not(None), ~rows.c[column].startswith(f"{newest}.", autoescape=True)
    )
    if after is not None:
        wanted = wanted.where(rows.c.id > after)
    return list(session.scalars(wanted.order_by(rows.c.id).limit(BATCH)))


def reseal(session: Session, table: str, column: str, row_ids: list[UUID]) -> Resealed:
    """Seal the values of these rows under the newest key; one that does not open is left and counted."""
    rows, done, unreadable = Base.metadata.tables[table], 0, 0
    wanted = select(rows.c.id, rows.c[column]).where(rows.c.id.in_(row_ids), rows.c[column].is_not(None))
    for row_id, value in session.execute(wanted.order_by(rows.c.id).with_for_update()).all():
        context = place(table, column, row_id)
        try:
            anew = seal(unseal(value, context=context), context=context)
        except Unreadable:
            unreadable += 1
            continue
        session.execute(update(rows).where(rows.c.id == row_id).values({column: anew}))
        done += 1
    if done:
        audit.record(session, "keys.rotated", ("column", f"{table}.{column}"), actor_id=None, detail={"values": done})
    return Resealed(table, column, done, unreadable)


def _columns() -> list[tuple[Table, str]]:
    return [(Base.metadata.tables[table], column) for table, column in sealed_columns]


def _bound(key_id: str, context: str) -> bytes:
    return f"{key_id}\n{context}".encode()


def _keys() -> tuple[tuple[str, bytes], ...]:
    site = settings()
    return site.field_keys or _kept_keys(site.var_folder)


@lru_cache(maxsize=32)
def _kept_keys(var: Path) -> tuple[tuple[str, bytes], ...]:
    """Return the keys of an installation without FIELD_KEYS, made when first needed; production never comes here."""
    kept = var / FILE
    if not kept.exists():
        half = var / f"{FILE}.{secrets.token_hex(4)}.new"
        half.touch(mode=0o600)
        half.write_text(make_key("demo1"))
        try:
            with suppress(FileExistsError):  # another process made them first, and its keys hold
                os.link(half, kept)
        finally:
            half.unlink()
    return read_keys(kept.read_text())
