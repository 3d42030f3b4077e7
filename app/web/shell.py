"""What every page shares: request id, access log, proxies, security headers, template names."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core import logs
from app.web import characters, form_words, headers, origin, templating, transport

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STARTED = "rendezvous.started"
QUIET = {"static", "web.healthz", "web.readyz"}


def init_app(app: Flask) -> None:
    """Register hooks, filters and globals."""
    proxies = app.extensions["settings"].trusted_proxies
    app.wsgi_app = UnderRequest(app.wsgi_app, trusted=proxies > 0)  # type: ignore[method-assign]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.after_request(_tell)
    headers.init_app(app)
    characters.init_app(app)
    form_words.init_app(app)
    origin.init_app(app)
    transport.init_app(app)
    templating.init_app(app)


class UnderRequest:
    """Run each request under an id: the proxy's when one is trusted and it is well formed, else a new one."""

    def __init__(self, inner: "WSGIApplication", *, trusted: bool) -> None:
        self.inner, self.trusted = inner, trusted

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID") if self.trusted else None
        environ[STARTED] = time.perf_counter()
        with logs.under_request(given):
            return self.inner(environ, start_response)


def _tell(response: Response) -> Response:
    """Answer the request's id and log one line without anything that could be personal: no address, no query."""
    response.headers["X-Request-Id"] = logs.request_id()
    if request.endpoint not in QUIET:
        logs.log().info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else "unknown",
            status=response.status_code,
            ms=round((time.perf_counter() - request.environ.get(STARTED, time.perf_counter())) * 1000),
        )
    return response
