"""The rule files: one for each topic, agreeing with the table of topics, and refused with a sentence when wrong."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from app.core.sheets import BadField, BadSheet
from app.regulatory.rule_files import SHIPPED, read_folder
from app.regulatory.rules.reading import plain, read_rule
from app.regulatory.states import Outcome, Participation
from tests.factories import regulatory as make
from tests.factories.policy import shipped_book

RULES = shipped_book().by_topic


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "policy"))


def change(folder: Path, topic: str, old: str, new: str) -> None:
    path = folder / f"{topic}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_there_is_one_file_for_each_of_the_44_topics():
    assert {path.stem for path in SHIPPED.glob("*.toml")} == set(RULES) == set(make.topics())
    assert len(RULES) == 44


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_rule_says_of_its_source_and_its_time_what_the_table_of_topics_says(key):
    rule, topic = RULES[key], make.topics()[key]
    assert (rule.authority, rule.source, rule.as_of) == (topic.authority, topic.source, topic.as_of)
    assert (rule.verification, rule.bring) == (topic.verification, topic.partner_supplies)
    assert (rule.lead.low, rule.lead.high) == (topic.lead_days_min, topic.lead_days_max)
    assert (rule.lead.basis, rule.lead.words) == (topic.lead_basis, topic.lead_time)


def test_a_topic_that_a_rule_cannot_decide_names_the_question_a_person_must_answer():
    asking = {key for key, rule in RULES.items() if any(c.outcome is Outcome.ASK_A_PERSON for c in rule.cases)}
    assert {"osc_novel_activities", "itar_2024_proposed", "cfius_known_investor", "foci"} <= asking
    assert all(RULES[key].question.endswith(("?", ".")) and len(RULES[key].question) > 20 for key in asking)


def test_no_rule_but_that_of_the_artemis_accords_reads_who_signed_them():
    reading = {key for key, rule in RULES.items() for c in rule.cases for w in c.when if "artemis" in w.field}
    assert reading == {"artemis_accords"}
    assert {case.outcome for case in RULES["artemis_accords"].cases} == {Outcome.CLEAR}


def test_no_rule_reads_the_standing_at_esa_or_on_the_station():
    assert not [c for rule in RULES.values() for case in rule.cases for c in case.when if "esa" in c.field]


def test_every_file_says_who_wrote_it_and_that_nobody_has_reviewed_it_yet():
    assert {bool(rule.author) for rule in RULES.values()} == {True}
    assert {rule.reviewer for rule in RULES.values()} == {""}


def test_what_is_stored_reads_as_the_file_does():
    rows = read_folder(SHIPPED).rows
    assert {key: read_rule(row) for key, row in rows.items()} == RULES
    assert all(isinstance(row.get("effective_from", ""), str) for row in rows.values())
    assert plain({"days": [date(2026, 1, 2)]}) == {"days": ["2026-01-02"]}


@pytest.mark.parametrize(
    ("topic", "old", "new", "said"),
    [
        ("tsa", 'topic = "tsa"\n', 'topic = "tsb"\n',
         "policy/tsa.toml, field topic: 'tsb' is not the name of the file."),
        ("tsa", "version = 1\n", "version = 0\n", "field version: 0 is not a whole number from 1"),
        ("tsa", 'stage = "launch"', 'stage = "lunch"', "field stage: 'lunch' is not allowed; allowed: party, country"),
        ("tsa", '["landing_site"]', '["moon_base"]', "field kinds: 'moon_base' is not allowed; allowed: equity"),
        ("tsa", '["landing_site"]', "[]", "field kinds: must name at least one, and none twice."),
        ("tsa", 'reads = "address"', 'reads = "flag"',
         "field reads: 'flag' is not allowed; allowed: strictest, address"),
        ("tsa", 'owner = "governments"\n', "", "field owner: is missing."),
        ("tsa", "question = ", "# question = ", "field question: is missing: a case asks a person"),
        ("tsa", 'reviewer = ""', 'reviewer = ""\nsecret = 1', "field secret: is not known; known: topic, version"),
        ("tsa", 'as_of = "2024-08-05"', 'as_of = "last week"', "field as_of: 'last week' is not allowed"),
        ("tsa", "days_min = 180", "days_min = 1.5", "field lead.days_min: 1.5 is not a whole number"),
        ("tsa", 'basis = "planning_allowance"', 'basis = "none"', "field lead.basis: days need a basis"),
        ("mtcr", 'basis = "none"', 'basis = "none"\ndays_min = 9\ndays_max = 1',
         "field lead.days_max: must not be less"),
        ("tsa", "when.country.foreign = false", 'when.country.foreign = "no"',
         "field case 1.when.country.foreign: 'no'"),
        ("tsa", "when.country.foreign", "when.country.friendly",
         "field case 1.when.country.friendly: is no fact; there"),
        ("tsa", "when.country.foreign", "when.weather", "field case 1.when.weather: is no fact; there is country.iso2"),
        ("tsa", '"TX_CONFIRM"', '"T9"', "case 2.when.country.tier: 'T9' is not allowed; allowed: 'T0_US'"),
        ("tsa", 'outcome = "no_step"', 'outcome = "maybe"',
         "field case 1.outcome: 'maybe' is not allowed; allowed: clear"),
        ("tsa", 'outcome = "no_step"', 'outcome = "no_step"\nhard_stop = true', "a case without a step cannot end"),
        ("tsa", "with {country} itself", "with {planet} itself", "field case 2.why: {planet} is no placeholder"),
        ("ear_sta", "topics.lacks =", "topics.at_least =", "a list cannot be asked with 'at_least'; it can with holds"),
        ("ear_sta", "opportunity.topics.lacks", "opportunity.topics", "is a list: ask with holds, lacks."),
        ("bea_be13", "below = 10", 'below = "ten"', "field case 2.when.deal.stake_percent: 'ten' is not a number."),
        ("itar_126_1", "date.from = 2025-10-01", 'date.from = "soon"',
         "when.date: 'soon' is not a day like 2026-09-30."),
        ("bea_be13", 'topic = "cfius_tid_mandatory"', 'topic = "nothing"',
         "bea_be13 names nothing, which has no rule."),
        ("bea_be13", 'topic = "cfius_tid_mandatory"', 'topic = "tsa"', "bea_be13 names tsa, which stands later"),
        ("itar_126_7_aukus", "effective_from", "effective_to = 2020-01-01\neffective_from", "is before effective_from"),
        ("tsa", "[[case]]", "[[case]", "policy/tsa.toml: not readable as TOML"),
        ("tsa", "place = 230", "place = 10", "stands at 10, where"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_by_file_field_and_what_is_allowed(folder, topic, old, new, said):
    change(folder, topic, old, new)
    with pytest.raises(BadSheet, match=re.escape(said)):
        read_folder(folder)


def test_a_folder_without_rules_and_a_file_that_is_no_text_are_refused(folder, tmp_path):
    (folder / "tsa.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSheet, match=r"tsa\.toml: not UTF-8 text"):
        read_folder(folder)
    with pytest.raises(BadSheet, match="holds no rule"):
        read_folder(tmp_path / "nothing")


def test_a_place_that_stands_twice_and_a_rule_without_cases_are_refused():
    table = dict(read_folder(SHIPPED).rows["tsa"])
    with pytest.raises(BadField, match="must be 1 to 40 tables"):
        read_rule(table | {"case": []})


def test_every_kind_of_participation_is_asked_about_by_some_rule():
    for kind in Participation:
        assert sum(kind in rule.kinds for rule in RULES.values()) > 10
