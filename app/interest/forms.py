"""The shape of what people send about interest; what it means is judged by services."""

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.accounts.states import KIND_LABELS, OrganizationKind
from app.core.money import BAND_LABELS, BAND_SCALE, AmountBand, band_words
from app.directory.queries import EntryView
from app.directory.rules import worded
from app.directory.states import StageGroup
from app.interest.rules import DEFAULT_WEIGHTS, REASON_LABELS, STATE_LABELS, VISIBILITY_LABELS, HardFilter
from app.interest.states import CountryRule, InterestState, Visibility
from app.registration.rules.in_words import LANGUAGES
from app.regulatory.states import PARTICIPATION_LABELS, Participation

REASONS = {"": "Choose a reason", **worded(REASON_LABELS)}
NOTE = [Optional(), Length(max=1000, message="Use at most 1,000 characters for the note.")]
CURRENCIES = {currency: currency for currency in BAND_SCALE}
ROUND = {
    band.value: words.replace("$", "") if band is not AmountBand.UNDISCLOSED else words
    for band, words in BAND_LABELS.items()
}
SCALED = "In yen and rupees each bound is a hundred times as much, in won a thousand times."
LATER = "State interest: a company that claims this entry sees it"
RATINGS = {"": "Not rated", "5": "5, best", "4": "4", "3": "3", "2": "2", "1": "1"}


class InterestForm(FlaskForm):
    """Which organization is interested in what kind of participation, how much, and what the company learns."""

    organization = SelectField("Your organization")
    kind = SelectField("Kind of participation")
    band = SelectField("Amount", choices=ROUND)
    currency = SelectField("Currency", choices=CURRENCIES, default="USD")
    intent = RadioField(
        "What should happen",
        choices={"state": "State interest: the company gets a mail",
                 "watch": "Only watch: the company sees a number, never you"},
        default="state", validators=[InputRequired("Choose whether to state interest or only to watch.")],
    )  # fmt: skip
    visibility = RadioField(
        "What the company learns about you",
        choices=worded(VISIBILITY_LABELS),
        default=Visibility.SUMMARY_ONLY.value,
        validators=[InputRequired("Choose what the company learns about you.")],
    )
    note = TextAreaField("Note to the company", validators=NOTE)

    def offer(self, entry: EntryView, organizations: dict[str, str]) -> None:
        """Set the organizations and, the fitting ones first, the kinds to choose from."""
        named = entry.row.participations
        others = [] if not entry.row.openings_inferred else [kind for kind in Participation if kind not in named]
        self.kind.choices = {kind.value: PARTICIPATION_LABELS[kind] for kind in (*named, *others)}
        self.organization.choices = organizations
        if entry.row.organization_id is None:
            self.intent.choices = [("state", LATER), *list(self.intent.choices.items())[1:]]


class EditForm(FlaskForm):
    """What a partner says about the amount, and its note. `stamp` says which state of the interest was looked at."""

    band = SelectField("Amount", choices=ROUND)
    currency = SelectField("Currency", choices=CURRENCIES)
    amount = StringField("Exact amount, not binding", validators=[Optional(), Length(max=30)])
    note = TextAreaField("Note to the company", validators=NOTE)
    stamp = HiddenField()


class HandOverForm(FlaskForm):
    """Who of the same organization looks after an interest from now on."""

    colleague = SelectField("Colleague")
    stamp = HiddenField()


class NamesForm(FlaskForm):
    """The answer to a company that asks who is interested."""

    visibility = RadioField(
        "Your answer",
        choices={
            Visibility.NAMES.value: "Show my organization's name and mine",
            Visibility.NAMES_AND_CONTACTS.value: "Show the names, and my e-mail address",
            Visibility.SUMMARY_ONLY.value: "Keep them back for now, politely",
        },
        validators=[InputRequired("Choose what to answer.")],
    )
    note = TextAreaField("A word to the company", validators=NOTE)
    stamp = HiddenField()


class MoveForm(FlaskForm):
    """A step: which one is in the button; a note for the other side."""

    reason = TextAreaField("Note for the other side", validators=NOTE)
    stamp = HiddenField()


class PassForm(FlaskForm):
    """Why somebody steps away."""

    pass_reason = SelectField("Why", choices=REASONS)
    reason = TextAreaField("Note for the other side", validators=NOTE)
    stamp = HiddenField()


class VisibilityForm(FlaskForm):
    """What the company learns from now on."""

    visibility = RadioField(
        "What the company learns about you",
        choices=worded(VISIBILITY_LABELS),
        validators=[InputRequired("Choose what the company learns about you.")],
    )
    stamp = HiddenField()


class WorkForm(FlaskForm):
    """What a company plans with a lead and thinks of it; for itself alone."""

    next_step = StringField("Next step", validators=[Optional(), Length(max=300)])
    next_on = DateField("Due on", validators=[Optional()])
    owner = SelectField("Owner", validators=[Optional()])
    rating = SelectField("Rating", choices=RATINGS, validators=[Optional()])
    notes = TextAreaField("Notes", validators=[Optional(), Length(max=4000)])
    revision = IntegerField("Revision", validators=[InputRequired("Reload the page."), NumberRange(0, 10**9)])


class FilterForm(FlaskForm):
    """Which requests for an entry its company wants to get at all."""

    kinds = SelectMultipleField("Kinds of participation you talk about", choices=worded(PARTICIPATION_LABELS))
    refuses_undisclosed = BooleanField("Turn away whoever does not disclose an amount")
    partner_kinds = SelectMultipleField(
        "Kinds of organization you talk to",
        choices={k.value: words for k, words in KIND_LABELS.items() if k is not OrganizationKind.US_COMPANY},
    )
    country_rule = RadioField(
        "Countries",
        choices={
            CountryRule.ANY.value: "Any country",
            CountryRule.ONLY.value: "Only the countries below",
            CountryRule.EXCEPT.value: "Any country except those below",
        },
        default=CountryRule.ANY.value, validators=[InputRequired("Choose which countries you talk to.")],
    )  # fmt: skip
    countries = TextAreaField("Names of countries, one a line or with commas", validators=[Length(max=3000)])
    stages = SelectMultipleField(
        "Stages the partner takes on", choices={stage.value: stage.value.replace("_", " ").capitalize()
                                                for stage in StageGroup if stage is not StageGroup.OTHER},
    )  # fmt: skip
    languages = SelectMultipleField("Languages you can talk in", choices=LANGUAGES)
    revision = IntegerField("Revision", validators=[InputRequired("Reload the page."), NumberRange(0, 10**9)])

    def least_fields(self) -> list[SelectField]:
        """Return the field of each currency for the least band."""
        return [self[f"least_{currency}"] for currency in BAND_SCALE]

    def wanted(self, countries: frozenset[str]) -> HardFilter:
        """Return the filter that was filled in, with the countries as they were understood."""
        least = {currency: self[f"least_{currency}"].data for currency in BAND_SCALE}
        return HardFilter(
            kinds=frozenset(Participation(kind) for kind in self.kinds.data),
            least={currency: AmountBand(band) for currency, band in least.items() if band},
            refuses_undisclosed=self.refuses_undisclosed.data,
            partner_kinds=frozenset(OrganizationKind(kind) for kind in self.partner_kinds.data),
            country_rule=CountryRule(self.country_rule.data), countries=countries,
            stages=frozenset(self.stages.data), languages=frozenset(self.languages.data),
        )  # fmt: skip


for _currency in BAND_SCALE:
    _bands = {b.value: band_words(b, _currency) for b in AmountBand if b not in (AmountBand.UNDISCLOSED,)}
    _least = SelectField(f"Least amount in {_currency}", choices={"": "Any amount", **_bands}, default="")
    setattr(FilterForm, f"least_{_currency}", _least)


class WeightsForm(FlaskForm):
    """How many percent of an interest at each stage count in the weighted totals."""

    def weights(self) -> dict[InterestState, int]:
        """Return the percentages that were filled in."""
        return {state: self[state.value].data for state in DEFAULT_WEIGHTS}

    def show(self, weights: Mapping[InterestState, int]) -> None:
        """Fill in what holds now."""
        for state in DEFAULT_WEIGHTS:
            self[state.value].data = weights[state]


for _state in DEFAULT_WEIGHTS:
    _percent = IntegerField(
        STATE_LABELS[_state],
        validators=[InputRequired("Enter a number from 0 to 100."), NumberRange(0, 100, "Enter 0 to 100.")],
    )
    setattr(WeightsForm, _state.value, _percent)
