"""What the pages of the vetting desk share: who may enter, what is shown now, one application, words searched for."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import Role, holders, principal
from app.core.db import db
from app.core.errors import NotFound
from app.registration import queries
from app.registration.queries import SummitView
from app.registration.queries.desk import DeskPage
from app.registration.queries.desk_list import Desk
from app.registration.queries.desk_views import ViewRow
from app.registration.queries.scopes import Scope, scopes_of
from app.registration.rules.desk_filter import DeskFilter, read, to_args
from app.registration.states import RegistrationState

DESK = holders(Role.REVIEWER, Role.ORGANIZER)
ORGANIZERS = holders(Role.ORGANIZER)
TONES = {
    RegistrationState.CONFIRMED: "good", RegistrationState.APPROVED: "good", RegistrationState.PAYMENT_DUE: "warn",
    RegistrationState.OFFERED: "warn", RegistrationState.NEEDS_INFORMATION: "warn",
    RegistrationState.WAITLISTED: "info", RegistrationState.IN_REVIEW: "info", RegistrationState.DECLINED: "bad",
}  # fmt: skip
SEARCHES, MOST_SEARCHES = "desk_searches", 5
NAMED = ("state", "type", "market", "organization", "assignee", "due", "screening", "sign", "sort", "size")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the desk shows now; `args` lead back to it and hold no word that was searched for.

    `open_args` lead from an application back to what is shown, without asking for the saved view again.
    """

    filter: DeskFilter
    view: ViewRow | None
    args: dict[str, Any]

    @property
    def open_args(self) -> dict[str, Any]:
        if self.view is None:
            return self.args
        words = {"s": keep_search(self.filter.search)} if self.filter.search else {}
        return (to_args(self.filter) | words) or {"state": ""}


def about(summit: SummitView) -> Desk:
    """Return who looks at the desk; the database knows what they are limited to."""
    is_organizer = Role.ORGANIZER in principal().roles
    return Desk(summit, principal().user_id, () if is_organizer else None, clock.now())


def limits(summit: SummitView) -> tuple[Scope, ...]:
    """Return what the reader is limited to; organizers are to nothing."""
    if Role.ORGANIZER in principal().roles:
        return ()
    return scopes_of(db(), summit.id, principal().user_id)


def shown(asked: Mapping[str, str], views: list[ViewRow]) -> Shown:
    """Return what is asked for: a saved view, filters, or what this person's desk opens with."""
    view = next((one for one in views if str(one.id) == asked.get("view")), None)
    if view is None and not any(name in asked for name in (*NAMED, "s")):
        view = next((one for one in views if one.is_start_for(principal().user_id)), None)
    if view is not None:
        return Shown(view.shown, view, {"view": str(view.id)})
    key = asked.get("s", "")
    words = searches().get(key, "")
    wanted = read(asked, search=words)
    args = to_args(wanted) | ({"s": key} if words else {})
    return Shown(wanted, None, args or {"state": ""})


def searches() -> dict[str, str]:
    """Return the words searched for lately, by the key that stands in addresses instead of them."""
    kept: Any = cookie.get(SEARCHES)
    return dict(kept) if isinstance(kept, dict) else {}


def keep_search(words: str) -> str:
    """Keep words searched for in this browser's cookie, never in an address; return their key."""
    kept = searches()
    key = next((one for one, held in kept.items() if held == words), secrets.token_urlsafe(6))
    kept.pop(key, None)
    cookie[SEARCHES] = dict([*kept.items(), (key, words)][-MOST_SEARCHES:])
    return key


def found_page(summit: SummitView, registration_id: UUID) -> DeskPage:
    """Return one application as the reader's desk shows it. Raises NotFound."""
    page = queries.desk_page(db(), about(summit), registration_id, reader_organizations=principal().organizations())
    if page is None:
        raise NotFound("That application does not exist.")
    return page


def shown_through() -> tuple[Shown, int | None]:
    """Return the view through which the application was opened, and its place there if it has one."""
    at = request.args.get("at", "")
    place = int(at) if at.isdecimal() and 0 < len(at) < 7 else None
    return shown({**request.args.to_dict(), "s": request.args.get("s", "")}, []), place


def back_to(registration_id: UUID, through: Shown, at: int | None) -> ResponseReturnValue:
    """Go back to an application, keeping the view through which it was opened."""
    where = through.args | ({"at": str(at)} if at else {})
    return redirect(url_for("registration.registration", registration_id=registration_id, **where), 303)
