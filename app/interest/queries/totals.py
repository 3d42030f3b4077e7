"""What pipelines add up to, why interests ended, and how soon sides answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from app.directory.models import Entry
from app.interest import rules
from app.interest.models import Interest, InterestStep, StageWeight
from app.interest.queries.leads import leads_of, was_told
from app.interest.queries.pipeline import Wanted, narrowed
from app.interest.rules.amounts import DEFAULT_WEIGHTS, Held, StageTotal
from app.interest.states import InterestEvent, InterestState, NamesAnswer, PassReason, Side

Ending = aliased(InterestStep)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a pipeline comes to: counts by stage, money by stage and currency, and what is not disclosed."""

    counts: dict[InterestState, int]
    money: list[StageTotal]
    undisclosed: dict[InterestState, int]
    reconfirmed: dict[InterestState, int]
    weights: dict[InterestState, int]

    @property
    def currencies(self) -> list[tuple[str, int, int, int]]:
        """Currency, number of interests, sum and weighted sum over all stages, by currency."""
        found: dict[str, tuple[int, int, int]] = {}
        for total in self.money:
            count, cents, weighted = found.get(total.currency, (0, 0, 0))
            sums = (count + total.count, cents + total.cents, weighted + total.weighted_cents)
            found[total.currency] = sums
        return [(currency, *found[currency]) for currency in sorted(found)]


@dataclass(frozen=True, slots=True)
class Answers:
    """How requests were answered: how many there were, how many got an answer, after how many days at the median."""

    asked: int
    answered: int
    days: float | None

    @property
    def percent(self) -> int:
        return round(100 * self.answered / self.asked) if self.asked else 0

    @property
    def pace(self) -> str:
        """Say how soon the answers came, to be put after how many there were; empty when there were none."""
        if self.days is None:
            return ""
        if self.days < 1:
            return ", half of them within a day"
        return f", half of them within {self.days:g} day{'' if self.days == 1 else 's'}"


def weights_of(session: Session, company_ids: Collection[UUID]) -> dict[InterestState, int]:
    """Return how much each stage counts for a company, in percent; of several companies the first that says so."""
    wanted = select(StageWeight.state, StageWeight.percent).where(StageWeight.organization_id.in_(company_ids))
    own: dict[InterestState, int] = {}
    for state, percent in session.execute(wanted.order_by(StageWeight.organization_id)):
        own.setdefault(state, percent)
    return {**DEFAULT_WEIGHTS, **own}


def totals(session: Session, company_ids: Collection[UUID], wanted: Wanted | None = None, *, today: date) -> Totals:
    """Return what the leads of companies come to, watchers included as a number."""
    wanted = wanted or Wanted()
    exact = func.count(Interest.amount_cents)
    chosen = narrowed(leads_of(company_ids), wanted, today).with_only_columns(
        Interest.state, Interest.currency, Interest.band, func.count(), exact,
        func.coalesce(func.sum(Interest.amount_cents), 0),
        func.count().filter(Interest.reconfirmed_count > 0),
    )  # fmt: skip
    rows = session.execute(chosen.group_by(Interest.state, Interest.currency, Interest.band)).all()
    weights = weights_of(session, company_ids)
    held = [Held(state, currency, band, n, k, int(cents or 0)) for state, currency, band, n, k, cents, _ in rows]
    money, undisclosed = rules.stage_totals(held, weights)
    counts, again = dict.fromkeys(InterestState, 0), dict.fromkeys(InterestState, 0)
    for state, _currency, _band, count, _exact, _cents, confirmed in rows:
        counts[state] += count
        again[state] += confirmed
    counts[InterestState.WATCHING] = _watchers(session, company_ids, wanted.entry_key)
    return Totals(counts, money, undisclosed, again, weights)


def stage_totals(session: Session, company_ids: Collection[UUID], *, entry_key: str = "") -> dict[InterestState, int]:
    """Return how many interests in a company's entries stand at each stage, present watchers included as a number."""
    return totals(session, company_ids, Wanted(entry_key=entry_key), today=date.min).counts


def _watchers(session: Session, company_ids: Collection[UUID], entry_key: str) -> int:
    wanted = select(func.count()).select_from(Interest).join(Entry, Entry.id == Interest.entry_id)
    wanted = wanted.where(Entry.organization_id.in_(company_ids), Interest.state == InterestState.WATCHING)
    return session.scalar(wanted.where(Entry.key == entry_key) if entry_key else wanted) or 0


def pass_reasons(session: Session, company_ids: Collection[UUID]) -> dict[PassReason, dict[Side, int]]:
    """Return why interests in a company's entries ended, and how often on whose side."""
    wanted = (
        select(Interest.pass_reason, Ending.side, func.count())
        .join(Entry, Entry.id == Interest.entry_id)
        .join(Ending, and_(Ending.interest_id == Interest.id, Ending.event == InterestEvent.PASS))
        .where(Entry.organization_id.in_(company_ids), Interest.pass_reason.is_not(None), was_told())
        .group_by(Interest.pass_reason, Ending.side)
    )
    return _by_reason(session.execute(wanted).all())


def my_pass_reasons(session: Session, organization_ids: Collection[UUID]) -> dict[PassReason, dict[Side, int]]:
    """Return why a partner's interests ended, and how often on whose side."""
    wanted = (
        select(Interest.pass_reason, Ending.side, func.count())
        .join(Ending, and_(Ending.interest_id == Interest.id, Ending.event == InterestEvent.PASS))
        .where(Interest.organization_id.in_(organization_ids), Interest.pass_reason.is_not(None))
        .group_by(Interest.pass_reason, Ending.side)
    )
    return _by_reason(session.execute(wanted).all())


def _by_reason(rows: Collection[tuple[PassReason | None, Side, int]]) -> dict[PassReason, dict[Side, int]]:
    found: dict[PassReason, dict[Side, int]] = {}
    for reason, side, count in rows:
        if reason is not None:
            found.setdefault(reason, {})[side] = count
    return found


def names_answers(session: Session, company_ids: Collection[UUID]) -> Answers:
    """Return how partners answered a company that asked for names."""
    wanted = leads_of(company_ids).with_only_columns(
        Interest.names_asked_at, Interest.names_answered_at, Interest.names_answer
    )
    rows = session.execute(wanted.where(Interest.names_asked_at.is_not(None))).all()
    waits = [done - asked for asked, done, _ in rows if asked and done]
    return Answers(len(rows), sum(answer in list(NamesAnswer) for *_, answer in rows), rules.median_days(waits))


def company_answers(session: Session, company_ids: Collection[UUID]) -> Answers:
    """Return how a company answers stated interest: its first own step, or its question for names, is the answer."""
    answer = aliased(InterestStep)
    answered = (
        select(answer.interest_id, func.min(answer.at).label("at"))
        .where(answer.side == Side.COMPANY)
        .group_by(answer.interest_id)
        .subquery()
    )
    wanted = (
        select(Interest.stated_at, answered.c.at)
        .join(Entry, Entry.id == Interest.entry_id)
        .outerjoin(answered, answered.c.interest_id == Interest.id)
        .where(Entry.organization_id.in_(company_ids), was_told())
    )
    rows = session.execute(wanted).all()
    waits: list[timedelta] = [at - stated for stated, at in rows if at is not None]
    return Answers(len(rows), len(waits), rules.median_days(waits))
