"""The closed lists of this room: kinds of questions, how a condition compares, what a version can be."""

from enum import StrEnum


class QuestionType(StrEnum):
    """What kind of answer a question takes."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    COUNTRY = "country"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    FILE = "file"


TYPE_LABELS: dict[QuestionType, str] = {
    QuestionType.SHORT_TEXT: "Short text",
    QuestionType.LONG_TEXT: "Long text",
    QuestionType.NUMBER: "Number",
    QuestionType.AMOUNT: "Amount of money",
    QuestionType.DATE: "Date",
    QuestionType.YES_NO: "Yes or no",
    QuestionType.ONE_OF: "One of a list",
    QuestionType.SEVERAL_OF: "Several of a list",
    QuestionType.COUNTRY: "Country",
    QuestionType.EMAIL: "E-mail address",
    QuestionType.PHONE: "Telephone number",
    QuestionType.URL: "Web address",
    QuestionType.FILE: "File",
}
CHOICES = frozenset({QuestionType.ONE_OF, QuestionType.SEVERAL_OF})
"""Types that take their answer from a list of options."""
TEXTS = frozenset({QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT})


class Operator(StrEnum):
    """How a condition compares an answer with its values."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"


OPERATOR_LABELS: dict[Operator, str] = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.CONTAINS: "contains",
}


class VersionState(StrEnum):
    """A draft is edited by organizers; a published version never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"


LANGUAGES: dict[str, str] = {
    "en": "English", "ar": "Arabic", "zh": "Chinese", "fr": "French", "de": "German", "el": "Greek", "he": "Hebrew",
    "hi": "Hindi", "it": "Italian", "ja": "Japanese", "ko": "Korean", "pl": "Polish", "pt": "Portuguese",
    "es": "Spanish", "th": "Thai", "uk": "Ukrainian",
}  # fmt: skip
ENGLISH = "en"

PARTICIPANT_TYPE, COUNTRY = "@participant_type", "@country"
"""What a condition can look at besides an answer: as what the person comes, and their organization's country."""

CURRENCIES = ("USD", "EUR", "GBP", "JPY", "AED", "AUD", "CAD", "CHF", "INR", "KRW", "SAR", "SEK", "SGD")
"""Currencies an amount can be given in."""
