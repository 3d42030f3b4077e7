"""Pure rules of questionnaires; other rooms use the names listed here."""

from app.questionnaires.rules.answering import (
    Answered,
    AnsweredSection,
    UnfitAnswer,
    answers_in_words,
    as_typed,
    in_words,
    kept,
    missing,
    read_answer,
)
from app.questionnaires.rules.definition import (
    Condition,
    Definition,
    Option,
    Question,
    Section,
    definition_from,
    said,
    to_plain,
)
from app.questionnaires.rules.showing import Facts, holds, visible

__all__ = [
    "Answered",
    "AnsweredSection",
    "Condition",
    "Definition",
    "Facts",
    "Option",
    "Question",
    "Section",
    "UnfitAnswer",
    "answers_in_words",
    "as_typed",
    "definition_from",
    "holds",
    "in_words",
    "kept",
    "missing",
    "read_answer",
    "said",
    "to_plain",
    "visible",
]
