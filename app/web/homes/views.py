"""One screen: what waits for me, what changed, what fits me."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock, homes
from app.core.access import COMPANY, SIGNED_IN, STAFF, Principal, Role, allow, principal
from app.core.db import db
from app.core.homes import HomeReader, HomeSide
from app.directory import queries as directory

bp = Blueprint("homes", __name__)


def sides_of(person: Principal) -> dict[HomeSide, frozenset[UUID]]:
    """Return the person's organizations by the side they are on; the desks' side, for staff, has none."""
    companies = person.organizations(*COMPANY)
    sides = {HomeSide.COMPANY: companies, HomeSide.PARTNER: person.organizations() - companies}
    desk = {HomeSide.DESK: frozenset[UUID]()} if person.roles & STAFF else {}
    return desk | {side: organizations for side, organizations in sides.items() if organizations}


def reader_of(person: Principal, sides: Mapping[HomeSide, frozenset[UUID]], side: HomeSide | None) -> HomeReader:
    """Return whose home is shown. A side has a page of its own: both on one would be two pages long and as slow."""
    shown = {side: sides[side]} if side else {}
    return HomeReader(
        user_id=person.user_id, partners=shown.get(HomeSide.PARTNER, frozenset()),
        companies=shown.get(HomeSide.COMPANY, frozenset()),
        is_vetted=directory.is_vetted(db(), person.user_id),
        is_export_officer=Role.EXPORT_OFFICER in person.roles and side is HomeSide.COMPANY, now=clock.now(),
        staff=person.roles & STAFF if side is HomeSide.DESK else frozenset(),
    )  # fmt: skip


@bp.get("/home")
@allow(read=SIGNED_IN)
def home() -> ResponseReturnValue:
    """Show what waits for this person, what changed, and what fits the organizations they act for on one side."""
    person = principal()
    sides = sides_of(person)
    asked = (one for one in sides if one.value == request.args.get("side"))
    side = next(asked, None) or next(iter(sides), None)
    reader = reader_of(person, sides, side)
    return render_template(
        "homes/home.html",
        person=person,
        me=reader,
        lines=homes.lines(db(), reader),
        parts=homes.Part,
        age=homes.age,
        side=side,
        sides=list(sides),
    )
