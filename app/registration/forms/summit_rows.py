"""Rows of the lists in a summit's settings; a row that is left empty counts for nothing."""

from wtforms import DateField, DecimalField, Form, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import Length, NumberRange, Optional

MOST_CENTS = NumberRange(0, 1_000_000)


class PriceForm(Form):
    """A price and the day from which it holds."""

    since = DateField("From", validators=[Optional()])
    amount = DecimalField("Price", places=2, validators=[Optional(), MOST_CENTS])
    currency = StringField("Currency", validators=[Length(max=3)])


class BreakForm(Form):
    """A break of the day."""

    starts = TimeField("From", validators=[Optional()])
    ends = TimeField("To", validators=[Optional()])
    label = StringField("What", validators=[Length(max=60)])


class PoolForm(Form):
    """How many places there are for whom: the cap refuses, the target wants a reason."""

    pool = SelectField("For", validate_choice=False)
    capacity = IntegerField("Cap", validators=[Optional(), NumberRange(0, 1_000_000)])
    target = IntegerField("Target", validators=[Optional(), NumberRange(0, 1_000_000)])


class RefundForm(Form):
    """What is kept from who withdraws until a day."""

    until = DateField("Until", validators=[Optional()])
    fee = DecimalField("Fee kept", places=2, validators=[Optional(), MOST_CENTS])
    kept_percent = IntegerField("Percent kept", validators=[Optional(), NumberRange(0, 100)])
    currency = StringField("Currency", validators=[Length(max=3)])


class AccountForm(Form):
    """An account that transfers go to."""

    currency = StringField("Currency", validators=[Length(max=3)])
    holder = StringField("Holder", validators=[Length(max=120)])
    bank = StringField("Bank", validators=[Length(max=120)])
    iban = StringField("IBAN", validators=[Length(max=50)])
    bic = StringField("BIC (SWIFT code)", validators=[Length(max=20)])
    account_number = StringField("Account number (U.S. accounts)", validators=[Length(max=30)])
    routing_number = StringField("Routing number (U.S. accounts)", validators=[Length(max=20)])
