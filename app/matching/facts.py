"""Everything a match run rests on, read once: who meets, what both sides said, interest, policy."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.states import OrganizationKind
from app.core import clock
from app.core.money import AmountBand
from app.directory import queries as directory
from app.directory.models import Entry
from app.directory.queries import EntryRow
from app.directory.queries.rows import row_of
from app.interest.models import Interest
from app.interest.queries import filters_of
from app.interest.rules import Asking, HardFilter, off_filter
from app.interest.services import More, more_of
from app.interest.states import LIVE, InterestState, Visibility
from app.matching import rules
from app.matching.models import MatchBlock, MatchRuling, MatchWish
from app.matching.rules import Friction, Partner, Programme, Standing
from app.matching.states import Bar, BlockKind, Ruling, Side, Wish
from app.partners import queries as partners_of
from app.partners.rules import Apart
from app.registration import queries as registration
from app.registration.queries import ParticipantRow
from app.registration.states import ParticipantType
from app.regulatory import queries as regulatory
from app.regulatory import rules as policy
from app.regulatory.facts import CountryRow
from app.regulatory.states import Outcome

INTEREST_ORDER = {state: place for place, state in enumerate(InterestState)}
Key = tuple[UUID, UUID]


@dataclass(frozen=True)
class Facts:
    """Partners and programmes in a fixed order, and all that was said and is known about their pairs."""

    partners: list[ParticipantRow]
    programmes: list[EntryRow]
    bands: dict[UUID, AmountBand | None]
    wishes: dict[tuple[Side, UUID, UUID], Wish]
    blocked: set[Key]
    rulings: dict[Key, Ruling]
    interests: dict[Key, dict[Side, InterestState]]
    countries: dict[str, CountryRow]
    rulebook: policy.Rulebook
    on: date
    apart: Apart = field(default_factory=Apart)
    blocks: dict[tuple[Side, UUID, UUID], BlockKind] = field(default_factory=dict)
    filters: dict[UUID, HardFilter] = field(default_factory=dict)
    partner_kinds: dict[UUID, OrganizationKind] = field(default_factory=dict)
    more: dict[UUID, More] = field(default_factory=dict)
    _frictions: dict[tuple[str, tuple[str, ...]], Friction | None] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Tell whether both sides meet at all."""
        return bool(self.partners and self.programmes)

    def friction(self, country: str, topic_keys: Iterable[str]) -> Friction | None:
        """Return what policy asks of a partner of `country` for an entry with those topics; None if not known."""
        key = (country, tuple(topic_keys))
        if key not in self._frictions:
            known = self.countries.get(country)
            self._frictions[key] = None if known is None else _friction(known, self.rulebook, key[1], self.on)
        return self._frictions[key]

    def standing(self, partner: ParticipantRow, entry: EntryRow) -> Standing:
        """Return what decides whether the pair may meet at all."""
        pair = (partner.registration_id, entry.id)
        return Standing(
            partner_wish=self.wishes.get((Side.PARTNER, *pair)),
            company_wish=self.wishes.get((Side.COMPANY, *pair)),
            is_blocked=pair in self.blocked or self.apart.keeps(partner.organization_id, entry.organization_id),
            is_left_out=self.rulings.get(pair) is Ruling.LEAVE_OUT,
            is_own_company=partner.organization_id == entry.organization_id,
            friction=self.friction(partner.country, entry.topic_keys),
            is_off_filter=self.is_off_filter(partner, entry),
        )

    def asking(self, partner: ParticipantRow) -> Asking:
        """Return what a partner would ask any programme for, as hard filters judge it."""
        more = self.more.get(partner.organization_id, More())
        return Asking(
            partner_kind=self.partner_kinds.get(partner.organization_id, OrganizationKind.OTHER),
            country=partner.country, kinds=frozenset(partner.seeks) or None, band=partner.band, stages=more.stages,
            languages=more.languages,
        )  # fmt: skip

    def is_off_filter(self, partner: ParticipantRow, entry: EntryRow) -> bool:
        """Tell whether the company's filter keeps such partners off; who talks with it already is past the filter."""
        wanted = self.filters.get(entry.id)
        if wanted is None or off_filter(wanted, self.asking(partner)) is None:
            return False
        stated = self.interests.get((partner.organization_id, entry.id), {}).get(Side.PARTNER)
        return stated in (None, InterestState.WATCHING)

    def bar(self, partner: ParticipantRow, entry: EntryRow) -> Bar | None:
        """Return what keeps the pair apart, None when nothing does."""
        return rules.bar(self.standing(partner, entry))

    def fit(self, side: Side, partner: ParticipantRow, entry: EntryRow) -> rules.Fit:
        """Return how well the meeting suits `side`. The pair must not be barred."""
        interest = self.interests.get((partner.organization_id, entry.id), {}).get(side)
        pair = rules.Pair(
            partner=Partner(partner.offers, partner.seeks, partner.band),
            programme=Programme(entry.openings, entry.participations, self.bands.get(entry.id)),
            wish=self.wishes.get((side, partner.registration_id, entry.id)),
            interest=interest,
            friction=self.friction(partner.country, entry.topic_keys),
            is_known=self._is_known(side, partner.organization_id, entry.organization_id),
        )
        return rules.fit(side, pair)

    def _is_known(self, side: Side, partner_id: UUID, company_id: UUID | None) -> bool:
        """Tell whether `side` itself said that it knows the other; the other side's word counts for that one only."""
        pair = (partner_id, company_id) if side is Side.PARTNER else (company_id, partner_id)
        return self.apart.knows(*pair)


def meets_as_partner(row: ParticipantRow) -> bool:
    """Tell whether a confirmed participant meets as a partner: foreign partners and foreign governments do."""
    is_foreign_government = row.participant_type is ParticipantType.GOVERNMENT and row.country != "US"
    return row.participant_type is ParticipantType.PARTNER or is_foreign_government


def read_facts(session: Session, summit_id: UUID) -> Facts:
    """Read the whole round."""
    partners = [row for row in registration.confirmed(session, summit_id) if meets_as_partner(row)]
    return _facts(session, summit_id, partners, directory.meeting_entries(session, summit_id))


def read_pair(session: Session, summit_id: UUID, registration_id: UUID, entry_id: UUID) -> Facts:
    """Read what concerns one pair; a side that does not meet is left out."""
    partner = registration.participant(session, summit_id, registration_id)
    found = session.get(Entry, entry_id)
    entry = row_of(found) if found is not None else None
    bands = {found.id: found.sought_band} if found is not None else {}
    partners = [partner] if partner is not None and meets_as_partner(partner) else []
    meets = entry is not None and entry.is_shown and entry.organization_id is not None and not entry.openings_inferred
    return _facts(session, summit_id, partners, [entry] if entry is not None and meets else [], bands)


def _facts(
    session: Session, summit_id: UUID, partners: list[ParticipantRow], programmes: list[EntryRow],
    bands: dict[UUID, AmountBand | None] | None = None,
) -> Facts:  # fmt: skip
    """Read what is known of these partners and programmes; `bands` are the amounts sought, where they are read."""
    entry_ids = [row.id for row in programmes]
    if bands is None:
        bands = dict(session.execute(select(Entry.id, Entry.sought_band).where(Entry.id.in_(entry_ids))).all())
    one = partners[0].registration_id if len(partners) == 1 else None
    filters, houses = filters_of(session, entry_ids), {row.organization_id for row in partners}
    wished = select(MatchWish.side, MatchWish.registration_id, MatchWish.entry_id, MatchWish.wish)
    blocked = select(MatchBlock.side, MatchBlock.registration_id, MatchBlock.entry_id, MatchBlock.kind)
    ruled = select(MatchRuling.registration_id, MatchRuling.entry_id, MatchRuling.ruling)
    if one is not None:
        wished = wished.where(MatchWish.registration_id == one)
        blocked = blocked.where(MatchBlock.registration_id == one)
        ruled = ruled.where(MatchRuling.registration_id == one)
    wishes = session.execute(wished.where(MatchWish.summit_id == summit_id))
    blocks = {(s, r, e): kind for s, r, e, kind in session.execute(blocked.where(MatchBlock.summit_id == summit_id))}
    return Facts(
        partners=partners,
        programmes=programmes,
        bands=bands,
        wishes={(side, r, e): wish for side, r, e, wish in wishes},
        blocked={(r, e) for _, r, e in blocks},
        blocks=blocks,
        rulings={(r, e): x for r, e, x in session.execute(ruled.where(MatchRuling.summit_id == summit_id))},
        interests=_interests(session, {row.organization_id for row in partners}, entry_ids),
        countries={row.iso2: row for row in regulatory.countries(session)},
        rulebook=regulatory.rulebook(session),
        on=clock.now().date(),
        apart=partners_of.apart(
            session, {*(row.organization_id for row in partners), *(row.organization_id for row in programmes)}
        ),
        filters=filters,
        partner_kinds={row.id: row.kind for row in accounts.organizations(session, houses).values()} if filters else {},
        more=more_of(session, houses) if filters else {},
    )


def _interests(
    session: Session, organization_ids: set[UUID], entry_ids: list[UUID]
) -> dict[Key, dict[Side, InterestState]]:
    """Return the furthest live interest of each organization in each entry, as each side may know it."""
    wanted = select(Interest.organization_id, Interest.entry_id, Interest.state, Interest.visibility).where(
        Interest.state.in_(LIVE | {InterestState.SIGNED}),
        Interest.entry_id.in_(entry_ids),
        Interest.organization_id.in_(organization_ids),
    )
    found: dict[Key, dict[Side, InterestState]] = {}
    for organization_id, entry_id, state, visibility in session.execute(wanted):
        known = found.setdefault((organization_id, entry_id), {})
        is_shown = visibility is not Visibility.SUMMARY_ONLY and state is not InterestState.WATCHING
        for side in (Side.PARTNER, Side.COMPANY) if is_shown else (Side.PARTNER,):
            known[side] = max(known.get(side, state), state, key=INTEREST_ORDER.__getitem__)
    return found


def _friction(country: CountryRow, book: policy.Rulebook, topic_keys: tuple[str, ...], on: date) -> Friction:
    steps = policy.steps(book, country, topic_keys, None, on=on)
    asking = [step for step in steps if step.outcome not in NO_WAIT]
    days = [step.lead_days_max for step in asking if step.lead_days_max is not None]
    return Friction(len(asking), max(days, default=None), any(step.hard_stop for step in steps))


NO_WAIT = frozenset({Outcome.CLEAR})
