"""What of an entry a reader may compare with a mandate."""

from typing import Any

from app.core.money import AmountBand
from app.directory import rules as directory_rules
from app.directory.models import Entry
from app.directory.queries.content import content_of
from app.directory.states import Sought, StageGroup, Tier
from app.partners.rules import EntryFacts, SoughtFacts
from app.partners.rules.mandate import offers_from
from app.regulatory.states import Opening


def entry_facts(found: Entry, tier: Tier) -> EntryFacts:
    """Return the facts of an entry that `tier` may see; the directory's own table of tiers decides.

    Of an entry whose company says nothing of what it seeks, the reported openings stand for that, and say so.
    """
    seen = directory_rules.visible(content_of(found), tier)
    openings = tuple(Opening(one) for one in seen["openings"])
    said = tuple(_sought(part) for part in seen["seeking"])
    return EntryFacts(
        sought=said or tuple(SoughtFacts(kind) for kind in offers_from(openings)), is_inferred=not said,
        openings=openings, stage=StageGroup(seen["stage_group"]), us_state=seen["us_state"],
        launch_from=found.launch_from, launch_to=found.launch_to,
    )  # fmt: skip


def _sought(part: dict[str, Any]) -> SoughtFacts:
    band = part.get("band")
    return SoughtFacts(
        Sought(part["kind"]), AmountBand(band) if band else None, part.get("currency") or "USD",
        part.get("instrument") or "",
    )  # fmt: skip
