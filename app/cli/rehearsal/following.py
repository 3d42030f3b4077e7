"""Acts of keeping an eye: a partner saves a search, follows entries and keeps notes; later something changes."""

from datetime import timedelta

from app.cli.rehearsal.house import House
from app.cli.rehearsal.setting import Company, publish_entry
from app.core import clock
from app.core.db import transaction
from app.directory.states import Tier
from app.following import services
from app.following.states import Often
from app.following.tasks import DAILY
from app.notifications import outbox
from app.registration.queries import ParticipantRow

SEARCHES = {
    "Stations that want hardware": ("category=station&participation=hardware", Often.DAILY),
    "Partners from my country": ("country={country}", Often.WEEKLY),
}
NOTES = (
    "Made-up note: our board likes the second module. Ask who builds the docking port.",
    "Made-up note: spoke with them for ten minutes; they call back after the design review.",
)
TAGS = ("shortlist", "hardware")


def keep_an_eye(house: House, partner: ParticipantRow, companies: list[Company]) -> None:
    """Let a made-up partner save searches, follow what made-up companies publish, and note and tag it for the team."""
    entries = [entry for company in companies for entry in company.entries]
    who = {"user_id": partner.user_id, "organization_id": partner.organization_id}
    with transaction() as session:
        for name, (query, often) in SEARCHES.items():
            services.save_search(
                session, user_id=partner.user_id, name=name, query=query.format(country=partner.country),
                often=often, tier=Tier.VETTED, now=clock.now(),
            )  # fmt: skip
        for entry in entries:
            services.follow_entry(session, user_id=partner.user_id, entry_id=entry.id, now=clock.now())
        for entry, text in zip(entries, NOTES, strict=False):
            services.write_note(session, **who, entry_id=entry.id, text=text, now=clock.now())
        for entry, tag in zip(entries, TAGS, strict=False):
            services.hang_tag(session, **who, entry_id=entry.id, tag=tag, now=clock.now())
    house.settle()


def change_and_tell(house: House, company: Company) -> None:
    """Let a made-up company move its date by a year, and the daily mails go out the day after."""
    entry = company.entries[0]
    moved = {
        "target_first_launch": "2031 (made up)",
        "stage_group": entry.stage_group,
        "milestones": [
            {**one, "due": "2030-06" if one["due"] == "2029-06" else one["due"]} for one in entry.milestones
        ],
    }
    publish_entry(house, entry.id, company.people[0], moved)
    house.wait(timedelta(days=1))
    with transaction() as session:
        outbox.queue(session, DAILY, {}, now=clock.now())
    house.settle()
