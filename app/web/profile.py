"""Who runs this installation, as its pages say it. The default is nobody's: no seal, flag, banner or insignia."""

from dataclasses import dataclass

from app.config import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class Profile:
    """The words of one kind of installation. `banner` turns on the notice and the identifier of U.S. federal sites."""

    name: str
    tagline: str
    description: str
    disclaimer: str
    contact: str
    banner: bool = False


DESCRIPTION = "Where foreign partners and the builders of commercial space stations meet, decide and follow through."
TAGLINE = "Where partners and programmes meet in low Earth orbit"


def profile_for(settings: Settings) -> Profile:
    """Return the profile that SITE_PROFILE names. Raises SettingsError for one that does not exist."""
    profiles = {
        "neutral": Profile(
            name="Rendezvous",
            tagline=TAGLINE,
            description=DESCRIPTION,
            disclaimer="This is not an official website of any government.",
            contact=settings.contact_email,
        ),
        "gov": Profile(
            name="Rendezvous",
            tagline=TAGLINE,
            description=DESCRIPTION,
            disclaimer="An official website of the United States government.",
            contact=settings.contact_email,
            banner=True,
        ),
    }
    if settings.site_profile not in profiles:
        raise SettingsError(f"SITE_PROFILE must be one of {', '.join(profiles)}, not {settings.site_profile!r}.")
    return profiles[settings.site_profile]
