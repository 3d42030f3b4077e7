"""What forms say of bad input where a field has no words of its own: what to enter, never only that it is wrong."""

from flask import Flask
from wtforms.meta import DefaultMeta

WORDS = {
    "This field is required.": "Fill this in.",
    "Not a valid choice.": "Choose one from the list.",
    "Invalid Choice: could not coerce.": "Choose one from the list.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Choose from the list.",
    "'%(value)s' is not a valid choice for this field.": "Choose from the list.",
    "'%(value)s' are not valid choices for this field.": "Choose from the list.",
    "Not a valid integer value.": "Enter a whole number, such as 25.",
    "Not a valid decimal value.": "Enter a number, such as 125.00.",
    "Not a valid float value.": "Enter a number, such as 1.5.",
    "Not a valid date value.": "Enter a date, such as 2027-03-31.",
    "Not a valid time value.": "Enter a time, such as 09:30.",
    "Not a valid datetime value.": "Enter a day and a time, such as 2027-03-31 09:30.",
    "Number must be between %(min)s and %(max)s.": "Enter a number from %(min)s to %(max)s.",
    "Number must be at least %(min)s.": "Enter a number of at least %(min)s.",
    "Number must be at most %(max)s.": "Enter a number of at most %(max)s.",
    "Field cannot be longer than %(max)d character.": "Use at most %(max)d character.",
    "Field cannot be longer than %(max)d characters.": "Use at most %(max)d characters.",
    "Field must be at least %(min)d character long.": "Use at least %(min)d character.",
    "Field must be at least %(min)d characters long.": "Use at least %(min)d characters.",
    "Field must be exactly %(max)d character long.": "Use exactly %(max)d character.",
    "Field must be exactly %(max)d characters long.": "Use exactly %(max)d characters.",
    "Field must be between %(min)d and %(max)d characters long.": "Use %(min)d to %(max)d characters.",
    "Invalid email address.": "Enter an address such as name@example.org.",
    "Invalid URL.": "Enter an address such as https://www.example.org.",
}
UNNAMED = tuple(sorted({words.split("%")[0] for words in WORDS.values()}))
"""How these words begin: none of them names its field."""


class FormWords:
    """Our words for the library's."""

    def gettext(self, string: str) -> str:
        return WORDS.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


def init_app(app: Flask) -> None:
    """Let every form speak our words, rows inside of forms included."""
    spoken = FormWords()
    DefaultMeta.get_translations = lambda _meta, _form: spoken
    app.config["WTF_I18N_ENABLED"] = False  # so that Flask-WTF asks the form's own words
