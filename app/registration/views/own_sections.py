"""What this room itself adds to a participant's page: papers and travel."""

from datetime import datetime

from app.questionnaires.rules import Answered, answers_in_words
from app.registration.queries import Section, StatusPage, SummitView
from app.registration.queries.application import facts_of
from app.registration.queries.travel import columns
from app.registration.rules.travel import starts_at
from app.registration.states import RegistrationState
from app.registration.views.visa import TONES
from app.registration.visa_states import INVITED


def papers_section(page: StatusPage) -> Section | None:
    """Return the letter for a visa and the badge; None before there can be any."""
    is_invited = page.registration.state in INVITED
    if not page.letters and not is_invited:
        return None
    says_no = page.travel is not None and page.travel.answers.get("visa") is False
    facts = {
        "letters": page.letters, "tones": TONES, "may_ask": is_invited and not says_no,
        "has_badge": page.registration.state is RegistrationState.CONFIRMED,
    }  # fmt: skip
    return Section("My papers", "registration/_papers.html", facts, order=10)


def travel_section(page: StatusPage, summit: SummitView, now: datetime) -> Section | None:
    """Return what was said about the journey, and until when it can be changed; None when nothing is asked."""
    if page.travel is None or page.travel.version is None:
        return None
    facts = {
        "saved_at": page.travel.saved_at, "answers": _shortly(page), "is_open": now < starts_at(summit.settings),
    }  # fmt: skip
    return Section("My travel", "registration/_travel.html", facts, order=30)


def _shortly(page: StatusPage) -> list[Answered]:
    """Return the few short answers; the form itself shows them all."""
    if page.travel is None or page.travel.version is None or page.travel.saved_at is None:
        return []
    few = {question.key for question in columns(page.travel.version)}
    said = answers_in_words(
        page.travel.version.definition, page.travel.answers, facts_of(page.registration), countries={}
    )  # fmt: skip
    return [answer for section in said for answer in section.answers if answer.key in few]
