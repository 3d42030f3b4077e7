"""Which policy topics an entry is likely to meet: a reading of ours, and on the safe side.

The reference data names topics for reported programmes. What a company writes names none, and an entry without topics
would read as if little were asked; so topics are inferred from what it is, what it flies on and what it seeks.
"""

from collections.abc import Mapping
from typing import Any

from app.directory.states import Category, ExportClass, Platform, Sought

EXPORT = ("ear_9x515", "itar_usml_xv", "ear_deemed_export", "ear_sta")
RETURNS = ("tsa", "mtcr", "faa_launch_reentry", "faa_cross_waiver")
ON_THE_STATION = ("ear_9a004_iss", "iss_cross_waiver")
ON_A_COMMERCIAL_ONE = ("ear_9x515", "commercial_station_waiver_gap")

# The topics that at least half of the reported programmes of a category meet; a test holds the two together.
OF_CATEGORY: dict[Category, tuple[str, ...]] = {
    Category.STATION: (
        *EXPORT, "cfius_tid_mandatory", "commercial_station_waiver_gap", "fcc_space_licence", "osc_novel_activities",
        "faa_launch_reentry",
    ),
    Category.MODULE_SUPPLIER: (*EXPORT, "cfius_tid_mandatory", "cbp_import"),
    Category.FREE_FLYER: (*EXPORT, "cbp_import"),
    Category.CREW_VEHICLE: (
        "ear_9x515", *RETURNS, "cfius_tid_mandatory", "cbp_import", "visa_entry", "faa_human_spaceflight",
    ),
    Category.CARGO_VEHICLE: (*EXPORT, "cbp_import"),
    Category.CARGO_RETURN_VEHICLE: ("ear_9x515", *RETURNS, "cfius_tid_mandatory", "cbp_import"),
    Category.REENTRY_VEHICLE: ("ear_9x515", *RETURNS, "cfius_tid_mandatory", "cbp_import", "foci"),
    Category.RESEARCH_FACILITY: ("cbp_import", "ear_deemed_export", *ON_THE_STATION),
    Category.IN_SPACE_SERVICES: (*EXPORT, "cbp_import", "fcc_space_licence", "noaa_crsra", "itu_filing"),
    Category.CREW_MISSION: (*ON_THE_STATION, "visa_entry", "faa_human_spaceflight", "pam_crew_review"),
    Category.DEMONSTRATOR: ("fcc_space_licence", "faa_launch_reentry"),
    Category.PROGRAMME: ("framework_agreement", "wolf_amendment", "ear_9x515"),
    Category.FOREIGN_PARTNER_HARDWARE: ("ear_9x515", "commercial_station_waiver_gap", "ost_art_vi", "mtcr"),
}  # fmt: skip
OF_PLATFORM: dict[Platform, tuple[str, ...]] = {
    Platform.ISS: ON_THE_STATION,
    Platform.OWN_STATION: ON_A_COMMERCIAL_ONE,
    Platform.OTHER_STATION: ON_A_COMMERCIAL_ONE,
    Platform.FREE_FLYER: ("ear_9x515",),
}
OF_SOUGHT: dict[Sought, tuple[str, ...]] = {
    Sought.EQUITY: ("cfius_tid_mandatory",),
    Sought.HARDWARE: ("ear_9x515", "ear_deemed_export", "cbp_import"),
    Sought.MODULE: ("ear_9x515", "ear_deemed_export", "cbp_import"),
    Sought.SEAT: ("faa_human_spaceflight",),
    Sought.PAYLOAD: ("cbp_import",),
    Sought.LANDING_SITE: ("tsa", "mtcr", "faa_launch_reentry"),
}
OF_CLASS: dict[ExportClass, tuple[str, ...]] = {
    ExportClass.STATION_ITEMS: ("ear_9a004_iss",),
    ExportClass.SPACECRAFT_ITEMS: ("ear_9x515",),
    ExportClass.MUNITIONS: ("itar_usml_xv",),
    ExportClass.MIXED: ("ear_9x515", "itar_usml_xv"),
    ExportClass.NOT_CLASSIFIED: ("ear_9x515", "itar_usml_xv"),
}


def likely_topics(content: Mapping[str, Any]) -> list[str]:
    """Return the topics an entry is likely to meet, and those that were reported of it, each once and in one order."""
    platform = Platform(content["platform"]) if content["platform"] else None
    found = {*content["topic_keys"], *OF_CATEGORY[Category(content["category"])]}
    if platform in OF_PLATFORM and platform is not Platform.ISS:
        found -= set(ON_THE_STATION) - set(content["topic_keys"])
    found |= {topic for row in content["seeking"] for topic in OF_SOUGHT.get(Sought(row["kind"]), ())}
    found |= set(OF_PLATFORM.get(platform, ())) if platform else set()
    declared = content["export_class"]
    found |= set(OF_CLASS.get(ExportClass(declared), ())) if declared else set()
    return sorted(found)
