"""The pages of matching: ranking without script, private blocks, runs from start to roll-back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import Role
from app.matching.models import MatchBlock, MatchRuling, MatchRun, MatchWish
from app.matching.states import RunState, Side, Wish
from app.notifications import outbox
from app.scheduling.models import Meeting
from tests.factories import accounts
from tests.factories import matching as make
from tests.pages import Visitor

SignedIn = Callable[[UUID], Visitor]


def test_a_partner_ranks_a_page_of_programmes_at_once(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = make.round_of(session, 1, 3)
    partner = signed_in(made.partners[0].user_id)
    page = partner.get("/ranking")
    assert "Programme 002" in page.text
    rows = {f"wish-{made.programmes[0].id}": "must", f"wish-{made.programmes[2].id}": "no"}
    partner.post("/ranking", {**rows, "wish-nonsense": "must", f"wish-{made.programmes[1].id}": "maybe"})
    said = {row.entry_id: row.wish for row in session.scalars(select(MatchWish))}
    assert said == {made.programmes[0].id: Wish.MUST, made.programmes[2].id: Wish.NO}
    assert "Programme 000" in partner.get("/ranking?wish=must").text
    assert "Programme 002" not in partner.get("/ranking?wish=must").text
    assert "Programme 001" in partner.get("/ranking?q=works+001").text


def test_a_company_ranks_the_partners_who_come(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = make.round_of(session, 2, 1)
    owner = signed_in(made.owners[0])
    assert "/ranking/partners/programme-000" in owner.get("/ranking").links().values()
    assert "House 001" in owner.get("/ranking/partners/programme-000").text
    owner.post("/ranking/partners/programme-000", {f"wish-{made.partners[1].id}": "want"})
    row = session.scalars(select(MatchWish)).one()
    assert (row.side, row.registration_id, row.wish) == (Side.COMPANY, made.partners[1].id, Wish.WANT)


@pytest.mark.check("D3")
def test_another_companys_ranking_does_not_exist(session: Session, signed_in: SignedIn, now: datetime) -> None:
    made = make.round_of(session, 1, 2)
    stranger = signed_in(made.owners[1])
    stranger.get("/ranking/partners/programme-000", status=404)
    stranger.post("/ranking/partners/programme-000", {f"wish-{made.partners[0].id}": "no"}, status=404)
    stranger.get(f"/ranking/partners/programme-000/{made.partners[0].id}", status=404)
    assert session.scalars(select(MatchWish)).all() == []


def test_somebody_without_a_place_is_told_what_to_do(session: Session, signed_in: SignedIn, now: datetime) -> None:
    make.round_of(session)
    nobody = signed_in(accounts.user(session).id)
    assert "once their place is confirmed" in nobody.get("/ranking").text
    nobody.post("/ranking", {}, status=404)


def test_both_sides_see_how_a_meeting_fits_them_and_block_it_in_private(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = make.round_of(session, 1, 1)
    partner, owner = signed_in(made.partners[0].user_id), signed_in(made.owners[0])
    page = partner.get("/ranking/programmes/programme-000")
    assert "How well it fits you: " in page.text
    assert "not a probability" in page.text
    partner.post("/ranking/programmes/programme-000", {"kind": "do_not_meet"})
    assert session.scalars(select(MatchBlock.side)).all() == [Side.PARTNER]
    theirs = owner.get(f"/ranking/partners/programme-000/{made.partners[0].id}")
    assert "How well it fits you" in theirs.text
    assert "keep this apart" not in owner.get("/ranking/partners/programme-000").text
    assert "keep this apart" in partner.get("/ranking").text


def test_what_the_partner_said_is_not_shown_to_the_company(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = make.round_of(session, 1, 1)
    made.wish(session, Side.PARTNER, 0, 0, Wish.NO)
    page = signed_in(made.owners[0]).get(f"/ranking/partners/programme-000/{made.partners[0].id}")
    assert "How well it fits you" in page.text


def test_an_organizer_starts_reviews_publishes_and_rolls_back_a_run(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = make.round_of(session, 2, 2)
    organizer = signed_in(accounts.staff(session, Role.ORGANIZER).id)
    organizer.get("/match-runs")
    bad = organizer.post("/match-runs", {"partner_capacity": "1", "entry_capacity": "1", "floor": "5"}, status=422)
    assert "cannot exceed" in bad.text
    organizer.post("/match-runs", {"partner_capacity": "1", "entry_capacity": "1", "floor": "1"})
    outbox.deliver_due(clock.now())
    session.expire_all()
    run = session.scalars(select(MatchRun)).one()
    page = organizer.get(f"/match-runs/{run.id}")
    assert "A plain list" in page.text
    assert page.text.count("Fit for the partner") == 2
    organizer.post(f"/match-runs/{run.id}/move", {"event": "review"})
    organizer.post(f"/match-runs/{run.id}/move", {"event": "publish"})
    assert len(session.scalars(select(Meeting)).all()) == 2
    refused = organizer.post(f"/match-runs/{run.id}/move", {"event": "roll_back", "reason": ""}, status=422)
    assert "Say why" in refused.text
    organizer.post(f"/match-runs/{run.id}/move", {"event": "roll_back", "reason": "Too early."})
    session.expire_all()
    assert session.get_one(MatchRun, run.id).state is RunState.ROLLED_BACK
    assert made.summit.id == run.summit_id


def test_an_organizer_reads_why_a_pair_was_not_made_and_rules_on_pairs(
    session: Session, signed_in: SignedIn, now: datetime
) -> None:
    made = make.round_of(session, 2, 2)
    made.wish(session, Side.PARTNER, 0, 1, Wish.NO)
    run = make.computed_run(session, made, capacity=1)
    organizer = signed_in(accounts.staff(session, Role.ORGANIZER).id)
    page = organizer.get(f"/match-runs/{run.id}/why?partner=house+000&programme=programme+001")
    assert "A block: one side said no." in page.text
    pair = {"registration": str(made.partners[0].id), "entry": str(made.programmes[0].id)}
    organizer.post(f"/match-runs/{run.id}/rulings", {**pair, "ruling": "pin", "reason": "Both ministers asked."})
    assert session.scalars(select(MatchRuling.reason)).all() == ["Both ministers asked."]
    organizer.post(f"/match-runs/{run.id}/rulings", {**pair, "ruling": ""})
    assert session.scalars(select(MatchRuling)).all() == []


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMPANY_OWNER])
def test_only_organizers_see_runs(session: Session, signed_in: SignedIn, now: datetime, role: Role) -> None:
    make.round_of(session)
    signed_in(accounts.person_with(session, role)).get("/match-runs", status=403)
