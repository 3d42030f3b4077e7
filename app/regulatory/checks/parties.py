"""Who the parties are and where they come from."""

from app.regulatory.checks.pair import Answer, Pair
from app.regulatory.states import Outcome, Tier

CHINA = "CN"


def embargo(pair: Pair) -> Answer | None:
    """Country Group E ends the list."""
    group = pair.country.ear_embargo
    if not group:
        return None
    group_words = f"{pair.country.name} is in Country Group {group}."
    why = f"{group_words} State-controlled parties are refused; nationals are referred to counsel."
    return Answer(Outcome.REFUSED, why, hard_stop=True)


def tier(pair: Pair) -> Answer | None:
    """Say where the October 2024 rules put the country; denial and embargo have steps of their own."""
    country = pair.country
    match country.tier:
        case Tier.UNITED_STATES:
            return Answer(
                Outcome.CLEAR,
                "Nothing leaves the United States; owners from abroad are looked at by their own country.",
            )
        case Tier.LICENSE_FREE:
            return Answer(Outcome.CLEAR, f"{country.name} needs no licence for most 9x515 items.")
        case Tier.PARTS_FREE_STA:
            return Answer(
                Outcome.CLEAR_WITH_STEP,
                f"Parts are freer for {country.name}; exception STA may cover more. Classify first.",
            )
        case Tier.PARTS_FREE:
            return Answer(
                Outcome.NEEDS_AUTHORIZATION,
                f"Parts are freer for {country.name}, but it is not in A:5: no exception STA for the rest.",
            )
        case Tier.STA_LIMITED:
            return Answer(
                Outcome.NEEDS_AUTHORIZATION,
                f"{country.name} is in A:5, but exception STA reaches approved entities only.",
            )
        case Tier.LICENSE:
            return Answer(Outcome.NEEDS_AUTHORIZATION, f"A licence is expected for 9x515 items to {country.name}.")
        case Tier.CONFIRM:
            return Answer(
                Outcome.ASK_A_PERSON, f"{_without_row(pair)} Confirm its treatment before anything is shared."
            )
        case Tier.DENIAL | Tier.EMBARGO:
            return None


def policy_of_denial(pair: Pair) -> Answer | None:
    """Country Group D:5 stops hardware and technical data; money alone goes on to its own steps."""
    if not pair.country.ear_d5:
        return None
    why = f"{pair.country.name} is under the policy of denial of Country Group D:5."
    if pair.has_flow:
        return Answer(
            Outcome.PRESUMED_DENIED,
            f"{why} No hardware or technical data; ask counsel before even a public-information meeting.",
            True,
        )
    return Answer(
        Outcome.PRESUMED_DENIED, f"{why} It governs items and technical data, not money; share nothing technical."
    )


def proscribed(pair: Pair) -> Answer | None:
    """ITAR 126.1; a suspension counts as in force until a person confirms that it was renewed."""
    country = pair.country
    stops = pair.has_flow and "itar_usml_xv" in pair.topics
    match country.itar_126_1:
        case "y":
            return Answer(
                Outcome.PRESUMED_DENIED,
                f"{country.name} is listed in 22 CFR 126.1: ITAR items and services are denied.",
                stops,
            )
        case "suspended":
            why = f"A suspension of denial for {country.name} had an end date: treat denial as current. {country.notes}"
            return Answer(Outcome.PRESUMED_DENIED, why.strip(), stops)
        case "partial":
            return Answer(
                Outcome.ASK_A_PERSON, f"22 CFR 126.1 denies some end users in {country.name}. {country.notes}".strip()
            )
        case _:
            return None


def bilateral_china(pair: Pair) -> Answer | None:
    """NASA money and facilities with China; only China itself is named, a dependency is asked about."""
    if pair.country.iso2 == CHINA:
        return Answer(
            Outcome.REFUSED,
            "NASA funds may not support bilateral activity with China or Chinese-owned companies.",
            True,
        )
    if pair.country.dependency_of == CHINA:
        return Answer(Outcome.ASK_A_PERSON, f"Ask NASA counsel whether the limits on China reach {pair.country.name}.")
    return None


def _without_row(pair: Pair) -> str:
    country = pair.country
    if country.dependency_of:
        return f"{country.name} has no row of its own in the export rules; it belongs to {country.dependency_of}."
    return f"{country.name} has no row of its own in the export rules."
