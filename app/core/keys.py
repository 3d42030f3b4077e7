"""Keys that values are sealed with, as FIELD_KEYS lists them: `id:base64,id:base64`, the newest first."""

import base64
import binascii
import secrets

KEY_BYTES = 32
LONGEST_ID = 20


def make_key(key_id: str) -> str:
    """Return a new key as FIELD_KEYS lists it. Raises ValueError for an id that is not short and plain."""
    if not _is_plain(key_id):
        raise ValueError(f"The id of a key is up to {LONGEST_ID} letters and digits.")
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def read_keys(listed: str) -> tuple[tuple[str, bytes], ...]:
    """Return ids and keys. Raises ValueError naming the id at fault, never the key."""
    found: list[tuple[str, bytes]] = []
    for part in filter(None, (part.strip() for part in listed.split(","))):
        key_id, _colon, body = part.partition(":")
        try:
            key = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not _is_plain(key_id) or len(key) != KEY_BYTES or key_id in dict(found):
            raise ValueError(f"the key {key_id[:LONGEST_ID]!r} is not a new id and {KEY_BYTES} bytes in base64")
        found.append((key_id, key))
    return tuple(found)


def _is_plain(key_id: str) -> bool:
    return key_id.isascii() and key_id.isalnum() and len(key_id) <= LONGEST_ID
