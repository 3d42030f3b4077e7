"""The sandbox's hosted pages: the only place where a card number can be typed. Plain HTML, no script."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit

from app.payments.sandbox.cards import CARDS, TestCard, card_of
from app.payments.sandbox.provider import ApiError, Provider
from app.payments.sandbox.store import Thing

STYLE = """
*{box-sizing:border-box}body{margin:0;background:#f3f4f8;color:#1b1b2b;font:1rem/1.5 system-ui,sans-serif}
header{background:#4a148c;color:#fff;padding:.75rem 1.25rem}header p{margin:0}
main{max-width:34rem;margin:1.5rem auto;padding:1.5rem;background:#fff;border:1px solid #c9cbd8;border-radius:.5rem}
h1{margin-top:0;font-size:1.5rem;line-height:1.3}h2{font-size:1.1rem}
label{display:block;font-weight:600;margin-top:1rem}.hint{display:block;font-weight:400;color:#4a4a5e}
input{width:100%;padding:.6rem;font:inherit;border:1px solid #55566b;border-radius:.25rem}
input[aria-invalid=true]{border:2px solid #b00020}.error{display:block;color:#b00020;font-weight:600}
button,.button{margin-top:1.25rem;padding:.7rem 1.2rem;font:inherit;font-weight:600;border-radius:.25rem;cursor:pointer}
button{background:#4a148c;color:#fff;border:2px solid #4a148c}button.quiet{background:#fff;color:#4a148c}
:focus-visible{outline:3px solid #b8720a;outline-offset:2px}a{color:#4a148c}
.summary{border:3px solid #b00020;padding:.75rem 1rem;margin-bottom:1rem}.summary h2{margin:0}
table{border-collapse:collapse;width:100%;font-size:.95rem}th,td{text-align:left;padding:.3rem .4rem;
border-bottom:1px solid #c9cbd8}th{font-weight:600}
@media(max-width:24rem){main{margin:0;padding:1rem}}
"""
FIELDS = (
    ("number", "Card number", "A test card from the table below.", "cc-number", "numeric"),
    ("expires", "Expiry date", "Month and year, for example 12 / 30.", "cc-exp", "numeric"),
    ("code", "Security code", "Any three digits.", "cc-csc", "numeric"),
    ("holder", "Name on the card", "", "cc-name", "text"),
)


@dataclass(frozen=True)
class Shown:
    """What a browser gets: a page, or (with `location`) the way onwards."""

    status: int
    html: str = ""
    location: str | None = None
    form_action: str = "'self'"


@dataclass(frozen=True)
class CardGiven:
    """A filled-in card form; `faults` names what is wrong by field."""

    card: TestCard | None
    expires: tuple[int, int]
    holder: str
    faults: dict[str, str] = field(default_factory=dict)


def read_card(form: Mapping[str, str], now: datetime) -> CardGiven:
    """Judge a card form. Only the provider's test cards exist here."""
    faults: dict[str, str] = {}
    card = card_of(form.get("number", ""))
    if card is None:
        faults["number"] = "Enter the number of a test card from the table."
    expires = _expiry(form.get("expires", ""))
    if expires is None or (expires[1], expires[0]) < (now.year, now.month):
        faults["expires"] = "Enter a month and year that are not in the past, such as 12 / 30."
    if not (form.get("code", "").isdecimal() and len(form.get("code", "")) in (3, 4)):
        faults["code"] = "Enter three or four digits."
    return CardGiven(card, expires or (0, 0), form.get("holder", "").strip(), faults)


def _expiry(text: str) -> tuple[int, int] | None:
    month, _, year = text.replace(" ", "").partition("/")
    if not (month.isdecimal() and year.isdecimal() and 1 <= int(month) <= 12 and len(year) in (2, 4)):
        return None
    return int(month), int(year) if len(year) == 4 else 2000 + int(year)


class Pages:
    """The pages of hosted sessions: card form, authentication, finished."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def show(self, session_id: str, step: str) -> Shown:
        """Return the page of a session."""
        session = self.provider.find("checkout.session", session_id)
        if session["status"] != "open":
            return self._finished(session)
        if step == "authenticate":
            return self._authentication(session)
        return self._card_form(session, {}, {})

    def send(self, session_id: str, step: str, form: Mapping[str, str]) -> Shown:
        """Take what was typed into a session's page."""
        with self.provider.store.lock:
            session = self.provider.find("checkout.session", session_id)
            if session["status"] != "open":
                return self._finished(session)
            if step == "authenticate":
                return self._take_answer(session, agreed=form.get("answer") == "complete")
            return self._take_card(session, form)

    def _take_card(self, session: Thing, form: Mapping[str, str]) -> Shown:
        given = read_card(form, datetime.fromtimestamp(self.provider.clock(), UTC))
        if given.faults or given.card is None:
            return self._card_form(session, form, given.faults)
        try:
            if session["mode"] == "setup":
                self.provider.complete_setup(session, given.card, given.holder, given.expires)
            else:
                intent = self.provider.start_payment(session, given.card, given.holder, given.expires)
                if intent["status"] == "requires_action":
                    return Shown(303, location=f"/c/{session['id']}/authenticate")
        except ApiError as refusal:
            words = refusal.body["error"]["message"] + " Try another card."
            return self._card_form(self.provider.find("checkout.session", session["id"]), form, {"number": words})
        return self._done(session)

    def _take_answer(self, session: Thing, *, agreed: bool) -> Shown:
        try:
            self.provider.authenticate(self.provider.find("payment_intent", session["payment_intent"]), agreed=agreed)
        except ApiError as refusal:
            words = refusal.body["error"]["message"] + " Try again or use another card."
            return self._card_form(session, {}, {"number": words})
        self.provider.finish_paid(session)
        return self._done(session)

    def _done(self, session: Thing) -> Shown:
        return Shown(303, location=session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))

    def _finished(self, session: Thing) -> Shown:
        back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
        told = "Everything is done here." if session["status"] == "complete" else "This page has expired."
        link = f'<p><a href="{escape(back)}">Return to the site you came from</a></p>'
        return Shown(200 if session["status"] == "complete" else 410, page(told, link))

    def _authentication(self, session: Thing) -> Shown:
        body = (
            f"<p>Your bank wants to know that it is you who pays {_amount(session)}. This stands in for the page "
            "of your bank.</p>"
            f'<form method="post" action="/c/{escape(session["id"])}/authenticate">'
            '<button name="answer" value="complete">Complete authentication</button> '
            '<button class="quiet" name="answer" value="fail">Fail authentication</button></form>'
        )
        return Shown(200, page("Confirm with your bank", body), form_action=_targets(session))

    def _card_form(self, session: Thing, form: Mapping[str, str], faults: Mapping[str, str]) -> Shown:
        saving = session["mode"] == "setup"
        heading = "Save a card" if saving else f"Pay {_amount(session)}"
        lead = (
            "<p>Your card is kept for a later charge. Nothing is charged now.</p>"
            if saving
            else f"<p>{escape(_described(self.provider.wish_of(session['id'])))}</p>"
        )
        inputs = "".join(_input(*entry, form=form, faults=faults) for entry in FIELDS)
        cancel = session.get("cancel_url")
        back = f'<p><a href="{escape(cancel)}">Cancel and go back</a></p>' if cancel else ""
        body = (
            f'{_summary(faults)}{lead}<form method="post" action="/c/{escape(session["id"])}" novalidate>{inputs}'
            f"<button>{'Save card' if saving else heading}</button></form>{back}{_card_table()}"
        )
        status = 422 if faults else 200
        return Shown(status, page(heading, body, wrong=bool(faults)), form_action=_targets(session))


def _targets(session: Thing) -> str:
    """Return where this session's forms may lead: here, then back to the site that sent the payer."""
    parts = urlsplit(session["success_url"])
    return f"'self' {parts.scheme}://{parts.netloc}"


def _amount(session: Thing) -> str:
    cents = session["amount_total"] or 0
    return f"{cents // 100:,}.{cents % 100:02d} {str(session['currency'] or '').upper()}"


def _described(wish: Thing) -> str:
    names = [line["price_data"].get("product_data", {}).get("name", "") for line in wish.get("line_items", [])]
    return ", ".join(filter(None, names))


def _input(name: str, label: str, hint: str, fills: str, mode: str, *, form: Mapping[str, str],
           faults: Mapping[str, str]) -> str:  # fmt: skip
    notes = [f"{name}-hint"] if hint else []
    wrong = ""
    if name in faults:
        notes.append(f"{name}-error")
        wrong = f'<span class="error" id="{name}-error">{escape(faults[name])}</span>'
    hinted = f'<span class="hint" id="{name}-hint">{escape(hint)}</span>' if hint else ""
    told = f' aria-describedby="{" ".join(notes)}"' if notes else ""
    invalid = ' aria-invalid="true"' if name in faults else ""
    value = "" if name in ("number", "code") else escape(form.get(name, ""))
    return (
        f'<label for="{name}">{escape(label)}</label>{hinted}{wrong}'
        f'<input id="{name}" name="{name}" value="{value}" autocomplete="{fills}" inputmode="{mode}"{told}{invalid}>'
    )


def _summary(faults: Mapping[str, str]) -> str:
    if not faults:
        return ""
    entries = "".join(f'<li><a href="#{name}">{escape(words)}</a></li>' for name, words in faults.items())
    return f'<div class="summary" role="alert"><h2>There is a problem</h2><ul>{entries}</ul></div>'


def _in_fours(number: str) -> str:
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def _card_table() -> str:
    rows = "".join(
        f'<tr><th scope="row">{_in_fours(card.number)}</th><td>{escape(card.words)}</td></tr>'
        for card in CARDS.values()
    )
    return (
        "<h2>Test cards</h2><table><thead><tr><th scope='col'>Number</th><th scope='col'>What its bank does</th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
    )


def page(heading: str, body: str, *, wrong: bool = False) -> str:
    """Return a whole page of the sandbox."""
    title = f"{'Error: ' if wrong else ''}{heading} - Payment sandbox"
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/assets/page.css"></head><body>'
        "<header><p>Payment sandbox: no real money moves here.</p></header>"
        f"<main><h1>{escape(heading)}</h1>{body}</main></body></html>"
    )
