"""The form of an entry: the schema as its company writes it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.money import BAND_LABELS, BAND_SCALE
from app.directory import rules
from app.directory.rules import LABELS, OPENING_LABELS, RAISABLE, checks, worded
from app.directory.states import (
    CATEGORY_LABELS,
    EXPORT_CLASS_LABELS,
    ORBIT_LABELS,
    PLATFORM_LABELS,
    SOUGHT_LABELS,
    STAGE_LABELS,
    TIER_LABELS,
    Sought,
)

BLANK_ROWS, MORE_ROWS = 2, 4
ROWS = ("milestones", "partners", "funding_facts", "contacts")
NOT_SAID = "Not stated"


def _line(name: str, longest: int = 200, *, needed: str = "") -> StringField:
    presence = DataRequired(needed) if needed else Optional()
    length = Length(max=longest, message=f"{LABELS[name]}: use at most {longest} characters.")
    return StringField(LABELS[name], validators=[presence, length])


def _text(name: str, longest: int = checks.LONGEST_TEXT) -> TextAreaField:
    length = Length(max=longest, message=f"{LABELS[name]}: use at most {longest:,} characters.")
    return TextAreaField(LABELS[name], validators=[Optional(), length])


def _choice(name: str, labels: Mapping[Any, str], nothing: str = NOT_SAID) -> SelectField:
    return OpenSelect(LABELS[name], choices={"": nothing, **worded(labels)})


class OpenSelect(SelectField):
    """A choice that the rules of the schema judge, with the other values of the field."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **{"default": "", **options}, validate_choice=False, coerce=_said)


def _said(value: Any) -> str:
    return "" if value is None else str(value)


class MilestoneRow(Form):
    """One milestone; its id finds it again in the next version."""

    id = HiddenField()
    name = StringField("Milestone")
    due = StringField("Due")
    done = StringField("Done")


class PartnerRow(Form):
    """One current partner."""

    name = StringField("Partner")
    countries = StringField("Countries")
    role = StringField("Role")


class FactRow(Form):
    """One public funding fact with where it can be read."""

    fact = StringField("Fact")
    source = StringField("Source")
    as_of = StringField("As of")


class ContactRow(Form):
    """One person or desk to write to."""

    name = StringField("Name")
    role = StringField("Role")
    email = StringField("E-mail")


class SoughtRow(Form):
    """Whether one kind is sought, and on which terms."""

    kind = HiddenField()
    wanted = BooleanField("Sought")
    band = OpenSelect("Amount", choices={"": "Say nothing", **worded(BAND_LABELS)})
    currency = OpenSelect("Currency", choices=list(BAND_SCALE), default="USD")
    instrument = StringField("Instrument")
    terms = StringField("Terms in words")


class TierChoices(Form):
    """For each field that may be shown to fewer people: who sees it."""


for _field in RAISABLE:
    _offered = {str(tier.name.lower()): words for tier, words in TIER_LABELS.items() if tier >= _field.tier}
    setattr(TierChoices, _field.name.replace(".", "__"), OpenSelect(_field.label, choices=_offered))


class EntryForm(FlaskForm):
    """Every field a company may write, the revision it saw, and its statement about controlled data."""

    revision = HiddenField(validators=[InputRequired()])
    name = _line("name", needed="Enter the name of the programme.")
    lead_company = _line("lead_company", needed="Enter the name of the lead company.")
    us_state = _line("us_state", 2)
    category = SelectField(LABELS["category"], choices=worded(CATEGORY_LABELS))
    summary = _text("summary", 1200)
    stage = _text("stage", 500)
    stage_group = SelectField(LABELS["stage_group"], choices=worded(STAGE_LABELS))
    orbit = _choice("orbit", ORBIT_LABELS)
    altitude_km = _line("altitude_km", 10)
    inclination_deg = _line("inclination_deg", 10)
    platform = _choice("platform", PLATFORM_LABELS)
    target_first_launch = _text("target_first_launch", 500)
    milestones = FieldList(FormField(MilestoneRow), LABELS["milestones"])
    partners = FieldList(FormField(PartnerRow), LABELS["partners"])
    partner_countries = SelectMultipleField(LABELS["partner_countries"])
    funding_facts = FieldList(FormField(FactRow), LABELS["funding_facts"])
    foreign_participation = _text("foreign_participation")
    openings = SelectMultipleField(LABELS["openings"], choices=worded(OPENING_LABELS), validators=[Optional()])
    sources = _text("sources")
    seeking = FieldList(FormField(SoughtRow), LABELS["seeking"])
    export_class = _choice("export_class", EXPORT_CLASS_LABELS, "Not declared")
    export_words = _text("export_words", 1000)
    export_review = BooleanField("Our export officer must agree before anybody opens our documents")
    contacts = FieldList(FormField(ContactRow), LABELS["contacts"])
    tiers = FormField(TierChoices, LABELS["tiers"])
    attested = BooleanField(
        rules.ATTESTATIONS[rules.ATTESTATION],
        validators=[InputRequired("Tick the statement that this text holds no controlled technical data.")],
    )
    attestation = HiddenField(default=rules.ATTESTATION)

    def show(self, content: Mapping[str, Any]) -> None:
        """Fill the fields with what was last written."""
        for name in checks.EDITABLE:
            if name in (*ROWS, "seeking", "tiers"):
                continue
            value = content[name]
            self[name].data = "" if value is None else value
        self.sources.data = "\n".join(content["sources"])
        for name in ROWS:
            for row in content[name]:
                self[name].append_entry(_typed(row))
        known = {row["kind"]: row for row in content["seeking"]}
        for kind in Sought:
            row = {"currency": "USD", **{part: value for part, value in known.get(kind.value, {}).items() if value}}
            self.seeking.append_entry({**row, "kind": kind.value, "wanted": kind.value in known})
        for field in RAISABLE:
            chosen = content["tiers"].get(field.name, field.tier.name.lower())
            self.tiers[field.name.replace(".", "__")].data = chosen
        self.add_rows(BLANK_ROWS)

    def add_rows(self, count: int, names: Collection[str] = ROWS) -> None:
        """Offer that many empty rows more in each of these lists; other names are left aside."""
        for name in (name for name in ROWS if name in names):
            for _ in range(min(count, checks.MOST_ROWS - len(self[name].entries))):
                self[name].append_entry()

    def written(self) -> dict[str, Any]:
        """Return what was written, by field."""
        fields = {name: self[name].data for name in checks.EDITABLE}
        fields["sources"] = [line for line in (fields["sources"] or "").splitlines() if line.strip()]
        fields["seeking"] = [row for row in fields["seeking"] if row["wanted"]]
        fields["tiers"] = {
            field.name: chosen for field in RAISABLE if (chosen := fields["tiers"].get(field.name.replace(".", "__")))
        }
        return {name: "" if value is None else value for name, value in fields.items()}

    def offer_countries(self, choices: Iterable[tuple[str, str]]) -> None:
        """Set the countries to choose from."""
        self.partner_countries.choices = dict(choices)


def sought_labels() -> list[str]:
    """Return the words of the rows of what is sought, in their order."""
    return [SOUGHT_LABELS[kind] for kind in Sought]


def _typed(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row as it is typed: a list of countries with commas between."""
    return {part: ", ".join(value) if isinstance(value, list) else value for part, value in row.items()}
