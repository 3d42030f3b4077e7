"""The documents of an entry: its company adds them, says who may open them, and removes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.access import Principal
from app.core.errors import InvalidInput, NotFound, Refused
from app.directory.models import Claim, Entry, EntryDocument
from app.directory.queries.entries import REVIEWERS, entry_for
from app.directory.rules import DOCUMENT_TIERS, tidy
from app.directory.services.moves import own_entry
from app.directory.states import Tier
from app.documents import services as files
from app.documents.queries import FileRow
from app.documents.rules.attest import Attested
from app.documents.rules.check import Checked
from app.documents.states import Purpose

MOST_DOCUMENTS = 20
NO_DOCUMENT = "There is no such document of this entry. Go back to its list of documents."


def add_document(
    session: Session,
    *,
    entry_id: UUID,
    user_id: UUID,
    upload: Checked,
    label: str,
    tier: Tier,
    attested: Attested | None,
    now: datetime,
) -> EntryDocument:
    """Add a checked file to a company's entry. Raises NotAttested, MayNotEnter, and Refused beyond MOST_DOCUMENTS.

    The public sees nothing of it but its label, once the file is ready and the reader's tier covers it.
    """
    found = own_entry(session, entry_id, user_id)
    if tier not in DOCUMENT_TIERS:
        raise InvalidInput("Choose who may open the document from the list.")
    label = " ".join(tidy(label).split())[:200] or upload.name
    held = session.scalar(select(func.count()).where(EntryDocument.entry_id == found.id)) or 0
    if held >= MOST_DOCUMENTS:
        raise Refused(f"An entry has at most {MOST_DOCUMENTS} documents. Remove one, or put them into its deal room.")
    file = files.keep_file(
        session, upload, purpose=Purpose.ENTRY_DOCUMENT, owner_id=user_id, attested=attested, now=now
    )
    made = EntryDocument(
        entry_id=found.id, file_id=file.id, label=label, tier=int(tier), added_by=user_id, added_at=now
    )
    session.add(made)
    session.flush()
    audit.record(
        session, "entry.document_added", ("directory_entry", found.id), actor_id=user_id,
        detail={"document": str(made.id), "tier": tier.name.lower()},
    )  # fmt: skip
    return made


def show_document_to(
    session: Session, document_id: UUID, tier: Tier, *, entry_id: UUID, user_id: UUID, now: datetime
) -> None:
    """Change who may open a document; it holds from the next opening on."""
    found = own_entry(session, entry_id, user_id)
    document = _of(session, found, document_id)
    if tier not in DOCUMENT_TIERS:
        raise InvalidInput("Choose who may open the document from the list.")
    before, document.tier = Tier(document.tier), int(tier)
    audit.record(
        session, "entry.document_shown", ("directory_entry", found.id), actor_id=user_id,
        before=before.name.lower(), after=tier.name.lower(), detail={"document": str(document.id)},
    )  # fmt: skip


def remove_document(session: Session, document_id: UUID, *, entry_id: UUID, user_id: UUID, now: datetime) -> None:
    """Remove a document and its content; nobody opens it from now on."""
    found = own_entry(session, entry_id, user_id)
    document = _of(session, found, document_id)
    file_id = document.file_id
    session.delete(document)
    session.flush()
    files.drop_file(session, file_id, actor_id=user_id, now=now, reason="Its company removed it from the entry.")
    audit.record(
        session, "entry.document_removed", ("directory_entry", found.id), actor_id=user_id,
        detail={"document": str(document_id)},
    )  # fmt: skip


def _of(session: Session, found: Entry, document_id: UUID) -> EntryDocument:
    wanted = select(EntryDocument).where(EntryDocument.id == document_id, EntryDocument.entry_id == found.id)
    document = session.scalars(wanted.with_for_update()).one_or_none()
    if document is None:
        raise NotFound(NO_DOCUMENT)
    return document


def may_read_document(session: Session, file: FileRow, reader: Principal) -> bool:
    """Tell whether a person may open a document of an entry now: by the entry as they see it, at every request."""
    from_entry = select(Entry.key).join(EntryDocument, EntryDocument.entry_id == Entry.id)
    key = session.scalar(from_entry.where(EntryDocument.file_id == file.id))
    if key is None:
        return False
    seen = entry_for(session, key, reader)
    return seen is not None and any(document.file_id == file.id for document in seen.documents)


def may_read_proof(session: Session, file: FileRow, reader: Principal) -> bool:
    """Tell whether a person may open the proof of a claim: those who decide about claims may."""
    is_proof = session.scalar(select(Claim.id).where(Claim.file_id == file.id)) is not None
    return is_proof and bool(reader.roles & REVIEWERS)
