"""When two people, or two organizations, may be one: what they have in common, judged and said in words.

Pure. Names are compared as screening compares them, so that order, script and spelling do not hide anybody.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from app.core.names.compared import compare, significance
from app.core.names.words import LEGAL, PARTICLES, TITLES
from app.core.names.written import bare, tokens

ALIKE, NEARLY = 0.78, 0.6
SHARED_HOSTS = frozenset({
    "facebook.com", "linkedin.com", "instagram.com", "x.com", "twitter.com", "youtube.com", "github.com",
    "sites.google.com", "wikipedia.org", "medium.com", "wixsite.com", "wordpress.com", "blogspot.com",
})  # fmt: skip
REASONS = {
    "same_mailbox": "the same mailbox, written another way",
    "same_phone": "same telephone number",
    "same_name": "same name",
    "other_order": "same name in another order",
    "other_spelling": "same name in another script or spelling",
    "similar_name": "similar name",
    "short_form": "one name is the short form of the other",
    "same_birth_year": "same birth year",
    "same_citizenship": "same citizenship",
    "same_organization": "same organization",
    "same_website": "same website",
    "same_country": "same country",
    "other_country": "different countries",
}
WORTH = {"same_phone": 25, "same_birth_year": 25, "same_organization": 20, "same_website": 30, "same_country": 15}


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of a person that tells whether two are one; `names` holds the one in the application too."""

    id: UUID
    names: tuple[str, ...]
    email: str
    birth_years: tuple[int, ...] = ()
    citizenships: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """What is known of an organization that tells whether two are one."""

    id: UUID
    name: str
    country: str
    website: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two records are, 0 to 100, and why, as codes of `REASONS`."""

    score: int
    reasons: tuple[str, ...] = field(default=())


def mailbox(email: str) -> str:
    """Return what mail providers make of an address: no +tag, and no dots at Gmail."""
    local, _, domain = email.strip().casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def host(website: str) -> str:
    """Return the host of a website without www, empty for none and for hosts that many share."""
    name = (urlsplit(website if "//" in website else f"//{website}").hostname or "").removeprefix("www.")
    return "" if name in SHARED_HOSTS else name


def digits(phone: str) -> str:
    """Return the last nine digits of a telephone number, empty when there are fewer than seven."""
    found = "".join(letter for letter in phone if letter.isdecimal())[-9:]
    return found if len(found) >= 7 else ""


def facts_digest(*facts: PersonFacts | OrganizationFacts) -> str:
    """Return a digest of what is known, the same in either order: it changes when a fact does."""
    known = sorted(json.dumps(asdict(one), sort_keys=True, default=str, ensure_ascii=False) for one in facts)
    return hashlib.sha256("\n".join(known).encode()).hexdigest()


def person_keys(facts: PersonFacts) -> set[str]:
    """Return the keys under which a person who may be the same is found."""
    keys = {f"mail {mailbox(facts.email)}"}
    keys |= {f"phone {number}" for number in map(digits, facts.phones) if number}
    for words in map(_of_person, facts.names):
        parts = sorted(map(bare, words))
        keys |= {f"name {' '.join(parts)}", f"name {bare(''.join(words))}"}
        keys |= {f"year {year} {part}" for year in facts.birth_years for part in parts}
        keys |= {f"house {place} {part}" for place in facts.organizations for part in parts}
    return {key[:120] for key in keys}


def organization_keys(facts: OrganizationFacts) -> set[str]:
    """Return the keys under which an organization that may be the same is found."""
    words = _telling(facts.name)
    parts = sorted(map(bare, words))
    keys = {f"name {' '.join(parts)}"} | {f"word {facts.country} {part}" for part in parts if len(part) > 2}
    keys |= {f"short {facts.country} {short}" for short in _short_forms(words)}
    if name := host(facts.website):
        keys.add(f"host {name}")
    return {key[:120] for key in keys}


def judge_people(one: PersonFacts, other: PersonFacts) -> Likeness | None:
    """Return how alike two people are, None when they need not be looked at by anybody.

    A name alone says nothing: people share names. Something else must agree too.
    """
    shared = {
        "same_phone": _meet(map(digits, one.phones), map(digits, other.phones)),
        "same_birth_year": _meet(one.birth_years, other.birth_years),
        "same_organization": _meet(one.organizations, other.organizations),
        "same_citizenship": _meet(one.citizenships, other.citizenships),
    }
    same_mailbox = mailbox(one.email) == mailbox(other.email)
    if not (same_mailbox or shared["same_phone"] or shared["same_birth_year"] or shared["same_organization"]):
        return None
    compared = [_names_alike(a, b, _of_person) for a in one.names for b in other.names]
    alike, how = max(compared, key=lambda found: found[0])
    if not same_mailbox and not _worth_a_look(alike, shared, one, other):
        return None
    reasons = (["same_mailbox"] if same_mailbox else []) + ([how] if alike >= NEARLY else [])
    found = [*reasons, *(code for code, present in shared.items() if present)]
    return Likeness(_score(alike, found, least=95 if same_mailbox else 0), tuple(found))


def _worth_a_look(alike: float, shared: dict[str, bool], one: PersonFacts, other: PersonFacts) -> bool:
    apart = bool(one.birth_years and other.birth_years) and not shared["same_birth_year"]
    if shared["same_phone"] and alike >= NEARLY:
        return True
    if alike < ALIKE or apart:
        return False
    if shared["same_birth_year"]:
        return alike > 0.97 or shared["same_citizenship"] or shared["same_organization"]
    return shared["same_organization"]


def judge_organizations(one: OrganizationFacts, other: OrganizationFacts) -> Likeness | None:
    """Return how alike two organizations are, None when they need not be looked at by anybody."""
    alike, how = _names_alike(one.name, other.name, _telling)
    if alike < ALIKE and _is_short_for(_telling(one.name), _telling(other.name)):
        alike, how = 0.85, "short_form"
    same_host = bool(host(one.website)) and host(one.website) == host(other.website)
    same_country = one.country == other.country
    if not (same_host and (alike >= 0.4 or same_country)) and not (alike >= ALIKE and same_country) and alike <= 0.97:
        return None
    found = ([how] if alike >= NEARLY else []) + (["same_website"] if same_host else [])
    found.append("same_country" if same_country else "other_country")
    return Likeness(_score(alike, found, least=70 if same_host else 0), tuple(found))


def _score(alike: float, reasons: Iterable[str], *, least: int) -> int:
    return max(least, min(100, round(60 * alike) + sum(WORTH.get(code, 0) for code in reasons)))


def _names_alike(one: str, other: str, words: Callable[[str], tuple[str, ...]]) -> tuple[float, str]:
    """Return how alike two names are, 0 to 1, and the code that says how."""
    a, b = words(one), words(other)
    if not a or not b:
        return 0.0, "similar_name"
    if a == b:
        return 1.0, "other_spelling" if one.isascii() != other.isascii() else "same_name"
    if sorted(a) == sorted(b):
        return 1.0, "other_order"
    if "".join(a) == "".join(b) or (len("".join(map(bare, a))) >= 4 and sorted(map(bare, a)) == sorted(map(bare, b))):
        return 0.98, "other_spelling"
    there, back = compare(a, b, _weigh).score, compare(b, a, _weigh).score
    return min(there, back), "similar_name"


def _telling(name: str, least: int = 1) -> tuple[str, ...]:
    """Return the words of a name without legal forms, titles and particles; all of them if less than `least` remain."""
    words = tokens(name)
    telling = tuple(word for word in words if word not in LEGAL | TITLES | PARTICLES)
    return telling if len(telling) >= least else words


def _of_person(name: str) -> tuple[str, ...]:
    return _telling(name, least=2)


def _weigh(word: str) -> float:
    return significance(word, 1.0)


def _short_forms(words: tuple[str, ...]) -> set[str]:
    """Return what an organization may be called for short: the first letters of its words, or its one word."""
    if len(words) == 1:
        return {words[0]}
    return {"".join(word[0] for word in words)} if len(words) > 2 and not any(map(str.isdecimal, words)) else set()


def _is_short_for(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return (len(one) == 1) != (len(other) == 1) and bool(_short_forms(one) & _short_forms(other))


def _meet(one: Iterable[object], other: Iterable[object]) -> bool:
    return bool((set(one) & set(other)) - {""})
