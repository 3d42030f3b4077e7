"""Commands of this room, the only writers of its tables; other rooms use the names listed here."""

from app.registration.services.apply import answer_question, save_draft, start_registration, submit
from app.registration.services.decide import approve, ask, decline, put_on_waitlist
from app.registration.services.door import scan_badge
from app.registration.services.follow import (
    follow_case,
    follow_payment,
    is_paid_for,
    lock_registration,
    settle_late_money,
)
from app.registration.services.leave import cancel, expire, on_leave, withdraw
from app.registration.services.moves import MovedMeanwhile, OwnApplication
from app.registration.services.places import PoolFull
from app.registration.services.summit import ChangedMeanwhile, configure_summit
from app.registration.services.waitlist import accept_offer, offer_next

__all__ = [
    "ChangedMeanwhile",
    "MovedMeanwhile",
    "OwnApplication",
    "PoolFull",
    "accept_offer",
    "answer_question",
    "approve",
    "ask",
    "cancel",
    "configure_summit",
    "decline",
    "expire",
    "follow_case",
    "follow_payment",
    "is_paid_for",
    "lock_registration",
    "offer_next",
    "on_leave",
    "put_on_waitlist",
    "save_draft",
    "scan_badge",
    "settle_late_money",
    "start_registration",
    "submit",
    "withdraw",
]
