"""Who may open a room, as one table; how rooms, access and questions move; what people write."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from app.core.errors import InvalidInput, TransitionRefused
from app.dealrooms.models import IS_LIVE
from app.dealrooms.rules import words
from app.dealrooms.rules.access import SENTENCES, Closed, Standing, may_open, may_sign
from app.dealrooms.services.tell import WORDS, Letter
from app.dealrooms.states import (
    GRANT_MOVES,
    LIVE_GRANTS,
    QUESTION_MOVES,
    ROOM_MOVES,
    GrantEvent,
    GrantState,
    PersonStanding,
    QuestionEvent,
    QuestionState,
    RoomEvent,
    RoomState,
    Screening,
    move_grant,
    move_question,
    move_room,
)
from tests.conftest import NOON

OPEN = Standing(
    room=RoomState.OPEN, room_expires_at=None, entry_shown=True, grant=GrantState.GRANTED, grant_expires_at=None,
    for_everybody=True, is_member=True, person=None, suspended=False, email_verified=True, vetted=True,
    screening=Screening.CLEARED, accepted_nda=True,
)  # fmt: skip
LATER, BEFORE = NOON + timedelta(days=1), NOON - timedelta(seconds=1)


@pytest.mark.check("L2")
@pytest.mark.check("G5")
@pytest.mark.check("D5")
def test_exactly_one_corner_of_the_whole_table_opens_a_room():
    opened = 0
    axes = (GrantState, [True, False], Screening, [True, False], RoomState, [True, False], [True, False],
            [None, LATER, NOON, BEFORE], [None, *PersonStanding], [True, False])  # fmt: skip
    for grant, nda, screening, vetted, room, scope, suspended, until, person, everybody in product(*axes):
        standing = replace(
            OPEN, grant=grant, accepted_nda=nda, screening=screening, vetted=vetted, room=room, suspended=suspended,
            grant_expires_at=until, person=person, for_everybody=everybody,
        )  # fmt: skip
        may = may_open(standing, now=NOON, in_scope=scope) is None
        named = person is not PersonStanding.SHUT_OUT and (everybody or person is PersonStanding.NAMED)
        assert may is (
            grant is GrantState.GRANTED and nda and screening is Screening.CLEARED and vetted
            and room is RoomState.OPEN and scope and not suspended and until in (None, LATER) and named
        ), standing  # fmt: skip
        opened += may
    assert opened == 6, "no last day or one to come, three ways to be among the people"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_member": False}, Closed.STRANGER), ({"suspended": True}, Closed.SUSPENDED),
        ({"entry_shown": False}, Closed.ENTRY_HIDDEN), ({"room": RoomState.CLOSED}, Closed.ROOM_CLOSED),
        ({"room_expires_at": NOON}, Closed.ROOM_CLOSED), ({"grant_expires_at": NOON}, Closed.ENDED),
        ({"grant": GrantState.REVOKED}, Closed.ENDED), ({"grant": GrantState.APPROVAL_PENDING}, Closed.WAITS),
        ({"person": PersonStanding.SHUT_OUT}, Closed.SHUT_OUT), ({"for_everybody": False}, Closed.SHUT_OUT),
        ({"email_verified": False}, Closed.UNVERIFIED), ({"vetted": False}, Closed.NOT_VETTED),
        ({"screening": Screening.MISSING}, Closed.NOT_SCREENED),
        ({"screening": Screening.OUTDATED}, Closed.NOT_SCREENED),
        ({"accepted_nda": False}, Closed.NDA), ({"grant": GrantState.NDA_PENDING}, Closed.NDA),
    ],
)  # fmt: skip
def test_each_single_reason_shuts_a_room_that_is_open_otherwise(change, why):
    assert may_open(replace(OPEN, **change), now=NOON) is why
    assert SENTENCES[why].endswith(".")


def test_the_agreement_may_be_signed_by_whoever_would_be_inside_after_it():
    waiting = replace(OPEN, accepted_nda=False, grant=GrantState.NDA_PENDING)
    assert may_sign(waiting, now=NOON) is None
    for change in ({"vetted": False}, {"screening": Screening.NOT_CLEARED}, {"email_verified": False},
                   {"person": PersonStanding.SHUT_OUT}, {"grant": GrantState.REQUESTED}):  # fmt: skip
        assert may_sign(replace(waiting, **change), now=NOON) is not None


@pytest.mark.parametrize(
    ("states", "events", "moves", "move"),
    [
        (RoomState, RoomEvent, ROOM_MOVES, move_room), (GrantState, GrantEvent, GRANT_MOVES, move_grant),
        (QuestionState, QuestionEvent, QUESTION_MOVES, move_question),
    ],
)  # fmt: skip
def test_every_pair_of_state_and_event_is_in_the_table_or_refused(states, events, moves, move):
    for state, event in product(states, events):
        if (state, event) in moves:
            assert move(state, event) is moves[state, event]
        else:
            with pytest.raises(TransitionRefused):
                move(state, event)


def test_nothing_is_granted_but_by_accepting_the_agreement():
    into = {event for (_, event), after in GRANT_MOVES.items() if after is GrantState.GRANTED}
    assert into == {GrantEvent.ACCEPT_NDA}
    ended = set(GrantState) - set(LIVE_GRANTS)
    assert not [state for state, _ in GRANT_MOVES if state in ended], "what has ended stays ended"


def test_the_index_of_live_access_names_the_live_states():
    assert all(f"'{state.value}'" in IS_LIVE.text for state in LIVE_GRANTS)
    assert IS_LIVE.text.count("'") == 2 * len(LIVE_GRANTS)


@pytest.mark.parametrize("typed", ["", "  ", "Aiko", "x" * 121])
def test_a_signature_is_a_full_name(typed):
    with pytest.raises(InvalidInput):
        words.typed_name(typed, "Aiko Tanaka")


def test_a_person_of_one_name_signs_with_it():
    assert words.typed_name(" Suharto ", "Suharto") == "Suharto"
    assert words.typed_name("A.  Tanaka", "Aiko Tanaka") == "A. Tanaka"


def test_texts_keep_their_paragraphs_and_lose_what_surrounds_them():
    assert words.tidy_text("\r\n one \r\n\r\n\r\n\r\ntwo\r\n", "a text") == "one\n\ntwo"
    with pytest.raises(InvalidInput):
        words.tidy_text(" \n ", "a text")
    with pytest.raises(InvalidInput):
        words.tidy_text("x" * 11, "a text", most=10)


def test_the_agreement_a_room_begins_with_names_its_duties_and_its_end():
    assert len(words.DEFAULT_NDA.split("\n\n")) == 8
    assert all(part in words.DEFAULT_NDA for part in ("confidential", "ITAR", "three years", "not legal advice"))
    assert words.tidy_text(words.DEFAULT_NDA, "it", most=words.LONGEST_NDA) == words.DEFAULT_NDA


def test_a_warning_comes_a_week_before_unless_that_is_over():
    assert words.warns_at(NOON + timedelta(days=10), now=NOON) == NOON + timedelta(days=3)
    assert words.warns_at(NOON + timedelta(days=6), now=NOON) is None


def test_no_last_day_lies_behind():
    assert words.last_moment(None, now=NOON) is None
    with pytest.raises(InvalidInput):
        words.last_moment(NOON, now=NOON)


def test_every_letter_has_a_subject_and_a_sentence():
    assert set(WORDS) == set(Letter)
    for subject, said in WORDS.values():
        assert "{entry}" in subject
        assert said.rstrip().endswith(".")
