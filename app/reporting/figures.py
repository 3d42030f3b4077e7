"""The figures of the control room; each names the list it was counted from."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.money import Money
from app.core.states import words
from app.door.models import Admission
from app.door.queries import inside_count
from app.interest.models import Interest
from app.interest.states import InterestState
from app.notifications.models import OutboxMessage
from app.notifications.states import MessageState
from app.payments.models import Payment
from app.payments.states import PaymentState
from app.registration import queries as registrations
from app.registration.models import Registration
from app.registration.queries import SummitView
from app.registration.states import UNDECIDED, RegistrationState
from app.scheduling.models import Meeting
from app.scheduling.states import MeetingState
from app.screening.models import Case
from app.screening.states import CaseState

OPEN_CASES = (CaseState.OPEN, CaseState.NEEDS_INFORMATION)
MOST_POOLS = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One row behind a figure, with the list it was counted from."""

    label: str
    value: str
    endpoint: str
    args: Mapping[str, str]
    needs_a_hand: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the control room: what, how many, and of what it is made."""

    heading: str
    value: str
    note: str
    endpoint: str
    parts: list[Part]
    args: Mapping[str, str] = field(default_factory=dict)


def control_room(session: Session, summit: SummitView, *, now: datetime) -> list[Figure]:
    """Return the figures of one summit, at most eight, in the order in which the work goes."""
    return [
        _applications(session, summit, now),
        _places(session, summit),
        _screening(session),
        _money(session),
        _interest(session),
        _meetings(session, summit),
        _door(session, summit, now),
        _messages(session),
    ]


def _counts(session: Session, column: InstrumentedAttribute[Any], *where: Any) -> dict[Any, int]:
    found = session.execute(select(column, func.count()).where(*where).group_by(column))
    return {row[0]: row[1] for row in found}


def _applications(session: Session, summit: SummitView, now: datetime) -> Figure:
    counts = _counts(session, Registration.state, Registration.summit_id == summit.id)
    late = session.scalar(
        select(func.count()).select_from(Registration).where(
            Registration.summit_id == summit.id, Registration.state.in_(UNDECIDED),
            Registration.decision_due_on < summit.settings.day_of(now),
        )
    )  # fmt: skip
    desk = "registration.registrations"
    parts = [
        Part(words(state).capitalize(), str(counts[state]), desk, {"state": state})
        for state in RegistrationState
        if state is not RegistrationState.DRAFT and counts.get(state)
    ]
    waiting = sum(counts.get(state, 0) for state in UNDECIDED)
    promise = f"{late} past the promised day" if late else "None past the promised day"
    return Figure("Applications to decide", str(waiting), promise, desk, parts, {"state": "undecided"})


def _places(session: Session, summit: SummitView) -> Figure:
    used = [pool for pool in registrations.pools(session, summit.id) if pool.taken]
    full = sum(pool.taken >= pool.capacity for pool in used)
    fullest = sorted(used, key=lambda pool: -pool.taken / pool.capacity)[:MOST_POOLS]
    parts = [
        Part(pool.title, f"{pool.taken} of {pool.capacity}", "registration.summit", {}, pool.taken >= pool.capacity)
        for pool in fullest
    ]
    confirmed = len(registrations.confirmed(session, summit.id))
    note = {0: "No pool is full", 1: "1 pool is full"}.get(full, f"{full} pools are full")
    return Figure("Places confirmed", str(confirmed), note, "registration.summit", parts)


def _screening(session: Session) -> Figure:
    counts = _counts(session, Case.state)
    parts = [
        Part(
            words(state).capitalize(),
            str(counts.get(state, 0)),
            "screening.cases",
            {"state": state},
            state in OPEN_CASES and bool(counts.get(state)),
        )
        for state in CaseState
    ]
    waiting = sum(counts.get(state, 0) for state in OPEN_CASES)
    return Figure("Screening cases open", str(waiting), "Two people clear a possible match", "screening.cases", parts)


def _money(session: Session) -> Figure:
    found = session.execute(
        select(Payment.currency, Payment.state, func.sum(Payment.amount_cents), func.sum(Payment.refunded_cents))
        .where(Payment.currency.is_not(None), Payment.state != PaymentState.VOIDED)
        .group_by(Payment.currency, Payment.state)
    )
    taken, due, back = Counter[str](), Counter[str](), Counter[str]()
    for currency, state, amount, refunded in found:
        code = currency or ""
        (taken if state is PaymentState.SUCCEEDED else due)[code] += int(amount or 0)
        back[code] += int(refunded or 0)
    parts = [Part("Due", _sums(due), "payments.payments", {}), Part("Taken", _sums(taken), "payments.payments", {}),
             Part("Refunded", _sums(back), "payments.payments", {})]  # fmt: skip
    return Figure("Money taken", _sums(taken), "Currencies are kept apart", "payments.payments", parts)


def _sums(by_currency: Mapping[str, int]) -> str:
    return ", ".join(str(Money(total, code)) for code, total in sorted(by_currency.items()) if total) or "None yet"


def _interest(session: Session) -> Figure:
    counts = _counts(session, Interest.state)
    parts = [
        Part(words(state).capitalize(), str(counts[state]), "interest.summary", {})
        for state in InterestState
        if counts.get(state)
    ]
    live = sum(counts.values()) - counts.get(InterestState.PASSED, 0) - counts.get(InterestState.LAPSED, 0)
    return Figure("Live interest", str(live), "Non-binding until signed", "interest.summary", parts)


def _meetings(session: Session, summit: SummitView) -> Figure:
    counts = _counts(session, Meeting.state, Meeting.summit_id == summit.id)
    parts = [
        Part(words(state).capitalize(), str(counts[state]), "scheduling.timetable", {})
        for state in MeetingState
        if counts.get(state)
    ]
    seated = counts.get(MeetingState.SCHEDULED, 0) + counts.get(MeetingState.HELD, 0)
    without = counts.get(MeetingState.ACCEPTED, 0)
    return Figure("Meetings seated", str(seated), f"{without} accepted without a slot", "scheduling.timetable", parts)


def _door(session: Session, summit: SummitView, now: datetime) -> Figure:
    entered = session.scalar(
        select(func.count(Admission.registration_id.distinct())).where(Admission.summit_id == summit.id)
    )
    inside = inside_count(session, summit, now=now)
    parts = [Part("Came", str(entered), "door.door", {}), Part("Inside", str(inside), "door.door", {})]
    return Figure("People inside", str(inside), f"{entered} came so far", "door.door", parts)


def _messages(session: Session) -> Figure:
    counts = _counts(session, OutboxMessage.state)
    parts = [
        Part(words(state).capitalize(), str(counts.get(state, 0)), "notifications.outbox", {"state": state},
             state is MessageState.PARKED and bool(counts.get(state)))
        for state in MessageState
    ]  # fmt: skip
    parked = counts.get(MessageState.PARKED, 0)
    return Figure("Messages parked", str(parked), "Jobs and mails that need a hand", "notifications.outbox", parts)
