"""Who runs this installation, as its pages say it. The default is nobody's: no seal, flag, banner or insignia."""

from dataclasses import dataclass
from urllib.parse import urlsplit

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
    """Return the profile that SITE_PROFILE names.

    Raises SettingsError for one that does not exist, and for the official one anywhere but on a .gov or .mil
    host over https: the banner's words would be untrue.
    """
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
    chosen = profiles[settings.site_profile]
    host = urlsplit(settings.base_url).hostname or ""
    if chosen.banner and not (settings.is_https and host.endswith((".gov", ".mil"))):
        raise SettingsError("SITE_PROFILE gov needs a BASE_URL on a .gov or .mil host that begins with https://.")
    return chosen
