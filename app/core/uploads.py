"""How much a request may bring: little, but for routes that take files and people who may use them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from app.core.access import policy_for, principal_or_none

V = TypeVar("V", bound=Callable[..., Any])
USUAL_BYTES = 2 * 1024 * 1024
BESIDE_THE_FILE_BYTES = 1024 * 1024


def takes_file(most_bytes: int) -> Callable[[V], V]:
    """Let a route receive a file of up to `most_bytes`, from those whom its policy lets write."""

    def declare(view: V) -> V:
        view.takes_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return declare


def init_app(app: Flask) -> None:
    """Set the limit before anything of the request is read: called last, it stands before every other hook."""
    app.config["MAX_CONTENT_LENGTH"] = USUAL_BYTES
    app.before_request_funcs.setdefault(None, []).insert(0, _allow_more)
    app.teardown_request(_close_files)


def _close_files(_error: BaseException | None) -> None:
    """Let go of what large uploads were kept in while they were read."""
    request.close()


def _allow_more() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    most: int = getattr(view, "takes_bytes", 0)
    if view is None or not most or request.method == "GET":
        return
    policy, person = policy_for(view, request.method), principal_or_none()
    if person is not None and policy is not None and policy.admits(person):
        request.max_content_length = most + BESIDE_THE_FILE_BYTES
