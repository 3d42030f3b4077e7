"""Finding records that may be there twice: of one person or organization at once, of all of them every night.

Records are compared only when they share a key, and a key that very many share finds nobody: so the work grows with
the number of records, not with its square. What a person dismissed stays dismissed until a fact of either changes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.orm import Session

from app.accounts import likeness
from app.accounts.known import organization_facts, people_facts
from app.accounts.likeness import Likeness, OrganizationFacts, PersonFacts, facts_digest
from app.accounts.models import DuplicatePair, LikenessKey
from app.accounts.states import PAIR_TRANSITIONS, PairEvent, PairState, RecordKind
from app.core import audit, ids
from app.core.db import insert_or_skip
from app.core.errors import InvalidInput, NotFound, Refused
from app.core.states import advance
from app.notifications import outbox

FIND, FIND_ALL = "accounts.find_duplicates", "accounts.find_all_duplicates"
MOST_SHARING = 60
"""How many records may share a key before it says nothing about them."""
BATCH = 500
Facts = PersonFacts | OrganizationFacts


@dataclass(frozen=True, slots=True)
class _Kind:
    facts: Callable[..., Mapping[UUID, Any]]
    keys: Callable[[Any], set[str]]
    judge: Callable[[Any, Any], Likeness | None]


KINDS = {
    RecordKind.PERSON: _Kind(people_facts, likeness.person_keys, likeness.judge_people),
    RecordKind.ORGANIZATION: _Kind(organization_facts, likeness.organization_keys, likeness.judge_organizations),
}
Found = dict[tuple[UUID, UUID], tuple[Likeness, str]]


def look_at(session: Session, kind: RecordKind, subject_id: UUID, *, now: datetime) -> None:
    """Queue the search for another record of this person or organization; call it when a record came or changed."""
    outbox.queue(session, FIND, {"kind": kind, "id": str(subject_id)}, now=now)


def find_for(session: Session, kind: RecordKind, subject_id: UUID, *, now: datetime) -> int:
    """Compare one record with those that share a key with it, keep the pairs, return how many look alike."""
    of = KINDS[kind]
    mine = of.facts(session, [subject_id]).get(subject_id)
    if mine is None:
        return 0
    keys = of.keys(mine)
    _keep_keys(session, kind, {subject_id: keys}, only=subject_id)
    others = of.facts(session, sharing(session, kind, keys) - {subject_id})
    found = _judged(of, [(mine, other) for other in others.values()])
    _keep_pairs(session, kind, found, about=subject_id, now=now)
    return len(found)


def sharing(session: Session, kind: RecordKind, keys: set[str]) -> set[UUID]:
    """Return the records that have one of the keys, leaving out keys that too many share."""
    wanted = select(LikenessKey.key, LikenessKey.subject_id)
    wanted = wanted.where(LikenessKey.kind == kind, LikenessKey.key.in_(keys)).limit(40 * MOST_SHARING)
    by_key: dict[str, list[UUID]] = defaultdict(list)
    for key, other in session.execute(wanted):
        by_key[key].append(other)
    return {other for others in by_key.values() if len(others) <= MOST_SHARING for other in others}


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing every record of a kind brought: the keys of each, and the pairs that look alike."""

    kind: RecordKind
    keys: dict[UUID, set[str]]
    found: Found


def compare_all(session: Session, kind: RecordKind) -> Compared:
    """Compare every record of a kind with those that share a key. Writes nothing."""
    of = KINDS[kind]
    facts = of.facts(session)
    keys = {subject_id: of.keys(known) for subject_id, known in facts.items()}
    by_key: dict[str, list[UUID]] = defaultdict(list)
    for subject_id in sorted(keys):
        for key in keys[subject_id]:
            by_key[key].append(subject_id)
    blocks = (block for block in by_key.values() if 1 < len(block) <= MOST_SHARING)
    pairs = {pair for block in blocks for pair in combinations(block, 2)}
    return Compared(kind, keys, _judged(of, [(facts[one], facts[other]) for one, other in sorted(pairs)]))


def keep_compared(session: Session, compared: Compared, *, now: datetime) -> None:
    """Write down what comparing every record brought."""
    _keep_keys(session, compared.kind, compared.keys, only=None)
    _keep_pairs(session, compared.kind, compared.found, about=None, now=now)


def _judged(of: _Kind, pairs: Iterable[tuple[Facts, Facts]]) -> Found:
    found: Found = {}
    for one, other in pairs:
        if (judged := of.judge(one, other)) is not None:
            found[_in_order(one.id, other.id)] = (judged, facts_digest(one, other))
    return found


def _in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


def _keep_keys(session: Session, kind: RecordKind, wanted: Mapping[UUID, set[str]], *, only: UUID | None) -> None:
    """Write the keys that are new and remove those that no longer hold."""
    kept = select(LikenessKey.subject_id, LikenessKey.key).where(LikenessKey.kind == kind)
    if only is not None:
        kept = kept.where(LikenessKey.subject_id == only)
    before = {(row.subject_id, row.key) for row in session.execute(kept)}
    after = {(subject_id, key) for subject_id, keys in wanted.items() for key in keys}
    for batch in _batches(sorted(before - after)):
        same = tuple_(LikenessKey.subject_id, LikenessKey.key).in_(batch)
        session.execute(delete(LikenessKey).where(LikenessKey.kind == kind, same))
    for batch in _batches(sorted(after - before)):
        rows = [{"kind": kind, "key": key, "subject_id": subject_id} for subject_id, key in batch]
        session.execute(insert_or_skip(session, LikenessKey), rows)


def _batches(items: list[Any]) -> Iterable[list[Any]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _keep_pairs(session: Session, kind: RecordKind, found: Found, *, about: UUID | None, now: datetime) -> None:
    """Add what is new, renew what is known, and dissolve what no longer looks alike."""
    known = select(DuplicatePair).where(DuplicatePair.kind == kind, DuplicatePair.state != PairState.MERGED)
    if about is not None:
        known = known.where(or_(DuplicatePair.first_id == about, DuplicatePair.second_id == about))
    seen = set()
    for pair in session.scalars(known.order_by(DuplicatePair.id).with_for_update()):
        seen.add((pair.first_id, pair.second_id))
        _renew(pair, found.get((pair.first_id, pair.second_id)), now)
    new = [_row(kind, pair, *found[pair], now) for pair in sorted(found) if pair not in seen]
    for batch in _batches(new):
        session.execute(insert_or_skip(session, DuplicatePair), batch)
    session.flush()


def _row(kind: RecordKind, pair: tuple[UUID, UUID], judged: Likeness, digest: str, now: datetime) -> dict[str, Any]:
    return {
        "id": ids.new_id(), "kind": kind, "first_id": pair[0], "second_id": pair[1], "score": judged.score,
        "reasons": list(judged.reasons), "facts_digest": digest, "state": PairState.OPEN, "found_at": now,
        "decision_reason": "",
    }  # fmt: skip


def _renew(pair: DuplicatePair, found: tuple[Likeness, str] | None, now: datetime) -> None:
    if found is None:
        if (pair.state, PairEvent.DISSOLVE) in PAIR_TRANSITIONS:
            pair.state = advance(PAIR_TRANSITIONS, pair.state, PairEvent.DISSOLVE, thing="pair")
        return
    judged, digest = found
    changed = digest != pair.facts_digest or pair.state is PairState.DISSOLVED
    pair.score, pair.reasons, pair.facts_digest = judged.score, list(judged.reasons), digest
    if changed and (pair.state, PairEvent.FIND) in PAIR_TRANSITIONS:
        pair.state, pair.found_at = advance(PAIR_TRANSITIONS, pair.state, PairEvent.FIND, thing="pair"), now
        pair.decided_at, pair.decided_by_id, pair.decision_reason = None, None, ""


def dismiss(session: Session, pair_id: UUID, *, reason: str, actor_id: UUID, now: datetime) -> None:
    """Note that two records are not one, and why; the pair comes back only when a fact of either changes."""
    if not reason.strip():
        raise InvalidInput("Say in a few words why they are not the same: the reason goes on the record.")
    pair = session.get(DuplicatePair, pair_id, with_for_update=True)
    if pair is None:
        raise NotFound("That pair does not exist.")
    if actor_id in (pair.first_id, pair.second_id):
        raise Refused("One of these records is your own. Somebody else must decide.")
    before = pair.state
    pair.state = advance(PAIR_TRANSITIONS, before, PairEvent.DISMISS, thing="pair")
    pair.decided_at, pair.decided_by_id, pair.decision_reason = now, actor_id, reason.strip()
    audit.record(
        session, "duplicate.dismissed", ("duplicate", pair.id), actor_id=actor_id, before=before, after=pair.state,
        reason=reason.strip(), detail={"first": str(pair.first_id), "second": str(pair.second_id)},
    )  # fmt: skip


def resembling(session: Session, *, name: str, country: str, website: str) -> list[OrganizationFacts]:
    """Return at most five organizations that one about to be entered resembles, most alike first."""
    new = OrganizationFacts(UUID(int=0), name, country, website)
    others = organization_facts(session, sharing(session, RecordKind.ORGANIZATION, likeness.organization_keys(new)))
    judged = ((likeness.judge_organizations(new, other), other) for other in others.values())
    alike = sorted(((found.score, other) for found, other in judged if found), key=lambda row: (-row[0], row[1].name))
    return [other for _, other in alike[:5]]
