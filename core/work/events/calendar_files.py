"""An event as a file that every calendar reads (RFC 5545): one tap puts it where people look."""

from datetime import datetime

from core.model.deliveries import CalendarEntry
from core.model.messages import Document

KIND = "text/calendar"


def calendar_file(entry: CalendarEntry, *, now: datetime) -> Document:
    """The same event of a later revision takes the place of the earlier one in the calendar that has it."""
    from icalendar import Calendar, Event  # noqa: PLC0415  # half a second that only events need

    event = Event()
    event.add("uid", f"{entry.consultation}/{entry.event}@porte-voix")
    event.add("sequence", entry.revision)
    event.add("dtstamp", now)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("summary", entry.name)
    event.add("location", entry.place)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Porte-voix//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    calendar.add_component(event)
    return Document(f"{entry.event}.ics", KIND, calendar.to_ical(), event_path(entry.consultation, entry.event))


def event_path(consultation: str, event: str) -> str:
    """Where the pages show the file."""
    return f"/o/{consultation}/{event}.ics"
