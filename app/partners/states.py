"""The words of partners: whom a field is shown to, what a mandate says and where it stands, who is kept apart."""

from enum import IntEnum, StrEnum

from app.core import states


class Audience(IntEnum):
    """Who may read a field of a profile or a mandate: each audience holds those of the ones below it."""

    OURSELVES = 0
    ORGANIZERS = 1
    COUNTERPARTS = 2
    VETTED = 3


AUDIENCE_LABELS: dict[Audience, str] = {
    Audience.OURSELVES: "Only us",
    Audience.ORGANIZERS: "We and the organizers",
    Audience.COUNTERPARTS: "Also companies that we showed our name to with an interest",
    Audience.VETTED: "Also every vetted U.S. company",
}


class Reader(StrEnum):
    """Who reads about a partner."""

    OURS = "ours"
    ORGANIZER = "organizer"
    COUNTERPART = "counterpart"
    VETTED_COMPANY = "vetted_company"
    ANYBODY = "anybody"


class MandateState(StrEnum):
    """Where a mandate stands. Only an active one speaks for its organization."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class MandateEvent(StrEnum):
    """What is done with a mandate."""

    ACTIVATE = "activate"
    PAUSE = "pause"
    CLOSE = "close"
    REOPEN = "reopen"


S, E = MandateState, MandateEvent
MANDATE_MOVES: dict[tuple[MandateState, MandateEvent], MandateState] = {
    (S.DRAFT, E.ACTIVATE): S.ACTIVE,
    (S.DRAFT, E.CLOSE): S.CLOSED,
    (S.ACTIVE, E.PAUSE): S.PAUSED,
    (S.ACTIVE, E.CLOSE): S.CLOSED,
    (S.PAUSED, E.ACTIVATE): S.ACTIVE,
    (S.PAUSED, E.CLOSE): S.CLOSED,
    (S.CLOSED, E.REOPEN): S.DRAFT,
}
STATE_LABELS: dict[MandateState, str] = {
    MandateState.DRAFT: "Draft",
    MandateState.ACTIVE: "Active",
    MandateState.PAUSED: "Paused",
    MandateState.CLOSED: "Closed",
}
EVENT_LABELS: dict[MandateEvent, str] = {
    MandateEvent.ACTIVATE: "Activate",
    MandateEvent.PAUSE: "Pause",
    MandateEvent.CLOSE: "Close",
    MandateEvent.REOPEN: "Reopen as a draft",
}


def advance(state: MandateState, event: MandateEvent) -> MandateState:
    """Return the state `event` leads to. Raises TransitionRefused for a move not in the table."""
    return states.advance(MANDATE_MOVES, state, event, thing="mandate")


class Instrument(StrEnum):
    """In which form a partner can take part."""

    COMMON_EQUITY = "common_equity"
    PREFERRED_EQUITY = "preferred_equity"
    CONVERTIBLE = "convertible"
    LOAN = "loan"
    PURCHASE = "purchase"
    BARTER = "barter"
    JOINT_VENTURE = "joint_venture"
    AGREEMENT = "agreement"


INSTRUMENT_LABELS: dict[Instrument, str] = {
    Instrument.COMMON_EQUITY: "Common equity",
    Instrument.PREFERRED_EQUITY: "Preferred equity",
    Instrument.CONVERTIBLE: "Convertible note or SAFE",
    Instrument.LOAN: "Loan or other debt",
    Instrument.PURCHASE: "Purchase or service contract",
    Instrument.BARTER: "Contribution in kind",
    Instrument.JOINT_VENTURE: "Joint venture",
    Instrument.AGREEMENT: "Agreement between agencies",
}


class Aim(StrEnum):
    """What a partner wants in the end."""

    RETURN = "return"
    INDUSTRY = "industry"
    FLIGHT = "flight"
    RESEARCH = "research"
    SUPPLY = "supply"
    MARKET = "market"
    CAPABILITY = "capability"
    EDUCATION = "education"


AIM_LABELS: dict[Aim, str] = {
    Aim.RETURN: "Financial return",
    Aim.INDUSTRY: "Work for our industry",
    Aim.FLIGHT: "Flights for our astronauts",
    Aim.RESEARCH: "Access for our researchers",
    Aim.SUPPLY: "A place in the supply chain",
    Aim.MARKET: "Entry to the U.S. market",
    Aim.CAPABILITY: "A national capability in orbit",
    Aim.EDUCATION: "Education and public engagement",
}


class Restriction(StrEnum):
    """What a partner cannot do, or needs."""

    NO_LEAD = "no_lead"
    MINORITY = "minority"
    CO_INVESTOR = "co_investor"
    ESG = "esg"
    NO_DEFENCE = "no_defence"
    NATIONAL_CONTENT = "national_content"
    APPROVAL = "approval"


RESTRICTION_LABELS: dict[Restriction, str] = {
    Restriction.NO_LEAD: "Does not lead a round",
    Restriction.MINORITY: "Minority stakes only",
    Restriction.CO_INVESTOR: "Invests beside others only",
    Restriction.ESG: "Environmental, social and governance rules apply",
    Restriction.NO_DEFENCE: "No defence work",
    Restriction.NATIONAL_CONTENT: "Needs national content",
    Restriction.APPROVAL: "Needs its government's approval",
}


class MarkKind(StrEnum):
    """Why an organization marks another one; nobody else ever learns of it."""

    KEEP_APART = "keep_apart"
    KNOW_ALREADY = "know_already"


MARK_LABELS: dict[MarkKind, str] = {
    MarkKind.KEEP_APART: "Do not match us",
    MarkKind.KNOW_ALREADY: "We know each other already",
}
