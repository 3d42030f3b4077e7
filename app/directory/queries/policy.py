"""What entries in a list ask of a partner from one country, a line each; for the lists of rooms above this one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.directory.models import Entry
from app.regulatory import queries as regulatory
from app.regulatory.rules import PolicyLine
from app.regulatory.states import Participation

Wanted = tuple[UUID, Participation | None]


def policy_lines_of(session: Session, country: str, wanted: Sequence[Wanted]) -> dict[Wanted, PolicyLine]:
    """Return the line of each (entry, kind of participation or None for any); empty when no country is known."""
    if not country or not wanted:
        return {}
    found = session.execute(
        select(Entry.id, Entry.topic_keys).where(Entry.id.in_({entry_id for entry_id, _ in wanted}))
    )
    topics = {row[0]: row[1] for row in found}
    known = [one for one in dict.fromkeys(wanted) if one[0] in topics]
    lines = regulatory.policy_lines(session, country, [(topics[entry_id], kind) for entry_id, kind in known])
    return dict(zip(known, lines, strict=False))
