"""How the rooms are put together: blueprints, handler tables, commands, request hooks."""

from flask import Flask
from flask_login import LoginManager

import app.accounts.cookies
import app.accounts.tasks
import app.accounts.views
import app.directory.load
import app.directory.services
import app.directory.tasks
import app.directory.views
import app.interest.tasks
import app.interest.views
import app.matching.services
import app.matching.tasks
import app.matching.views
import app.notifications.tasks
import app.notifications.views
import app.payments.services
import app.payments.tasks
import app.payments.views
import app.registration.services
import app.registration.tasks
import app.registration.views
import app.regulatory.loaders
import app.regulatory.views
import app.reporting.views
import app.scheduling.services
import app.scheduling.tasks
import app.scheduling.views
import app.screening.loaders
import app.screening.services
import app.screening.tasks
import app.screening.views
import app.web.views
from app import cli
from app.config import ROOT, Environment, Settings, SettingsError, read_settings
from app.core import access, csrf, logs, reference
from app.core.db import Database, make_engine
from app.notifications import jobs, outbox
from app.web import errors, shell

ROOMS = [
    app.accounts, app.notifications, app.regulatory, app.screening, app.payments, app.registration,
    app.directory, app.interest, app.matching, app.scheduling, app.reporting, app.web,
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
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
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
    app.payments.views.subject_page["registration"] = "registration.status"
    app.screening.services.on_change["registration"] = registrations.follow_case
    jobs.HOURLY[:] = ["payments.reconcile"]
    reference.LOADERS.update(app.regulatory.loaders.LOADERS)
    reference.LOADERS.update(app.directory.load.LOADERS)
    reference.LOADERS.update(app.screening.loaders.LOADERS)
    matches, meetings = app.matching.services, app.scheduling.services
    matches.on_publish[:] = [meetings.suggest_meetings]
    matches.on_roll_back[:] = [meetings.withdraw_suggestions]
    matches.on_apart[:] = [meetings.part_pair]
    registrations.on_leave[:] = [meetings.follow_leaver]
    app.directory.services.on_hide[:] = [meetings.follow_hidden]
    outbox.on_stopped[matches.RUN_JOB] = matches.follow_stopped
    outbox.on_stopped[meetings.SEAT_JOB] = meetings.follow_stopped
