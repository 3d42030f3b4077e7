"""The sandbox on a loopback socket: a thread per request, a thread that delivers webhooks."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterable, Iterator
from socketserver import ThreadingMixIn
from typing import Any, cast
from wsgiref.handlers import SimpleHandler
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

from app.payments.sandbox.program import Sandbox
from app.payments.sandbox.webhooks import poster

LOOPBACK = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    def handle(self) -> None:
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or len(self.raw_requestline) > 65_536 or not self.parse_request():
            return
        answering = SimpleHandler(cast(Any, self.rfile), cast(Any, self.wfile), self.get_stderr(), self.get_environ())
        answering.run(self._answer_or_cut)

    def _answer_or_cut(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Run the program; one that ends in ConnectionResetError has its connection cut without an answer."""
        try:
            return list(cast(Any, self.server).get_app()(environ, start_response))
        except ConnectionResetError:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keep quiet: card numbers are typed here."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent: clients hang up when a fault is tried on them."""

    def server_bind(self) -> None:
        # Not the base class's way, which asks the name service for the host's name.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])
        self.setup_environ()


def bind(port: int) -> _Server:
    """Return a server on loopback; port 0 takes a free one. Raises OSError when the port is taken."""
    return _Server((LOOPBACK, port), _Handler)


@contextlib.contextmanager
def running(sandbox: Sandbox, *, port: int = 0, webhook_url: str | None = None) -> Iterator[str]:
    """Serve `sandbox` and deliver its webhooks in threads; yields its address and ends both afterwards."""
    server = bind(port)
    base = f"http://{LOOPBACK}:{server.server_port}"
    sandbox.provider.page_base = base
    server.set_app(sandbox.wsgi)
    ended = threading.Event()
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)]
    if webhook_url is not None:
        threads.append(threading.Thread(target=_deliver, args=(sandbox, webhook_url, ended), daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield base
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join(timeout=5)


def _deliver(sandbox: Sandbox, webhook_url: str, ended: threading.Event) -> None:
    post = poster(webhook_url)
    while not ended.wait(0.2):
        sandbox.deliver_pending(post)
