"""Questionnaires: drafts that two people edit, versions that never change, answers that know their version."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.errors import InvalidInput, NotFound, Refused
from app.questionnaires import queries, services
from app.questionnaires.models import QuestionnaireVersion
from app.questionnaires.rules.editing import remove
from app.questionnaires.rules.shipped import APPLICATION, TRAVEL
from app.questionnaires.states import QuestionType
from app.registration.services import configure_summit
from tests.factories import accounts
from tests.factories import questionnaires as make
from tests.factories import registration as registrations


@pytest.fixture
def summit(session):
    return registrations.summit(session)


@pytest.fixture
def organizer(session):
    return accounts.user(session).id


def test_a_new_summit_comes_with_the_shipped_questionnaires_in_force(session, summit):
    rows = {row.key: (row.version, row.has_draft) for row in queries.questionnaires(session, summit.id)}
    assert rows == {APPLICATION: (1, False), TRAVEL: (1, False)}
    configure_summit(session, registrations.settings(tables=9), key="leo-2027", actor_id=None, now=clock.now())
    assert len(queries.questionnaires(session, summit.id)) == 2
    travel = queries.current(session, TRAVEL)
    assert travel is not None
    assert travel.definition.question("visa") is not None


def test_a_draft_asks_nothing_until_it_is_published(session, summit):
    draft = make.draft(session, summit.id)
    before = queries.current(session, APPLICATION, summit.id)
    services.change_draft(
        session, draft.questionnaire_id, lambda d: remove(d, "objectives"), what="removed", seen_edits=0,
        actor_id=accounts.user(session).id, now=clock.now(),
    )  # fmt: skip
    assert queries.current(session, APPLICATION, summit.id) == before


@pytest.mark.check("L4")
def test_the_second_of_two_editors_is_told_and_overwrites_nothing(session, summit, organizer):
    draft = make.draft(session, summit.id)
    for key in ("objectives", "earlier"):
        edit = {"what": "removed", "seen_edits": 0, "actor_id": organizer, "now": clock.now()}
        if key == "objectives":
            services.change_draft(session, draft.questionnaire_id, lambda d: remove(d, "objectives"), **edit)
        else:
            with pytest.raises(services.EditedMeanwhile, match="Somebody else changed this draft"):
                services.change_draft(session, draft.questionnaire_id, lambda d: remove(d, "earlier"), **edit)
    now = queries.draft(session, draft.questionnaire_id)
    assert now is not None
    assert (now.definition.question("objectives"), now.edits) == (None, 1)
    assert now.definition.question("earlier") is not None


def test_what_is_at_fault_or_unchanged_is_not_published(session, summit, organizer):
    draft = make.draft(session, summit.id)
    publish = {"actor_id": organizer, "now": clock.now(), "participant_types": make.TYPES | {"company": ""},
               "countries": make.COUNTRIES}  # fmt: skip
    with pytest.raises(Refused, match="the same as the version in force"):
        services.publish(session, draft.questionnaire_id, seen_edits=0, **publish)
    services.change_draft(
        session, draft.questionnaire_id, lambda d: remove(d, "earlier"), what="x", seen_edits=0, actor_id=organizer,
        now=clock.now(),
    )  # fmt: skip
    with pytest.raises(Refused, match="depends on a question that was removed"):
        services.publish(session, draft.questionnaire_id, seen_edits=1, **publish)
    with pytest.raises(services.EditedMeanwhile):
        services.publish(session, draft.questionnaire_id, seen_edits=0, **publish)


def test_a_published_version_stays_as_it_was_and_answers_keep_the_one_they_answered(session, summit, organizer):
    asked = make.published(session, summit.id, make.definition(make.question("colour")))
    subject = registrations.registration(session, summit=summit).id
    save = {"actor_id": organizer, "now": clock.now()}
    services.save_answers(session, asked, "registration", subject, {"colour": "blue", "stranger": "x"}, **save)
    newer = make.published(session, summit.id, make.definition(make.question("size")))
    reply = queries.reply(session, APPLICATION, "registration", subject)
    assert reply is not None
    assert (reply.answers, reply.version.number, newer.number) == ({"colour": "blue"}, 2, 3)
    numbers = select(QuestionnaireVersion.number).where(QuestionnaireVersion.questionnaire_id == asked.questionnaire_id)
    assert sorted(session.scalars(numbers)) == [1, 2, 3]


def test_staff_and_applicants_write_only_their_own_questions(session, summit, organizer):
    content = make.definition(make.question("open"), make.question("closed", is_manager_only=True))
    asked = make.published(session, summit.id, content)
    subject = registrations.registration(session, summit=summit).id
    both, common = {"open": "1", "closed": "1"}, {"actor_id": organizer, "now": clock.now()}
    services.save_answers(session, asked, "registration", subject, both, **common)
    services.save_answers(
        session, asked, "registration", subject, {"open": "2", "closed": "2"}, is_staff=True, **common
    )
    reply = queries.reply(session, APPLICATION, "registration", subject)
    assert reply is not None
    assert reply.answers == {"open": "1", "closed": "2"}


@pytest.mark.check("L4")
def test_answers_saved_meanwhile_are_not_overwritten(session, summit, organizer):
    asked = make.published(session, summit.id, make.definition(make.question("open")))
    subject = registrations.registration(session, summit=summit).id
    save = {"actor_id": organizer, "now": clock.now(), "seen_edits": 0}
    services.save_answers(session, asked, "registration", subject, {"open": "1"}, **save)
    with pytest.raises(services.AnsweredMeanwhile):
        services.save_answers(session, asked, "registration", subject, {"open": "2"}, **save)


def test_personal_answers_can_be_taken_away_alone(session, summit, organizer):
    content = make.definition(make.question("allergy", is_personal=True), make.question("budget", QuestionType.NUMBER))
    asked = make.published(session, summit.id, content)
    subject = registrations.registration(session, summit=summit).id
    answers = {"allergy": "Nuts", "budget": 5}
    services.save_answers(session, asked, "registration", subject, answers, actor_id=organizer, now=clock.now())
    later = clock.now() + timedelta(days=366)
    assert services.erase_old_personal(session, now=clock.now(), dry_run=False) == 0
    assert services.erase_old_personal(session, now=later, dry_run=True) == 1
    assert services.erase_old_personal(session, now=later, dry_run=False) == 1
    assert services.erase_personal(session, "registration", subject, actor_id=None, now=later) == 0
    reply = queries.reply(session, APPLICATION, "registration", subject)
    assert reply is not None
    assert reply.answers == {"budget": 5}


def test_a_key_names_one_questionnaire_of_a_summit(session, summit, organizer):
    new = {"title": "Press", "actor_id": organizer, "now": clock.now()}
    made = services.create_questionnaire(session, summit.id, key="press", **new)
    with pytest.raises(Refused, match="this key already"):
        services.create_questionnaire(session, summit.id, key="press", **new)
    with pytest.raises(InvalidInput, match="small letters"):
        services.create_questionnaire(session, summit.id, key="Press!", **new)
    services.discard_draft(session, made, seen_edits=0, actor_id=organizer)
    with pytest.raises(NotFound, match="no draft"):
        services.discard_draft(session, made, seen_edits=0, actor_id=organizer)
