"""Values as people write them in a consultation file, French or English, turned into values of ours.

    duration("1 jour") == duration("24h")      clock("8h45") == clock("8:45")      day("1er mars 2027")
    wall("12 mars 2027 à 18h")                 weekday("lundi")                    share("18 %")

Every function answers None for what it does not understand: the caller says where it stood and what to write.
"""

import re
import unicodedata
from datetime import date, time, timedelta

from core.rules.paid import MESSAGES_A_STAR

DAYS_A_YEAR = 365.25
LONGEST = timedelta(days=round(100 * DAYS_A_YEAR))

_UNITS: tuple[tuple[float, str], ...] = (
    (1 / 1440, "min mn minute minutes"),
    (1 / 24, "h hour hours heure heures"),
    (1, "d j day days jour jours"),
    (7, "w sem week weeks semaine semaines"),
    (DAYS_A_YEAR / 12, "month months mois"),
    (DAYS_A_YEAR, "y yr year years an ans annee annees"),
)
_DAYS_IN = {word: length for length, words in _UNITS for word in words.split()}
_QUANTITY = re.compile(r"(\d+(?:[.,]\d+)?|un|une|one)\s*([a-z]+)(?:\s*(?:,|and|et)?\s*)")
_HOURS_AND_MINUTES = re.compile(r"(\d+)\s*h\s*([0-5]\d)$")

_CLOCK = re.compile(r"(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?\s*(am|pm)?$")

_MONTHS = (
    "janvier january", "fevrier february", "mars march", "avril april", "mai may", "juin june",
    "juillet july", "aout august", "septembre september", "octobre october", "novembre november", "decembre december",
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_DAY_FIRST = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\s+([a-z]+)\s+(\d{4})$")
_MONTH_FIRST = re.compile(r"([a-z]+)\s+(\d{1,2})(?:er|st|nd|rd|th)?,?\s+(\d{4})$")

_WEEKDAYS = (
    "lundi monday lun mon", "mardi tuesday mar tue", "mercredi wednesday mer wed", "jeudi thursday jeu thu",
    "vendredi friday ven fri", "samedi saturday sam sat", "dimanche sunday dim sun",
)  # fmt: skip
_WEEKDAY_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}

_YES = frozenset({"yes", "true", "oui", "vrai"})
_NO = frozenset({"no", "false", "non", "faux"})

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "’": "'"})
_SMALL_WORDS = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "and", "in", "of", "the", "to"}
)


def folded(text: str) -> str:
    """Small letters without accents, single spaces: the form in which words are compared."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def slug(label: str, longest: int) -> str:
    """An id made of a label and of nothing else: the same label always gives the same id. "" when none can be made."""
    words = re.findall(r"[a-z0-9]+", folded(label))
    words = [word for word in words if word not in _SMALL_WORDS] or words
    made = ""
    for word in words:
        longer = f"{made}-{word}" if made else word[:longest]
        if len(longer) > longest:
            break
        made = longer
    return made


def duration(text: str) -> timedelta | None:
    """ "1 day", "2h", "1h30", "10 jours", "1 an" (a year has 365.25 days, in whole days), up to a hundred years."""
    written = folded(text)
    if hours := _HOURS_AND_MINUTES.match(written):
        return timedelta(hours=int(hours[1][:6]), minutes=int(hours[2]))
    total, position = timedelta(), 0
    for part in _QUANTITY.finditer(written):
        if part.start() != position or part[2] not in _DAYS_IN:
            return None
        count = 1.0 if part[1][0] in "uo" else float(part[1].replace(",", ".")[:9])
        days = count * _DAYS_IN[part[2]]
        whole_days = _DAYS_IN[part[2]] > 7 and days >= 1
        total += timedelta(days=round(days)) if whole_days else timedelta(seconds=round(days * 86400))
        position = part.end()
        if total > LONGEST:
            return None
    return total if position == len(written) and position else None


def duration_or_never(text: str) -> timedelta | None:
    """A duration; "no" is none at all."""
    return timedelta() if yes_or_no(text) is False else duration(text)


def clock(text: str) -> time | None:
    """ "18:00", "18h", "8h45", "8 h 45", "6pm", "midi", "noon", "minuit", "midnight"."""
    written = folded(text)
    if written in {"midi", "noon", "minuit", "midnight"}:
        return time(12 if written in {"midi", "noon"} else 0)
    found = _CLOCK.match(written)
    if found is None or written.isdigit():
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def day(text: str) -> date | None:
    """ "2027-03-12", "12 mars 2027", "1er mars 2027", "March 12, 2027". Never 12/03/2027: two readings."""
    written = folded(text)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            return date.fromisoformat(written)
        if found := _DAY_FIRST.match(written):
            return date(int(found[3]), _MONTH_OF[found[2]], int(found[1]))
        if found := _MONTH_FIRST.match(written):
            return date(int(found[3]), _MONTH_OF[found[1]], int(found[2]))
    except (ValueError, KeyError):
        return None
    return None


def wall(text: str) -> tuple[date, time | None] | None:
    """A day, with or without an hour: "2027-02-01 18:00", "12 mars 2027 à 18h", "2027-02-01"."""
    if (alone := day(text)) is not None:
        return alone, None
    for gap in re.finditer(r"\s+(?:(?:à|a|at)\s+)?|(?<=\d)T(?=\d)", text.strip()):
        left, right = day(text.strip()[: gap.start()]), clock(text.strip()[gap.end() :])
        if left is not None and right is not None:
            return left, right
    return None


def weekday(text: str) -> int | None:
    """0 for Monday."""
    return _WEEKDAY_OF.get(folded(text).rstrip("."))


def weekday_and_clock(text: str) -> tuple[int, time] | None:
    """ "lundi 8h45", "monday 08:45", "lundi à 8 h 45"."""
    name, _, rest = folded(text).partition(" ")
    found, hour = weekday(name), clock(rest.removeprefix("a ").removeprefix("at "))
    return None if found is None or hour is None else (found, hour)


def between(text: str) -> tuple[time, time] | None:
    """ "21:00–8:30", "21h à 8h30"."""
    ends = re.split(r"\s*(?:–|—|-|\sto\s|\sà\s)\s*", text.strip())
    if len(ends) != 2:
        return None
    start, end = clock(ends[0]), clock(ends[1])
    return None if start is None or end is None else (start, end)


def yes_or_no(text: str) -> bool | None:
    written = folded(text)
    return True if written in _YES else False if written in _NO else None


def whole_number(text: str) -> int | None:
    written = text.strip()  # `int` leaves fewer signs out than that
    return int(written) if re.fullmatch(r"-?\d{1,9}", written) else None


def paid_messages(text: str) -> int | None:
    """How many messages may be paid for: "20000 messages", "2 000 étoiles" (ten messages each), "2,000 Stars"."""
    found = re.fullmatch(r"(\d{1,3}(?:[ ,.]?\d{3}){0,2}|\d{1,7})\s*(messages?|stars?|etoiles?)", folded(text))
    if found is None:
        return None
    count = int(re.sub(r"\D", "", found[1]))
    return count if found[2].startswith("message") else count * MESSAGES_A_STAR


def share(text: str) -> float | None:
    """A part of a whole, in [0, 1]: "18 %", "18,5%", "0.18"."""
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,6})?)\s*(%?)", text.strip())
    if found is None:
        return None
    value = float(found[1].replace(",", "."))
    value = round(value / 100, 9) if found[2] else value
    return value if 0 <= value <= 1 else None
