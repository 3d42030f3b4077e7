"""Answers given on a day can be given again with what was loaded on that day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core import reference
from app.core.errors import NotFound, Refused
from app.regulatory import queries as regulatory
from app.regulatory.facts import DealFacts, OpportunityFacts
from app.regulatory.states import Outcome, Participation
from tests.factories import regulatory as make
from tests.views.test_directory import counted

STATION = OpportunityFacts(topics=frozenset({"ear_9x515", "ear_sta"}))
HARDWARE = DealFacts(kinds=frozenset({Participation.HARDWARE}))


@pytest.fixture
def loaded(session):
    make.load_shipped(session)
    session.flush()
    return session


def answer(session, now, *, loaded_by=None, country="JP", owners=()):
    found = regulatory.assess_pair(
        session, country=country, owners=owners, on=now.date(), loaded_by=loaded_by or now, opportunity=STATION,
        deal=HARDWARE,
    )  # fmt: skip
    return {step.topic_key: step for step in found.assessment.steps}, found.versions


def with_rule(session, now, topic, **changes):
    shipped = make.shipped("rules")
    rows = {key: dict(row) for key, row in shipped.rows.items()}
    rows[topic] |= changes
    reference.load(session, replace(shipped, rows=rows, sha256="2" * 64), now=now)


def test_the_shipped_rules_load_whole_and_load_nothing_a_second_time(loaded, now):
    assert reference.current_version(loaded, "rules").row_count == 44
    again = reference.load(loaded, make.shipped("rules"), now=now)
    assert not again.is_new
    assert reference.is_loaded(loaded, reference.LOADERS["rules"], make.FOLDER) == again.version


def test_a_changed_rule_is_a_new_version_and_the_old_answer_can_be_given_again(loaded, now):
    later = now + timedelta(days=30)
    refused = [{"outcome": "refused", "why": "Closed.", "hard_stop": True}]
    with_rule(loaded, later, "ear_9x515", version=2, case=refused)
    today, versions = answer(loaded, later)
    assert (today["ear_9x515"].outcome, today["ear_9x515"].rule_version) == (Outcome.REFUSED, 2)
    assert versions == {"countries": 1, "topics": 1, "rules": 2}
    then, versions = answer(loaded, later, loaded_by=now)
    assert (then["ear_9x515"].outcome, then["ear_9x515"].rule_version) == (Outcome.NEEDS_AUTHORIZATION, 1)
    assert versions["rules"] == 1


def test_a_fact_of_a_country_changed_later_leaves_the_old_answer_as_it_was(loaded, now):
    shipped = make.shipped("countries")
    rows = {key: dict(row) for key, row in shipped.rows.items()}
    rows["JP"]["ear_d5"] = True
    later = now + timedelta(days=1)
    reference.load(loaded, replace(shipped, rows=rows, sha256="3" * 64), now=later)
    assert "ear_d5_policy" in answer(loaded, later)[0]
    assert "ear_d5_policy" not in answer(loaded, later, loaded_by=now)[0]


def test_pages_follow_a_new_version_of_the_rules(loaded, now):
    lines = regulatory.policy_summaries(loaded, "JP", [["ear_9x515"]])
    with_rule(loaded, now, "ear_9x515", case=[{"outcome": "refused", "why": "Closed.", "hard_stop": True}])
    after = regulatory.policy_summaries(loaded, "JP", [["ear_9x515"]])
    assert (lines[0].summary.stop, bool(after[0].summary.stop)) == ("", True)


def test_owners_are_judged_and_an_unknown_country_or_time_is_refused(loaded, now):
    assert answer(loaded, now, country="au", owners=("cn",))[0]["ear_d5_policy"].hard_stop
    with pytest.raises(NotFound, match="ZZ"):
        answer(loaded, now, owners=("ZZ",))
    with pytest.raises(Refused):
        answer(loaded, now, loaded_by=now - timedelta(days=1))


def test_an_answer_costs_two_queries(app, loaded, now):
    with counted(app) as asked:
        answer(loaded, now, owners=("CN",))
    assert len(asked) == 2


def test_an_installation_that_has_not_loaded_rules_answers_by_the_shipped_ones(session, now):
    make.load_shipped(session, "countries", "topics")
    session.flush()
    steps = regulatory.policy_steps(
        session, country="CN", topic_keys=["ear_9x515"], participation=Participation.HARDWARE
    )  # fmt: skip
    assert steps[-1].hard_stop
    assert answer(session, now, country="CN")[1] == {"countries": 1, "topics": 1}
