"""Makers of profiles, mandates and marks."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Organization
from app.core import clock
from app.core.money import AmountBand
from app.directory.states import Sought, StageGroup
from app.partners import services
from app.partners.models import Mandate, PartnerMark, Profile
from app.partners.rules import FIELDS, MandateContent, ProfileContent
from app.partners.states import Audience, MarkKind
from app.regulatory.states import Opening

WHOLE = MandateContent(
    name="Fund III", offers=(Sought.EQUITY, Sought.HARDWARE), seeks=(Opening.EQUITY,), least=AmountBand.UNDER_1M,
    most=AmountBand.FROM_10M_TO_50M, stages=(StageGroup.DESIGN, StageGroup.DEVELOPMENT), audience=Audience.VETTED,
    ticket_audience=Audience.VETTED,
)  # fmt: skip


def mandate(
    session: Session, organization: Organization, actor_id: UUID, *, active: bool = True, **said: Any
) -> Mandate:  # fmt: skip
    """A mandate that speaks for its organization, unless told otherwise; saved by one of its people."""
    content = MandateContent(**{**{name: getattr(WHOLE, name) for name in WHOLE.__dataclass_fields__}, **said})
    return services.save_mandate(
        session, None, content, organization_id=organization.id, activate=active, actor_id=actor_id, now=clock.now()
    )


def profile(
    session: Session, organization: Organization, actor_id: UUID, *, listed: bool = True,
    about: str = "We build racks.",
    **audiences: Audience,
) -> Profile:  # fmt: skip
    """A profile that every vetted company may read, unless told otherwise."""
    widest = Audience.VETTED if listed else Audience.COUNTERPARTS
    chosen = {name: min(widest, field.widest) for name, field in FIELDS.items()} | audiences
    content = ProfileContent(f"{organization.name} Ltd.", about, ("ja", "en"), chosen)
    return services.save_profile(
        session, organization.id, content, revision=0, actor_id=actor_id, now=clock.now()
    )  # fmt: skip


def mark(
    session: Session, organization: Organization, actor_id: UUID, name: str, kind: MarkKind = MarkKind.KEEP_APART,
    note: str = "",
) -> PartnerMark:  # fmt: skip
    """A line on an organization's private list."""
    return services.set_mark(
        session, organization.id, name=name, kind=kind, note=note, actor_id=actor_id, now=clock.now()
    )
