"""The questionnaires that every summit starts with; organizers change them as they need."""

from app.questionnaires.rules.definition import Condition, Definition, Option, Question, Section
from app.questionnaires.states import PARTICIPANT_TYPE, Operator, QuestionType

T = QuestionType
APPLICATION, TRAVEL = "application", "travel"


def _en(words: str) -> dict[str, str]:
    return {"en": words}


def _options(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, _en(words)) for value, words in pairs)


def _if_yes(key: str) -> tuple[Condition, ...]:
    return (Condition(key, Operator.IS, ("yes",)),)


DECLARATION = "What I have entered is complete and true, and I agree that it is checked against public lists."
_BUYERS = (Condition(PARTICIPANT_TYPE, Operator.IS, ("partner", "government")),)
_NOT_MEDIA = (Condition(PARTICIPANT_TYPE, Operator.IS, ("partner", "company", "government")),)

_SUMMIT = Section("summit", _en("Your summit"), questions=(
    Question(
        "objectives", T.LONG_TEXT, _en("What do you want to achieve at the summit?"),
        _en("Two or three sentences are enough. The people who decide on your application read this first."),
        most=1_000, is_personal=True,
    ),
    Question(
        "earlier", T.YES_NO, _en("Has your organization invested in, or bought from, a space programme before?"),
        conditions=_BUYERS,
    ),
    Question(
        "earlier_which", T.LONG_TEXT, _en("Which ones, and about when?"), most=1_000,
        conditions=_if_yes("earlier"),
    ),
    Question(
        "interpreter", T.YES_NO, _en("Do you need an interpreter in meetings?"), conditions=_NOT_MEDIA,
    ),
    Question(
        "interpreter_languages", T.SHORT_TEXT, _en("Between which languages?"), _en("For example Japanese and English"),
        is_required=True, most=100, conditions=_if_yes("interpreter"),
    ),
    Question(
        "protocol", T.ONE_OF, _en("Protocol"), _en("Staff fill this in; the person never sees it."),
        options=_options(("none", "None"), ("head", "Head of delegation"), ("minister", "Minister or head of agency")),
        is_manager_only=True,
    ),
    Question("desk_note", T.LONG_TEXT, _en("Note of the desk"), most=2_000, is_manager_only=True),
))  # fmt: skip

_JOURNEY = Section("journey", _en("Your journey"), questions=(
    Question("arrival", T.DATE, _en("Day of arrival"), is_required=True),
    Question("departure", T.DATE, _en("Day of departure"), is_required=True),
    Question("hotel", T.SHORT_TEXT, _en("Hotel, if it is booked already"), most=120, is_personal=True),
    Question("visa", T.YES_NO, _en("Do you need a visa for the United States?"), is_required=True),
    Question(
        "consulate", T.SHORT_TEXT, _en("Where will you apply for it?"), _en("The city of the embassy or consulate"),
        most=100, conditions=_if_yes("visa"),
    ),
))  # fmt: skip
_NEEDS = Section("needs", _en("What you need"), questions=(
    Question(
        "access", T.SEVERAL_OF, _en("Do you need any of these?"),
        options=_options(("step_free", "Step-free way"), ("hearing_loop", "Hearing loop"),
                         ("sign_language", "Sign language interpreter"), ("large_print", "Large print"),
                         ("quiet_room", "Quiet room"), ("assistant", "I bring an assistant")),
        is_personal=True,
    ),
    Question("access_more", T.LONG_TEXT, _en("Anything else that helps you take part"), most=1_000, is_personal=True),
    Question(
        "diet", T.ONE_OF, _en("Food"),
        options=_options(("any", "Anything"), ("vegetarian", "Vegetarian"), ("vegan", "Vegan"), ("halal", "Halal"),
                         ("kosher", "Kosher"), ("other", "Something else")),
        is_personal=True,
    ),
    Question(
        "diet_which", T.SHORT_TEXT, _en("What should we know?"), _en("Allergies, for example"), most=200,
        conditions=(Condition("diet", Operator.IS, ("other",)),), is_personal=True,
    ),
    Question("emergency_name", T.SHORT_TEXT, _en("Whom should we call in an emergency?"), most=120, is_personal=True),
    Question("emergency_phone", T.PHONE, _en("Their telephone number"), is_personal=True),
))  # fmt: skip

SHIPPED: dict[str, tuple[str, Definition]] = {
    APPLICATION: ("Application", Definition((_SUMMIT,), declaration=_en(DECLARATION))),
    TRAVEL: ("Travel", Definition((_JOURNEY, _NEEDS))),
}
"""The title and the content of each, by key."""
