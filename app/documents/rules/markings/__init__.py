"""The marking scan: does a file or text say of itself that it is controlled? It tells a marking from mere discussion.

It reads text, properties and the file's name, never pixels: a page that is only a picture is reported as unreadable.
It cannot recognize controlled information that nobody marked. Sources of the forms it knows: 32 CFR 2002.20 and the
CUI marking handbook, DoDI 5230.24 (distribution statements), 22 CFR 120-130, 15 CFR 730-774 (758.6); checked
2026-11-23.
"""

from app.documents.rules.markings.marks import Mark
from app.documents.rules.markings.scan import marks_in_file, marks_in_text

__all__ = ["Mark", "marks_in_file", "marks_in_text"]
