"""Review of investment: only equity, and only from abroad."""

from app.regulatory.checks.pair import Answer, Pair
from app.regulatory.states import Outcome


def excepted_investor(pair: Pair) -> Answer | None:
    """An excepted state; each investor must still pass its own tests."""
    if not pair.country.cfius_excepted:
        return None
    why = f"{pair.country.name} is an excepted foreign state. Show that this investor itself meets each test."
    return Answer(Outcome.CLEAR_WITH_STEP, why)


def mandatory_declaration(pair: Pair) -> Answer | None:
    """A stake in a business with critical technology, or a large government holder."""
    if not pair.is_foreign:
        return None
    why = "A declaration is due 30 days before completion if the stake gives control, a board seat or technical access."
    if pair.country.cfius_excepted:
        why += " Not for an investor that itself meets the excepted-investor tests."
    return Answer(Outcome.NEEDS_AUTHORIZATION, why)


def voluntary_notice(pair: Pair) -> Answer | None:
    """Below the mandatory thresholds: shown where the mandatory step does not already stand for everyone."""
    if not pair.is_foreign or ("cfius_tid_mandatory" in pair.topics and not pair.country.cfius_excepted):
        return None
    return Answer(
        Outcome.CLEAR_WITH_STEP,
        "Not required below the thresholds; a cleared filing keeps the deal from being reopened.",
    )
