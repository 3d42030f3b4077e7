"""Topics that are answered alike for every country, or alike for every country but the United States."""

from app.regulatory.checks.pair import Check, always, for_foreign
from app.regulatory.states import Outcome

CLEAR, STEP, ASK = Outcome.CLEAR, Outcome.CLEAR_WITH_STEP, Outcome.ASK_A_PERSON
AUTHORIZATION, GOVERNMENT = Outcome.NEEDS_AUTHORIZATION, Outcome.NEEDS_GOVERNMENT_ACTION

CHECKS: dict[str, Check] = {
    "consolidated_screening_list": always(
        STEP,
        "Every person, owner and end user is compared with the list; people decide on what looks alike.",
    ),
    "ofac_sanctions": for_foreign(
        STEP,
        "Name every owner: a party owned half or more by blocked persons is blocked, wherever its office is.",
    ),
    "itar_2024_proposed": for_foreign(
        ASK,
        "The proposed relief was not found in force; do not rely on it.",
    ),
    "cfius_known_investor": for_foreign(
        ASK,
        "The programme was not open when read.",
    ),
    "foci": for_foreign(
        ASK,
        "If the company holds a facility clearance, its security officer says what must be mitigated.",
    ),
    "bea_be13": for_foreign(
        STEP,
        "A report follows when a tenth or more of the votes is acquired.",
    ),
    "faa_launch_reentry": always(
        AUTHORIZATION,
        "The operator holds or obtains the licence; you supply what it needs.",
    ),
    "faa_payload_review": always(
        AUTHORIZATION,
        "The payload is reviewed with the launch or reentry licence.",
    ),
    "faa_human_spaceflight": always(
        AUTHORIZATION,
        "The operator's licence covers it once consent, training and medical papers are in.",
    ),
    "pam_crew_review": always(
        AUTHORIZATION,
        "NASA and its partners accept each crew member.",
    ),
    "fcc_space_licence": always(
        AUTHORIZATION,
        "Whoever transmits holds a licence or asks for market access.",
    ),
    "itu_filing": always(
        GOVERNMENT,
        "The administration responsible for the network files and coordinates.",
    ),
    "ntia_federal_spectrum": always(
        GOVERNMENT,
        "Federal or shared bands are coordinated between the agencies.",
    ),
    "noaa_crsra": always(
        AUTHORIZATION,
        "Needed when an instrument can image the Earth.",
    ),
    "osc_novel_activities": always(
        ASK,
        "The certification is a proposal: ask what applies on the day.",
    ),
    "tracss": always(
        CLEAR,
        "A service for operators in orbit; no licence is granted or needed.",
    ),
    "registration_convention": always(
        GOVERNMENT,
        "The launching states agree on the state of registry.",
    ),
    "iss_cross_waiver": always(
        CLEAR,
        "The waiver of the ISS agreement applies; it is flowed down to contractors.",
    ),
    "nasa_cross_waiver_1266_104": always(
        CLEAR,
        "NASA's own agreement carries the waiver.",
    ),
    "faa_cross_waiver": always(
        STEP,
        "Sign the waiver and flow it down; it covers launch and reentry, not time in orbit.",
    ),
    "commercial_station_waiver_gap": always(
        STEP,
        "No standing waiver covers a commercial station: the parties write their own.",
    ),
    "visa_entry": for_foreign(
        STEP,
        "Each traveller checks whether a visa is needed; interview times differ by post.",
    ),
    "cbp_import": always(
        STEP,
        "Hardware that enters is declared; a temporary import or carnet may fit.",
    ),
    "antiboycott": for_foreign(
        STEP,
        "Keep boycott wording out of tenders and contracts; a request for it is reported.",
    ),
}
