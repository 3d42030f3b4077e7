"""What people do for a partner: its profile, its mandates, and whom it marks in private."""

from app.partners.services.mandates import confirm_mandate, move_mandate, save_mandate
from app.partners.services.marks import lift_mark, on_apart, set_mark
from app.partners.services.nag import NAG, nag_due
from app.partners.services.profiles import confirm_profile, save_profile

__all__ = [
    "NAG",
    "confirm_mandate",
    "confirm_profile",
    "lift_mark",
    "move_mandate",
    "nag_due",
    "on_apart",
    "save_mandate",
    "save_profile",
    "set_mark",
]
