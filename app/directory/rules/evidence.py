"""What the platform itself can say about a claim, for a reviewer to weigh beside the claimant's own words."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from app.directory.rules.text import plain

ALIKE = 85
# Addresses that anybody can have say nothing about a company.
ANYBODYS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "proton.me",
     "protonmail.com", "aol.com", "gmx.com", "gmx.net", "mail.com", "qq.com", "163.com", "naver.com", "yandex.com"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison: what was compared, and whether it speaks for the claim."""

    words: str
    agrees: bool


def site(address: str) -> str:
    """Return the host of a web address or e-mail address, without "www."."""
    if "@" in address:
        host = address.rpartition("@")[2]
    else:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return host.lower().removeprefix("www.")


def evidence(
    *, claimant_email: str, website: str, organization: str, lead_company: str, sources: Iterable[str]
) -> list[Evidence]:
    """Compare who claims with what was reported. Agreement is a hint and no proof; a person decides."""
    mail, home = site(claimant_email), site(website)
    named = {site(source.split(" ")[0]) for source in sources}
    alike = round(fuzz.token_set_ratio(plain(organization), plain(lead_company)))
    found = [Evidence(f"The company's name and the reported one are {alike} of 100 alike.", alike >= ALIKE)]
    if mail in ANYBODYS:
        found.append(Evidence(f"The claimant writes from {mail}, where anybody can have an address.", False))
    elif home:
        is_same = mail == home or mail.endswith(f".{home}")
        verb = "is" if is_same else "is not"
        found.append(Evidence(f"The claimant's address at {mail} {verb} at the company's site, {home}.", is_same))
    else:
        found.append(Evidence(f"The company gave no site to compare the claimant's address at {mail} with.", False))
    if home:
        is_named = home in named
        found.append(Evidence(f"The sources of the entry {'name' if is_named else 'do not name'} {home}.", is_named))
    return found
