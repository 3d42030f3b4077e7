"""What both sides say: wishes, and blocks that keep a pair apart without a word."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.core import audit
from app.core.access import Role
from app.core.db import explained
from app.core.errors import NotFound, Refused
from app.matching import queries
from app.matching.models import MatchBlock, MatchWish
from app.matching.states import BlockKind, Side, Wish

Pair = tuple[UUID, UUID]
NO_PAIR = "There is no such meeting to rank. Go back to your ranking."
SPEAKERS = frozenset({Role.COMPANY_OWNER, Role.COMPANY_DELEGATE})

# A higher room hangs in here and is told when a no or a block keeps a pair (registration, entry) apart.
on_apart: list[Callable[[Session, UUID, UUID, datetime], None]] = []


def set_wish(
    session: Session,
    *,
    summit_id: UUID,
    by: Side | str,
    registration_id: UUID,
    entry_id: UUID,
    wish: Wish | None,
    actor_id: UUID,
    now: datetime,
) -> bool:
    """Say how much one side wants a meeting; None takes back what was said. Return whether anything changed.

    Raises NotFound when the actor does not speak for that side, or either side does not meet.
    """
    said = {(registration_id, entry_id): wish}
    return bool(set_wishes(session, summit_id=summit_id, by=Side(by), said=said, actor_id=actor_id, now=now))


def set_wishes(
    session: Session,
    *,
    summit_id: UUID,
    by: Side,
    said: Mapping[Pair, Wish | None],
    actor_id: UUID,
    now: datetime,
) -> int:
    """Keep a page of a ranking at once, (registration, entry) to wish; return how many changed.

    Raises NotFound, keeping nothing, unless the actor speaks for that side of every pair.
    """
    _require_voice(session, summit_id, by, said, actor_id)
    known = _known(session, summit_id, by, said)
    changed: dict[Pair, tuple[Wish | None, Wish | None]] = {}
    for pair, wish in said.items():
        row = known.get(pair)
        before = row.wish if row else None
        if before is wish:
            continue
        changed[pair] = (before, wish)
        if row is not None and wish is not None:
            row.wish, row.said_by, row.said_at = wish, actor_id, now
        elif row is not None:
            session.delete(row)
        elif wish is not None:
            session.add(
                MatchWish(
                    summit_id=summit_id, side=by, registration_id=pair[0], entry_id=pair[1], wish=wish,
                    said_by=actor_id, said_at=now,
                )
            )  # fmt: skip
    twice = Refused("Somebody else saved this ranking just now. Load it again.")
    with explained({"uq_match_wishes_summit_id_side_registration_id_entry_id": twice}):
        session.flush()
    _record(session, by, changed, actor_id)
    for (registration_id, entry_id), (_, wish) in changed.items():
        if wish is Wish.NO:
            _tell_apart(session, registration_id, entry_id, now)
    return len(changed)


def _known(session: Session, summit_id: UUID, side: Side, pairs: Collection[Pair]) -> dict[Pair, MatchWish]:
    wanted = select(MatchWish).where(
        MatchWish.summit_id == summit_id, MatchWish.side == side,
        MatchWish.registration_id.in_({registration_id for registration_id, _ in pairs}),
        MatchWish.entry_id.in_({entry_id for _, entry_id in pairs}),
    )  # fmt: skip
    rows = session.scalars(wanted.with_for_update())
    return {(row.registration_id, row.entry_id): row for row in rows}


def _record(
    session: Session, side: Side, changed: Mapping[Pair, tuple[Wish | None, Wish | None]], actor_id: UUID
) -> None:
    """Record a saved page once: under the registration that ranks, or the programme that does."""
    by_subject: dict[UUID, dict[str, list[str | None]]] = {}
    for (registration_id, entry_id), moved in changed.items():
        subject, other = (registration_id, entry_id) if side is Side.PARTNER else (entry_id, registration_id)
        by_subject.setdefault(subject, {})[str(other)] = [wish.value if wish else None for wish in moved]
    kind = "registration" if side is Side.PARTNER else "entry"
    for subject, detail in by_subject.items():
        audit.record(session, "wishes.set", (kind, subject), actor_id=actor_id, detail={"changed": detail})


def set_block(
    session: Session,
    *,
    summit_id: UUID,
    by: Side | str,
    registration_id: UUID,
    entry_id: UUID,
    kind: BlockKind | None,
    actor_id: UUID,
    now: datetime,
) -> None:
    """Keep a pair apart without telling the other side; None lifts the block again.

    Raises NotFound when the actor does not speak for that side.
    """
    side = Side(by)
    _require_voice(session, summit_id, side, [(registration_id, entry_id)], actor_id)
    before = queries.block_of(session, side, registration_id, entry_id)
    if before is kind:
        return
    session.execute(
        delete(MatchBlock).where(
            MatchBlock.summit_id == summit_id, MatchBlock.side == side,
            MatchBlock.registration_id == registration_id, MatchBlock.entry_id == entry_id,
        )
    )  # fmt: skip
    if kind is not None:
        session.add(
            MatchBlock(
                summit_id=summit_id, side=side, registration_id=registration_id, entry_id=entry_id, kind=kind,
                set_by=actor_id, set_at=now,
            )
        )  # fmt: skip
        _tell_apart(session, registration_id, entry_id, now)
    session.flush()
    detail = {"side": side.value, "entry": str(entry_id)}
    audit.record(
        session, "block.set" if kind else "block.lifted", ("registration", registration_id), actor_id=actor_id,
        before=before, after=kind, detail=detail,
    )  # fmt: skip


def _tell_apart(session: Session, registration_id: UUID, entry_id: UUID, now: datetime) -> None:
    session.flush()
    for handler in on_apart:
        handler(session, registration_id, entry_id, now)


def part_organizations(session: Session, one_id: UUID, other_id: UUID, now: datetime) -> None:
    """Keep apart every pair of two organizations, whichever of them partners and programmes belong to."""
    for partner_id, company_id in ((one_id, other_id), (other_id, one_id)):
        for pair in queries.pairs_between(session, partner_id, company_id):
            _tell_apart(session, *pair, now)


def _require_voice(session: Session, summit_id: UUID, side: Side, pairs: Collection[Pair], actor_id: UUID) -> None:
    """Raise NotFound unless both sides of every pair meet and the actor speaks for `side` of each."""
    companies = queries.meeting_companies(session, {entry_id for _, entry_id in pairs})
    registrations = {registration_id for registration_id, _ in pairs}
    meet = all(entry_id in companies for _, entry_id in pairs)
    if not meet or queries.partners_among(session, summit_id, registrations) != registrations:
        raise NotFound(NO_PAIR)
    if side is Side.PARTNER:
        speaks = registrations <= {queries.partner_seat(session, summit_id, actor_id)}
    else:
        speaks = all(_speaks(session, company, actor_id) for company in set(companies.values()))
    if not speaks:
        raise NotFound(NO_PAIR)


def _speaks(session: Session, company: UUID, actor_id: UUID) -> bool:
    return any(m.user_id == actor_id and m.role in SPEAKERS for m in accounts.members(session, company))
