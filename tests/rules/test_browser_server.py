"""The server that browsers of tests visit."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.browser import served


class Answer:
    """An answer that notes when it is closed, as a file would be."""

    def __init__(self) -> None:
        self.begun, self.gone, self.closed = threading.Event(), threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield b"a"
        self.begun.set()
        assert self.gone.wait(10)

    def close(self) -> None:
        self.closed.set()


def test_an_answer_is_closed_though_the_browser_has_gone():
    answer = Answer()

    def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
        start_response("200 OK", [("Content-Length", "1")])  # so that nothing is written after it
        return answer

    with served(app) as url:
        place = urlsplit(url)
        client = socket.create_connection((place.hostname, place.port))
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert answer.begun.wait(10)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # goes without a word
        client.close()
        answer.gone.set()
        assert answer.closed.wait(10)
