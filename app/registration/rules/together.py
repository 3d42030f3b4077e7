"""What is wrong between settings that are each sound alone."""

from collections import Counter

from app.registration.rules.reading import Fault
from app.registration.rules.summit import SummitSettings
from app.registration.states import PoolKind


def faults_together(settings: SummitSettings) -> list[Fault]:
    """Return what is wrong between fields that are each sound alone."""
    return [*_of_days(settings), *_of_money(settings), *_of_places(settings)]


def _of_days(settings: SummitSettings) -> list[Fault]:
    last = settings.days[-1] if settings.days else None
    checks = {
        Fault("days", "List at least one day."): not settings.days,
        Fault("days", "A day is listed twice."): len(set(settings.days)) < len(settings.days),
        Fault("day_ends", "The day must end after it starts."): settings.day_ends <= settings.day_starts,
        Fault("breaks", "A break must end after it starts."): any(b.ends <= b.starts for b in settings.breaks),
        Fault("registration_closes", "Registration must close on or after the day it opens."):
            settings.registration_closes < settings.registration_opens,
        Fault("registration_closes", "Registration must close before the summit ends."):
            last is not None and settings.registration_closes > last,
        Fault("refund_rules", "A refund cut-off must not lie after the last day."):
            last is not None and any(rule.until > last for rule in settings.refund_rules),
        Fault("substitution_until", "The last day for a substitution must not lie after the last day of the summit."):
            last is not None and settings.substitution_until is not None and settings.substitution_until > last,
        Fault("reminder_days", "Use days from 1 to 60 before a deadline."):
            any(not 1 <= days <= 60 for days in settings.reminder_days),
    }  # fmt: skip
    return [fault for fault, present in checks.items() if present]


def _of_money(settings: SummitSettings) -> list[Fault]:
    main, faults = settings.currency, []
    if not (len(main) == 3 and main.isalpha() and main.isupper()):
        faults.append(Fault("currency", "Use three capital letters, as in USD."))
    for currency in settings.currencies:
        since = [step.since for step in settings.price_steps if (step.currency or main) == currency]
        of_it = "" if currency == main else f" in {currency}"
        if not since or min(since) > settings.registration_opens:
            faults.append(Fault("price_steps", f"The first price{of_it} must hold from the day registration opens."))
        if len(set(since)) < len(since):
            faults.append(Fault("price_steps", f"Two prices{of_it} begin on the same day."))
        cut_offs = [rule.until for rule in settings.refund_rules_in(currency)]
        if len(set(cut_offs)) < len(cut_offs):
            faults.append(Fault("refund_rules", f"Two refund rules{of_it} end on the same day."))
        if settings.refund_rules and not cut_offs:
            faults.append(Fault("refund_rules", f"Say what comes back to people who pay in {currency}, too."))
    strange = sorted({r.currency for r in settings.refund_rules} - {"", *settings.currencies})
    faults += [Fault("refund_rules", f"Nobody can pay in {code}: it has no price.") for code in strange]
    twice = [code for code, times in Counter(a.currency for a in settings.bank_accounts).items() if times > 1]
    faults += [Fault("bank_accounts", f"Name one account for {code}.") for code in twice]
    return faults


def _of_places(settings: SummitSettings) -> list[Fault]:
    pools = [(rule.kind, rule.key) for rule in settings.pools]
    checks = {
        Fault("pools", "Set the total number of places."): (PoolKind.TOTAL, "") not in pools,
        Fault("pools", "A pool is listed twice."): len(set(pools)) < len(pools),
    }
    return [fault for fault, present in checks.items() if present]
