"""Kinds of organization, what a link in a mail is for, which roles come from where, what two like records can be."""

from enum import StrEnum

from app.core.access import COMPANY, STAFF, Role


class OrganizationKind(StrEnum):
    """What an organization is, as far as admission and the page for its country ask."""

    FUND = "fund"
    PRIME = "prime"
    TRADING_HOUSE = "trading_house"
    AGENCY = "agency"
    MINISTRY = "ministry"
    US_COMPANY = "us_company"
    OTHER = "other"


KIND_LABELS: dict[OrganizationKind, str] = {
    OrganizationKind.FUND: "Fund or investor",
    OrganizationKind.PRIME: "Aerospace company",
    OrganizationKind.TRADING_HOUSE: "Trading house",
    OrganizationKind.AGENCY: "Space agency",
    OrganizationKind.MINISTRY: "Ministry",
    OrganizationKind.US_COMPANY: "U.S. company",
    OrganizationKind.OTHER: "Other organization",
}


class LinkPurpose(StrEnum):
    """What a link we mail is good for; each works once."""

    VERIFY = "verify"
    RESET = "reset"
    INVITE = "invite"


MEMBER_ROLES: frozenset[Role] = COMPANY | {Role.FOCAL_POINT, Role.PARTICIPANT}
STAFF_ROLES: frozenset[Role] = STAFF

ROLE_LABELS: dict[Role, str] = {
    Role.PARTICIPANT: "Participant",
    Role.COMPANY_OWNER: "Company owner",
    Role.COMPANY_DELEGATE: "Company delegate",
    Role.EXPORT_OFFICER: "Export officer",
    Role.FOCAL_POINT: "Focal point",
    Role.REVIEWER: "Reviewer",
    Role.SCREENER: "Screener",
    Role.FINANCE: "Finance",
    Role.DOOR_STAFF: "Door staff",
    Role.ORGANIZER: "Organizer",
    Role.ADMINISTRATOR: "Administrator",
}


class RecordKind(StrEnum):
    """What may be there twice."""

    PERSON = "person"
    ORGANIZATION = "organization"


class PairState(StrEnum):
    """Where two records that look alike stand. DISSOLVED: since found again, they no longer look alike."""

    OPEN = "open"
    DISMISSED = "dismissed"
    DISSOLVED = "dissolved"
    MERGED = "merged"


class PairEvent(StrEnum):
    """What happens to two records that look alike."""

    FIND = "find"
    DISMISS = "dismiss"
    DISSOLVE = "dissolve"
    MERGE = "merge"


PAIR_TRANSITIONS: dict[tuple[PairState, PairEvent], PairState] = {
    (PairState.OPEN, PairEvent.DISMISS): PairState.DISMISSED,
    (PairState.OPEN, PairEvent.DISSOLVE): PairState.DISSOLVED,
    (PairState.OPEN, PairEvent.MERGE): PairState.MERGED,
    (PairState.DISMISSED, PairEvent.FIND): PairState.OPEN,
    (PairState.DISMISSED, PairEvent.DISSOLVE): PairState.DISSOLVED,
    (PairState.DISMISSED, PairEvent.MERGE): PairState.MERGED,
    (PairState.DISSOLVED, PairEvent.FIND): PairState.OPEN,
}


class AskState(StrEnum):
    """Where somebody's wish to belong to an organization stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class AskEvent(StrEnum):
    """What whoever manages the members answers."""

    ACCEPT = "accept"
    DECLINE = "decline"


ASK_TRANSITIONS: dict[tuple[AskState, AskEvent], AskState] = {
    (AskState.WAITING, AskEvent.ACCEPT): AskState.ACCEPTED,
    (AskState.WAITING, AskEvent.DECLINE): AskState.DECLINED,
}
