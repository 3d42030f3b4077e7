"""How countries, topics and rules are read from their files: cells are checked, lists split, days are numbers."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.reference import Loader
from app.core.sheets import BadField
from app.regulatory.models import Country, PolicyRule, Topic
from app.regulatory.rule_files import FOLDER, read_folder
from app.regulatory.states import Tier

DOMAINS = (
    "export_control", "investment_review", "government_agreement", "liability", "operations_licence",
    "radio_frequency", "trade_compliance", "travel",
)  # fmt: skip
VERIFICATIONS = ("read", "read_secondary", "part_unverified", "unverified")
COUNTRY_COLUMNS = (
    "iso2", "iso3", "name", "artemis_accords", "mtcr_member", "ear_country_groups", "ear_embargo_e", "ear_d5",
    "itar_126_1", "cfius_excepted", "us_tsa", "us_framework_agreement", "iss_partner", "esa_member",
    "oct2024_space_rule_tier", "aukus_itar_exemption", "notes", "source", "ear_chart_marks", "artemis_date_status",
    "dependency_of", "as_of",
)  # fmt: skip
TOPIC_COLUMNS = (
    "topic_key", "name", "domain", "agency", "authority", "applies_to", "trigger", "lead_time", "lead_days_min",
    "lead_days_max", "lead_basis", "partner_supplies", "outcomes", "notes", "source", "as_of", "verification",
)  # fmt: skip


def parse_country(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return a country's content. Raises BadField for a code, flag, tier or date that is none."""
    return {
        "iso2": _matching(cells, "iso2", r"[A-Z]{2}"),
        "iso3": _matching(cells, "iso3", r"[A-Z]{3}"),
        "name": _matching(cells, "name", r".+"),
        "tier": _one_of(cells, "oct2024_space_rule_tier", tuple(Tier)),
        "as_of": _day(cells, "as_of"),
        "artemis_accords": _matching(cells, "artemis_accords", r"(\d{4}(-\d\d(-\d\d)?)?)?"),
        "artemis_date_status": cells["artemis_date_status"],
        "mtcr_member": _flag(cells, "mtcr_member"),
        "ear_country_groups": _parts(cells["ear_country_groups"], ";"),
        "ear_chart_marks": _parts(cells["ear_chart_marks"], ";"),
        "ear_embargo": _one_of(cells, "ear_embargo_e", ("", "E:1", "E:2")),
        "ear_d5": _flag(cells, "ear_d5"),
        "itar_126_1": _one_of(cells, "itar_126_1", ("y", "n", "suspended", "partial")),
        "aukus_exemption": _flag(cells, "aukus_itar_exemption"),
        "cfius_excepted": _flag(cells, "cfius_excepted"),
        "us_tsa": _one_of(cells, "us_tsa", ("y", "pending", "n")),
        "us_framework_agreement": _flag(cells, "us_framework_agreement"),
        "iss_partner": _matching(cells, "iss_partner", r"n|y:.+"),
        "esa_member": _matching(cells, "esa_member", r".+"),
        "dependency_of": _matching(cells, "dependency_of", r"([A-Z]{2})?"),
        "notes": cells["notes"],
        "source": _parts(cells["source"], "|"),
    }


def parse_topic(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return a topic's content. Raises BadField for an unknown word, days that are no number, or min over max."""
    low, high = _days(cells, "lead_days_min"), _days(cells, "lead_days_max")
    if low is not None and high is not None and low > high:
        raise BadField("lead_days_max", f"must not be less than lead_days_min ({low}).")
    return {
        "key": _matching(cells, "topic_key", r"[a-z0-9_]+"),
        "name": _matching(cells, "name", r".+"),
        "domain": _one_of(cells, "domain", DOMAINS),
        "agency": _matching(cells, "agency", r".+"),
        "authority": cells["authority"],
        "applies_to": _one_of(cells, "applies_to", ("pair", "party", "company", "opportunity")),
        "trigger": cells["trigger"],
        "lead_time": cells["lead_time"],
        "lead_days_min": low,
        "lead_days_max": high,
        "lead_basis": _matching(cells, "lead_basis", r"[a-z_]+"),
        "partner_supplies": [part for part in _parts(cells["partner_supplies"], ";") if not part.startswith("None")],
        "outcomes": _parts(cells["outcomes"], ";"),
        "notes": cells["notes"],
        "source": _parts(cells["source"], "|"),
        "as_of": _matching(cells, "as_of", r"(\d{4}(-\d\d(-\d\d)?)?)?"),
        "verification": _one_of(cells, "verification", VERIFICATIONS),
    }


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _matching(cells: Mapping[str, str], field: str, pattern: str) -> str:
    if not re.fullmatch(pattern, cells[field]):
        raise BadField(field, f"{cells[field]!r} is not of the wanted form.")
    return cells[field]


def _one_of(cells: Mapping[str, str], field: str, allowed: tuple[str, ...]) -> str:
    if cells[field] not in allowed:
        raise BadField(field, f"{cells[field]!r} is none of {', '.join(filter(None, allowed))}.")
    return str(cells[field])


def _flag(cells: Mapping[str, str], field: str) -> bool:
    return _one_of(cells, field, ("y", "n")) == "y"


def _day(cells: Mapping[str, str], field: str) -> str:
    try:
        return date.fromisoformat(cells[field]).isoformat()
    except ValueError:
        raise BadField(field, f"{cells[field]!r} is not a date like 2026-07-23.") from None


def _days(cells: Mapping[str, str], field: str) -> int | None:
    text = cells[field]
    if not text:
        return None
    if not text.isdecimal():
        raise BadField(field, f"{text!r} is not a whole number of days.")
    return int(text)


def _country_columns(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": content["name"], "tier": content["tier"]}


def _topic_columns(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": content["name"], "domain": content["domain"]}


def _rule_columns(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"stage": content["stage"], "place": content["place"]}


LOADERS = {
    "countries": Loader(
        "countries", "countries.csv", "iso2", COUNTRY_COLUMNS, Country, parse_country, _country_columns
    ),
    "topics": Loader(
        "topics", "regulatory_topics.csv", "topic_key", TOPIC_COLUMNS, Topic, parse_topic, _topic_columns
    ),
    "rules": Loader("rules", FOLDER, "topic", (), PolicyRule, dict, _rule_columns, whole=read_folder),
}  # fmt: skip
