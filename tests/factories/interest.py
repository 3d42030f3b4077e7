"""Makers of interests."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization
from app.core import clock
from app.core.money import AmountBand
from app.directory.models import Entry
from app.interest.models import Interest, InterestStep
from app.interest.states import InterestState, PassReason, Side, Visibility
from app.regulatory.states import Participation
from tests.factories import accounts
from tests.factories import directory as directory_makers


def interest(
    session: Session,
    *,
    entry: Entry | None = None,
    organization: Organization | None = None,
    user_id: UUID | None = None,
    kind: Participation = Participation.EQUITY,
    band: AmountBand = AmountBand.FROM_1M_TO_10M,
    visibility: Visibility = Visibility.SUMMARY_ONLY,
    state: InterestState = InterestState.INTERESTED,
    note: str = "",
) -> Interest:
    """A partner's interest in a published entry, in any state."""
    now = clock.now()
    entry = entry or directory_makers.published(session)
    organization = organization or accounts.organization(session)
    if user_id is None:
        joined: Membership = accounts.member(session, organization=organization)
        user_id = joined.user_id
    made = Interest(
        organization_id=organization.id, user_id=user_id, entry_id=entry.id, kind=kind, band=band,
        visibility=visibility, state=state, note=note, stated_at=now, moved_at=now, expires_at=now + timedelta(days=90),
        pass_reason=PassReason.NO_FIT if state is InterestState.PASSED else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(InterestStep(interest_id=made.id, at=now, number=1, actor_id=user_id, side=Side.PARTNER, after=state))
    session.flush()
    return made
