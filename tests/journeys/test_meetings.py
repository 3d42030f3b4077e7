"""From ranking to a table in a real browser, without script and by keyboard; every page on the way is sound."""

from uuid import UUID

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import Role
from app.matching.models import MatchRun
from app.notifications import outbox
from app.scheduling import services
from app.scheduling.models import Meeting
from app.scheduling.states import MeetingState
from tests.browser import Live, Tabs, check_accessible
from tests.factories import accounts
from tests.factories import matching as make

pytestmark = pytest.mark.browser


def deliver(live: Live) -> None:
    with live.app.app_context():
        outbox.deliver_due(clock.now())


def ids(live: Live) -> tuple[UUID, list[UUID]]:
    """Return the run and the meetings, in order."""
    with live.writing() as session:
        run = session.scalars(select(MatchRun.id)).one()
        return run, list(session.scalars(select(Meeting.id).order_by(Meeting.number)))


def test_two_sides_rank_an_organizer_matches_and_seats_and_both_read_their_agenda(tab: Tabs, live: Live) -> None:
    with live.writing() as session:
        made = make.round_of(session, 2, 2)
        organizer = accounts.staff(session, Role.ORGANIZER).id
        partner, owner = made.partners[0].user_id, made.owners[0]
    theirs = tab("/ranking", user_id=partner, javascript=False)
    theirs.locator("label", has_text="Must meet").first.click()
    theirs.get_by_role("button", name="Save this page").click()
    assert "1 changed" in theirs.inner_text("main")
    theirs.goto("/ranking/programmes/programme-000")
    ours = tab("/ranking/partners/programme-000", user_id=owner, javascript=False)
    ours.locator("label", has_text="Want to meet").first.click()
    ours.get_by_role("button", name="Save this page").click()

    desk = tab("/match-runs", user_id=organizer, javascript=False)
    desk.get_by_role("button", name="Start the run").click()
    deliver(live)
    desk.goto("/match-runs")
    desk.get_by_role("link", name="Run 1").click()
    desk.get_by_role("button", name="Mark as reviewed").click()
    desk.get_by_role("button", name="Publish").click()
    assert "now published" in desk.inner_text("main")

    for page in (theirs, ours):
        page.goto("/meetings?show=to_answer")
        page.get_by_role("button", name="Accept").first.click()
        assert "You accepted" in page.inner_text("main")
    desk.goto("/timetable")
    desk.get_by_role("button", name="Compute the timetable").click()
    deliver(live)
    for page in (theirs, ours):
        page.goto("/agenda")
        assert "At the venue" in page.inner_text("main")
    with live.writing() as session:
        assert session.scalars(select(Meeting.state)).all().count(MeetingState.SCHEDULED) == 1


def test_every_page_of_matching_and_meetings_is_accessible(tab: Tabs, live: Live) -> None:
    with live.writing() as session:
        made = make.round_of(session, 2, 3)
        organizer = accounts.staff(session, Role.ORGANIZER).id
        make.published_run(session, made)
        of_partner = select(Meeting).where(Meeting.registration_id == made.partners[0].id)
        first = session.scalars(of_partner.order_by(Meeting.number)).all()[0]
        place = [entry.id for entry in made.programmes].index(first.entry_id)
        for actor in (made.partners[0].user_id, made.owners[place]):
            services.answer_meeting(session, first.id, "accept", actor_id=actor, now=clock.now())
        services.start_seating(session, summit=made.summit, actor_id=organizer, now=clock.now())
        partner, owner, key = made.partners[0].user_id, made.owners[1], "programme-001"
        guest = made.partners[0].id
    deliver(live)
    run, meetings = ids(live)
    seen = {
        partner: [
            "/ranking", "/ranking/programmes/programme-002", "/meetings", f"/meetings/{meetings[0]}",
            f"/meetings/{meetings[1]}", "/meetings/request/programme-002", "/agenda", "/agenda/absences",
        ],
        owner: ["/ranking", f"/ranking/partners/{key}", f"/ranking/partners/{key}/{guest}", "/meetings", "/agenda"],
        organizer: [
            "/match-runs", f"/match-runs/{run}", f"/match-runs/{run}/why?partner=house&programme=programme",
            "/timetable", "/timetable/without-table", f"/meetings/{meetings[0]}",
        ],
    }  # fmt: skip
    for person, paths in seen.items():
        page = tab("/", user_id=person)
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            check_accessible(page)
