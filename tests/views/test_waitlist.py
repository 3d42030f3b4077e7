"""The waitlist's pages: organizers order it with reasons; who waits reads their standing and answers an offer."""

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import Role
from app.notifications import outbox
from app.notifications.models import MailboxMessage
from app.registration.models import Registration
from app.registration.rules.summit import PoolRule
from app.registration.states import PoolKind, RegistrationState
from tests.factories import accounts
from tests.factories import registration as make
from tests.pages import of_kind, words_of

S = RegistrationState


@pytest.fixture
def summit(session):
    make.countries(session)
    return make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 1), PoolRule(PoolKind.MARKET, "*", 1)))


@pytest.fixture
def organizer(session, signed_in):
    return signed_in(accounts.staff(session, Role.ORGANIZER).id)


def waits(session, summit, name, country="JP", **columns):
    house = accounts.organization(session, country=country)
    person = accounts.user(session, name=name)
    made = make.in_review(session, summit=summit, organization=house, person=person, **columns)
    made.state, made.waitlisted_at = S.WAITLISTED, clock.now()
    session.flush()
    return made


def full(session, summit):
    return make.registration(session, summit=summit, organization=accounts.organization(session))


def state_of(session, registration):
    session.expire_all()
    return session.get_one(Registration, registration.id).state


def rows(page):
    return [" | ".join(words_of(cell) for cell in row) for row in of_kind(page.tree, "tr")]


def test_an_empty_waitlist_says_what_comes_here(summit, organizer):
    assert "Nobody waits" in organizer.get("/waitlist").text


def test_organizers_see_each_pools_line_and_who_is_next(session, summit, organizer):
    full(session, summit)
    mine = waits(session, summit, "Aiko Tanaka")
    waits(session, summit, "Zoé Petit", country="FR")
    page = organizer.get("/waitlist")
    assert f"Market: Japan | 0 Full | 1 | 0 | Application {mine.number}" in rows(page)
    assert "Aiko Tanaka" in page.text
    assert "No place in: Total of the summit, Market: Japan" in page.text
    only = organizer.get("/waitlist?pool=market:FR&page=7").text
    assert "Zoé Petit" in only
    assert "Aiko Tanaka" not in only
    organizer.get("/waitlist?pool=moon:X")


def test_a_priority_is_changed_with_a_reason(session, summit, organizer):
    full(session, summit)
    mine = waits(session, summit, "Aiko Tanaka")
    path = f"/waitlist/{mine.id}"
    page = organizer.get(path)
    assert "Position 1 of 1" in page.text
    moves = str(mine.moves)
    refused = organizer.post(f"{path}/priority", {"priority": "12", "reason": "", "seen_moves": moves}, status=422)
    assert "Use a number from 0 to 9." in refused.text
    assert "Write why the priority changes." in refused.text
    organizer.post(f"{path}/priority", {"priority": "4", "reason": "Under its share.", "seen_moves": moves})
    assert session.get_one(Registration, mine.id, populate_existing=True).priority == 4
    stale = organizer.post(f"{path}/priority", {"priority": "5", "reason": "Again.", "seen_moves": moves}, status=422)
    assert "has moved since you opened the page" in stale.text


def test_a_place_is_offered_out_of_order_with_a_reason_while_there_is_one(session, summit, organizer):
    mine = waits(session, summit, "Aiko Tanaka")
    form = {"offer_reason": "The minister comes with them.", "seen_moves": str(mine.moves)}
    path = f"/waitlist/{mine.id}"
    assert "Write why" in organizer.post(f"{path}/offer", {**form, "offer_reason": ""}, status=422).text
    organizer.post(f"{path}/offer", form)
    assert state_of(session, mine) is S.OFFERED
    organizer.get(path, status=404)
    other = waits(session, summit, "Zoé Petit")
    full_now = organizer.post(f"/waitlist/{other.id}/offer", {**form, "seen_moves": str(other.moves)}, status=422)
    assert "No place is left in" in full_now.text


def test_over_a_target_the_page_asks_for_the_second_reason(session, organizer):
    make.countries(session)
    summit = make.summit(session, pools=(PoolRule(PoolKind.TOTAL, "", 2, 0),))
    mine = waits(session, summit, "Aiko Tanaka")
    form = {"offer_reason": "Sponsor.", "seen_moves": str(mine.moves)}
    assert "At its target, so only a person can offer: Total of the summit" in organizer.get("/waitlist").text
    asked = organizer.post(f"/waitlist/{mine.id}/offer", form, status=422)
    assert "This goes over the target of the total of the summit" in asked.text
    organizer.post(f"/waitlist/{mine.id}/offer", {**form, "over_target_reason": "The hall has room."})
    assert state_of(session, mine) is S.OFFERED


def test_who_waits_reads_where_they_stand_and_no_promise(session, summit, signed_in):
    full(session, summit)
    waits(session, summit, "Zoé Petit", country="FR")
    mine = waits(session, summit, "Aiko Tanaka")
    page = signed_in(mine.user_id).get("/apply/status")
    assert "Total of the summit | 2 of 2 | 0 | 0" in rows(page)
    assert "Market: Japan | 1 of 1 | 0 | 0" in rows(page)
    assert "no place is free in Total of the summit and in Market: Japan" in page.text
    assert "no promise" in page.text


def test_a_place_is_declined_from_the_mails_link_and_the_next_person_gets_it(session, summit, signed_in):
    first, second = waits(session, summit, "Aiko Tanaka"), waits(session, summit, "Zoé Petit")
    outbox.queue(session, "registration.move_waitlist", {"summit": str(summit.id)}, now=clock.now())
    session.commit()
    outbox.deliver_due(clock.now())
    assert state_of(session, first) is S.OFFERED
    mail = session.scalars(select(MailboxMessage).where(MailboxMessage.subject.contains("is free for you"))).one()
    assert "/apply/decline" in mail.text
    browser = signed_in(first.user_id)
    assert browser.get("/apply/status").links()["Decline the place"] == "/apply/decline"
    assert "goes to the next person at once" in browser.get("/apply/decline").text
    browser.post("/apply/decline")
    outbox.deliver_due(clock.now())
    assert state_of(session, first) is S.WITHDRAWN
    assert state_of(session, second) is S.OFFERED
    assert browser.get("/apply/decline", status=303).path == "/apply/status"


def test_countries_are_named_and_not_coded_where_organizers_read(session, summit, organizer):
    waits(session, summit, "Zoé Petit", country="FR")
    page = organizer.get("/waitlist")
    assert ", France |" in "\n".join(rows(page))
    assert ", FR |" not in "\n".join(rows(page))
