"""An application as it is typed, submitted, and changed afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Organization
from app.core import clock
from app.core.access import Role
from app.core.errors import InvalidInput, NotFound, Refused
from app.documents.states import Purpose
from app.payments.models import Payment
from app.payments.states import PaymentMethod
from app.questionnaires.states import QuestionType
from app.registration import queries, services
from app.registration.application_models import RegistrationChange
from app.registration.change_states import ChangeState, PartKey
from app.registration.models import Pool, Registration
from app.registration.queries.application import asked_of, declared, page_inputs
from app.registration.queries.changes import changes_of, facts_by_part
from app.registration.rules.application import Aims, ForOrganization, HowToPay, NewOrganization, Owner, Ownership, You
from app.registration.rules.summit import BankAccount, PoolRule, PriceStep, RefundRule
from app.registration.rules.visa import Invited
from app.registration.services import visa
from app.registration.services.places import PoolFull
from app.registration.states import ParticipantType, PoolKind, RegistrationState
from app.registration.visa_models import VisaLetter
from app.registration.visa_states import VisaLetterState
from app.regulatory.states import Participation
from app.screening import services as screening
from app.screening.queries import case_for, current_list
from app.screening.states import CaseState
from tests.factories import accounts
from tests.factories import questionnaires as designed
from tests.factories import registration as make

S = RegistrationState
YOU = You(ParticipantType.PARTNER, "Aiko Tanaka", "Director", "JP", 1980)
NEW = ForOrganization(new=NewOrganization("Kibo Trading", "trading_house", "JP"))
PARTS = (YOU, NEW, Ownership((Owner("Tsukuba Holdings", False, "JP", 60),)), Aims(seeks=(Participation.EQUITY,)))
DECIDED = [S.WAITLISTED, S.OFFERED, S.APPROVED, S.PAYMENT_DUE, S.CONFIRMED]
UNDECIDED = [S.IN_REVIEW, S.NEEDS_INFORMATION]


@pytest.fixture
def summit(session):
    make.screening_list(session)
    return make.summit(session)


def drafted(session, summit, *parts) -> Registration:
    person = accounts.user(session)
    draft = services.start_registration(session, summit.id, person.id, now=clock.now())
    for part in parts or PARTS:
        services.save_draft(session, draft.id, part, actor_id=person.id, now=clock.now())
    return draft


def changed(session, registration, part, seen=None, **facts):
    asked = asked_of(session, registration)
    wanted = {part: {**facts_by_part(registration, asked)[part], **facts}}
    edits = page_inputs(session, registration.id, part.value).edits if seen is None else seen
    return services.change_application(
        session, registration.id, wanted, page=part.value, seen_edits=edits, actor_id=registration.user_id,
        now=clock.now(),
    )  # fmt: skip


def in_state(session, summit, state) -> Registration:
    return make.cleared(session, make.registration(session, state=state, summit=summit))


def waiting(session, registration) -> list[RegistrationChange]:
    wanted = select(RegistrationChange).where(RegistrationChange.registration_id == registration.id)
    return list(session.scalars(wanted.where(RegistrationChange.state == ChangeState.PROPOSED)))


def clear(session, kind, subject_id) -> None:
    case, current = case_for(session, kind, subject_id), current_list(session)
    assert case is not None
    assert current is not None
    found = [[] for _ in screening.names_of(session, session.get_one(screening.Case, case.id))]
    screening.record_screening(
        session, case.id, revision=case.revision, list_version=current.number, found=found, now=clock.now()
    )


def accept(session, change, **more) -> None:
    reviewer = accounts.staff(session, Role.REVIEWER).id
    services.accept_change(session, change.id, actor_id=reviewer, now=clock.now(), max_list_age_days=None, **more)


def test_an_invitation_letter_ends_with_the_name_it_was_issued_for(session, summit):
    guest = in_state(session, summit, S.CONFIRMED)
    you = facts_by_part(guest, asked_of(session, guest))[PartKey.YOU]
    invited = Invited(you["full_name"], you["citizenship"], "TK4417093", "Tokyo")
    letter_id = visa.issue_letter(session, guest.id, invited, actor_id=guest.user_id, now=clock.now())
    changed(session, guest, PartKey.YOU, full_name="Aiko Sato")
    assert session.get_one(VisaLetter, letter_id).state is VisaLetterState.VALID, "nothing is decided yet"
    [change] = waiting(session, guest)
    clear(session, "registration_change", change.id)
    accept(session, change)
    ended = session.get_one(VisaLetter, letter_id)
    assert (ended.state, ended.passport) == (VisaLetterState.REVOKED, None)
    assert "Ask for a new one" in ended.ended_reason


# --- While it is filled in ---------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_as_it_is_fit_or_not(session, summit):
    draft = drafted(session, summit, YOU)
    typed = {"birth_year": ["nineteen"], "full_name": [""]}
    keep = {"actor_id": draft.user_id, "now": clock.now()}
    assert services.save_inputs(session, draft.id, "you", typed, seen_edits=0, **keep) == 1
    assert page_inputs(session, draft.id, "you").inputs == typed
    services.note_page_saved(session, draft.id, "you", seen_edits=1, now=clock.now())
    assert (page_inputs(session, draft.id, "you").inputs, page_inputs(session, draft.id, "you").edits) == ({}, 2)


@pytest.mark.check("L4")
def test_the_second_of_two_devices_is_told_and_overwrites_nothing(session, summit):
    draft = drafted(session, summit, YOU)
    keep = {"seen_edits": 0, "actor_id": draft.user_id, "now": clock.now()}
    services.save_inputs(session, draft.id, "you", {"job_title": ["Director"]}, **keep)
    with pytest.raises(services.SavedElsewhere):
        services.save_inputs(session, draft.id, "you", {"job_title": ["Chair"]}, **keep)
    with pytest.raises(services.SavedElsewhere):
        services.note_page_saved(session, draft.id, "you", seen_edits=0, now=clock.now())
    assert page_inputs(session, draft.id, "you").inputs == {"job_title": ["Director"]}


def test_nobody_types_into_another_persons_application_or_a_submitted_one(session, summit, now):
    draft = drafted(session, summit)
    keep = {"seen_edits": 0, "now": now}
    with pytest.raises(NotFound):
        services.save_inputs(session, draft.id, "you", {}, actor_id=accounts.user(session).id, **keep)
    with pytest.raises(InvalidInput, match="more than"):
        services.save_inputs(session, draft.id, "you", {"x": ["y" * 200_000]}, actor_id=draft.user_id, **keep)
    services.submit(session, draft.id, actor_id=draft.user_id, now=now)
    with pytest.raises(Refused, match="submitted"):
        services.save_inputs(session, draft.id, "you", {}, actor_id=draft.user_id, **keep)


def test_a_required_question_that_is_shown_is_missing_until_it_is_answered(session, summit, now):
    content = designed.definition(
        designed.question("fund", QuestionType.YES_NO),
        designed.question("size", is_required=True, label="How large?", conditions=designed.when("fund", "yes")),
    )
    designed.published(session, summit.id, content)
    draft = drafted(session, summit)
    keep = {"actor_id": draft.user_id, "now": now}
    services.save_questions(session, draft.id, {"fund": True}, **keep)
    with pytest.raises(InvalidInput, match=r"How large\?"):
        services.submit(session, draft.id, **keep)
    services.save_questions(session, draft.id, {"fund": False, "size": "huge"}, **keep)
    services.submit(session, draft.id, **keep)
    assert asked_of(session, draft).answers == {"fund": False}, "what was not shown is not kept"


def test_the_declaration_is_kept_with_its_words_its_name_and_its_time(session, summit, now):
    draft = drafted(session, summit)
    services.submit(session, draft.id, actor_id=draft.user_id, now=now)
    said = declared(session, draft.id)
    assert said is not None
    assert (said.name, said.declared_at) == ("Aiko Tanaka", now)
    assert said.words.startswith("What I have entered is complete")


def test_a_nomination_letter_is_needed_by_the_types_that_bring_one(session, now):
    summit = make.summit(session, nomination_types=(ParticipantType.PARTNER,))
    make.screening_list(session)
    draft = drafted(session, summit)
    keep = {"actor_id": draft.user_id, "now": now}
    with pytest.raises(InvalidInput, match="nomination letter"):
        services.submit(session, draft.id, **keep)
    services.save_letter(session, draft.id, {"file": "f", "name": "letter.pdf"}, **keep)
    services.submit(session, draft.id, **keep)
    assert draft.state is S.IN_REVIEW
    assert Purpose.NOMINATION_LETTER.value == "nomination_letter"


def test_currency_and_way_to_pay_are_chosen_at_submission(session, now):
    steps = (*make.SETTINGS.price_steps, PriceStep(make.SETTINGS.registration_opens, 80_000, "EUR"))
    account = BankAccount("EUR", "Summit Office", "DE89370400440532013000", "COBADEFFXXX", "Bank")
    refunds = (*make.SETTINGS.refund_rules, RefundRule(make.SETTINGS.registration_closes, 10_000, "EUR"))
    summit = make.summit(session, price_steps=steps, bank_accounts=(account,), refund_rules=refunds)
    draft = drafted(session, summit)
    with pytest.raises(InvalidInput, match="no price in GBP"):
        services.submit(session, draft.id, actor_id=draft.user_id, now=now, paying=HowToPay("GBP"))
    paying = HowToPay("EUR", PaymentMethod.TRANSFER)
    services.submit(session, draft.id, actor_id=draft.user_id, now=now, paying=paying)
    row = queries.registration(session, draft.id)
    payment = session.scalars(select(Payment).where(Payment.subject_id == draft.id)).one()
    assert row is not None
    assert row.terms is not None
    assert (row.terms.price_cents, row.terms.currency, payment.method) == (80_000, "EUR", PaymentMethod.TRANSFER)


# --- After submission --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [*UNDECIDED, *DECIDED])
def test_what_nothing_rests_on_changes_at_once_and_is_kept_before_and_after(session, summit, state):
    made = in_state(session, summit, state)
    outcome = changed(session, made, PartKey.YOU, job_title="Chair")
    row = changes_of(session, made.id, asked_of(session, made))[0]
    assert (outcome.applied, outcome.proposed) == (("job_title",), ())
    assert made.answers["you"]["job_title"] == "Chair"
    assert (row.state, row.facts[0].before, row.facts[0].after) == (ChangeState.APPLIED, "Director", "Chair")
    case = case_for(session, "registration", made.id)
    assert case is not None


@pytest.mark.parametrize("state", UNDECIDED)
def test_before_a_decision_a_new_name_holds_at_once_and_is_screened_again(session, summit, state):
    made = in_state(session, summit, state)
    changed(session, made, PartKey.YOU, full_name="Aiko Sato")
    assert made.answers["you"]["full_name"] == "Aiko Sato"
    with pytest.raises(Refused, match="screening case is open"):
        screening.require_clear(session, "registration", made.id, now=clock.now(), max_age_days=None)


def test_nobody_is_approved_on_names_that_were_changed_and_not_screened(session, summit):
    made = make.in_review(session, summit=summit)
    reviewer = accounts.staff(session, Role.REVIEWER).id
    seen = made.moves
    changed(session, made, PartKey.OWNERSHIP, owners=[{"name": "X", "is_person": True, "country": "JP", "share": 30}])
    approve = {"actor_id": reviewer, "now": clock.now(), "max_list_age_days": None}
    with pytest.raises(services.MovedMeanwhile):
        services.approve(session, made.id, seen_moves=seen, **approve)
    with pytest.raises(Refused, match="screening case is open"):
        services.approve(session, made.id, **approve)
    clear(session, "registration", made.id)
    services.approve(session, made.id, **approve)


@pytest.mark.parametrize("state", DECIDED)
def test_after_a_decision_a_new_name_waits_while_the_old_one_and_the_place_hold(session, summit, state):
    made = in_state(session, summit, state)
    outcome = changed(session, made, PartKey.YOU, full_name="Aiko Sato", job_title="Chair")
    change = waiting(session, made)[0]
    assert (outcome.applied, outcome.proposed) == (("job_title",), ("full_name",))
    assert (made.state, made.answers["you"]["full_name"]) == (state, change.before["full_name"])
    old = case_for(session, "registration", made.id)
    assert old is not None
    assert old.state is CaseState.CLEARED
    with pytest.raises(Refused, match="screening case is open"):
        accept(session, change)
    session.expire_all()


def test_an_accepted_name_brings_its_screening_along(session, summit):
    made = in_state(session, summit, S.CONFIRMED)
    changed(session, made, PartKey.YOU, full_name="Aiko Sato")
    change = waiting(session, made)[0]
    clear(session, "registration_change", change.id)
    new = case_for(session, "registration_change", change.id)
    accept(session, change)
    held = case_for(session, "registration", made.id)
    assert new is not None
    assert held is not None
    assert (held.id, held.state, held.title) == (new.id, CaseState.CLEARED, "Aiko Sato")
    assert (made.state, made.answers["you"]["full_name"], change.state) == (
        S.CONFIRMED, "Aiko Sato", ChangeState.ACCEPTED,
    )  # fmt: skip


def test_a_refused_change_leaves_everything_and_says_why(session, summit):
    made = in_state(session, summit, S.CONFIRMED)
    before = made.answers["you"]["full_name"]
    changed(session, made, PartKey.YOU, full_name="Aiko Sato")
    change, reviewer = waiting(session, made)[0], accounts.staff(session, Role.REVIEWER).id
    with pytest.raises(InvalidInput, match="Write why"):
        services.refuse_change(session, change.id, reason=" ", actor_id=reviewer, now=clock.now())
    services.refuse_change(session, change.id, reason="Send a passport.", actor_id=reviewer, now=clock.now())
    assert (made.answers["you"]["full_name"], change.state, change.reason) == (
        before, ChangeState.REFUSED, "Send a passport.",
    )  # fmt: skip
    with pytest.raises(Refused, match="not possible now"):
        accept(session, change)


def test_nobody_decides_about_their_own_change_or_takes_back_anothers(session, summit):
    made = in_state(session, summit, S.CONFIRMED)
    changed(session, made, PartKey.YOU, full_name="Aiko Sato")
    change = waiting(session, made)[0]
    with pytest.raises(services.OwnApplication):
        services.refuse_change(session, change.id, reason="No.", actor_id=made.user_id, now=clock.now())
    with pytest.raises(NotFound):
        services.take_back_change(session, change.id, actor_id=accounts.user(session).id, now=clock.now())
    services.take_back_change(session, change.id, actor_id=made.user_id, now=clock.now())
    assert waiting(session, made) == []


def test_proposing_again_takes_the_place_of_the_earlier_proposal(session, summit):
    made = in_state(session, summit, S.CONFIRMED)
    changed(session, made, PartKey.YOU, full_name="Aiko Sato")
    changed(session, made, PartKey.YOU, citizenship="FR")
    (change,) = waiting(session, made)
    assert change.after == {"full_name": "Aiko Sato", "citizenship": "FR"}


def test_two_proposals_are_screened_together_once_one_is_accepted(session, summit):
    made = in_state(session, summit, S.CONFIRMED)
    owner = {"name": "Tsukuba", "is_person": False, "country": "JP", "share": 40}
    changed(session, made, PartKey.YOU, full_name="Aiko Sato")
    changed(session, made, PartKey.OWNERSHIP, owners=[owner])
    first, second = sorted(waiting(session, made), key=lambda change: change.number)
    clear(session, "registration_change", first.id)
    clear(session, "registration_change", second.id)
    accept(session, first)
    with pytest.raises(Refused, match="screening case is open"):
        accept(session, second)


def test_a_place_moves_to_the_pools_of_another_organization_or_stays(session):
    make.screening_list(session)
    pools = (PoolRule(PoolKind.TOTAL, "", 1), PoolRule(PoolKind.MARKET, "FR", 1), PoolRule(PoolKind.MARKET, "*", 5))
    summit = make.summit(session, pools=pools)
    made = in_state(session, summit, S.CONFIRMED)
    other = accounts.organization(session, country="FR")
    accounts.member(session, organization=other, person=session.get_one(accounts.User, made.user_id))
    changed(session, made, PartKey.ORGANIZATION, organization_id=str(other.id))
    (change,) = waiting(session, made)
    clear(session, "registration_change", change.id)
    french = session.scalars(select(Pool).where(Pool.key == "FR")).one()
    french.taken = 1
    session.flush()
    with pytest.raises(PoolFull), session.begin_nested():
        accept(session, change)
    session.expire_all()
    assert made.organization_id != other.id
    french.taken = 0
    session.flush()
    accept(session, change)
    taken = {pool.key: pool.taken for pool in session.scalars(select(Pool))}
    assert (made.organization_id, made.country, taken["FR"], taken[""]) == (other.id, "FR", 1, 1)


def test_a_new_organization_exists_only_once_the_change_is_accepted(session, summit):
    made = in_state(session, summit, S.CONFIRMED)
    new = {"name": "Sato Space", "kind": "fund", "country": "JP", "website": ""}
    changed(session, made, PartKey.ORGANIZATION, organization_id=None, new=new)
    (change,) = waiting(session, made)
    assert session.scalar(select(Organization.id).where(Organization.name == "Sato Space")) is None
    clear(session, "registration_change", change.id)
    accept(session, change)
    assert session.get_one(Organization, made.organization_id).name == "Sato Space"


def test_a_designed_question_says_itself_whether_its_change_is_looked_at(session, summit):
    content = designed.definition(designed.question("role", reopens_vetting=True), designed.question("colour"))
    asked = designed.published(session, summit.id, content)
    made = in_state(session, summit, S.CONFIRMED)
    designed.services.save_answers(
        session, asked, "registration", made.id, {"role": "buyer", "colour": "red"}, actor_id=None, now=clock.now()
    )
    outcome = changed(session, made, PartKey.QUESTIONS, role="seller", colour="blue")
    assert (outcome.applied, outcome.proposed) == (("colour",), ("role",))
    assert asked_of(session, made).answers == {"role": "buyer", "colour": "blue"}
    accept(session, waiting(session, made)[0])
    assert asked_of(session, made).answers == {"role": "seller", "colour": "blue"}


@pytest.mark.answers("ask 5")
@pytest.mark.parametrize("state", [S.IN_REVIEW, S.CONFIRMED])
def test_after_registration_closed_every_change_waits(session, summit, state):
    made = in_state(session, summit, state)
    clock.advance(timedelta(days=47))
    outcome = changed(session, made, PartKey.YOU, job_title="Chair")
    assert (outcome.applied, outcome.proposed) == ((), ("job_title",))
    accept(session, waiting(session, made)[0])
    assert made.answers["you"]["job_title"] == "Chair"


@pytest.mark.answers("ask 5")
def test_after_registration_closed_leaving_is_asked_for_and_the_day_of_asking_counts(session, summit):
    registration = in_state(session, summit, S.CONFIRMED)
    make.with_payment(session, registration)
    clock.advance(timedelta(days=47))
    ask = {"why": "Ill.", "actor_id": registration.user_id, "now": clock.now()}
    services.ask_to_withdraw(session, registration.id, **ask)
    with pytest.raises(Refused, match="already"):
        services.ask_to_withdraw(session, registration.id, **ask)
    assert registration.state is S.CONFIRMED
    accept(session, waiting(session, registration)[0])
    assert registration.state is S.WITHDRAWN


def test_as_what_one_comes_does_not_change_after_submission(session, summit):
    made = in_state(session, summit, S.IN_REVIEW)
    with pytest.raises(InvalidInput, match="As what you come"):
        changed(session, made, PartKey.YOU, participant_type="media")


@pytest.mark.parametrize("state", [S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.DRAFT])
def test_what_has_ended_or_not_begun_is_not_changed(session, summit, state):
    made = make.registration(session, state=state, summit=summit)
    with pytest.raises(Refused):
        changed(session, made, PartKey.YOU, job_title="Chair")


@pytest.mark.check("L4")
def test_two_changes_of_one_page_meet_and_the_second_is_told(session, summit):
    made = in_state(session, summit, S.CONFIRMED)
    changed(session, made, PartKey.YOU, seen=0, job_title="Chair")
    with pytest.raises(services.SavedElsewhere):
        changed(session, made, PartKey.YOU, seen=0, job_title="President")


def test_who_leaves_leaves_no_change_waiting(session, summit):
    made = in_state(session, summit, S.CONFIRMED)
    changed(session, made, PartKey.YOU, full_name="Aiko Sato")
    services.withdraw(session, made.id, actor_id=made.user_id, now=clock.now())
    assert waiting(session, made) == []
