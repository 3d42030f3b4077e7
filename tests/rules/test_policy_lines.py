"""A list of policy steps in one line: what counts, what does not, and that every page says the same numbers."""

import csv
from dataclasses import replace

import pytest

from app.regulatory import rules
from app.regulatory.facts import PolicyStep
from app.regulatory.rules import PolicyLine, summary_of
from app.regulatory.states import Outcome, Participation, Stage
from tests.conftest import NOON, ROOT
from tests.factories import regulatory as make
from tests.factories.policy import shipped_book

# One of each regime: allied, licence-free, excepted, parts-only, limited, D:5, embargoed, suspended, dependency, none.
COUNTRIES = ("JP", "AU", "NZ", "DE", "IN", "MX", "AE", "CN", "RU", "IR", "CY", "BM", "KZ")

STEP = PolicyStep(
    order=1, stage=Stage.EXPORT, title="Licence", topic_key="ear_9x515", agency="BIS", authority="", trigger="",
    outcome=Outcome.NEEDS_AUTHORIZATION, why="", lead_time_words="", lead_days_min=None, lead_days_max=90,
    lead_basis="sourced", bring=(), source=(), as_of="2026", verification="read", hard_stop=False, from_entry=True,
)  # fmt: skip


def shipped_entries() -> list[tuple[str, tuple[str, ...]]]:
    with (ROOT / "app" / "reference" / "destinations.csv").open(encoding="utf-8") as file:
        return [(row["name"], tuple(filter(None, row["reg_topics"].split(";")))) for row in csv.DictReader(file)]


def line(*steps: PolicyStep, country: str = "Japan") -> str:
    return PolicyLine("JP", country, None, summary_of(steps)).words


def test_a_line_says_how_many_how_strict_and_how_long():
    steps = [STEP, replace(STEP, outcome=Outcome.CLEAR), replace(STEP, lead_days_max=None)]
    assert line(*steps) == (
        "For Japan: 3 steps, 1 of them clear; strictest: needs an authorization; "
        "longest known step up to 90 days, 1 without a figure"
    )


def test_a_step_that_is_clear_keeps_nobody_waiting():
    found = summary_of([replace(STEP, outcome=Outcome.CLEAR, lead_days_min=180, lead_days_max=400)])
    assert (found.known, found.unknown, found.longest) == (0, 0, None)
    assert line(replace(STEP, outcome=Outcome.CLEAR)).endswith("strictest: clear; nothing to wait for")


def test_no_sum_of_lead_times_is_made():
    found = summary_of([replace(STEP, lead_days_min=30, lead_days_max=60), replace(STEP, lead_days_max=90)])
    assert (found.shortest_days, found.longest_days) == (0, 90)
    assert found.range_words == "0 to 90 days a step"


def test_the_longest_step_may_have_no_upper_figure():
    found = summary_of([replace(STEP, lead_days_min=180, lead_days_max=None), STEP])
    assert found.longest is not None
    assert found.longest.words == "180 days or more"


def test_a_hard_stop_ends_the_line_with_its_step():
    stop = replace(STEP, title="Embargo", outcome=Outcome.REFUSED, hard_stop=True)
    assert line(STEP, stop, country="Nowhere") == "For Nowhere: the list ends at step 2, Embargo (refused)"


def test_an_empty_list_is_not_called_clear():
    assert line() == "For Japan: no step is listed"
    assert summary_of([]).strictest_words == "Nothing listed"


def test_an_open_question_is_named_beside_what_is_known_to_be_needed():
    asked = replace(STEP, outcome=Outcome.ASK_A_PERSON)
    assert "strictest: needs an authorization, 1 to ask a person about; " in line(STEP, asked)
    assert "strictest: ask a person; " in line(asked)


def test_refused_is_stricter_than_presumed_denied_and_clear_is_the_least_strict():
    ranked = sorted(Outcome, key=rules.strictness)
    assert (ranked[0], ranked[-2:]) == (Outcome.CLEAR, [Outcome.PRESUMED_DENIED, Outcome.REFUSED])


@pytest.mark.parametrize("iso2", COUNTRIES)
def test_every_line_counts_the_very_steps_that_the_entry_shows(iso2):
    country = make.country(iso2)
    for name, keys in shipped_entries():
        for kind in (None, *Participation):
            steps = rules.steps(shipped_book(), country, keys, kind, on=NOON.date())
            found = summary_of(steps)
            asking = [step for step in steps if step.outcome_words != "Clear"]
            figures = [s.lead_days_max if s.lead_days_max is not None else s.lead_days_min for s in asking]
            known = [days for days in figures if days is not None]
            assert found.count == len(steps) == max((step.order for step in steps), default=0), name
            assert found.clear == len(steps) - len(asking), name
            assert (found.known, found.unknown) == (len(known), len(figures) - len(known)), name
            assert found.longest_days == max(known, default=None), name
            assert bool(found.stop) == any(step.hard_stop for step in steps), name
            words = {step.outcome_words for step in steps}
            assert not words or found.strictest_words in words, name
            if found.longest:
                shown = steps[found.longest.order - 1]
                assert (shown.title, shown.topic_key) == (found.longest.title, found.longest.topic_key), name


def test_the_shipped_entries_are_all_there():
    assert len(shipped_entries()) == 38
