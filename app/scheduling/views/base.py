"""The blueprint of scheduling and what its pages share."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint

from app.core.access import COMPANY, Role, holders, principal
from app.core.db import db
from app.core.errors import NotFound
from app.matching.states import Side
from app.registration import queries as registration
from app.registration.queries import SummitView
from app.scheduling import queries
from app.scheduling.queries import MyMeeting
from app.scheduling.rules import NO_MEETING

bp = Blueprint("scheduling", __name__)
ORGANIZERS = holders(Role.ORGANIZER, Role.ADMINISTRATOR)
SPEAKERS = (Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)


@bp.app_template_filter("clock")
def clock(moment: datetime, zone: str, with_day: date | None = None) -> str:
    """Return the time of day in a zone; names the day where it is another than `with_day`."""
    there = moment.astimezone(ZoneInfo(zone))
    said = f"{there:%H:%M}"
    return said if with_day is None or there.date() == with_day else f"{there:%a} {said}"


def summit() -> SummitView:
    """Return the current summit. Raises NoSummitYet before the first is configured."""
    return registration.the_summit(db())


def is_organizer() -> bool:
    """Tell whether the reader runs the summit and so sees every meeting."""
    return ORGANIZERS.admits(principal())


def seen_meeting(meeting_id: UUID) -> tuple[MyMeeting, Side | None]:
    """Return a meeting and the reader's side, None for an organizer. Raises NotFound for anybody else."""
    person = principal()
    found = queries.meeting(db(), meeting_id)
    side = queries.side_in(found, person.user_id, person.organizations(*COMPANY))
    if side is None and not is_organizer():
        raise NotFound(NO_MEETING)
    return found, side


def may_speak(found: MyMeeting, side: Side | None) -> bool:
    """Tell whether the reader may say yes for their side."""
    if side is Side.COMPANY:
        return found.organization_id in principal().organizations(*SPEAKERS)
    return side is Side.PARTNER
