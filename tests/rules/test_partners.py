"""What holds for partners: who sees what, what a mandate may say, what agrees, who is apart."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest

from app.core.errors import TransitionRefused
from app.core.money import AmountBand
from app.directory.states import SOUGHT_LABELS, Sought, StageGroup
from app.partners import rules
from app.partners.rules import EntryFacts, MandateContent, MandateFacts, Mark, SoughtFacts, fits
from app.partners.rules.mandate import SOUGHT_BY_OPENING, MandateFault
from app.partners.states import (
    MANDATE_MOVES,
    Audience,
    Instrument,
    MandateEvent,
    MandateState,
    MarkKind,
    Reader,
    advance,
)
from app.regulatory.states import Opening, Participation
from tests.conftest import NOON

TODAY = NOON.date()
SEES = {
    Reader.OURS: {0, 1, 2, 3},
    Reader.ORGANIZER: {1, 2, 3},
    Reader.COUNTERPART: {2, 3},
    Reader.VETTED_COMPANY: {3},
    Reader.ANYBODY: set(),
}
PLAIN = MandateContent("Fund III", offers=(Sought.EQUITY,))
STATION = EntryFacts(
    sought=(SoughtFacts(Sought.EQUITY, AmountBand.FROM_10M_TO_50M, "USD", "Preferred shares"),),
    openings=(Opening.EQUITY, Opening.CREW_SEAT), stage=StageGroup.DESIGN, us_state="TX", launch_from=2029,
    launch_to=2030,
)  # fmt: skip
FUND = MandateFacts(
    offers=(Sought.EQUITY,), seeks=(Opening.CREW_SEAT,), least=AmountBand.FROM_1M_TO_10M,
    most=AmountBand.FROM_50M_TO_250M, stages=(StageGroup.DESIGN,), instruments=(Instrument.PREFERRED_EQUITY,),
    us_states=("TX",), starts_on=date(2027, 1, 1), ends_on=date(2031, 1, 1),
)  # fmt: skip


@pytest.mark.check("D5")
@pytest.mark.parametrize(("reader", "audience"), list(product(Reader, Audience)))
def test_a_reader_sees_a_field_only_where_the_table_of_audiences_says_so(reader, audience):
    assert rules.may_see(reader, audience) is (int(audience) in SEES[reader])


@pytest.mark.check("D5")
@pytest.mark.parametrize(("reader", "name", "audience"), list(product(Reader, rules.FIELDS, Audience)))
def test_a_field_is_there_only_for_its_audience_and_never_for_more_than_the_name(reader, name, audience):
    content = {field: f"marker-{field}" for field in rules.FIELDS}
    seen = rules.visible(content, {"name": int(Audience.COUNTERPARTS), name: int(audience)}, reader)
    allowed = rules.audiences_of({"name": int(Audience.COUNTERPARTS), name: int(audience)})[name]
    assert (name in seen) is rules.may_see(reader, allowed)
    if reader is Reader.VETTED_COMPANY and name != "name":
        assert seen == {}, "who may not see the name sees nothing at all"


def test_ownership_is_never_shown_beyond_the_organizers():
    chosen = rules.audiences_of({"name": 3, "ownership": 3})
    assert chosen["ownership"] is Audience.ORGANIZERS


@pytest.mark.parametrize(("state", "event"), list(product(MandateState, MandateEvent)))
def test_a_mandate_moves_only_as_the_table_says(state, event):
    if (state, event) in MANDATE_MOVES:
        assert advance(state, event) is MANDATE_MOVES[state, event]
    else:
        with pytest.raises(TransitionRefused):
            advance(state, event)


@pytest.mark.check("E2")
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 121}),
        ("aims_words", {"aims_words": "x" * 1001}),
        ("currency", {"currency": "XXX"}),
        ("most", {"least": AmountBand.OVER_250M, "most": AmountBand.UNDER_1M}),
        ("most", {"least": AmountBand.UNDER_1M}),
        ("most", {"most": AmountBand.UNDER_1M}),
        ("ends_on", {"starts_on": date(2028, 1, 2), "ends_on": date(2028, 1, 2)}),
        ("ends_on", {"ends_on": date(2099, 1, 1)}),
        ("us_states", {"us_states": ("TX", "ZZ")}),
        ("ticket_audience", {"audience": Audience.ORGANIZERS, "ticket_audience": Audience.VETTED}),
        (
            "least",
            {"stages": (StageGroup.CONCEPT,), "least": AmountBand.OVER_250M, "most": AmountBand.OVER_250M},
        ),
    ],
)
def test_a_mandate_that_cannot_be_is_refused_at_its_field(field, said):
    with pytest.raises(MandateFault) as refusal:
        rules.checked(replace(PLAIN, **said), today=TODAY)
    assert refusal.value.field == field
    assert refusal.value.message.endswith(".")


@pytest.mark.check("E2")
def test_a_large_ticket_goes_with_late_stages_and_with_a_mixture():
    large = replace(PLAIN, least=AmountBand.OVER_250M, most=AmountBand.OVER_250M)
    for stages in ((), (StageGroup.DEVELOPMENT,), (StageGroup.CONCEPT, StageGroup.DEVELOPMENT)):
        assert rules.checked(replace(large, stages=stages), today=TODAY).least is AmountBand.OVER_250M


def test_an_active_mandate_says_something_and_has_not_ended():
    assert rules.missing(PLAIN, today=TODAY) is None
    assert rules.missing(MandateContent("Empty"), today=TODAY).field == "offers"
    assert rules.missing(replace(PLAIN, ends_on=TODAY), today=TODAY).field == "ends_on"


def test_a_mandate_is_stale_half_a_year_after_it_was_confirmed():
    due = NOON + rules.NAG_AFTER
    assert (rules.NAG_AFTER.days, rules.is_stale(None, NOON)) == (180, False)
    assert [rules.is_stale(due, due + timedelta(seconds=n)) for n in (-1, 0)] == [False, True]


def test_an_application_fills_a_mandate_in_without_leaving_anything_out():
    assert set(SOUGHT_BY_OPENING) == set(Opening)
    assert rules.offers_from([Opening.HOST_MODULE, Opening.EQUITY]) == (Sought.EQUITY, Sought.MODULE)
    assert rules.seeks_from([Participation.SEAT]) == (Opening.CREW_SEAT,)
    assert {one for kind in Participation for one in rules.seeks_from([kind])} == set(Opening)


def test_everything_that_agrees_is_told_in_words():
    found = fits(FUND, STATION)
    assert [line.field for line in found.lines if line.agrees] == [
        "offers", "seeks", "ticket", "stage", "instruments", "timing", "place",
    ]  # fmt: skip
    assert found.against == found.unknown == []
    assert all(words.endswith(".") for words in found.agreeing)


@pytest.mark.parametrize("missing", ["offers", "seeks", "least", "stages", "instruments", "us_states", "starts_on"])
def test_what_a_mandate_leaves_out_is_never_counted_against_anybody(missing):
    empty = {"least": AmountBand.UNDISCLOSED, "starts_on": None}.get(missing, ())
    without = replace(FUND, **{missing: empty}, **({"ends_on": None} if missing == "starts_on" else {}))
    found = fits(without, STATION)
    assert found.against == []
    assert found.has_bearing


def test_what_an_entry_leaves_out_is_not_known_and_keeps_it_on_the_list():
    found = fits(FUND, EntryFacts())
    assert (found.agreeing, found.against) == ([], [])
    assert found.has_bearing


def test_an_entry_that_meets_neither_what_is_brought_nor_what_is_sought_has_no_bearing():
    other = EntryFacts(sought=(SoughtFacts(Sought.SEAT),), openings=(Opening.CARGO,))
    assert not fits(FUND, other).has_bearing
    assert fits(replace(FUND, seeks=()), other).has_bearing is True, "what the partner looks for is not known"


def test_amounts_of_two_currencies_are_never_compared():
    [ticket] = [line for line in fits(replace(FUND, currency="JPY"), STATION).lines if line.field == "ticket"]
    assert ticket.agrees is None
    assert "USD and JPY" in ticket.words


def test_more_agreeing_facts_come_first_and_then_fewer_against():
    best = fits(FUND, STATION)
    worse = fits(replace(FUND, stages=(StageGroup.CONCEPT,)), STATION)
    unsaid = fits(replace(FUND, stages=()), STATION)
    assert sorted([worse.rank, unsaid.rank, best.rank]) == [best.rank, unsaid.rank, worse.rank]


def test_one_side_is_enough_to_be_kept_apart_and_nobody_can_tell_which():
    one, other, third = uuid4(), uuid4(), uuid4()
    ours = rules.apart_of([Mark(one, other, MarkKind.KEEP_APART)])
    theirs = rules.apart_of([Mark(other, one, MarkKind.KEEP_APART)])
    assert ours == theirs
    assert ours.keeps(other, one)
    assert not ours.keeps(one, third)
    assert not ours.keeps(one, None)


def test_knowing_counts_for_the_side_that_said_it_and_keeps_nobody_apart():
    one, other = uuid4(), uuid4()
    marked = rules.apart_of([Mark(one, other, MarkKind.KNOW_ALREADY), Mark(one, one, MarkKind.KEEP_APART)])
    assert (marked.knows(one, other), marked.knows(other, one), marked.keeps(one, other)) == (True, False, False)
    assert not marked.keeps(one, one)


def test_every_word_of_a_mandate_has_a_label():
    assert set(SOUGHT_LABELS) == set(Sought)


def test_a_partner_is_spoken_to_and_a_company_told_about_it():
    ours, theirs = fits(FUND, STATION, to_partner=True), fits(FUND, STATION)
    assert ours.rank == theirs.rank
    assert ours.agreeing[0] == "You bring what is sought: equity investment."
    assert not any("the partner" in words.lower() for line in ours.lines for words in [line.words])
    for mandate, entry in ((MandateFacts(), STATION), (FUND, EntryFacts())):
        told = fits(mandate, entry, to_partner=True)
        assert not any("the partner" in line.words.lower() for line in told.lines)
