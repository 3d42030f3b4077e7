# ruff: noqa: E501 - samples and patterns are easier to read whole
"""Markings that are sentences: warnings, distribution statements, licence legends, statements of classification."""

import re
from collections.abc import Iterator

from app.documents.rules.markings.banners import Found, explains_letters
from app.documents.rules.markings.discussed import is_about, is_denied, is_promise, is_quoted
from app.documents.rules.markings.fold import flowing
from app.documents.rules.markings.forms_of import AMERICANS, CODE, FOREIGN, PROGRAMS, at_low_control
from app.documents.rules.markings.marks import Mark, Piece, around
from app.documents.states import MarkKind

W = r"[\s-]*"
THING = (
    r"(?:document|drawing|file|page|sheet|report|presentation|specification|technical\s*data|data(?:\s*set)?|information|material|model|"
    r"technology|software|items?|commodit(?:y|ies)|product|articles?|e-?mail|message|attachment|package|slide|work|work\s*product|publication|"
    r"deliverable|part|annex|appendix|procedure|analysis|plan|study|figure|table|image|recording|paper|letter|form|slide\s*deck|disk|media|hardware|content|section|manual|memo(?:randum)?|briefing|record)s?"
)
NUMBERED_PART = r"(?:attachment|enclosure|annex|appendix|figure|table|section|page|slide|sheet|volume|drawing)s?\s*(?:[0-9]{1,3}|(?-i:[A-Z]))\b"
SELF = (
    rf"(?:{NUMBERED_PART}|(?:this|these|the\s*(?:attached|enclosed|following|accompanying|included))\s*(?:\w+\s+){{0,2}}?{THING}|"
    rf"{THING}\s*(?:contained\s*|set\s*forth\s*|provided\s*|disclosed\s*|included\s*|presented\s*)?(?:herein|hereon|hereunder|in\s*this\s*{THING}))"
)
REGIME = (
    rf"(?:ITAR|EAR\b|international{W}traffic{W}in{W}arms{W}regulations?|export{W}administration{W}(?:regulations?|act)|arms{W}export{W}control{W}act|"
    r"AECA|22\s*C\.?F\.?R|22\s*U\.?S\.?C|15\s*C\.?F\.?R\.?\s*(?:parts?\s*)?7[3-7]\d|USML|U\.?S\.?\s*munitions\s*list|ECCN|export\s*control(?:s|led)?|export\s*laws|"
    rf"{CODE})"
)
HOLDS = r"(?:contain(?:s|ed|ing)?|includ(?:es?|ing)|compris(?:es?|ing)|discloses?|consists?\s*of|is|are|remains?|has\s*been|have\s*been|was|were|falls?|fall)\b"
PLAIN = re.IGNORECASE
STATES: list[tuple[MarkKind, re.Pattern[str]]] = [
    (MarkKind.EXPORT, re.compile(rf"\b{SELF}\s*(?:\w+\s+){{0,3}}?{HOLDS}.{{0,140}}?\b{REGIME}", PLAIN)),
    (MarkKind.CUI, re.compile(rf"\b{SELF}\s*(?:\w+\s+){{0,3}}?{HOLDS}.{{0,60}}?\b(?:CUI|NOFORN|FOUO|{PROGRAMS})\b", PLAIN)),
    (MarkKind.CUI, re.compile(r"^\W*contains\s+(?:\w+\s+){0,1}?(?:CUI|FOUO|NOFORN)\b")),
    (MarkKind.EXPORT, re.compile(r"\b(?:this|these|it|all\s*of\s*(?:it|this))\s*(?:is|are)\s*(?:all\s*|still\s*)?(?-i:ITAR|CUI|FOUO|NOFORN|[Ee]xport[- ][Cc]ontrolled)\b(?=\s*(?:[,.;:!)-]|$|and\s*(?:must|may|shall)|so\b|data|information|technical))", PLAIN)),
    (MarkKind.EXPORT, re.compile(r"\b(?:note|notice|warning|caution|attention)\b\W.{0,80}?\b(?:ITAR|export)[ -](?:controlled|restricted)\b", PLAIN)),
    (MarkKind.EXPORT, re.compile(rf"\bwarning\b.{{0,40}}?(?:{THING}).{{0,80}}?(?:export|{REGIME})", PLAIN)),
    (MarkKind.EXPORT, re.compile(rf"\bcontains?\s*(?:\w+\s+){{0,2}}?(?:ITAR|EAR|export){W}(?:controlled\s*|restricted\s*)?(?:technical\s*)?(?:data|information|technology)", PLAIN)),
    (MarkKind.EXPORT, re.compile(rf"\bthis\s*(?:section|page|part|appendix|paragraph|table|figure)\s*is\s*(?:ITAR|export){W}(?:controlled|restricted)", PLAIN)),
]  # fmt: skip
QUOTATION = re.compile('[\u201c\u00ab"][^\u201d\u00bb"]{3,200}[\u201d\u00bb"]')
NO_DOCUMENT = (
    r"(?:agreement|policy|clause|chapter|rules?|regulations?|provisions?|course|webinar|web\s*site|site|job|position|role|mission|company|"
    r"order|act|law|program(?:me)?|year|case|question|approach|means|is|was|are|industry|market|field|area|way|kind|type|month|week|change|"
    r"service|contract|offer|rfp|tender|conference|summit|team|post|article|requirement|process|license|licence|exemption|exception)"
)
WHOLE_OF_IT = rf"(?:{SELF}|\b(?:this|these)\s+(?!{NO_DOCUMENT}\b)[a-z]{{4,}}\b|(?:all|each|every)\s*(?:pages?|sheets?|slides?|parts?|drawings?)\b)"
RULED = r"(?:licen[cs]e|authori[sz]|foreign|restrict|controlled|subject|appl(?:y|ies)|prohibit|unauthori[sz]ed|violation|govern|regulated|approval)"
ABOUT_ITSELF = re.compile(
    rf"^(?=.{{0,400}}?{RULED})(?:.{{0,160}}?\b{WHOLE_OF_IT}.{{0,160}}?\b{REGIME}|.{{0,160}}?\b{REGIME}.{{0,160}}?\b{WHOLE_OF_IT})", PLAIN
)  # fmt: skip
# A sentence that restricts what may be done with the document: an act, a bar, and those it is barred from.
ACT = r"(?:re-?)?(?:export|transfer|releas|disclos|disseminat|distribut|transmi|divulg|shar(?:e|ed|ing)\b|access|given\b|shown\b|sent\b|provided\b|taken\b|leave\b)\w*"
BAR = r"\b(?:not|no|cannot|never|prohibited|forbidden|requires?|needs?|without|only|limited|restricted)\b"
BARRED = rf"\b(?:{FOREIGN}|outside\s(?:of\s)?the\s(?:u\.?s|united\sstates|do\s?d\b|department\sof\s(?:defense|war)|government)|without\s(?:an?\s)?(?:DSP|TAA|export)|{AMERICANS}\sonly|export\s(?:licen[cs]e|authori[sz]ation)|licen[cs]e\s(?:from|by|of)|department\sof\s(?:state|commerce)|(?:limited|restricted)\sto\su\.?s\.?\s(?:persons|citizens))"
RESTRICTS = re.compile(
    rf"^(?=.{{0,300}}?\b{ACT})(?=.{{0,300}}?{BAR})(?=.{{0,300}}?{BARRED}).{{0,120}}?\b{SELF}\b.{{0,50}}", PLAIN
)
EXCEPT = re.compile(r"\b(?:unless|should|may|would|when|if)\b", PLAIN)
LEGENDS: list[tuple[MarkKind, re.Pattern[str]]] = [
    (MarkKind.EXPORT, re.compile(rf"violations?{W}of{W}these{W}export{W}laws", PLAIN)),
    (MarkKind.DISTRIBUTION, re.compile(r"disseminate\s*in\s*accordance\s*with\s*(?:the\s*)?provisions\s*of\s*do\s*d", PLAIN)),
    (MarkKind.EXPORT, re.compile(r"diversion\s*contrary\s*to\s*u\.?\s*s\.?\s*law", PLAIN)),
    (MarkKind.EXPORT, re.compile(r"controlled\s*by\s*the\s*u\.?\s*s\.?\s*government\s*and\s*authorized\s*for\s*export\s*only", PLAIN)),
    (MarkKind.DISTRIBUTION, re.compile(rf"\b{SELF}\s*(?:is|are)\s*(?:authorized|limited|restricted)\s*to\s*(?:the\s*)?(?:u\.?\s*s\.?\b|do\s*d\b|department\s*of\s*(?:defense|war))", PLAIN)),
    (MarkKind.DISTRIBUTION, re.compile(r"\bdistribution\s*(?:of\s*(?:this|these)\s*\w+\s*)?(?:is\s*)?(?:authorized|limited|restricted)\s*to\s*(?:the\s*)?(?:u\.?\s*s\.?\s*government|do\s*d\b|d\.o\.d|department\s*of\s*(?:defense|war)|u\.?s\.?\s*do\s*d)", PLAIN)),
    (MarkKind.DISTRIBUTION, re.compile(r"\bfurther\s*(?:distribution|dissemination)\s*only\s*as\s*directed\s*by", PLAIN)),
    (MarkKind.DISTRIBUTION, re.compile(r"\brequests?\s*for\s*this\s*document\s*(?:shall|must)\s*be\s*referred\s*to", PLAIN)),
    (MarkKind.DISSEMINATION, re.compile(r"\bNOT\s*RELEASABLE\s*TO\s*FOREIGN\s*(?:NATIONALS|PERSONS|GOVERNMENTS)")),
    (MarkKind.CUI, re.compile(r"all\s*individuals\s*handling\s*this\s*information\s*are\s*required\s*to\s*protect", PLAIN)),
    (MarkKind.CUI, re.compile(r"\bFOR\s*OFFICIAL\s*USE\s*ONLY\b\s*[-:(.]")),
]  # fmt: skip
DESTROY = re.compile(r"destroy\s*by\s*any\s*method\s*that\s*(?:will|must)\s*prevent\s*disclosure", PLAIN)
LEGENDS.append((MarkKind.DISTRIBUTION, DESTROY))
AFTER_NOUN = re.compile(
    rf"^\W*(?:technology|technical\s*data|data|drawing|software|information)\s*[(\[]\s*(?:ECCN|USML)[\s:]*{CODE}", PLAIN
)
LETTERED = re.compile(
    r"\bDIST(?:RIBUTION)?\.?\s*(?:STATEMENT|STMT\.?|STATE\.?)\s*([A-F])\b(?=\s*(?:[.:;(,-]|$|distribution|u\.?s\.?\b|dod))", PLAIN
)  # fmt: skip
BARE_LETTER = re.compile(
    r"\bDISTR(?:O|IBUTION)\s*([B-F])\s*[:.]\s*(?=(?:distribution|u\.?s\.?|dod|department|further)\b)", PLAIN
)
NUMBER = (
    r"(?:no\.?|nr\.?|number|#|case|:|\s)*\s*(?:[A-Z]{0,2}\d{6,9}|\d{2,4}-\d{3,7}|[A-Z]?\d{4,6}-\d{2}[A-Z]?|\d{4,5})\b"
)
LICENCE = re.compile(
    rf"\b(?:exported|transferred|released|furnished|disclosed|provided|shipped|authori[sz]ed|approved|made)\s*(?:\w+\s+){{0,3}}?(?:under|pursuant\s*to|"
    rf"in\s*accordance\s*with|by)\s*(?:\w+\s+){{0,4}}?(?:(?:DSP{W}\d+\w?|TAA|MLA|WDA|DDTC|export|BIS|BXA|technical\s*assistance\s*agreement)\s*(?:\w+\s+){{0,2}}?"
    rf"(?:licen[cs]e|agreement|case)?\s*{NUMBER}|licen[cs]e\s*exception\s*[A-Z]{{3}}\b)", PLAIN
)  # fmt: skip
NUMBERED_LICENCE = re.compile(rf"\b(?:DSP{W}\d+\w?|TAA|MLA|WDA|DDTC\s*case)\s*(?:licen[cs]e)?\s*{NUMBER}", PLAIN)
CLASSED = re.compile(
    rf"(?:classified|controlled|falls?|categori[sz]ed|described|listed)\s*(?:for\s*export\s*)?(?:under|as|in|by)\s*(?:the\s*)?(?:export\s*)?(?:ECCN|USML|U\.S\.\s*Munitions\s*List)"
    rf"(?:\s*category)?\s*{CODE}", PLAIN
)  # fmt: skip
FRAGMENT = re.compile(
    rf"^(?:export{W}controlled|controlled|restricted|ITAR|EAR)?[\s-]*(?:technical\s*)?(?:data|technology|information|items?)?[\s,:;(/-]*"
    rf"(?:controlled|classified|subject)?\s*(?:under|to|by)?\s*(?:the\s*)?(?:ITAR|EAR|ECCN|USML)(?:[\s,:/-]*(?:ITAR|EAR|ECCN|USML|category|cat\.?))*[\s,:-]*{CODE}\W*$", PLAIN
)  # fmt: skip
ITAR = r"(?:ITAR|EAR\b|22\s*CFR|EAR[)\uff09])"
ELSEWHERE = [
    rf"\b(?:ce|cette|cet|ces|le\s*pr\u00e9sent)\s+\w+\s+(?:contien\w*|est|sont|rel\u00e8ve\w*|comporte\w*).{{0,120}}?{ITAR}",
    rf"\b(?:dies\w{{1,2}})\s+\w+\s+(?:enth\u00e4lt|enthalten|unterlieg\w*|ist|sind).{{0,120}}?{ITAR}",
    rf"\b(?:est[eao]s?|o\s*presente|il\s*presente|la\s*presente|quest[oaie])\s+\w+\s+(?:contien\w*|cont\u00e9m|est\u00e1\w*|\u00e8|sono|son).{{0,120}}?{ITAR}",
    rf"(?:\u672c|\u3053\u306e)(?:\u66f8|\u8cc7\u6599|\u56f3\u9762|\u6587\u66f8|\u6587\u4ef6|\u6587\u6863|\u8d44\u6599|\u56fe\u7eb8|\u30d5\u30a1\u30a4\u30eb).{{0,40}}?(?:{ITAR}).{{0,40}}?(?:\u542b|\u5bfe\u8c61|\u898f\u5236|\u7ba1\u5236|\u9650\u5236|\u7ba1\u7406)",
    rf"(?:\u672c|\u6b64)(?:\u6587\u4ef6|\u6587\u6863|\u8d44\u6599|\u56fe\u7eb8).{{0,10}}?(?:\u5305\u542b|\u542b\u6709|\u53d7).{{0,60}}?{ITAR}",
    rf"(?:\ubcf8|\uc774)\s*(?:\ubb38\uc11c|\ub3c4\uba74|\uc790\ub8cc)\S*\s.{{0,60}}?{ITAR}.{{0,60}}?(?:\ud3ec\ud568|\ud1b5\uc81c|\uc801\uc6a9|\uaddc\uc81c)",
    rf"(?i:\u043d\u0430\u0441\u0442\u043e\u044f\u0449\w+|\u0434\u0430\u043d\u043d\w+|\u044d\u0442\u043e\u0442|\u044d\u0442\u0430)\s+\w+\s+(?:\u0441\u043e\u0434\u0435\u0440\u0436\w+|\u043f\u043e\u0434\u043f\u0430\u0434\w+|\u043f\u043e\u0434\u043b\u0435\u0436\w+).{{0,120}}?{ITAR}",
]  # fmt: skip
OF_ITSELF = re.compile(rf"\b(?:this|these|{SELF})\b", PLAIN)
CLEARED = re.compile(
    r"\b(?:(?:does|do|is|are)\s*not|contains?\s*no(?:ne|thing)?|reviewed|screened|cleared|public\s*release|public\s*domain)\b",
    PLAIN,
)
REVIEWED = re.compile(r"\b(?:reviewed|screened|cleared|checked|released)\b", PLAIN)
RELATIVE = re.compile(r"\b(?:that|which|who|may|might|to)\s*$", PLAIN)
MUST_BE_MARKED = re.compile(r"\b(?:must|should|shall|are|is)\s+(?:be\s+)?(?:marked|labell?ed|kept|stamped)\b", PLAIN)
IN_OTHER_WORDS = [re.compile(pattern, PLAIN) for pattern in ELSEWHERE]
SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z(\"\u201c\u00ab])|(?<=[\u3002\uff01\uff1f])|\n\s*\n")
ABBREVIATED = re.compile(
    r"\b(?:U\.\s?S\.|No\.|Nos\.|Cat\.|Dist\.|Stmt\.|Sec\.|Dr\.|Mr\.|Ms\.|Art\.|Fig\.|Rev\.|e\.g\.|i\.e\.|et seq\.)",
    re.I,
)
MOST_SENTENCE = 900


def marks(piece: Piece) -> Iterator[Mark]:
    """Yield the markings that are sentences in a piece of text."""
    for sentence in sentences(piece.text):
        for kind, start, end in _in_sentence(sentence):
            yield Mark(kind, piece.where, around(sentence, start, end))
    yield from _lettered(piece)
    for line in piece.text.split("\n"):
        if (found := FRAGMENT.match(line.strip()) or AFTER_NOUN.match(line.strip())) and not at_low_control(found[0]):
            yield Mark(MarkKind.CLASSIFICATION, piece.where, around(line, 0, len(line)))


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, words that were split at a line's end joined; very long ones in parts.

    A short line before a new sentence may be a heading or the beginning of that sentence: both readings are given.
    """
    readings = [flowing_lines(text), flowing_lines(_parted(text))]
    seen: set[str] = set()
    for reading in readings:
        for part in SENTENCE.split(ABBREVIATED.sub(lambda found: found[0].replace(".", ""), reading)):
            if part in seen:
                continue
            seen.add(part)
            for start in range(0, max(len(part) - 200, 1), MOST_SENTENCE - 200):
                yield part[start : start + MOST_SENTENCE]


def flowing_lines(text: str) -> str:
    """Return a text in which lines of one paragraph are joined and paragraphs stay apart."""
    return "\n\n".join(flowing(paragraph) for paragraph in re.split(r"\n\s*\n", text))


def _parted(text: str) -> str:
    """Return a text with headings set apart: lines that are much shorter than others and end no sentence."""
    lines = text.split("\n")
    longest = max(map(len, lines))
    return "\n".join(
        f"{line}\n" if len(line.strip()) < longest * 0.6 and not after[:1].islower() else line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
    )


def _in_sentence(sentence: str) -> Iterator[Found]:
    for kind, pattern in LEGENDS:
        if (found := pattern.search(sentence)) and not is_quoted(sentence, *found.span()):
            yield kind, *found.span()
    for kind, pattern in STATES:
        for found in pattern.finditer(sentence):
            if _is_said(sentence, found) and not at_low_control(found[0]):
                yield kind, *found.span()
    if found := _restricts(sentence):
        yield MarkKind.EXPORT, *found.span()
    own_words = QUOTATION.sub(" ", sentence)
    found = ABOUT_ITSELF.search(own_words)
    if found and _is_said(own_words, found) and not at_low_control(found[0]):
        yield MarkKind.EXPORT, *found.span()
    yield from _of_licence(sentence)
    for pattern in IN_OTHER_WORDS:
        if (found := pattern.search(sentence)) and not is_denied(found[0]) and not is_about(sentence):
            yield MarkKind.EXPORT, *found.span()


def _restricts(sentence: str) -> re.Match[str] | None:
    """Return a sentence that restricts to whom the document may go, unless it is a promise, a question or a quote."""
    found = RESTRICTS.search(sentence)
    if found is None or CLEARED.search(sentence) or QUOTATION.search(sentence) or sentence.rstrip().endswith("?"):
        return None
    return None if is_promise(found[0]) or is_about(EXCEPT.sub("", found[0])) else found


def _of_licence(sentence: str) -> Iterator[Found]:
    """Find the number of a licence that something was exported under, and what it is classified as."""
    if (found := LICENCE.search(sentence)) and not is_about(sentence) and not is_quoted(sentence, *found.span()):
        yield MarkKind.EXPORT, *found.span()
    under = NUMBERED_LICENCE.search(sentence)
    if under and OF_ITSELF.search(sentence) and _is_said(sentence, under):
        yield MarkKind.EXPORT, *under.span()
    classed = CLASSED.search(sentence)
    if classed and OF_ITSELF.search(sentence) and _is_said(sentence, classed) and not at_low_control(classed[0]):
        yield MarkKind.CLASSIFICATION, *classed.span()


def _is_said(sentence: str, found: re.Match[str]) -> bool:
    """Tell whether a sentence says it of itself: not quoted, not denied, on no condition, of nobody's duties."""
    before, after = sentence[: found.start()], sentence[found.end() : found.end() + 80]
    if (
        sentence.rstrip().endswith("?")
        or REVIEWED.search(found[0])
        or RELATIVE.search(before)
        or MUST_BE_MARKED.search(after)
    ):
        return False
    if is_quoted(sentence, *found.span()) or is_denied(before, re.sub(r"\b(?:not|no)\s+be\b", "", found[0])):
        return False
    return not is_about(before[-120:] + found[0]) and not is_promise(before[-120:] + found[0])


def _lettered(piece: Piece) -> Iterator[Mark]:
    """Yield distribution statements B to F; a text that goes through three or more letters explains them."""
    text = flowing(piece.text)
    if explains_letters(text):
        return
    found = [one for pattern in (LETTERED, BARE_LETTER) for one in pattern.finditer(text)]
    for one in found:
        around_it = text[max(0, one.start() - 60) : one.end() + 30]
        if one[1].upper() != "A" and not is_quoted(text, *one.span()) and not is_about(around_it):
            yield Mark(MarkKind.DISTRIBUTION, piece.where, around(text, *one.span()))
