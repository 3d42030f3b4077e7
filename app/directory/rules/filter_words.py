"""What a search of the directory asks for, in words: for lists, mails and the heads of pictures."""

from collections.abc import Mapping

from app.directory.rules.filters import BY_NAME, Filters
from app.directory.rules.found_words import value_labels


def filter_words(filters: Filters, countries: Mapping[str, str]) -> list[str]:
    """Return one line for each thing asked, none for everything: 'Category: Station or Free flyer'."""
    said = [f"Holds the words: {filters.search}"] if filters.search else []
    for name, values in filters.chosen().items():
        labels = value_labels(name, values, countries)
        said.append(f"{BY_NAME[name].words}: {' or '.join(labels[value] for value in values)}")
    return said
