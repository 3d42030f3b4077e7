"""Interest as the company of an entry reads it: each partner only as far as the partner lets be known."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organization, User
from app.accounts.states import KIND_LABELS, OrganizationKind
from app.core.errors import NotFound
from app.core.money import AmountBand, Money, band_words
from app.directory.models import Entry
from app.interest.models import Interest, InterestLead, InterestStep
from app.interest.rules import ASK_AGAIN, Partner, disclosed
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

NO_INTEREST = "There is no such interest. Go back to the list."
ENDED_QUIETLY = frozenset({InterestState.PASSED, InterestState.LAPSED})
LADDER_ORDER = case({state.value: place for place, state in enumerate(InterestState)}, value=Interest.state)
Owner = aliased(User)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """What the company keeps for itself about a lead; nobody else reads it. `revision` 0: nothing was saved yet."""

    next_step: str
    next_on: date | None
    owner_id: UUID | None
    owner_name: str
    rating: int | None
    notes: str
    revision: int

    def is_overdue(self, today: date) -> bool:
        return self.next_on is not None and self.next_on < today


@dataclass(frozen=True, slots=True)
class Lead:
    """An interest as the entry's company sees it: `partner` holds only what the partner lets be known."""

    id: UUID
    entry_id: UUID
    entry_key: str
    entry_name: str
    partner: Partner
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
    names_answered_at: datetime | None
    stamp: UUID
    work: OwnWork

    @property
    def steps(self) -> list[InterestEvent]:
        return steps_for(self.state, Side.COMPANY)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def amount(self) -> str:
        return amount_words(self.band, self.currency, self.amount_cents)

    @property
    def who(self) -> str:
        """The partner's name where it is shown, else what may be said of it."""
        return self.partner.organization_name or f"{self.partner.kind}, name kept back"

    def may_ask_names(self, now: datetime) -> bool:
        """Tell whether the company can ask for names now."""
        last = self.names_answered_at or self.names_asked_at
        waited = last is None or now >= last + ASK_AGAIN
        return self.is_live and self.visibility is Visibility.SUMMARY_ONLY and waited


def amount_words(band: AmountBand, currency: str, amount_cents: int | None) -> str:
    """Return the exact amount where there is one, else the band in words."""
    return band_words(band, currency) if amount_cents is None else str(Money(amount_cents, currency))


def lead(session: Session, interest_id: UUID, company_ids: Collection[UUID]) -> Lead:
    """Return one interest in a company's entries. Raises NotFound for any other, and for who only watches."""
    found = session.execute(leads_of(company_ids).where(Interest.id == interest_id)).one_or_none()
    if found is None:
        raise NotFound(NO_INTEREST)
    return as_lead(*found)


def seen_by_company(session: Session, interest_id: UUID) -> Lead | None:
    """Return exactly what an interest's company sees of it, None when it sees nothing: for the partner's own eyes.

    What the company keeps for itself is left out; ask `my_interest` first whether the interest is theirs.
    """
    wanted = _shown().where(Interest.id == interest_id, was_told())
    found = session.execute(wanted).one_or_none()
    return None if found is None else as_lead(*found, *NOTHING_OWN)


def was_told() -> ColumnElement[bool]:
    """Return the condition that the company ever learned of an interest: who watched and went away was never told."""
    quiet = ENDED_QUIETLY | {InterestState.WATCHING}
    mine = InterestStep.interest_id == Interest.id
    watched = select(InterestStep.id).where(mine, InterestStep.before == InterestState.WATCHING).exists()
    stated = select(InterestStep.id).where(mine, InterestStep.after.not_in(quiet)).exists()
    return or_(Interest.state.not_in(quiet), and_(Interest.state.in_(ENDED_QUIETLY), or_(~watched, stated)))


SHOWN = (
    Interest.id, Interest.entry_id, Entry.key, Entry.name, Organization.country,
    Organization.kind.label("organization_kind"), Organization.name.label("organization_name"),
    User.name.label("person_name"), User.email, Interest.kind, Interest.band, Interest.currency, Interest.amount_cents,
    Interest.visibility, Interest.state, Interest.pass_reason, Interest.note, Interest.stated_at, Interest.moved_at,
    Interest.expires_at, Interest.reconfirmed_at, Interest.reconfirmed_count, Interest.names_asked_at,
    Interest.names_answer, Interest.names_answered_at, Interest.stamp,
)  # fmt: skip
OWN = (
    InterestLead.next_step, InterestLead.next_on, InterestLead.owner_id, Owner.name.label("owner_name"),
    InterestLead.rating, InterestLead.notes, InterestLead.revision,
)  # fmt: skip
NOTHING_OWN = (None,) * len(OWN)


def _shown(*more: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*SHOWN, *more)
        .join(Entry, Entry.id == Interest.entry_id)
        .join(Organization, Organization.id == Interest.organization_id)
        .join(User, User.id == Interest.user_id)
    )


def leads_of(company_ids: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    """Return the select of all leads of companies, with what each company keeps for itself."""
    own = and_(InterestLead.interest_id == Interest.id, InterestLead.organization_id == Entry.organization_id)
    wanted = _shown(*OWN).outerjoin(InterestLead, own).outerjoin(Owner, Owner.id == InterestLead.owner_id)
    return wanted.where(Entry.organization_id.in_(company_ids), was_told())


def as_lead(
    interest_id: UUID, entry_id: UUID, key: str, entry_name: str, country: str, organization_kind: OrganizationKind,
    organization_name: str, person_name: str, email: str, *rest: Any,
) -> Lead:  # fmt: skip
    """Make a lead of a row of `leads_of`; who the partner is goes no further than the partner wants."""
    *shown, next_step, next_on, owner_id, owner_name, rating, notes, revision = rest
    names = [one.name for one in fields(Lead)][5:-1]
    values = dict(zip(names, shown, strict=True))
    whole = Partner(country, KIND_LABELS[organization_kind], organization_name, person_name, email)
    work = OwnWork(next_step or "", next_on, owner_id, owner_name or "", rating, notes or "", revision or 0)
    partner = disclosed(whole, values["visibility"])
    return Lead(interest_id, entry_id, key, entry_name, partner, **values, work=work)
