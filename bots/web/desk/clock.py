"""A day and an hour in a browser's own field: on the clocks of the consultation, whose place is named beside it."""

from datetime import datetime

from core.rules.calendar import on_wall


def field_value(at: datetime | None, zone: str) -> str:
    """`2027-03-12T08:00`, as `<input type="datetime-local">` has it; "" for nothing."""
    return f"{on_wall(at, zone):%Y-%m-%dT%H:%M}" if at is not None else ""


def clock_place(zone: str) -> str:
    """Whose clocks these are: "America/New_York" → "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")
