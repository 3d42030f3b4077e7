"""Hard filters: which requests a programme does not want to get at all, the same for interest and meetings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.accounts.states import OrganizationKind
from app.core.money import BAND_ORDER, AmountBand
from app.interest.states import CountryRule, Off
from app.regulatory.states import Participation

OFF_LABELS: dict[Off, str] = {
    Off.KIND: "Kind of participation",
    Off.AMOUNT: "Amount below the least",
    Off.PARTNER_KIND: "Kind of organization",
    Off.COUNTRY: "Country",
    Off.STAGE: "Stage of projects the partner takes on",
    Off.LANGUAGE: "Language",
}


@dataclass(frozen=True, slots=True)
class HardFilter:
    """What a company will be asked about for one of its entries. An empty set lets everything through.

    `least` names by currency the smallest band that is worth a talk; currencies that are not named are not judged.
    """

    kinds: frozenset[Participation] = frozenset()
    least: Mapping[str, AmountBand] = field(default_factory=dict)
    refuses_undisclosed: bool = False
    partner_kinds: frozenset[OrganizationKind] = frozenset()
    country_rule: CountryRule = CountryRule.ANY
    countries: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        return self == HardFilter()


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for what: `kinds` are all that would do, None is not known. What is not known is never held against."""

    partner_kind: OrganizationKind
    country: str
    kinds: frozenset[Participation] | None = None
    band: AmountBand | None = None
    currency: str = "USD"
    stages: frozenset[str] | None = None
    languages: frozenset[str] | None = None


def off_filter(wanted: HardFilter, asking: Asking) -> Off | None:
    """Return the first thing about a request that a filter does not let through, None when it passes."""
    listed = asking.country in wanted.countries
    off = {
        Off.PARTNER_KIND: bool(wanted.partner_kinds) and asking.partner_kind not in wanted.partner_kinds,
        Off.COUNTRY: (wanted.country_rule is CountryRule.ONLY and not listed)
        or (wanted.country_rule is CountryRule.EXCEPT and listed),
        Off.KIND: _apart(wanted.kinds, asking.kinds),
        Off.AMOUNT: _too_little(wanted, asking),
        Off.STAGE: _apart(wanted.stages, asking.stages),
        Off.LANGUAGE: _apart(wanted.languages, asking.languages),
    }
    return next((cause for cause, holds in off.items() if holds), None)


def _apart(wanted: frozenset[str], said: frozenset[str] | None) -> bool:
    """Tell whether both sides named something and nothing of it is the same."""
    return bool(wanted) and bool(said) and not wanted & (said or frozenset())


def _too_little(wanted: HardFilter, asking: Asking) -> bool:
    if asking.band is None:
        return False
    if asking.band is AmountBand.UNDISCLOSED:
        return wanted.refuses_undisclosed
    least = wanted.least.get(asking.currency)
    return least is not None and BAND_ORDER[asking.band] < BAND_ORDER[least]
