"""What the rules of the directory promise."""

import re
from collections import Counter
from itertools import product

import pytest

from app.core.errors import InvalidInput, TransitionRefused
from app.core.sheets import open_sheet
from app.directory import rules
from app.directory.rules import checks
from app.directory.rules.indexing import found_by
from app.directory.rules.topics import OF_CATEGORY
from app.directory.services import load
from app.directory.states import ENTRY_MOVES, EntryEvent, EntryState, StageGroup, Tier, advance
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
def test_a_reader_sees_exactly_the_fields_and_parts_of_their_tier(tier):
    seen = rules.visible(FULL, tier)
    for field in rules.TABLE:
        whole, _, part = field.name.partition(".")
        if not part and whole not in ("seeking", "tiers"):
            assert seen[whole] == (FULL[whole] if field.tier <= tier else rules.EMPTY[whole])
        elif part:
            shown = [bool(row[part]) for row in seen[whole]]
            assert shown == [field.tier <= tier and bool(row[part]) for row in FULL[whole]]


@pytest.mark.check("D5")
@pytest.mark.parametrize("field", rules.RAISABLE, ids=lambda field: field.name)
def test_a_company_may_show_a_field_to_fewer_people_and_to_nobody_else(field):
    raised = {**FULL, "tiers": {field.name: "nda"}}
    whole, _, part = field.name.partition(".")
    told = {tier: rules.visible(raised, tier)[whole] for tier in Tier}
    if part:
        told = {tier: [row[part] for row in rows if row[part]] for tier, rows in told.items()}
    for tier in Tier:
        assert bool(told[tier]) == (tier >= Tier.NDA), tier
    assert field in rules.withheld(raised, Tier.VETTED)


def test_an_amount_is_not_shown_without_its_currency():
    raised = {**FULL, "tiers": {"seeking.currency": "nda"}}
    assert [row["band"] for row in rules.visible(raised, Tier.VETTED)["seeking"]] == [None] * len(FULL["seeking"])
    assert rules.visible(raised, Tier.NDA)["seeking"] == FULL["seeking"]


@pytest.mark.check("D5")
def test_a_field_is_never_shown_to_more_people_than_the_table_says():
    lowered = {**FULL, "tiers": {"contacts": "public", "seeking.terms": "registered"}}
    assert rules.visible(lowered, Tier.REGISTERED)["contacts"] == []
    assert checks.checked({"tiers": lowered["tiers"]}) == {"tiers": {}}


@pytest.mark.check("D5")
def test_contact_and_amount_are_not_public_and_are_named_as_withheld():
    named = {tier: [field.name for field in rules.withheld(FULL, tier)] for tier in Tier}
    amounts = ["seeking.band", "seeking.currency", "seeking.instrument"]
    declared = ["export_class", "export_words"]
    assert named[Tier.PUBLIC] == [*amounts, "seeking.terms", *declared, "contacts"]
    assert named[Tier.REGISTERED] == ["seeking.terms", "contacts"]
    assert named[Tier.VETTED] == []


@pytest.mark.check("D6")
def test_search_and_facets_rest_on_what_everyone_may_see():
    mark = "zz-marker"
    hidden = {
        **FULL, "contacts": [{"name": mark, "role": mark, "email": mark}], "export_words": mark,
        "seeking": [{"kind": "equity", "band": None, "currency": "", "instrument": mark, "terms": mark}],
        "milestones": [{"id": "1", "name": mark, "due": "2031", "done": "", "earlier": []}],
        "partners": [{"name": mark, "countries": [], "role": mark}],
        "tiers": {"milestones": "nda", "partners": "vetted"},
    }  # fmt: skip
    public = rules.visible(hidden, Tier.PUBLIC)
    assert mark not in rules.search_text(public)
    assert [one.tier for one in found_by(hidden, confirmed_at=None) if mark[3:] in str(one)] == [
        Tier.REGISTERED,
        Tier.VETTED,
    ]
    assert "launch:2031" not in str([one.facets for one in found_by(hidden, confirmed_at=None)])
    assert rules.launch_years(public) == (2029, 2029)


def test_every_field_of_an_entry_declares_its_tier_and_has_a_column():
    from app.directory.models import Entry

    own = {"id", "key", "state", "organization_id", "revision", "shown_since", "confirmed_at", "created_at"}
    made = {"changed_at", "sort_name", "sort_company", "search_text"}
    made |= {"sought_kinds", "sought_band", "launch_from", "launch_to", "completeness"}
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
    assert rules.participations({**FULL, "seeking": [{"kind": "seat"}]}) == [Participation.SEAT]
    assert rules.participations({**FULL, "seeking": []}) == [Participation.EQUITY, Participation.PAYLOAD]


def test_an_entry_is_found_by_openings_participation_and_partner_countries():
    public = found_by({**FULL, "seeking": [{**FULL["seeking"][0], "kind": "seat"}]}, confirmed_at=None)[0]
    found = set(public.facets.split())
    assert {"opening:equity", "opening:payload", "participation:seat", "sought:seat", "country:JP"} <= found
    assert "participation:payload" not in found


def test_a_key_is_made_of_the_name_and_never_taken_twice():
    assert rules.slug("Haven-1 Láb!") == "haven-1-lab"
    assert rules.slug("Haven-1", ["haven-1", "haven-1-2"]) == "haven-1-3"
    assert rules.slug("Mine") == "mine-2"
    assert rules.slug("日本") != ""


def test_a_comparison_leaves_out_what_reads_the_same_on_both_sides():
    sought = {"kind": "payload", "band": "", "currency": "", "instrument": "", "terms": ""}
    assert rules.comparison({**FULL, "seeking": [sought]}, {**FULL, "seeking": [{**sought, "currency": "USD"}]}) == []


def test_a_comparison_names_each_changed_field_in_words():
    lines = rules.comparison(FULL, {**FULL, "category": "free_flyer", "openings": ["crew_seat"]})
    assert [(line.label, line.before, line.after) for line in lines] == [
        ("Category", "Station", "Free flyer"),
        ("Openings for partners", "Equity investment, Payload", "Crew seat"),
    ]


def test_what_is_missing_before_review_is_named():
    assert rules.missing({**FULL, "summary": "", "contacts": []}) == ["Summary", "Contacts"]


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
        ("seeking", [{"kind": "gold"}]),
        ("seeking", [{"kind": "equity", "band": "lots"}]),
        ("seeking", [{"kind": "equity", "currency": "XYZ"}]),
        ("contacts", [{"name": "Dana", "email": "nobody"}]),
        ("contacts", [{"name": "", "email": "dana@example.org"}]),
        ("contacts", "Dana"),
        ("milestones", [{"name": "First module", "due": "soon"}]),
        ("milestones", [{"name": "", "due": "2028"}]),
        ("milestones", [{"name": "One"}] * 31),
        ("partners", [{"name": "Mitsui", "countries": "Japan"}]),
        ("funding_facts", [{"fact": "", "source": "https://example.org"}]),
        ("altitude_km", "high"),
        ("inclination_deg", "nan"),
        ("inclination_deg", "181"),
        ("orbit", "solar"),
        ("export_class", "secret"),
        ("tiers", {"name": "nda"}),
        ("tiers", {"contacts": "nobody"}),
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
    written = {
        "name": "  Haven   1 ", "sources": [page, page], "altitude_km": " 420 ", "orbit": "",
        "seeking": [{"kind": "seat"}, {"kind": "equity", "band": "under_1m"}, {"kind": ""}],
        "partners": [{"name": " Mitsui ", "countries": "jp, it"}, {"name": "", "countries": "", "role": ""}],
    }  # fmt: skip
    bare = {"instrument": "", "terms": ""}
    assert checks.checked(written) == {
        "name": "Haven 1", "sources": [page], "altitude_km": 420, "orbit": "",
        "seeking": [{"kind": "equity", "band": "under_1m", "currency": "USD", **bare},
                    {"kind": "seat", "band": None, "currency": "", **bare}],
        "partners": [{"name": "Mitsui", "countries": ["JP", "IT"], "role": ""}],
    }  # fmt: skip


def test_faults_of_all_rows_and_all_fields_are_told_together():
    with pytest.raises(checks.BadFields) as refusal:
        checks.checked({"contacts": [{"email": "x"}, {"name": "Kay"}, {"email": "a@b.example"}], "altitude_km": "low"})
    assert list(refusal.value.faults) == ["contacts", "altitude_km"]
    assert "row 1: enter an e-mail address" in refusal.value.faults["contacts"]
    assert "row 3: name the person" in refusal.value.faults["contacts"]


def test_a_milestone_keeps_its_place_and_every_date_that_was_shown():
    first = checks.checked({"milestones": [{"name": "First module", "due": "2028"}, {"name": "Crew", "due": "2030"}]})
    assert [row["id"] for row in first["milestones"]] == ["1", "2"]
    moved = [{**first["milestones"][0], "due": "2029-06"}, first["milestones"][1], {"name": "Lab", "due": "2031"}]
    second = {"milestones": rules.with_slips(first, checks.checked({"milestones": moved}))}
    assert [(row["due"], row["earlier"]) for row in second["milestones"]] == [
        ("2029-06", ["2028"]),
        ("2030", []),
        ("2031", []),
    ]
    third = [{**row, "due": "2030", "earlier": []} for row in second["milestones"]]
    again = rules.with_slips(second, checks.checked({"milestones": third}))
    assert [row["earlier"] for row in again] == [["2028", "2029-06"], [], ["2031"]]
    assert rules.milestone_words(again[0]) == "First module: due 2030, before that 2028, June 2029"


def test_completeness_is_the_sum_of_what_is_answered_and_advice_names_the_rest():
    assert sum(asked.points for asked in rules.ASKED) == 100
    assert rules.completeness(rules.EMPTY) == 0
    assert rules.completeness(FULL) + sum(asked.points for asked in rules.advice(FULL)) == 100
    for asked in rules.ASKED:
        whole, _, part = asked.name.partition(".")
        emptied = [{**row, part: ""} for row in FULL[whole]] if part else rules.EMPTY[whole]
        less = rules.completeness({**FULL, whole: emptied})
        assert less < rules.completeness(FULL) or asked in rules.advice(FULL)


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("2028", (2028, 2028)), ("late 2020s as first announced; no firm date read", None), ("flown", None),
        ("First module 2028 by one report and 2027 by another; habitat 2029", (2027, 2029)), ("", None),
        ("Q1 2027 (Falcon 9)", (2027, 2027)), ("part 120284", None),
    ],
)  # fmt: skip
def test_years_of_a_launch_are_read_and_never_guessed(words, years):
    assert rules.launch_years({"target_first_launch": words, "milestones": []}) == years


def test_partners_of_every_reported_programme_are_read_without_losing_a_word():
    assert len(ROWS) == 38
    for row in ROWS:
        said = rules.in_words("partners", rules.reported_partners(row["partners"]))
        assert re.findall(r"\w+", said) == re.findall(r"\w+", row["partners"]), row["key"]
        facts = rules.in_words("funding_facts", rules.reported_funding(row["funding_facts"]))
        assert re.findall(r"\w+", facts) == re.findall(r"\w+", row["funding_facts"]), row["key"]


def test_topics_are_inferred_as_most_reported_programmes_of_the_category_meet_them():
    reported = [load.parse(row) for row in ROWS]
    for category, topics in OF_CATEGORY.items():
        alike = [set(one["topic_keys"]) for one in reported if one["category"] == category and one["topic_keys"]]
        counted = Counter(topic for each in alike for topic in each)
        assert set(topics) == {topic for topic, count in counted.items() if 2 * count >= len(alike)}, category


@pytest.mark.parametrize(
    ("said", "met", "not_met"),
    [
        ({"category": "research_facility"}, {"ear_9a004_iss", "iss_cross_waiver"}, {"ear_9x515"}),
        ({"category": "research_facility", "platform": "own_station"}, {"ear_9x515"}, {"ear_9a004_iss"}),
        ({"category": "demonstrator", "seeking": [{"kind": "landing_site"}]}, {"tsa", "mtcr"}, {"ear_9a004_iss"}),
        ({"category": "demonstrator", "export_class": "usml_xv"}, {"itar_usml_xv"}, {"tsa"}),
        ({"category": "demonstrator", "topic_keys": ["wolf_amendment"]}, {"wolf_amendment"}, {"tsa"}),
        ({"category": "demonstrator", "seeking": [{"kind": "equity"}]}, {"cfius_tid_mandatory"}, set()),
    ],
)
def test_what_an_entry_flies_on_and_seeks_adds_topics_and_nothing_takes_a_reported_one_away(said, met, not_met):
    found = set(rules.likely_topics({**rules.EMPTY, **said}))
    assert met <= found
    assert not found & not_met
