"""Who opened a page, when: the words that are burnt into it, as a small PDF of ours in any script."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import typst

from app.core.paper import fonts

LONGEST = 80
SOURCE = b"""
#set page(width: auto, height: auto, margin: 3pt, fill: none)
#set text(
  font: ("Noto Sans", "Noto Sans CJK JP", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari",
         "Noto Sans Thai", "Noto Sans Armenian", "Noto Sans Georgian"),
  size: 11pt, fill: rgb(90, 90, 90, 92), stroke: 0.25pt + rgb(255, 255, 255, 90),
)
#set par(leading: 4pt)
#set align(center)
#let lines = json(bytes(sys.inputs.lines))
#stack(dir: ttb, spacing: 5pt, ..lines.map(line => box(text(line))))
"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is burnt into a page: who looks, for whom, when, and a note such as the room's name."""

    name: str
    organization: str
    at: datetime
    note: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the words, line by line; the time in UTC to the minute."""
        who = " · ".join(part for part in (self.name, self.organization) if part)
        when = f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return tuple(line[:LONGEST] for line in (who, when, self.note) if line)


@lru_cache(maxsize=256)
def drawn(lines: tuple[str, ...]) -> bytes:
    """Return a PDF of one page, just as large as the words."""
    return typst.compile(
        SOURCE, font_paths=fonts(), sys_inputs={"lines": json.dumps(lines, ensure_ascii=False)}, timestamp=0
    )  # fmt: skip
