"""A company's hard filters: set, asked before a request goes out, and counted when they turn one away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.queries import OrganizationRow
from app.core import audit
from app.core.db import insert_or_skip
from app.core.errors import NotFound, Refused
from app.core.money import BAND_SCALE, AmountBand
from app.directory.models import Entry
from app.directory.queries import EntryRow
from app.directory.services import EDITORS
from app.interest.models import EntryFilter, FilterCount
from app.interest.queries.filters import filters_of, others_that_fit
from app.interest.rules.filters import Asking, HardFilter, off_filter
from app.interest.states import Off, Via
from app.partners.models import Mandate, Profile
from app.partners.states import MandateState
from app.regulatory.states import Participation

NOT_FOR_YOU = "This programme is not looking for partners of this kind at present."
MOST_COUNTRIES = 60


@dataclass(frozen=True, slots=True)
class More:
    """What another room knows about a partner organization; None is not known."""

    stages: frozenset[str] | None = None
    languages: frozenset[str] | None = None


class OffThesis(Refused):
    """A request that the company's own filter does not let through; it was not sent.

    What was off is for the company's count only, never for the partner.
    """

    code = "off_thesis"

    def __init__(self, entry_id: UUID, off: Off, via: Via, others: Collection[str]) -> None:
        named = f"Others that are: {', '.join(others)}." if others else "What fits us, under My summit, names others."
        super().__init__(f"{NOT_FOR_YOU} {named} Nothing was sent.")
        self.entry_id, self.off, self.via = entry_id, off, via


class FilterChanged(Refused):
    """A colleague saved the filter meanwhile."""

    code = "filter_changed"


def asking_of(
    session: Session, organization: OrganizationRow, *, kinds: Collection[Participation] | None,
    band: AmountBand | None, currency: str = "USD",
) -> Asking:  # fmt: skip
    """Return a request of an organization as filters judge it. None is not known, and never held against anybody."""
    more = more_of(session, [organization.id]).get(organization.id, More())
    return Asking(
        partner_kind=organization.kind, country=organization.country, kinds=None if kinds is None else frozenset(kinds),
        band=band, currency=currency, stages=more.stages, languages=more.languages,
    )  # fmt: skip


def more_of(session: Session, organization_ids: Collection[UUID]) -> dict[UUID, More]:
    """Return what partner organizations said in their profiles and active mandates, by id.

    A mandate without stages takes on any, so its organization is known for none in particular.
    """
    spoken = select(Profile.organization_id, Profile.languages).where(Profile.organization_id.in_(organization_ids))
    languages = {row: frozenset(said) for row, said in session.execute(spoken) if said}
    active = select(Mandate.organization_id, Mandate.stages).where(
        Mandate.organization_id.in_(organization_ids), Mandate.state == MandateState.ACTIVE
    )
    stages: dict[UUID, frozenset[str] | None] = {}
    for organization_id, said in session.execute(active):
        known = stages.get(organization_id, frozenset())
        stages[organization_id] = known | set(said) if said and known is not None else None
    return {one: More(stages.get(one), languages.get(one)) for one in {*stages, *languages}}


def refused_by(session: Session, entry: EntryRow, asking: Asking, via: Via) -> OffThesis | None:
    """Return the refusal that a request to an entry's company meets, None when it may be sent.

    It names up to three other programmes that seek this and let such a request through.
    """
    wanted = filters_of(session, [entry.id]).get(entry.id)
    off = None if wanted is None else off_filter(wanted, asking)
    if off is None:
        return None
    others = [other.name for other in others_that_fit(session, entry, asking)]
    return OffThesis(entry.id, off, via, others)


def require_on_thesis(session: Session, entry: EntryRow, asking: Asking, via: Via) -> None:
    """Raise OffThesis for a request that the company's filter does not let through.

    Whoever opened the transaction counts it in one of its own: `count_refusal`.
    """
    if refusal := refused_by(session, entry, asking, via):
        raise refusal


def count_refusal(session: Session, refusal: OffThesis, *, now: datetime) -> None:
    """Add one to what the filter turned away this week, by what was off; nothing says whose request it was."""
    of = {"entry_id": refusal.entry_id, "week_on": _monday(now.date()), "off": refusal.off, "via": refusal.via}
    added = session.execute(insert_or_skip(session, FilterCount).values(**of, count=1).returning(FilterCount.count))
    if added.first() is None:
        same = (getattr(FilterCount, name) == value for name, value in of.items())
        session.execute(update(FilterCount).where(*same).values(count=FilterCount.count + 1))
    audit.record(
        session, "interest.turned_away", ("directory_entry", refusal.entry_id), actor_id=None,
        detail={"via": refusal.via.value},
    )  # fmt: skip


def set_filter(
    session: Session, entry_id: UUID, wanted: HardFilter, *, actor_id: UUID, expected: int | None = None, now: datetime
) -> None:
    """Say which requests for an entry its company does not want; an open filter lets everything through.

    Raises NotFound for who does not write for the entry's company, FilterChanged when a colleague was faster.
    """
    entry = session.scalars(select(Entry).where(Entry.id == entry_id).with_for_update()).one_or_none()
    members = accounts.members(session, entry.organization_id) if entry and entry.organization_id else []
    if entry is None or entry.organization_id is None or not any(
        member.user_id == actor_id and member.role in EDITORS for member in members
    ):  # fmt: skip
        raise NotFound("There is no such entry of your company.")
    _require_sound(wanted)
    row = session.get(EntryFilter, entry_id)
    current = row.revision if row is not None and row.organization_id == entry.organization_id else 0
    if expected is not None and expected != current:
        raise FilterChanged("A colleague saved this filter while you looked at it. Look at it again, then save.")
    if row is None:
        row = EntryFilter(entry_id=entry_id, revision=0)
        session.add(row)
    row.organization_id, row.revision, row.changed_at = entry.organization_id, current + 1, now
    row.kinds, row.least = sorted(wanted.kinds), {name: band.value for name, band in sorted(wanted.least.items())}
    row.refuses_undisclosed, row.partner_kinds = wanted.refuses_undisclosed, sorted(wanted.partner_kinds)
    row.country_rule, row.countries = wanted.country_rule, sorted(wanted.countries)
    row.stages, row.languages = sorted(wanted.stages), sorted(wanted.languages)
    session.flush()
    audit.record(session, "entry.filter_set", ("directory_entry", entry_id), actor_id=actor_id)


def _require_sound(wanted: HardFilter) -> None:
    if unknown := set(wanted.least) - set(BAND_SCALE):
        raise Refused(f"Choose from the currencies on the page; {', '.join(sorted(unknown))} is none of them.")
    if len(wanted.countries) > MOST_COUNTRIES:
        raise Refused(f"Name at most {MOST_COUNTRIES} countries.")
    if wanted.country_rule.value == "only" and not wanted.countries:
        raise Refused("Name the countries you talk to, or choose that any will do.")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
