"""Claims: a company says that an entry is its own, and a reviewer decides."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.states import OrganizationKind
from app.core import audit
from app.core.access import Role
from app.core.db import explained
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory.models import Claim, Entry
from app.directory.queries.content import NO_ENTRY
from app.directory.rules import LEAST_PROOF, tidy
from app.directory.services.keep import locked
from app.directory.services.tell import tell_claimant
from app.directory.states import ClaimEvent, ClaimState, EntryEvent, EntryState, advance, decide
from app.documents import services as files
from app.documents.rules.attest import Attested
from app.documents.rules.check import Checked
from app.documents.states import Purpose

MAY_CLAIM = frozenset({Role.COMPANY_OWNER, Role.COMPANY_DELEGATE})


def claim_entry(
    session: Session,
    *,
    entry_id: UUID,
    organization_id: UUID,
    user_id: UUID,
    proof: str,
    upload: Checked | None = None,
    attested: Attested | None = None,
    now: datetime,
) -> Claim:
    """Ask for an entry to be given to a company; `proof` says why it is theirs, for a reviewer to check.

    A checked file may go with it, and then the attestation that nothing controlled is in it.

    Raises Refused when the entry is claimed already or the organization is no U.S. company, InvalidInput for
    too short a proof, NotFound for a hidden entry or somebody who does not act for the organization.
    """
    entry = locked(session, entry_id)
    if entry.shown_since is None:
        raise NotFound(NO_ENTRY)
    _require_company(session, organization_id, user_id)
    if entry.state is not EntryState.UNCLAIMED:
        raise Refused("This entry has been claimed. If it is yours, write to the organizers with your proof.")
    proof = tidy(proof)
    if not LEAST_PROOF <= len(proof) <= 4000:
        raise InvalidInput(f"Say in {LEAST_PROOF} to 4,000 characters how a reviewer can check that this is yours.")
    claim = Claim(
        entry_id=entry.id, organization_id=organization_id, claimant_id=user_id, state=ClaimState.OPEN, proof=proof,
        claimed_at=now,
    )  # fmt: skip
    twice = Refused("Your organization has claimed this entry already. A reviewer will decide; you will get a mail.")
    with explained({"uq_directory_claims_open": twice}):
        session.add(claim)
        session.flush()
    if upload is not None:
        file = files.keep_file(
            session, upload, purpose=Purpose.CLAIM_PROOF, owner_id=user_id, attested=attested, now=now
        )
        claim.file_id = file.id
        session.flush()
    audit.record(
        session, "claim.made", ("directory_claim", claim.id), actor_id=user_id, after=claim.state,
        reason=proof, detail={"entry": str(entry.id), "organization": str(organization_id)},
    )  # fmt: skip
    return claim


def decide_claim(
    session: Session, claim_id: UUID, event: ClaimEvent, *, actor_id: UUID, reason: str, now: datetime
) -> None:
    """Approve or decline a claim with a reason; approving gives the entry to the company and closes other claims.

    Raises Refused for a reviewer who belongs to the claimant, InvalidInput without a reason.
    """
    entry_id = session.scalar(select(Claim.entry_id).where(Claim.id == claim_id))
    if entry_id is None:
        raise NotFound("There is no such claim. Go back to the list of claims.")
    entry = locked(session, entry_id)
    claim = session.get_one(Claim, claim_id, with_for_update=True, populate_existing=True)
    if any(member.user_id == actor_id for member in accounts.members(session, claim.organization_id)):
        raise Refused("You belong to this company, so another reviewer has to decide about its claim.")
    if not (reason := tidy(reason)):
        raise InvalidInput("Give a reason: the company reads it, and the record keeps it.")
    _close(session, claim, event, actor_id=actor_id, reason=reason, now=now)
    if claim.state is ClaimState.APPROVED:
        _give(session, entry, claim, actor_id=actor_id, now=now)
    tell_claimant(session, entry, claim, now=now)


def join_claims(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Where both records of a company that are merged have an open claim to one entry, let the older one stand."""
    wanted = select(Claim).where(Claim.organization_id.in_([kept_id, gone_id]), Claim.state == ClaimState.OPEN)
    standing: dict[UUID, Claim] = {}
    for claim in session.scalars(wanted.order_by(Claim.claimed_at, Claim.id).with_for_update()):
        if standing.setdefault(claim.entry_id, claim) is not claim:
            reason = "Two records of the company were merged; its other claim to this entry stands."
            _close(session, claim, ClaimEvent.DECLINE, actor_id=None, reason=reason, now=now)


def _give(session: Session, entry: Entry, claim: Claim, *, actor_id: UUID, now: datetime) -> None:
    before, entry.state = entry.state, advance(entry.state, EntryEvent.CLAIM)
    entry.organization_id, entry.changed_at = claim.organization_id, now
    entry.revision += 1
    audit.record(
        session, "entry.claimed", ("directory_entry", entry.id), actor_id=actor_id, before=before, after=entry.state,
        detail={"organization": str(claim.organization_id)},
    )  # fmt: skip
    others = select(Claim).where(Claim.entry_id == entry.id, Claim.state == ClaimState.OPEN).order_by(Claim.id)
    for other in session.scalars(others.with_for_update()).all():
        reason = "Another company's claim to this entry was approved."
        _close(session, other, ClaimEvent.DECLINE, actor_id=actor_id, reason=reason, now=now)
        tell_claimant(session, entry, other, now=now)


def _close(
    session: Session, claim: Claim, event: ClaimEvent, *, actor_id: UUID | None, reason: str, now: datetime
) -> None:
    before, claim.state = claim.state, decide(claim.state, event)
    claim.decided_by, claim.decided_at, claim.reason = actor_id, now, reason
    session.flush()
    audit.record(
        session, f"claim.{claim.state}", ("directory_claim", claim.id), actor_id=actor_id,
        before=before, after=claim.state, reason=reason,
    )  # fmt: skip


def _require_company(session: Session, organization_id: UUID, user_id: UUID) -> None:
    organization = accounts.organization(session, organization_id)
    members = accounts.members(session, organization_id)
    if organization is None or not any(m.user_id == user_id and m.role in MAY_CLAIM for m in members):
        raise NotFound("Choose an organization that you own or act for.")
    if organization.kind is not OrganizationKind.US_COMPANY:
        raise Refused("Only a U.S. company can claim an entry. Foreign partners state interest in it instead.")
