"""What the United States asks of a partner from the reader's own or a chosen country: on entries, lists, paper."""

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts import queries as accounts
from app.accounts.cookies import throttle
from app.accounts.throttle import papers_asked_by
from app.core import clock
from app.core.access import EVERYONE, SIGNED_IN, Principal, allow, principal, principal_or_none
from app.core.db import db
from app.core.errors import InvalidInput
from app.directory import rules
from app.directory.papers import policy_pdf
from app.directory.queries import EntryRow, EntryView
from app.directory.views.base import bp, seen_entry
from app.documents.rules.disposition import attachment
from app.regulatory import queries as regulatory
from app.regulatory.queries import PolicyTable
from app.regulatory.rules import LEAD_BASIS_WORDS, NO_TOTAL, PolicyLine
from app.regulatory.states import PARTICIPATION_LABELS, VERIFICATION_WORDS, Participation

WORDS: dict[str, Any] = {
    "kinds": PARTICIPATION_LABELS,
    "lead_bases": LEAD_BASIS_WORDS,
    "no_total": NO_TOTAL,
    "policy_verified": VERIFICATION_WORDS,
    "as_of_words": rules.as_of_words,
}
# Filled by the room of questions to the export desk: the address to ask at, by entry, country, kind and topic ("KEY" is
# put in by the page), and the answers to show with an entry.
ask_address: list[Callable[[str, str, Participation | None, str], str]] = []
answers: list[Callable[[UUID], str]] = []
NO_PAIR = "Choose the partner's country on the entry's own page first: the steps differ from country to country."


def country_asked(person: Principal | None, known: Collection[str], name: str = "country") -> str:
    """Return the country in the address, else that of the reader's organization abroad; "" when neither is known."""
    asked = request.args.get(name, "").upper()
    if asked in known and asked != "US":
        return asked
    home = accounts.country_abroad(db(), person) if person else ""
    return home if home in known else ""


def kind_asked() -> Participation | None:
    asked = request.args.get("participation", "")
    return next((kind for kind in Participation if kind.value == asked), None)


def policy_of(found: EntryView, countries: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return what the policy section of an entry's page shows."""
    country, kind = country_asked(principal_or_none(), dict(countries)), kind_asked()
    return {
        **WORDS, "country": country, "kind": kind, "policy": _table(found, country, kind),
        "ask_about": next((make(found.row.key, country, kind, "") for make in ask_address), ""),
        "ask_address": next((make(found.row.key, country, kind, "KEY") for make in ask_address), ""),
        "answered": [Markup(make(found.row.id)) for make in answers],  # noqa: S704 - rendered by a template
    }  # fmt: skip


def policy_lines(rows: Sequence[EntryRow], country: str, kinds: Sequence[str]) -> dict[str, PolicyLine]:
    """Return each entry's line for a list, by key; for one kind when exactly one was asked for."""
    kind = Participation(kinds[0]) if len(kinds) == 1 else None
    lines = regulatory.policy_summaries(db(), country, [row.topic_keys for row in rows], kind)
    return {row.key: line for row, line in zip(rows, lines, strict=False)}


@bp.get("/directory/<string:key>/policy")
@allow(read=EVERYONE)
def policy(key: str) -> ResponseReturnValue:
    """Show the steps of one pair on a page that is made for paper; without a country, lead to where one is chosen."""
    found = seen_entry(key)
    shown = policy_of(found, regulatory.country_choices(db()))
    if shown["policy"] is None:
        return redirect(url_for("directory.entry", key=key, _anchor="policy"), 303)
    return render_template("directory/policy.html", row=found.row, today=clock.now().date(), **shown)


@bp.get("/directory/<string:key>/policy.pdf")
@allow(read=SIGNED_IN)
def policy_paper(key: str) -> ResponseReturnValue:
    """Hand out the steps of one pair as PDF, for the folder one takes to a meeting."""
    found, person = seen_entry(key), principal()
    country, kind = country_asked(person, dict(regulatory.country_choices(db()))), kind_asked()
    table = _table(found, country, kind)
    if table is None:
        raise InvalidInput(NO_PAIR)
    throttle().spend(papers_asked_by(str(person.user_id)), sentence="That were many papers in a short time.")
    answer = Response(policy_pdf(found.row, table, kind, made_at=clock.now()), mimetype="application/pdf")
    name = "-".join(["policy", key, country.lower(), *([kind.value.replace("_", "-")] if kind else [])])
    answer.headers["Content-Disposition"] = attachment(f"{name}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _table(found: EntryView, country: str, kind: Participation | None) -> PolicyTable | None:
    if not country:
        return None
    return regulatory.policy_table(db(), country=country, topic_keys=found.row.topic_keys, participation=kind)
