"""The link in a mail that stops such mails: signed, for one purpose, good for as long as the mail is kept."""

from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from app.following.states import MailKind

SALT = "following.stop-mail"


@dataclass(frozen=True, slots=True)
class Stop:
    """Which mails a link stops: those of one saved search, or one person's digests."""

    kind: MailKind
    subject_id: UUID


def stop_token(stop: Stop, secret_key: str) -> str:
    """Return what stands in the link."""
    return str(_signer(secret_key).dumps([stop.kind.value, stop.subject_id.hex]))


def read_stop(token: str, secret_key: str) -> Stop | None:
    """Return what a link stops, None for one that we never made."""
    try:
        kind, subject_id = _signer(secret_key).loads(token)
        return Stop(MailKind(kind), UUID(subject_id))
    except (BadSignature, ValueError, TypeError):
        return None


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT)
