"""What a rehearsal came to: figures that the same seed must give again, and faults that must not be there."""

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.core import audit_chain
from app.core.db import db
from app.core.snapshot import snapshot
from app.door.models import Scan
from app.interest.models import Interest
from app.matching.models import MatchPair, MatchRun, MatchWish
from app.notifications.models import OutboxMessage
from app.notifications.states import MessageState
from app.payments import queries as payments
from app.payments import tasks as finance
from app.payments.models import LedgerLine, Payment
from app.payments.states import PaymentState
from app.registration.models import Place, Pool, Registration, RegistrationStep
from app.registration.states import RegistrationEvent, RegistrationState
from app.scheduling.models import Meeting, MeetingPerson, MeetingSeat, MeetingSlot
from app.scheduling.states import MeetingState
from app.screening.models import Case

SEATED = (MeetingState.SCHEDULED, MeetingState.HELD)


@dataclass
class Report:
    """The outcome: `outcome` is the same for the same seed on every database, `seconds` is not."""

    partners: int
    projects: int
    seed: int
    outcome: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)


def outcome(summit_id: UUID) -> dict[str, Any]:
    """Count what happened, from applications to the door."""
    registrations = _by(
        select(Registration.state, func.count()).where(Registration.summit_id == summit_id).group_by(Registration.state)
    )
    meetings = _by(select(Meeting.state, func.count()).where(Meeting.summit_id == summit_id).group_by(Meeting.state))
    agreed = sum(meetings.get(state, 0) for state in (MeetingState.ACCEPTED, *SEATED))
    seated = sum(meetings.get(state, 0) for state in SEATED)
    run = db().scalars(select(MatchRun).where(MatchRun.summit_id == summit_id).order_by(MatchRun.number.desc())).first()
    return {
        "applied": sum(registrations.values()) - registrations.get(RegistrationState.DRAFT, 0),
        "held for screening": _one(select(func.count()).select_from(Case).where(Case.hit_count > 0)),
        "approved": _moves(summit_id, RegistrationEvent.APPROVE, RegistrationEvent.ACCEPT_OFFER),
        "waitlisted": _moves(summit_id, RegistrationEvent.WAITLIST),
        "applications": registrations,
        "charged": _one(select(func.count()).select_from(Payment).where(Payment.state == PaymentState.SUCCEEDED)),
        "money": {row.currency: asdict(row) for row in payments.totals(db())},
        "interests": _one(select(func.count()).select_from(Interest)),
        "wishes": _one(select(func.count()).select_from(MatchWish)),
        "matches": _one(select(func.count()).select_from(MatchPair)),
        "match value": run.metrics.get("value") if run else None,
        "match bound": run.metrics.get("bound") if run else None,
        "partners below the floor": len(run.metrics.get("below_floor", [])) if run else None,
        "meetings": meetings,
        "share seated": round(seated / agreed, 4) if agreed else None,
        "gaps per agenda": gaps_per_agenda(summit_id),
        "scans": _by(select(Scan.result, func.count()).where(Scan.summit_id == summit_id).group_by(Scan.result)),
        "messages sent": _one(
            _messages().where(OutboxMessage.kind == "mail", OutboxMessage.state == MessageState.DONE)
        ),
        "jobs done": _by(
            select(OutboxMessage.kind, func.count())
            .where(OutboxMessage.state == MessageState.DONE, OutboxMessage.kind != "mail")
            .group_by(OutboxMessage.kind)
        ),
    }  # fmt: skip


def _messages() -> Select[int]:
    return select(func.count()).select_from(OutboxMessage)


def _moves(summit_id: UUID, *events: RegistrationEvent) -> int:
    """Count how often an application took one of these steps."""
    steps = select(func.count()).select_from(RegistrationStep)
    steps = steps.join(Registration, Registration.id == RegistrationStep.registration_id)
    return _one(steps.where(Registration.summit_id == summit_id, RegistrationStep.event.in_(events)))


def _by(wanted: Any) -> dict[str, int]:
    return dict(sorted((str(name), int(count)) for name, count in db().execute(wanted)))


def _one(wanted: Any) -> int:
    return int(db().scalar(wanted) or 0)


def gaps_per_agenda(summit_id: UUID) -> float:
    """Return the mean number of breaks (runs of idle slots between two meetings of one day) per agenda."""
    slots = db().execute(
        select(MeetingSlot.id, MeetingSlot.starts_at).where(MeetingSlot.summit_id == summit_id)
        .order_by(MeetingSlot.starts_at)
    ).all()  # fmt: skip
    place = {slot.id: (slot.starts_at.date(), number) for number, slot in enumerate(slots)}
    days: dict[tuple[UUID, Any], list[int]] = defaultdict(list)
    for user_id, slot_id in db().execute(select(MeetingSeat.user_id, MeetingSeat.slot_id)):
        day, number = place[slot_id]
        days[user_id, day].append(number)
    breaks = sum(
        later - earlier > 1
        for numbers in days.values()
        for earlier, later in zip(sorted(numbers), sorted(numbers)[1:], strict=False)
    )
    people = len({user for user, _day in days})
    return round(breaks / people, 3) if people else 0.0


def faults(summit_id: UUID) -> list[str]:
    """Return a sentence for everything that must not be: a pool over its capacity, a clash, a broken record."""
    found = _pool_faults(summit_id) + _meeting_faults(summit_id) + _book_faults()
    with snapshot() as session:
        record = audit_chain.verify(session)
    if record.fault:
        found.append(f"The audit log does not verify: {record.fault}")
    parked = _one(_messages().where(OutboxMessage.state == MessageState.PARKED))
    if parked:
        found.append(f"{parked} messages are parked.")
    return found


def _pool_faults(summit_id: UUID) -> list[str]:
    counted = select(Place.pool_id, func.count()).where(Place.released_at.is_(None)).group_by(Place.pool_id)
    held: dict[UUID, int] = {pool_id: count for pool_id, count in db().execute(counted)}
    pools = (
        db()
        .execute(select(Pool.id, Pool.kind, Pool.key, Pool.taken, Pool.capacity).where(Pool.summit_id == summit_id))
        .all()
    )
    over = [f"Pool {p.kind} {p.key}: {p.taken} of {p.capacity}." for p in pools if p.taken > p.capacity]
    wrong = [
        f"Pool {p.kind} {p.key} counts {p.taken} but {held.get(p.id, 0)} hold a place."
        for p in pools
        if p.taken != held.get(p.id, 0)
    ]
    return over + wrong


def _meeting_faults(summit_id: UUID) -> list[str]:
    seated = select(Meeting.slot_id, Meeting.table_number, func.count()).where(
        Meeting.summit_id == summit_id, Meeting.state.in_(SEATED)
    )
    tables = db().execute(seated.group_by(Meeting.slot_id, Meeting.table_number).having(func.count() > 1)).all()
    persons = (
        db()
        .execute(
            select(MeetingPerson.user_id, Meeting.slot_id, func.count())
            .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
            .where(Meeting.summit_id == summit_id, Meeting.state.in_(SEATED))
            .group_by(MeetingPerson.user_id, Meeting.slot_id)
            .having(func.count() > 1)
        )
        .all()
    )
    nowhere = _one(
        select(func.count()).select_from(Meeting).where(
            Meeting.summit_id == summit_id, Meeting.state == MeetingState.SCHEDULED, Meeting.slot_id.is_(None)
        )
    )  # fmt: skip
    return (
        [f"A table is taken {count} times at once." for *_, count in tables]
        + [f"Somebody sits in {count} meetings at once." for *_, count in persons]
        + ([f"{nowhere} scheduled meetings have no slot."] if nowhere else [])
    )


def _book_faults() -> list[str]:
    sums = (
        db()
        .execute(
            select(LedgerLine.currency, LedgerLine.posting, func.sum(LedgerLine.amount_cents))
            .group_by(LedgerLine.currency, LedgerLine.posting)
            .having(func.sum(LedgerLine.amount_cents) != 0)
        )
        .all()
    )
    different = finance.reconcile(days=365, grace=timedelta(0), apply=False)
    return [
        f"Posting {posting} does not balance by {amount} {currency} cents." for currency, posting, amount in sums
    ] + [f"Books and provider differ: {one.words}" for one in different]
