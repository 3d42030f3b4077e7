"""Makers of a round: partners, programmes that meet, what they said, runs."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role
from app.directory.models import Entry
from app.matching import services
from app.matching.facts import read_facts
from app.matching.models import MatchRun
from app.matching.propose import RunSettings, propose
from app.matching.states import RunEvent, Side, Wish
from app.registration.models import Registration
from app.registration.queries import SummitView
from tests.factories import accounts, directory
from tests.factories import registration as registrations


@dataclass
class Round:
    """A summit with partners and programmes, and who speaks for each programme."""

    summit: SummitView
    partners: list[Registration]
    programmes: list[Entry]
    owners: list[UUID]

    def wish(self, session: Session, side: Side, partner: int, programme: int, wish: Wish) -> None:
        """Let one side say how much it wants the meeting."""
        registration = self.partners[partner]
        actor = registration.user_id if side is Side.PARTNER else self.owners[programme]
        services.set_wish(
            session, summit_id=self.summit.id, by=side, registration_id=registration.id,
            entry_id=self.programmes[programme].id, wish=wish, actor_id=actor, now=clock.now(),
        )  # fmt: skip


def round_of(session: Session, partners: int = 2, programmes: int = 2, **settings: object) -> Round:
    """A summit at which that many partners and programmes meet; nobody has said anything yet."""
    summit = registrations.summit(session, **settings)
    people = []
    for n in range(partners):
        house = accounts.organization(session, name=f"House {n:03}")
        person = accounts.user(session, name=f"Partner {n:03}")
        people.append(registrations.registration(session, summit=summit, organization=house, person=person))
    entries, owners = [], []
    for n in range(programmes):
        company = accounts.company(session, name=f"Works {n:03}")
        owner = accounts.user(session, name=f"Owner {n:03}", time_zone="America/New_York")
        accounts.member(session, organization=company, person=owner, role=Role.COMPANY_OWNER)
        entries.append(
            directory.published(session, organization=company, key=f"programme-{n:03}", name=f"Programme {n:03}",
                                lead_company=company.name)
        )  # fmt: skip
        owners.append(owner.id)
    return Round(summit, people, entries, owners)


def computed_run(session: Session, made: Round, *, capacity: int = 2, floor: int = 0) -> MatchRun:
    """A draft run with its pairs, computed in place."""
    organizer = accounts.staff(session, Role.ORGANIZER)
    settings = RunSettings(capacity, capacity, floor)
    run = services.start_run(
        session, summit_id=made.summit.id, settings=settings, actor_id=organizer.id, now=clock.now()
    )
    proposal = propose(read_facts(session, made.summit.id), settings, lambda _percent, _note: None)
    services.keep_proposal(session, run.id, proposal, now=clock.now())
    return run


def published_run(session: Session, made: Round, *, capacity: int = 2, floor: int = 0) -> MatchRun:
    """A run that was reviewed and published, so that its meetings are suggested."""
    run = computed_run(session, made, capacity=capacity, floor=floor)
    actor = accounts.staff(session, Role.ORGANIZER).id
    services.move_run(session, run.id, RunEvent.REVIEW, actor_id=actor, now=clock.now())
    services.publish(session, run.id, actor_id=actor, now=clock.now())
    return run
