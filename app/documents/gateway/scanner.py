"""The malware scanner: a clamd that is asked over its own protocol, when SCANNER_URL names one."""

import socket
import struct
from collections.abc import Iterable
from contextlib import closing
from urllib.parse import urlsplit

from app.core.errors import Unavailable
from app.core.settings import settings

WAIT_SECONDS = 30
LONGEST_ANSWER = 4_096


def is_set() -> bool:
    """Tell whether files are scanned here."""
    return bool(settings().scanner_url)


def finding(parts: Iterable[bytes]) -> str | None:
    """Return the name of what the scanner found in the content, None when it is clean.

    Raises Unavailable when the scanner is away, slow, or says anything but that.
    """
    try:
        with closing(_connected(settings().scanner_url or "")) as line:
            line.sendall(b"zINSTREAM\0")
            for part in parts:
                if part:
                    line.sendall(struct.pack("!I", len(part)) + part)
            line.sendall(struct.pack("!I", 0))
            said = _answer(line)
    except (OSError, ValueError) as error:
        raise Unavailable(f"The malware scanner does not answer ({type(error).__name__}).") from error
    if said == "stream: OK":
        return None
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")[:120]
    raise Unavailable(f"The malware scanner gave no verdict: {said[:100]!r}.")


def _connected(url: str) -> socket.socket:
    where = urlsplit(url)
    if where.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(WAIT_SECONDS)
        line.connect(where.path)
        return line
    if where.scheme != "tcp" or not where.hostname:
        raise ValueError("SCANNER_URL must be tcp://host:port or unix:///path.")
    return socket.create_connection((where.hostname, where.port or 3310), timeout=WAIT_SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith((b"\0", b"\n")) and len(said) < LONGEST_ANSWER:
        part = line.recv(LONGEST_ANSWER)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
