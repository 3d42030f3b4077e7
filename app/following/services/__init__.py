"""Everything people do to keep an eye on entries, by what they do: searches, follows, notes and tags, mails."""

from app.following.services.follows import choose_digest, follow_entry, note_gone, unfollow_entry
from app.following.services.notes import change_note, hang_tag, remove_note, take_tag, write_note
from app.following.services.searches import change_search, drop_search, look_through, save_search
from app.following.services.stopping import stop_mail
from app.following.services.telling import send_alert, send_digest

__all__ = [
    "change_note",
    "change_search",
    "choose_digest",
    "drop_search",
    "follow_entry",
    "hang_tag",
    "look_through",
    "note_gone",
    "remove_note",
    "save_search",
    "send_alert",
    "send_digest",
    "stop_mail",
    "take_tag",
    "unfollow_entry",
    "write_note",
]
