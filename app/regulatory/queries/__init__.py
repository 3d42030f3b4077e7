"""Reads of countries, topics and the policy steps of a pair."""

from app.regulatory.queries.policy import PolicyTable, policy_lines, policy_steps, policy_summaries, policy_table
from app.regulatory.queries.rows import (
    countries,
    countries_page,
    country,
    country_choices,
    country_row,
    topic,
    topic_row,
    topics,
    topics_page,
)

__all__ = [
    "PolicyTable",
    "countries",
    "countries_page",
    "country",
    "country_choices",
    "country_row",
    "policy_lines",
    "policy_steps",
    "policy_summaries",
    "policy_table",
    "topic",
    "topic_row",
    "topics",
    "topics_page",
]
