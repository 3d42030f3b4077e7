"""Who may decide a screening case, when a subject may go on, and how names are compared."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from app.core import states
from app.core.errors import Refused, TransitionRefused
from app.core.names.compared import likeness
from app.core.names.written import names_inside, plain, tokens
from app.screening import rules
from app.screening.facts import ListVersion
from app.screening.index import Index
from app.screening.states import TRANSITIONS, CaseEvent, CaseState, NameKind
from tests.factories import screening as make

ANA, BEN = UUID(int=1), UUID(int=2)
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
CURRENT = ListVersion(3, date(2027, 2, 28), "x")

LEADS = {
    (CaseState.OPEN, CaseEvent.ASK): CaseState.NEEDS_INFORMATION,
    (CaseState.OPEN, CaseEvent.CLEAR): CaseState.CLEARED,
    (CaseState.OPEN, CaseEvent.CONFIRM): CaseState.CONFIRMED_MATCH,
    (CaseState.NEEDS_INFORMATION, CaseEvent.ANSWER): CaseState.OPEN,
    (CaseState.CLEARED, CaseEvent.REOPEN): CaseState.OPEN,
    (CaseState.CONFIRMED_MATCH, CaseEvent.REOPEN): CaseState.OPEN,
}


def decide(event, *, state=CaseState.OPEN, actor=ANA, about=frozenset(), proposal=None, screened=True, hits=1):
    return rules.decide(
        state, event, actor_id=actor, about=about, proposal=proposal, is_screened=screened, hit_count=hits
    )


@pytest.mark.parametrize(("state", "event"), list(product(CaseState, CaseEvent)))
def test_every_pair_of_state_and_event_leads_where_the_table_says_or_is_refused(state, event):
    if (state, event) in LEADS:
        assert states.advance(TRANSITIONS, state, event, thing="case") is LEADS[state, event]
    else:
        with pytest.raises(TransitionRefused):
            states.advance(TRANSITIONS, state, event, thing="case")


@pytest.mark.parametrize("event", [CaseEvent.CLEAR, CaseEvent.CONFIRM])
def test_a_possible_hit_takes_two_different_people(event):
    first = decide(event)
    assert (first.state, first.is_recommendation) == (CaseState.OPEN, True)
    second = decide(event, actor=BEN, proposal=rules.Proposal(event, ANA))
    assert (second.state, second.is_recommendation) == (LEADS[CaseState.OPEN, event], False)


@pytest.mark.check("D11")
@pytest.mark.parametrize("event", [CaseEvent.CLEAR, CaseEvent.CONFIRM])
def test_one_person_cannot_recommend_and_confirm(event):
    with pytest.raises(Refused, match="different person"):
        decide(event, proposal=rules.Proposal(event, ANA))


def test_a_second_person_who_disagrees_replaces_the_recommendation():
    verdict = decide(CaseEvent.CONFIRM, actor=BEN, proposal=rules.Proposal(CaseEvent.CLEAR, ANA))
    assert (verdict.state, verdict.is_recommendation) == (CaseState.OPEN, True)


@pytest.mark.check("D11")
@pytest.mark.parametrize("event", list(CaseEvent))
def test_nobody_takes_any_step_in_a_case_about_themselves(event):
    with pytest.raises(rules.OwnCase):
        decide(event, about=frozenset({ANA}))


def test_one_person_clears_a_case_without_hits():
    assert decide(CaseEvent.CLEAR, hits=0) == rules.Verdict(CaseState.CLEARED, is_recommendation=False)


def test_a_match_cannot_be_confirmed_without_a_hit():
    with pytest.raises(Refused, match="no possible hit"):
        decide(CaseEvent.CONFIRM, hits=0)


@pytest.mark.check("L2")
@pytest.mark.parametrize("event", [CaseEvent.CLEAR, CaseEvent.CONFIRM])
def test_nothing_is_decided_before_the_names_were_compared(event):
    with pytest.raises(Refused, match="not been compared"):
        decide(event, screened=False)


def go_on(state=CaseState.CLEARED, *, screened_with=3, current=CURRENT, max_age_days=1):
    rules.must_be_clear(state, screened_with, current, now=NOON, max_age_days=max_age_days)


def test_a_subject_cleared_with_the_newest_list_may_go_on():
    go_on()


@pytest.mark.parametrize("state", [None, CaseState.OPEN, CaseState.NEEDS_INFORMATION, CaseState.CONFIRMED_MATCH])
def test_a_subject_that_is_not_cleared_may_not_go_on(state):
    with pytest.raises(Refused):
        go_on(state)


def test_a_subject_screened_with_an_older_version_waits_for_the_new_comparison():
    with pytest.raises(Refused, match="newer restricted-party list"):
        go_on(screened_with=2)


def test_an_old_list_approves_nobody_and_says_what_to_do():
    with pytest.raises(Refused, match=r"is of 28 February 2027.*must load the current list"):
        rules.must_be_clear(CaseState.CLEARED, 3, CURRENT, now=NOON + timedelta(days=2), max_age_days=1)


def test_without_any_list_nobody_is_approved():
    with pytest.raises(Refused, match="No restricted-party list"):
        go_on(current=None, max_age_days=None)


def test_a_demonstration_may_leave_the_age_of_the_list_out_but_not_the_case():
    old = ListVersion(3, date(2022, 5, 16), "x")
    go_on(current=old, max_age_days=None)
    with pytest.raises(Refused):
        go_on(CaseState.OPEN, current=old, max_age_days=None)


def test_an_old_list_says_on_every_case_that_it_is_for_demonstration():
    notice = rules.list_notice(date(2022, 5, 16), now=NOON, max_age_days=1)
    assert notice == "Restricted-party list as of May 2022: for demonstration, not for real decisions."
    assert (
        rules.list_notice(date(2027, 2, 28), now=NOON, max_age_days=1)
        == "Restricted-party list as of 28 February 2027."
    )


@pytest.mark.parametrize(
    ("country", "year", "agree", "disagree"),
    [
        ("RU", 1953, 2, 0), ("RU", 1990, 1, 1), ("BG", 1954, 1, 1), ("BG", 1990, 0, 2), ("", None, 0, 0),
        ("", 1952, 1, 0), ("RU", None, 1, 0),
    ],
)  # fmt: skip
def test_facts_agree_disagree_or_say_nothing(country, year, agree, disagree):
    party = make.listed("1", "IVANOV, Sergei", kind="individual", countries=("RU",), birth_dates=("1953-01-31",))
    agreeing, disagreeing = rules.compare_facts(make.name(country=country, birth_year=year), party)
    assert (len(agreeing), len(disagreeing)) == (agree, disagree)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S.A. Météor & Cie", "sa meteor and cie"), ("«Роскосмос»", "roskosmos"), ("O'Brien-Smith", "obrien smith"),
        ("ＡＢＣ １２", "abc 12"), ("محمد", "~mhmd"), ("  two   spaces ", "two spaces"),
    ],
)  # fmt: skip
def test_a_name_is_written_in_plain_latin_letters(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zvezda OOO", "Zvezda Limited"), ("Zvezda Limited Liability Company", "Zvezda LLC"),
        ("Zvezda Open Joint Stock Company", "Zvezda OAO"), ("Zvezda Inst. of Tech.", "Zvezda Institute of Technology"),
        ("Abdul Rahman", "Abd-al-Rahman"), ("Abdulrahman", "Abdel Rahman"),
    ],
)  # fmt: skip
def test_two_ways_to_write_the_same_words_become_one(one, other):
    assert tokens(one) == tokens(other)


def test_names_inside_brackets_are_taken_out():
    assert names_inside("Major Muhamad (a.k.a. Mohamed; Muhammad) MAHALLA") == [
        "Major Muhamad   MAHALLA", "Mohamed", "Muhammad",
    ]  # fmt: skip
    assert names_inside("Huawei Device (Dongguan) Co.") == ["Huawei Device (Dongguan) Co.", "Huawei Device   Co."]


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("ivanov", "ivanov", 1, 1), ("mohamed", "muhammad", 0.8, 0.95), ("zhukov", "jukov", 0.8, 0.95),
        ("17", "18", 0, 0), ("17", "17", 1, 1), ("s", "sergei", 0.5, 0.6), ("k", "sergei", 0, 0),
        ("sergei", "sergey", 0.8, 0.95), ("ivanov", "petrov", 0, 0.6), ("~mhmd", "mohammed", 0.9, 0.95),
    ],
)  # fmt: skip
def test_words_are_alike_by_spelling_sound_or_initial_and_numbers_only_when_equal(one, other, least, most):
    assert least <= likeness(one, other)[0] <= most
    assert likeness(one, other)[0] == likeness(other, one)[0]


@pytest.fixture(scope="module")
def index():
    return Index(
        [
            make.listed("1", "IVANOV, Sergei Borisovich", "IVANOV, Sergey", "FOX", kind="individual"),
            make.listed("2", "Polyus Orbital Systems JSC", "OOO Polyus Orbital"),
            make.listed("3", "GOLDEN PEARL", kind="vessel"),
            make.listed("4", "Plant No. 17", "Zavod 17"),
            make.listed("5", "MUHAMMAD, Khalid Abd-al-Rahman", kind="individual"),
            *(make.listed(f"x{n}", f"{first} {second} Trading Company") for n, (first, second) in enumerate(
                product(("Amber", "Birch", "Cedar", "Delta"), ("North", "South", "East", "West"))
            )),
        ]
    )  # fmt: skip


def best(index, text, kind=NameKind.ORGANISATION):
    found = index.search(text, kind)
    return (found[0].key, found[0].score) if found else (None, 0.0)


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("IVANOV, Sergei Borisovich", NameKind.PERSON, "1"), ("sergei borisovich ivanov", NameKind.PERSON, "1"),
        ("Sergey IVANOV", NameKind.PERSON, "1"), ("Polyus Orbital Systems JSC", NameKind.ORGANISATION, "2"),
        ("POLYUS  ORBITAL, SYSTEMS; jsc", NameKind.ORGANISATION, "2"), ("Golden Pearl", NameKind.VESSEL, "3"),
    ],
)  # fmt: skip
def test_an_exact_listed_name_in_any_case_order_or_punctuation_is_on_top(index, text, kind, key):
    found, score = best(index, text, kind)
    assert found == key
    assert score >= 98


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("Sergei Borisovitch Ivanoff", NameKind.PERSON, "1"), ("Сергей Иванов", NameKind.PERSON, "1"),
        ("خالد عبد الرحمن محمد", NameKind.PERSON, "5"), ("Polyus OrbitalSystems", NameKind.ORGANISATION, "2"),
        ("Polyus Orbital Systems Ltd", NameKind.ORGANISATION, "2"),
        ("Polius Orbtial Systems", NameKind.ORGANISATION, "2"),
    ],
)  # fmt: skip
def test_another_script_spelling_spacing_or_legal_form_is_a_possible_hit(index, text, kind, key):
    found, score = best(index, text, kind)
    assert found == key
    assert score >= rules.REVIEW_AT


@pytest.mark.parametrize(
    "text",
    ["Quantum Ventures JSC", "Systems Limited", "Trading Company", "Maria Lopez", "Plant No. 18", "Amber Fox"],
)
def test_a_shared_legal_form_common_word_or_another_number_is_no_hit(index, text):
    assert best(index, text)[1] < rules.REVIEW_AT


def test_people_and_organizations_are_not_compared_with_vessels(index):
    assert best(index, "Golden Pearl", NameKind.ORGANISATION)[0] != "3"
    assert best(index, "Golden Pearl", NameKind.PERSON)[0] != "3"


def test_a_one_word_alias_counts_only_when_it_is_given_exactly(index):
    assert best(index, "Fox", NameKind.PERSON) == ("1", pytest.approx(100))
    assert best(index, "Fux", NameKind.PERSON)[1] == 0


def test_a_match_says_in_words_what_it_rests_on(index):
    match = index.search("Sergej Ivanov", NameKind.PERSON)[0]
    assert match.matched_name == "IVANOV, Sergey"
    assert "ivanov: the same" in match.explanation
    assert any("serge" in line and ("like" in line) for line in match.explanation)
    left = index.search("Ivan Sergei Ivanov", NameKind.PERSON)[0]
    assert any(line.startswith("given but not listed") for line in left.explanation)


def test_what_is_missing_from_the_list_costs_more_than_what_it_has_besides(index):
    fewer = best(index, "Polyus Orbital")[1]
    more = best(index, "Polyus Orbital Systems Nebula Holdings")[1]
    assert fewer > more


@pytest.mark.parametrize("text", ["", "   ", "!!!", "()", "(a.k.a.)", "..."])
def test_a_name_without_letters_finds_nothing(index, text):
    assert index.search(text, NameKind.PERSON) == []


def test_the_same_names_give_the_same_answer_whatever_the_order_of_the_list():
    parties = [make.listed(str(n), f"Polyus {word}") for n, word in enumerate(("Alpha", "Beta", "Gamma"))]
    one, other = Index(parties), Index(list(reversed(parties)))
    assert one.search("Polyus", NameKind.ORGANISATION) == other.search("Polyus", NameKind.ORGANISATION)
