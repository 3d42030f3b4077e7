"""One badge is shown at twenty gates at the same moment, by as many devices: real databases, real threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.db import transaction
from app.door.models import Admission, Scan
from tests.factories import door as make_door
from tests.factories import registration as make
from tests.services import test_scheduling_races

own_app = test_scheduling_races.own_app
GATES = 20


@pytest.mark.check("L1")
def test_a_badge_shown_at_twenty_gates_at_once_is_admitted_at_one(own_app: Flask):
    with own_app.app_context(), transaction() as session:
        person = make.registration(session)
        code = make_door.badge_token(session, person)
        tokens = [make_door.token(session, person.summit_id, gate=f"Gate {n}") for n in range(GATES)]
    start = threading.Barrier(GATES, timeout=30)

    def show(token: str) -> str:
        gate, scan = make_door.Gate(own_app.test_client(), token), make_door.scan_of(code)
        start.wait()
        answer = gate.send(scan)
        while answer.status_code == 503:  # a locked database asks to try again, and devices do
            answer = gate.send(scan)
        result: str = answer.json["answers"][0]["result"]
        return result

    with ThreadPoolExecutor(GATES) as pool:
        answers = list(pool.map(show, tokens))
    assert sorted(answers) == ["admitted"] + ["already_inside"] * (GATES - 1)
    with own_app.app_context(), transaction() as session:
        assert session.scalar(select(func.count()).select_from(Admission)) == 1
        assert session.scalar(select(func.count()).select_from(Scan)) == GATES
