"""Which pools of places a person draws from."""

from collections.abc import Iterable
from dataclasses import replace

from app.registration.rules.summit import EVERY, PoolRule
from app.registration.states import PoolKind


def pools_touched(rules: Iterable[PoolRule], country: str, participant_type: str, organization: str) -> list[PoolRule]:
    """Return the pools, with their own key, that somebody draws from: at most one of each kind.

    A rule with the person's own market, type or organization goes before the rule for every one; a kind
    without either sets no limit. `organization` is its id as text.
    """
    own = {
        PoolKind.TOTAL: "",
        PoolKind.MARKET: country,
        PoolKind.TYPE: participant_type,
        PoolKind.ORGANIZATION: organization,
    }
    by_key = {(rule.kind, rule.key): rule for rule in rules}
    touched = []
    for kind, key in own.items():
        rule = by_key.get((kind, key), by_key.get((kind, EVERY)))
        if rule is not None:
            touched.append(replace(rule, key=key))
    return touched
