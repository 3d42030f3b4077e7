"""Export of items, software and technical data. The country's tier sorts; classification and a person decide."""

from app.regulatory.checks.pair import Answer, Pair
from app.regulatory.states import Outcome, Tier

ITEM = "ear_9x515"
STA = "ear_sta"
USML = "itar_usml_xv"


def spacecraft_items(pair: Pair) -> Answer | None:
    """The 500 series of spacecraft."""
    country = pair.country
    footnote = f" {country.notes}" if "9A515" in country.notes else ""
    match country.tier:
        case Tier.UNITED_STATES:
            return Answer(Outcome.CLEAR, "No export from the United States takes place.")
        case Tier.LICENSE_FREE:
            why = "No licence for most items; classify: 9A515.e and .y, missile technology and end use are checked."
            return Answer(Outcome.CLEAR_WITH_STEP, why + footnote)
        case Tier.PARTS_FREE_STA:
            why = "Parts are freer; complete spacecraft and technology need a licence, or exception STA if it fits."
        case Tier.PARTS_FREE:
            why = "Parts are freer; the rest needs a licence. Exception STA is not available outside A:5."
        case Tier.STA_LIMITED:
            why = "A licence is needed unless the consignee is an approved entity for exception STA."
        case Tier.CONFIRM:
            return Answer(
                Outcome.ASK_A_PERSON, "The export rules have no row for this territory: confirm which applies."
            )
        case Tier.LICENSE:
            why = "A licence is expected; exception STA is not available for these items."
        case Tier.DENIAL | Tier.EMBARGO:
            return Answer(Outcome.PRESUMED_DENIED, "A licence would be presumed denied.", hard_stop=True)
    return Answer(Outcome.NEEDS_AUTHORIZATION, why + footnote)


def station_items(pair: Pair) -> Answer | None:
    """Items made for the ISS under 9A004: the country's marks decide; a commercial station gains nothing from it."""
    country = pair.country
    if country.tier is Tier.CONFIRM:
        return Answer(Outcome.ASK_A_PERSON, "The export rules have no row for this territory: confirm which applies.")
    if "NS2" in country.ear_chart_marks:
        return Answer(
            Outcome.NEEDS_AUTHORIZATION,
            f"{country.name} carries the mark NS2: paragraphs .s, .v and .x need a licence.",
        )
    if country.ear_chart_marks:
        return Answer(Outcome.CLEAR_WITH_STEP, f"{country.name} carries NS1 but not NS2: classify to the paragraph.")
    return Answer(Outcome.CLEAR, f"{country.name} carries no mark that these items need.")


def exception_sta(pair: Pair) -> Answer | None:
    """STA (c)(1) for A:5. Not shown where it is not needed or cannot be used: the item's own step says so."""
    if not pair.topics & {ITEM, STA}:
        return None
    if pair.country.tier is Tier.STA_LIMITED:
        return Answer(Outcome.NEEDS_AUTHORIZATION, f"Only for approved entities. {pair.country.notes}".strip())
    if pair.country.tier is not Tier.PARTS_FREE_STA or "A:5" not in pair.country.ear_country_groups:
        return None
    return Answer(
        Outcome.CLEAR_WITH_STEP, "The consignee signs a statement before shipment; complete spacecraft are not covered."
    )


def people_in_the_room(pair: Pair) -> Answer | None:
    """Deemed exports: the country of the partner stands in for that of each person until they are known."""
    known = "Each person's most recent citizenship or permanent residence decides, not the office's address."
    match pair.country.tier:
        case Tier.UNITED_STATES | Tier.LICENSE_FREE:
            return Answer(Outcome.CLEAR_WITH_STEP, f"Name who attends. {known}")
        case Tier.CONFIRM:
            return Answer(Outcome.ASK_A_PERSON, f"Confirm which country's rules apply. {known}")
        case Tier.DENIAL | Tier.EMBARGO:
            return Answer(Outcome.PRESUMED_DENIED, f"Keep to public information. {known}")
        case _:
            return Answer(
                Outcome.NEEDS_AUTHORIZATION,
                f"Needed before controlled technical data is shown; public information is free. {known}",
            )


def end_use(pair: Pair) -> Answer | None:
    """End-use controls, asked wherever the country stands in a group D."""
    groups = [group for group in pair.country.ear_country_groups if group.startswith("D:")]
    if not groups:
        return None
    stands = f"{pair.country.name} is in {', '.join(groups)}"
    why = f"{stands}: state end use and owners; a known missile or military end use needs a licence."
    return Answer(Outcome.CLEAR_WITH_STEP, why)


def munitions(pair: Pair) -> Answer | None:
    """USML Category XV. Nothing in the export rules of Commerce frees an ITAR item."""
    if not pair.is_foreign:
        return Answer(Outcome.CLEAR, "No export from the United States takes place.")
    if pair.country.itar_126_1 in ("y", "suspended"):
        return Answer(Outcome.PRESUMED_DENIED, "The country is listed in 22 CFR 126.1.", hard_stop=True)
    why = "If the item or help is on the USML, an agreement or licence is needed."
    if pair.country.itar_126_1 == "partial":
        return Answer(Outcome.ASK_A_PERSON, f"{why} Some end users of this country are denied.")
    if pair.country.aukus_exemption:
        why += " The exemption for authorized users, next, may replace it."
    return Answer(Outcome.NEEDS_AUTHORIZATION, why)


def aukus(pair: Pair) -> Answer | None:
    """22 CFR 126.7 for Australia and the United Kingdom."""
    if not pair.country.aukus_exemption or not pair.topics & {USML, "itar_126_7_aukus"}:
        return None
    return Answer(
        Outcome.CLEAR_WITH_STEP, "Both sides enrol as authorized users, and the item must not be on the excluded list."
    )
