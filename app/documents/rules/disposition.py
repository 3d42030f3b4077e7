"""How a download is named to a browser (RFC 6266)."""

import unicodedata
from urllib.parse import quote


def attachment(name: str) -> str:
    """Return the Content-Disposition of a file that is saved and never shown, whatever letters its name has."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, ending = "".join(c for c in folded if c.isprintable() and c not in '"\\%').rpartition(".")
    plain = f"{stem.strip('. ') or 'file'}{dot}{ending}" if dot else (ending.strip() or "file")
    named = f'attachment; filename="{plain}"'
    return named if plain == name else f"{named}; filename*=UTF-8''{quote(name, safe='!#$&+-.^_`|~')}"
