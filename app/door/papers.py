"""Badges on paper."""

import io
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pikepdf
import segno

from app.core import paper
from app.door.queries.badges import BadgeRow
from app.door.rules.codes import BadgeCode, signed_code
from app.door.states import Layout
from app.registration.queries import SummitView
from app.registration.states import TYPE_LABELS, ParticipantType

COLOURS: dict[ParticipantType, str] = {
    ParticipantType.PARTNER: "#1a4480",
    ParticipantType.COMPANY: "#8b1a4a",
    ParticipantType.GOVERNMENT: "#1f5f3b",
    ParticipantType.MEDIA: "#8a4600",
    ParticipantType.SPEAKER: "#5b2a86",
}
"""White words on each have a contrast of 6 to 1 or more; the role stands there in words, too."""

GRACE = timedelta(days=1)


def code_of(badge: BadgeRow, summit: SummitView, secret: str) -> str:
    """Return the signed code of a badge; it counts until the day after the summit."""
    last_day = summit.days[-1] + GRACE
    return signed_code(
        BadgeCode(summit.id, badge.registration_id, badge.number, badge.participant_type, last_day), secret
    )


def sheet(
    badges: Sequence[BadgeRow], summit: SummitView, layout: Layout, *, countries: Mapping[str, str], secret: str,
    made_at: datetime,
) -> bytes:  # fmt: skip
    """Return badges as PDF, on as many pages as they need."""
    facts = {
        "layout": layout.value,
        "title": f"Badges: {summit.name}" if len(badges) != 1 else f"Badge: {summit.name}",
        "summit": summit.name,
        "badges": [_facts(badge, countries, code_of(badge, summit, secret)) for badge in badges],
    }
    return paper.render("badge", facts, made_at=made_at)


def joined(parts: Sequence[bytes]) -> bytes:
    """Return several PDFs as one, with the parts' pages one after another."""
    if len(parts) == 1:
        return parts[0]
    whole, made = pikepdf.new(), io.BytesIO()
    for part in parts:
        with pikepdf.open(io.BytesIO(part)) as opened:
            whole.pages.extend(opened.pages)
    whole.save(made)
    return made.getvalue()


def _facts(badge: BadgeRow, countries: Mapping[str, str], code: str) -> dict[str, Any]:
    full = badge.name if badge.preferred and badge.preferred != badge.name else ""
    native = badge.native if badge.native not in (badge.name, badge.preferred) else ""
    return {
        "large": badge.large, "large_direction": direction_of(badge.large), "full": full,
        "full_direction": direction_of(full), "native": native, "native_direction": direction_of(native),
        "organization": badge.organization, "organization_direction": direction_of(badge.organization),
        "country": countries.get(badge.country, badge.country), "country_key": badge.country,
        "role": TYPE_LABELS[badge.participant_type], "colour": COLOURS[badge.participant_type],
        "number": str(badge.number), "letters": grouped(badge.code), "qr": drawn(code),
    }  # fmt: skip


def grouped(code: str) -> list[str]:
    """Return a typed code in lines of two groups of five letters, easier to read than one long word."""
    groups = [code[first : first + 5] for first in range(0, len(code), 5)]
    return [" ".join(groups[first : first + 2]) for first in range(0, len(groups), 2)]


def drawn(code: str) -> str:
    """Return the code as a QR in SVG: squares of our own making, and nothing anybody typed."""
    made = io.BytesIO()
    segno.make(code, error="m", micro=False, boost_error=False).save(made, kind="svg", border=4, xmldecl=False)
    return made.getvalue().decode()


def direction_of(words: str) -> str:
    """Return "rtl" for words whose first letter is written from right to left, else "ltr"."""
    first = next((kind for kind in map(unicodedata.bidirectional, words) if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"
