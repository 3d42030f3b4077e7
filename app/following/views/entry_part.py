"""What this room adds to the page of an entry: follow it, the team's notes and tags; to its company, a number."""

from dataclasses import dataclass

from app.core.access import COMPANY, Principal
from app.core.db import db
from app.directory.queries import EntryView
from app.directory.queries.parts import EntryPart
from app.following import queries, rules


@dataclass(frozen=True, slots=True)
class Watch:
    """What a reader may do and see about an entry here; `followers` are words for its company, else none."""

    is_followed: bool
    notes: int
    tags: list[str]
    has_team: bool
    followers: str


def entry_part(entry: EntryView, person: Principal | None) -> EntryPart | None:
    """Return what the page of an entry shows this person; None for somebody who is not signed in."""
    if person is None:
        return None
    row, organizations = entry.row, person.organizations()
    is_own = row.organization_id is not None and row.organization_id in person.organizations(*COMPANY)
    watch = Watch(
        is_followed=row.id in queries.followed_of(db(), person.user_id, [row.id]),
        notes=len(queries.notes_on(db(), [row.id], organizations)) if organizations else 0,
        tags=sorted({one.tag for one in queries.tags_on(db(), [row.id], organizations)}) if organizations else [],
        has_team=bool(organizations),
        followers=rules.followers_words(queries.follower_count(db(), row.id)) if is_own else "",
    )
    return EntryPart("following/_entry.html", watch)
