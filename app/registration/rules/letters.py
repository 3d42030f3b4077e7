"""Letters to applicants: the words we ship, the words organizers may use, and how facts are put in.

Organizers write plain text with placeholders such as {name}. It is never compiled as a template: each placeholder is
replaced once, and what is put in is not looked at again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.registration.rules.stored import Fault
from app.registration.states import LetterKind

LONGEST_SUBJECT = 200
LONGEST_BODY = 8000
K = LetterKind


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and body of a letter as they are edited, with placeholders."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a finished letter; `path` is where it leads when it is a link of this site."""

    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished letter: paragraphs of lines."""

    subject: str
    paragraphs: list[list[Line]]

    @property
    def text(self) -> str:
        """The body as plain text, links as their paths."""
        return "\n\n".join("\n".join(line.path or line.text for line in lines) for lines in self.paragraphs)


LINKS = {
    "status_link": "/apply/status", "decline_link": "/apply/decline", "apply_link": "/apply", "badge_link": "/badge",
}  # fmt: skip
"""Placeholders that stand alone on their line and become a link."""

COMMON = {
    "name": "the person's name",
    "number": "the number of the application",
    "summit": "the name of the summit",
    "organization": "the person's organization",
    "status_link": "a link to the page of the application",
}
OWN: dict[LetterKind, dict[str, str]] = {
    K.APPROVED: {
        "price": "the fee",
        "how_asked": "how the fee is asked for",
        "pay_until": "until when the place is held",
        "words": "what the reviewer adds",
    },
    K.DECLINED: {
        "reason": "the reason, in its public words",
        "words": "what the reviewer adds",
        "apply_link": "a link to apply again",
    },
    K.WAITLISTED: {"offer_days": "how many days an offer stands", "words": "what the reviewer adds"},
    K.QUESTION: {"question": "the question"},
    K.QUESTION_REMINDER: {"question": "the question", "asked_on": "the day it was asked"},
    K.OFFERED: {"offer_until": "until when the place is held", "decline_link": "a link to decline it"},
    K.CONFIRMED: {"words": "what the reviewer adds", "badge_link": "a link to the badge"},
}
NEEDED: dict[LetterKind, tuple[str, ...]] = {
    K.APPROVED: ("pay_until",),
    K.DECLINED: ("reason",),
    K.WAITLISTED: (),
    K.QUESTION: ("question", "status_link"),
    K.QUESTION_REMINDER: ("question", "status_link"),
    K.OFFERED: ("offer_until", "status_link"),
    K.CONFIRMED: ("badge_link",),
}
"""Without these a letter would leave out what the person must know."""

SHIPPED: dict[LetterKind, Words] = {
    K.APPROVED: Words(
        "Your application to {summit} is approved",
        "Dear {name},\n\n"
        "your application {number} is approved and a place is held for you. The fee of {price} is being asked for "
        "now: {how_asked}.\n\n"
        "The reviewers add: {words}\n\n"
        "The place is held until {pay_until}. Once the fee has arrived you get your badge.\n\n"
        "See where your application stands:\n{status_link}",
    ),
    K.DECLINED: Words(
        "Your application to {summit} was declined",
        "Dear {name},\n\n"
        "your application {number} was declined. Reason: {reason}.\n\n"
        "The reviewers add: {words}\n\n"
        "Nothing was charged. If something in your application was wrong, you may apply again while applications "
        "are open.\n\n"
        "Apply again:\n{apply_link}",
    ),
    K.WAITLISTED: Words(
        "You are on the waitlist of {summit}",
        "Dear {name},\n\n"
        "there is no place for your application {number} at the moment, so it waits for one. When a place comes "
        "free for you, you get a mail and have {offer_days} days to accept.\n\n"
        "The reviewers add: {words}\n\n"
        "See where your application stands:\n{status_link}\n\n"
        "Nothing is charged while you wait. If you no longer want to come, withdraw on the same page.",
    ),
    K.QUESTION: Words(
        "A question about your application {number}",
        "Dear {name},\n\n"
        "before your application to {summit} can be decided, the reviewers need to know:\n\n"
        "{question}\n\n"
        "Answer on your application's page:\n{status_link}\n\n"
        "Your application goes back into review as soon as you have answered. The days until then do not count "
        "towards the promised decision.",
    ),
    K.QUESTION_REMINDER: Words(
        "Your application {number} waits for your answer",
        "Dear {name},\n\n"
        "on {asked_on} the reviewers of {summit} asked you something and have no answer yet:\n\n"
        "{question}\n\n"
        "Answer on your application's page:\n{status_link}\n\n"
        "Your application cannot be decided before then.",
    ),
    K.OFFERED: Words(
        "A place at {summit} is free for you",
        "Dear {name},\n\n"
        "a place has come free and is held for you until {offer_until}. Accept it before then, or it goes to the "
        "next person. Nothing is charged before you accept.\n\n"
        "Accept the place:\n{status_link}\n\n"
        "Decline it, so that the next person gets it at once:\n{decline_link}",
    ),
    K.CONFIRMED: Words(
        "Your place at {summit} is confirmed",
        "Dear {name},\n\n"
        "your place is confirmed. Print your badge or keep it on your phone: its code is read at the door.\n\n"
        "The reviewers add: {words}\n\n"
        "Open your badge:\n{badge_link}\n\n"
        "You can now say which programmes you would like to meet.",
    ),
}

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_BREAKS = re.compile(r"[\r\n\x00\x0b\x0c\x85\u2028\u2029]")


def placeholders(kind: LetterKind) -> dict[str, str]:
    """Return what may stand in braces in a letter of this kind, and what each stands for."""
    return COMMON | OWN[kind]


def faults(kind: LetterKind, words: Words) -> list[Fault]:
    """Return what keeps these words from being sent, each with the field (subject or body) it stands in."""
    known = placeholders(kind)
    found = _faults_of_text("subject", words.subject, LONGEST_SUBJECT, {name for name in known if name not in LINKS})
    found += _faults_of_text("body", words.body, LONGEST_BODY, set(known))
    if _BREAKS.search(words.subject.strip()):
        found.append(Fault("subject", "Write the subject on one line."))
    for name in NEEDED[kind]:
        if "{" + name + "}" not in words.body:
            found.append(Fault("body", f"Put {{{name}}} somewhere: {known[name]} must be in this letter."))
    for name, line in _links_in(words.body):
        if line.strip() != "{" + name + "}":
            found.append(Fault("body", f"Put {{{name}}} on a line of its own: it becomes a link."))
    return found


def _faults_of_text(field: str, text: str, longest: int, known: set[str]) -> list[Fault]:
    if not text.strip():
        return [Fault(field, "Write something.")]
    found = [Fault(field, f"Use at most {longest} characters.")] if len(text) > longest else []
    for name in dict.fromkeys(_PLACEHOLDER.findall(text)):
        if name not in known:
            listed = ", ".join(f"{{{one}}}" for one in sorted(known))
            found.append(Fault(field, f"{{{name}}} stands for nothing here. Use {listed}."))
    return found


def _links_in(body: str) -> list[tuple[str, str]]:
    return [(name, line) for line in body.splitlines() for name in _PLACEHOLDER.findall(line) if name in LINKS]


def fill(words: Words, facts: Mapping[str, str]) -> Letter:
    """Put facts in. A paragraph with a placeholder for which there is nothing to say is left out.

    What stands in braces and is no fact stays as it is: user text in a fact is never read as a placeholder.
    """
    return Letter(
        _put_in(words.subject, facts).strip(),
        [
            [_line(line, facts) for line in paragraph.splitlines()]
            for paragraph in re.split(r"\n[ \t]*\n+", words.body.replace("\r\n", "\n").strip())
            if not any(name in facts and not facts[name].strip() for name in _PLACEHOLDER.findall(paragraph))
        ],
    )


def _line(line: str, facts: Mapping[str, str]) -> Line:
    alone = line.strip().removeprefix("{").removesuffix("}")
    if alone in LINKS and line.strip() == "{" + alone + "}":
        return Line("", LINKS[alone])
    return Line(_put_in(line, facts))


def _put_in(text: str, facts: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)
