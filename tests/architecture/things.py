"""One thing for each parameter that stands in an address, so that every route can be visited.

A route with a parameter that is not named here fails the access tests with a sentence. Where rooms or routes use
one name for different things, write the room or the endpoint before it: "regulatory.key".
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.accounts import belong, links, services
from app.accounts.models import EmailToken, JoinRequest, LoginSession, Membership, User
from app.accounts.states import LinkPurpose
from app.core import clock
from app.core.access import COMPANY, Role
from app.delegations import services as delegation_services
from app.delegations.services import imports
from app.directory.models import Entry
from app.directory.states import EntryState
from app.documents.states import Purpose
from app.door import queries as door_queries
from app.door import services as door_services
from app.door.rules.chosen import Chosen
from app.following.rules.stop_links import Stop, stop_token
from app.following.states import MailKind
from app.interest.models import Interest
from app.payments.states import PaymentState
from app.registration.leave_models import Substitution, VisaClaim
from app.registration.rules.desk_filter import DeskFilter
from app.registration.rules.visa import Invited
from app.registration.services.bulk import choose
from app.registration.services.desk_views import save_view
from app.registration.services.visa import issue_letter
from app.registration.states import SubstitutionState, VisaClaimState
from app.registration.visa_models import VisaLetter
from app.scheduling.services import make_feed
from tests.factories import (
    accounts,
    dealrooms,
    delegations,
    directory,
    documents,
    door,
    enquiries,
    following,
    interest,
    invoicing,
    matching,
    notifications,
    partners,
    payments,
    questionnaires,
    registration,
    regulatory,
    scheduling,
    screening,
)


@dataclass(frozen=True, slots=True)
class Thing:
    """What stands in an address: its value, and whose it is (nobody's: staff's or everyone's).

    `shared_with` are people who may see it because they belong to the same organization as an owner.
    `unknown` is a value of the right shape that nothing has.
    """

    value: object
    owners: tuple[UUID, ...] = ()
    shared_with: tuple[UUID, ...] = ()
    unknown: object | None = None

    @property
    def missing(self) -> object:
        return self.unknown or (uuid4() if isinstance(self.value, UUID) else "no-such-thing")


class World:
    """A summit at which `size` partners and programmes meet, and one of everything, made when first asked for.

    `partner` manages the members of its house, `colleague` belongs to the same house; `company` owns the
    programme's company, `delegate` works there too.
    """

    def __init__(self, session: Session, *, size: int = 1) -> None:
        self.session = session
        self._made: dict[str, Thing] = {}
        self.opened: dealrooms.House | None = None
        regulatory.load_shipped(session, "countries", "topics")
        self.round = matching.round_of(session, partners=size, programmes=size)
        self.partner = self._membership(self.round.partners[0].user_id)
        self.partner.role = Role.FOCAL_POINT
        self.company = self._membership(self.round.owners[0])
        self.colleague = self._joins(self.partner.organization_id, Role.PARTICIPANT)
        self.delegate = self._joins(self.company.organization_id, Role.COMPANY_DELEGATE)

    def _membership(self, user_id: UUID) -> Membership:
        return self.session.scalars(select(Membership).where(Membership.user_id == user_id)).one()

    def _joins(self, organization_id: UUID, role: Role) -> Membership:
        place = self.session.get_one(accounts.Organization, organization_id)
        return accounts.member(self.session, organization=place, role=role)

    @cached_property
    def interest(self) -> Interest:
        return interest.interest(
            self.session, entry=self.round.programmes[0], organization=self.house(self.partner),
            user_id=self.partner.user_id,
        )  # fmt: skip

    def house(self, membership: Membership) -> accounts.Organization:
        """Return the organization of a membership."""
        return self.session.get_one(accounts.Organization, membership.organization_id)

    def outsider(self) -> UUID:
        """Return somebody who holds every role of members, each in an organization of its own."""
        person = accounts.user(self.session, name="Otto Outside")
        for role in Role:
            if role in COMPANY:
                place = accounts.company(self.session, name=f"Other {role}")
            elif role in (Role.FOCAL_POINT, Role.PARTICIPANT):
                place = accounts.organization(self.session, name=f"Other {role}")
            else:
                continue
            accounts.member(self.session, organization=place, person=person, role=role)
        return person.id

    def thing(self, rule: Rule, parameter: str) -> Thing:
        """Return the thing for a route's parameter. Fails with a sentence when there is no maker."""
        room = rule.endpoint.split(".")[0]
        names = (f"{rule.endpoint}.{parameter}", f"{room}.{parameter}", parameter)
        name = next((name for name in names if name in MAKERS), "")
        assert name, (
            f"The address {rule.rule} has the parameter {parameter!r}, for which tests/architecture/things.py has no "
            f"maker. Add one to MAKERS, as {parameter!r} or as '{room}.{parameter}'."
        )
        return self.made(name)

    def made(self, name: str) -> Thing:
        """Return the thing of a maker, made when it is first asked for."""
        if name not in self._made:
            self._made[name] = MAKERS[name](self)
            self.session.flush()
        return self._made[name]

    def things(self, rule: Rule) -> dict[str, Thing]:
        """Return the things for all parameters of a route."""
        return {parameter: self.thing(rule, parameter) for parameter in sorted(rule.arguments)}


def _inside_room(world: World) -> dealrooms.House:
    """The deal room of the programme, where the partner may enter, with a document, a question and another request."""
    if world.opened is None:
        session, entry = world.session, world.round.programmes[0]
        made = dealrooms.room(session, entry=entry, owner=world.company.user_id)
        made.downloads = True
        admission = registration.cleared(session, world.round.partners[0])
        of = dealrooms.House(
            made, entry, world.company.user_id, world.delegate.user_id, world.delegate.user_id,
            world.house(world.partner), world.partner.user_id, world.interest, admission,
        )  # fmt: skip
        world.grant = dealrooms.inside(session, of)
        world.document = dealrooms.document(session, of)
        world.question = dealrooms.question(session, of)
        world.opened = of
    return world.opened


def _room_of(*shared: str) -> Callable[["World"], Thing]:
    """The room, as a partner's page of it names it."""
    return lambda world: Thing(_inside_room(world).room.id, (world.partner.user_id,), _people(world, shared))


def _people(world: World, names: tuple[str, ...]) -> tuple[UUID, ...]:
    return tuple(getattr(world, name).user_id for name in names)


def _own_room(world: World) -> Thing:
    return Thing(_inside_room(world).room.id, (world.company.user_id,), (world.delegate.user_id,))


def _in_own_room(which: Callable[["World", dealrooms.House], UUID]) -> Callable[["World"], Thing]:
    """Something in the company's room."""
    return lambda world: Thing(which(world, _inside_room(world)), (world.company.user_id,), (world.delegate.user_id,))


def _in_room(which: Callable[["World", dealrooms.House], UUID], *shared: str) -> Callable[["World"], Thing]:
    """Something in the room, as a partner's page of it names it."""
    return lambda world: Thing(which(world, _inside_room(world)), (world.partner.user_id,), _people(world, shared))


def _acceptance(world: World, _of: dealrooms.House) -> UUID:
    found = world.session.scalars(select(dealrooms.Acceptance.id)).first()
    assert found is not None
    return found


ROOM_PAGES = ("document", "page_image", "document_text", "download")
ROOMS: dict[str, Callable[["World"], Thing]] = {
    "dealrooms.room_id": _own_room,
    **{f"dealrooms.{page}.room_id": _room_of("colleague") for page in ("room", "nda", "leave")},
    **{f"dealrooms.{page}.room_id": _room_of("delegate") for page in (*ROOM_PAGES, "nda_copy")},
    **{f"dealrooms.{page}.room_id": _room_of() for page in ("questions", "submit_question", "withdraw_question")},
    "dealrooms.document_id": _in_own_room(lambda world, of: world.document.id),
    **{f"dealrooms.{page}.document_id": _in_room(lambda world, of: world.document.id, "delegate")
       for page in ROOM_PAGES},
    "dealrooms.acceptance_id": _in_room(_acceptance, "delegate"),
    "dealrooms.question_id": _in_own_room(lambda world, of: world.question.id),
    **{f"dealrooms.{page}.question_id": _in_room(lambda world, of: world.question.id)
       for page in ("submit_question", "withdraw_question")},
    "dealrooms.folder_id": _in_own_room(lambda world, of: dealrooms.folders(world.session, of)[1].id),
    "dealrooms.grant_id": _in_own_room(lambda world, of: world.grant.id),
    "dealrooms.user_id": _in_own_room(lambda world, of: world.delegate.user_id),
    "dealrooms.person_id": _in_own_room(lambda world, of: world.partner.user_id),
    "dealrooms.invite.interest_id": _in_own_room(lambda world, of: world.interest.id),
    "dealrooms.number": lambda world: Thing(1),
    "folder_act": lambda world: Thing("up"),
    "answer_act": lambda world: Thing("approve"),
}  # fmt: skip


def _session(world: World) -> Thing:
    user_id = world.partner.user_id
    services.start_session(world.session, user_id, device="Lynx", address="192.0.2.1", now=clock.now())
    found = world.session.scalars(select(LoginSession.id).where(LoginSession.device == "Lynx")).first()
    return Thing(found, (user_id,))


def _invitation(world: World) -> Thing:
    place, actor = world.partner.organization_id, world.partner.user_id
    belong.invite(
        world.session, place, email="invited@example.org", role=Role.PARTICIPANT, actor_id=actor, now=clock.now()
    )
    return Thing(world.session.scalars(select(EmailToken.id)).first(), (actor,))


def _mail_secret(world: World) -> Thing:
    user = accounts.user(world.session)
    made = links.make_link(world.session, LinkPurpose.RESET, user.email, user_id=user.id, now=clock.now())
    return Thing(made)


def _hidden_entry(world: World) -> Thing:
    made = directory.entry(
        world.session, state=EntryState.DRAFT, organization=world.house(world.company), confirmed=False
    )
    return Thing(made.key, (world.company.user_id,), (world.delegate.user_id,))


def _entry_document(world: World) -> Thing:
    key = world.made("directory.key").value
    entry = world.session.scalars(select(Entry).where(Entry.key == key)).one()
    owner = world.session.get_one(User, world.company.user_id)
    made = directory.document(world.session, entry, by=owner)
    return Thing(made.id, (world.company.user_id,), (world.delegate.user_id,))


def _stated_interest(world: World) -> Thing:
    return Thing(world.interest.id, (world.partner.user_id,), (world.colleague.user_id,))


def _received_interest(world: World) -> Thing:
    return Thing(world.interest.id, (world.company.user_id,), (world.delegate.user_id,))


def _saved_search(world: World) -> Thing:
    return Thing(following.search(world.session, user_id=world.partner.user_id).id, (world.partner.user_id,))


def _team_note(world: World) -> Thing:
    made = following.note(
        world.session, entry=world.round.programmes[0], organization=world.house(world.partner),
        user_id=world.partner.user_id,
    )  # fmt: skip
    return Thing(made.id, (world.partner.user_id,), (world.colleague.user_id,))


def _stop_token(world: World) -> Thing:
    stop = Stop(MailKind.DIGEST, world.partner.user_id)
    return Thing(stop_token(stop, current_app.extensions["settings"].secret_key))


def _registration(world: World) -> Thing:
    return Thing(registration.in_review(world.session, summit=world.round.summit).id)


def _questionnaire(world: World) -> Thing:
    return Thing(questionnaires.draft(world.session, world.round.summit.id).questionnaire_id)


def _change(world: World) -> Thing:
    made = questionnaires.proposed_change(world.session)
    return Thing(made.id, (made.proposed_by,))


def _bulk(world: World) -> Thing:
    chosen = [(registration.in_review(world.session, summit=world.round.summit).id, 0)]
    maker = accounts.staff(world.session, Role.ORGANIZER).id
    return Thing(choose(world.session, world.round.summit.id, chosen, actor_id=maker, now=clock.now()))


def _desk_view(world: World) -> Thing:
    maker = accounts.staff(world.session, Role.REVIEWER).id
    made = save_view(
        world.session, world.round.summit.id, "Partners", DeskFilter(undecided=True), is_shared=True,
        is_default=False, actor_id=maker, now=clock.now(),
    )  # fmt: skip
    return Thing(made.id)


def _meeting(world: World) -> Thing:
    made = scheduling.meeting(world.session, world.round)
    return Thing(made.id, (world.partner.user_id, world.company.user_id), (world.delegate.user_id,))


def _programme(world: World) -> Thing:
    return Thing(world.round.programmes[0].key, (world.company.user_id,), (world.delegate.user_id,))


def _calendar(world: World) -> Thing:
    summit_id, user_id = world.round.summit.id, world.partner.user_id
    return Thing(make_feed(world.session, summit_id=summit_id, user_id=user_id, now=clock.now()))


def _payment(world: World) -> Thing:
    made = payments.payment(
        world.session, payer_id=world.partner.user_id, state=PaymentState.SUCCEEDED, amount_cents=100_00,
        currency="USD", succeeded_at=clock.now(),
    )  # fmt: skip
    return Thing(made.id, (world.partner.user_id,))


def _join_request(world: World) -> Thing:
    place, asker = world.partner.organization_id, accounts.user(world.session)
    belong.ask_to_join(world.session, place, user_id=asker.id, now=clock.now())
    return Thing(world.session.scalars(select(JoinRequest.id)).first(), (world.partner.user_id,))


def _delegation(world: World) -> Thing:
    lead = world.partner
    made, _ = delegations.delegation(world.session, summit=world.round.summit, lead=lead)
    return Thing(made.id, (lead.user_id,))


def _delegate(world: World) -> Thing:
    made, lead = delegations.delegation(world.session, summit=world.round.summit, lead=world.partner)
    return Thing(delegations.delegate(world.session, made, lead).id, (lead,))


def _nomination(world: World) -> Thing:
    made, lead = delegations.delegation(world.session, summit=world.round.summit, lead=world.partner)
    given = delegation_services.give_letter(
        world.session, made.id, delegations.letter(), None, actor_id=lead, now=clock.now()
    )
    return Thing(given.id, (lead,))


def _delegation_import(world: World) -> Thing:
    made, lead = delegations.delegation(world.session, summit=world.round.summit, lead=world.partner)
    sheet = delegations.checked(delegations.csv_sheet(*delegations.many_rows(2)))
    kept = imports.upload(world.session, made.id, sheet, keeps_reserve=True, actor_id=lead, now=clock.now())
    return Thing(kept.id, (lead,))


def _focal_grant(world: World) -> Thing:
    officer = accounts.user(world.session, email="officer@embassy.example")
    organizer = accounts.staff(world.session, Role.ORGANIZER)
    made = delegation_services.grant(
        world.session, email=officer.email, organization_id=None, country="FR", reason="Embassy.",
        actor_id=organizer.id, now=clock.now(),
    )  # fmt: skip
    return Thing(made.id)


def _led_application(world: World) -> Thing:
    return Thing(world.round.partners[0].id, (world.partner.user_id,))


def _substitution(world: World) -> Thing:
    mine = world.round.partners[0]
    made = Substitution(
        summit_id=mine.summit_id, predecessor_id=mine.id, state=SubstitutionState.INVITED, name="Ren Sato",
        email="ren@example.org", named_by=world.partner.user_id, named_at=clock.now(),
    )  # fmt: skip
    world.session.add(made)
    world.session.flush()
    return Thing(made.id, (world.partner.user_id,))


def _visa_claim(world: World) -> Thing:
    proof = documents.file(world.session, purpose=Purpose.VISA_DENIAL_PROOF, owner_id=world.partner.user_id)
    made = VisaClaim(
        registration_id=world.round.partners[0].id, file_id=proof.id, state=VisaClaimState.CLAIMED,
        claimed_at=clock.now(),
    )  # fmt: skip
    world.session.add(made)
    world.session.flush()
    return Thing(made.id)


def _job(world: World) -> Thing:
    made = notifications.message(world.session, kind="test.job", starter_id=world.partner.user_id, title="A job")
    return Thing(made.id, (world.partner.user_id,))


def _letter(world: World) -> VisaLetter:
    registration_of = world.round.partners[0]
    you = registration_of.answers["you"]
    invited = Invited(you["full_name"], you["citizenship"], "TK4417093", "Tokyo")
    made = issue_letter(
        world.session, registration_of.id, invited, actor_id=registration_of.user_id, now=clock.now()
    )  # fmt: skip
    world.session.flush()
    return world.session.get_one(VisaLetter, made)


def _own_question(world: World) -> Thing:
    return Thing(enquiries.asked(world.session, asker_id=world.partner.user_id).id, (world.partner.user_id,))


def _question_for_a_company(world: World) -> Thing:
    asked = enquiries.for_company(world.session, entry=world.round.programmes[0])
    return Thing(asked.enquiry_id, (asked.officer_id,))


def _file(world: World) -> Thing:
    return Thing(documents.file(world.session, owner_id=world.partner.user_id).id, (world.partner.user_id,))


def _held_file(world: World) -> Thing:
    return Thing(documents.held(world.session, owner_id=world.partner.user_id).id)


def _badge_run(world: World) -> Thing:
    badge = door_queries.badges_to_print(world.session, world.round.summit.id, Chosen())[0]
    run = door_services.log_one(
        world.session, world.round.summit.id, badge, reprint=None, actor_id=accounts.staff(world.session).id,
        now=clock.now(),
    )  # fmt: skip
    return Thing(run.id)


def _paper(world: World) -> Thing:
    paper = invoicing.plain_paper(world.session, payer_id=world.partner.user_id)
    return Thing(paper.id, (world.partner.user_id,))


def _payout(world: World) -> Thing:
    return Thing(invoicing.payout(world.session, payer_id=world.partner.user_id).id, (world.partner.user_id,))


def _mandate(world: World) -> Thing:
    partner = world.partner
    made = partners.mandate(world.session, world.house(partner), partner.user_id)
    return Thing(made.id, (partner.user_id,), (world.colleague.user_id,))


def _mark(world: World) -> Thing:
    partner = world.partner
    made = partners.mark(world.session, world.house(partner), partner.user_id, "Somebody Else Works")
    return Thing(made.id, (partner.user_id,), (world.colleague.user_id,))


MAKERS: dict[str, Callable[[World], Thing]] = {
    **ROOMS,
    "badge_run_id": _badge_run,
    "bulk_id": _bulk,
    "letter_kind": lambda world: Thing("declined"),
    "reviewer_id": lambda world: Thing(accounts.staff(world.session, Role.REVIEWER).id),
    "view_id": _desk_view,
    "case_id": lambda world: Thing(screening.possible_hit(world.session).id),
    "change_id": _change,
    "registration.decide_change.change_id": lambda world: Thing(questionnaires.proposed_change(world.session).id),
    "check_code": lambda world: Thing("000000000000"),
    "claim_id": lambda world: Thing(directory.claim(world.session).id),
    "conflict_id": lambda world: Thing(door.conflict(world.session, world.round.partners[0]).id),
    "delegate_id": _delegate,
    "delegation_id": _delegation,
    "delegations.import_id": _delegation_import,
    "demo_user_id": lambda world: Thing(accounts.user(world.session).id),
    "device_id": lambda world: Thing(door.offered(world.session, world.round.summit.id).device_id),
    "directory.document_id": _entry_document,
    "directory.key": _hidden_entry,
    "following.key": lambda world: Thing(world.round.programmes[0].key),
    "door.registration_id": lambda world: Thing(world.round.partners[0].id),
    "enquiries.contribution.enquiry_id": _question_for_a_company,
    "enquiries.end.enquiry_id": _own_question,
    "enquiries.enquiry.enquiry_id": _own_question,
    "enquiries.enquiry_id": lambda world: Thing(enquiries.asked(world.session).id),
    "enquiries.inform.enquiry_id": _own_question,
    "file_id": _file,
    "entry_id": lambda world: Thing(invoicing.parked_entry(world.session).id),
    "filename": lambda world: Thing("css/site.css"),
    "registration.version_number": lambda world: Thing(world.round.summit.version, unknown=999),
    "held_id": _held_file,
    "import_id": lambda world: Thing(invoicing.handed_in(world.session)),
    "grant_id": _focal_grant,
    "interest.key": lambda world: Thing(world.round.programmes[0].key),
    "interest.answer.interest_id": _received_interest,
    "interest.ask_names.interest_id": _received_interest,
    "interest.entry_filter.key": _programme,
    "interest.lead.interest_id": _received_interest,
    "interest.work.interest_id": _received_interest,
    "interest_id": _stated_interest,
    "invitation_id": _invitation,
    "invoicing.organization_id": lambda world: Thing(world.partner.organization_id, (world.partner.user_id,)),
    "iso2": lambda world: Thing("JP", unknown="ZZ"),
    "job_id": _job,
    "letter_id": lambda world: Thing(_letter(world).id),
    "letter_number": lambda world: Thing("VL-NONE-0001"),
    "mail_id": lambda world: Thing(notifications.received(world.session).id),
    "mail_secret": _mail_secret,
    "mandate_id": _mandate,
    "mark_id": _mark,
    "matching.fit_for_partner.key": lambda world: Thing(world.round.programmes[0].key),
    "matching.key": _programme,
    "matching.registration_id": lambda world: Thing(world.round.partners[0].id),
    "meeting_id": _meeting,
    "member_user_id": lambda world: Thing(world.colleague.user_id, (world.partner.user_id,)),
    "message_id": lambda world: Thing(notifications.message(world.session).id),
    "nomination_id": _nomination,
    "note_id": _team_note,
    "organization_id": lambda world: Thing(
        world.partner.organization_id, (world.partner.user_id,), (world.colleague.user_id,)
    ),
    "pair_id": lambda world: Thing(accounts.duplicate_people(world.session).id),
    "partner_id": lambda world: Thing(
        world.partner.organization_id, (world.partner.user_id,), (world.colleague.user_id,)
    ),
    "part_key": lambda world: Thing("objectives"),
    "paper_id": _paper,
    "pay_secret": lambda world: Thing(payments.pay_secret(world.session)),
    "payment_id": _payment,
    "payments.dispute_id": lambda world: Thing(payments.dispute(world.session).id),
    "payments.event_id": lambda world: Thing(payments.refused_event(world.session).id),
    "payments.refund_id": lambda world: Thing(payments.proposed_refund(world.session).id),
    "payout_id": _payout,
    "question_page": lambda world: Thing(2),
    "questionnaire_id": _questionnaire,
    "registration.claim_id": _visa_claim,
    "registration.successor_of.registration_id": _led_application,
    "registration_id": _registration,
    "regulatory.key": lambda world: Thing(sorted(regulatory.topics())[0]),
    "request_id": _join_request,
    "role": lambda world: Thing("finance"),
    "scan_id": lambda world: Thing(uuid4()),
    "scheduling.key": lambda world: Thing(world.round.programmes[0].key),
    "scheduling.registration_id": lambda world: Thing(world.round.partners[0].id),
    "scheduling.request_partner.key": _programme,
    "run_id": lambda world: Thing(matching.computed_run(world.session, world.round).id),
    "search_id": _saved_search,
    "session_id": _session,
    "sheet_kind": lambda world: Thing("csv", unknown="ods"),
    "stop_token": _stop_token,
    "substitution_id": _substitution,
    "token": _calendar,
    "voucher_id": lambda world: Thing(payments.voucher(world.session).id),
    "waiver_id": lambda world: Thing(payments.waiver(world.session).id),
    "user_id": lambda world: Thing(accounts.user(world.session).id),
}
