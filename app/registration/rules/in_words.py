"""The facts of an application as people read them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.core.money import BAND_LABELS, AmountBand
from app.registration.change_states import PART_LABELS, PartKey
from app.registration.rules.application import Ownership, You
from app.registration.states import TYPE_LABELS, ParticipantType
from app.regulatory.states import PARTICIPATION_LABELS, Opening, Participation

OPENING_WORDS = {opening: opening.value.replace("_", " ").capitalize() for opening in Opening}
LANGUAGES: dict[str, str] = {
    "en": "English", "ja": "Japanese", "fr": "French", "de": "German", "it": "Italian", "es": "Spanish",
    "ko": "Korean", "ar": "Arabic", "pt": "Portuguese", "hi": "Hindi",
}  # fmt: skip
LABELS: dict[str, str] = {
    "participant_type": "I come as", "full_name": "Name", "job_title": "Job title", "citizenship": "Citizenship",
    "birth_year": "Year of birth", "organization_id": "Organization", "new": "New organization",
    "owners": "Owners of a quarter or more", "is_state_owned": "State-owned", "seeks": "Takes part in",
    "offers": "Offers", "band": "Amount", "languages": "Languages", "letter": "Nomination letter",
}  # fmt: skip
Countries = Mapping[str, str]
Pairs = list[tuple[str, str]]


def you_in_words(you: You, countries: Countries) -> Pairs:
    """Return the person."""
    return [
        ("I come as", TYPE_LABELS[you.participant_type]), ("Name", you.full_name), ("Job title", you.job_title),
        ("Citizenship", countries.get(you.citizenship, you.citizenship)),
        ("Year of birth", str(you.birth_year) if you.birth_year else "Not said"),
    ]  # fmt: skip


def ownership_in_words(owned: Ownership, countries: Countries) -> Pairs:
    """Return who stands behind the organization."""
    plain = [{"name": o.name, "country": o.country, "share": o.share} for o in owned.owners]
    return [
        ("State-owned", "Yes" if owned.is_state_owned else "No"),
        ("Owners of a quarter or more", _owners(plain, countries)),
    ]


def aims_in_words(
    seeks: Sequence[Participation], offers: Sequence[Opening], band: AmountBand, languages: Sequence[str]
) -> Pairs:
    """Return what they offer and seek."""
    return [
        ("Takes part in", _listed(PARTICIPATION_LABELS[p] for p in seeks)),
        ("Offers", _listed(OPENING_WORDS[o] for o in offers)), ("Amount", BAND_LABELS[band]),
        ("Languages", _listed(LANGUAGES.get(one, one) for one in languages)),
    ]  # fmt: skip


def _listed(words: Any) -> str:
    return ", ".join(words) or "Nothing named"


def _owners(owners: Sequence[Mapping[str, Any]] | None, countries: Countries) -> str:
    return "; ".join(_owner(owner, countries) for owner in owners or ()) or "None"


def _owner(owner: Mapping[str, Any], countries: Countries) -> str:
    share = f", {owner['share']} %" if owner.get("share") else ""
    return f"{owner['name']} ({countries.get(owner['country'], owner['country'])}{share})"


def part_label(part: PartKey) -> str:
    """Return the name of a part."""
    return PART_LABELS[part]


def fact_in_words(name: str, value: Any, *, countries: Countries, organizations: Mapping[str, str]) -> str:
    """Return one fact of a change; `organizations` are names by id as text."""
    if value in (None, "", []):
        return "Nothing" if name in ("seeks", "offers", "owners", "languages") else "Not said"
    plain: dict[str, Callable[[Any], str]] = {
        "participant_type": lambda v: TYPE_LABELS[ParticipantType(v)],
        "citizenship": lambda v: countries.get(v, v),
        "organization_id": lambda v: organizations.get(str(v), "Another organization"),
        "new": lambda v: f"{v['name']}, {countries.get(v['country'], v['country'])}",
        "owners": lambda v: _owners(v, countries),
        "is_state_owned": lambda v: "Yes" if v else "No",
        "seeks": lambda v: _listed(PARTICIPATION_LABELS[Participation(one)] for one in v),
        "offers": lambda v: _listed(OPENING_WORDS[Opening(one)] for one in v),
        "band": lambda v: BAND_LABELS[AmountBand(v)],
        "languages": lambda v: _listed(LANGUAGES.get(one, one) for one in v),
        "letter": lambda v: str(v.get("name", "A file")),
    }
    return plain[name](value) if name in plain else str(value)
