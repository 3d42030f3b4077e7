"""Market by participant type: who has a place, who waits, against caps and targets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.registration.models import Registration
from app.registration.queries.summit import SummitView
from app.registration.rules.pools import pools_touched
from app.registration.rules.summit import EVERY
from app.registration.states import HOLDING, UNDECIDED, ParticipantType, PoolKind, RegistrationState

WAITING = UNDECIDED | {RegistrationState.WAITLISTED}


@dataclass(slots=True)
class Cell:
    """Places held (offered to confirmed), those still waiting, and what a decision would add to the held."""

    held: int = 0
    waiting: int = 0
    change: int = 0

    @property
    def after(self) -> int:
        return self.held + self.change

    def add(self, other: "Cell") -> None:
        """Count another cell's people too."""
        self.held += other.held
        self.waiting += other.waiting
        self.change += other.change


@dataclass(frozen=True, slots=True)
class Line:
    """One market, one type or everybody: its cells by type, their sum, the cap and the target that hold for it."""

    key: str
    cells: Mapping[ParticipantType, Cell]
    sum: Cell
    capacity: int | None
    target: int | None

    @property
    def is_over_target(self) -> bool:
        return self.target is not None and self.sum.after > self.target

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.sum.after >= self.capacity


@dataclass(frozen=True, slots=True)
class Balance:
    """The whole table: a line for each market, and what holds for each type and for all."""

    markets: list[Line]
    types: dict[ParticipantType, Line] = field(default_factory=dict)
    total: Line | None = None


Added = Iterable[tuple[str, ParticipantType, int]]


def balance(session: Session, summit: SummitView, *, added: Added = ()) -> Balance:
    """Return who has a place and who waits, by market and type; `added` are the changes a decision would make."""
    counted = session.execute(
        select(Registration.country, Registration.participant_type, Registration.state, func.count())
        .where(Registration.summit_id == summit.id, Registration.state.in_(HOLDING | WAITING))
        .group_by(Registration.country, Registration.participant_type, Registration.state)
    )
    cells: dict[tuple[str, ParticipantType], Cell] = {}
    for country, kind, state, number in counted:
        if country and kind:
            cell = cells.setdefault((country, kind), Cell())
            cell.held += number if state in HOLDING else 0
            cell.waiting += number if state in WAITING else 0
    for country, kind, number in added:
        cells.setdefault((country, kind), Cell()).change += number
    return _table(summit, cells)


def _table(summit: SummitView, cells: Mapping[tuple[str, ParticipantType], Cell]) -> Balance:
    named = {rule.key for rule in summit.settings.pools if rule.kind is PoolKind.MARKET and rule.key != EVERY}
    markets = sorted(named | {country for country, _kind in cells})
    lines = [
        _line(summit, PoolKind.MARKET, market, {kind: cells.get((market, kind), Cell()) for kind in ParticipantType})
        for market in markets
    ]
    types = {
        kind: _line(summit, PoolKind.TYPE, kind, {kind: _sum(cell for (_m, k), cell in cells.items() if k is kind)})
        for kind in ParticipantType
    }
    everybody = {kind: line.sum for kind, line in types.items()}
    return Balance(lines, types, _line(summit, PoolKind.TOTAL, "", everybody))


def _line(summit: SummitView, kind: PoolKind, key: str, cells: Mapping[ParticipantType, Cell]) -> Line:
    touched = pools_touched(
        summit.settings.pools, key if kind is PoolKind.MARKET else "", key if kind is PoolKind.TYPE else "", ""
    )
    rule = next((rule for rule in touched if rule.kind is kind and rule.key == key), None)
    return Line(key, cells, _sum(cells.values()), rule.capacity if rule else None, rule.target if rule else None)


def _sum(cells: Iterable[Cell]) -> Cell:
    whole = Cell()
    for cell in cells:
        whole.add(cell)
    return whole


def changes_of(session: Session, ids: Iterable[UUID]) -> list[tuple[str, ParticipantType, bool]]:
    """Return market, type and whether a place is held, of each of these applications."""
    wanted = select(Registration.country, Registration.participant_type, Registration.state)
    found = session.execute(wanted.where(Registration.id.in_(list(ids))))
    return [(row[0], row[1], row[2] in HOLDING) for row in found if row[0] and row[1]]
