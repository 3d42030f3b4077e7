"""Over http, when the site is https: people are led to the safe address, programs are refused."""

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue

from app.core.access import READ_METHODS
from app.core.errors import Forbidden
from app.core.settings import settings

PROBES = {"web.healthz", "web.readyz"}  # asked from inside, where the proxy's https has ended
SENTENCE = "This address is served over https only. Nothing was read from what you sent; send it again over https."


def init_app(app: Flask) -> None:
    """Check before anything reads the request. Behind a proxy TRUSTED_PROXIES says whose word counts."""
    app.before_request_funcs.setdefault(None, []).insert(0, _require_https)


def _require_https() -> ResponseReturnValue | None:
    if request.is_secure or not settings().is_https or request.endpoint in PROBES:
        return None
    if request.method not in READ_METHODS or request.path.startswith("/api/"):
        raise Forbidden(SENTENCE)
    return redirect(settings().base_url + request.full_path.rstrip("?"), 308)
