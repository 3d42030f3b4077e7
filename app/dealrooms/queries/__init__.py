"""Reads of deal rooms; other rooms use the names listed here."""

from app.dealrooms.queries.access import Access, access_of, may_open, tier_for
from app.dealrooms.queries.rooms import RoomRow, Totals, company_may_read, open_room_of, totals

__all__ = [
    "Access", "RoomRow", "Totals", "access_of", "company_may_read", "may_open", "open_room_of", "tier_for", "totals",
]  # fmt: skip
