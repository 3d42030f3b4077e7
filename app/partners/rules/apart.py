"""Who keeps apart from whom, and who knows whom already, from what organizations marked in private."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.partners.states import MarkKind


@dataclass(frozen=True, slots=True)
class Mark:
    """That one organization marked another."""

    by: UUID
    other: UUID
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Apart:
    """`kept`: pairs that at least one side keeps apart. `known`: (who said so, whom they know)."""

    kept: frozenset[frozenset[UUID]] = frozenset()
    known: frozenset[tuple[UUID, UUID]] = frozenset()

    def keeps(self, one: UUID | None, other: UUID | None) -> bool:
        """Tell whether either of two organizations keeps the other apart; it never says which."""
        return one is not None and other is not None and frozenset({one, other}) in self.kept

    def knows(self, one: UUID | None, other: UUID | None) -> bool:
        """Tell whether `one` said that it knows `other` already; what `other` said of `one` is not told."""
        return one is not None and other is not None and (one, other) in self.known


def apart_of(marks: Iterable[Mark]) -> Apart:
    """Return what marks come to. An organization cannot be apart from itself, even after records were merged."""
    real = [mark for mark in marks if mark.by != mark.other]
    return Apart(
        frozenset(frozenset({mark.by, mark.other}) for mark in real if mark.kind is MarkKind.KEEP_APART),
        frozenset((mark.by, mark.other) for mark in real if mark.kind is MarkKind.KNOW_ALREADY),
    )
