"""Pages of delegations: enter, import with a dry run, endorse and pay in bulk, letters, officers, one's own part."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.core import clock
from app.core.access import Role
from app.delegations import services
from app.delegations.models import Delegate, DelegationImport, FocalGrant, Nomination
from app.delegations.states import Endorsement, ImportState
from app.registration.models import Registration
from app.registration.states import ParticipantType, RegistrationState
from tests.factories import accounts
from tests.factories import delegations as make
from tests.factories import documents as files
from tests.factories import registration as summits
from tests.services.test_delegations import applied, capped, joined
from tests.services.test_delegations import delegate_of as row_of

AIKO = {"name": "Aiko Tanaka", "email": "aiko@kibo.example", "job_title": "Director", "citizenship": "JP",
        "birth_year": "1980", "participant_type": "partner"}  # fmt: skip


@pytest.fixture
def made(session):
    summits.countries(session)
    summit = summits.summit(session, pools=capped(2), endorsement_asked=True, submission_on_behalf=True)
    return make.delegation(session, summit=summit)


@pytest.fixture
def lead(session, made, signed_in):
    session.flush()
    return signed_in(made[1])


def people(session):
    return {row.email: row for row in session.scalars(select(Delegate).execution_options(populate_existing=True))}


def test_a_focal_point_opens_their_delegation_and_enters_somebody(session, signed_in):
    summits.countries(session)
    summits.summit(session)
    leader = signed_in(accounts.member(session, role=Role.FOCAL_POINT).user_id)
    listed = leader.get("/delegations")
    assert "Kibo Trading" in listed.text
    house = re.search(r'name="organization_id" value="([^"]+)"', listed.html)
    assert house
    here = leader.post("/delegations", {"organization_id": house[1]}).path
    assert "Nobody yet" in leader.get(here).text
    told = leader.post(f"{here}/members/new", {**AIKO, "email": "aiko at kibo", "citizenship": ""}, status=422)
    assert "Write an address like name@example.org." in told.text
    assert 'value="Aiko Tanaka"' in told.html, "nothing is lost"
    leader.post(f"{here}/members/new", AIKO)
    page = leader.get(here)
    assert "Aiko Tanaka is endorsed and invited." in page.html
    assert "1 of 5 endorsed, 4 left" in page.text
    assert "The person has not accepted the invitation" in page.text


def test_beyond_the_cap_the_page_says_so_and_offers_the_reserve(session, made, lead):
    of, leader = made
    for _ in range(2):
        make.delegate(session, of, leader)
    session.flush()
    told = lead.post(f"/delegations/{of.id}/members/new", AIKO, status=422)
    assert "Kibo Trading may send 2, and 2 are endorsed." in told.text
    lead.post(f"/delegations/{of.id}/members/new", {**AIKO, "keep_reserve": "y"})
    assert people(session)["aiko@kibo.example"].endorsement is Endorsement.RESERVE
    assert "number 1" in lead.get(f"/delegations/{of.id}?endorsement=reserve").text


def test_a_sheet_is_looked_through_corrected_and_imported(session, made, lead):
    of, _leader = made
    sheet = make.csv_sheet(
        ("田中 愛子", "a@many.example", "CEO", "Japan", "1980", ""), ("B", "b", "CEO", "Japn", "", "")
    )
    upload = {"sheet": (io.BytesIO(sheet), "people.csv")}
    here = lead.post(f"/delegations/{of.id}/import", upload).path
    page = lead.get(here)
    assert "What would happen" in page.heading
    assert "Did you mean Japan?" in page.text
    assert people(session) == {}
    told = lead.client.get(f"{here}/corrections/csv").get_data(as_text=True)
    assert "What to correct" in told
    assert "a@many.example" not in told
    assert lead.client.get(f"{here}/corrections/xlsx").data[:2] == b"PK"
    lead.post(f"{here}/run")
    after = lead.get(here)
    assert "1 entered and invited" in after.text
    assert set(people(session)) == {"a@many.example"}
    assert session.scalars(select(DelegationImport.state)).one() is ImportState.DONE
    told = lead.post(f"/delegations/{of.id}/import", {"sheet": (io.BytesIO(b"x,y\n1,2\n"), "people.csv")}, status=422)
    assert "The first row must name the columns" in told.text
    told = lead.post(f"/delegations/{of.id}/import", {"sheet": (io.BytesIO(b"%PDF-1.7"), "people.csv")}, status=422)
    assert "not a CSV file" in told.text


def test_the_template_and_the_delegation_leave_as_sheets(session, made, lead):
    of, leader = made
    make.delegate(session, of, leader, "=cmd|' /C calc'!A0")
    session.flush()
    for kind in ("csv", "xlsx"):
        assert lead.client.get(f"/delegations/template/{kind}").status_code == 200
    assert "E-mail address" in lead.client.get("/delegations/template/csv").get_data(as_text=True)
    text = lead.client.get(f"/delegations/{of.id}/export/csv").get_data(as_text=True)
    assert "'=cmd" in text
    assert lead.client.get(f"/delegations/{of.id}/export/ods").status_code == 404
    clock.advance(timedelta(minutes=11))
    assert lead.client.get(f"/delegations/{of.id}/export/csv").status_code == 303, "asks for the password first"


def test_several_are_endorsed_refused_and_paid_for_at_once(session, made, lead):
    of, _leader = made
    summit = summits.summit_view(session, of.summit_id)
    rows = [row_of(session, applied(session, summit, make.house(session, of), accounts.user(session))) for _ in "ab"]
    session.flush()
    page = lead.get(f"/delegations/{of.id}?endorsement=waiting")
    assert page.text.count("Waits for endorsement") >= 2
    told = lead.post(f"/delegations/{of.id}/decide", {"act": "endorse"}, status=422)
    assert "Choose at least one person." in told.text
    chosen = [str(row.id) for row in rows]
    told = lead.post(f"/delegations/{of.id}/decide", {"act": "refuse", "chosen": chosen}, status=422)
    assert "Write the reason" in told.text
    assert told.html.count(" checked") >= 2, "what was ticked stays ticked"
    lead.post(f"/delegations/{of.id}/decide", {"act": "endorse", "chosen": chosen})
    lead.post(f"/delegations/{of.id}/decide", {"act": "pay", "chosen": chosen})
    assert {(row.endorsement, row.is_paid_for) for row in people(session).values()} == {(Endorsement.ENDORSED, True)}
    assert "Your organization pays" in lead.get(f"/delegations/{of.id}").text
    lead.post(f"/delegations/{of.id}/decide", {"act": "nonsense", "chosen": chosen}, status=422)


def test_a_letter_is_given_replaced_and_opened_by_the_desk(session, made, lead, signed_in):
    of, leader = made
    row = make.delegate(session, of, leader, "Aiko Tanaka")
    session.flush()
    here = f"/delegations/{of.id}/letters"
    told = lead.post(here, {"letter": (io.BytesIO(b"no pdf"), "note.pdf"), "names": "all"}, status=422)
    assert told.tree is not None
    told = lead.post(here, {"letter": (io.BytesIO(files.pdf()), "note.pdf"), "names": "some"}, status=422)
    assert "Choose whom the letter names" in told.text
    lead.post(here, {"letter": (io.BytesIO(files.pdf()), "note.pdf"), "names": "some", "chosen": [str(row.id)]})
    first = session.scalars(select(Nomination)).one()
    again = {"letter": (io.BytesIO(files.pdf()), "new.pdf"), "names": "all", "replaces": str(first.id)}
    lead.post(here, again)
    page = lead.get(here)
    assert "No longer counts" in page.text
    assert "Everybody" in page.text
    reviewer = signed_in(accounts.staff(session, Role.REVIEWER).id)
    assert "new.pdf" in reviewer.get(here).text
    assert reviewer.client.get(f"/files/{first.file_id}").status_code == 200
    reviewer.post(here, {"letter": (io.BytesIO(files.pdf()), "x.pdf"), "names": "all"}, status=404)


def test_a_delegate_is_changed_invited_again_and_removed(session, made, lead):
    of, leader = made
    row = make.delegate(session, of, leader, "Aiko Tanaka", email="wrong@kibo.example")
    session.flush()
    here = f"/delegations/{of.id}/members/{row.id}"
    lead.post(here, AIKO)
    assert set(people(session)) == {"aiko@kibo.example"}
    lead.post(f"{here}/invite")
    assert "The earlier one no longer works" in lead.get(here).html
    lead.post(f"{here}/remove")
    lead.get(here, status=404)


def test_a_focal_point_fills_in_and_submits_and_the_person_declares(session, now, made, lead, signed_in):
    of, leader = made
    row = joined(session, of, leader, now)
    session.flush()
    here = f"/delegations/{of.id}/members/{row.id}"
    told = lead.post(f"{here}/application", {"languages": ["en"], "ownership": "nobody"}, status=422)
    assert "Choose at least one thing" in told.text
    lead.post(
        f"{here}/application", {"seeks": ["equity"], "languages": ["en"], "ownership": "nobody", "band": "undisclosed"}
    )
    lead.post(f"{here}/submit")
    mine = session.get_one(Registration, row.registration_id, populate_existing=True)
    assert mine.state is RegistrationState.IN_REVIEW
    own = signed_in(row.user_id)
    page = own.get("/apply/status")
    assert "Your declaration is missing" in page.text
    own.post("/apply/declare")
    assert "Your declaration is missing" not in own.get("/apply/status").text


def test_the_desk_reads_the_endorsement_beside_the_application(session, made, signed_in):
    of, leader = made
    summit = summits.summit_view(session, of.summit_id)
    mine = applied(session, summit, make.house(session, of))
    summits.cleared(session, mine)
    services.decide(
        session, of.id, [row_of(session, mine).id], services.endorse.EndorsementEvent.REFUSE, actor_id=leader,
        now=clock.now(), reason="Not ours.",
    )  # fmt: skip
    reviewer = signed_in(accounts.staff(session, Role.REVIEWER).id)
    page = reviewer.get(f"/registrations/{mine.id}")
    assert "Not ours." in page.text
    assert f"/delegations/{of.id}" in page.links().values()
    assert mine.participant_type is ParticipantType.PARTNER
    found = reviewer.get("/registrations?sign=unendorsed")
    assert str(mine.id) in found.html


def test_an_organizer_lets_an_officer_act_and_ends_it(session, made, signed_in):
    of, _leader = made
    officer = accounts.user(session, name="Consul", email="consul@embassy.example")
    organizer = signed_in(accounts.staff(session, Role.ORGANIZER).id)
    told = organizer.post(
        "/delegations/officers", {"email": "nobody@x.example", "country": "JP", "reason": "x"}, status=422
    )
    assert "Nobody signs in with that address" in told.text
    organizer.post("/delegations/officers", {"email": officer.email, "country": "JP", "reason": "Tokyo."})
    acts = signed_in(officer.id)
    assert "Enter somebody" in acts.get(f"/delegations/{of.id}").text
    grant = session.scalars(select(FocalGrant.id)).one()
    organizer.post(f"/delegations/officers/{grant}/revoke")
    acts.get(f"/delegations/{of.id}", status=404)


@pytest.mark.check("J7")
def test_a_delegate_searched_for_stands_in_no_address(session, made, lead):
    of, leader = made
    make.delegate(session, of, leader, "Aiko Tanaka")
    make.delegate(session, of, leader, "Haruto Mori")
    session.flush()
    found = lead.post(f"/delegations/{of.id}", {"words": "tanaka"}, status=200)
    assert "Aiko Tanaka" in found.text
    assert "Haruto Mori" not in found.text
    assert session.get_one(User, leader) is not None
