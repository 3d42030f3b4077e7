"""How this room names things to people."""

from collections.abc import Mapping

from app.registration.states import TYPE_LABELS, ParticipantType, PoolKind


def pool_words(kind: PoolKind, key: str, countries: Mapping[str, str]) -> str:
    """Return a pool in a sentence, an organization without its name; `countries` names each country by its code."""
    if kind is PoolKind.TYPE:
        return f"the pool for the type '{TYPE_LABELS[ParticipantType(key)]}'"
    return {
        PoolKind.TOTAL: "the total of the summit",
        PoolKind.MARKET: f"the market {countries.get(key, key)}",
        PoolKind.ORGANIZATION: "the places of this organization",
    }[kind]


def pool_title(kind: PoolKind, key: str, countries: Mapping[str, str]) -> str:
    """Return a pool as a table names it; `countries` names each country by its code."""
    return {
        PoolKind.TOTAL: "Total of the summit",
        PoolKind.MARKET: f"Market: {countries.get(key, key)}",
        PoolKind.TYPE: f"Type: {TYPE_LABELS[ParticipantType(key)]}" if kind is PoolKind.TYPE else "",
        PoolKind.ORGANIZATION: "This organization",
    }[kind]
