"""A person's agenda as a calendar file: stable ids, growing sequence numbers, cancelled meetings marked so."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import icalendar

from app.scheduling.queries import AgendaItem


def calendar_file(items: Iterable[AgendaItem], *, name: str, venue: str, zone: str, base_url: str, host: str) -> bytes:
    """Return an iCalendar file, folded and escaped. Times are UTC, so no reader's zone rules can shift them."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Rendezvous//Summit agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
    for item in items:
        calendar.add_component(_event(item, venue=venue, base_url=base_url, host=host))
    return bytes(calendar.to_ical())


def _event(item: AgendaItem, *, venue: str, base_url: str, host: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"meeting-{item.meeting_id}@{host}")
    event.add("sequence", item.sequence)
    event.add("dtstamp", _whole_seconds(item.moved_at))
    event.add("last-modified", _whole_seconds(item.moved_at))
    event.add("dtstart", item.starts_at)
    event.add("dtend", item.ends_at)
    event.add("summary", f"Meeting: {item.with_whom} ({item.entry_name})")
    event.add("location", f"Table {item.table}, {venue}" if item.table else venue)
    event.add("url", f"{base_url}/meetings/{item.meeting_id}")
    event.add("status", "CANCELLED" if item.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if item.is_off else "OPAQUE")
    return event


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
