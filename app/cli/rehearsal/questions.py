"""Two made-up questions to the export desk: one that nobody answers in time, one answered and shown to everyone."""

from collections.abc import Sequence

from app.cli.rehearsal.house import House
from app.cli.rehearsal.meeting import Guests
from app.cli.rehearsal.setting import Company
from app.core import clock
from app.core.db import transaction
from app.enquiries import services
from app.enquiries.rules import ATTESTATION
from app.enquiries.services import Question
from app.regulatory.states import Participation

MADE_UP = "(Made up, for the demonstration.)"


def ask_two(house: House, guests: Guests, companies: Sequence[Company]) -> None:
    """Let two confirmed partners ask about a made-up programme; the reviewer owns both and answers one."""
    entry, reviewer = companies[0].entries[0], house.staff["reviewer"]
    (first, _), (second, _) = guests.partners[:2]
    with transaction() as session:
        waits = services.ask(
            session,
            Question(
                f"Does a docking adapter that we build need a licence before we discuss its interface? {MADE_UP}",
                first.country, entry.key, "ear_9x515", Participation.HARDWARE, True,
            ),
            asker_id=first.user_id, attestation=ATTESTATION, now=clock.now(),
        )  # fmt: skip
        services.assign(session, waits.id, reviewer, actor_id=house.staff["organizer"], now=clock.now())
        asked = services.ask(
            session,
            Question(
                f"We only want to invest and see no drawings. Which filing comes first? {MADE_UP}",
                second.country, entry.key, "cfius_tid_mandatory", Participation.EQUITY,
            ),
            asker_id=second.user_id, attestation=ATTESTATION, now=clock.now(),
        )  # fmt: skip
        asked_id = asked.id
    with transaction() as session:
        answer = (
            "Begin with who owns you and which rights you want: both decide whether a declaration is due before "
            f"closing. Bring them to counsel, who files it. {MADE_UP}"
        )
        services.answer(
            session, asked_id, answer, "https://home.treasury.gov/policy-issues/international/cfius",
            actor_id=reviewer, now=clock.now(),
        )  # fmt: skip
        services.publish(
            session, asked_id, "Which filing comes first for an investor who sees no technical data?", answer,
            "https://home.treasury.gov/policy-issues/international/cfius", ["entry", "topic"], actor_id=reviewer,
            now=clock.now(),
        )  # fmt: skip
    house.settle()
