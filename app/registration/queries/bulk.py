"""Decisions about many applications: what was chosen, how each stands now, how each came out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organization, User
from app.core.errors import Refused
from app.core.paging import Page, paginate
from app.registration.desk_models import ApprovalProposal, BulkDecision, BulkItem
from app.registration.models import Registration
from app.registration.queries.desk_list import Desk
from app.registration.queries.money import KIND
from app.registration.queries.moves import last_that_matters
from app.registration.rules.bulk import Candidate
from app.registration.rules.summit import SummitSettings
from app.registration.states import Act, BulkState, Outcome, ProposalState, RegistrationState
from app.screening import rules as screening_rules
from app.screening.models import Case, Hit
from app.screening.queries import current_list

waiting_many: list[Callable[[Session, Sequence[UUID], SummitSettings], dict[UUID, str]]] = []
"""Rooms above say here, for many applications at once, what each waits for; as `services.ready` asks for one."""


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A decision about many applications, with how many came out how."""

    id: UUID
    state: BulkState
    act: Act | None
    particulars: dict[str, Any]
    made_by: UUID
    maker: str
    made_at: datetime
    job_id: UUID | None
    finished_at: datetime | None
    counts: dict[Outcome, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One application of a bulk decision, and how it came out."""

    registration_id: UUID
    number: int
    name: str
    organization: str
    state: RegistrationState
    outcome: Outcome
    words: str


def bulk(session: Session, summit_id: UUID, bulk_id: UUID) -> BulkRow | None:
    """Return a bulk decision, None when there is none."""
    wanted = select(BulkDecision, User.name).join(User, User.id == BulkDecision.made_by)
    found = session.execute(wanted.where(BulkDecision.id == bulk_id, BulkDecision.summit_id == summit_id))
    row = found.one_or_none()
    return None if row is None else _bulk_row(row[0], row[1], _counts(session, [bulk_id]).get(bulk_id, {}))


def bulks_of(session: Session, summit_id: UUID, maker_id: UUID | None, *, number: int) -> Page[BulkRow]:
    """Return the bulk decisions of one reviewer, or of everybody, newest first."""
    wanted: Select[*tuple[Any, ...]] = (
        select(BulkDecision, User.name)
        .join(User, User.id == BulkDecision.made_by)
        .where(BulkDecision.summit_id == summit_id, BulkDecision.decision != "")
        .order_by(BulkDecision.made_at.desc(), BulkDecision.id)
    )
    if maker_id is not None:
        wanted = wanted.where(BulkDecision.made_by == maker_id)
    page = paginate(session, wanted, lambda made, name: (made, name), number=number)
    counts = _counts(session, [made.id for made, _name in page.items])
    rows = [_bulk_row(made, name, counts.get(made.id, {})) for made, name in page.items]
    return Page(rows, page.total, page.number, page.size)


def _counts(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[Outcome, int]]:
    found: dict[UUID, dict[Outcome, int]] = {}
    wanted = select(BulkItem.bulk_id, BulkItem.outcome, func.count()).where(BulkItem.bulk_id.in_(ids))
    for bulk_id, outcome, number in session.execute(wanted.group_by(BulkItem.bulk_id, BulkItem.outcome)):
        found.setdefault(bulk_id, {})[outcome] = number
    return found


def _bulk_row(made: BulkDecision, name: str, counts: dict[Outcome, int]) -> BulkRow:
    return BulkRow(
        made.id, made.state, Act(made.decision) if made.decision else None, made.particulars, made.made_by, name,
        made.made_at, made.job_id, made.finished_at, counts,
    )  # fmt: skip


def items(session: Session, bulk_id: UUID, outcome: Outcome, *, number: int) -> Page[ItemRow]:
    """Return the applications that came out in one way, in their order."""
    wanted = (
        select(
            BulkItem.registration_id, Registration.number, User.name, Organization.name, Registration.state,
            BulkItem.outcome, BulkItem.words,
        )
        .join(Registration, Registration.id == BulkItem.registration_id)
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .where(BulkItem.bulk_id == bulk_id, BulkItem.outcome == outcome)
        .order_by(BulkItem.position)
    )  # fmt: skip
    return paginate(session, wanted, ItemRow, number=number)


def still_undoable(session: Session, bulk_id: UUID, *, now: datetime) -> int:
    """Return how many decisions of a bulk can be undone: their letters have not left."""
    wanted = select(func.count()).select_from(BulkItem).join(Registration, Registration.id == BulkItem.registration_id)
    wanted = wanted.where(BulkItem.bulk_id == bulk_id, BulkItem.outcome == Outcome.DONE, Registration.letter_at > now)
    return session.scalar(wanted) or 0


def candidates(
    session: Session, about: Desk, bulk_id: UUID, *, organizations: frozenset[UUID], max_list_age_days: int | None
) -> list[Candidate]:
    """Return the applications of a bulk decision that have not come out yet, as they stand now, in their order."""
    hit = select(Hit.id).where(Hit.case_id == Case.id).limit(1).correlate(Case).scalar_subquery()
    wanted = (
        select(
            Registration.id, Registration.number, User.name, Organization.name, Registration.organization_id,
            Registration.user_id, Registration.state, Registration.country, Registration.participant_type,
            last_that_matters().label("last_move"), BulkItem.seen_moves, Registration.second_eyes,
            Registration.assignee_id, Registration.letter_at, Case.state.label("case_state"), Case.list_version,
            hit.label("had_hit"), ApprovalProposal.proposed_by,
        )
        .join(BulkItem, BulkItem.registration_id == Registration.id)
        .join(User, User.id == Registration.user_id)
        .join(Organization, Organization.id == Registration.organization_id)
        .outerjoin(Case, (Case.subject_kind == KIND) & (Case.subject_id == Registration.id))
        .outerjoin(
            ApprovalProposal,
            (ApprovalProposal.registration_id == Registration.id) & (ApprovalProposal.state == ProposalState.OPEN),
        )
        .where(BulkItem.bulk_id == bulk_id, BulkItem.outcome == Outcome.WAITING, about.is_within())
        .order_by(BulkItem.position)
    )  # fmt: skip
    judge = _Judge(session, about.now, max_list_age_days)
    rows = session.execute(wanted).all()
    waits: dict[UUID, str] = {}
    for asked in waiting_many:
        waits |= asked(session, [row.id for row in rows], about.summit.settings)
    return [_candidate(row, about, organizations, judge, waits) for row in rows]


class _Judge:
    """Says why screening does not let somebody pass, reading the list once for all."""

    def __init__(self, session: Session, now: datetime, max_age_days: int | None) -> None:
        self.current, self.now, self.max_age_days = current_list(session), now, max_age_days
        self.known: dict[tuple[Any, Any], str] = {}

    def not_clear(self, state: Any, list_version: int | None) -> str:
        if (state, list_version) not in self.known:
            self.known[state, list_version] = self._asked(state, list_version)
        return self.known[state, list_version]

    def _asked(self, state: Any, list_version: int | None) -> str:
        try:
            screening_rules.must_be_clear(
                state, list_version, self.current, now=self.now, max_age_days=self.max_age_days
            )
        except Refused as refused:
            return refused.message
        return ""


def _candidate(
    row: Any, about: Desk, organizations: frozenset[UUID], judge: _Judge, waits: dict[UUID, str]
) -> Candidate:
    return Candidate(
        id=row.id, number=row.number, name=row[2], organization=row[3], organization_id=row.organization_id,
        state=row.state, country=row.country, participant_type=row.participant_type,
        has_moved=row.last_move > row.seen_moves,
        is_own=row.user_id == about.reader_id or row.organization_id in organizations,
        not_clear=judge.not_clear(row.case_state, row.list_version),
        needs_two=row.second_eyes or row.had_hit is not None, proposed_by=row.proposed_by,
        assignee_id=row.assignee_id, letter_waits=row.letter_at is not None and row.letter_at > about.now,
        not_ready=waits.get(row.id, ""),
    )  # fmt: skip
