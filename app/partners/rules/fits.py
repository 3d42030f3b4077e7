"""How a mandate and an entry compare, fact by fact and in words. It counts what agrees and foretells nothing.

What one side does not say is unknown: it is told as that and never counts against anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.money import BAND_ORDER, AmountBand, band_words
from app.directory.states import SOUGHT_LABELS, STAGE_LABELS, Sought, StageGroup
from app.partners.states import INSTRUMENT_LABELS, Instrument
from app.regulatory.states import Opening

INSTRUMENT_WORDS: dict[Instrument, tuple[str, ...]] = {
    Instrument.COMMON_EQUITY: ("common", "ordinary share"),
    Instrument.PREFERRED_EQUITY: ("preferred", "preference"),
    Instrument.CONVERTIBLE: ("convertible", "safe"),
    Instrument.LOAN: ("loan", "debt", "credit", "bond"),
    Instrument.PURCHASE: ("purchase", "contract", "lease", "prepay"),
    Instrument.BARTER: ("barter", "in kind", "in-kind", "exchange"),
    Instrument.JOINT_VENTURE: ("joint venture",),
    Instrument.AGREEMENT: ("agreement", "memorandum"),
}


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """What of a mandate its reader may compare. An empty list is not known; an undisclosed ticket neither."""

    offers: tuple[Sought, ...] = ()
    seeks: tuple[Opening, ...] = ()
    least: AmountBand = AmountBand.UNDISCLOSED
    most: AmountBand = AmountBand.UNDISCLOSED
    currency: str = "USD"
    stages: tuple[StageGroup, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    us_states: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class SoughtFacts:
    """One thing that a company seeks, as far as the reader may see it."""

    kind: Sought
    band: AmountBand | None = None
    currency: str = "USD"
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What of an entry its reader may compare; only fields that are visible to that reader belong in here.

    `is_inferred`: what is sought is read from reported openings, not said by the company.
    """

    sought: tuple[SoughtFacts, ...] = ()
    is_inferred: bool = False
    openings: tuple[Opening, ...] = ()
    stage: StageGroup = StageGroup.OTHER
    us_state: str = ""
    launch_from: int | None = None
    launch_to: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One fact compared. `agrees` is None when it is not known on one side."""

    field: str
    agrees: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Fits:
    """A whole comparison. `has_bearing`: something brought or looked for agrees, or nobody can say."""

    lines: tuple[Line, ...]

    @property
    def agreeing(self) -> list[str]:
        return [line.words for line in self.lines if line.agrees]

    @property
    def against(self) -> list[str]:
        return [line.words for line in self.lines if line.agrees is False]

    @property
    def unknown(self) -> list[str]:
        return [line.words for line in self.lines if line.agrees is None]

    @property
    def has_bearing(self) -> bool:
        said = [line.agrees for line in self.lines if line.field in ("offers", "seeks")]
        return any(said) or None in said

    @property
    def rank(self) -> tuple[int, int]:
        """Order by this: more agreeing facts first, then fewer that speak against."""
        return -len(self.agreeing), len(self.against)


def fits(mandate: MandateFacts, entry: EntryFacts, *, to_partner: bool = False) -> Fits:
    """Compare a mandate with an entry, seven facts at most; `to_partner` words them for the partner itself."""
    lines = [_offers(mandate, entry), _seeks(mandate, entry), _ticket(mandate, entry), _stage(mandate, entry)]
    lines += [_instruments(mandate, entry), _timing(mandate, entry), *_place(mandate, entry)]
    if to_partner:
        lines = [Line(line.field, line.agrees, _spoken_to(line.words)) for line in lines]
    return Fits(tuple(lines))


SPOKEN_TO = {
    "The partner's": "Your", "the partner's": "your", "The partner brings": "You bring",
    "the partner brings": "you bring", "the partner looks": "you look", "the partner named": "you named",
    "the mandate": "your mandate", "the ticket": "your ticket",
}  # fmt: skip


def _spoken_to(words: str) -> str:
    """Return a sentence about the partner as it is said to the partner."""
    for about, to in SPOKEN_TO.items():
        words = words.replace(about, to)
    return words


def _offers(mandate: MandateFacts, entry: EntryFacts) -> Line:
    sought = tuple(dict.fromkeys(one.kind for one in entry.sought))
    if not mandate.offers or not sought:
        whose = "what the company seeks" if mandate.offers else "what the partner brings"
        return Line("offers", None, f"Not known: {whose}.")
    if common := [kind for kind in sought if kind in mandate.offers]:
        words = "what reported openings suggest is sought" if entry.is_inferred else "what is sought"
        return Line("offers", True, f"The partner brings {words}: {_named(common)}.")
    if entry.is_inferred:
        return Line("offers", None, "Not known: what the company seeks; reported openings name other things.")
    return Line("offers", False, f"Sought is {_named(sought)}; the partner brings {_named(mandate.offers)}.")


def _seeks(mandate: MandateFacts, entry: EntryFacts) -> Line:
    if not mandate.seeks or not entry.openings:
        whose = "what the entry is open to" if mandate.seeks else "what the partner looks for"
        return Line("seeks", None, f"Not known: {whose}.")
    if common := [opening for opening in entry.openings if opening in mandate.seeks]:
        return Line("seeks", True, f"It is open to what the partner looks for: {_plain(common)}.")
    return Line("seeks", False, f"It is not known to be open to {_plain(mandate.seeks)}.")


def _ticket(mandate: MandateFacts, entry: EntryFacts) -> Line:
    told = [one for one in entry.sought if one.band not in (None, AmountBand.UNDISCLOSED)]
    concerned = [one for one in told if not mandate.offers or one.kind in mandate.offers]
    if AmountBand.UNDISCLOSED in (mandate.least, mandate.most) or not concerned:
        whose = "the amount sought" if mandate.least is not AmountBand.UNDISCLOSED else "the partner's ticket"
        return Line("ticket", None, f"Not known: {whose}.")
    same = [one for one in concerned if one.currency == mandate.currency]
    if not same:
        return Line("ticket", None, f"Not compared: amounts in {concerned[0].currency} and {mandate.currency}.")
    low, high = BAND_ORDER[mandate.least], BAND_ORDER[mandate.most]
    within = [one for one in same if one.band and low <= BAND_ORDER[one.band] <= high]
    shown = (within or same)[0]
    amount = band_words(shown.band or AmountBand.UNDISCLOSED, shown.currency)
    if within:
        return Line("ticket", True, f"The amount sought is within the ticket: {amount}.")
    return Line("ticket", False, f"The amount sought is outside the ticket: {amount}.")


def _stage(mandate: MandateFacts, entry: EntryFacts) -> Line:
    if not mandate.stages or entry.stage is StageGroup.OTHER:
        whose = "the entry's stage" if mandate.stages else "the stages of the mandate"
        return Line("stage", None, f"Not known: {whose}.")
    at = STAGE_LABELS[entry.stage].lower()
    agrees = entry.stage in mandate.stages
    return Line("stage", agrees, f"The stage ({at}) is {'within' if agrees else 'outside'} the mandate.")


def _instruments(mandate: MandateFacts, entry: EntryFacts) -> Line:
    named = {form for one in entry.sought for form in _read(one.instrument)}
    if not mandate.instruments or not named:
        return Line("instruments", None, "Not known: whether the form of taking part agrees.")
    common = [form for form in mandate.instruments if form in named]
    words = ", ".join(INSTRUMENT_LABELS[form].lower() for form in (common or sorted(named)))
    if common:
        return Line("instruments", True, f"The form agrees: {words}.")
    return Line("instruments", False, f"Another form is sought: {words}.")


def _read(instrument: str) -> list[Instrument]:
    """Return the forms that a company's own words name."""
    words = instrument.lower()
    return [form for form, signs in INSTRUMENT_WORDS.items() if any(sign in words for sign in signs)]


def _timing(mandate: MandateFacts, entry: EntryFacts) -> Line:
    first, last = entry.launch_from, entry.launch_to or entry.launch_from
    if first is None or last is None or (mandate.starts_on is None and mandate.ends_on is None):
        return Line("timing", None, "Not known: whether the times agree.")
    begins = mandate.starts_on.year if mandate.starts_on else first
    ends = mandate.ends_on.year if mandate.ends_on else last
    years = str(first) if first == last else f"{first} to {last}"
    agrees = first <= ends and last >= begins
    words = "within" if agrees else "outside"
    return Line("timing", agrees, f"The flights named ({years}) are {words} the time of the mandate.")


def _place(mandate: MandateFacts, entry: EntryFacts) -> Iterable[Line]:
    """Compare places only where the partner named some: most do not care."""
    if not mandate.us_states:
        return []
    if not entry.us_state:
        return [Line("place", None, "Not known: in which U.S. state.")]
    agrees = entry.us_state in mandate.us_states
    words = "one that the partner named" if agrees else "none that the partner named"
    return [Line("place", agrees, f"It is in {entry.us_state}, {words}.")]


def _named(kinds: Sequence[Sought]) -> str:
    return ", ".join(SOUGHT_LABELS[kind].lower() for kind in kinds)


def _plain(openings: Sequence[Opening]) -> str:
    return ", ".join(opening.value.replace("_", " ") for opening in openings)
