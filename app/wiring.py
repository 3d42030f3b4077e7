"""How the rooms are put together: blueprints, handler tables, commands, request hooks."""

from datetime import datetime

from flask import Flask, url_for
from flask_login import LoginManager
from sqlalchemy.orm import Session

import app.accounts.administer
import app.accounts.belong
import app.accounts.cookies
import app.accounts.duplicates
import app.accounts.known
import app.accounts.merge
import app.accounts.tasks
import app.accounts.views
import app.accounts.views.links
import app.dealrooms.queries
import app.dealrooms.queries.home
import app.dealrooms.services
import app.dealrooms.tasks
import app.dealrooms.views
import app.delegations.queries
import app.delegations.queries.ready
import app.delegations.services
import app.delegations.services.imports
import app.delegations.tasks
import app.delegations.views
import app.directory.queries.home
import app.directory.services
import app.directory.services.load
import app.directory.tasks
import app.directory.views
import app.documents.tasks
import app.documents.views
import app.door.tasks
import app.door.views
import app.enquiries.queries.home
import app.enquiries.services
import app.enquiries.tasks
import app.enquiries.views
import app.enquiries.views.shown
import app.following.queries.home
import app.following.services
import app.following.tasks
import app.following.views
import app.interest.home
import app.interest.services
import app.interest.services.merge
import app.interest.tasks
import app.interest.views
import app.invoicing.services
import app.invoicing.tasks
import app.invoicing.views
import app.matching.services
import app.matching.tasks
import app.matching.views
import app.merging
import app.notifications.tasks
import app.notifications.views
import app.partners.queries
import app.partners.queries.home
import app.partners.services
import app.partners.tasks
import app.partners.views
import app.payments.books
import app.payments.queries
import app.payments.services
import app.payments.tasks
import app.payments.views
import app.questionnaires.services
import app.questionnaires.views
import app.questionnaires.views.blueprint
import app.registration.queries.billing
import app.registration.queries.home
import app.registration.services
import app.registration.services.hold
import app.registration.services.merging
import app.registration.services.ready
import app.registration.tasks
import app.registration.views
import app.regulatory.loaders
import app.regulatory.views
import app.reporting.views
import app.retention
import app.scheduling.queries.home
import app.scheduling.services
import app.scheduling.services.merging
import app.scheduling.tasks
import app.scheduling.views
import app.screening.loaders
import app.screening.services
import app.screening.tasks
import app.screening.views
import app.web.homes
import app.web.homes.views
import app.web.sitemap
import app.web.views
from app import cli
from app.accounts.states import RecordKind
from app.config import ROOT, Environment, Settings, SettingsError, read_settings
from app.core import access, clock, csrf, homes, logs, reference, sealed, uploads
from app.core.access import Role
from app.core.db import Database, make_engine
from app.directory.queries.entries import more_tier
from app.documents.states import Purpose
from app.notifications import jobs, mail, outbox
from app.payments import letters
from app.payments.states import PaymentMethod
from app.registration.rules.desk_filter import Sign
from app.registration.states import TYPE_LABELS
from app.screening.models import Case
from app.web import errors, shell

ROOMS = [
    app.accounts, app.notifications, app.regulatory, app.documents, app.screening, app.payments,
    app.questionnaires, app.invoicing, app.registration,
    app.door, app.delegations, app.directory, app.enquiries, app.following, app.partners,
    app.interest, app.dealrooms, app.matching, app.scheduling, app.reporting, app.web.homes, app.web,
]  # fmt: skip


def build(settings: Settings | None = None) -> Flask:
    """Build the application. Raises SettingsError when settings or routes are unfit to start."""
    settings = settings or read_settings()
    _make_folder(settings)
    logs.configure(as_json=settings.is_production, level=settings.log_level)
    flask_app = Flask("app", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    flask_app.extensions["settings"] = settings
    flask_app.config.update(
        SECRET_KEY=settings.secret_key,
        DEBUG=settings.debug,
        TESTING=settings.environment is Environment.TEST,
        SESSION_COOKIE_NAME=settings.cookie_name,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
    )
    flask_app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    Database(make_engine(settings.database_url, durable=settings.durable)).init_app(flask_app)
    _add_rooms(flask_app)
    _add_sign_in(flask_app)
    _connect()
    jobs.init_app(flask_app)
    errors.init_app(flask_app)
    shell.init_app(flask_app)
    uploads.init_app(flask_app)
    cli.init_app(flask_app)
    if silent := access.undeclared(flask_app):
        raise SettingsError(f"These routes do not say who may use them: {', '.join(silent)}")
    return flask_app


def _make_folder(settings: Settings) -> None:
    try:
        settings.var_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The folder {settings.var_folder} cannot be made: {error.strerror}. Set VAR_FOLDER to one that can."
        ) from error


def _add_rooms(flask_app: Flask) -> None:
    for room in ROOMS:
        flask_app.register_blueprint(room.views.bp)
        if hasattr(room, "tasks"):
            outbox.handlers.update(room.tasks.HANDLERS)
    flask_app.view_functions["static"] = access.allow(read=access.EVERYONE)(flask_app.view_functions["static"])


def _add_sign_in(flask_app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows with an end; nothing is guessed from addresses
    manager.user_loader(app.accounts.cookies.load_person)
    manager.init_app(flask_app, add_context_processor=False)  # an error page must not ask the database
    csrf.protection.init_app(flask_app)
    flask_app.before_request(access.enforce)


def _connect() -> None:
    """Fill the tables through which a lower room tells a higher one that something changed."""
    registrations = app.registration.services
    app.payments.services.on_change["registration"] = registrations.follow_payment
    app.payments.services.lock_first["registration"] = registrations.lock_registration
    app.payments.services.is_fulfilled["registration"] = registrations.is_paid_for
    app.payments.services.on_dispute["registration"] = registrations.follow_dispute
    app.payments.queries.price_behind["registration"] = app.registration.queries.price_before
    app.payments.views.back_by_terms["registration"] = app.registration.queries.back_by_terms
    app.payments.views.subject_page["registration"] = "registration.status"
    app.payments.views.subject_desk["registration"] = lambda registration_id: url_for(
        "registration.registration", registration_id=registration_id
    )
    app.payments.views.participant_types[:] = [(kind.value, words) for kind, words in TYPE_LABELS.items()]
    app.payments.views.currencies[:] = [app.registration.queries.currencies_now]
    app.screening.services.on_change["registration"] = registrations.follow_case
    app.screening.services.on_change["registration_change"] = registrations.follow_change_case
    app.accounts.views.links.onward_for[Role.PARTICIPANT] = "registration.apply"
    app.questionnaires.views.blueprint.participant_types.update(
        {kind.value: name for kind, name in TYPE_LABELS.items()}
    )
    app.questionnaires.views.blueprint.summit_of[:] = [lambda session: app.registration.queries.the_summit(session).id]
    app.documents.services.may_read[Purpose.ENTRY_DOCUMENT] = app.directory.services.may_read_document
    app.documents.services.may_read[Purpose.CLAIM_PROOF] = app.directory.services.may_read_proof
    for purpose in (Purpose.APPLICATION_ANSWER, Purpose.NOMINATION_LETTER):
        app.documents.services.may_read[purpose] = app.registration.queries.desk_may_read
    app.documents.services.may_read[Purpose.VISA_DENIAL_PROOF] = app.registration.queries.finance_may_read
    app.documents.services.may_read[Purpose.PAPER] = app.registration.queries.visa.may_read_letter
    sealed.sealed_columns[:] = [(app.registration.services.visa.TABLE, app.registration.services.visa.COLUMN)]
    jobs.HOURLY[:] = ["payments.reconcile", "registration.sweep", "registration.remind_travel"]
    jobs.DAILY[:] = [
        app.accounts.duplicates.FIND_ALL, app.retention.DAILY, app.following.tasks.DAILY,
        app.interest.services.REMIND_STEPS, app.enquiries.services.REMIND,
    ]  # fmt: skip
    outbox.handlers.update(app.retention.HANDLERS)
    reference.LOADERS.update(app.regulatory.loaders.LOADERS)
    reference.LOADERS.update(app.directory.services.load.LOADERS)
    reference.LOADERS.update(app.screening.loaders.LOADERS)
    matches, meetings = app.matching.services, app.scheduling.services
    matches.on_publish[:] = [meetings.suggest_meetings]
    matches.on_roll_back[:] = [meetings.withdraw_suggestions]
    matches.on_apart[:] = [meetings.part_pair]
    registrations.on_leave[:] = [app.registration.services.visa.follow_leaver, meetings.follow_leaver]
    app.registration.views.status.sections[:] = [
        app.registration.views.thread.thread_section, app.registration.views.waitlist.standing_section,
        app.registration.views.leaving.fee_section,
        app.registration.views.leaving.leaving_section,
    ]  # fmt: skip
    app.directory.services.on_hide[:] = [meetings.follow_hidden, app.following.services.note_gone]
    app.directory.views.base.entry_parts[:] = [app.following.views.entry_part.entry_part]
    outbox.on_stopped[app.registration.services.bulk.BULK] = app.registration.services.bulk.follow_stopped
    outbox.on_stopped[matches.RUN_JOB] = matches.follow_stopped
    outbox.on_stopped[meetings.SEAT_JOB] = meetings.follow_stopped
    _connect_enquiries()
    _connect_merging()
    _connect_delegations()
    _connect_invoicing()
    _connect_partners()
    _connect_homes()
    _connect_dealrooms()


def _connect_partners() -> None:
    """Let partners know whom they showed their name to, and keep apart whom they mark."""
    app.partners.queries.names_shown[:] = [app.interest.queries.names_shown_to]
    app.partners.services.on_apart[:] = [app.matching.services.part_organizations]


def _connect_homes() -> None:
    """Let each room say what it puts on the home pages of participants and companies."""
    homes.sections[:] = [
        app.registration.queries.home.home_lines, app.scheduling.queries.home.home_lines,
        app.interest.home.partner_lines, app.interest.home.company_lines, app.directory.queries.home.home_lines,
        app.following.queries.home.home_lines, app.partners.queries.home.partner_lines,
        app.partners.queries.home.company_lines, app.enquiries.queries.home.home_lines,
        app.dealrooms.queries.home.partner_lines, app.dealrooms.queries.home.company_lines,
        app.registration.queries.home.desk_lines, app.screening.queries.desk_lines,
        app.directory.queries.home.desk_lines, app.documents.queries.desk_lines,
        app.enquiries.queries.home.desk_lines,
    ]  # fmt: skip


def _connect_enquiries() -> None:
    """Let pages about programmes, countries and topics lead to the export desk and show what it answered in public."""
    shown = app.enquiries.views.shown
    app.directory.views.policy.ask_address[:] = [shown.ask_address]
    app.directory.views.policy.answers[:] = [shown.for_entry]
    app.regulatory.views.country_sections[:] = [shown.for_country]
    app.regulatory.views.topic_sections[:] = [shown.for_topic]


def _connect_invoicing() -> None:
    """Let papers follow the money, and deadlines follow the papers."""
    money, papers = app.payments.services, app.invoicing.services
    papers.billed["registration"] = app.registration.queries.billing.billed
    papers.hold_until["registration"] = app.registration.services.hold.hold_until
    app.registration.views.status.sections.extend(
        [app.registration.views.money.money_section, app.registration.views.money.others_section]
    )
    money.on_due.update({PaymentMethod.TRANSFER: papers.invoice_due, PaymentMethod.GROUP: papers.gather_due})
    money.on_paid[:] = [papers.give_receipt]
    app.payments.books.more_differences[:] = [papers.differences]
    money.on_void[:] = [papers.forget_due, papers.reverse_void]
    money.on_refunded[:] = [papers.credit_refund]
    money.on_reopened[:] = [papers.take_back_receipt]
    money.on_payout[:] = [papers.ask_payout]
    mail.attached["paper"] = app.invoicing.tasks.pdf_to_attach
    app.payments.views.blueprint.receipt_pdf[:] = [app.invoicing.views.papers.receipt_address]
    mail.attached[letters.RECEIPT] = app.invoicing.tasks.receipt_to_attach
    outbox.on_stopped[papers.IMPORT_JOB] = papers.follow_stopped
    sealed.sealed_columns += [
        one for one in (("bank_entries", "other_account"), ("payouts", "account")) if one not in sealed.sealed_columns
    ]


def _connect_delegations() -> None:
    """Let delegations follow applications, and the desk wait for what organizations say."""
    registrations, sent = app.registration.services, app.delegations.services
    registrations.on_submit[:] = [sent.follow_submission, registrations.merging.look_for_twins]
    app.registration.services.ready.conditions[:] = [sent.waits_for]
    app.registration.queries.bulk.waiting_many[:] = [app.delegations.queries.ready.waiting_many]
    app.registration.queries.application.letters_elsewhere[:] = [sent.letter_given]
    app.registration.queries.application.letters_to_come[:] = [sent.letter_can_come]
    app.registration.queries.desk_list.more_signs.update(
        {Sign.ENDORSED: app.delegations.queries.is_endorsed, Sign.UNENDORSED: app.delegations.queries.is_unendorsed}
    )
    app.accounts.belong.on_join[:] = [sent.follow_join]
    may_read = app.documents.services.may_read
    of_applications = app.registration.queries.desk_may_read
    may_read[Purpose.NOMINATION_LETTER] = lambda session, file, reader: (
        of_applications(session, file, reader) or sent.may_read_letter(session, file, reader)
    )
    app.registration.views.status.sections.append(app.delegations.views.own.delegation_section)
    app.registration.views.decide.sections[:] = [app.delegations.views.own.desk_section]
    outbox.on_stopped[sent.imports.RUN] = sent.imports.follow_stopped


def _connect_dealrooms() -> None:
    """Let deal rooms shut when whoever could enter, or the entry itself, loses its standing."""
    rooms, registrations = app.dealrooms.services, app.registration.services
    app.directory.services.on_hide.append(rooms.follow_hidden)
    registrations.on_leave.append(rooms.follow_leaver)
    app.accounts.administer.on_suspend[:] = [rooms.follow_suspension]
    app.accounts.merge.on_merge_people.append(rooms.follow_merged_people)
    app.accounts.merge.on_merge_organizations.insert(0, rooms.follow_merged_organizations)

    def follow_case(session: Session, case: Case, now: datetime) -> None:
        registrations.follow_case(session, case, now)
        rooms.follow_case(session, case, now)

    app.screening.services.on_change["registration"] = follow_case
    app.documents.services.may_read[Purpose.ROOM_DOCUMENT] = app.dealrooms.queries.company_may_read
    more_tier[:] = [
        lambda session, entry_id, user_id: app.dealrooms.queries.tier_for(session, entry_id, user_id, now=clock.now())
    ]
    app.interest.views.interest_sections[:] = [app.dealrooms.views.sections.interest_section]
    app.interest.views.lead_sections[:] = [app.dealrooms.views.sections.lead_section]
    jobs.HOURLY.append(rooms.EXPIRE)


def _connect_merging() -> None:
    """Let every room say what it knows when two records of a person or an organization are merged."""
    merge, person = app.accounts.merge, RecordKind.PERSON
    registrations = app.registration.services.merging
    app.accounts.known.more_about_people[:] = [registrations.said_of_people]
    merge.obstacles[person][:] = [registrations.merge_obstacles]
    merge.questions[person][:] = [registrations.merge_questions]
    merge.settle[person][:] = [registrations.cancel_duplicates]
    merge.on_merge_people[:] = [app.scheduling.services.merging.join_calendars, app.delegations.services.follow_merge]
    merge.on_merged_people[:] = [letters.follow_merge]
    merge.on_merge_organizations[:] = [
        registrations.join_places,
        app.delegations.services.follow_organizations,
        app.directory.services.join_claims,
        app.interest.services.merge.join_interests,
    ]
