"""Readings of ours of what sources report: a coarse stage, named partners, the years of a launch. Never a fact."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.directory.rules.text import plain
from app.directory.states import StageGroup

STAGE_BEGINS: tuple[tuple[str, StageGroup], ...] = (
    ("withdrawn", StageGroup.WITHDRAWN),
    ("completed", StageGroup.COMPLETED),
    ("operati", StageGroup.OPERATIONAL),
    ("concept", StageGroup.CONCEPT),
    ("design", StageGroup.DESIGN),
    ("awarded", StageGroup.ON_SALE),
    ("re-planned", StageGroup.PLANNING),
    ("request for information", StageGroup.PLANNING),
)
STAGE_HOLDS: tuple[tuple[str, StageGroup], ...] = (
    ("being sold", StageGroup.ON_SALE),
    ("development", StageGroup.DEVELOPMENT),
    ("build", StageGroup.DEVELOPMENT),
    ("integration", StageGroup.DEVELOPMENT),
    ("test", StageGroup.DEVELOPMENT),
    ("phase", StageGroup.DEVELOPMENT),
    ("launched", StageGroup.OPERATIONAL),
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
DECADE = re.compile(r"(?<!\d)(?:19|20)\d0s")
NAMED = re.compile(
    r"(?P<name>[^()]+?)\s*\((?P<countries>[A-Z]{2}(?:/[A-Z]{2})*)(?:,\s*(?P<role>[^()]*))?\)(?P<more>.*)"
)


def stage_group(stage: str) -> StageGroup:
    """Return the coarse stage that reported words fall under: a reading of ours to filter by, not a reported fact."""
    words = plain(stage)
    begins = (group for start, group in STAGE_BEGINS if words.startswith(start))
    holds = (group for part, group in STAGE_HOLDS if part in words)
    return next(begins, None) or next(holds, StageGroup.OTHER)


def reported_partners(words: str) -> list[dict[str, Any]]:
    """Return the partners that a source's words name, as "Mitsui (JP, investor); Hilton (US)" does.

    What does not follow that pattern stays whole, as a name without country or role.
    """
    return [_partner(part) for piece in re.split(r";(?![^()]*\))", words) if (part := piece.strip())]


def _partner(words: str) -> dict[str, Any]:
    found = NAMED.fullmatch(words)
    if found is None:
        return {"name": words, "countries": [], "role": ""}
    role = " ".join(part for part in (found["role"] or "", found["more"].strip()) if part)
    return {"name": found["name"].strip(), "countries": found["countries"].split("/"), "role": role}


def reported_funding(words: str) -> list[dict[str, Any]]:
    """Return the funding facts that a source's words hold, split where it separates them."""
    return [{"fact": part, "source": "", "as_of": ""} for piece in words.split(";") if (part := piece.strip())]


def launch_years(content: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the first and the last year named for a launch, in words or by milestones; None when none is named.

    "late 2020s" names no year: nothing is guessed.
    """
    words = [DECADE.sub("", content["target_first_launch"]), *(one["due"][:4] for one in content["milestones"])]
    years = sorted(_years(words))
    return (years[0], years[-1]) if years else None


def _years(words: Iterable[str]) -> set[int]:
    return {int(year) for text in words for year in YEAR.findall(text)}
