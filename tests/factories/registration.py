"""Makers of summits and registrations."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organization, User
from app.core import clock, reference
from app.core.access import Role
from app.core.money import AmountBand
from app.payments.models import Attempt, Payment
from app.payments.moves import move_attempt, move_payment, open_attempt
from app.payments.states import AttemptEvent, AttemptKind, AttemptState, PaymentEvent
from app.registration.models import Registration, Summit
from app.registration.queries import SummitView, summit_view
from app.registration.rules.prices import terms_on
from app.registration.rules.stored import to_plain
from app.registration.rules.summit import Break, PoolRule, PriceStep, RefundRule, SummitSettings, moved
from app.registration.services.places import take_places
from app.registration.services.summit import configure_summit
from app.registration.states import HOLDING, ParticipantType, PoolKind, RegistrationState
from app.regulatory import queries as regulatory_queries
from app.regulatory.models import Country
from app.regulatory.states import Opening, Participation
from app.screening import queries as screening_queries
from app.screening import services as screening
from app.screening.states import NameKind, NameToScreen
from tests.factories import accounts
from tests.factories import payments as payment_makers

_numbers = count(1)

SETTINGS = SummitSettings(
    name="Commercial LEO Investment Summit",
    tagline="Partners and programmes for what comes after the station",
    venue="Conference Center, Washington, DC",
    zone="America/New_York",
    days=(date(2027, 5, 4), date(2027, 5, 5)),
    day_starts=time(9),
    day_ends=time(17),
    slot_minutes=30,
    tables=20,
    registration_opens=date(2027, 1, 4),
    registration_closes=date(2027, 4, 16),
    currency="USD",
    price_steps=(PriceStep(date(2027, 1, 4), 85_000), PriceStep(date(2027, 2, 8), 92_500),
                 PriceStep(date(2027, 3, 22), 97_500)),
    pools=(PoolRule(PoolKind.TOTAL, "", 200), PoolRule(PoolKind.MARKET, "*", 60),
           PoolRule(PoolKind.ORGANIZATION, "*", 5), PoolRule(PoolKind.TYPE, "media", 10)),
    breaks=(Break(time(12), time(13), "Lunch"),),
    refund_rules=(RefundRule(date(2027, 4, 10), 12_500),),
)  # fmt: skip


def settings(**changes: Any) -> SummitSettings:
    """Valid settings of a two-day summit in May 2027, with what matters changed."""
    return replace(SETTINGS, **changes)


def summit(session: Session, *, key: str = "leo-2027", **changes: Any) -> SummitView:
    """A configured summit that takes applications on 1 March 2027; `changes` are settings."""
    made = configure_summit(session, settings(**changes), key=key, actor_id=None, now=clock.now())
    view = summit_view(session, made.id)
    assert view is not None
    return view


def open_summit(session: Session, **changes: Any) -> SummitView:
    """A summit that takes applications on the day of the clock, whichever that is."""
    in_90_days = clock.now().date() + timedelta(days=90)
    made = configure_summit(
        session, moved(settings(**changes), first_day=in_90_days), key="leo-open", actor_id=None, now=clock.now()
    )
    view = summit_view(session, made.id)
    assert view is not None
    return view


def registration(
    session: Session, *, state: RegistrationState = RegistrationState.CONFIRMED, summit: SummitView | None = None,
    person: User | None = None, organization: Organization | None = None,
    participant_type: ParticipantType = ParticipantType.PARTNER, offers: tuple[Opening, ...] = (),
    seeks: tuple[Participation, ...] = (Participation.EQUITY,), band: AmountBand = AmountBand.FROM_10M_TO_50M,
    **columns: Any,
) -> Registration:  # fmt: skip
    """An application in `state`, with the places that state holds; makes what it needs and is not given."""
    summit = summit or _any_summit(session)
    organization = organization or accounts.organization(session)
    person = person or accounts.user(session, name=f"Person {next(_numbers)}")
    _join(session, organization, person, participant_type)
    now = clock.now()
    day = max(summit.settings.day_of(now), summit.settings.registration_opens)
    terms = terms_on(summit.settings, version=summit.version, participant_type=participant_type, day=day)
    values: dict[str, Any] = {
        "answers": {"you": {"full_name": person.name, "job_title": "Director", "citizenship": organization.country,
                            "participant_type": participant_type.value, "birth_year": 1980},
                    "ownership": {"owners": []}},
        "steps_saved": 0 if state is RegistrationState.DRAFT else 5,
        "submitted_at": None if state is RegistrationState.DRAFT else now,
        "terms": None if state is RegistrationState.DRAFT else to_plain(terms),
        "waitlisted_at": now if state is RegistrationState.WAITLISTED else None,
        "offer_until": now + timedelta(days=3) if state is RegistrationState.OFFERED else None,
        "pay_until": now + timedelta(days=7) if state is RegistrationState.PAYMENT_DUE else None,
        "confirmed_at": now if state is RegistrationState.CONFIRMED else None,
        "badge_code": f"TEST{next(_numbers):022d}" if state is RegistrationState.CONFIRMED else None,
    }  # fmt: skip
    row = session.get_one(Summit, summit.id)
    row.applications += 1
    made = Registration(
        summit_id=summit.id, number=row.applications, user_id=person.id, organization_id=organization.id, state=state,
        participant_type=participant_type, country=organization.country, offers=list(offers), seeks=list(seeks),
        languages=["en"], band=band, created_at=now, **{**values, **columns},
    )  # fmt: skip
    session.add(made)
    session.flush()
    if state in HOLDING:
        take_places(session, made, summit.settings, now=now, over_target_reason="So that the test begins there.")
    return made


def names(session: Session, row: Registration, name: str, citizenship: str) -> Registration:
    """Let an application be the one of somebody of this name and citizenship."""
    row.answers = {**row.answers, "you": {**row.answers["you"], "full_name": name, "citizenship": citizenship}}
    session.flush()
    return row


def _any_summit(session: Session) -> SummitView:
    newest = session.scalars(select(Summit.id).order_by(Summit.created_at.desc())).first()
    view = summit_view(session, newest) if newest else summit(session)
    assert view is not None
    return view


def _join(session: Session, organization: Organization, person: User, kind: ParticipantType) -> None:
    wanted = select(Membership.id).where(Membership.organization_id == organization.id, Membership.user_id == person.id)
    if session.scalar(wanted) is None:
        role = Role.COMPANY_OWNER if kind is ParticipantType.COMPANY else Role.PARTICIPANT
        accounts.member(session, organization=organization, person=person, role=role)


def screening_list(session: Session) -> None:
    """A restricted-party list of one invented party, unless one is loaded."""
    if screening_queries.current_list(session) is None:
        party = {"list_code": "SDN", "kind": "entity", "name": "Nebula Forwarding FZE", "countries": ["AE"]}
        reference.load_rows(
            session, screening_queries.LIST_KIND, {"1": party}, file_name="list.csv", sha256="0" * 64,
            as_of=clock.now().date(), now=clock.now(),
        )  # fmt: skip


def cleared(session: Session, registration: Registration) -> Registration:
    """The registration, with a screening case that the newest list cleared."""
    screening_list(session)
    names = [NameToScreen("Aiko Tanaka", NameKind.PERSON, "JP")]
    case = screening.open_case(session, "registration", registration.id, names, now=clock.now())
    current = screening_queries.current_list(session)
    assert current is not None
    screening.record_screening(
        session, case.id, revision=case.revision, list_version=current.number, found=[[]], now=clock.now()
    )
    return registration


def in_review(session: Session, **columns: Any) -> Registration:
    """An application that could be approved: in review, screened, with a payment where there is a fee."""
    made = cleared(session, registration(session, state=RegistrationState.IN_REVIEW, **columns))
    if made.terms and made.terms["price_cents"]:
        with_payment(session, made)
    return made


def with_payment(session: Session, registration: Registration) -> Payment:
    """The payment of an application, with a saved card."""
    person = session.get_one(User, registration.user_id)
    return payment_makers.with_card(
        session, subject_kind="registration", subject_id=registration.id, payer_id=person.id
    )


def countries(session: Session) -> None:
    """Japan, France and the United States as reference data."""
    if regulatory_queries.countries(session):
        return
    plain = {
        "tier": "T5_LICENSE", "as_of": "2026-07-23", "artemis_accords": "", "artemis_date_status": "",
        "mtcr_member": False, "ear_country_groups": ["B"], "ear_chart_marks": [], "ear_embargo": "", "ear_d5": False,
        "itar_126_1": "n", "aukus_exemption": False, "cfius_excepted": False, "us_tsa": "n",
        "us_framework_agreement": False, "iss_partner": "n", "esa_member": "n", "dependency_of": "", "notes": "",
        "source": ["https://example.org"],
    }  # fmt: skip
    names = {"JP": ("JPN", "Japan"), "FR": ("FRA", "France"), "US": ("USA", "United States")}
    rows = {key: {**plain, "iso2": key, "iso3": iso3, "name": name} for key, (iso3, name) in names.items()}
    kind = next(k for k, loader in reference.LOADERS.items() if loader.table is Country)
    reference.load_rows(
        session, kind, rows, file_name="countries.csv", sha256="1" * 64, as_of=clock.now().date(), now=clock.now()
    )


def pay(session: Session, registration: Registration) -> None:
    """The provider says that the fee arrived."""
    payment = session.scalars(select(Payment).where(Payment.subject_id == registration.id)).one()
    charge = session.scalars(
        select(Attempt).where(Attempt.payment_id == payment.id, Attempt.kind != AttemptKind.CARD_PAGE)
    ).first() or open_attempt(session, payment, AttemptKind.PAY_PAGE, now=clock.now())
    if charge.state is not AttemptState.SUCCEEDED:
        move_attempt(session, charge, AttemptEvent.SUCCEED, now=clock.now())
    move_payment(session, payment, PaymentEvent.SUCCEED, actor_id=None, now=clock.now())
