"""Who may read what about a partner: one truth table for pages, lists, counts, search and homes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.partners.states import Audience, Reader


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A field of a profile: its words, the audience it has until the partner chooses, the widest it may have."""

    name: str
    label: str
    default: Audience
    widest: Audience = Audience.VETTED


FIELDS: dict[str, ProfileField] = {
    one.name: one
    for one in (
        # An interest at the level of names discloses these to its company anyway.
        ProfileField("name", "Name, country and type", Audience.COUNTERPARTS),
        ProfileField("legal_name", "Legal name", Audience.COUNTERPARTS),
        ProfileField("website", "Website", Audience.COUNTERPARTS),
        ProfileField("about", "What you do", Audience.COUNTERPARTS),
        ProfileField("languages", "Languages of your people", Audience.COUNTERPARTS),
        ProfileField("ownership", "Ownership", Audience.ORGANIZERS, widest=Audience.ORGANIZERS),
    )
}
NAME_CHOICES = (Audience.COUNTERPARTS, Audience.VETTED)
SEES: dict[Reader, frozenset[Audience]] = {
    Reader.OURS: frozenset(Audience),
    Reader.ORGANIZER: frozenset({Audience.ORGANIZERS, Audience.COUNTERPARTS, Audience.VETTED}),
    Reader.COUNTERPART: frozenset({Audience.COUNTERPARTS, Audience.VETTED}),
    Reader.VETTED_COMPANY: frozenset({Audience.VETTED}),
    Reader.ANYBODY: frozenset(),
}
ASKED = ("legal_name", "website", "about", "languages")


@dataclass(frozen=True, slots=True)
class ProfileContent:
    """What a partner may write about itself; `languages` are two-letter codes."""

    legal_name: str = ""
    about: str = ""
    languages: tuple[str, ...] = ()
    audiences: Mapping[str, Audience] = field(default_factory=dict)


def may_see(reader: Reader, audience: Audience) -> bool:
    """Tell whether `reader` belongs to an audience."""
    return audience in SEES[reader]


def audiences_of(kept: Mapping[str, Any]) -> dict[str, Audience]:
    """Return each field's audience: what was kept, or the default, never wider than the field allows or the name's."""
    found = {name: Audience(kept.get(name, field.default)) for name, field in FIELDS.items()}
    return {name: min(found[name], FIELDS[name].widest, found["name"]) for name in found}


def visible(content: Mapping[str, Any], kept: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """Return those fields of a profile that `reader` may see; the others are not there at all."""
    audiences = audiences_of(kept)
    return {name: value for name, value in content.items() if name in FIELDS and may_see(reader, audiences[name])}


def completeness(content: Mapping[str, Any], active_mandates: int) -> int:
    """Return how much of what partners are asked for is said, in whole percent: four fields and one active mandate."""
    said = sum(1 for name in ASKED if content.get(name)) + (1 if active_mandates else 0)
    return 100 * said // (len(ASKED) + 1)
