"""Reads of countries, topics and the policy steps of a pair."""

from app.regulatory.queries.assessment import AssessedPair, assess_pair
from app.regulatory.queries.policy import (
    PolicyTable,
    policy_lines,
    policy_steps,
    policy_summaries,
    policy_table,
    rulebook,
)
from app.regulatory.queries.rows import (
    countries,
    countries_page,
    country,
    country_choices,
    country_row,
    topic,
    topic_row,
    topic_with_rule,
    topics,
    topics_page,
)

__all__ = [
    "AssessedPair",
    "PolicyTable",
    "assess_pair",
    "countries",
    "countries_page",
    "country",
    "country_choices",
    "country_row",
    "policy_lines",
    "policy_steps",
    "policy_summaries",
    "policy_table",
    "rulebook",
    "topic",
    "topic_row",
    "topic_with_rule",
    "topics",
    "topics_page",
]
