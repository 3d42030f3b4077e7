"""Reads of interest: a partner's own, the history of one, rows for matching."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.errors import NotFound
from app.core.money import AmountBand
from app.core.paging import Page, paginate
from app.directory.models import Entry
from app.directory.rules import plain
from app.interest.models import Interest, InterestStep
from app.interest.queries.leads import LADDER_ORDER, NO_INTEREST, amount_words
from app.interest.states import (
    LIVE,
    InterestEvent,
    InterestState,
    NamesAnswer,
    PassReason,
    Side,
    Visibility,
    steps_for,
)
from app.regulatory.states import Participation


@dataclass(frozen=True, slots=True)
class InterestRow:
    """An interest as matching and rehearsals read it: identities and facts, for no page."""

    interest_id: UUID
    organization_id: UUID
    user_id: UUID
    entry_id: UUID
    kind: Participation
    band: AmountBand
    currency: str
    state: InterestState
    stated_at: datetime
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class MyInterest:
    """An interest as the partner's side sees it. `steps` are what the partner may do now."""

    id: UUID
    user_id: UUID
    entry_id: UUID
    entry_key: str
    entry_name: str
    lead_company: str
    entry_is_shown: bool
    is_claimed: bool
    kind: Participation
    band: AmountBand
    currency: str
    amount_cents: int | None
    visibility: Visibility
    state: InterestState
    pass_reason: PassReason | None
    note: str
    stated_at: datetime
    moved_at: datetime
    expires_at: datetime
    reconfirmed_at: datetime | None
    reconfirmed_count: int
    names_asked_at: datetime | None
    names_answer: NamesAnswer | None
    stamp: UUID
    organization_id: UUID
    person_name: str

    @property
    def amount(self) -> str:
        return amount_words(self.band, self.currency, self.amount_cents)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_asked_for_names(self) -> bool:
        return self.names_asked_at is not None and self.names_answer is None

    @property
    def steps(self) -> list[InterestEvent]:
        return steps_for(self.state, Side.PARTNER)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an interest's history: which side did what, when, and why; never who by name."""

    at: datetime
    side: Side
    event: InterestEvent | None
    before: InterestState | None
    after: InterestState
    reason: str


def interests_in(
    session: Session,
    *,
    entry_ids: Collection[UUID] | None = None,
    organization_ids: Collection[UUID] | None = None,
    states: Collection[InterestState] = tuple(LIVE),
) -> list[InterestRow]:
    """Return interests in `states`, narrowed to entries and organizations if given, oldest first.

    Equal times are ordered by entry key, organization name and kind, so that the order is the same everywhere.
    """
    wanted = (
        select(Interest, Entry.key, Organization.name)
        .join(Entry, Entry.id == Interest.entry_id)
        .join(Organization, Organization.id == Interest.organization_id)
        .where(Interest.state.in_(states))
    )
    if entry_ids is not None:
        wanted = wanted.where(Interest.entry_id.in_(entry_ids))
    if organization_ids is not None:
        wanted = wanted.where(Interest.organization_id.in_(organization_ids))
    found = sorted(session.execute(wanted).all(), key=lambda row: (row[0].stated_at, row[1], row[2], row[0].kind))
    return [
        InterestRow(
            i.id,
            i.organization_id,
            i.user_id,
            i.entry_id,
            i.kind,
            i.band,
            i.currency,
            i.state,
            i.stated_at,
            i.visibility,
        )
        for i, _, _ in found
    ]  # fmt: skip


def names_shown_to(session: Session, partner_ids: Collection[UUID], company_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the partners that show their name to any of the companies by an interest that still lives."""
    wanted = (
        select(Interest.organization_id)
        .join(Entry, Entry.id == Interest.entry_id)
        .where(
            Interest.organization_id.in_(partner_ids), Entry.organization_id.in_(company_ids),
            Interest.state.in_((LIVE | {InterestState.SIGNED}) - {InterestState.WATCHING}),
            Interest.visibility != Visibility.SUMMARY_ONLY,
        )
    )  # fmt: skip
    return set(session.scalars(wanted))


def my_interests(
    session: Session,
    organization_ids: Collection[UUID],
    *,
    state: InterestState | None = None,
    search: str = "",
    sort: str = "moved",
    number: int = 1,
    size: int = 25,
) -> Page[MyInterest]:
    """Return the interests of a partner's organizations: last moved first, or by entry, stage or end."""
    wanted = _mine().where(Interest.organization_id.in_(organization_ids))
    if state is not None:
        wanted = wanted.where(Interest.state == state)
    for word in plain(search).split()[:10]:
        wanted = wanted.where(
            or_(Entry.sort_name.contains(word, autoescape=True), Entry.sort_company.contains(word, autoescape=True))
        )
    orders: dict[str, tuple[Any, ...]] = {
        "moved": (Interest.moved_at.desc(), Entry.sort_name, Interest.kind),
        "entry": (Entry.sort_name, Interest.kind, Interest.moved_at.desc()),
        "state": (LADDER_ORDER, Entry.sort_name, Interest.kind),
        "expires": (Interest.expires_at, Entry.sort_name, Interest.kind),
    }
    return paginate(session, wanted.order_by(*orders.get(sort, orders["moved"])), MyInterest, number=number, size=size)


def my_interest(session: Session, interest_id: UUID, organization_ids: Collection[UUID]) -> MyInterest:
    """Return one interest of a partner's organizations. Raises NotFound for anybody else's."""
    wanted = _mine().where(Interest.id == interest_id, Interest.organization_id.in_(organization_ids))
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound(NO_INTEREST)
    return MyInterest(*found)


def _mine() -> Select[*tuple[Any, ...]]:
    return select(
        Interest.id, Interest.user_id, Interest.entry_id, Entry.key, Entry.name, Entry.lead_company,
        Entry.shown_since.is_not(None), Entry.organization_id.is_not(None), Interest.kind, Interest.band,
        Interest.currency, Interest.amount_cents, Interest.visibility, Interest.state, Interest.pass_reason,
        Interest.note, Interest.stated_at, Interest.moved_at, Interest.expires_at, Interest.reconfirmed_at,
        Interest.reconfirmed_count, Interest.names_asked_at, Interest.names_answer, Interest.stamp,
        Interest.organization_id, User.name,
    ).join(Entry, Entry.id == Interest.entry_id).join(User, User.id == Interest.user_id)  # fmt: skip


def history(session: Session, interest_id: UUID, *, for_company: bool = False) -> list[Step]:
    """Return the steps of an interest, newest first; ask `my_interest` or `lead` first whether it may be read.

    A company does not learn that, or since when, a partner watched before.
    """
    wanted = select(
        InterestStep.at, InterestStep.side, InterestStep.event, InterestStep.before, InterestStep.after,
        InterestStep.reason,
    ).where(InterestStep.interest_id == interest_id)  # fmt: skip
    if for_company:
        wanted = wanted.where(InterestStep.after != InterestState.WATCHING)
    return [Step(*row) for row in session.execute(wanted.order_by(InterestStep.number.desc()).limit(100))]
