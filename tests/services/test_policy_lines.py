"""Lines about policy steps, read for a whole page at once and kept by the version of what they rest on."""

import pytest

from app.regulatory import queries as regulatory
from app.regulatory.states import Participation
from tests.factories import regulatory as make
from tests.views.test_directory import counted

KEYS = [("ear_9x515", "cfius_tid_mandatory"), ("ear_9a004_iss",), ()]


@pytest.fixture
def loaded(session):
    make.load_shipped(session)
    session.flush()
    return session


def test_each_line_is_what_the_steps_of_its_entry_come_to(loaded):
    from app.regulatory.rules import summary_of

    for kind in (None, Participation.HARDWARE):
        lines = regulatory.policy_summaries(loaded, "jp", KEYS, kind)
        for keys, line in zip(KEYS, lines, strict=True):
            steps = regulatory.policy_steps(loaded, country="JP", topic_keys=keys, participation=kind)
            assert line.summary == summary_of(steps)
            assert (line.country, line.country_name, line.participation) == ("JP", "Japan", kind)


def test_a_table_has_every_kind_and_the_steps_of_the_chosen_one(loaded):
    table = regulatory.policy_table(loaded, country="JP", topic_keys=KEYS[0], participation=Participation.EQUITY)
    assert table is not None
    assert set(table.by_kind) == set(Participation)
    assert table.by_kind[Participation.EQUITY].count == len(table.steps)


def test_a_country_that_is_not_listed_gives_no_line_and_no_table(loaded):
    assert regulatory.policy_summaries(loaded, "ZZ", KEYS) == []
    assert regulatory.policy_summaries(loaded, "", KEYS) == []
    assert regulatory.policy_table(loaded, country="ZZ", topic_keys=[], participation=None) is None


def test_a_page_of_lines_costs_one_query_once_known_and_two_before(app, loaded):
    with counted(app) as cold:
        regulatory.policy_summaries(loaded, "FR", KEYS)
    with counted(app) as warm:
        regulatory.policy_summaries(loaded, "FR", KEYS)
    assert (len(cold) <= 2, len(warm)) == (True, 1)


def test_a_new_version_of_the_reference_data_changes_the_lines(loaded, now):
    from dataclasses import replace

    from app.core import reference

    before = regulatory.policy_summaries(loaded, "JP", KEYS)[0].summary
    shipped = make.shipped("rules")
    rows = {key: dict(row) for key, row in shipped.rows.items()}
    rows["ear_9x515"]["lead"] = rows["ear_9x515"]["lead"] | {"days_max": 900}
    reference.load(loaded, replace(shipped, rows=rows, sha256="1" * 64), now=now)
    after = regulatory.policy_summaries(loaded, "JP", KEYS)[0].summary
    assert before.longest_days != 900
    assert after.longest_days == 900
