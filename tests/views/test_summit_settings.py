"""The pages of the summit's settings: read, edited with a preview, kept as versions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import Role
from app.registration import queries
from app.registration.forms.summit_filled import filled_from
from app.registration.models import SummitVersion
from app.registration.rules.summit import PoolRule
from app.registration.services import configure_summit
from app.registration.states import PoolKind, RegistrationState
from tests.factories import accounts
from tests.factories import registration as make
from tests.pages import of_kind, words_of


def rows(page):
    """The rows of the page's tables, cell by cell."""
    return [" | ".join(words_of(cell) for cell in row) for row in of_kind(page.tree, "tr")]


@pytest.fixture
def summit(session):
    make.countries(session)
    return make.summit(session)


@pytest.fixture
def organizer(session, signed_in):
    return signed_in(accounts.staff(session, Role.ORGANIZER).id)


def entered(value):
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value)


def edited(summit, **changes):
    """What a browser sends of the form as it was shown, with what somebody changed in it."""
    form = {}
    for name, value in filled_from(summit.settings, summit.version).items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            form |= {f"{name}-{n}-{key}": entered(v) for n, row in enumerate(value) for key, v in row.items()}
        elif isinstance(value, (list, tuple)):
            form[name] = [str(item) for item in value]
        elif value is not False:
            form[name] = entered(value)
    return {**form, **changes}


def test_the_form_as_it_is_shown_changes_nothing(summit, organizer):
    page = organizer.post("/summit/edit", edited(summit), status=200)
    assert "Nothing changes" in page.text


def test_an_organizer_previews_a_change_and_then_saves_it_as_a_version(session, summit, organizer):
    assert "version 1" in organizer.get("/summit").text
    assert 'value="850.00"' in organizer.get("/summit/edit").html
    change = edited(summit, **{"tables": "30", "refund_rules-0-fee": "150.00"})
    preview = organizer.post("/summit/edit", change, status=200)
    assert ">Tables</th><td>20</td><td>30</td>" in preview.html
    refund = (
        "Refund on withdrawal until 10 April 2027 (USD) | what was paid, less $125.00 | what was paid, less $150.00"
    )
    assert refund in rows(preview)
    assert session.scalars(select(SummitVersion.version)).all() == [1]
    organizer.post("/summit/edit", {**change, "step": "save"})
    assert "version 2" in organizer.get("/summit").text


def test_the_preview_says_what_an_applicant_would_get_now_and_then(summit, organizer):
    trial = {"trial_applies": "2027-03-01", "trial_withdraws": "2027-04-01"}
    change = edited(summit, **trial, **{"price_steps-1-amount": "900", "refund_rules-0-fee": "100"})
    page = organizer.post("/summit/edit", change, status=200)
    assert "Price | $925.00 | $900.00 Changed" in rows(page)
    assert "Refund on withdrawal | $800.00 | $800.00" in rows(page)
    assert "Decision promised by | 22 March 2027 | 22 March 2027" in rows(page)
    assert "Market: Japan (60)" in page.text
    late = edited(summit, trial_applies="2027-04-30", tables="30")
    assert "applications are not open" in organizer.post("/summit/edit", late, status=200).text


def test_the_preview_says_what_a_new_cap_or_target_does_to_the_places(session, summit, organizer):
    for state in (RegistrationState.CONFIRMED, RegistrationState.CONFIRMED, RegistrationState.WAITLISTED):
        make.registration(session, state=state, summit=summit, organization=accounts.organization(session))
    target = organizer.post("/summit/edit", edited(summit, **{"pools-1-target": "1"}), status=200)
    assert "Market: Japan | 2 | 1 | 60 | 60, target 1 | Over target 1 more than the target." in rows(target)
    refused = organizer.post("/summit/edit", edited(summit, **{"pools-0-capacity": "1"}), status=200)
    assert "More places are taken than the cap allows" in refused.text
    assert "Save as version" not in refused.text
    opens = organizer.post("/summit/edit", edited(summit, **{"pools-0-capacity": "300"}), status=200)
    assert "Total of the summit | 2 | 1 | 200 | 300 | Places open for those who wait." in rows(opens)


def test_every_rule_can_be_entered_without_a_file(session, summit, organizer):
    change = edited(
        summit, step="save", nomination_types=["government"], decisions_begin="2027-02-01", decision_delay_minutes="30",
        authentication_days="4", invoice_days="21", reminder_days="5, 2", refund_request_days="60",
        visa_denied_until="2027-05-03", visa_denied_fee="125", substitution_until="2027-04-20",
        other_terms="Checks are refunded four weeks after the summit.", tax_label="VAT", tax_percent="7.75",
        seller_name="Summit Office", **{
            "price_steps-3-since": "2027-01-04", "price_steps-3-amount": "800", "price_steps-3-currency": "eur",
            "refund_rules-1-until": "2027-04-10", "refund_rules-1-kept_percent": "50", "refund_rules-1-currency": "EUR",
            "bank_accounts-0-currency": "EUR", "bank_accounts-0-holder": "Summit Office",
            "bank_accounts-0-iban": "DE89 3704 0044 0532 0130 00", "bank_accounts-0-bic": "COBADEFFXXX",
            "pools-1-target": "50",
        },
    )  # fmt: skip
    organizer.post("/summit/edit", change)
    session.expire_all()
    saved = queries.the_summit(session).settings
    assert (saved.currencies, saved.reminder_days, saved.tax.basis_points) == (("USD", "EUR"), (5, 2), 775)
    assert saved.refund_rules_in("EUR")[0].kept_percent == 50
    assert saved.bank_accounts[0].iban == "DE89370400440532013000"
    assert saved.pools[1].target == 50
    assert (saved.visa_denied_fee_cents, saved.substitution_until) == (12_500, date(2027, 4, 20))
    shown = organizer.get("/summit").text
    for words in ("less 50 %", "DE89370400440532013000", "Government or agency", "60, target 50", "€800.00"):
        assert words in shown


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"days": "4 May"}, "Use a date"),
        ({"name": ""}, "Fill this in."),
        ({"tables": "many"}, "Tables: Enter a whole number"),
        ({"visa_denied_fee": "-1"}, "Fee kept when a visa is denied: Enter a number from 0 to 1000000."),
        ({"pools-0-pool": "", "pools-0-capacity": ""}, "Set the total number of places"),
        ({"price_steps-0-since": "2027-02-01"}, "The first price must hold"),
        ({"price_steps-3-since": "2027-01-04", "price_steps-3-amount": "8", "price_steps-3-currency": "EUR"},
         "Say what comes back to people who pay in EUR"),
        ({"reminder_days": "often"}, "Use a whole number"),
        ({"bank_accounts-0-currency": "USD", "bank_accounts-0-holder": "Office", "bank_accounts-0-iban": "DE00 1"},
         "is not an IBAN"),
        ({"bank_accounts-0-currency": "USD", "bank_accounts-0-holder": "Office"}, "Give an IBAN"),
        ({"seen_version": "0", "tables": "30", "step": "save"}, "Somebody else changed"),
    ],
)  # fmt: skip
def test_settings_that_cannot_stand_are_refused_at_the_field_and_nothing_is_lost(summit, organizer, changed, words):
    page = organizer.post("/summit/edit", edited(summit, tagline="Kept", **changed), status=422)
    assert words in page.text
    assert 'value="Kept"' in page.html


def test_two_who_edit_at_once_lose_nothing_and_see_what_each_changed(session, summit, organizer):
    form = edited(summit, venue="Elsewhere Hall", step="save")
    somebody = accounts.staff(session, Role.ORGANIZER)
    theirs = replace(summit.settings, tables=summit.settings.tables + 1)
    configure_summit(session, theirs, key=summit.key, actor_id=somebody.id, now=clock.now())
    session.commit()
    page = organizer.post("/summit/edit", form, status=422)
    assert "Somebody else changed these settings meanwhile: version 2 is in force." in page.text
    assert f"Tables | {theirs.tables} | {summit.settings.tables}" in rows(page)
    organizer.post("/summit/edit", form | {"seen_version": "2", "tables": str(theirs.tables)})
    now = queries.current_summit(session)
    assert (now.version, now.settings.venue, now.settings.tables) == (3, "Elsewhere Hall", theirs.tables)


def test_more_rows_come_without_losing_what_was_entered(summit, organizer):
    page = organizer.post("/summit/edit", edited(summit, tagline="Kept", step="more:pools"), status=200)
    assert 'value="Kept"' in page.html
    assert page.html.count('name="pools-6-capacity"') == 1


def test_versions_say_who_changed_what_and_any_two_can_be_compared(session, summit, organizer):
    by = accounts.staff(session, Role.ORGANIZER)
    by.name = "Marcus Oyelaran"
    for tables in (30, 20):
        changed = replace(summit.settings, tables=tables, offer_days=5)
        configure_summit(session, changed, key=summit.key, actor_id=by.id, now=clock.now())
    session.commit()
    listed = rows(organizer.get("/summit/versions"))
    assert listed[1].endswith("Marcus Oyelaran | Tables")
    assert listed[2].endswith("Marcus Oyelaran | Tables, Days to accept a place from the waitlist")
    compared = organizer.get("/summit/versions?older=3&newer=1")
    assert "From version 1 to version 3" in compared.text
    assert rows(compared)[1] == "Days to accept a place from the waitlist | 3 | 5"
    third = organizer.get("/summit/versions/3")
    assert "In force now" in third.text
    assert "Tables | 30 | 20" in rows(third)
    assert "no version 9" in organizer.get("/summit/versions/9", status=404).text
    organizer.get("/summit/versions?older=9&newer=1", status=404)


def test_an_organizer_sets_up_the_first_summit_on_a_page(session, organizer):
    assert organizer.get("/registrations", status=404).heading == "No summit yet"
    assert organizer.get("/registrations", status=404).links()["Set up the summit"] == "/summit/edit"
    assert organizer.get("/summit/edit").heading == "Set up the summit"
    assert "Venue: Fill this in." in organizer.post("/summit/edit", {"name": "LEO Tokyo"}, status=422).text
    form = {
        "name": "LEO Tokyo", "venue": "Big Sight", "zone": "Asia/Tokyo", "days": "2027-05-04", "day_starts": "09:00",
        "day_ends": "17:00", "slot_minutes": "30", "tables": "8", "registration_opens": "2026-11-01",
        "registration_closes": "2027-04-01", "currency": "JPY", "price_steps-0-since": "2026-11-01",
        "price_steps-0-amount": "75000", "pools-0-pool": "total:", "pools-0-capacity": "100",
        "decision_business_days": "15", "payment_days": "7", "authentication_days": "3", "invoice_days": "28",
        "offer_days": "3", "reminder_days": "3, 1", "seen_version": "0",
    }  # fmt: skip
    assert "¥75,000" in organizer.post("/summit/edit", form, status=200).text
    assert organizer.post("/summit/edit", {**form, "step": "save"}).path == "/summit"
    made = queries.current_summit(session)
    assert made is not None
    assert (made.key, made.version, made.price_steps[0].cents) == ("leo-tokyo-2027", 1, 75_000)


def test_a_pool_that_no_rule_names_any_more_shows_no_limit(session, summit, organizer):
    make.registration(session, summit=summit)
    rules = (PoolRule(PoolKind.TOTAL, "", 200),)
    configure_summit(session, replace(summit.settings, pools=rules), key=summit.key, actor_id=None, now=clock.now())
    session.commit()
    assert "Market: Japan | no limit | none | 1 | " in rows(organizer.get("/summit"))
