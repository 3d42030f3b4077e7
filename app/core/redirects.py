"""Where a redirect may lead: a path of this site and nothing else."""

import re
from urllib.parse import unquote, urlsplit

LONGEST = 2_000
PLAIN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f\u2028\u2029\ufeff]*")


def safe_local(target: str | None, *, otherwise: str = "/") -> str:
    """Return `target` when it is a path on this site, else `otherwise`.

    Refused are other hosts in every spelling a browser understands (`//x`, `/\\x`, also percent-encoded or
    after dots), schemes, control characters and line breaks, and anything not beginning with one slash.
    """
    if not target or len(target) > LONGEST or not PLAIN.fullmatch(target):
        return otherwise
    seen = unquote(unquote(target))
    if not PLAIN.fullmatch(seen.replace(" ", "+")):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    if parts.scheme or parts.netloc or "//" in unquote(unquote(parts.path)):
        return otherwise
    return target
