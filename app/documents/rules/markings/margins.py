# ruff: noqa: E501 - patterns are easier to read whole
"""What stands in the margins of pages, where nobody discusses anything: a word of control there is a marking."""

import re
from collections.abc import Iterator

from app.documents.rules.markings.banners import at_low_control
from app.documents.rules.markings.discussed import is_denied, is_quoted
from app.documents.rules.markings.forms_of import CODE
from app.documents.rules.markings.marks import Mark, Piece, around
from app.documents.states import MarkKind

MOST_WORDS = 30
STRONG: list[tuple[MarkKind, re.Pattern[str]]] = [
    (MarkKind.CUI, re.compile(r"\b(?:CUI|FOUO|UCNI|SBU)\b")),
    (MarkKind.CUI, re.compile(r"\bcontrolled unclassified information\b|\b(?:official|government) use only\b|\bsensitive but unclassified\b", re.I)),
    (MarkKind.DISSEMINATION, re.compile(r"\bno ?forn\b|\bfed ?con\b|\bnon-?releasable\b|\bnot releasable\b|\bu\.?s\.? (?:persons?|citizens?) only\b|\bno foreign\b", re.I)),
    (MarkKind.DISTRIBUTION, re.compile(r"\bdist(?:ro|ribution)?\.? ?(?:statement|stmt\.?|code)?[ :-]*[B-F]\b|\bdistribution (?:authorized|limited|restricted) to (?:the )?(?:u\.?s|do ?d)", re.I)),
    (MarkKind.EXPORT, re.compile(r"\bITAR\b|\bEAR\b(?=.{0,40}\b(?:controlled|restrict\w*|technology|technical|data|export)\b)")),
    (MarkKind.EXPORT, re.compile(r"\bexport[ -](?:controlled|restricted)\b|\bexport control (?:warning|notice|statement)\b|\barms export control act\b|\btraffic in arms regulations\b|\bexport administration regulations\b|\bmunitions list\b", re.I)),
    (MarkKind.CLASSIFICATION, re.compile(rf"\b(?:ECCN|USML)\b[\s:(-]*(?:category\s*)?{CODE}", re.I)),
]  # fmt: skip
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


def marks(piece: Piece) -> Iterator[Mark]:
    """Yield the markings in the margins of a page or the head and foot of a document."""
    for line in filter(None, (line.strip() for line in piece.text.split("\n"))):
        if len(line.split()) > MOST_WORDS or TITLE.search(line) or (IN_A_TITLE.search(line) and not STILL.search(line)):
            continue
        for kind, pattern in STRONG:
            found = pattern.search(line)
            if found and not (
                is_denied(line[: found.start()]) or is_quoted(line, *found.span()) or at_low_control(line)
            ):
                yield Mark(kind, piece.where, around(line, *found.span()))
