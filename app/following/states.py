"""The words of following: how often somebody wants a mail, and what a list of one's own can be narrowed to."""

from enum import StrEnum


class Often(StrEnum):
    """How often a mail may come; never more than one of a kind a day."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


OFTEN_LABELS: dict[Often, str] = {
    Often.DAILY: "Once a day, when there is something new",
    Often.WEEKLY: "Once a week, when there is something new",
    Often.NEVER: "Never; I look myself",
}


class Kept(StrEnum):
    """Why an entry stands in somebody's list."""

    FOLLOWED = "followed"
    NOTED = "noted"
    TAGGED = "tagged"


KEPT_LABELS: dict[Kept, str] = {
    Kept.FOLLOWED: "I follow it",
    Kept.NOTED: "My team has a note",
    Kept.TAGGED: "My team has a tag",
}


class MailKind(StrEnum):
    """The mails that a link in them can stop."""

    SEARCH = "search"
    DIGEST = "digest"
