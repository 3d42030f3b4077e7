"""The paper that says who accepted a room's agreement, with the agreement itself."""

from app.core import paper
from app.dealrooms.queries.grants import Signed
from app.dealrooms.queries.rooms import NdaText, RoomRow


def nda_paper(room: RoomRow, text: NdaText, signed: Signed) -> bytes:
    """Return the PDF of an acceptance; the same acceptance gives the same bytes."""
    facts = {
        "company": room.company, "entry": room.entry_name, "organization": signed.organization,
        "name": signed.typed_name, "account": signed.account_name, "version": str(text.number),
        "sha256": signed.sha256, "address": signed.address, "id": str(signed.id),
        "accepted": f"{signed.accepted_at:%d %B %Y, %H:%M:%S} UTC", "paragraphs": text.body.split("\n\n"),
    }  # fmt: skip
    return paper.render("room_nda", facts, made_at=signed.accepted_at)
