"""Commands of this room, the only writers of its tables; other rooms use the names listed here."""

from app.registration.services.places import PoolFull
from app.registration.services.summit import ChangedMeanwhile, configure_summit
from app.registration.services.waitlist import move_waitlist

__all__ = ["ChangedMeanwhile", "PoolFull", "configure_summit", "move_waitlist"]
