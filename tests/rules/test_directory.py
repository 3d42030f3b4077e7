"""What the rules of the directory promise."""

from itertools import product

import pytest

from app.core.errors import InvalidInput, TransitionRefused
from app.core.sheets import open_sheet
from app.directory import rules
from app.directory.rules import checks
from app.directory.services import load
from app.directory.states import ENTRY_MOVES, EntryEvent, EntryState, Facet, StageGroup, Tier, advance
from app.regulatory.states import Participation
from tests.conftest import ROOT
from tests.factories.directory import REPORTED, WRITTEN

ROWS = [row.cells for row in open_sheet(ROOT / "app" / "reference" / "destinations.csv").rows(needs=load.COLUMNS)]
FULL = {**REPORTED, **WRITTEN}


@pytest.mark.parametrize(("state", "event"), list(product(EntryState, EntryEvent)))
def test_an_entry_makes_the_listed_moves_and_no_other(state, event):
    if (state, event) in ENTRY_MOVES:
        assert advance(state, event) is ENTRY_MOVES[state, event]
    else:
        with pytest.raises(TransitionRefused):
            advance(state, event)


def test_only_a_review_leads_to_published():
    into = {(state, event) for (state, event), after in ENTRY_MOVES.items() if after is EntryState.PUBLISHED}
    from_elsewhere = {(s, e) for s, e in into if s not in (EntryState.PUBLISHED, EntryState.STALE)}
    assert from_elsewhere == {(EntryState.IN_REVIEW, EntryEvent.PUBLISH)}


@pytest.mark.check("D5")
@pytest.mark.parametrize("tier", list(Tier))
def test_a_reader_sees_exactly_the_fields_of_their_tier(tier):
    seen = rules.visible(FULL, tier)
    for field in rules.FIELDS:
        assert seen[field.name] == (FULL[field.name] if field.tier <= tier else rules.EMPTY[field.name])


@pytest.mark.check("D5")
def test_contact_and_amount_are_not_public_and_are_named_as_withheld():
    assert [field.name for field in rules.withheld(FULL, Tier.PUBLIC)] == [
        "sought_band",
        "contact_name",
        "contact_email",
    ]
    assert [field.name for field in rules.withheld(FULL, Tier.REGISTERED)] == ["contact_name", "contact_email"]
    assert rules.withheld(FULL, Tier.VETTED) == []


@pytest.mark.check("D6")
def test_search_and_facets_rest_on_public_fields_only():
    public = {field.name for field in rules.FIELDS if field.tier is Tier.PUBLIC}
    assert set(rules.SEARCHED) <= public
    hidden = {**FULL, **{f.name: "zz-marker" for f in rules.FIELDS if f.tier > Tier.PUBLIC and f.name != "sought_band"}}
    assert "zz-marker" not in rules.search_text(hidden)
    assert "zz-marker" not in {value for _, value in rules.facets(hidden)}


def test_every_field_of_an_entry_declares_its_tier_and_has_a_column():
    from app.directory.models import Entry

    own = {"id", "key", "state", "organization_id", "revision", "shown_since", "confirmed_at", "created_at"}
    made = {"changed_at", "sort_name", "sort_company", "search_text"}
    assert set(Entry.__table__.columns.keys()) - own - made == set(rules.FIELD_NAMES)


@pytest.mark.parametrize("cells", ROWS, ids=lambda cells: cells["key"])
def test_every_real_row_is_read_and_falls_under_a_stage(cells):
    content = load.parse(cells)
    assert content["name"] == cells["name"]
    assert content["stage_group"] != StageGroup.OTHER
    assert content["sources"]


def test_there_are_38_real_rows():
    assert len(ROWS) == 38


@pytest.mark.parametrize(
    ("stage", "group"),
    [
        ("commercial critical design review done with NASA February 2026; full-scale development", "development"),
        ("design; subscale prototype planned", "design"),
        ("development; Ray demonstrator flown January 2025 without landing", "development"),
        ("operational (NG-23 launched 2025-09-14)", "operational"),
        ("withdrawn October 2023; effort moved to Starlab", "withdrawn"),
        ("payload slots being sold", "on_sale"),
        ("", "other"),
    ],
)
def test_a_stage_falls_under_what_its_words_say_first(stage, group):
    assert rules.stage_group(stage) == group


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("key", "Has Capitals"),
        ("key", "mine"),
        ("name", ""),
        ("us_state", "Texas"),
        ("category", "castle"),
        ("partner_countries", "JP;Japan"),
        ("partner_openings", "equity;gold"),
        ("reg_topics", "Bad Topic"),
        ("as_of", "2026-13"),
        ("as_of", "last year"),
        ("verification", "guessed"),
    ],
)
def test_a_bad_cell_is_refused_by_the_name_of_its_column(column, value):
    with pytest.raises(load.BadField) as refusal:
        load.parse({**ROWS[0], column: value})
    assert refusal.value.field == column


@pytest.mark.parametrize(
    ("as_of", "words"),
    [("2026-02-12", "12 February 2026"), ("2026-02", "February 2026"), ("2026", "2026"), ("", "a date not given")],
)
def test_a_date_is_said_as_exactly_as_it_is_known(as_of, words):
    assert rules.as_of_words(as_of) == words


@pytest.mark.parametrize(
    ("as_of", "when"), [("2026-02-12", "on 12 February 2026"), ("2026-02", "in February 2026"), ("2026", "in 2026")]
)
def test_reported_facts_say_when_and_that_no_company_confirmed_them(as_of, when):
    said = rules.standing(confirmed=False, as_of=as_of)
    assert said == f"As reported {when}, not confirmed by the company"


def test_search_knows_no_case_and_no_accents():
    assert rules.plain("  São PAULO\n Zürich ") == "sao paulo zurich"
    assert rules.search_words("Düsseldorf  STATION") == ["dusseldorf", "station"]


def test_what_a_company_seeks_counts_before_what_its_openings_suggest():
    assert rules.participations({**FULL, "sought_kinds": ["seat"]}) == [Participation.SEAT]
    assert rules.participations({**FULL, "sought_kinds": []}) == [Participation.EQUITY, Participation.PAYLOAD]


def test_an_entry_is_found_by_openings_participation_and_partner_countries():
    assert set(rules.facets({**FULL, "sought_kinds": ["seat"]})) == {
        (Facet.OPENING, "equity"),
        (Facet.OPENING, "payload"),
        (Facet.PARTICIPATION, "seat"),
        (Facet.PARTNER_COUNTRY, "JP"),
    }


def test_a_key_is_made_of_the_name_and_never_taken_twice():
    assert rules.slug("Haven-1 Láb!") == "haven-1-lab"
    assert rules.slug("Haven-1", ["haven-1", "haven-1-2"]) == "haven-1-3"
    assert rules.slug("Mine") == "mine-2"
    assert rules.slug("日本") != ""


def test_a_comparison_names_each_changed_field_in_words():
    lines = rules.comparison(FULL, {**FULL, "category": "free_flyer", "openings": ["crew_seat"]})
    assert [(line.label, line.before, line.after) for line in lines] == [
        ("Category", "Station", "Free flyer"),
        ("Openings for partners", "Equity investment, Payload", "Crew seat"),
    ]


def test_what_is_missing_before_review_is_named():
    assert rules.missing({**FULL, "summary": "", "contact_email": ""}) == ["Summary", "Contact e-mail"]


@pytest.mark.check("D7")
@pytest.mark.parametrize(
    "name", ["state", "organization_id", "key", "confirmed_at", "verification", "as_of", "topic_keys", "search_text"]
)
def test_a_company_cannot_write_what_is_not_its_own(name):
    with pytest.raises(InvalidInput):
        checks.checked({name: "anything"})


@pytest.mark.check("E2")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("us_state", "Texas"),
        ("category", "castle"),
        ("openings", ["gold"]),
        ("openings", "equity"),
        ("sought_band", "lots"),
        ("contact_email", "nobody"),
        ("sources", ["javascript:alert(1)"]),
        ("partner_countries", ["Japan"]),
        ("summary", "x" * 4001),
    ],
)
def test_a_value_that_is_none_is_refused_by_its_label(name, value):
    with pytest.raises(InvalidInput, match=rules.LABELS[name]):
        checks.checked({name: value})


def test_what_a_company_writes_is_kept_tidy():
    page = "https://example.org/a"
    written = {"name": "  Haven   1 ", "sources": [page, page], "sought_kinds": ["seat", "equity"], "sought_band": ""}
    kept = {"name": "Haven 1", "sources": [page], "sought_kinds": ["equity", "seat"], "sought_band": None}
    assert checks.checked(written) == kept
