"""The last page of an application: everything once more, the price, the declaration, and off it goes."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.states import KIND_LABELS
from app.core import clock
from app.core.access import SIGNED_IN, allow, principal
from app.core.db import db, transaction
from app.core.errors import InvalidInput, NotFound
from app.core.money import Money
from app.payments import vouchers
from app.questionnaires.rules import Answered, answers_in_words
from app.registration import services
from app.registration.change_states import PartKey
from app.registration.forms.apply import ReviewForm
from app.registration.queries.application import (
    LETTER,
    Missing,
    declaration_of,
    is_letter_left_to_others,
    needs_letter,
    pages_in_progress,
    whats_missing,
)
from app.registration.queries.substitution import may_apply_late
from app.registration.rules.application import ownership_from, you_from
from app.registration.rules.described import refund_words
from app.registration.rules.in_words import aims_in_words, ownership_in_words, you_in_words
from app.registration.rules.prices import price_on, steps_in
from app.registration.rules.summit import SummitSettings
from app.registration.views.blueprint import bp
from app.registration.views.codes import trying_a_code
from app.registration.views.flow import Flow, Step, flow


@dataclass(frozen=True, slots=True)
class Shown:
    """One part in words, the page where it is changed, and what of it is missing or was typed and not saved."""

    title: str
    href: str
    facts: list[Answered]
    is_typing: bool = False


@bp.route("/apply/review", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def review() -> ResponseReturnValue:
    """Everything in words, what is missing, the price, the declaration."""
    of = flow()
    if not of.is_draft and request.method == "POST":
        flash("Your application was submitted already. Nothing was submitted twice.", "info")
        return redirect(url_for("registration.status"), 303)
    if not of.is_draft:
        return redirect(url_for("registration.change"), 303)
    without_letter = is_letter_left_to_others(db(), of.mine)
    missing = whats_missing(of.summit.settings, of.mine, of.asked, without_letter=without_letter)
    form, prices, after_voucher = ReviewForm(), _prices(of), None
    form.offer(
        [(price.currency, str(price)) for price in prices] if len(prices) > 1 else [],
        declaration=declaration_of(of.asked), by_transfer=bool(of.summit.settings.bank_accounts),
    )  # fmt: skip
    if form.is_submitted() and request.form.get("step") == "voucher":
        after_voucher = _with_voucher(of, form, prices)
    elif form.validate_on_submit():
        paying = form.paying()
        try:
            with trying_a_code() if paying.voucher.strip() else nullcontext(), transaction() as session:
                services.submit(session, of.mine.id, actor_id=principal().user_id, now=clock.now(), paying=paying)
        except vouchers.VoucherRefused as refusal:
            form.voucher.errors = [*form.voucher.errors, refusal.message]
        except InvalidInput as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Your application has been submitted.", "success")
            return redirect(url_for("registration.card"), 303)
    return render_template(
        "registration/apply_review.html", form=form, labels=of.labels, current=len(of.steps) + 1,
        comes_back=_refunds(of.summit.settings, prices), visa_denied_until=of.summit.settings.visa_denied_until,
        refund_request_days=of.summit.settings.refund_request_days,
        before=of.steps[-1].href, parts=parts_in_words(of), missing=_links(of, missing), prices=prices, mine=of.mine,
        after_voucher=after_voucher, is_draft=True, edits=0, step=None, theirs=[], is_news=False, rejected=False,
    ), 422 if form.errors else 200  # fmt: skip


def _refunds(settings: SummitSettings, prices: list[Money]) -> list[tuple[date, str]]:
    """Return what comes back to somebody who withdraws: until which day, and how much of what was paid."""
    rules = [rule for price in prices for rule in settings.refund_rules_in(price.currency)]
    return list(dict.fromkeys((rule.until, refund_words(rule, settings.currency)) for rule in rules))


def _prices(of: Flow) -> list[Money]:
    """Return today's price in every currency; none where nothing is to be paid, or applications are not open."""
    settings, now = of.summit.settings, clock.now()
    if of.mine.participant_type is None or of.mine.participant_type in settings.free_types:
        return []
    if not (of.summit.is_open(now) or may_apply_late(db(), of.summit.id, of.mine.user_id)):
        return []
    day = settings.day_of(now)
    return [Money(price_on(steps_in(settings, currency), day), currency) for currency in settings.currencies]


def _with_voucher(of: Flow, form: ReviewForm, prices: list[Money]) -> Money | None:
    """Tell what would be left to pay with the code, and keep nothing."""
    price = next((p for p in prices if p.currency == form.currency.data), prices[0] if prices else None)
    code = (form.voucher.data or "").strip()
    if price is None or not code:
        form.voucher.errors = [*form.voucher.errors, "Enter the code."]
        return None
    holder = vouchers.Holder(str(of.mine.participant_type), of.mine.country or "", of.mine.organization_id)
    try:
        with trying_a_code():
            return price - vouchers.quote(db(), code, price=price, now=clock.now(), holder=holder)
    except vouchers.VoucherRefused as refusal:
        form.voucher.errors = [*form.voucher.errors, refusal.message]
        return None


def _links(of: Flow, missing: list[Missing]) -> list[tuple[str, str]]:
    return [(one.words, _home(of, one)) for one in missing]


def _home(of: Flow, missing: Missing) -> str:
    """Return the page where something missing is filled in."""
    pages = {PartKey.YOU: "you", PartKey.AIMS: "aims", PartKey.QUESTIONS: "aims"}
    if missing.question and of.asked.version:
        for section in of.asked.version.definition.sections:
            if missing.question in [question.key for question in section.questions]:
                return next((step.href for step in of.steps if section.key in step.sections), of.steps[-1].href)
    return of.step(pages.get(missing.part, "organization")).href


def parts_in_words(of: Flow) -> list[Shown]:
    """Return the application in words, page by page."""
    typing = pages_in_progress(db(), of.mine.id) if of.is_draft else set()
    return [Shown(step.label, step.href, _facts(of, step), step.key in typing) for step in of.steps]


def _facts(of: Flow, step: Step) -> list[Answered]:
    mine, countries = of.mine, dict(of.countries)
    pairs: list[tuple[str, str]] = []
    if step.key == "you" and (said := you_from(mine.answers)):
        pairs = you_in_words(said, countries)
    elif step.key == "organization":
        return _organization(of, countries)
    elif step.key == "aims":
        if not mine.languages:
            return []
        pairs = aims_in_words(mine.seeks, mine.offers, mine.band, mine.languages)
    return [_plain(*pair) for pair in pairs] + _answers(of, step, countries)


def _organization(of: Flow, countries: dict[str, str]) -> list[Answered]:
    mine = of.mine
    found = accounts.organization(db(), mine.organization_id) if mine.organization_id else None
    if found is None:
        return []
    pairs = [("Name", found.name), ("Kind", KIND_LABELS[found.kind]),
             ("Country", countries.get(found.country, found.country))]  # fmt: skip
    if "ownership" in mine.answers:
        pairs += ownership_in_words(ownership_from(mine.answers), countries)
    facts = [_plain(*pair) for pair in pairs]
    letter: dict[str, Any] | None = mine.answers.get(LETTER)
    if letter:
        facts.append(Answered(LETTER, "Nomination letter", letter["name"], file_id=letter["file"]))
    elif needs_letter(of.summit.settings, mine):
        facts.append(Answered(LETTER, "Nomination letter", "Not sent yet", is_missing=True))
    return facts


def _plain(label: str, words: str) -> Answered:
    return Answered(label, label, words)


def _answers(of: Flow, step: Step, countries: dict[str, str]) -> list[Answered]:
    if of.asked.version is None:
        return []
    sections = answers_in_words(of.asked.version.definition, of.asked.answers, of.asked.facts, countries=countries)
    return [answer for section in sections if section.key in step.sections for answer in section.answers]


def require_flow() -> Flow:
    """Return a submitted application that can be changed. Raises NotFound for a draft: it has pages of its own."""
    of = flow()
    if of.is_draft:
        raise NotFound("Your application has not been submitted. Open 'Apply' to go on with it.")
    return of
