"""Jobs of this room: kind of job to the function that does it."""

from datetime import datetime
from uuid import UUID

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.notifications import outbox
from app.notifications.outbox import Handler, Hopeless, Job
from app.registration import services
from app.registration.limits import list_age_limit
from app.registration.queries.summit import current_summit
from app.registration.services import bulk, travel, visa
from app.registration.services.fee import REMIND_CARD
from app.registration.services.places import EXPIRE, LATE_MONEY, MOVE_WAITLIST
from app.registration.services.posting import SEND_DECISION
from app.registration.services.thread import REMIND
from app.registration.services.waitlist import move_all, offer_place, overdue, plan_offers

SWEEP = "registration.sweep"
"""The hourly job that catches what was lost."""


OFFERS_IN_A_JOB = 100


def move_waitlist(job: Job) -> None:
    """Offer the places that came free, one transaction each, until nobody else fits or many were offered.

    Who could not be offered one all the same is left out until the waitlist moves again.
    """
    summit_id, refused, offered = UUID(job.payload["summit"]), set[UUID](), 0
    while planned := plan_offers(db(), summit_id, now=clock.now(), without=refused):
        for registration_id in planned:
            with transaction() as session:
                if offer_place(session, registration_id, now=clock.now(), max_list_age_days=list_age_limit()):
                    offered += 1
                else:
                    refused.add(registration_id)
            if offered == OFFERS_IN_A_JOB:
                with transaction() as session:
                    outbox.queue(session, MOVE_WAITLIST, job.payload, now=clock.now())
                return


def sweep(_job: Job) -> None:
    """Do hourly what a lost message would have done: end what is overdue, let the waitlists move."""
    for registration_id in overdue(db(), now=clock.now()):
        with transaction() as session:
            services.expire(session, registration_id, now=clock.now())
    with transaction() as session:
        move_all(session, now=clock.now())


def expire(job: Job) -> None:
    """End an offer or a payment deadline that has passed."""
    with transaction() as session:
        services.expire(session, UUID(job.payload["registration"]), now=clock.now())


def settle_late_money(job: Job) -> None:
    """Give a place for money that came too late, or send it back."""
    with transaction() as session:
        services.settle_late_money(session, UUID(job.payload["registration"]), now=clock.now())


def send_decision(job: Job) -> None:
    """Let the letter about a decision leave, and what the decision brings with it."""
    with transaction() as session:
        services.send_decision(
            session, UUID(job.payload["letter"]), now=clock.now(), max_list_age_days=list_age_limit()
        )


def remind_question(job: Job) -> None:
    """Remind an applicant of a question without an answer."""
    asked = datetime.fromisoformat(job.payload["asked"])
    with transaction() as session:
        services.remind(session, UUID(job.payload["registration"]), asked=asked, now=clock.now())


def decide_many(job: Job) -> None:
    """Decide about one application of a bulk decision after the other, each in a transaction of its own."""
    bulk_id = UUID(job.payload["bulk"])
    try:
        with transaction() as session:
            left = bulk.waiting_items(session, bulk_id)
    except DomainError as refusal:
        raise Hopeless(refusal.message) from refusal
    done = left.total - len(left.items)
    for position, item_id in enumerate(left.items, start=done):
        if position % PROGRESS_EVERY == 0:
            job.progress(position * 100 // left.total, f"{position} of {left.total} applications")
        try:
            with transaction() as session:
                bulk.decide_item(session, item_id, now=clock.now(), max_list_age_days=list_age_limit())
        except DomainError as refusal:
            with transaction() as session:
                bulk.refuse_item(session, item_id, refusal.message)
    with transaction() as session:
        bulk.finish(session, bulk_id, now=clock.now())


def forget_passport(job: Job) -> None:
    """Forget a passport number, and the letter it stands in, when its time is over."""
    with transaction() as session:
        visa.forget_passport(session, UUID(job.payload["letter"]), now=clock.now())


def remind_travellers(_job: Job) -> None:
    """Remind those who come and have said nothing about their journey."""
    if (summit := current_summit(db())) is not None:
        with transaction() as session:
            travel.remind_travellers(session, summit.id, now=clock.now())


PROGRESS_EVERY = 5


def remind_of_card(job: Job) -> None:
    """Remind somebody without a saved card that the decision is near."""
    with transaction() as session:
        services.remind_of_card(session, UUID(job.payload["registration"]), days=job.payload["days"], now=clock.now())


HANDLERS: dict[str, Handler] = {
    MOVE_WAITLIST: move_waitlist, EXPIRE: expire, LATE_MONEY: settle_late_money, SEND_DECISION: send_decision,
    SWEEP: sweep, REMIND: remind_question, bulk.BULK: decide_many, visa.FORGET: forget_passport,
    travel.REMIND_TRAVEL: remind_travellers, REMIND_CARD: remind_of_card,
}  # fmt: skip
