"""The policy steps of a pair on paper."""

from datetime import datetime
from typing import Any

from app.core import paper
from app.directory import rules
from app.directory.queries import EntryRow
from app.regulatory.facts import PolicyStep
from app.regulatory.queries import PolicyTable
from app.regulatory.rules import LEAD_BASIS_WORDS, NO_TOTAL, StepsSummary
from app.regulatory.states import PARTICIPATION_LABELS, VERIFICATION_WORDS, Outcome, Participation

ANY_KIND = "All kinds of participation at once, the strictest reading"
UNVERIFIED = "source=unverified:"


def policy_pdf(row: EntryRow, table: PolicyTable, kind: Participation | None, *, made_at: datetime) -> bytes:
    """Return the steps of an entry and a country as PDF: the same words as on the page."""
    return paper.render("policy_steps", facts_of(row, table, kind, made_at=made_at), made_at=made_at)


def facts_of(row: EntryRow, table: PolicyTable, kind: Participation | None, *, made_at: datetime) -> dict[str, Any]:
    """Return what the paper says, as plain data."""
    found = table.by_kind[kind] if kind else table.any_kind
    last = table.steps[-1] if table.steps else None
    return {
        "title": f"Policy steps: {row.name} and a partner from {table.country.name}",
        "entry": row.name,
        "company": row.lead_company,
        "standing": row.standing,
        "country": table.country.name,
        "kind": PARTICIPATION_LABELS[kind] if kind else ANY_KIND,
        "dated": f"{made_at.day} {made_at:%B %Y}",
        "as_of": rules.as_of_words(table.country.as_of.isoformat()),
        "steps": [_step(step) for step in table.steps],
        "no_total": NO_TOTAL,
        "stops": bool(last and last.hard_stop),
        "refused": bool(last and last.outcome is Outcome.REFUSED),
        **_summary(found),
    }


def _summary(found: StepsSummary) -> dict[str, str]:
    clear = f", {found.clear} of them clear" if found.clear else ""
    unknown = f"; {found.unknown} without a figure" if found.unknown else ""
    longest = found.longest
    return {
        "count": f"{found.count}{clear}",
        "strictest": " and ".join(filter(None, (found.strictest_words, found.open_words))),
        "lead": f"{found.range_words}{unknown}",
        "longest": f"{longest.words}: {longest.title} ({LEAD_BASIS_WORDS.get(longest.basis, longest.basis)})"
        if longest
        else "None with a figure",
    }


def _step(step: PolicyStep) -> dict[str, Any]:
    clear = "Nothing to wait for: clear. Otherwise: " if step.outcome is Outcome.CLEAR else ""
    has_figure = step.lead_days_min is not None or step.lead_days_max is not None
    return {
        "title": step.title,
        "outcome": step.outcome_words,
        "why": step.why,
        "agency": step.agency,
        "authority": step.authority.replace(UNVERIFIED, "not verified, check:") or "None named",
        "trigger": step.trigger or "Not stated",
        "lead": f"{clear}{'' if has_figure else 'No figure found. '}{step.lead_time_words}",
        "bring": "; ".join(step.bring) or "Nothing listed",
        "rule": "asked because this programme meets the topic" if step.from_entry else "asked of every partner",
        "source": "; ".join(source.replace(UNVERIFIED, "not verified, check:") for source in step.source)
        or "none named",
        "as_of": rules.as_of_words(step.as_of),
        "verified": VERIFICATION_WORDS.get(step.verification, step.verification),
    }
