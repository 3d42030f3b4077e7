"""A write must come from a page of this site, as far as the browser says where it comes from."""

from urllib.parse import urlsplit

from flask import Flask, request

from app.core.access import READ_METHODS
from app.core.csrf import exempted
from app.core.errors import Forbidden
from app.core.settings import settings

SENTENCE = "This form was sent from another website, so nothing was changed. Open the page here and send it again."


def init_app(app: Flask) -> None:
    """Check before everything else; routes on the explicit list of `core.csrf` prove themselves otherwise."""

    def check() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method in READ_METHODS or view is None:
            return
        if f"{view.__module__}.{view.__qualname__}" in exempted:
            return
        own = {_origin(request.host_url), _origin(settings().base_url)}
        if not sent_from(own, request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")):
            raise Forbidden(SENTENCE)

    app.before_request_funcs.setdefault(None, []).insert(0, check)


def sent_from(own: set[str], origin: str | None, fetch_site: str | None) -> bool:
    """Tell whether what the browser says fits one of our `own` origins; silence is left to the form's token."""
    if origin is not None and origin not in own:
        return False
    return fetch_site in (None, "same-origin", "none")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
