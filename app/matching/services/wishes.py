"""What both sides say: wishes, and blocks that keep a pair apart without a word."""

from collections.abc import Callable
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
    side = Side(by)
    _require_voice(session, summit_id, side, registration_id, entry_id, actor_id)
    return _keep_wish(session, summit_id, side, registration_id, entry_id, wish, actor_id=actor_id, now=now)


def set_wishes(
    session: Session, *, summit_id: UUID, by: Side, said: dict[tuple[UUID, UUID], Wish], actor_id: UUID, now: datetime
) -> int:
    """Keep a page of a ranking at once, (registration, entry) to wish; return how many changed."""
    changed = 0
    for (registration_id, entry_id), wish in said.items():
        changed += set_wish(
            session, summit_id=summit_id, by=by, registration_id=registration_id, entry_id=entry_id, wish=wish,
            actor_id=actor_id, now=now,
        )  # fmt: skip
    return changed


def _keep_wish(
    session: Session, summit_id: UUID, side: Side, registration_id: UUID, entry_id: UUID, wish: Wish | None,
    *, actor_id: UUID, now: datetime,
) -> bool:  # fmt: skip
    same = (MatchWish.summit_id == summit_id, MatchWish.side == side, MatchWish.registration_id == registration_id)
    row = session.scalars(
        select(MatchWish).where(*same, MatchWish.entry_id == entry_id).with_for_update()
    ).one_or_none()
    before = row.wish if row else None
    if before is wish:
        return False
    if row is not None and wish is None:
        session.delete(row)
    elif row is not None and wish is not None:
        row.wish, row.said_by, row.said_at = wish, actor_id, now
    elif wish is not None:
        session.add(
            MatchWish(
                summit_id=summit_id, side=side, registration_id=registration_id, entry_id=entry_id, wish=wish,
                said_by=actor_id, said_at=now,
            )
        )  # fmt: skip
    with explained(
        {
            "uq_match_wishes_summit_id_side_registration_id_entry_id": Refused(
                "Somebody else saved this ranking just now. Load it again."
            )
        }
    ):
        session.flush()
    detail = {"side": side.value, "entry": str(entry_id)}
    audit.record(
        session, "wish.set", ("registration", registration_id), actor_id=actor_id, before=before, after=wish,
        detail=detail,
    )  # fmt: skip
    if wish is Wish.NO:
        _tell_apart(session, registration_id, entry_id, now)
    return True


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
    _require_voice(session, summit_id, side, registration_id, entry_id, actor_id)
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


def _require_voice(
    session: Session, summit_id: UUID, side: Side, registration_id: UUID, entry_id: UUID, actor_id: UUID
) -> None:
    """Raise NotFound unless both sides meet and the actor speaks for `side`."""
    company = queries.meeting_entry_company(session, entry_id)
    if company is None or not queries.is_partner(session, summit_id, registration_id):
        raise NotFound(NO_PAIR)
    if side is Side.PARTNER:
        speaks = queries.partner_seat(session, summit_id, actor_id) == registration_id
    else:
        speaks = any(m.user_id == actor_id and m.role in SPEAKERS for m in accounts.members(session, company))
    if not speaks:
        raise NotFound(NO_PAIR)
