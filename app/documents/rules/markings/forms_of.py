# ruff: noqa: E501 - patterns are easier to read whole
"""The forms that markings on a line of their own take."""

import re

from app.documents.states import MarkKind

LONGEST_BANNER = 110
PARTS = r"(?:\s*/{1,2}\s*[A-Z][A-Z0-9 ,/&.-]*)"
CODE = r"(?:[0-9][A-E][0-9]{3}(?:\.[a-z0-9.]+)?|(?:CAT(?:EGORY)?\.?\s*)?[IVX]+\s*\([a-z]\)(?:\s*\([0-9ivx]+\))*)"

# A whole line, or one part of it between separators, is one of these. In capitals, or at a page's edge in any case.
WHOLE: list[tuple[MarkKind, re.Pattern[str]]] = [
    (kind, re.compile(rf"(?:WARNING|NOTICE|CAUTION)?[\s:!-]*(?:{words})[\s.!]*", re.I))
    for kind, words in [
        (MarkKind.CUI, r"CUI|CUI \(?WHEN FILLED IN\)?|CONTROLLED UNCLASSIFIED INFORMATION|CUI (?:BASIC|SPECIFIED)|(?:UNCLASSIFIED\s*/+\s*)?FOUO|U\s*//\s*FOUO"),
        (MarkKind.CUI, r"(?:UNCLASSIFIED\s*/+\s*)?FOR OFFICIAL USE ONLY(?:\s*\(FOUO\))?|OFFICIAL USE ONLY|LAW ENFORCEMENT SENSITIVE"),
        (MarkKind.CUI, r"SENSITIVE BUT UNCLASSIFIED(?:\s*\(SBU\))?|SBU|UNCLASSIFIED CONTROLLED NUCLEAR INFORMATION|UCNI"),
        (MarkKind.DISSEMINATION, r"NO ?FORN|NOT RELEASABLE TO FOREIGN (?:NATIONALS|PERSONS|GOVERNMENTS).*|NO FOREIGN (?:NATIONALS|PERSONS|DISSEMINATION)"),
        (MarkKind.DISSEMINATION, r"(?:FOR )?U\.?S\.? (?:PERSONS?|CITIZENS?)(?: ACCESS)? ONLY|FED ?ONLY|FEDCON|NOCON|DL ONLY"),
        (MarkKind.DISTRIBUTION, r"DISTRO?(?:IBUTION)?\.?[ -]*(?:STATEMENT|STMT\.?|CODE)?[: -]*[B-F]"),
        (MarkKind.EXPORT, r"EXPORT[ -]*(?:CONTROLLED|RESTRICTED)(?:[ -]*(?:ITAR|EAR))?(?:[ -]*(?:INFORMATION|TECHNICAL|DATA|MATERIALS?|DOCUMENT|DRAWING|"
                          rf"TECHNOLOGY|ITEMS?|CONTENT|SOFTWARE))*(?:[\s:,(/-]*(?:ITAR|EAR|ECCN|USML|{CODE})\)?)*"),
        (MarkKind.EXPORT, r"(?:ITAR|EAR|ITAR ?/ ?EAR|ITAR (?:AND|OR|&) EAR)[ -]*(?:CONTROLLED|RESTRICTED|SENSITIVE|REGULATED|PROTECTED|MARKED)"
                          r"(?:[ -]*(?:INFORMATION|TECHNICAL|DATA|MATERIALS?|DOCUMENT|DRAWING|TECHNOLOGY|ITEMS?|CONTENT))*"),
        (MarkKind.EXPORT, r"(?:CONTAINS? )?(?:ITAR|EAR)[ -]*(?:CONTROLLED )?TECHNICAL DATA|(?:CONTAINS? )(?:ITAR|EXPORT[ -]CONTROLLED).{0,60}|"
                          r"SUBJECT TO (?:THE )?(?:ITAR|EAR|U\.?S\.? EXPORT CONTROLS?)|CONTROLLED TECHNICAL INFORMATION|TECHNICAL DATA[ -]+ITAR"),
        (MarkKind.CLASSIFIED, r"(?:TOP )?SECRET|TS//SCI|VS[ -]+NUR F\u00dcR DEN DIENSTGEBRAUCH|DIFFUSION RESTREINTE|NATO (?:RESTRICTED|SECRET)|OFFICIAL[ -]SENSITIVE"),
    ]
]  # fmt: skip
ONLY_AT_EDGE = re.compile(r"(?:ITAR|ITAR ?/ ?EAR|ITAR ?// ?EAR)", re.I)
BANNER: list[tuple[MarkKind, re.Pattern[str]]] = [
    (MarkKind.CUI, re.compile(rf"\b(?:CUI|CONTROLLED)\s*//\s*[A-Z][A-Z0-9-]+{PARTS}*")),
    (MarkKind.CUI, re.compile(r"\b(?:UNCLASSIFIED|U)\s*//\s*(?:FOUO|SBU|LES|LIMDIS)\b")),
    (MarkKind.CLASSIFIED, re.compile(r"\b(?:TOP SECRET|SECRET|CONFIDENTIAL|TS|S|C)\s*//\s*(?:NOFORN|NF|SI|SAR|ORCON|REL|FGI|RD|FRD)\b")),
    (MarkKind.DISSEMINATION, re.compile(r"//\s*(?:NOFORN|NF|REL(?:EASABLE)? TO|FED ?ONLY|FEDCON|NOCON|DL ONLY|RELIDO|DISPLAY ONLY)\b")),
    (MarkKind.DISSEMINATION, re.compile(r"\b(?:NOFORN|FEDCON|NOCON|FED ONLY)\s*/+\s*[A-Z]{3,}|/\s*(?:NOFORN|FEDCON|NOCON|FED ONLY)\b")),
    (MarkKind.DISSEMINATION, re.compile(r"\bREL(?:EASABLE)? TO (?:USA|US|FVEY|NATO|AUS|CAN|GBR|JPN)\b(?=[\s,;/]|$)")),
]  # fmt: skip
PORTION = re.compile(
    r"^\s*(?:[0-9]+(?:\.[0-9]+)*\.?\s+|[-\u2022*]\s+|[a-z]\)\s+)?\((CUI(?://[^)]{1,40})?|FOUO|U//FOUO|SBU|S//[A-Z]+|TS//[A-Z]+|C//[A-Z]+)\)\s+(?=\S)"
)
PORTION_AFTER = re.compile(r"^(?=.{4,90}$)[A-Z0-9].*\S\s\((CUI(?://[^)]{1,40})?|U//FOUO)\)\s*$")
AGREEMENT = re.compile(r"\b(?:TAA|MLA|WDA|DSP-?\d+)[\s#:-]*(?:no\.?\s*)?(?:\d{4,9}(?:-\d\d\w?)?)\b", re.I)
SPELLED_OUT = re.compile(
    r"(?:controlled unclassified|international traffic|export (?:administration|control)|for official|not releasable)",
    re.I,
)
DEFINES = re.compile(r"(?:unclassified information|official use only)\W*$", re.I)
IN_CAPITALS = re.compile(
    "cui|fouo|sbu|noforn|(?:top )?secret|controlled unclassified information|(?:for )?official use only|sensitive but unclassified", re.I
)  # fmt: skip
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
SEPARATORS = re.compile(r"\s{3,}|\s+[|\u2022\u00b7/\u2014-]+\s+|\t|\s*\|\s*")
BESIDE = re.compile(
    r"(?:page\s*)?\d+(?:\s*(?:of|/)\s*\d+)?|rev(?:ision)?\.?\s*\w+|draft|final|v\d[\d.]*|\d{1,2} \w+ \d{4}|\d{4}-\d\d-\d\d", re.I
)  # fmt: skip
NUMBERED = re.compile(
    r"^\s*(?:(?:article|section|chapter|part|module)\s+)?(?:[0-9]+(?:\.[0-9]+)*[.)]?|[IVX]+\.)\s+\S", re.I
)
PART_WORDS = re.compile(r"part|p/n|item|drawing|component|assembly|qty|quantity|name|serial|cage", re.I)
COLUMN_WORDS = re.compile(r"eccn|usml(?: cat(?:egory)?)?|export class(?:ification)?|jurisdiction|classification", re.I)
MEANING_WORDS = re.compile(r"meaning|explan|covers|what it|summary|topic|subject", re.I)
