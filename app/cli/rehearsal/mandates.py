"""What made-up partners say they bring, seek and may; whom they mark in private. Nothing about a real company."""

from app.cli.rehearsal.house import House
from app.cli.rehearsal.meeting import Guests
from app.core import clock
from app.core.db import db, transaction
from app.core.money import BAND_ORDER, AmountBand
from app.directory.states import StageGroup
from app.partners import queries
from app.partners import services as partners
from app.partners.rules import FIELDS, MandateContent, ProfileContent
from app.partners.states import Aim, Audience, Instrument, MarkKind, Restriction

STAGES = (StageGroup.CONCEPT, StageGroup.DESIGN, StageGroup.DEVELOPMENT, StageGroup.OPERATIONAL)
NAMES = ("Orbit programme", "Fund II", "Hardware exports", "Research access")
ABOUT = "A made-up partner of the demonstration. It looks for a place beside U.S. programmes in low Earth orbit."


def write_mandates(house: House, guests: Guests, *, partners_marking: int = 3) -> None:
    """Let every partner turn its application into a mandate; every second one lists itself; a few mark a company."""
    for n, (row, _invented) in enumerate(guests.partners):
        filled = queries.prefilled(db(), row.organization_id)
        if filled is None or not (filled.offers or filled.seeks):
            continue
        listed, seen = n % 2 == 0, queries.profile(db(), row.organization_id).revision
        with transaction() as session:
            partners.save_profile(
                session, row.organization_id, _profile(listed=listed), revision=seen,
                actor_id=row.user_id, now=clock.now(),
            )  # fmt: skip
            partners.save_mandate(
                session, None, _mandate(filled, n, listed=listed), organization_id=row.organization_id,
                activate=n % 7 != 6, actor_id=row.user_id, now=clock.now(),
            )  # fmt: skip
            if 0 < n <= partners_marking:
                liked = guests.liked(_invented)
                kind = MarkKind.KNOW_ALREADY if n % 2 else MarkKind.KEEP_APART
                partners.set_mark(
                    session, row.organization_id, name=liked[-1].lead_company, kind=kind, note="Made up.",
                    actor_id=row.user_id, now=clock.now(),
                )  # fmt: skip
    house.settle()


def _profile(*, listed: bool) -> ProfileContent:
    widest = Audience.VETTED if listed else Audience.COUNTERPARTS
    return ProfileContent("", ABOUT, ("en",), {name: min(widest, field.widest) for name, field in FIELDS.items()})


def _mandate(filled: MandateContent, n: int, *, listed: bool) -> MandateContent:
    bands = list(AmountBand)
    known = filled.least is not AmountBand.UNDISCLOSED
    most = bands[min(BAND_ORDER[filled.least] + 1, len(bands) - 1)] if known else filled.most
    return MandateContent(
        name=f"{NAMES[n % len(NAMES)]} (demonstration)", offers=filled.offers, seeks=filled.seeks, least=filled.least,
        most=most, stages=STAGES[n % 2 + 1 :], instruments=(list(Instrument)[n % 5], Instrument.PURCHASE),
        aims=(list(Aim)[n % len(Aim)],), restrictions=(list(Restriction)[n % len(Restriction)],),
        audience=Audience.VETTED if listed else Audience.COUNTERPARTS, ticket_audience=Audience.ORGANIZERS,
    )  # fmt: skip
