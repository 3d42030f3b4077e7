"""What the vetting desk shows: one value, read from whatever was asked, kept in saved views."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from app.registration.states import ParticipantType, RegistrationState

E = TypeVar("E", bound=StrEnum)
LONGEST_SEARCH = 100
SIZES = (25, 50)
ME, NOBODY = "me", "nobody"
UNDECIDED = "undecided"


class Due(StrEnum):
    """How an undecided application stands against the promise of a decision."""

    OVERDUE = "overdue"
    SOON = "soon"


class Screened(StrEnum):
    """How the screening of an application stands."""

    CLEAR = "clear"
    OPEN = "open"
    MATCH = "match"


class Sign(StrEnum):
    """What marks an application for a look."""

    ANSWERED = "answered"
    CHANGED = "changed"
    LETTER = "letter"
    PROPOSED = "proposed"
    ENDORSED = "endorsed"
    UNENDORSED = "unendorsed"


SIGN_LABELS: dict[Sign, str] = {
    Sign.ANSWERED: "Our question was answered",
    Sign.CHANGED: "Changed since the decision",
    Sign.LETTER: "The letter has not left",
    Sign.PROPOSED: "Waits for a second reviewer",
    Sign.ENDORSED: "Endorsed by their organization",
    Sign.UNENDORSED: "Not endorsed by their organization",
}
DUE_LABELS: dict[Due, str] = {Due.OVERDUE: "Overdue", Due.SOON: "Due within three business days"}
SCREENED_LABELS: dict[Screened, str] = {
    Screened.CLEAR: "Clear",
    Screened.OPEN: "Not decided",
    Screened.MATCH: "Match confirmed",
}
SORTS: dict[str, str] = {
    "waiting": "Undecided first",
    "due": "Decision due",
    "oldest": "Oldest first",
    "newest": "Newest first",
    "name": "Name",
    "organization": "Organization",
    "market": "Market",
    "type": "Type",
    "assignee": "Reviewer",
}


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What the desk shows; empty means all that were submitted. `assignee` is a person's id, `me` or `nobody`."""

    state: RegistrationState | None = None
    undecided: bool = False
    participant_type: ParticipantType | None = None
    market: str = ""
    organization: UUID | None = None
    assignee: str = ""
    due: Due | None = None
    screening: Screened | None = None
    sign: Sign | None = None
    search: str = ""
    sort: str = "waiting"
    size: int = SIZES[0]

    @property
    def is_everything(self) -> bool:
        """Tell whether nothing is left out."""
        return replace(self, sort="waiting", size=SIZES[0]) == DeskFilter()


def read(asked: Mapping[str, Any], *, search: str = "") -> DeskFilter:
    """Return the filter that plain values describe; what cannot be used is left out, never an error."""
    state = str(asked.get("state") or "")
    sort = str(asked.get("sort") or "")
    size = str(asked.get("size") or "")
    return DeskFilter(
        state=_one_of(RegistrationState, state),
        undecided=state == UNDECIDED,
        participant_type=_one_of(ParticipantType, asked.get("type")),
        market=_market(str(asked.get("market") or "")),
        organization=_uuid(asked.get("organization")),
        assignee=_assignee(str(asked.get("assignee") or "")),
        due=_one_of(Due, asked.get("due")),
        screening=_one_of(Screened, asked.get("screening")),
        sign=_one_of(Sign, asked.get("sign")),
        search=" ".join((search or str(asked.get("search") or "")).split())[:LONGEST_SEARCH],
        sort=sort if sort in SORTS else "waiting",
        size=int(size) if size in map(str, SIZES) else SIZES[0],
    )


def to_args(shown: DeskFilter) -> dict[str, str]:
    """Return the filter as it may stand in an address: without the words searched for."""
    named = {
        "state": UNDECIDED if shown.undecided else shown.state, "type": shown.participant_type,
        "market": shown.market, "organization": shown.organization, "assignee": shown.assignee, "due": shown.due,
        "screening": shown.screening, "sign": shown.sign, "sort": "" if shown.sort == "waiting" else shown.sort,
        "size": "" if shown.size == SIZES[0] else shown.size,
    }  # fmt: skip
    return {name: str(value) for name, value in named.items() if value}


def to_plain(shown: DeskFilter) -> dict[str, str]:
    """Return the whole filter as plain values, as a saved view keeps it."""
    return to_args(shown) | ({"search": shown.search} if shown.search else {})


def _one_of(kind: type[E], value: Any) -> E | None:
    return kind(value) if value in list(kind) else None


def _market(value: str) -> str:
    return value if len(value) == 2 and value.isalpha() and value.isupper() else ""


def _assignee(value: str) -> str:
    return value if value in (ME, NOBODY) or _uuid(value) else ""


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
