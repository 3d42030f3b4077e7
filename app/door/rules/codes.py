"""What the code on a badge says, signed so that a device can check it without a list and without a network.

A signed code is 90 bytes in capital letters and digits: 26 bytes of content, then their Ed25519 signature. Letters
and digits alone fit every scanner that acts as a keyboard, and the compact mode of QR codes.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.registration.states import ParticipantType

VERSION = 1
CONTENT = struct.Struct(">B4s16sHBH")  # version, summit, registration, number of the badge, role, last day
SIGNATURE_BYTES = 64
SIGNED_LENGTH = (CONTENT.size + SIGNATURE_BYTES) * 8 // 5
DAY_ZERO = date(2020, 1, 1)
ROLES: tuple[ParticipantType, ...] = (
    ParticipantType.PARTNER, ParticipantType.COMPANY, ParticipantType.GOVERNMENT, ParticipantType.MEDIA,
    ParticipantType.SPEAKER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BadgeCode:
    """What a signed code says: whose badge, the how manyth, as what, and the last day it counts."""

    summit_id: UUID
    registration_id: UUID
    number: int
    role: ParticipantType
    last_day: date


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A signed code that was read: `summit_tag` are the first bytes of the summit's id."""

    summit_tag: bytes
    registration_id: UUID
    number: int
    role: ParticipantType
    last_day: date

    def is_for(self, summit_id: UUID) -> bool:
        return self.summit_tag == summit_id.bytes[:4]


@lru_cache(maxsize=8)
def signing_key(secret: str) -> Ed25519PrivateKey:
    """Return the key of this installation: always the same one for the same secret, and of no use without it."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rendezvous badge codes 1").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(secret: str) -> bytes:
    """Return the 32 bytes with which a device checks codes."""
    return signing_key(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def signed_code(code: BadgeCode, secret: str) -> str:
    """Return the letters that the QR of a badge holds."""
    days = (code.last_day - DAY_ZERO).days
    content = CONTENT.pack(
        VERSION, code.summit_id.bytes[:4], code.registration_id.bytes, code.number, ROLES.index(code.role), days
    )
    return base64.b32encode(content + signing_key(secret).sign(content)).decode()


def normal_code(typed: str) -> str:
    """Return a code as it is stored, however it was typed: capital letters and digits."""
    return "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())


def is_signed(code: str) -> bool:
    """Tell whether a code, as `normal_code` returns it, is as long as a signed one."""
    return len(code) == SIGNED_LENGTH


def read_code(code: str, secret: str) -> ReadCode | None:
    """Return what a signed code says, None when our key did not sign it."""
    try:
        raw = base64.b32decode(code)
        content, signature = raw[: CONTENT.size], raw[CONTENT.size :]
        _verifying(secret).verify(signature, content)
        version, tag, registration, number, role, days = CONTENT.unpack(content)
    except (InvalidSignature, binascii.Error, struct.error, ValueError):
        return None
    if version != VERSION or role >= len(ROLES):
        return None
    return ReadCode(tag, UUID(bytes=registration), number, ROLES[role], DAY_ZERO + timedelta(days=days))


@lru_cache(maxsize=8)
def _verifying(secret: str) -> Ed25519PublicKey:
    return signing_key(secret).public_key()
