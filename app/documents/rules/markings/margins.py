"""What stands in the margins of pages, where nobody discusses anything: a word of control there is a marking."""

import re
from collections.abc import Iterator

from app.documents.rules.markings.discussed import is_denied, is_quoted
from app.documents.rules.markings.forms_of import CONTINUES, TERMS, at_low_control
from app.documents.rules.markings.marks import Mark, Piece, around
from app.documents.states import MarkKind

MOST_WORDS = 30
TITLE = re.compile(
    r"\b(?:reform\w*|polic(?:y|ies)|training|awareness|guid(?:e|es|ance|elines?)|overview|faq|handbook|complian\w+|explain\w*|"
    r"introduc\w+|workshop|course|seminar|newsletter|briefs?|primer|basics|101|review|rules?|legends?|mark(?:ing|ings)|comments?|questions?|"
    r"update|news|law|office|committee|conference|forum|panel|glossary|acronyms?|abbreviations?|registered|free|handling|what|why|how|"
    r"understanding|investors?|small|business(?:es)?|impact|future|history|r\u00e9glementation|r\u00e9forme)\b|\?",
    re.I,
)
IN_A_TITLE = re.compile(
    r"\b(?:CUI|ITAR|EAR)\s+(?:and|for|in|vs\.?|versus|or|program|at|from|after|under|meets?)\b|\b(?:of|on|about|beyond|after|before|and|with|the)\s+(?:the\s+)?(?:CUI|ITAR|EAR)\b"
)  # fmt: skip
STILL = re.compile(r"controlled|restricted|technical data|subject to|contains?", re.I)


CONTROLLED = re.compile(r"(?:^|[|\t]|\s{3})\s*CONTROLLED\s*(?:$|[|\t]|\s{3}|page|\d)", re.I)


def marks(piece: Piece) -> Iterator[Mark]:
    """Yield the markings in the margins of a page or the head and foot of a document."""
    for line in filter(None, (line.strip() for line in piece.text.split("\n"))):
        if (
            CONTINUES.search(line)
            or len(line.split()) > MOST_WORDS
            or TITLE.search(line)
            or (IN_A_TITLE.search(line) and not STILL.search(line))
        ):
            continue
        if (alone := CONTROLLED.search(line)) and alone[0].strip(" |\t").startswith("CONTROLLED"):
            yield Mark(MarkKind.CUI, piece.where, line)
        for kind, pattern in TERMS:
            found = pattern.search(line)
            if found and not (
                is_denied(line[: found.start()]) or is_quoted(line, *found.span()) or at_low_control(line)
            ):
                yield Mark(kind, piece.where, around(line, *found.span()))
