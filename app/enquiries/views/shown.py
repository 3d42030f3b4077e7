"""What other rooms' pages show of this one: the way to ask, and answers that everyone may read."""

from uuid import UUID

from flask import render_template, url_for

from app.core.db import db
from app.enquiries import queries
from app.enquiries.queries import PublicRow
from app.regulatory.states import Participation


def ask_address(entry_key: str, country: str, kind: Participation | None, topic_key: str) -> str:
    """Return the address of the form for a question about an entry's step; "" for what is not named."""
    return url_for(
        "enquiries.ask", entry=entry_key or None, country=country or None, topic=topic_key or None,
        participation=kind.value if kind else None,
    )  # fmt: skip


def for_entry(entry_id: UUID) -> str:
    """Return the public answers of an entry as a part of its page."""
    return _rendered(queries.public_answers(db(), entry_id=entry_id), "")


def for_country(iso2: str) -> str:
    """Return the public answers about a country, with the way to ask."""
    return _rendered(queries.public_answers(db(), country=iso2), ask_address("", iso2, None, ""))


def for_topic(key: str) -> str:
    """Return the public answers about a topic, with the way to ask."""
    return _rendered(queries.public_answers(db(), topic_key=key), ask_address("", "", None, key))


def _rendered(rows: list[PublicRow], ask: str) -> str:
    return render_template("enquiries/_public.html", rows=rows, ask=ask)
