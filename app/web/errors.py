"""Refusals become pages or JSON; everything else is a 500 with a reference and no detail."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.core import logs
from app.core.errors import Busy, DomainError, SignInRequired
from app.core.redirects import safe_local
from app.web.templating import endpoint_exists

LOCKED = ("database is locked", "lock timeout", "deadlock detected", "could not serialize")
TOO_SLOW = "statement timeout"
"""Also what somebody gets who stands in a long line for one row: each wait is short, their sum is not."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a refused reader is told: what happened, what to do next."""

    status: int
    code: str
    heading: str
    message: str
    next_step: str


NOTICES: dict[int, tuple[str, str, str]] = {
    400: (
        "We could not read that request",
        "Something in the address or the form was not in the expected shape.",
        "Go back, reload the page and try again.",
    ),
    401: ("Sign in to go on", "This page is for people who are signed in.", "Sign in, and you return to this page."),
    403: (
        "This page is not open to you",
        "Your role does not include it.",
        "If you think it should, ask the person who manages your organization's members, or write to us.",
    ),
    404: (
        "Page not found",
        "Nothing is at this address, or it is not yours to see.",
        "Check the address, or start from the home page.",
    ),
    405: ("That is not possible here", "This address does not take that kind of request.", "Go back and try again."),
    409: ("That is not possible now", "Something has changed since you opened the page.", "Reload it and look again."),
    410: (
        "This link no longer works",
        "It was used already, or its time is over.",
        "Use the link in the newest mail, or sign in: your own page shows what can be done now.",
    ),
    413: (
        "That is too large",
        "What you sent is larger than this page takes. Nothing was kept of it.",
        "Go back: what you typed is still there. Send less, or a smaller file; the page says how large it may be.",
    ),
    415: (
        "We could not read that request",
        "It came in a format this address does not take.",
        "Try again from the page.",
    ),
    422: ("Something needs correcting", "What was sent cannot be used.", "Go back and correct it."),
    429: ("Too many attempts", "There were too many attempts in a short time.", "Wait a little, then try again."),
    500: (
        "Something went wrong on our side",
        "The page could not be made. What you did just before may not have been saved.",
        "Try again in a moment. If it happens again, write to us with the reference below.",
    ),
    503: ("Please try again in a moment", "The site is busy.", "Wait a few seconds and reload the page."),
}


NAMED = {
    "no_summit": (
        "No summit yet",
        "Nobody has set up a summit yet.",
        "An organizer sets its dates, places and prices. The directory of programmes is open to read already.",
    )
}


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(500, _unexpected)


def _refused(error: DomainError) -> ResponseReturnValue:
    if isinstance(error, SignInRequired) and _leads_to_sign_in():
        return redirect(url_for("accounts.sign_in", next=safe_local(request.full_path.rstrip("?"))), 303)
    answer = _answer(error.status, error.code, error.message)
    if wait := getattr(error, "retry_after", None):
        answer.headers["Retry-After"] = str(wait)
    return answer


def _leads_to_sign_in() -> bool:
    return request.method == "GET" and not _wants_json() and endpoint_exists("accounts.sign_in")


def _form_expired(_error: CSRFError) -> ResponseReturnValue:
    message = "This form was open for too long, or you signed in or out in another window. Nothing was changed."
    return _answer(400, "form_expired", message, heading="Send the form again")


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    code = HTTPStatus(error.code).phrase.lower().replace(" ", "_")
    answer = _answer(error.code, code, None)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _database(error: OperationalError) -> ResponseReturnValue:
    if any(sign in str(error.orig) for sign in LOCKED):
        logs.log().warning("lock_timeout", route=str(request.url_rule))
        return _refused(Busy())
    if TOO_SLOW in str(error.orig):
        logs.log().error("statement_timeout", route=str(request.url_rule))
        return _refused(Busy())
    raise error


def _unexpected(_error: HTTPException) -> ResponseReturnValue:
    """Answer for a bug; Flask has logged it with its trace under the same reference."""
    g.page_of_last_resort = True
    return _answer(500, "unexpected", None)


def _answer(status: int, code: str, message: str | None, *, heading: str | None = None) -> Response:
    title, usual, next_step = NAMED.get(code) or NOTICES.get(status, NOTICES[500 if status >= 500 else 400])
    notice = Notice(status, code, heading or title, message or usual, next_step)
    if _wants_json():
        body = {"error": {"code": code, "message": notice.message, "reference": logs.request_id()}}
        return make_response(jsonify(body), status)
    return make_response(render_template("errors/notice.html", notice=notice, reference=logs.request_id()), status)


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"
