"""What a person tells us when applying, part by part, and when it is complete."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from app.core.money import AmountBand
from app.payments.states import PaymentMethod
from app.registration.states import ParticipantType
from app.regulatory.states import Opening, Participation

MOST_OWNERS = 8
GOVERNMENT_KINDS = frozenset({"agency", "ministry"})
US_COMPANY = "us_company"


@dataclass(frozen=True, slots=True)
class You:
    """The person: name as in the passport, countries as two letters, year of birth if they wish to say."""

    participant_type: ParticipantType
    full_name: str
    job_title: str
    citizenship: str
    birth_year: int | None = None


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """An organization that is not on the platform yet; `kind` as accounts name it."""

    name: str
    kind: str
    country: str
    website: str = ""


@dataclass(frozen=True, slots=True)
class ForOrganization:
    """For whom the person comes: one they belong to, or a new one."""

    organization_id: UUID | None = None
    new: NewOrganization | None = None


@dataclass(frozen=True, slots=True)
class Aims:
    """What they offer and seek; `languages` are two-letter codes."""

    seeks: tuple[Participation, ...] = ()
    offers: tuple[Opening, ...] = ()
    band: AmountBand = AmountBand.UNDISCLOSED
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who owns or controls a quarter or more; `share` is whole percent, None when not known."""

    name: str
    is_person: bool
    country: str
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who stands behind the organization, as far as screening asks."""

    owners: tuple[Owner, ...] = ()
    is_state_owned: bool = False


@dataclass(frozen=True, slots=True)
class HowToPay:
    """What the person chooses when they submit; `currency` None is the summit's main one."""

    currency: str | None = None
    method: PaymentMethod = PaymentMethod.CARD
    voucher: str = ""


Part = You | ForOrganization | Aims | Ownership
PARTS: tuple[type[Part], ...] = (You, ForOrganization, Ownership, Aims)
PART_NAMES = ("You", "Organization", "Ownership", "What you offer and seek")
STEP_LABELS = ("You", "Organization", "What you offer and seek", "Review", "Card")
"""The pages of an application; one may hold several parts."""


def type_refusal(participant_type: ParticipantType, kind: str) -> str | None:
    """Return why a person of this type cannot come for an organization of this kind, None when they can."""
    if participant_type is ParticipantType.COMPANY and kind != US_COMPANY:
        return "Only people of a U.S. company apply as U.S. company. Go back to 'You' and choose another type."
    if participant_type is ParticipantType.PARTNER and kind == US_COMPANY:
        return "People of a U.S. company apply as U.S. company. Go back to 'You' and change the type."
    if participant_type is ParticipantType.GOVERNMENT and kind not in GOVERNMENT_KINDS:
        return "'Government or agency' is for ministries and agencies. Go back to 'You' and choose another type."
    return None


def to_answers(part: You | NewOrganization | Ownership | Aims) -> dict[str, Any]:
    """Return a part as it is kept on the application."""
    return asdict(part)


def ownership_from(answers: dict[str, Any]) -> Ownership:
    """Return the ownership kept on an application; nobody when nothing was said."""
    kept = answers.get("ownership") or {}
    return Ownership(tuple(Owner(**owner) for owner in kept.get("owners", ())), bool(kept.get("is_state_owned")))


def you_from(answers: dict[str, Any]) -> You | None:
    """Return the person kept on an application, None when that part was not saved yet."""
    kept = answers.get("you")
    if not kept or "participant_type" not in kept:
        return None
    return You(**{**kept, "participant_type": ParticipantType(kept["participant_type"])})
