"""Launch and landing sites, agreements between governments, who supervises."""

from app.regulatory.checks.pair import Answer, Pair
from app.regulatory.states import Outcome

# The agreement with India covers U.S. payloads on Indian launchers only (notes of the country's row).
TSA_PAYLOAD_ONLY = frozenset({"IN"})
# Signed, but that it entered into force was not read.
TSA_FORCE_NOT_READ = frozenset({"NO", "SE"})


def missile_technology(pair: Pair) -> Answer | None:
    """Case by case for everyone; membership only changes how much restraint is shown."""
    if not pair.is_foreign:
        return None
    if pair.country.mtcr_member:
        return Answer(
            Outcome.NEEDS_AUTHORIZATION,
            f"{pair.country.name} is a partner of the regime; Category I items are still case by case.",
        )
    why = f"{pair.country.name} is not a partner of the regime: expect the greatest restraint for Category I."
    return Answer(Outcome.NEEDS_AUTHORIZATION, why)


def safeguards_agreement(pair: Pair) -> Answer | None:
    """U.S. launch or reentry technology at a site abroad."""
    country = pair.country
    if not pair.is_foreign:
        return None
    if country.iso2 in TSA_PAYLOAD_ONLY:
        return Answer(
            Outcome.NEEDS_GOVERNMENT_ACTION,
            f"The agreement with {country.name} covers U.S. payloads only, not a landing or launch site.",
        )
    if country.iso2 in TSA_FORCE_NOT_READ and country.us_tsa == "y":
        return Answer(
            Outcome.ASK_A_PERSON, f"The agreement with {country.name} is signed; confirm that it is in force."
        )
    if country.us_tsa == "y":
        return Answer(
            Outcome.CLEAR_WITH_STEP,
            f"An agreement with {country.name} stands; the site needs a security plan under it.",
        )
    state = "is pending" if country.us_tsa == "pending" else "was not found"
    return Answer(
        Outcome.NEEDS_GOVERNMENT_ACTION,
        f"An agreement with {country.name} {state}; one is needed before U.S. technology uses the site.",
    )


def framework_agreement(pair: Pair) -> Answer | None:
    """A space agreement between the governments; not finding one is not proof that there is none."""
    if not pair.is_foreign:
        return None
    if pair.country.us_framework_agreement:
        return Answer(Outcome.CLEAR, f"A framework agreement with {pair.country.name} is on record.")
    return Answer(
        Outcome.NEEDS_GOVERNMENT_ACTION,
        f"No framework agreement with {pair.country.name} was found; that is no proof of absence, so ask.",
    )


def artemis(pair: Pair) -> Answer | None:
    """Information only: signature confers no licence and its absence is no bar."""
    signed = "has signed" if pair.country.artemis_accords else "is not on record as having signed"
    return Answer(
        Outcome.CLEAR, f"{pair.country.name} {signed}. For information: it changes no licence and no admission."
    )


def supervising_state(pair: Pair) -> Answer | None:
    """Article VI: somebody's state authorises and supervises."""
    if not pair.is_foreign:
        return Answer(Outcome.CLEAR, "The United States authorizes and supervises its own operators.")
    return Answer(
        Outcome.NEEDS_GOVERNMENT_ACTION, "The two states agree which of them authorizes and supervises the activity."
    )
