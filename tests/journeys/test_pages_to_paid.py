"""From the link in an invitation to a paid place: how many pages, and how long the application takes.

The time is reckoned, not clocked: reading every word that is shown, and an answer to every question of a partner.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import belong
from app.accounts.models import User
from app.core import clock
from app.core.access import Role
from app.notifications.models import OutboxMessage
from app.registration import queries, services
from app.registration.states import RegistrationState
from app.screening import services as screening
from app.screening.queries import case_for, current_list
from tests.factories import accounts, payments
from tests.factories import registration as make
from tests.pages import NS, VisitedPage, Visitor, of_kind, words_of
from tests.views.test_registration import AIMS, YOU

MOST_PAGES, MOST_MINUTES = 12, 10
WORDS_A_MINUTE = 180  # a careful reader of a second language
SECONDS_A_FIELD = 10  # to think of, and to choose or type, one answer
SECONDS_A_LONG_TEXT = 90
OURS = "http://127.0.0.1:8000"


def words(element: Any) -> int:
    return len(words_of(element).split())


def hidden_words(page: VisitedPage) -> int:
    """Count what nobody reads: the lists behind closed choices, questions that are not shown."""
    main = page.tree.find(f".//{NS}main")
    hidden = [part for part in of_kind(main, "div", "fieldset") if part.get("hidden") is not None]
    hidden += [part for part in of_kind(main, "details") if part.get("open") is None]
    inside = {id(child) for part in hidden for child in of_kind(part, "option")}
    options = [option for option in of_kind(main, "option") if id(option) not in inside]
    return sum(map(words, hidden)) + sum(map(words, options))


@dataclass
class Reader:
    """Somebody who notes every page they are shown, and how long it keeps them."""

    visitor: Visitor
    pages: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def see(self, path: str) -> VisitedPage:
        page = self.visitor.get(path)
        self.pages.append(page.heading)
        self.seconds += (words(page.tree.find(f".//{NS}main")) - hidden_words(page)) * 60 / WORDS_A_MINUTE
        return page

    def send(self, path: str, form: dict[str, Any], *, long_texts: int = 0) -> str:
        self.seconds += SECONDS_A_FIELD * len(form) + SECONDS_A_LONG_TEXT * long_texts
        return self.visitor.post(path, form).path


@pytest.fixture
def desk(app, now):
    with payments.desk(app) as opened:
        yield opened


def invited(session) -> str:
    """A delegation's focal point invites somebody; return where the link in the mail leads."""
    house = accounts.organization(session, name="Kibo Trading")
    lead = accounts.user(session)
    accounts.member(session, organization=house, person=lead, role=Role.FOCAL_POINT)
    belong.invite(
        session, house.id, email="aiko@kibo.example", role=Role.PARTICIPANT, actor_id=lead.id, now=clock.now()
    )
    session.flush()
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).all()
    (mail,) = [m for m in mails if m.payload["template"] == "accounts_invitation"]
    return f"/account/invitation/{mail.payload['context']['secret']}"


def approved(session, summit, person_id) -> None:
    """Screening finds nothing and a reviewer approves."""
    mine = queries.registration_of(session, summit.id, person_id)
    assert mine is not None
    case, current = case_for(session, "registration", mine.id), current_list(session)
    assert case is not None
    assert current is not None
    screening.record_screening(
        session, case.id, revision=case.revision, list_version=current.number, found=[[], []], now=clock.now()
    )
    reviewer = accounts.staff(session, Role.REVIEWER).id
    services.approve(session, mine.id, actor_id=reviewer, now=clock.now(), max_list_age_days=None)
    session.flush()


def test_a_partner_applies_in_under_ten_minutes_and_is_at_most_twelve_pages_from_invitation_to_paid(
    session, desk, visitor, record_property
):
    make.countries(session)
    make.screening_list(session)
    summit = make.summit(session)
    link = invited(session)
    session.flush()
    reader = Reader(visitor)

    reader.see(link)
    account = {"name": "Aiko Tanaka", "new_password": "seven quiet lanterns drift", "time_zone": "Asia/Tokyo"}
    reader.see(reader.send(link, account))
    before_the_application = reader.seconds
    reader.see(reader.send("/apply", {}))
    reader.see(reader.send("/apply/you", YOU))
    place = re.search(r'name="choice" value="([\w-]{36})"', visitor.get("/apply/organization").html)
    assert place is not None
    owner = {"owners-0-name": "Tsukuba Holdings", "owners-0-is_person": "no", "owners-0-country": "JP",
             "owners-0-share": "60"}  # fmt: skip
    reader.see(reader.send("/apply/organization", {"choice": place[1], **owner}))
    asked = {"q_objectives": "Shares in a station.", "q_earlier": "yes", "q_earlier_which": "A launcher.",
             "q_interpreter": "no"}  # fmt: skip
    reader.see(reader.send("/apply/aims", {**AIMS, **asked}, long_texts=2))
    to_card = reader.send("/apply/review", {"declared": "y", "method": "card"})
    minutes = (reader.seconds - before_the_application) / 60
    card = reader.see(to_card)
    save = re.search(r'action="(/payments/[\w-]+/card)"', card.html)
    assert save is not None
    hosted = reader.send(save[1], {})
    back = desk.sandbox.fill_in(hosted).location
    reader.pages.append("The provider's own page")
    reader.seconds += 60
    reader.see(back.removeprefix(OURS))

    person = session.scalars(select(User.id).where(User.email == "aiko@kibo.example")).one()
    mine = queries.registration_of(session, summit.id, person)
    assert mine is not None
    desk.settle()
    approved(session, summit, mine.user_id)
    desk.settle()
    session.expire_all()
    paid = queries.registration(session, mine.id)
    assert paid is not None
    assert paid.state is RegistrationState.CONFIRMED
    assert "Your place is confirmed" in reader.see("/apply/status").text

    record_property("pages", reader.pages)
    record_property("minutes", round(minutes, 1))
    assert len(reader.pages) <= MOST_PAGES, f"{len(reader.pages)} pages: {'; '.join(reader.pages)}"
    assert minutes < MOST_MINUTES, f"about {minutes:.1f} minutes"
