"""When a step is sent, as a consultation file says it: a day and an hour, so long after something, or every week."""

from datetime import UTC, datetime, time, timedelta

from ruamel.yaml.nodes import ScalarNode

from config import consultation_schema as schema
from config import people_words
from config.people_words import folded
from config.yaml_entries import Section
from core.model.consultations import Anchor, Moment
from core.rules.calendar import on_wall, to_utc

USUAL_HOUR = time(18)
LONGEST = timedelta(days=5 * 366)
MOST_TIMES = 12
"""Of a weekly step. Who was reminded once is not reminded again without their yes: it is for those who came since."""

ANCHORS = {
    "start": Anchor.START,
    "opening": Anchor.START,
    "debut": Anchor.START,
    "ouverture": Anchor.START,
    "arrival": Anchor.ARRIVAL,
    "arrivee": Anchor.ARRIVAL,
    "answer": Anchor.ANSWER,
    "last answer": Anchor.ANSWER,
    "reponse": Anchor.ANSWER,
    "derniere reponse": Anchor.ANSWER,
}


def instant(section: Section, key: str, hour: time, zone: str) -> datetime:
    """A local moment as UTC; `hour` when the file gives the day only."""
    found = section.value(key, people_words.wall, None, "file.not_a_moment")
    if found is None:
        return datetime.max.replace(tzinfo=UTC)
    return to_utc(datetime.combine(found[0], hour if found[1] is None else found[1]), zone)


def moments(step: Section, opens: datetime, closes: datetime, zone: str) -> tuple[Moment, ...]:
    """One, or those of a weekly step between the opening and the closing."""
    if "when" not in step:
        return (Moment(after=timedelta(0)),)
    if isinstance(step.nodes["when"], ScalarNode):
        return (_one(step),)
    when = step.section("when", schema.MOMENT)
    if "every" in when:
        return _weekly(when, opens, closes, zone)
    return (
        Moment(
            after=when.value("after", people_words.duration, timedelta(0), "file.not_a_duration"),
            anchor=when.choice("from", ANCHORS, Anchor.START, "file.not_an_anchor"),
            at_time=when.value("at", people_words.clock, None, "file.not_an_hour"),
        ),
    )


def _one(step: Section) -> Moment:
    """`start`, `arrival`, or a local day and hour."""
    word = step.word("when")
    if (anchor := ANCHORS.get(folded(word))) is not None:
        return Moment(after=timedelta(0), anchor=anchor)
    found = step.value("when", people_words.wall, None, "file.not_a_step_moment")
    if found is None or found[1] is None:
        if found is not None:
            step.wrong("when", "file.hour_missing", found=word)
        return Moment(after=timedelta(0))
    return Moment(at=datetime.combine(found[0], found[1]))  # a wall time: the reader's clock says which instant


def _weekly(when: Section, opens: datetime, closes: datetime, zone: str) -> tuple[Moment, ...]:
    for key in ("after", "from"):
        if key in when:
            when.wrong(key, "file.every_or_after")
    weekday = when.value("every", people_words.weekday, 0, "file.not_a_weekday")
    hour = when.value("at", people_words.clock, USUAL_HOUR, "file.not_an_hour")
    if not opens < closes or closes - opens > LONGEST:  # it has been said, or will be
        return (Moment(after=timedelta(0)),)
    start, end = on_wall(opens, zone).date(), on_wall(closes, zone).date()
    first = start + timedelta(days=(weekday - start.weekday()) % 7)
    days = [day for week in range(MOST_TIMES) if (day := first + timedelta(weeks=week)) <= end]
    return tuple(Moment(at=datetime.combine(day, hour)) for day in days) or (Moment(at=datetime.combine(first, hour)),)
