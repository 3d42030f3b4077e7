"""The home pages: what waits, what changed, what fits; each line leads somewhere, nothing of others is told."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core import clock, homes
from app.core.access import Role
from app.core.homes import HomeLine, HomeReader, Part
from app.directory.states import EntryState
from app.interest import services as interests_of
from app.interest.models import InterestLead
from app.interest.states import InterestEvent, InterestState, PassReason, Side, Visibility
from app.partners.states import Audience, MarkKind
from app.registration.models import Registration
from app.registration.states import RegistrationState
from app.scheduling.states import MeetingState
from tests.conftest import NOON
from tests.factories import accounts as people
from tests.factories import directory as entries
from tests.factories import enquiries as questions
from tests.factories import interest as interests
from tests.factories import matching as rounds
from tests.factories import partners as make
from tests.factories import scheduling
from tests.factories.matching import Round
from tests.pages import Visitor
from tests.views.test_query_counts import counted


@pytest.fixture
def made(session: Session) -> Round:
    return rounds.round_of(session, partners=2, programmes=2)


def house(session: Session, made: Round, n: int = 0) -> Organization:
    return session.get_one(Organization, made.partners[n].organization_id)


def company(session: Session, made: Round) -> Organization:
    return session.get_one(Organization, made.programmes[0].organization_id)


def test_somebody_new_is_told_what_to_do_first(signed_in, session):
    page = signed_in(people.user(session).id).get("/home")
    assert page.links()["Begin: Apply to attend: one form, under ten minutes, saved as you go"] == "/apply"
    owner = people.member(session, organization=people.company(session), role=Role.COMPANY_OWNER).user_id
    assert "Claim the entry of your programme" in signed_in(owner).get("/home").text


def test_a_partner_reads_what_waits_what_changed_and_what_fits(signed_in, session, made):
    mine, partner = house(session, made), made.partners[0].user_id
    page = signed_in(partner).get("/home")
    assert "your application has filled in a first mandate" in page.text
    make.mandate(session, mine, partner)
    ending = interests.interest(session, entry=made.programmes[1], organization=mine, user_id=partner)
    ending.expires_at = clock.now() + timedelta(days=3)
    moved = interests.interest(session, entry=made.programmes[0], organization=mine, user_id=partner)
    interests_of.move_interest(
        session, moved.id, InterestEvent.DISCUSS, actor_id=made.owners[0], side=Side.COMPANY, now=clock.now()
    )
    scheduling.meeting(session, made, 0, 0, state=MeetingState.SUGGESTED)
    page = signed_in(partner).get("/home")
    assert "ends unless you keep it alive" in page.text
    assert "The company moved your interest in Programme 000: in discussion" in page.text
    assert "for a meeting" in page.text
    assert "Programme 001, Works 001" in page.links()
    assert "You bring" in page.text


def test_a_company_that_asks_for_names_has_moved_nothing(signed_in, session, made):
    mine, partner = house(session, made), made.partners[0].user_id
    row = interests.interest(session, entry=made.programmes[0], organization=mine, user_id=partner)
    interests_of.ask_names(session, row.id, actor_id=made.owners[0], now=clock.now())
    page = signed_in(partner).get("/home")
    assert "asks who you are" in page.text
    assert "The company moved" not in page.text


def test_a_confirmed_place_is_news_for_two_weeks_only(signed_in, session, made):
    partner = made.partners[0].user_id
    wanted = select(Registration).where(Registration.user_id == partner)
    row = session.scalars(wanted).one()
    row.state, row.confirmed_at = RegistrationState.CONFIRMED, clock.now() - timedelta(days=13)
    session.flush()
    assert "Your place is confirmed" in signed_in(partner).get("/home").text
    row.confirmed_at = clock.now() - timedelta(days=15)
    session.flush()
    assert "Your place is confirmed" not in signed_in(partner).get("/home").text


def test_somebody_with_a_partner_and_a_company_chooses_which_side_to_read(signed_in, session, made):
    mine, partner = house(session, made), made.partners[0].user_id
    make.mandate(session, mine, partner)
    person = session.get_one(User, partner)
    people.member(session, organization=company(session, made), person=person, role=Role.COMPANY_OWNER)
    interests.interest(
        session, entry=made.programmes[0], organization=house(session, made, 1), user_id=made.partners[1].user_id
    )  # fmt: skip
    visitor = signed_in(partner)
    page = visitor.get("/home")
    assert page.links()["As a partner"] == "/home?side=partner"
    assert "is interested in Programme 000" in page.text
    page = visitor.get("/home?side=partner")
    assert "is interested in Programme 000" not in page.text
    assert "You bring" in page.text
    assert "As a partner" not in signed_in(made.partners[1].user_id).get("/home?side=company").text


def test_a_company_reads_its_leads_by_age_and_the_partners_that_fit(signed_in, session, made):
    mine, partner, owner = house(session, made), made.partners[0].user_id, made.owners[0]
    interests.interest(session, entry=made.programmes[0], organization=mine, user_id=partner)
    named = house(session, made, 1)
    interests.interest(
        session, entry=made.programmes[0], organization=named, user_id=made.partners[1].user_id,
        visibility=Visibility.NAMES,
    )  # fmt: skip
    entries.entry(session, organization=company(session, made), state=EntryState.DRAFT, name="Kestrel", key="kestrel",
                  confirmed=False)  # fmt: skip
    make.profile(session, named, made.partners[1].user_id, listed=False)
    make.mandate(session, named, made.partners[1].user_id, audience=Audience.COUNTERPARTS,
                 ticket_audience=Audience.ORGANIZERS)  # fmt: skip
    page = signed_in(owner).get("/home")
    assert f"{named.name} is interested in Programme 000" in page.text
    assert "A partner (trading house, " in page.text
    assert mine.name not in page.html, "it shows only its country and type"
    assert "Kestrel is a draft" in page.text
    assert f"{named.name} (trading house" in page.text


def test_next_steps_in_the_past_are_overdue_and_the_rest_is_counted_where_it_is_listed(signed_in, session, made):
    for n in range(8):
        stated = interests.interest(session, entry=made.programmes[0], organization=people.organization(session))
        session.add(
            InterestLead(
                interest_id=stated.id, organization_id=company(session, made).id, next_step=f"Call {n}",
                next_on=clock.now().date() - timedelta(days=n - 2), changed_at=clock.now(),
            )
        )  # fmt: skip
    stated.state, stated.pass_reason = InterestState.PASSED, PassReason.TIMING
    session.flush()
    visitor = signed_in(made.owners[0])
    home = visitor.get("/home")
    rows = [row for row in home.html.split("<tr>") if "Next step" in row]
    assert [("Overdue" in row, "All 3 next steps" in row) for row in rows] == [
        (True, False), (True, False), (True, False), (True, False), (False, False), (False, True),
    ]  # fmt: skip
    assert "UTC" not in rows[0], "a next step has a day and no hour"
    listed = home.links()["See: All 3 next steps within seven days"]
    assert visitor.get(listed).text.count("Call ") == 3
    assert visitor.get("/pipeline/table?due=overdue").text.count("Call ") == 4, "a lead that was passed is not late"


def test_names_that_are_asked_for_and_next_steps_that_are_due_wait(signed_in, session, made):
    mine, partner = house(session, made), made.partners[0].user_id
    stated = interests.interest(session, entry=made.programmes[0], organization=mine, user_id=partner)
    stated.names_asked_at = clock.now()
    session.add(
        InterestLead(
            interest_id=stated.id, organization_id=company(session, made).id, next_step="Send the paper",
            next_on=clock.now().date(), changed_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    assert "asks who you are" in signed_in(partner).get("/home").text
    page = signed_in(made.owners[0]).get("/home")
    assert "Send the paper: A partner (trading house, " in page.text
    assert mine.name not in page.html


@pytest.mark.check("D6")
def test_a_company_that_is_kept_apart_is_not_told_of_the_partner_nor_why(signed_in, session, made):
    mine, partner, owner = house(session, made), made.partners[0].user_id, made.owners[0]
    make.profile(session, mine, partner)
    make.mandate(session, mine, partner)
    make.mark(session, mine, partner, company(session, made).name, MarkKind.KEEP_APART, note="Zinnober-Vorbehalt")
    html = signed_in(owner).get("/home").html
    assert mine.name not in html
    assert "Zinnober-Vorbehalt" not in html


def test_lines_are_ordered_by_their_end_and_then_by_age(monkeypatch):
    def line(part, words, *, at=None, due=None):
        return HomeLine(part, "Test", words, "/", at and NOON - timedelta(days=at), due and NOON + timedelta(days=due))

    offered = [
        line(Part.WAITING, "young", at=1), line(Part.WAITING, "old", at=9), line(Part.WAITING, "due", due=5),
        line(Part.CHANGED, "before", at=3), line(Part.CHANGED, "just now", at=1),
    ]  # fmt: skip
    monkeypatch.setattr(homes, "sections", [lambda _session, _reader: offered])
    reader = HomeReader(UUID(int=1), frozenset(), frozenset(), False, False, NOON)
    found = homes.lines(None, reader)
    assert [one.words for one in found[Part.WAITING]] == ["due", "old", "young"]
    assert [one.words for one in found[Part.CHANGED]] == ["just now", "before"]
    assert [homes.age(NOON - timedelta(hours=h), NOON) for h in (1, 25, 50)] == ["today", "1 day ago", "2 days ago"]


def test_who_starts_reaches_a_home_page_and_staff_their_desk(signed_in, session, made):
    visitor: Visitor = signed_in(made.partners[0].user_id)
    assert visitor.get("/start", status=303).path == "/home"
    assert signed_in(people.staff(session, Role.SCREENER).id).get("/start", status=303).path == "/screening/cases"


def test_a_full_home_asks_the_database_fifteen_times_at_most(app, signed_in, session):
    made = rounds.round_of(session, partners=12, programmes=12)
    mine, partner = house(session, made), made.partners[0].user_id
    for n in range(12):
        make.mandate(session, mine, partner, name=f"Fund {n}")
        interests.interest(session, entry=made.programmes[n], organization=mine, user_id=partner)
        other, person = house(session, made, n), made.partners[n].user_id
        scheduling.meeting(session, made, 0, n, state=MeetingState.SUGGESTED)
        if n:
            make.profile(session, other, person)
            make.mandate(session, other, person)
            interests.interest(session, entry=made.programmes[0], organization=other, user_id=person)
            make.mark(session, mine, partner, f"Works {n}")
    for path in ("/home", "/directory/for-us", "/mandates", "/private-list", f"/organizations/{mine.id}/profile"):
        assert asked(app, signed_in(partner), path) <= 15, path
    for path in ("/home", "/partners", f"/partners/{house(session, made, 1).id}", "/private-list"):
        assert asked(app, signed_in(made.owners[0]), path, any_status=True) <= 15, path


def asked(app, visitor, path, *, any_status=False):
    with counted(app.extensions["database"].engine) as statements:
        answer = visitor.client.get(path)
    assert any_status or answer.status_code == 200
    return len(statements)


def test_staff_read_how_much_waits_at_their_desks_and_nothing_of_other_desks(signed_in, session):
    reviewer, screener = people.staff(session, Role.REVIEWER).id, people.staff(session, Role.SCREENER).id
    home = signed_in(reviewer).get("/home").text
    assert "Your desks are empty" in home
    assert "Apply to attend" not in home
    assert "What fits you" not in home
    entries.claim(session, entry=entries.entry(session), organization=people.company(session))
    for _ in range(2):
        entries.entry(session, state=EntryState.IN_REVIEW, organization=people.company(session))
    questions.asked(session)
    links = signed_in(reviewer).get("/home").links()
    assert links["Open: 1 claim to decide"] == "/directory/claims"
    assert links["Open: 2 entries to review"] == "/directory/reviews"
    assert links["Open: 1 open question without an owner"] == "/enquiries/desk?owner=none"
    assert "Your desks are empty" in signed_in(screener).get("/home").text


def test_staff_who_act_for_a_company_too_choose_the_side(signed_in, session):
    owner = people.staff(session, Role.ORGANIZER)
    people.member(session, organization=people.company(session), role=Role.COMPANY_OWNER, person=owner)
    assert "What fits you" not in signed_in(owner.id).get("/home").text
    page = signed_in(owner.id).get("/home?side=company")
    assert "What fits you" in page.text
    assert page.links()["At the desks"] == "/home?side=desk"
