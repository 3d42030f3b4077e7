"""How pairs are decided: the strictest country, what is not known, what waits for what, and many at once."""

from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.regulatory.facts import DealFacts, OpportunityFacts, PartyFacts
from app.regulatory.rules import Assessment, Lead, Pair, Rulebook, assess, strictness
from app.regulatory.rules.columns import assess_all
from app.regulatory.rules.language import Condition, Link, Op
from app.regulatory.states import Outcome, Participation, StepOwner
from tests.factories import policy as made
from tests.factories import regulatory as make

DAY = date(2026, 11, 23)
P = Participation


def assessed(iso2: str, *topics: str, kind: P = P.HARDWARE, owners: str = "", on: date = DAY, **facts) -> Assessment:
    deal = facts.pop("deal", DealFacts(kinds=frozenset({kind})))
    pair = Pair(
        make.country(iso2), on, tuple(map(make.country, owners.split())),
        OpportunityFacts(topics=frozenset(topics), **facts), deal=deal,
    )  # fmt: skip
    return assess(made.shipped_book(), pair)


def step_of(found: Assessment, topic: str):
    return next(step for step in found.steps if step.topic_key == topic)


def test_a_step_names_its_rule_its_owner_its_source_and_the_facts_it_rests_on():
    step = step_of(assessed("JP", "ear_9x515"), "ear_9x515")
    assert (step.owner, step.owner_words, step.rule_version) == (StepOwner.COMPANY, "The U.S. company", 1)
    first = step.used[0]
    assert (first.field, first.of, first.words) == (
        "country.tier",
        "Japan",
        "T2_PARTS_FREE_STA_C1",
    )
    assert step.source
    assert step.lead_basis == "unverified"


def test_a_step_that_asks_a_person_carries_the_question_and_no_other_step_does():
    found = assessed("BM", "ear_9x515", "itar_usml_xv")
    assert {bool(step.question) == (step.outcome is Outcome.ASK_A_PERSON) for step in found.steps} == {True}
    assert "row of the export rules" in step_of(found, "ear_9x515").question


def test_the_strictest_of_address_and_owners_decides_and_the_others_are_named():
    step = step_of(assessed("AU", "ear_9x515", owners="JP"), "ear_9x515")
    assert (step.outcome, step.judged_by) == (Outcome.NEEDS_AUTHORIZATION, "JP")
    assert step.others == (("AU", Outcome.CLEAR_WITH_STEP),)
    assert step.why.startswith("Judged by Japan, the strictest of the party's countries.")


@pytest.mark.parametrize("owner", ["CN", "RU", "HK", "VE"])
def test_an_owner_from_a_policy_of_denial_ends_the_list_whatever_the_address(owner):
    last = assessed("AU", "ear_9x515", owners=owner).steps[-1]
    assert (last.topic_key, last.hard_stop, last.judged_by) == ("ear_d5_policy", True, owner)


def test_an_owner_never_makes_an_answer_milder():
    for iso2 in ("JP", "MX", "AE", "CN", "CY", "BM"):
        for owner in ("AU", "US", "GB"):
            alone, owned = assessed(iso2, *make.topics()), assessed(iso2, *make.topics(), owners=owner)
            assert strictness(owned.outcome) >= strictness(alone.outcome)


def test_a_fact_that_is_not_known_is_named_with_the_topics_it_might_change():
    found = assessed("JP", "noaa_crsra", "fcc_space_licence")
    assert found.missing["opportunity.images_earth"] == ("noaa_crsra",)
    assert "opportunity.uses_radio" in found.missing
    known = assessed("JP", "noaa_crsra", images_earth=True)
    assert "opportunity.images_earth" not in known.missing
    assert step_of(known, "noaa_crsra").outcome is Outcome.NEEDS_AUTHORIZATION


def test_what_is_not_known_never_makes_an_answer_milder_than_knowing_the_worst():
    plain = assessed("JP", "ear_9x515", kind=P.EQUITY)
    assert step_of(plain, "consolidated_screening_list").outcome is Outcome.CLEAR_WITH_STEP
    pair = Pair(make.country("JP"), DAY, party=PartyFacts(list_match="confirmed"))
    assert [step.topic_key for step in assess(made.shipped_book(), pair).steps] == ["consolidated_screening_list"]


def test_rows_that_were_not_read_are_named():
    found = assessed("JP", "fcc_space_licence", "cbp_import")
    assert {"fcc_space_licence", "cbp_import"} <= set(found.unverified)
    assert "ear_9x515" not in found.unverified


def test_a_rule_counts_on_its_first_and_last_day_and_is_named_when_it_does_not():
    rule = replace(made.shipped_book().by_topic["visa_entry"], effective_from=date(2026, 1, 1), effective_to=DAY)
    book = Rulebook((rule,), make.topics())
    for on, counts in ((date(2025, 12, 31), False), (date(2026, 1, 1), True), (DAY, True), (date(2026, 11, 24), False)):
        found = assess(book, Pair(make.country("JP"), on))
        assert (len(found.steps) == 1, "visa_entry" in found.not_counted) == (counts, not counts)


def test_the_same_question_gets_the_same_answer():
    assert assessed("AE", *make.topics(), owners="SA") == assessed("AE", *make.topics(), owners="SA")


def linked(*leads: tuple[str, Lead, tuple[str, ...], tuple[str, ...]]) -> Rulebook:
    """A book of rules that always ask, with these lead times, waiting for and running within others."""
    plain = made.shipped_book().by_topic["visa_entry"]
    rules = tuple(
        replace(
            plain, topic=topic, place=place, lead=lead, after=tuple(Link(each, "Said so.") for each in after),
            within=tuple(Link(each, "Said so.") for each in within),
        )
        for place, (topic, lead, after, within) in enumerate(leads)
    )  # fmt: skip
    return Rulebook(rules, make.topics())


def path_of(book: Rulebook):
    return assess(book, Pair(make.country("JP"), DAY)).path


def test_steps_that_are_stated_to_wait_for_one_another_add_up_and_no_others_do():
    thirty, sixty = Lead(10, 30, "sourced", "x"), Lead(0, 60, "sourced", "x")
    parallel = path_of(linked(("mtcr", thirty, (), ()), ("tsa", sixty, (), ())))
    assert (parallel.low, parallel.high, parallel.topics) == (0, 60, ("tsa",))
    chained = path_of(linked(("mtcr", thirty, (), ()), ("tsa", sixty, ("mtcr",), ())))
    assert (chained.low, chained.high, chained.topics) == (10, 90, ("mtcr", "tsa"))
    assert chained.words.startswith("At least 10 to 90 days.")


def test_a_step_that_runs_within_another_adds_no_days():
    found = path_of(
        linked(("mtcr", Lead(0, 30, "sourced", "x"), (), ()), ("tsa", Lead(0, 90, "sourced", "x"), (), ("mtcr",)))
    )
    assert found.high == 30


def test_a_path_says_how_many_steps_have_no_figure_and_when_there_is_no_upper_one():
    found = path_of(
        linked(("mtcr", Lead(None, None, "none", "x"), (), ()), ("tsa", Lead(180, None, "sourced", "x"), (), ()))
    )
    assert (found.low, found.high, found.is_open, found.unknown) == (180, 180, True, 1)
    assert found.words.startswith("At least 180 days or more, and 1 without a figure.")
    assert path_of(linked(("mtcr", Lead(None, None, "none", "x"), (), ()))).words == "Not known: 1 without a figure."


def test_a_hard_stop_leaves_nothing_to_wait_for():
    found = assessed("CN", "ear_9x515").path
    assert (found.stopped, found.high) == (True, 0)
    assert "hard stop" in found.words


def test_reports_due_after_a_deal_and_reviews_within_a_licence_hold_nothing_up():
    assert "bea_be13" not in assessed("JP", kind=P.EQUITY).path.topics
    found = assessed("JP", "faa_launch_reentry", "faa_payload_review", kind=P.PAYLOAD).path
    assert (found.low, found.high, found.topics) == (180, 540, ("faa_launch_reentry",))


def by_columns_and_one_by_one(seed: int, book: Rulebook, *, size: int) -> None:
    """Decide the same pairs both ways and compare every rule's answer and every figure of every cell."""
    chance = Random(seed)
    countries = chance.sample(made.all_countries(), size)
    opportunities = [made.any_opportunity(chance) for _ in range(size)]
    companies = [made.any_company(chance) for _ in range(size)]
    party, kinds = made.any_party(chance), list(Participation)
    on = chance.choice([date(2024, 10, 22), date(2025, 12, 30), date(2026, 9, 30), date(2026, 10, 1), DAY])
    stakes = replace(made.any_deal(chance), kinds=frozenset())
    (chunk,) = assess_all(
        book, countries, opportunities, kinds, on=on, companies=companies, party=party, deal=stakes
    )  # fmt: skip
    rules = [rule.topic for rule in book.rules if rule.in_force(on)]
    for place in np.ndindex(chunk.cells.steps.shape):
        country, opportunity, kind = place
        deal = replace(stakes, kinds=frozenset({kinds[kind]}))
        pair = Pair(countries[country], on, (), opportunities[opportunity], companies[opportunity], party, deal)
        found, cells = assess(book, pair), chunk.cells
        steps = {step.topic_key: strictness(step.outcome) for step in found.steps}
        assert {t: int(r[place]) for t, r in zip(rules, chunk.by_rule, strict=True) if r[place] >= 0} == steps
        assert (cells.strictest[place], cells.steps[place]) == (strictness(found.outcome), len(steps))
        assert cells.questions[place] == sum(bool(step.question) for step in found.steps)
        assert (cells.stop[place] >= 0) == found.path.stopped
        path = (found.path.low, found.path.high, found.path.unknown)
        assert (cells.low[place], cells.high[place], cells.unknown[place]) == path


@pytest.mark.parametrize("seed", range(6))
def test_many_pairs_at_once_are_decided_as_one_by_one(seed):
    by_columns_and_one_by_one(seed, made.shipped_book(), size=7)


def test_chains_are_as_long_at_once_as_one_by_one():
    by_topic, later = (
        made.shipped_book().by_topic,
        {"faa_launch_reentry": "mtcr", "tsa": "ear_9x515", "mtcr": "ear_9x515"},
    )
    rules = tuple(
        replace(rule, after=(*rule.after, Link(later[topic], "Said so."))) if topic in later else rule
        for topic, rule in by_topic.items()
    )
    by_columns_and_one_by_one(99, Rulebook(rules, make.topics()), size=8)


values = some.sampled_from(["", "iss", "other"]) | some.none()
numbers = some.floats(0, 100) | some.none()


@settings(max_examples=60, deadline=None)
@given(some.lists(values, min_size=1, max_size=9), some.sampled_from([Op.ONE_OF, Op.NONE_OF]), some.data())
def test_a_condition_on_words_holds_in_a_column_where_it_holds_alone(column, op, data):
    from app.regulatory.rules.columns import _holds

    wanted = frozenset(data.draw(some.sets(some.sampled_from(["", "iss", "other"]), min_size=1)))
    condition = Condition("opportunity.platform", op, wanted)
    assert list(_holds(condition, column)) == [condition.holds(value) for value in column]


@settings(max_examples=60, deadline=None)
@given(some.lists(numbers, min_size=1, max_size=9), some.sampled_from([Op.AT_LEAST, Op.BELOW]), some.floats(0, 100))
def test_a_condition_on_numbers_holds_in_a_column_where_it_holds_alone(column, op, limit):
    from app.regulatory.rules.columns import _holds

    condition = Condition("deal.stake_percent", op, limit)
    assert list(_holds(condition, column)) == [condition.holds(value) for value in column]
