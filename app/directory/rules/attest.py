"""What a company says when it saves text, and what a claim must say for itself."""

from datetime import timedelta

CONFIRM_EVERY = timedelta(days=180)
# Before an entry goes stale its company hears of it twice: a month and a week ahead.
REMIND_BEFORE = (timedelta(days=30), timedelta(days=7))
LEAST_PROOF = 20  # characters that a claim must say for itself

# What a person agrees to when saving; a new text gets a new version and the old ones stay readable.
ATTESTATIONS: dict[str, str] = {
    "2026-11": "I have checked this text. It holds no classified or controlled unclassified information and no "
    "technical data controlled by the ITAR or the EAR, and my organization may publish it.",
}
ATTESTATION = "2026-11"
