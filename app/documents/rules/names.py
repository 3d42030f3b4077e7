"""The name that somebody gave a file: a label to show, never a place to write to."""

import re
import unicodedata

from app.documents.rules.kinds import EXTENSIONS
from app.documents.rules.refusal import BadFile
from app.documents.states import Kind

LONGEST = 120
# Direction marks can make "fdp.exe" read as "exe.pdf"; control and unassigned characters have no place in a name.
UNWANTED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
RUNNABLE = re.compile(
    "app|bat|bin|cgi|cmd|com|cpl|dll|dmg|doc[mx]?|dotm|exe|gadget|hta|html?|iso|jar|jse?|lnk|msix?|php|phtml|pl|pptm|"
    "ps1|py|rar|reg|scf|scr|sh|svgz?|swf|url|vbe?|vbs|wsf|xhtml|xlam|xls[bmx]?|xltm|7z|zip"
)


def label(name: str) -> str:
    """Return the name as it may be shown: the last part of any path, printable, at most 120 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in UNWANTED)
    shown = " ".join(shown.split()).strip(". ")
    stem, dot, extension = shown.rpartition(".")
    return f"{stem[: LONGEST - len(extension) - 1]}{dot}{extension[:20]}" if dot else shown[:LONGEST]


def kind_of(name: str) -> Kind:
    """Return what the name says the file is. Raises BadFile for a name without a known extension or with two."""
    *inner, extension = label(name).lower().split(".")
    if not inner or extension not in EXTENSIONS:
        raise BadFile(f"The name of the file must end in its kind, such as .pdf. This one is named {label(name)!r}.")
    hidden = [part for part in inner[1:] if RUNNABLE.fullmatch(part.strip())]
    if hidden:
        raise BadFile(
            f"The name of this file has two endings (.{hidden[0]} and .{extension}). Rename it and try again."
        )
    return EXTENSIONS[extension]
