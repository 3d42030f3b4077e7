"""The response headers that keep a page to itself."""

import secrets
from collections.abc import Mapping

from flask import Flask, Response, g, request

from app.core.access import Principal
from app.core.settings import settings

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), accelerometer=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
A_YEAR_SECONDS = 31_536_000


def init_app(app: Flask) -> None:
    """Put the headers on every response: pages, redirects, errors and files."""
    app.after_request(_protect)


def csp_nonce() -> str:
    """Return this response's script nonce: 192 random bits, never used twice."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(24)
    nonce: str = g.csp_nonce
    return nonce


def content_policy(nonce: str | None, *, payment_page: str, more: Mapping[str, str] | None = None) -> str:
    """Return the content security policy; scripts run only with `nonce`, not at all when there is none.

    A view may ask for `more` by `g.csp_more`: a page that installs as an app names its worker and manifest.
    """
    parts = {
        "default-src": "'none'",
        "script-src": f"'nonce-{nonce}'" if nonce else "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": f"'self' {payment_page}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        **(more or {}),
    }
    return "; ".join(f"{name} {sources}" for name, sources in parts.items())


def _protect(response: Response) -> Response:
    site = settings()
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(
        "Content-Security-Policy",
        content_policy(g.pop("csp_nonce", None), payment_page=site.payment_page_origin, more=g.pop("csp_more", None)),
    )
    if site.is_https:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR_SECONDS}; includeSubDomains"
    _limit_keeping(response)
    return response


def _limit_keeping(response: Response) -> None:
    """Let nobody keep what a signed-in person saw; let files whose address carries their digest be kept."""
    if request.endpoint == "static":
        if response.status_code == 200 and "v" in request.args:
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    elif isinstance(g.get("_login_user"), Principal):
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
