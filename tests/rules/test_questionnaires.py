"""What is shown to whom, what is an answer, what must be right before a questionnaire is published."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import InvalidInput, NotFound
from app.questionnaires.rules import (
    Condition,
    Definition,
    Facts,
    Option,
    Question,
    Section,
    UnfitAnswer,
    answers_in_words,
    as_typed,
    definition_from,
    holds,
    kept,
    missing,
    read_answer,
    said,
    to_plain,
    visible,
)
from app.questionnaires.rules.differences import differences
from app.questionnaires.rules.editing import add_question, add_section, move, new_key, remove
from app.questionnaires.rules.faults import faults
from app.questionnaires.rules.shipped import SHIPPED
from app.questionnaires.states import PARTICIPANT_TYPE, TYPE_LABELS, Operator, QuestionType
from tests.factories.questionnaires import COUNTRIES, TYPES, definition, question, when

T = QuestionType
NOBODY = Facts()
VALUES = st.sampled_from(["yes", "no", "a", "b"])
ANSWERS = st.one_of(st.none(), st.booleans(), VALUES, st.lists(VALUES, max_size=2))


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Sections of questions whose conditions point anywhere: back, forward, at themselves, at nothing."""
    keys = [f"q{n}" for n in range(draw(st.integers(1, 8)))]
    sources = st.sampled_from([*keys, PARTICIPANT_TYPE, "gone"])
    conditions = st.builds(
        Condition, sources, st.sampled_from(Operator), st.lists(VALUES, min_size=1, max_size=2).map(tuple)
    )
    some = st.lists(conditions, max_size=2).map(tuple)
    questions = [
        question(key, draw(st.sampled_from([T.YES_NO, T.ONE_OF, T.SEVERAL_OF, T.SHORT_TEXT])), conditions=draw(some),
                 is_manager_only=draw(st.booleans()), is_required=draw(st.booleans()))
        for key in keys
    ]  # fmt: skip
    cut = draw(st.integers(0, len(questions)))
    return Definition((
        Section("s1", {"en": "One"}, conditions=draw(some), questions=tuple(questions[:cut])),
        Section("s2", {"en": "Two"}, conditions=draw(some), questions=tuple(questions[cut:])),
    ))  # fmt: skip


def answered(content: Definition) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({q.key: ANSWERS for q in content.questions()})


WITH_ANSWERS = definitions().flatmap(lambda content: st.tuples(st.just(content), answered(content)))


@settings(max_examples=40)
@given(WITH_ANSWERS)
def test_what_is_shown_meets_its_conditions_and_what_is_hidden_misses_one(drawn):
    content, answers = drawn
    shown = visible(content, answers, Facts("partner", "JP"))
    before: dict[str, object] = {PARTICIPANT_TYPE: "partner", "@country": "JP"}
    for section in content.sections:
        opens = all(holds(c, before.get(c.source)) for c in section.conditions)
        for asked in section.questions:
            own = all(holds(c, before.get(c.source)) for c in asked.conditions)
            assert (asked.key in shown) == (opens and own and not asked.is_manager_only)
            if asked.key in shown:
                before[asked.key] = answers[asked.key]


@settings(max_examples=40)
@given(WITH_ANSWERS)
def test_an_answer_that_is_hidden_decides_nothing(drawn):
    content, answers = drawn
    shown = visible(content, answers, NOBODY)
    only_shown = {key: value for key, value in answers.items() if key in shown}
    assert visible(content, only_shown, NOBODY) == shown
    assert set(kept(content, answers, NOBODY)) <= shown


@settings(max_examples=40)
@given(WITH_ANSWERS)
def test_manager_only_questions_are_never_shown_or_asked_of_applicants(drawn):
    content, answers = drawn
    hidden = {q.key for q in content.questions() if q.is_manager_only}
    assert not hidden & visible(content, answers, NOBODY)
    assert not hidden & {q.key for q in missing(content, answers, NOBODY)}
    words = answers_in_words(content, answers, NOBODY, countries=COUNTRIES)
    assert not hidden & {answer.key for section in words for answer in section.answers}


@settings(max_examples=40)
@given(definitions())
def test_a_definition_without_faults_asks_only_about_what_came_before(content):
    if not faults(content, participant_types=dict.fromkeys(["yes", "no", "a", "b"], ""), countries=COUNTRIES):
        seen: set[str] = {PARTICIPANT_TYPE}
        for section in content.sections:
            assert {c.source for c in section.conditions} <= seen
            for asked in section.questions:
                assert {c.source for c in asked.conditions} <= seen
                seen.add(asked.key)


@settings(max_examples=40)
@given(definitions())
def test_a_definition_is_written_down_and_read_again_unchanged(content):
    assert definition_from(to_plain(content)) == content


@settings(max_examples=40)
@given(definitions(), st.integers(0, 9), st.sampled_from([-1, 1]))
def test_moving_loses_no_question(content, number, by):
    keys = content.keys()
    key = keys[number % len(keys)]
    assert sorted(move(content, key, by).keys()) == sorted(keys)


@pytest.mark.parametrize("operator", list(Operator))
@pytest.mark.parametrize("nothing", [None, "", []])
def test_what_was_not_answered_meets_no_condition(operator, nothing):
    assert not holds(Condition("q1", operator, ("a",)), nothing)


@pytest.mark.parametrize(
    ("operator", "values", "answer", "expected"),
    [
        (Operator.IS, ("yes",), True, True), (Operator.IS, ("yes",), False, False),
        (Operator.IS, ("a", "b"), "b", True), (Operator.IS_NOT, ("a",), "b", True),
        (Operator.IS_NOT, ("a", "b"), "b", False), (Operator.CONTAINS, ("a",), ["a", "b"], True),
        (Operator.CONTAINS, ("moon",), "A MOON base", True), (Operator.CONTAINS, ("mars",), "A moon base", False),
        (Operator.IS, ("12",), 12, True),
    ],
)  # fmt: skip
def test_a_condition_compares_as_its_operator_says(operator, values, answer, expected):
    assert holds(Condition("q1", operator, values), answer) is expected


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        (T.SHORT_TEXT, ["  Kibo "], "Kibo"), (T.NUMBER, ["1,250"], 1250), (T.NUMBER, ["-3"], -3),
        (T.DATE, ["2027-05-04"], "2027-05-04"), (T.YES_NO, ["no"], False), (T.ONE_OF, ["a"], "a"),
        (T.SEVERAL_OF, ["b", "a"], ["a", "b"]), (T.COUNTRY, ["JP"], "JP"), (T.EMAIL, ["a@b.example"], "a@b.example"),
        (T.PHONE, ["+81 (3) 1234-5678"], "+81 (3) 1234-5678"), (T.URL, ["https://b.example/x"], "https://b.example/x"),
        (T.AMOUNT, ["1,250.50", "USD"], {"cents": 125_050, "currency": "USD"}),
        (T.AMOUNT, ["250000", "JPY"], {"cents": 250_000, "currency": "JPY"}),
        (T.LONG_TEXT, [" "], None), (T.SEVERAL_OF, [], None), (T.AMOUNT, ["", "USD"], None),
    ],
)  # fmt: skip
def test_what_was_typed_is_read_and_can_be_typed_again(kind, typed, answer):
    asked = question(kind=kind)
    assert read_answer(asked, typed, COUNTRIES) == answer
    assert read_answer(asked, as_typed(asked, answer), COUNTRIES) == answer


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        (T.NUMBER, ["many"], "whole number"), (T.NUMBER, ["9" * 30], "whole number"), (T.DATE, ["4 May"], "2027-05-04"),
        (T.YES_NO, ["maybe"], "yes or no"), (T.ONE_OF, ["z"], "not on it"), (T.SEVERAL_OF, ["a", "z"], "not on it"),
        (T.COUNTRY, ["XX"], "from the list"), (T.EMAIL, ["a@b"], "name@example.org"), (T.PHONE, ["call"], "telephone"),
        (T.URL, ["javascript:alert(1)"], "full address"), (T.URL, ["http://[x"], "full address"),
        (T.AMOUNT, ["1.005", "USD"], "amount"),
        (T.AMOUNT, ["1,5", "EUR"], "amount"), (T.NUMBER, ["2,5"], "whole number"), (T.AMOUNT, ["NaN", "USD"], "amount"),
        (T.AMOUNT, ["5", "ZZZ"], "currency"), (T.AMOUNT, ["1e400", "USD"], "amount"),
        (T.SHORT_TEXT, ["x" * 300], "at most 200"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_what_to_do(kind, typed, words):
    with pytest.raises(UnfitAnswer, match=words):
        read_answer(question(kind=kind), typed, COUNTRIES)


@given(st.sampled_from(QuestionType), st.lists(st.text(max_size=40), max_size=3))
def test_whatever_is_typed_is_an_answer_or_a_sentence(kind, typed):
    said_instead = "."
    try:
        read_answer(question(kind=kind), typed, COUNTRIES)
    except UnfitAnswer as unfit:
        said_instead = str(unfit)
    assert said_instead.endswith(".")


def test_limits_hold():
    short = question(kind=T.SHORT_TEXT, least=3, most=5)
    count = question(kind=T.NUMBER, least=1, most=9)
    assert read_answer(short, ["abcd"], COUNTRIES) == "abcd"
    for asked, typed in ((short, "ab"), (short, "abcdef"), (count, "0"), (count, "10")):
        with pytest.raises(UnfitAnswer):
            read_answer(asked, [typed], COUNTRIES)


def test_labels_fall_back_to_english():
    words = {"en": "Country", "ja": "国"}
    assert (said(words, "ja"), said(words, "fr"), said({}, "fr")) == ("国", "Country", "")


CIRCLE = definition(question("q1", conditions=when("q2", "x")), question("q2", conditions=when("q1", "x")))
CONTAINED = when("q1", "x", operator=Operator.CONTAINS)
BASE = definition(question("q1", T.YES_NO), question("q2", conditions=when("q1", "yes")))


def wrong(content: Definition) -> str:
    return " ".join(f.message for f in faults(content, participant_types=TYPES, countries=COUNTRIES))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Definition(), "no question yet"),
        (remove(BASE, "q1"), "was removed"),
        (move(BASE, "q1", 1), "comes later"),
        (CIRCLE, "wait for each"),
        (definition(question("q1", T.ONE_OF), question("q2", conditions=when("q1", "c"))), "option .* was removed"),
        (definition(question("q1", T.FILE), question("q2", conditions=when("q1", "c"))), "cannot be compared"),
        (definition(question("q1", is_manager_only=True), question("q2", conditions=when("q1", "c"))), "never see"),
        (definition(question("q1", T.ONE_OF, options=(Option("a", {"en": "A"}),))), "at least two options"),
        (definition(question("q1", conditions=when(PARTICIPANT_TYPE, "king"))), "does not exist"),
        (definition(question("q1", T.NUMBER, least=9, most=1)), "least is more"),
        (definition(question("q1"), question("q2", conditions=when("q1", "x"))), ""),
        (definition(question("q1", T.YES_NO), question("q2", conditions=CONTAINED)), "Use 'is'"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_of_publishing_is_named(content, words):
    assert re.search(words, wrong(content)) if words else wrong(content) == ""


def test_a_cycle_through_a_section_is_found():
    first = Section("s1", {"en": "One"}, conditions=when("q2", "x"), questions=(question("q1"),))
    second = Section("s2", {"en": "Two"}, questions=(question("q2", conditions=when("q1", "x")),))
    assert "wait for each other" in wrong(Definition((first, second)))


@pytest.mark.parametrize("key", list(SHIPPED))
def test_what_we_ship_can_be_published_and_has_few_required_questions(key):
    _title, content = SHIPPED[key]
    types = dict.fromkeys(["partner", "company", "government", "media", "speaker"], "")
    assert faults(content, participant_types=types, countries=COUNTRIES) == []
    assert len(list(content.questions())) <= 15


def test_a_difference_is_said_in_words():
    after = replace(BASE.question("q1"), is_required=True, label={"en": "Changed"})  # type: ignore[type-var]
    changed = definition(after, question("q3", T.DATE))
    told = [(d.part, d.what, d.before, d.after) for d in differences(BASE, changed)]
    assert ("Changed", "Required", "no", "yes") in told
    assert ("Changed", "Words", "Question q1", "Changed") in told
    assert ("Question q3", "Question", "", "added") in told
    assert ("Question q2", "Question", "there", "removed") in told
    assert differences(BASE, BASE) == []
    assert [d.what for d in differences(definition(question("a"), question("b")),
                                        definition(question("b"), question("a")))] == ["Order"]  # fmt: skip


def test_a_question_at_the_edge_moves_into_the_next_section():
    two = add_section(BASE, Section("s2", {"en": "Two"}))
    moved = move(two, "q2", 1)
    assert [[q.key for q in s.questions] for s in moved.sections] == [["q1"], ["q2"]]
    assert move(moved, "q2", -1) == two
    assert move(two, "q1", -1) == two


def test_edits_of_what_is_gone_or_too_much_are_refused():
    with pytest.raises(NotFound):
        remove(BASE, "q9")
    full = definition(*(question(f"q{n}") for n in range(100)))
    with pytest.raises(InvalidInput, match="at most 100"):
        add_question(full, "s1", question("more"))
    assert new_key(BASE, "q", ["q3"]) == "q4"


def test_every_kind_of_question_has_a_name():
    assert set(TYPE_LABELS) == set(QuestionType)
    assert isinstance(question(), Question)
