"""What a change of a submitted application does: takes effect at once, or waits for the desk."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.registration.change_states import PartKey
from app.registration.states import HOLDING, LIVE, UNDECIDED, RegistrationState

Fields = Mapping[str, Any]
"""The facts of one part by name, as plain values."""

REOPENING: dict[PartKey, frozenset[str]] = {
    PartKey.YOU: frozenset({"full_name", "citizenship", "birth_year"}),
    PartKey.ORGANIZATION: frozenset({"organization_id", "new"}),
    PartKey.OWNERSHIP: frozenset({"owners", "is_state_owned"}),
    PartKey.NOMINATION: frozenset({"letter"}),
}
"""Facts that vetting rests on; designed questions say for themselves whether they are among them."""

DECIDED = LIVE - UNDECIDED - {RegistrationState.DRAFT}
"""States in which somebody decided about the facts as they were."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The changed facts of a part: those that take effect at once, and those that wait."""

    at_once: dict[str, Any]
    proposed: dict[str, Any]


def sort_out(
    part: PartKey, before: Fields, after: Fields, *, state: RegistrationState, is_closed: bool,
    flagged: Collection[str] = (),
) -> Sorted:  # fmt: skip
    """Tell which of the changed facts take effect at once.

    Once somebody decided, facts that vetting rests on wait for the desk; after registration closed, all do.
    `flagged` are the designed questions that reopen vetting.
    """
    changed = differing(before, after)
    reopening = REOPENING.get(part, frozenset()) | (set(flagged) if part is PartKey.QUESTIONS else set())
    waits = {name for name in changed if is_closed or (state in DECIDED and name in reopening)}
    return Sorted(
        {name: value for name, value in changed.items() if name not in waits},
        {name: value for name, value in changed.items() if name in waits},
    )


def differing(before: Fields, after: Fields) -> dict[str, Any]:
    """Return the facts of `after` that are not as they were; one that is gone is None."""
    names = [*after, *(name for name in before if name not in after)]
    return {name: after.get(name) for name in names if _plain(before.get(name)) != _plain(after.get(name))}


def _plain(value: Any) -> Any:
    """Make lists and tuples, and empty and missing, compare alike."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value] or None
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return None if value == "" else value


def withdrawal_waits(state: RegistrationState, *, is_closed: bool) -> bool:
    """Tell whether leaving waits for the desk: after registration closed, for those whose place is planned with."""
    return is_closed and state in HOLDING and state is not RegistrationState.OFFERED
