"""The designer's pages, by buttons and without a script."""

import re

import pytest

from app.core.access import Role
from app.questionnaires import queries
from app.questionnaires.rules.shipped import APPLICATION
from app.questionnaires.states import QuestionType
from tests.factories import accounts
from tests.factories import questionnaires as make
from tests.factories import registration as registrations


@pytest.fixture
def summit(session):
    registrations.countries(session)
    return registrations.summit(session)


@pytest.fixture
def organizer(session, signed_in):
    return signed_in(accounts.staff(session, Role.ORGANIZER).id)


@pytest.fixture
def draft(session, summit):
    return make.draft(session, summit.id)


def newest(session, draft):
    session.expire_all()
    found = queries.draft(session, draft.questionnaire_id)
    assert found is not None
    return found


def pressed(browser, draft, act, seen, **more):
    path = f"/questionnaires/{draft.questionnaire_id}/edit"
    browser.get(path)
    return browser.post(path, {"act": act, "seen_edits": str(seen)}, **more)


def test_an_organizer_designs_publishes_and_people_are_asked(session, summit, organizer, signed_in):
    assert "Application" in organizer.get("/questionnaires").links()
    (row,) = [r for r in queries.questionnaires(session, summit.id) if r.key == APPLICATION]
    here = f"/questionnaires/{row.id}"
    assert "What do you want to achieve" in organizer.get(here).text
    assert organizer.post(f"{here}/draft").path == f"{here}/edit"
    assert "Your summit" in organizer.get(f"{here}/edit").text
    part = organizer.post(f"{here}/edit", {"act": "add-question:summit", "seen_edits": "0"}).path
    organizer.get(part)
    organizer.post(part, {"label_en": "Which fund?", "type": "one_of", "seen_edits": "1"})
    page = organizer.get(part)
    assert "Option 3" in page.text
    options = {"options-0-label_en": "Alpha", "options-1-label_en": "Beta", "options-0-place": "2",
               "options-1-place": "1"}  # fmt: skip
    organizer.post(part, {"label_en": "Which fund?", "type": "one_of", "seen_edits": "2", **options})
    page = organizer.get(f"{here}/publish")
    assert "Which fund?" in page.text
    assert organizer.post(f"{here}/publish", {"seen_edits": "3"}).path == here
    assert "Version 2 is in force" in organizer.get(here).text
    applicant = signed_in(accounts.user(session).id)
    applicant.post("/apply")
    page = applicant.get("/apply/aims")
    assert "Which fund?" in page.text
    assert page.text.index("Beta") < page.text.index("Alpha")


def test_parts_move_and_go_by_buttons(session, organizer, draft):
    first = [q.key for q in draft.definition.questions()]
    pressed(organizer, draft, f"down:{first[0]}", 0)
    pressed(organizer, draft, f"remove:{first[2]}", 1)
    pressed(organizer, draft, "add-section:", 2)
    now = newest(session, draft).definition
    assert [q.key for q in now.questions()] == [first[1], first[0], *first[3:]]
    assert len(now.sections) == 2


@pytest.mark.check("L4")
def test_the_second_editor_is_told_and_keeps_what_they_typed(session, organizer, draft):
    part = f"/questionnaires/{draft.questionnaire_id}/edit/objectives"
    organizer.get(part)
    organizer.post(part, {"label_en": "First", "type": "long_text", "seen_edits": "0"})
    page = organizer.post(part, {"label_en": "Second", "type": "long_text", "seen_edits": "0"}, status=422)
    assert "Somebody else changed this draft" in page.text
    assert 'value="Second"' in page.html
    organizer.post(part, {"label_en": "Second", "type": "long_text", "seen_edits": "1"})
    asked = newest(session, draft).definition.question("objectives")
    assert asked is not None
    assert asked.label["en"] == "Second"
    assert "was not made" in pressed(organizer, draft, "remove:objectives", 0, status=409).text


def test_a_condition_is_chosen_in_two_steps_and_dropped(session, organizer, draft):
    here = f"/questionnaires/{draft.questionnaire_id}/edit/objectives/conditions"
    page = organizer.get(here)
    assert "Type of participant" in page.text
    assert "interpreter" not in page.text, "only what comes before can be depended on"
    assert "Media" in organizer.get(f"{here}?source=@participant_type").text
    organizer.post(here, {"source": "@participant_type", "operator": "is", "seen_edits": "0"}, status=422)
    condition = {"source": "@participant_type", "operator": "is_not", "listed": ["media"], "seen_edits": "0"}
    organizer.post(here, condition)
    assert "'Type of participant' is not Media" in organizer.get(here).text
    organizer.post(here, {"source": "@country", "operator": "is", "countries-0": "JP", "seen_edits": "1"})
    asked = newest(session, draft).definition.question("objectives")
    assert asked is not None
    assert [c.values for c in asked.conditions] == [("media",), ("JP",)]
    organizer.post(here, {"act": "drop:0", "seen_edits": "2"})
    asked = newest(session, draft).definition.question("objectives")
    assert asked is not None
    assert [c.values for c in asked.conditions] == [("JP",)]


def test_faults_are_named_with_links_and_stop_publication(organizer, draft):
    pressed(organizer, draft, "remove:earlier", 0)
    here = f"/questionnaires/{draft.questionnaire_id}"
    page = organizer.get(f"{here}/publish")
    assert "depends on a question that was removed" in page.text
    assert "Publish version" not in page.text
    assert "cannot be published yet" in organizer.post(f"{here}/publish", {"seen_edits": "1"}, status=409).text


def test_a_language_is_added_and_labels_fall_back_to_english(organizer, draft):
    here = f"/questionnaires/{draft.questionnaire_id}"
    organizer.get(f"{here}/whole")
    organizer.post(f"{here}/whole", {"title": "Application", "language": "ja", "declaration_en": "Yes.",
                                     "seen_edits": "0"})  # fmt: skip
    organizer.get(f"{here}/edit/objectives")
    both = {"label_en": "Aim?", "label_ja": "目的は?", "type": "long_text", "seen_edits": "1"}
    organizer.post(f"{here}/edit/objectives", both)
    page = organizer.get(f"{here}/preview?language=ja")
    assert "目的は?" in page.text
    assert "Do you need an interpreter" in page.text


@pytest.mark.parametrize(("as_what", "is_shown"), [("partner", True), ("media", False)])
def test_a_preview_shows_what_each_type_is_asked(organizer, draft, as_what, is_shown):
    page = organizer.get(f"/questionnaires/{draft.questionnaire_id}/preview?type={as_what}&country=JP")
    assert ("interpreter in meetings" in page.text) is is_shown
    assert "Note of the desk" not in page.text
    staff = organizer.get(f"/questionnaires/{draft.questionnaire_id}/preview?type={as_what}&who=staff")
    assert "Note of the desk" in staff.text


def test_a_preview_keeps_nothing_and_shows_what_an_answer_brings(organizer, draft):
    here = f"/questionnaires/{draft.questionnaire_id}/preview?type=partner"
    page = organizer.get(here)
    assert re.search(r'data-question="interpreter_languages"[^>]* hidden', page.html)
    page = organizer.post(here, {"q_interpreter": "yes"}, status=422)
    assert not re.search(r'data-question="interpreter_languages"[^>]* hidden', page.html)
    assert "Answer the question 'Between which languages?'" in page.text


def test_a_draft_is_discarded_and_begun_anew(session, organizer, draft):
    here = f"/questionnaires/{draft.questionnaire_id}"
    pressed(organizer, draft, "remove:objectives", 0)
    organizer.post(f"{here}/discard", {"seen_edits": "1"})
    organizer.get(f"{here}/edit", status=404)
    organizer.post(f"{here}/draft")
    assert newest(session, draft).definition.question("objectives") is not None


def test_a_questionnaire_of_ones_own_is_begun(session, summit, organizer):
    organizer.get("/questionnaires")
    organizer.post("/questionnaires", {"title": "Press", "key": "No spaces"}, status=422)
    assert organizer.post("/questionnaires", {"title": "Press", "key": "press"}).path.endswith("/edit")


@pytest.mark.parametrize("kind", list(QuestionType))
def test_every_kind_of_question_can_be_designed_and_previewed(session, summit, organizer, kind):
    asked = make.published(session, summit.id, make.definition(make.question("q1", kind, least=1, most=5)))
    page = organizer.get(f"/questionnaires/{asked.questionnaire_id}/preview")
    assert "Question q1" in page.text
    organizer.post(f"/questionnaires/{asked.questionnaire_id}/draft")
    assert "Question q1" in organizer.get(f"/questionnaires/{asked.questionnaire_id}/edit/q1").html


def test_only_organizers_design(session, summit, signed_in):
    for role in (Role.REVIEWER, Role.FINANCE):
        signed_in(accounts.staff(session, role).id).get("/questionnaires", status=403)
