"""Acts of meeting: state interest, rank, match, answer, seat, and walk through the door."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.accounts import queries as accounts
from app.cli.rehearsal.house import House
from app.cli.rehearsal.population import Partner
from app.core import clock, ids
from app.core.access import Role
from app.core.db import db, transaction
from app.core.money import BAND_SCALE
from app.directory.queries import EntryRow, meeting_entries
from app.door.services import scan_badge
from app.interest import services as interest
from app.interest.queries import interests_in
from app.interest.rules import HardFilter
from app.interest.services import Work
from app.interest.states import InterestEvent, InterestState, Visibility
from app.matching import services as matching
from app.matching.propose import RunSettings
from app.matching.states import RunEvent, Side, Wish
from app.registration import queries as registrations
from app.registration.queries import ParticipantRow, SummitView
from app.registration.states import ParticipantType
from app.scheduling import services as scheduling
from app.scheduling.models import Meeting
from app.scheduling.states import Answer, MeetingState

PARTNER_MEETS, COMPANY_MEETS, FLOOR = 5, 14, 2
MUST, WANT, NO = 0.85, 0.6, 0.1
"""From which taste on a partner must or wants to meet, and below which not at all."""
MOST_INTERESTS = 3


class Guests:
    """The confirmed partners with the invented people behind them, and the entries that meet, with who speaks there."""

    def __init__(self, summit_id: UUID, partners: Sequence[Partner]) -> None:
        known: Mapping[tuple[str, str], Partner] = {(p.name, p.organization): p for p in partners}
        self.summit_id = summit_id
        self.entries = sorted(meeting_entries(db(), summit_id), key=lambda entry: entry.key)
        self.partners = [
            (row, known[row.name, row.organization_name])
            for row in registrations.confirmed(db(), summit_id)
            if row.participant_type is ParticipantType.PARTNER and (row.name, row.organization_name) in known
        ]
        self.speakers = {entry.id: _speaker(entry) for entry in self.entries}

    def taste(self, partner: Partner, entry: EntryRow) -> float:
        """How much a partner likes an entry, 0 to 1."""
        return partner.taste[self.entries.index(entry) % len(partner.taste)]

    def liked(self, partner: Partner) -> list[EntryRow]:
        """The entries in the order in which a partner likes them."""
        return sorted(self.entries, key=lambda entry: (-self.taste(partner, entry), entry.key))


def _speaker(entry: EntryRow) -> UUID:
    """Return who acts for the company behind an entry."""
    if entry.organization_id is None:
        raise LookupError(f"{entry.key} meets without a company.")
    owners = [m for m in accounts.members(db(), entry.organization_id) if m.role is Role.COMPANY_OWNER]
    return owners[0].user_id


def state_interests(house: House, guests: Guests) -> int:
    """Let every partner state interest in the three entries they like best among those that seek what they bring."""
    stated = 0
    for row, partner in guests.partners:
        mine = 0
        for entry in guests.liked(partner):
            kinds = [kind for kind in partner.seeks if kind in entry.participations]
            if mine == MOST_INTERESTS or not kinds:
                continue
            with transaction() as session:
                made = interest.state_interest(
                    session, user_id=row.user_id, organization_id=row.organization_id, entry_id=entry.id,
                    kind=kinds[0], band=partner.band,
                    currency=house.draw.choice(list(BAND_SCALE)[:4]), visibility=house.draw.choice(list(Visibility)),
                    note="We would like to understand the terms.", now=clock.now(),
                )  # fmt: skip
                interest_id = made.id
            mine += 1
            if house.draw.random() < 0.3:
                with transaction() as session:
                    interest.move_interest(
                        session, interest_id, InterestEvent.DISCUSS, actor_id=guests.speakers[entry.id],
                        now=clock.now(),
                    )  # fmt: skip
        stated += mine
    house.settle()
    return stated


def work_pipelines(house: House, guests: Guests) -> int:
    """Let made-up companies plan a next step for some leads, ask some partners who they are, and set one filter."""
    worked = 0
    for place, entry in enumerate(guests.entries):
        speaker = guests.speakers[entry.id]
        leads = [row for row in interests_in(db(), entry_ids=[entry.id]) if row.state is not InterestState.WATCHING]
        for number, row in enumerate(leads):
            planned = Work(
                STEPS[number % len(STEPS)], clock.now().date() + timedelta(days=7 * number - 2),
                speaker if number % 2 == 0 else None, 1 + number % 5, "Made up for the demonstration.",
            )  # fmt: skip
            with transaction() as session:
                interest.work_lead(session, row.interest_id, planned, actor_id=speaker, now=clock.now())
            worked += 1
        hidden = [row for row in leads if row.visibility is Visibility.SUMMARY_ONLY]
        if hidden and place % 3 == 0:
            with transaction() as session:
                interest.ask_names(session, hidden[0].interest_id, actor_id=speaker, now=clock.now())
        if place == 0:
            with transaction() as session:
                interest.set_filter(
                    session, entry.id, HardFilter(kinds=frozenset(entry.participations)), actor_id=speaker,
                    now=clock.now(),
                )  # fmt: skip
    house.settle()
    return worked


STEPS = ("Send the interface document", "Call about terms", "Ask for their schedule")


def rank(house: House, guests: Guests) -> int:
    """Let partners rank by taste and companies by how much the partner brings of what they seek; return the wishes."""
    said = 0
    for row, partner in guests.partners:
        wishes = {(row.registration_id, e.id): w for e in guests.entries if (w := _wish(guests.taste(partner, e)))}
        with transaction() as session:
            said += matching.set_wishes(
                session, summit_id=guests.summit_id, by=Side.PARTNER, said=wishes, actor_id=row.user_id,
                now=clock.now(),
            )  # fmt: skip
    for entry in guests.entries:
        wishes = {
            (row.registration_id, entry.id): wish
            for row, partner in guests.partners
            if (wish := _company_wish(house, entry, row, partner))
        }
        with transaction() as session:
            said += matching.set_wishes(
                session, summit_id=guests.summit_id, by=Side.COMPANY, said=wishes,
                actor_id=guests.speakers[entry.id], now=clock.now(),
            )  # fmt: skip
    house.settle()
    return said


def _wish(taste: float) -> Wish | None:
    if taste >= MUST:
        return Wish.MUST
    if taste >= WANT:
        return Wish.WANT
    return Wish.NO if taste < NO else None


def _company_wish(house: House, entry: EntryRow, row: ParticipantRow, partner: Partner) -> Wish | None:
    brings = len(set(row.seeks) & set(entry.participations))
    return _wish(0.35 * min(brings, 2) + 0.3 * partner.diligence + 0.3 * house.draw.random())


def match(house: House, guests: Guests) -> UUID:
    """Run a match round: compute, review, publish; return the run."""
    organizer = house.staff["organizer"]
    settings = RunSettings(PARTNER_MEETS, COMPANY_MEETS, FLOOR)
    with transaction() as session:
        run_id = matching.start_run(
            session, summit_id=guests.summit_id, settings=settings, actor_id=organizer, now=clock.now()
        ).id
    house.settle()
    for event in (RunEvent.REVIEW, RunEvent.PUBLISH):
        with transaction() as session:
            matching.move_run(session, run_id, event, actor_id=organizer, now=clock.now())
    house.settle()
    return run_id


def answer(house: House, guests: Guests, *, leave_every: int = 0) -> None:
    """Let both sides answer the suggestions, all or all but every n-th: nine in ten are accepted by each."""
    users = {row.registration_id: row.user_id for row, _ in guests.partners}
    wanted = select(Meeting.id, Meeting.registration_id, Meeting.entry_id).where(
        Meeting.summit_id == guests.summit_id, Meeting.state == MeetingState.SUGGESTED
    )
    suggested = db().execute(wanted.order_by(Meeting.number)).all()
    for number, (meeting_id, registration_id, entry_id) in enumerate(suggested, 1):
        if leave_every and number % leave_every == 0:
            continue
        for actor_id in (users[registration_id], guests.speakers[entry_id]):
            accepts = house.draw.random() < 0.9
            with transaction() as session:
                scheduling.answer_meeting(
                    session, meeting_id, Answer.ACCEPT if accepts else Answer.DECLINE, actor_id=actor_id,
                    reason="" if accepts else "Our agenda is full.", now=clock.now(),
                )  # fmt: skip
            if not accepts:
                break
    house.settle()


def seat(house: House, summit: SummitView) -> None:
    """Let the organizer seat every accepted meeting."""
    with transaction() as session:
        scheduling.start_seating(session, summit=summit, actor_id=house.staff["organizer"], now=clock.now())
    house.settle()


def open_doors(house: House, summit: SummitView) -> None:
    """On the first morning, scan everybody's badge; one in ten shows it twice."""
    first = summit.slots[0].starts_at - timedelta(hours=1)
    if clock.now() < first:
        house.wait(first - clock.now())
    for row in registrations.confirmed(db(), summit.id):
        times = 2 if house.draw.random() < 0.1 else 1
        found = registrations.registration(db(), row.registration_id)
        for _time in range(times):
            with transaction() as session:
                scan_badge(
                    session, summit.id, nonce=ids.new_id(), gate="Main entrance", actor_id=house.staff["door"],
                    code=(found.badge_code if found else None) or "", now=clock.now(),
                )  # fmt: skip
            clock.advance(timedelta(seconds=20))
    house.settle()
