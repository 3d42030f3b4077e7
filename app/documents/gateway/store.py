"""Where contents lie: a folder beside the database, or an S3-compatible store named by FILES_URL.

Access to S3 is read from the environment as its own tools do: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_REGION, AWS_ENDPOINT_URL.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from app.core.errors import NotFound, Unavailable
from app.core.settings import settings

FOLDER = "files"
CHUNK_BYTES = 256 * 1024
AWAY = "The store of files does not answer. Nothing was lost; try again in a moment."


def new_key() -> str:
    """Return where a new file will lie: random, and nothing of its name or owner."""
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name}"


def put(key: str, content: bytes) -> None:
    """Keep `content` under `key`. Raises Unavailable when the store does not answer."""
    try:
        _store().put(key, content)
    except (BaseError, OSError) as error:
        raise Unavailable(AWAY) from error


def get(key: str) -> bytes:
    """Return the content under `key`. Raises NotFound when it is gone, Unavailable when the store does not answer."""
    return b"".join(stream(key))


def stream(key: str) -> Iterator[bytes]:
    """Return the content under `key` in parts; raises as `get` does, before the first part."""
    try:
        found = _store().get(key)
    except FileNotFoundError as error:
        raise NotFound("The content of that file is no longer there.") from error
    except (BaseError, OSError) as error:
        raise Unavailable(AWAY) from error
    return (bytes(part) for part in found.stream(min_chunk_size=CHUNK_BYTES))


def remove(key: str) -> None:
    """Remove what lies under `key`; that nothing is there is fine. Raises Unavailable."""
    try:
        _store().delete(key)
    except FileNotFoundError:
        return
    except (BaseError, OSError) as error:
        raise Unavailable(AWAY) from error


def keys(*, before: datetime) -> Iterator[str]:
    """Yield every key written before a moment."""
    for batch in _store().list():
        yield from (item["path"] for item in batch if item["last_modified"] < before)


def _store() -> ObjectStore:
    site = settings()
    return _opened(site.files_url, site.var_folder, site.is_production)


@lru_cache(maxsize=32)
def _opened(url: str | None, var_folder: Path, needs_tls: bool) -> ObjectStore:
    if not url:
        return LocalStore(var_folder / FOLDER, mkdir=True)
    return from_url(
        url, client_options={"timeout": "30s", "allow_http": not needs_tls}, retry_config={"max_retries": 2}
    )
