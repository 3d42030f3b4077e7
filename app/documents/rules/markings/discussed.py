# ruff: noqa: E501 - samples and patterns are easier to read whole
"""Telling a marking from words about markings: quotations, examples, rules of conduct, denials, conditions."""

import re

QUOTES = "\"'\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e\u300c\u300d"
ABOUT = re.compile(
    r"\b(?:for example|e\.g\.|such as|examples?|looks? like|reads?:?|stands? for|means?|meaning|called|known as|definitions?|"
    r"abbreviat\w*|acronyms?|legends? (?:such|like|that)|(?:bears?|bearing|carry|carries) (?:the|a|an|any|no)\b|"
    r"(?:is|are|be|been|was|were) (?:to be )?(?:marked|labelled|labeled|stamped)|mark(?:ed)? (?:it|them|with|as)|"
    r"(?:must|should|shall) be (?:marked|labell?ed|stamped)|formerly|replaced|replaces|critics|applicants?|"
    r"explains?|describes?|discuss\w*|answers?|compares?|covers|lists|reviews|examines|surveys|counts|shows?|summari[sz]\w*|overview|introduction|guid(?:e|es|ance)\b|training|quiz|question|"
    r"faq|policy|policies|programs?|rules?\b|reform|essay|chapter|course|workshop|history|court|indictment|"
    r"if|whether|would|could|might|when|unless|should|may be subject|may contain|can be|asks?|asked|"
    r"erkl\u00e4rt|r\u00e9sume|wann|lorsque|cuando|quando)\b|\?|\u8aac\u660e|\u4ecb\u7ecd|\u6982\u8981|\u89e3\u8bf4",
    re.I,
)
DENIED = re.compile(
    r"\b(?:no|not|non|nothing|never|neither|nor|without|none|free of|free from|excludes?|excluding|lacks?|lacked|cleared of|"
    r"isn't|aren't|doesn't|don't|pas|aucune?|sans|kein\w*|nicht|ohne|ning[u\u00fa]n\w*|nessun\w*|non|sem|n[a\u00e3]o)\b"
    r"|\u542b\u307e\u308c\u3066\u3044(?:\u306a\u3044|\u307e\u305b\u3093)|\u542b\u307e\u306a|\u542b\u307f\u307e\u305b\u3093|\u4e0d(?:\u5305\u542b|\u542b|\u53d7)|\u672a\u5305\u542b|\u305d\u306e\u5bfe\u8c61\u5916|(?i:\b\u043d\u0435\b)"
    r"|\ud3ec\ud568\ud558\uc9c0|\uc544\ub2c8",
    re.I,
)
PARTIES = re.compile(
    r"\b(?:part(?:y|ies)|agreement|recipient|receiving|disclosing|supplier|contractor|subcontractor|authors?|employees?|you|we|our|your|"
    r"they|their|compan(?:y|ies)|firms?|proposals?|papers|defendant|applicants?|some|bureau|department proposes)\b",
    re.I,
)
LICENCE_NAME = re.compile(r"\b(?:technical assistance|manufacturing licen[cs]e|distribution)\s*agreements?\b", re.I)


def is_quoted(text: str, start: int, end: int) -> bool:
    """Tell whether what stands at start:end is inside quotation marks of its own line or sentence."""
    before, after = text[max(0, start - 160) : start], text[end : end + 160]
    opened = max((before.rfind(mark) for mark in QUOTES if mark != "'"), default=-1)
    if opened < 0 or "\n" in before[opened:]:
        return False
    between = before[opened + 1 :]
    closes = re.search(f"[{re.escape(QUOTES)}]", after)
    return closes is not None and not re.search("[\u201d\u00bb\u300d]", before[opened]) and len(between) < 120


def is_denied(before: str, words: str = "") -> bool:
    """Tell whether the words before a marking, or inside it, deny it: `contains no ...`, `is not subject to ...`."""
    near = re.split(r"[.;:!?]\s", before)[-1][-80:]
    return bool(DENIED.search(near) or (words and DENIED.search(words)))


def is_about(sentence: str) -> bool:
    """Tell whether a sentence speaks about markings or rules instead of bearing one."""
    return bool(ABOUT.search(sentence))


def is_promise(sentence: str) -> bool:
    """Tell whether a sentence binds or describes people and companies, as agreements and prospectuses do."""
    return bool(PARTIES.search(LICENCE_NAME.sub("", sentence)))
