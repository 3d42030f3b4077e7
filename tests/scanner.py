"""A malware scanner for tests: speaks clamd's INSTREAM, finds the standard test text, and can misbehave."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

TEST_VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Scanner:
    """What was received, and what to answer instead of a verdict."""

    url: str
    received: list[bytes] = field(default_factory=list)
    answer: bytes | None = None


@contextmanager
def scanner() -> Iterator[Scanner]:
    """A scanner on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Scanner(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        thread = threading.Thread(target=_serve, args=(server, made), daemon=True)
        thread.start()
        yield made
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def _serve(server: socket.socket, made: Scanner) -> None:
    while True:
        try:
            line, _address = server.accept()
        except OSError:
            return
        with line, line.makefile("rb") as reads:
            if reads.read(10) != b"zINSTREAM\0":
                line.sendall(b"UNKNOWN COMMAND\0")
                continue
            body = _body(reads)
            made.received.append(body)
            verdict = b"stream: Eicar-Test-Signature FOUND\0" if TEST_VIRUS in body else b"stream: OK\0"
            line.sendall(verdict if made.answer is None else made.answer)


def _body(reads) -> bytes:  # type: ignore[no-untyped-def]
    parts = []
    while length := struct.unpack("!I", reads.read(4))[0]:
        parts.append(reads.read(length))
    return b"".join(parts)
