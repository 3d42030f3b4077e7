"""The provider inside this process, for rehearsals and tests."""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

import stripe


class InProcess(stripe.HTTPClient):
    """The network played by a WSGI program: the library builds and reads every byte as over a socket."""

    name = "in-process"

    def __init__(self, program: WSGIApplication) -> None:
        super().__init__()
        self._program = program

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        sent = (post_data or "").encode() if isinstance(post_data, str | None) else post_data
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method.upper(), "PATH_INFO": parts.path, "QUERY_STRING": parts.query,
            "CONTENT_LENGTH": str(len(sent)), "wsgi.input": io.BytesIO(sent), "wsgi.url_scheme": parts.scheme,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
        }  # fmt: skip
        answered: dict[str, Any] = {}

        def start_response(status: str, pairs: list[tuple[str, str]], _exc: Any = None) -> Any:
            answered.update(status=int(status.split()[0]), headers={name.lower(): value for name, value in pairs})
            return None

        try:
            content = b"".join(self._program(environ, start_response))
        except ConnectionResetError as cut:
            raise stripe.APIConnectionError("The connection was cut.", should_retry=True) from cut  # type: ignore[no-untyped-call]
        return content.decode(), answered["status"], answered["headers"]

    def close(self) -> None:
        """Nothing stays open."""
