# ruff: noqa: E501 - patterns are easier to read whole
"""The forms that markings on a line of their own take."""

import re

from app.documents.states import MarkKind

LONGEST_BANNER = 110
PARTS = r"(?:\s*/{1,2}\s*[A-Z][A-Z0-9 ,/&.-]*)"
CODE = r"(?:[0-9][A-E][0-9]{3}(?:\.[a-z0-9.]+)?|(?:CAT(?:EGORY)?\.?\s*)?[IVX]+\s*\([a-z]\)(?:\s*\([0-9ivx]+\))*)"

# Words that mark. Initials mark in capitals only; what is spelled out marks in any case.
INITIALS = r"CUI|FOUO|UCNI|SBU|OUO|LIMDIS|PCII|NNPI"
PROGRAMS = (
    r"controlled unclassified information|(?<!esa )(?:for |limited |government )?(?:official|government) use only|sensitive but unclassified|law enforcement sensitive|"
    r"unclassified controlled nuclear information|(?:sensitive security|safeguards|naval nuclear propulsion|controlled technical) information|"
    r"protected critical infrastructure information|critical energy(?:[ /]\w+)? infrastructure information|chemical-terrorism vulnerability information"
)
FOREIGN = r"(?:foreign(?: (?:persons?|nationals?|governments?|entit\w+|countr\w+|recipients?|dissemination|access|disclosure|release|eyes))?|non-? ?u\.?s\.?(?: (?:persons?|citizens?|nationals?|entit\w+))?)"
AMERICANS = r"u\.?s\.?a?(?: (?:persons?|citizens?|nationals?|eyes|access|recipients?))?"
REGULATIONS = (
    r"arms export control act|traffic in arms regulations?|export administration (?:regulations?|act)|munitions list"
)
TERMS: list[tuple[MarkKind, re.Pattern[str]]] = [
    (MarkKind.CUI, re.compile(rf"\b(?:{INITIALS})\b|\bU\s*//\s*(?:FOUO|LES)\b")),
    (MarkKind.CUI, re.compile(rf"\b(?:{PROGRAMS})\b", re.I)),
    (MarkKind.DISSEMINATION, re.compile(
        rf"\bno ?forn\b|\bfed ?con\b|\bfed ?only\b|\bnocon\b|\bdl only\b|\bnon-?releasable\b|\bnot releasable\b|\b{AMERICANS} only\b|"
        rf"\b(?:no|non|not|never|prohibit\w*|without|forbid\w*)\b(?: \S+){{0,6}}? {FOREIGN}(?=\W|$)|\b(?:limited|restricted) to {AMERICANS}(?=\W|$)|"
        rf"\b{FOREIGN}(?: \S+){{0,3}}? (?:prohibited|forbidden|not (?:allowed|permitted|authori[sz]ed))\b", re.I)),
    (MarkKind.DISTRIBUTION, re.compile(
        r"\bdist(?:ro|ribution)?\.?[ -]*(?:statement|stmt\.?|code)?[ :-]*[B-F](?![\w'])|\bdistribution (?:is )?(?:authorized|limited|restricted) to (?:the )?(?:u\.?s|do ?d)", re.I)),
    (MarkKind.EXPORT, re.compile(rf"\bexport[ -]*(?:controlled|restricted|sensitive)\b|\bexport control (?:warning|notice|statement)\b|\b(?:{REGULATIONS})\b", re.I)),
    (MarkKind.EXPORT, re.compile(r"\bITAR\b|\bEAR\b(?=.{0,40}\b(?:controlled|restrict\w*|technology|technical|data|export|regulated|protected)\b)|\bsubject to (?:the )?EAR\b", re.I)),
    (MarkKind.CLASSIFICATION, re.compile(
        rf"\b(?:ECCN|USML|MTCR)\b[\s:(-]*(?:category\s*)?{CODE}|\bUSML (?:cat(?:egory|\.)? ?)?[IVX]+\b|\bEAR[\s:(-]*[0-9][A-E][0-9]{{3}}(?:\.[a-z0-9.]+)?", re.I)),
    (MarkKind.CLASSIFIED, re.compile(
        r"^\W*(?:(?:TOP )?SECRET|TS//SCI|VS[ -]+NUR F\u00dcR DEN DIENSTGEBRAUCH|DIFFUSION RESTREINTE|NATO (?:RESTRICTED|SECRET)|OFFICIAL[ -]SENSITIVE)\W*$", re.I)),
]  # fmt: skip
# Words that stand beside those in a label, which is nothing but them.
BESIDE_TERMS = frozenset(
    [
        "access",
        "and",
        "any",
        "approval",
        "are",
        "attention",
        "authorised",
        "authorization",
        "authorized",
        "basic",
        "be",
        "but",
        "by",
        "categories",
        "category",
        "caution",
        "contains",
        "contain",
        "content",
        "contents",
        "contractors",
        "control",
        "controlled",
        "controls",
        "copy",
        "data",
        "do",
        "document",
        "documents",
        "drawing",
        "export",
        "file",
        "filled",
        "for",
        "from",
        "handling",
        "herein",
        "in",
        "information",
        "is",
        "item",
        "items",
        "jurisdiction",
        "legend",
        "licence",
        "license",
        "limited",
        "marked",
        "material",
        "materials",
        "may",
        "must",
        "not",
        "notice",
        "of",
        "only",
        "or",
        "page",
        "part",
        "persons",
        "prior",
        "prohibited",
        "protected",
        "proprietary",
        "regulated",
        "release",
        "required",
        "restricted",
        "restriction",
        "sensitive",
        "sheet",
        "slide",
        "software",
        "specified",
        "state",
        "statement",
        "subject",
        "technical",
        "technology",
        "the",
        "this",
        "to",
        "transfer",
        "unauthorized",
        "unclassified",
        "under",
        "us",
        "warning",
        "when",
        "with",
        "without",
    ]
)
SAYS_CONTROL = re.compile(
    r"\b(?:controlled|restrict\w*|sensitive|regulated|protected|marked|data|information|materials?|technology|technical|subject|contains?|warning)\b", re.I
)  # fmt: skip


EXPLAINED = re.compile(
    r"\b[A-Z]{3,6}\b[\s:=-]+(?:controlled unclassified|international traffic|export (?:administration|control)|for official|not releasable)", re.I
)  # fmt: skip
CONTINUES = re.compile(r"^[a-z]+ \S+ \S+ .*\.$")
SHOUTED = (MarkKind.CUI, MarkKind.DISSEMINATION, MarkKind.CLASSIFIED, MarkKind.DISTRIBUTION)
STATEMENT = re.compile(r"\bdistro\b|statement|stmt|authorized|limited to", re.I)


def at_low_control(words: str) -> bool:
    """Tell whether a classification is one that asks for no licence to most places: EAR99 and the 99x entries."""
    codes = re.findall(r"[0-9][A-E]([0-9]{3})", words)
    return bool(codes) and all(code >= "980" for code in codes)


def term_in(words: str) -> tuple[MarkKind, re.Match[str]] | None:
    """Return the first kind of word that marks, and where it stands."""
    return next(((kind, found) for kind, pattern in TERMS if (found := pattern.search(words))), None)


def label_of(words: str, *, shouted: bool = False) -> MarkKind | None:
    """Return what a label marks: words in which nothing stands but terms of control and what goes with them.

    In `shouted` ones the term is in capitals, unless it is of export control, which headings name in other words.
    """
    said = term_in(words)
    if (
        said is None
        or len(words) > LONGEST_BANNER
        or EXPLAINED.search(words)
        or CONTINUES.search(words)
        or at_low_control(words)
    ):
        return None
    kind, term = said
    if shouted and kind in SHOUTED and not (re.sub(r"\(.*", "", words).isupper() or STATEMENT.search(words)):
        return None
    if term[0].upper() in ("ITAR", "EAR") and not SAYS_CONTROL.search(words):
        return None
    rest = words
    for _kind, pattern in TERMS:
        rest = pattern.sub(" ", rest)
    rest = re.sub(rf"{CODE}|\b(?:ITAR|EAR|ECCN|USML)\b", " ", rest, flags=re.I)
    return kind if all(word.lower() in BESIDE_TERMS for word in re.findall(r"[^\W_]{2,}", rest)) else None


ONLY_AT_EDGE = re.compile(r"(?:ITAR|ITAR ?/ ?EAR|ITAR ?// ?EAR)", re.I)
BANNER: list[tuple[MarkKind, re.Pattern[str]]] = [
    (MarkKind.CUI, re.compile(rf"\b(?:CUI|CONTROLLED)\s*//\s*[A-Z][A-Z0-9-]+{PARTS}*")),
    (MarkKind.CUI, re.compile(r"\b(?:UNCLASSIFIED|U)\s*//\s*(?:FOUO|SBU|LES|LIM\w+|[A-Z]{3,})\b")),
    (MarkKind.CLASSIFIED, re.compile(r"\b(?:TOP SECRET|SECRET|CONFIDENTIAL|TS|S|C)\s*//\s*(?:NOFORN|NF|SI|SAR|ORCON|REL|FGI|RD|FRD)\b")),
    (MarkKind.DISSEMINATION, re.compile(r"//\s*(?:NOFORN|NF|REL(?:EASABLE)? TO|FED ?ONLY|FEDCON|NOCON|DL ONLY|RELIDO|DISPLAY ONLY)\b")),
    (MarkKind.DISSEMINATION, re.compile(r"\b(?:NOFORN|FEDCON|NOCON|FED ONLY)\s*/+\s*[A-Z]{3,}|/\s*(?:NOFORN|FEDCON|NOCON|FED ONLY)\b")),
    (MarkKind.DISSEMINATION, re.compile(r"\bREL(?:EASABLE)? TO (?:USA|US|FVEY|NATO|AUS|CAN|GBR|JPN)\b(?=[\s,;/]|$)")),
]  # fmt: skip
PORTIONS = rf"(?:U//)?(?:{INITIALS}|LES|NF|NOFORN)(?://[^)]{{1,40}})?|(?:S|TS|C)//[A-Z]+[^)]{{0,30}}|U//[A-Z]{{2,}}[^)]{{0,30}}"
PORTION = re.compile(rf"^\s*(?:[0-9]+(?:\.[0-9]+)*\.?\s+|[-\u2022*]\s+|[a-z]\)\s+)?\(({PORTIONS})\)\s+(?=\S)")
SUBJECT_LINE = re.compile(
    rf"^\s*(?:subject|subj|re|title)\s*:\s*\W?((?:{INITIALS}|NOFORN|ITAR))\W{{0,2}}(?<=[\]):/-])\s", re.I
)
CAPTION = re.compile(
    rf"^\s*(?:figure|fig\.|table|chart|section|slide|attachment|appendix)\s*[0-9A-Z.-]{{1,5}}\s*[:.]?\s*\((?-i:({PORTIONS}))\)",
    re.I,
)
PORTION_AFTER = re.compile(r"^(?=.{4,90}$)[A-Z0-9].*\S\s\((CUI(?://[^)]{1,40})?|U//FOUO)\)\s*$")
AGREEMENT = re.compile(r"\b(?:TAA|MLA|WDA|DSP-?\d+)[\s#:-]*(?:no\.?\s*)?(?:\d{4,9}(?:-\d\d\w?)?)\b", re.I)
SPELLED_OUT = re.compile(
    r"(?:controlled unclassified|international traffic|export (?:administration|control)|for official|not releasable)",
    re.I,
)
DEFINES = re.compile(r"(?:unclassified information|official use only)\W*$", re.I)
BLOCK: list[tuple[MarkKind, re.Pattern[str]]] = [
    (MarkKind.CUI, re.compile(r"^\s*CUI Categor(?:y|ies)(?:\(ies\))?\s*:\s*\S", re.I)),
    (MarkKind.CUI, re.compile(r"^\s*(?:Limited )?(?:Distribution/)?Dissemination Controls?\s*:\s*(?:NOFORN|FED|DL|REL|NOCON|DISPLAY)", re.I)),
    (MarkKind.CLASSIFIED, re.compile(r"^\s*(?:Derived from|Declassify on|Classified by)\s*:\s*\S", re.I)),
    (MarkKind.CLASSIFICATION, re.compile(
        rf"^\s*(?:Export (?:control )?(?:classification|jurisdiction|class)(?: number)?|Jurisdiction(?:\s*/\s*classification)?|ECCN|USML(?: category)?|"
        rf"ITAR category|EAR classification|Classification)\s*(?:\([^)]*\)\s*)?[:=|]\s*(?:(?:ITAR|EAR|USML|ECCN|Category|Cat\.?|under|[\s,/-])+)?{CODE}", re.I)),
    (MarkKind.CLASSIFICATION, re.compile(r"^\s*(?:Export )?(?:jurisdiction|classification)\s*[:=|]\s*ITAR\s*$", re.I)),
    (MarkKind.EXPORT, re.compile(r"^\s*Export controls?(?:led)?(?: status)?\s*[:=|]\s*(?:ITAR|EAR(?!99)|USML|ECCN)\b", re.I)),
    (MarkKind.EXPORT, re.compile(r"^\s*(?:Export controlled|ITAR|ITAR controlled)\s*[:=|]\s*(?:yes|y|true)\b", re.I)),
]  # fmt: skip
IN_BRACKETS = re.compile(r"^\W*[\[(]([^\])]{3,60})[\])]|[\[(]([^\])]{3,60})[\])]\W*$|(?<=: )\[([^\])]{3,60})\]")
SEPARATORS = re.compile(r"\s{3,}|\s+[|\u2022\u00b7/\u2014-]+\s+|\t|\s*\|\s*")
FIRST_CLAUSE = re.compile(r"(?![a-z])\S+ [^,;.:]{3,60}(?=[,;.:]\s)")
BESIDE = re.compile(
    r"(?:page\s*)?\d+(?:\s*(?:of|/)\s*\d+)?|rev(?:ision)?\.?\s*\w+|draft|final|v\d[\d.]*|\d{1,2} \w+ \d{4}|\d{4}-\d\d-\d\d", re.I
)  # fmt: skip
NUMBERED = re.compile(
    r"^\s*(?:(?:article|section|chapter|part|module)\s+)?(?:[0-9]+(?:[.-][0-9]+)*[.)]?|[IVX]+\.)\s+\S", re.I
)
PART_WORDS = re.compile(r"part|p/n|item|drawing|component|assembly|qty|quantity|name|serial|cage", re.I)
COLUMN_WORDS = re.compile(
    r"(?:eccn|usml)(?:[ /]+(?:eccn|usml|cat(?:egory)?))*|export (?:control|class(?:ification)?|jurisdiction|status|marking)(?: status| class(?:ification)?)?|"
    r"jurisdiction|(?:data )?classification|(?:document )?markings?|handling|distribution(?: statement)?|sensitivity|control(?: status)?", re.I
)  # fmt: skip
MARKED_COLUMN = re.compile(
    r"export|jurisdiction|classification|marking|handling|distribution|sensitivity|control", re.I
)
INSTRUCTS = re.compile(
    r":\s*(?:choose|write|enter|select|insert|list|use|see|give|state|fill|add|type|name of|names? the|the|your|which|who|what|\[|<|_)",
    re.I,
)
LEADERS = re.compile(r"(?m)^.*(?:\.\s?){4,}\s*\d+\s*$")
MEANING_WORDS = re.compile(r"meaning|explan|covers|what it|summary|topic|subject", re.I)
