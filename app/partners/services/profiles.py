"""Saving and confirming what a partner says about itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory.rules import tidy
from app.partners.models import PartnerVersion, Profile
from app.partners.rules import FIELDS, NAME_CHOICES, ProfileContent, audiences_of
from app.partners.services.who import SAVED_MEANWHILE, require_partner
from app.partners.states import Audience

LONGEST_ABOUT, LONGEST_LINE, MOST_LANGUAGES = 2000, 200, 12


def save_profile(
    session: Session, organization_id: UUID, content: ProfileContent, *, revision: int, actor_id: UUID, now: datetime
) -> Profile:
    """Keep a profile, which also confirms it. `revision` is what the writer saw, 0 for none.

    Raises NotFound for an outsider, InvalidInput for words too long or an audience the field may not have, Refused
    when somebody else saved meanwhile.
    """
    require_partner(session, organization_id, actor_id)
    _check(content)
    wanted = select(Profile).where(Profile.organization_id == organization_id).with_for_update()
    kept = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if (kept.revision if kept else 0) != revision:
        raise Refused(SAVED_MEANWHILE)
    if kept is None:
        kept = Profile(organization_id=organization_id, revision=0, languages=[], audiences={}, updated_at=now)
        session.add(kept)
    kept.legal_name = " ".join(tidy(content.legal_name).split())
    kept.about, kept.languages = tidy(content.about), list(dict.fromkeys(content.languages))
    audiences = audiences_of({name: int(one) for name, one in content.audiences.items()})
    kept.audiences = {name: int(one) for name, one in audiences.items()}
    kept.is_listed = audiences["name"] is Audience.VETTED
    kept.revision += 1
    kept.updated_at = kept.confirmed_at = now
    kept.confirmed_by = actor_id
    with explained({"uq_partner_profiles_organization_id": Refused(SAVED_MEANWHILE)}):
        session.flush()
    said = {
        "legal_name": kept.legal_name, "about": kept.about, "languages": kept.languages, "audiences": kept.audiences,
    }  # fmt: skip
    session.add(
        PartnerVersion(
            organization_id=organization_id, number=kept.revision, content=said, author_id=actor_id, at=now
        )
    )  # fmt: skip
    audit.record(
        session, "partner_profile.saved", ("organization", organization_id), actor_id=actor_id,
        detail={"revision": kept.revision, "audiences": kept.audiences},
    )  # fmt: skip
    return kept


def _check(content: ProfileContent) -> None:
    if len(content.about) > LONGEST_ABOUT:
        raise InvalidInput(f"Use at most {LONGEST_ABOUT:,} characters to say what you do.")
    if len(content.legal_name) > LONGEST_LINE:
        raise InvalidInput(f"Use at most {LONGEST_LINE} characters for the legal name.")
    if len(content.languages) > MOST_LANGUAGES:
        raise InvalidInput(f"Choose at most {MOST_LANGUAGES} languages.")
    for name, audience in content.audiences.items():
        if name not in FIELDS or audience > FIELDS[name].widest:
            raise InvalidInput("Choose for each field one of the audiences that its list offers.")
    if content.audiences.get("name", NAME_CHOICES[0]) not in NAME_CHOICES:
        raise InvalidInput("Your name is shown to companies you state interest in, or to every vetted company.")


def confirm_profile(session: Session, organization_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    """Say that the profile still holds as it is. Raises NotFound for an outsider or when there is none yet."""
    require_partner(session, organization_id, actor_id)
    kept = session.scalars(
        select(Profile).where(Profile.organization_id == organization_id).with_for_update()
    ).one_or_none()
    if kept is None:
        raise NotFound("There is no profile yet. Save it once; that confirms it as well.")
    kept.confirmed_at, kept.confirmed_by = now, actor_id
    audit.record(session, "partner_profile.confirmed", ("organization", organization_id), actor_id=actor_id)
