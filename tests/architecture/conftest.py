"""Fixtures of the tests that visit every route."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from app.accounts.services import start_session
from app.core import clock
from app.core.db import Database
from tests.architecture.readers import FORM_SEED, Reader
from tests.architecture.things import World


@pytest.fixture
def reader(app: Flask, session: Session) -> Callable[[UUID | None], Reader]:
    """Return a reader signed in as a person, or as nobody."""
    database: Database = app.extensions["database"]
    connection = database.sessions.kw["bind"]

    def enter(user_id: UUID | None) -> Reader:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["csrf_token"] = FORM_SEED
            if user_id is not None:
                address = "127.0.0.1"
                cookie["_user_id"] = start_session(session, user_id, device="x", address=address, now=clock.now())
                session.flush()
        held = client.get_cookie("rendezvous")
        assert held is not None
        signer = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token")
        return Reader(client, connection, signer.dumps(FORM_SEED), held.value)

    return enter


@pytest.fixture
def world(session: Session) -> World:
    return World(session)
