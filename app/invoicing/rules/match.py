"""Which invoice money that came in belongs to: certain, likely with the reason, or nobody knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from rapidfuzz import fuzz, process

from app.core.money import Money
from app.core.names.written import plain
from app.invoicing.rules.numbers import numbers_in, references_in

ALIKE = 88.0
"""How alike, of 100, a payer's name and an invoice's must be to speak of a resemblance."""


class Verdict(StrEnum):
    """MATCH is booked by itself, SUGGEST waits for a person's word, PARK for a person's search."""

    MATCH = "match"
    SUGGEST = "suggest"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class Open:
    """An invoice that money may be for; `open_cents` is what is still to come. Names are as `plain` writes them."""

    paper_id: UUID
    number: str
    reference: str
    currency: str
    open_cents: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """Money that came in, as far as matching looks at it."""

    amount_cents: int
    currency: str
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to do with it, with which invoice, and why."""

    verdict: Verdict
    reason: str
    paper_id: UUID | None = None


@dataclass(frozen=True)
class Candidates:
    """The invoices that wait for money, findable by sum; made once for many entries."""

    waiting: Sequence[Open]
    by_sum: Mapping[tuple[str, int], list[Open]] = field(default_factory=dict)

    @classmethod
    def of(cls, waiting: Sequence[Open]) -> "Candidates":
        """Return the candidates that these open invoices are."""
        sums: dict[tuple[str, int], list[Open]] = {}
        for one in waiting:
            sums.setdefault((one.currency, one.open_cents), []).append(one)
        return cls(waiting, sums)

    def without(self, paper_id: UUID) -> "Candidates":
        """Return the candidates less an invoice that was just paid."""
        return Candidates.of([one for one in self.waiting if one.paper_id != paper_id])


def named_in(text: str) -> list[str]:
    """Return the references and numbers of invoices that the words with a transfer hold."""
    return [*references_in(text), *numbers_in(text)]


def judge(incoming: Incoming, named: Sequence[Open], others: Candidates) -> Judgement:
    """Decide about money that came in. `named` are the invoices that its words name, `others` all that wait.

    By itself only money is booked whose words name one invoice, in its currency, over exactly what is open.
    """
    distinct = list({one.paper_id: one for one in named}.values())
    if len(distinct) > 1:
        listed = " and ".join(one.number for one in distinct[:4])
        return Judgement(Verdict.PARK, f"It names {listed}. Divide it by hand.")
    if distinct:
        return _against(incoming, distinct[0])
    return _by_resemblance(incoming, others)


def _against(incoming: Incoming, one: Open) -> Judgement:
    came = Money(incoming.amount_cents, incoming.currency)
    if incoming.currency != one.currency:
        return Judgement(
            Verdict.PARK,
            f"It names {one.number}, which is in {one.currency}; this is {came}. Currencies are kept apart.",
        )
    is_open = Money(one.open_cents, one.currency)
    if not one.open_cents:
        words = f"It names {one.number}, on which nothing is open. Confirm: it restores what lapsed, or is owed back."
        return Judgement(Verdict.SUGGEST, words, one.paper_id)
    if came == is_open:
        return Judgement(Verdict.MATCH, f"It names {one.number} and pays it.", one.paper_id)
    if came < is_open:
        words = f"It names {one.number} and is {is_open - came} less than the {is_open} open: a part payment."
        return Judgement(Verdict.SUGGEST, words, one.paper_id)
    words = f"It names {one.number} and is {came - is_open} more than the {is_open} open. The rest is owed back."
    return Judgement(Verdict.SUGGEST, words, one.paper_id)


def _by_resemblance(incoming: Incoming, others: Candidates) -> Judgement:
    same_sum = others.by_sum.get((incoming.currency, incoming.amount_cents), [])
    name = plain(incoming.name)
    alike = [one for one in same_sum if _resembles(name, one)]
    if len(alike) == 1:
        words = f"No reference, but the sum and the payer's name fit {alike[0].number}."
        return Judgement(Verdict.SUGGEST, words, alike[0].paper_id)
    if len(same_sum) == 1 and not alike:
        words = f"No reference, but {same_sum[0].number} is the only open invoice over this sum. Look at the name."
        return Judgement(Verdict.SUGGEST, words, same_sum[0].paper_id)
    if not same_sum and (one := _only_name(name, incoming.currency, others)):
        words = f"No reference and another sum, but the payer's name fits {one.number}."
        return Judgement(Verdict.SUGGEST, words, one.paper_id)
    if len(same_sum) > 1:
        return Judgement(Verdict.PARK, f"No reference, and {len(same_sum)} open invoices are over this sum.")
    return Judgement(Verdict.PARK, "No reference, and neither sum nor name fits an open invoice.")


def _resembles(name: str, one: Open) -> bool:
    return bool(name) and any(fuzz.token_set_ratio(name, other) >= ALIKE for other in one.names)


def _only_name(name: str, currency: str, others: Candidates) -> Open | None:
    if len(name) < 5:
        return None
    listed = [(one, other) for one in others.waiting if one.currency == currency for other in one.names]
    found = process.extract(
        name, [other for _one, other in listed], scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=3
    )
    hits = {listed[place][0].paper_id: listed[place][0] for _name, _score, place in found}
    return next(iter(hits.values())) if len(hits) == 1 else None
