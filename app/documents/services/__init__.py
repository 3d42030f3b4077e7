"""What can be done with a file: keep it, open it, drop it; release, condemn it or take it down; note who opens it.

Whoever keeps large uploads calls `check` before the transaction and hands its outcome to `keep_file`.
"""

from app.documents.rules.attest import (
    Attested,
    MayNotEnter,
    NotAttested,
    require_attested,
    require_attested_text,
)
from app.documents.rules.check import Checked, check
from app.documents.rules.kinds import ACCEPTED, Accepted
from app.documents.rules.refusal import BadFile
from app.documents.services.keep import (
    SCAN,
    content_parts,
    drop_file,
    drop_old,
    keep_file,
    may_read,
    note_scan,
    open_file,
    readable_file,
)
from app.documents.services.lying import REMOVE
from app.documents.services.openings import download, note_opening
from app.documents.services.review import condemn, object_to_release, open_apart, release, take_down

__all__ = [
    "ACCEPTED", "REMOVE", "SCAN", "Accepted", "Attested", "BadFile", "Checked", "MayNotEnter", "NotAttested", "check",
    "condemn", "content_parts", "download", "drop_file", "drop_old", "keep_file", "may_read", "note_opening",
    "note_scan", "object_to_release", "open_apart", "open_file", "readable_file", "release", "require_attested",
    "require_attested_text", "take_down",
]  # fmt: skip
