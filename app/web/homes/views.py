"""One screen: what waits for me, what changed, what fits me."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core import clock, homes
from app.core.access import COMPANY, SIGNED_IN, Principal, Role, allow, principal
from app.core.db import db
from app.core.homes import HomeReader
from app.directory import queries as directory

bp = Blueprint("homes", __name__)


def reader_of(person: Principal) -> HomeReader:
    """Return whose home is shown: on which side the person's organizations are, by their roles there."""
    companies = person.organizations(*COMPANY)
    return HomeReader(
        user_id=person.user_id, partners=person.organizations() - companies, companies=companies,
        is_vetted=directory.is_vetted(db(), person.user_id),
        is_export_officer=Role.EXPORT_OFFICER in person.roles, now=clock.now(),
    )  # fmt: skip


@bp.get("/home")
@allow(read=SIGNED_IN)
def home() -> ResponseReturnValue:
    """Show what waits for this person, what changed, and what fits the organizations they act for."""
    person = principal()
    reader = reader_of(person)
    return render_template(
        "homes/home.html", person=person, me=reader, lines=homes.lines(db(), reader), parts=homes.Part, age=homes.age
    )
