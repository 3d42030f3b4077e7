"""What a check is given and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass

from app.regulatory.facts import CountryRow
from app.regulatory.states import Outcome, Participation, Tier

ALL = frozenset(Participation)
EQUITY = frozenset({Participation.EQUITY})
SEAT = frozenset({Participation.SEAT})
SITE = frozenset({Participation.LANDING_SITE})
PAYLOAD = frozenset({Participation.PAYLOAD})
# Money alone moves neither hardware nor technical data; every other kind does, or may.
FLOWS = ALL - EQUITY
FLOWN = frozenset({Participation.HARDWARE, Participation.PAYLOAD, Participation.CAPACITY_PURCHASE})
LAUNCHED = FLOWN | SEAT | SITE
TRANSMITS = frozenset({Participation.HARDWARE, Participation.PAYLOAD, Participation.SERVICES, *SITE})
IMAGES = frozenset({Participation.HARDWARE, Participation.PAYLOAD, Participation.SERVICES})


@dataclass(frozen=True, slots=True)
class Pair:
    """One country, the topics an entry meets, and the kinds of participation meant."""

    country: CountryRow
    topics: frozenset[str]
    kinds: frozenset[Participation]

    @property
    def is_foreign(self) -> bool:
        return self.country.tier is not Tier.UNITED_STATES

    @property
    def has_flow(self) -> bool:
        """Tell whether hardware or technical data moves."""
        return bool(self.kinds & FLOWS)


@dataclass(frozen=True, slots=True)
class Answer:
    """An outcome, why in a sentence, and whether the list ends here."""

    outcome: Outcome
    why: str
    hard_stop: bool = False


Check = Callable[[Pair], Answer | None]


def always(outcome: Outcome, why: str) -> Check:
    """Return the check that answers the same for every country."""
    return lambda _pair: Answer(outcome, why)


def for_foreign(outcome: Outcome, why: str) -> Check:
    """Return the check that answers the same for every country but the United States."""
    return lambda pair: Answer(outcome, why) if pair.is_foreign else None
