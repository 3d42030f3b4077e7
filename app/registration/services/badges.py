"""Badge codes."""

import base64
import secrets

LENGTH = 26


def new_badge_code() -> str:
    """Return 128 random bits in capital letters and digits, which every scanner and keyboard can type."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
