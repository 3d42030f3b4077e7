"""Who comes to a rehearsal: invented people and organizations, the same for the same seed.

Markets follow the mix of past summits of this kind: many from a few allied markets, a long tail of others.
No person or organization here is real; any likeness is chance, except the few planted to resemble a listed name.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

from app.accounts.states import OrganizationKind
from app.core.money import AmountBand
from app.regulatory.states import Opening, Participation


class Market(NamedTuple):
    """A country that applicants come from: its share of them and the names people and organizations bear."""

    country: str
    share: int
    time_zone: str
    families: tuple[str, ...]
    givens: tuple[str, ...]
    words: tuple[str, ...]


def _markets() -> list[Market]:
    with (Path(__file__).parent / "markets.csv").open(encoding="utf-8", newline="") as table:
        return [
            Market(
                row["country"], int(row["share"]), row["time_zone"], _names(row["family_names"]),
                tuple(row["given_names"].split()), tuple(row["words"].split()),
            )
            for row in csv.DictReader(table)
        ]  # fmt: skip


FORMS: dict[OrganizationKind, Sequence[str]] = {
    OrganizationKind.FUND: ("Orbital Capital", "Space Ventures", "Frontier Fund", "Deep Tech Partners"),
    OrganizationKind.PRIME: ("Aerospace", "Space Systems", "Propulsion", "Structures"),
    OrganizationKind.TRADING_HOUSE: ("Trading", "Global Logistics", "Holdings"),
    OrganizationKind.AGENCY: ("Space Agency", "Institute of Space Research"),
    OrganizationKind.MINISTRY: ("Ministry for Industry and Space",),
}
KIND_WEIGHTS = {
    OrganizationKind.FUND: 34, OrganizationKind.PRIME: 36, OrganizationKind.TRADING_HOUSE: 14,
    OrganizationKind.AGENCY: 12, OrganizationKind.MINISTRY: 4,
}  # fmt: skip
WANTS: dict[OrganizationKind, Sequence[Participation]] = {
    OrganizationKind.FUND: (Participation.EQUITY,),
    OrganizationKind.PRIME: (Participation.HARDWARE, Participation.SERVICES, Participation.EQUITY),
    OrganizationKind.TRADING_HOUSE: (Participation.EQUITY, Participation.CAPACITY_PURCHASE, Participation.SERVICES),
    OrganizationKind.AGENCY: (Participation.SEAT, Participation.PAYLOAD, Participation.LANDING_SITE),
    OrganizationKind.MINISTRY: (Participation.SEAT, Participation.LANDING_SITE),
}
OFFERS: dict[Participation, Sequence[Opening]] = {
    Participation.EQUITY: (Opening.EQUITY,),
    Participation.HARDWARE: (Opening.HARDWARE_SUPPLY, Opening.HOST_MODULE),
    Participation.SERVICES: (Opening.DATA_SERVICE,),
    Participation.CAPACITY_PURCHASE: (Opening.RESEARCH_FACILITY, Opening.CARGO),
    Participation.SEAT: (Opening.CREW_SEAT,),
    Participation.PAYLOAD: (Opening.PAYLOAD, Opening.RESEARCH_FACILITY),
    Participation.LANDING_SITE: (Opening.LANDING_SITE,),
}
GOOD_CARD = "4242424242424242"
AUTHENTICATION_CARD = "4000002500003155"
DECLINED_CARD = "4000000000009995"


@dataclass(frozen=True, slots=True)
class Partner:
    """One foreign applicant: the person, the organization, what they want and how their card behaves."""

    number: int
    name: str
    email: str
    job_title: str
    time_zone: str
    organization: str
    kind: OrganizationKind
    country: str
    owners: tuple[str, ...]
    seeks: tuple[Participation, ...]
    offers: tuple[Opening, ...]
    band: AmountBand
    card: str
    taste: tuple[float, ...]
    diligence: float


def partners(count: int, projects: int, *, seed: int, listed_names: Sequence[str] = ()) -> list[Partner]:
    """Return `count` partners with a taste in [0, 1] for each of `projects`.

    About one in twenty owns or is called like one of `listed_names`, so that screening has work to do.
    """
    draw = Random(f"partners {seed}")  # noqa: S311 - repeatable on purpose
    popularity = [draw.random() for _ in range(projects)]
    markets = _markets()
    return [_partner(number, draw, markets, popularity, listed_names) for number in range(1, count + 1)]


def _partner(
    number: int, draw: Random, markets: Sequence[Market], popularity: Sequence[float], listed: Sequence[str]
) -> Partner:
    market = draw.choices(markets, weights=[m.share for m in markets])[0]
    kind = draw.choices(list(KIND_WEIGHTS), weights=list(KIND_WEIGHTS.values()))[0]
    family, given = draw.choice(market.families), draw.choice(market.givens)
    owner = f"{draw.choice(market.givens)} {draw.choice(market.families)}"
    if listed and draw.random() < 0.05:
        owner = draw.choice(listed)
    seeks = tuple(draw.sample(WANTS[kind], k=draw.randint(1, len(WANTS[kind]))))
    return Partner(
        number=number,
        name=f"{given} {family}",
        email=f"delegate{number:03d}@partners.example",
        job_title=draw.choice(["Managing Director", "Head of Space", "Investment Director", "Programme Manager"]),
        time_zone=market.time_zone,
        organization=f"{draw.choice(market.words)} {draw.choice(FORMS[kind])} {number}",
        kind=kind,
        country=market.country,
        owners=(owner,),
        seeks=seeks,
        offers=tuple(dict.fromkeys(opening for wish in seeks for opening in OFFERS[wish])),
        band=draw.choice(list(AmountBand)),
        card=draw.choices([GOOD_CARD, AUTHENTICATION_CARD, DECLINED_CARD], weights=[90, 6, 4])[0],
        taste=tuple(0.5 * liked + 0.5 * draw.random() for liked in popularity),
        diligence=draw.random(),
    )


def _names(families: str) -> tuple[str, ...]:
    """Split family names, keeping "Al Mazrouei", "van Dijk" and "de Graaf" whole."""
    joined = families.replace("Al ", "Al_").replace("van ", "van_").replace("de ", "de_")
    return tuple(name.replace("_", " ") for name in joined.split())
