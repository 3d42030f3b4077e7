"""What is done to screening cases: opened, screened, decided by people, taken up. The only writers of this room."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.core import audit, states
from app.core.errors import InvalidInput, NotFound
from app.notifications import outbox
from app.screening import queries, rules
from app.screening.facts import FoundHit
from app.screening.models import Case, CaseName, CasePerson, CaseStep, Hit
from app.screening.states import CLOSED, TRANSITIONS, CaseEvent, CaseState, NameKind, NameToScreen

OnChange = Callable[[Session, Case, datetime], None]
on_change: dict[str, OnChange] = {}
SCREEN = "screening.screen"
RESCREEN = "screening.rescreen"


def open_case(
    session: Session,
    subject_kind: str,
    subject_id: UUID,
    names: Sequence[NameToScreen],
    *,
    now: datetime,
    about: Sequence[UUID] = (),
) -> Case:
    """Open the case of a subject, or put new names into the one it has, and queue the comparison with the list.

    `about` are the people it concerns: none of them may decide it. The same names again change nothing.
    A closed case reopens when its names change. Raises InvalidInput for names or facts that cannot be compared.
    """
    rules.check_names(names)
    wanted_case = select(Case).where(Case.subject_kind == subject_kind, Case.subject_id == subject_id)
    case = session.scalars(wanted_case.with_for_update()).one_or_none()
    if case is None:
        case = _new_case(session, subject_kind, subject_id, names, now)
    elif names_of(session, case) == list(names):
        _write_people(session, case, about)
        return case
    else:
        _take_new_names(session, case, names, now)
    _write_people(session, case, about)
    _write_names(session, case, names)
    outbox.queue(session, SCREEN, {"case": str(case.id), "revision": case.revision}, now=now)
    return case


def record_screening(
    session: Session,
    case_id: UUID,
    *,
    revision: int,
    list_version: int,
    found: Sequence[Sequence[FoundHit]],
    now: datetime,
) -> None:
    """Keep what comparing the names with a version of the list found, and move the case.

    `found` holds the hits of each name in the names' order. Without hits the system clears an open case and says
    with which version. New hits reopen a cleared case; hits that people judged before do not. Does nothing when the
    names have changed since the comparison began, or when this version was recorded already.
    """
    case = _locked(session, case_id)
    if case.revision != revision or (case.list_version or 0) >= list_version:
        return
    judged = _pairs(session, case)
    hits = _write_hits(session, case, list_version, found)
    case.list_version, case.screened_at = list_version, now
    case.hit_count, case.top_score = len(hits), max((hit.score for hit in hits), default=0)
    is_new = bool({(hit.entry_key, hit.matched_name) for hit in hits} - judged)
    version_words = f"version {list_version} of the list"
    audit.record(
        session,
        "screening.screened",
        ("screening_case", case.id),
        actor_id=None,
        detail={"version": list_version, "hits": len(hits)},
    )
    if case.state is CaseState.CLEARED and is_new:
        _drop_proposal(case)
        _move(session, case, CaseEvent.REOPEN, None, f"New possible hits with {version_words}.", now)
    elif case.state is CaseState.OPEN and not hits:
        _drop_proposal(case)
        _move(session, case, CaseEvent.CLEAR, None, f"No possible hit with {version_words}.", now)
    else:
        if is_new:
            _drop_proposal(case)
        _note(session, case, "screened", None, case.state, f"{_counted(len(hits))} with {version_words}.", now)


def move_case(session: Session, case_id: UUID, event: CaseEvent, *, actor_id: UUID, reason: str, now: datetime) -> None:
    """Take a person's step in a case, or note it as a recommendation when a second person must agree.

    Raises NotFound, InvalidInput without a reason, and whatever `rules.decide` refuses.
    """
    if not reason.strip():
        raise InvalidInput("Say why: every step in a screening case has a reason.")
    case = _locked(session, case_id)
    waiting = None
    if case.proposed_event is not None and case.proposed_by_id is not None:
        waiting = rules.Proposal(case.proposed_event, case.proposed_by_id)
    verdict = rules.decide(
        case.state, event, actor_id=actor_id, about=queries.concerned(session, case.id), proposal=waiting,
        is_screened=case.list_version is not None, hit_count=case.hit_count,
    )  # fmt: skip
    if verdict.is_recommendation:
        case.proposed_event, case.proposed_by_id, case.proposed_at = event, actor_id, now
        _note(session, case, f"recommend_{event}", actor_id, case.state, reason, now)
        audit.record(
            session, "screening.recommended", ("screening_case", case.id), actor_id=actor_id,
            before=case.state, after=event, reason=reason,
        )  # fmt: skip
        return
    _drop_proposal(case)
    _move(session, case, event, actor_id, reason, now)


def assign_case(session: Session, case_id: UUID, *, to: UUID | None, actor_id: UUID) -> None:
    """Give the case to a screener, or to nobody (`to` None). Raises NotFound, OwnCase for one's own case."""
    case = _locked(session, case_id)
    if to is not None and to in queries.concerned(session, case.id):
        raise rules.OwnCase("This case is about you or your application. Another screener must take it.")
    before, case.assigned_to_id = case.assigned_to_id, to
    audit.record(
        session, "screening.assigned", ("screening_case", case.id), actor_id=actor_id,
        before=str(before) if before else None, after=str(to) if to else None,
    )  # fmt: skip


def require_clear(
    session: Session, subject_kind: str, subject_id: UUID, *, now: datetime, max_age_days: int | None
) -> None:
    """Raise Refused, saying what to do, unless the subject is cleared with the newest and a young enough list.

    `max_age_days` None, for demonstrations and rehearsals only, leaves the list's age out.
    """
    case = queries.case_for(session, subject_kind, subject_id)
    rules.must_be_clear(
        case.state if case else None, case.list_version if case else None, queries.current_list(session),
        now=now, max_age_days=max_age_days,
    )  # fmt: skip


def swap_subjects(
    session: Session, first: tuple[str, UUID], second: tuple[str, UUID], *, actor_id: UUID | None
) -> None:
    """Let two subjects exchange their cases, with everything that was found and decided in them.

    For names that were screened before they take effect: their case becomes that of the thing itself.
    """
    wanted = select(Case).where(
        or_(*((Case.subject_kind == kind) & (Case.subject_id == key) for kind, key in (first, second)))
    )
    held = {(case.subject_kind, case.subject_id): case for case in session.scalars(wanted.with_for_update())}
    if len(held) < 2:
        raise NotFound("One of the two has no screening case.")
    held[first].subject_kind = "exchanged"
    session.flush()
    for case, (kind, key) in ((held[second], first), (held[first], second)):
        case.subject_kind, case.subject_id = kind, key
        session.flush()
        audit.record(session, "screening.passed_on", ("screening_case", case.id), actor_id=actor_id, after=kind)


def names_of(session: Session, case: Case) -> list[NameToScreen]:
    """Return the names the case is about now, in their order."""
    wanted = select(CaseName).where(CaseName.case_id == case.id, CaseName.revision == case.revision)
    return [
        NameToScreen(row.name, row.kind, row.country, row.birth_year)
        for row in session.scalars(wanted.order_by(CaseName.position))
    ]


def _new_case(
    session: Session, subject_kind: str, subject_id: UUID, names: Sequence[NameToScreen], now: datetime
) -> Case:
    case = Case(
        subject_kind=subject_kind, subject_id=subject_id, title=names[0].name,
        state=CaseState.OPEN, revision=1, opened_at=now, screened_at=None, list_version=None, hit_count=0, top_score=0,
        assigned_to_id=None, proposed_event=None, proposed_by_id=None, proposed_at=None, decided_at=None,
    )  # fmt: skip
    session.add(case)
    session.flush()
    audit.record(session, "screening.opened", ("screening_case", case.id), actor_id=None, after=case.state)
    return case


def _take_new_names(session: Session, case: Case, names: Sequence[NameToScreen], now: datetime) -> None:
    case.revision += 1
    case.title = names[0].name
    _drop_proposal(case)
    if case.state is CaseState.NEEDS_INFORMATION:
        _move(session, case, CaseEvent.ANSWER, None, "The names or facts were changed.", now)
    elif case.state in CLOSED:
        _move(session, case, CaseEvent.REOPEN, None, "The names or facts were changed.", now)
    case.list_version, case.screened_at, case.hit_count, case.top_score = None, None, 0, 0


def _write_people(session: Session, case: Case, about: Sequence[UUID]) -> None:
    known = queries.concerned(session, case.id)
    session.add_all(
        CasePerson(case_id=case.id, user_id=person) for person in dict.fromkeys(about) if person not in known
    )
    session.flush()


def _write_names(session: Session, case: Case, names: Sequence[NameToScreen]) -> None:
    session.add_all(
        CaseName(
            case_id=case.id, revision=case.revision, position=position, name=wanted.name,
            kind=NameKind(wanted.kind), country=wanted.country, birth_year=wanted.birth_year,
        )
        for position, wanted in enumerate(names)
    )  # fmt: skip
    session.flush()


def _write_hits(session: Session, case: Case, list_version: int, found: Sequence[Sequence[FoundHit]]) -> list[Hit]:
    wanted = select(CaseName.id).where(CaseName.case_id == case.id, CaseName.revision == case.revision)
    names = session.scalars(wanted.order_by(CaseName.position)).all()
    hits = [
        Hit(
            case_id=case.id, name_id=name_id, list_version=list_version, entry_key=hit.match.key,
            list_code=hit.list_code, listed_name=hit.listed_name, matched_name=hit.match.matched_name,
            score=round(hit.match.score), explanation=list(hit.match.explanation),
            agreeing=list(hit.agreeing), disagreeing=list(hit.disagreeing),
        )
        for name_id, of_name in zip(names, found, strict=True)
        for hit in of_name
    ]  # fmt: skip
    session.add_all(hits)
    session.flush()
    return hits


def _counted(hits: int) -> str:
    return "1 possible hit" if hits == 1 else f"{hits} possible hits"


def _pairs(session: Session, case: Case) -> set[tuple[str, str]]:
    """Return the (entry, matched name) pairs that the present names were found to resemble before."""
    wanted = select(Hit.entry_key, Hit.matched_name).join(CaseName, CaseName.id == Hit.name_id)
    wanted = wanted.where(Hit.case_id == case.id, CaseName.revision == case.revision)
    return {(row[0], row[1]) for row in session.execute(wanted)}


def _locked(session: Session, case_id: UUID) -> Case:
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound("There is no such screening case.")
    return case


def _drop_proposal(case: Case) -> None:
    case.proposed_event = case.proposed_by_id = case.proposed_at = None


def _move(session: Session, case: Case, event: CaseEvent, actor_id: UUID | None, reason: str, now: datetime) -> None:
    before, case.state = case.state, states.advance(TRANSITIONS, case.state, event, thing="case")
    case.decided_at = now if case.state in CLOSED else None
    _note(session, case, event, actor_id, before, reason, now)
    audit.record(
        session, f"screening.{case.state}", ("screening_case", case.id), actor_id=actor_id,
        before=before, after=case.state, reason=reason,
    )  # fmt: skip
    session.flush()
    if follow := on_change.get(case.subject_kind):
        follow(session, case, now)


def _note(
    session: Session, case: Case, event: str, actor_id: UUID | None, before: CaseState, reason: str, now: datetime
) -> None:
    last = session.scalar(select(func.max(CaseStep.sequence)).where(CaseStep.case_id == case.id)) or 0
    session.add(
        CaseStep(
            case_id=case.id, sequence=last + 1, at=now, actor_id=actor_id, event=str(event),
            before=before, after=case.state, reason=reason,
        )
    )  # fmt: skip
    session.flush()
