"""Reasons for declining: a list that organizers keep, with the words applicants read."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.registration.states import DECLINE_LABELS, DeclineReason

MOST_REASONS = 30


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an application is declined: `label` is read at the desk, `public_words` by the applicant.

    A retired reason stays for the decisions that gave it and is not offered any more.
    """

    key: str
    label: str
    public_words: str
    needs_words: bool = False
    is_retired: bool = False


SHIPPED: tuple[Reason, ...] = tuple(
    Reason(key.value, label, label, needs_words=key is DeclineReason.OTHER) for key, label in DECLINE_LABELS.items()
)


def to_plain(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return reasons as plain values, fit for JSON."""
    return [asdict(reason) for reason in reasons]


def reasons_from(content: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """Return the reasons that `to_plain` wrote."""
    return tuple(Reason(**reason) for reason in content)
