"""The edge of this room, for views of this and other rooms: a request that a filter turns away is still counted."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.interest.services import OffThesis, count_refusal

T = TypeVar("T")


def counting_refusals(work: Callable[[Session], T]) -> T:
    """Do a piece of work in a transaction; what a filter turns away is counted in one of its own, and raised."""
    try:
        with transaction() as session:
            return work(session)
    except OffThesis as refusal:
        with transaction() as session:
            count_refusal(session, refusal, now=clock.now())
        raise
