"""Work that waits on the desks of the demonstration: a letter, a refund, a change, a voucher, a record made twice."""

from datetime import timedelta

from app.accounts import belong, duplicates
from app.accounts import services as accounts
from app.accounts.queries import organization, people
from app.accounts.states import RecordKind
from app.cli.rehearsal.delegation import plan_journey
from app.cli.rehearsal.house import House
from app.cli.rehearsal.meeting import Guests
from app.core import clock
from app.core.db import db, transaction
from app.payments import vouchers
from app.payments.vouchers import VoucherTerms
from app.payments.vouchers.states import VoucherKind
from app.registration import services
from app.registration.change_states import PartKey
from app.registration.queries import ParticipantRow, SummitView
from app.registration.queries.application import asked_of, page_inputs
from app.registration.queries.changes import facts_by_part
from app.registration.queries.people import registration
from app.registration.rules.visa import Invited
from app.registration.services.visa import issue_letter

CONSULATE = "Consulate General, the nearest one"


def leave_work(house: House, summit: SummitView, guests: Guests) -> None:
    """Let confirmed partners ask for what people ask for, so that finance, reviewers and organizers have work."""
    invited, cancelled, renamed, twice = [row for row, _partner in guests.partners[1:5]]
    plan_journey(summit, invited.registration_id, invited.user_id, consulate=CONSULATE)
    with transaction() as session:
        issue_letter(
            session, invited.registration_id, Invited(invited.name, invited.country, "DEMO12345", CONSULATE),
            actor_id=invited.user_id, now=clock.now(),
        )  # fmt: skip
    _cancel(house, cancelled)
    _ask_for_another_name(renamed)
    _make_vouchers(house)
    _sign_up_again(twice)
    house.settle()


def _cancel(house: House, row: ParticipantRow) -> None:
    """Let an organizer cancel: what goes back is more than one person may release, so it waits for finance."""
    with transaction() as session:
        services.cancel(
            session, row.registration_id, reason="The organization has closed and asked us to cancel.",
            actor_id=house.staff["organizer"], now=clock.now(),
        )  # fmt: skip


def _ask_for_another_name(row: ParticipantRow) -> None:
    found = registration(db(), row.registration_id)
    if found is None:
        raise LookupError(f"{row.name} has no application.")
    you = facts_by_part(found, asked_of(db(), found))[PartKey.YOU]
    seen = page_inputs(db(), row.registration_id, "you").edits
    with transaction() as session:
        services.change_application(
            session, row.registration_id, {PartKey.YOU: {**you, "full_name": f"{row.name} Marchetti"}}, page="you",
            seen_edits=seen, actor_id=row.user_id, now=clock.now(), why="I have married; my new passport says so.",
        )  # fmt: skip


def _make_vouchers(house: House) -> None:
    terms = VoucherTerms(
        label="Young funds (demonstration)", kind=VoucherKind.PERCENTAGE, percent=50, uses_limit=5,
        budget_cents=250_000, currency="USD", valid_until=clock.now() + timedelta(days=45),
        participant_types=("partner",), reason="Half the fee for funds in their first three years.",
    )  # fmt: skip
    with transaction() as session:
        vouchers.issue(session, terms, count=1, actor_id=house.staff["finance"], now=clock.now())


def _sign_up_again(row: ParticipantRow) -> None:
    """Let somebody forget that they have an account, and enter their organization once more."""
    place, person = organization(db(), row.organization_id), people(db(), [row.user_id])[row.user_id]
    if place is None:
        raise LookupError(f"{row.organization_name} is not there.")
    with transaction() as session:
        again = accounts.create_user(
            session, email=person.email.replace("@", "+summit@"), name=row.name, verified=True,
            time_zone=row.time_zone, now=clock.now(),
        )  # fmt: skip
        belong.found_organization(
            session, name=row.organization_name.upper(), kind=place.kind, country=row.country, website="",
            user_id=again.id, now=clock.now(),
        )  # fmt: skip
        duplicates.look_at(session, RecordKind.PERSON, again.id, now=clock.now())
