"""The shared vocabulary of what partners and programmes do together."""

from enum import StrEnum


class Participation(StrEnum):
    """What a partner would take part in; the kinds of interest that can be stated."""

    EQUITY = "equity"
    CAPACITY_PURCHASE = "capacity_purchase"
    HARDWARE = "hardware"
    SEAT = "seat"
    PAYLOAD = "payload"
    LANDING_SITE = "landing_site"
    SERVICES = "services"


PARTICIPATION_LABELS: dict[Participation, str] = {
    Participation.EQUITY: "Equity investment",
    Participation.CAPACITY_PURCHASE: "Capacity purchase",
    Participation.HARDWARE: "Hardware supply",
    Participation.SEAT: "Crew seat",
    Participation.PAYLOAD: "Payload",
    Participation.LANDING_SITE: "Landing site",
    Participation.SERVICES: "Services",
}


class Opening(StrEnum):
    """What an entry of the directory could offer a partner, as the reference data names it."""

    EQUITY = "equity"
    CREW_SEAT = "crew_seat"
    PAYLOAD = "payload"
    HARDWARE_SUPPLY = "hardware_supply"
    HOST_MODULE = "host_module"
    NATIONAL_MODULE = "national_module"
    RESEARCH_FACILITY = "research_facility"
    CARGO = "cargo"
    RETURN_SERVICE = "return_service"
    LANDING_SITE = "landing_site"
    DATA_SERVICE = "data_service"
    AGENCY_AGREEMENT = "agency_agreement"


OPENING_PARTICIPATION: dict[Opening, Participation] = {
    Opening.EQUITY: Participation.EQUITY,
    Opening.CREW_SEAT: Participation.SEAT,
    Opening.PAYLOAD: Participation.PAYLOAD,
    Opening.HARDWARE_SUPPLY: Participation.HARDWARE,
    Opening.HOST_MODULE: Participation.HARDWARE,
    Opening.NATIONAL_MODULE: Participation.HARDWARE,
    Opening.RESEARCH_FACILITY: Participation.CAPACITY_PURCHASE,
    Opening.CARGO: Participation.CAPACITY_PURCHASE,
    Opening.RETURN_SERVICE: Participation.CAPACITY_PURCHASE,
    Opening.LANDING_SITE: Participation.LANDING_SITE,
    Opening.DATA_SERVICE: Participation.SERVICES,
    Opening.AGENCY_AGREEMENT: Participation.SERVICES,
}
