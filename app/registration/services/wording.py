"""What organizers word themselves: letters and reasons. Every change is a new version; the old ones stay."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, Refused
from app.registration.desk_models import LetterTemplate, ReasonList
from app.registration.queries.reasons import reason_list
from app.registration.rules.letters import Words
from app.registration.rules.reasons import MOST_REASONS, Reason, to_plain
from app.registration.services.posting import refuse_unfit
from app.registration.services.summit import ChangedMeanwhile
from app.registration.states import LetterKind

MEANWHILE = ChangedMeanwhile("Somebody else changed this meanwhile. Open the page again and repeat your change.")


def write_letter(
    session: Session, summit_id: UUID, kind: LetterKind, wording: Words | None, *, seen_version: int, actor_id: UUID,
    now: datetime,
) -> int:  # fmt: skip
    """Word a kind of letter; None puts back the words we ship. Return the new version.

    Raises UnfitWords naming every fault, ChangedMeanwhile when a newer version than `seen_version` stands.
    """
    if wording is not None:
        refuse_unfit(kind, wording)
    newest = select(func.max(LetterTemplate.version)).where(
        LetterTemplate.summit_id == summit_id, LetterTemplate.kind == kind
    )
    version = session.scalar(newest) or 0
    if version != seen_version:
        raise MEANWHILE
    made = LetterTemplate(
        summit_id=summit_id, kind=kind, version=version + 1, made_by=actor_id, made_at=now,
        subject=wording.subject.strip() if wording else "", body=wording.body.strip() if wording else "",
    )  # fmt: skip
    session.add(made)
    with explained({"uq_letter_templates_summit_id_kind_version": MEANWHILE}):
        session.flush()
    audit.record(
        session, "letter.worded", ("summit", summit_id), actor_id=actor_id, before=f"version {version}",
        after=f"version {version + 1}", detail={"kind": kind, "as_shipped": wording is None},
    )  # fmt: skip
    return version + 1


def write_reasons(
    session: Session, summit_id: UUID, reasons: Sequence[Reason], *, seen_version: int, actor_id: UUID, now: datetime
) -> int:
    """Set the reasons for declining; return the new version. Reasons without a key are new and get one.

    Raises InvalidInput for a label without public words or the other way round, or two alike; reasons that were
    listed before and are left out here are retired, not forgotten.
    """
    version, before = reason_list(session, summit_id)
    if version != seen_version:
        raise MEANWHILE
    listed = _with_keys(reasons, before)
    kept = {reason.key for reason in listed}
    retired = [_retired(reason) for reason in before if reason.key not in kept]
    made = ReasonList(
        summit_id=summit_id, version=version + 1, reasons=to_plain([*listed, *retired]), made_by=actor_id, made_at=now
    )
    session.add(made)
    with explained({"uq_reason_lists_summit_id_version": MEANWHILE}):
        session.flush()
    audit.record(
        session, "reasons.changed", ("summit", summit_id), actor_id=actor_id, before=f"version {version}",
        after=f"version {version + 1}", detail={"reasons": [reason.label for reason in listed]},
    )  # fmt: skip
    return version + 1


def _retired(reason: Reason) -> Reason:
    return Reason(reason.key, reason.label, reason.public_words, reason.needs_words, is_retired=True)


def _with_keys(reasons: Sequence[Reason], before: Sequence[Reason]) -> list[Reason]:
    active = [reason for reason in reasons if not reason.is_retired]
    if not active:
        raise InvalidInput("Keep at least one reason.")
    if len(active) > MOST_REASONS:
        raise InvalidInput(f"Keep at most {MOST_REASONS} reasons.")
    labels = [reason.label.casefold() for reason in active]
    if len(set(labels)) < len(labels):
        raise InvalidInput("Two reasons have the same name. Name one otherwise.")
    taken = {reason.key for reason in before} | {reason.key for reason in reasons if reason.key}
    found = []
    for reason in reasons:
        if not reason.label.strip() or not reason.public_words.strip():
            raise InvalidInput("Give every reason a name and the words the applicant reads.")
        key = reason.key or _new_key(reason.label, taken)
        taken.add(key)
        found.append(
            Reason(key, reason.label.strip(), reason.public_words.strip(), reason.needs_words, reason.is_retired)
        )
    return found


def _new_key(label: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:30] or "reason"
    for number in range(1, 1000):
        key = base if number == 1 else f"{base}_{number}"
        if key not in taken:
            return key
    raise Refused("There are too many reasons of this name.")
