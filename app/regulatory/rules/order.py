"""What the United States will ask of a partner for an entry: which check, in which order, for which participation.

Pure decisions on the facts of one country and the topics an entry meets. Each regime is read from its own
column: an ally in one is not an ally in another. Nothing here is legal advice, and no step is a licence decision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.regulatory.checks import export, fixed, investment, operations, parties
from app.regulatory.checks.pair import (
    ALL,
    EQUITY,
    FLOWN,
    FLOWS,
    IMAGES,
    LAUNCHED,
    PAYLOAD,
    SEAT,
    SITE,
    TRANSMITS,
    Answer,
    Check,
    Pair,
)
from app.regulatory.facts import CountryRow, PolicyStep, TopicRow
from app.regulatory.rules.summary import days_words
from app.regulatory.states import Participation, Stage

LEAD_BASIS_WORDS = {
    "sourced": "from the source",
    "sourced_proposal": "from a proposal that is not final",
    "sourced_public_notice_only": "public notice only; the total was not found",
    "planning_allowance": "our planning allowance",
    "part_unverified": "partly not verified",
    "unverified": "not verified",
    "none": "no figure found",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic's place in the order, the participation it concerns, and its check.

    `listed` topics are asked only of entries that name them; the others follow from the partner alone.
    """

    stage: Stage
    topic_key: str
    kinds: frozenset[Participation]
    check: Check | None = None
    listed: bool = True

    def answer(self, pair: Pair) -> Answer | None:
        """Return what the topic's own check says, or what is said of every country."""
        return (self.check or fixed.CHECKS[self.topic_key])(pair)

    def applies(self, pair: Pair) -> bool:
        return bool(self.kinds & pair.kinds) and (not self.listed or self.topic_key in pair.topics)


P, C, E, I, L, O, B, M = Stage  # noqa: E741 - one letter per stage keeps the table readable

RULEBOOK: tuple[Entry, ...] = (
    Entry(P, "consolidated_screening_list", ALL, listed=False),
    Entry(P, "ear_embargo_e", ALL, parties.embargo, listed=False),
    Entry(P, "ofac_sanctions", ALL, listed=False),
    Entry(C, "ear_oct2024_space_rules", FLOWS, parties.tier, listed=False),
    Entry(C, "ear_d5_policy", ALL, parties.policy_of_denial, listed=False),
    Entry(C, "itar_126_1", ALL, parties.proscribed, listed=False),
    Entry(C, "wolf_amendment", ALL, parties.bilateral_china),
    Entry(E, "ear_9x515", FLOWS, export.spacecraft_items),
    Entry(E, "ear_9a004_iss", FLOWS, export.station_items),
    Entry(E, "ear_sta", FLOWS, export.exception_sta, listed=False),
    Entry(E, "ear_end_use_744", FLOWS, export.end_use, listed=False),
    Entry(E, "itar_usml_xv", FLOWS, export.munitions),
    Entry(E, "itar_126_7_aukus", FLOWS, export.aukus, listed=False),
    Entry(E, "itar_2024_proposed", FLOWS),
    Entry(E, "ear_deemed_export", ALL, export.people_in_the_room),
    Entry(I, "cfius_excepted", EQUITY, investment.excepted_investor, listed=False),
    Entry(I, "cfius_tid_mandatory", EQUITY, investment.mandatory_declaration),
    Entry(I, "cfius_voluntary", EQUITY, investment.voluntary_notice, listed=False),
    Entry(I, "cfius_known_investor", EQUITY),
    Entry(I, "foci", EQUITY),
    Entry(I, "bea_be13", EQUITY, listed=False),
    Entry(L, "mtcr", FLOWN | SITE, operations.missile_technology),
    Entry(L, "tsa", SITE, operations.safeguards_agreement),
    Entry(L, "faa_launch_reentry", LAUNCHED),
    Entry(L, "faa_payload_review", PAYLOAD),
    Entry(L, "faa_human_spaceflight", SEAT),
    Entry(O, "pam_crew_review", SEAT),
    Entry(O, "fcc_space_licence", TRANSMITS),
    Entry(O, "itu_filing", TRANSMITS),
    Entry(O, "ntia_federal_spectrum", TRANSMITS),
    Entry(O, "noaa_crsra", IMAGES),
    Entry(O, "osc_novel_activities", FLOWS),
    Entry(O, "tracss", FLOWS),
    Entry(O, "framework_agreement", FLOWS, operations.framework_agreement),
    Entry(O, "artemis_accords", ALL, operations.artemis),
    Entry(O, "ost_art_vi", FLOWS, operations.supervising_state),
    Entry(O, "registration_convention", FLOWN),
    Entry(B, "iss_cross_waiver", FLOWS),
    Entry(B, "nasa_cross_waiver_1266_104", FLOWS),
    Entry(B, "faa_cross_waiver", LAUNCHED),
    Entry(B, "commercial_station_waiver_gap", FLOWS),
    Entry(M, "visa_entry", ALL, listed=False),
    Entry(M, "cbp_import", FLOWN),
    Entry(M, "antiboycott", ALL),
)  # fmt: skip


def steps(
    country: CountryRow, topics: Mapping[str, TopicRow], topic_keys: Iterable[str], participation: Participation | None
) -> list[PolicyStep]:
    """Return the checklist for a pair in the order the checks are made; a hard stop is the last step.

    `topics` are all topics by key, `topic_keys` those the entry meets; None asks for every kind of participation at
    once, which is the strictest reading. A topic that is not loaded gives no step.
    """
    pair = Pair(country, frozenset(topic_keys), ALL if participation is None else frozenset({participation}))
    found: list[PolicyStep] = []
    for entry in RULEBOOK:
        topic = topics.get(entry.topic_key)
        answer = entry.answer(pair) if topic is not None and entry.applies(pair) else None
        if topic is None or answer is None:
            continue
        found.append(_step(len(found) + 1, entry, topic, answer))
        if answer.hard_stop:
            break
    return found


def lead_time_words(topic: TopicRow) -> str:
    """Return how long a step takes, in days with the basis of the figure, and what the source adds."""
    said = topic.lead_time.replace("source=unverified: ", "not verified, check ")
    low, high = topic.lead_days_min, topic.lead_days_max
    if low is None and high is None:
        return said
    figure = days_words(low, high)
    return f"{figure} ({LEAD_BASIS_WORDS.get(topic.lead_basis, topic.lead_basis)}). {said}"


def _step(order: int, entry: Entry, topic: TopicRow, answer: Answer) -> PolicyStep:
    return PolicyStep(
        order=order, stage=entry.stage, title=topic.name, topic_key=topic.key, agency=topic.agency,
        authority=topic.authority, trigger=topic.trigger, outcome=answer.outcome, why=answer.why,
        lead_time_words=lead_time_words(topic), lead_days_min=topic.lead_days_min, lead_days_max=topic.lead_days_max,
        lead_basis=topic.lead_basis, bring=topic.partner_supplies, source=topic.source, as_of=topic.as_of,
        verification=topic.verification, hard_stop=answer.hard_stop, from_entry=entry.listed,
    )  # fmt: skip
