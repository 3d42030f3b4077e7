"""Interest in numbers, for organizers: no name, no entry, and no count small enough to guess somebody from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.interest import rules
from app.interest.models import Interest
from app.interest.queries.leads import was_told
from app.interest.rules.amounts import DEFAULT_WEIGHTS, Held
from app.interest.rules.counts import SMALLEST, Folded
from app.interest.states import InterestState, PassReason
from app.regulatory.states import Participation


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts for organizers. `money` is what at least five interests in one currency come to: currency, count, sum."""

    by_state: dict[InterestState, int]
    reconfirmed: int
    kinds: Folded[Participation]
    markets: Folded[str]
    currencies: Folded[str]
    reasons: Folded[PassReason]
    money: list[tuple[str, int, int]]
    weeks: list[tuple[date, int | None]]


def summary(session: Session, *, now: datetime) -> Summary:
    """Return how many interests there are by stage, kind, market and currency, and how many were stated each week."""
    told = Interest.state != InterestState.WATCHING
    states: dict[InterestState, int] = counts_of(session, select(Interest.state, func.count()).group_by(Interest.state))
    kinds: dict[Participation, int] = dict.fromkeys(Participation, 0)
    kinds.update(_counted(session, Interest.kind))
    reasons: dict[PassReason, int] = dict.fromkeys(PassReason, 0)
    reasons.update({key: n for key, n in _counted(session, Interest.pass_reason).items() if key is not None})
    market = (
        select(Organization.country, func.count())
        .join(Interest, Interest.organization_id == Organization.id)
        .where(told)
        .group_by(Organization.country)
    )
    stated = session.scalars(select(Interest.stated_at).where(told, was_told()))
    again = select(func.count()).select_from(Interest).where(told, Interest.reconfirmed_count > 0)
    return Summary(
        by_state={state: states.get(state, 0) for state in InterestState},
        reconfirmed=session.scalar(again) or 0,
        kinds=rules.fold(kinds), markets=rules.fold(counts_of(session, market)),
        currencies=rules.fold(_counted(session, Interest.currency)), reasons=rules.fold(reasons),
        money=_money(session), weeks=rules.per_week(stated, until=now),
    )  # fmt: skip


def _counted(session: Session, column: Any) -> dict[Any, int]:
    wanted = select(column, func.count()).where(Interest.state != InterestState.WATCHING).group_by(column)
    return counts_of(session, wanted)


def _money(session: Session) -> list[tuple[str, int, int]]:
    """Add up the live and signed interests of all programmes by currency, where enough of them disclose an amount."""
    wanted = select(
        Interest.state, Interest.currency, Interest.band, func.count(), func.count(Interest.amount_cents),
        func.coalesce(func.sum(Interest.amount_cents), 0),
    ).group_by(Interest.state, Interest.currency, Interest.band)  # fmt: skip
    held = [Held(state, c, band, n, k, int(cents or 0)) for state, c, band, n, k, cents in session.execute(wanted)]
    sums: dict[str, tuple[int, int]] = {}
    for total in rules.stage_totals(held, DEFAULT_WEIGHTS)[0]:
        count, cents = sums.get(total.currency, (0, 0))
        sums[total.currency] = (count + total.count, cents + total.cents)
    return [(currency, count, cents) for currency, (count, cents) in sorted(sums.items()) if count >= SMALLEST]


def counts_of(session: Session, wanted: Select[*tuple[Any, ...]]) -> dict[Any, int]:
    """Return what a grouped count gives, by its value."""
    return dict(tuple(row) for row in session.execute(wanted))
