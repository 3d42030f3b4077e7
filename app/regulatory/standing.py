"""A country's standing in each regime, in plain words: what it is, what that changes, and what it does not.

Each line is read from its own column. None follows from another.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.regulatory.facts import CountryRow
from app.regulatory.states import TIER_LABELS, Tier


@dataclass(frozen=True, slots=True)
class Regime:
    """One regime: the country's status in it, what that changes for a partner, and what it leaves as it was."""

    title: str
    topic_key: str
    status: str
    tone: str
    changes: str
    leaves: str


def standing(country: CountryRow) -> list[Regime]:
    """Return the country's standing, the weightiest regimes first."""
    return [regime for describe in _REGIMES if (regime := describe(country)) is not None]


def _embargo(country: CountryRow) -> Regime | None:
    if not country.ear_embargo:
        return None
    changes = (
        "State-controlled parties are refused, and nationals are referred to counsel. No step of the list can be taken."
    )
    return Regime(
        "Embargo",
        "ear_embargo_e",
        f"Country Group {country.ear_embargo}",
        "bad",
        changes,
        "Nothing else on this page helps.",
    )


_TIER_CHANGES = {
    Tier.UNITED_STATES: "Nothing is exported by working with a U.S. party at home.",
    Tier.LICENSE_FREE: "Most spacecraft items of the 9x515 series need no licence.",
    Tier.PARTS_FREE_STA: "Parts move more freely, and exception STA can cover more with a consignee's statement.",
    Tier.PARTS_FREE: "Parts move more freely. Exception STA is not available, so the rest needs a licence.",
    Tier.STA_LIMITED: "Exception STA can be used, but only for approved entities of this country.",
    Tier.LICENSE: "A licence is expected for spacecraft items and technology.",
    Tier.DENIAL: "Licences for spacecraft items and technology are presumed denied.",
    Tier.EMBARGO: "Spacecraft items and technology may not be exported.",
    Tier.CONFIRM: "The rules have no row of its own: ask which treatment applies before anything is shared.",
}
_TIER_TONES = {
    Tier.UNITED_STATES: "good", Tier.LICENSE_FREE: "good", Tier.PARTS_FREE_STA: "good", Tier.PARTS_FREE: "warn",
    Tier.STA_LIMITED: "warn", Tier.LICENSE: "warn", Tier.DENIAL: "bad", Tier.EMBARGO: "bad", Tier.CONFIRM: "info",
}  # fmt: skip


def _tier(country: CountryRow) -> Regime:
    leaves = "A sorting aid, not a licence decision: classification, missile technology and end use are checked."
    return Regime(
        "Export of spacecraft items", "ear_oct2024_space_rules", TIER_LABELS[country.tier], _TIER_TONES[country.tier],
        _TIER_CHANGES[country.tier], leaves,
    )  # fmt: skip


def _denial(country: CountryRow) -> Regime | None:
    if not country.ear_d5:
        return None
    changes = "Hardware and technical data stop here; ask counsel before even a meeting on public information."
    leaves = "It governs items and technical data, not money: investment has its own review."
    return Regime("Policy of denial", "ear_d5_policy", "In Country Group D:5", "bad", changes, leaves)


def _itar(country: CountryRow) -> Regime:
    status, tone, changes = {
        "y": ("Listed in 22 CFR 126.1", "bad", "Items and services on the munitions list are denied."),
        "suspended": (
            "Listed, denial suspended for a time",
            "warn",
            "Treat it as in force until somebody confirms a renewal.",
        ),
        "partial": ("Listed for some end users", "warn", "Some end users are denied: ask who the end user is."),
    }.get(
        country.itar_126_1, ("Not listed in 22 CFR 126.1", "good", "Agreements and licences are decided case by case.")
    )
    leaves = "It says nothing about items under Commerce's rules, which have their own list."
    return Regime("ITAR proscribed destinations", "itar_126_1", status, tone, changes, leaves)


def _aukus(country: CountryRow) -> Regime | None:
    if not country.aukus_exemption:
        return None
    return Regime(
        "ITAR exemption 126.7", "itar_126_7_aukus", "Available to authorized users", "good",
        "Enrolled parties may exchange many munitions-list items without a licence.",
        "Items on the excluded technology list still need one, and both sides must enrol.",
    )  # fmt: skip


def _cfius(country: CountryRow) -> Regime | None:
    if country.tier is Tier.UNITED_STATES:
        return None
    if country.cfius_excepted:
        return Regime(
            "Investment review (CFIUS)", "cfius_excepted", "Excepted foreign state", "good",
            "An investor that itself passes each test is outside mandatory filing and some of the jurisdiction.",
            "Being from this country is not enough, and it frees no export.",
        )  # fmt: skip
    return Regime(
        "Investment review (CFIUS)", "cfius_tid_mandatory", "Not an excepted foreign state", "plain",
        "A stake in a business with critical technology may need a declaration before it closes.",
        "A small passive stake without rights or technical access is usually outside.",
    )  # fmt: skip


def _mtcr(country: CountryRow) -> Regime:
    status = "Partner of the regime" if country.mtcr_member else "Not a partner of the regime"
    return Regime(
        "Missile technology (MTCR)", "mtcr", status, "plain",
        "It shapes how much restraint is shown for launch and reentry technology.",
        "Partners still need an authorization, case by case, and it opens no other door.",
    )  # fmt: skip


def _tsa(country: CountryRow) -> Regime | None:
    if country.tier is Tier.UNITED_STATES:
        return None
    status, tone = {"y": ("Signed or in force", "good"), "pending": ("Pending", "warn")}.get(
        country.us_tsa, ("None found", "plain")
    )
    return Regime(
        "Technology safeguards agreement", "tsa", status, tone,
        "U.S. launch or reentry technology at a site in the country needs one." + _tsa_limit(country),
        "It is not needed to invest, to buy a seat or to fly a payload from the United States.",
    )  # fmt: skip


def _tsa_limit(country: CountryRow) -> str:
    return " Read the notes below for what this one covers." if country.us_tsa == "y" and "TSA" in country.notes else ""


def _framework(country: CountryRow) -> Regime | None:
    if country.tier is Tier.UNITED_STATES:
        return None
    status = "On record" if country.us_framework_agreement else "None found, which is no proof of absence"
    return Regime(
        "Government space framework agreement", "framework_agreement", status,
        "good" if country.us_framework_agreement else "plain",
        "Projects with NASA or between governments move faster with one.",
        "A private deal does not need one.",
    )  # fmt: skip


def _station(country: CountryRow) -> Regime | None:
    if not country.iss_partner.startswith("y"):
        return None
    role = country.iss_partner.partition(":")[2]
    return Regime(
        "International Space Station", "iss_cross_waiver", f"Partner: {role}", "plain",
        "The station's waivers of liability apply to work under its agreement.",
        "They do not carry over to a commercial station, and partnership frees no export.",
    )  # fmt: skip


def _artemis(country: CountryRow) -> Regime:
    status = f"Signed {country.artemis_accords}" if country.artemis_accords else "Not on record as a signatory"
    return Regime(
        "Artemis Accords", "artemis_accords", status, "plain",
        "Nothing here: it is shown for information.",
        "It confers no licence, and its absence is no bar to attend, invest or fly.",
    )  # fmt: skip


_REGIMES: tuple[Callable[[CountryRow], Regime | None], ...] = (
    _embargo, _tier, _denial, _itar, _aukus, _cfius, _mtcr, _tsa, _framework, _station, _artemis,
)  # fmt: skip
