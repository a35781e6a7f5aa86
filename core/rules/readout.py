"""Every figure that staff read, defined once. Screens print the words of this file's formulas and count nothing else.

    answered     a citizen with at least one recorded answer in this consultation
    finished     answered, and went through all the questions (skipping some is allowed)
    funnel       citizens: arrived → agreed → answered → finished. Each step is a part of the one before
    response     answered ÷ pushed, both among the distinct citizens to whom a prompt or a reminder was sent
    share        of the answers to the sector question, how many named this sector; skipped ones are in no share
    missing      a sector whose share of the answers is well below its share of the people (see `missing_sectors`)
    topic        contributions that have this topic; one contribution may have several, or none ("to be sorted")
    this week    the last seven days

Answers from paper are answers, not people: they count among contributions, never in the funnel. All of it is what
people declared, and represents nobody but those who answered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import sqrt

from core.model.consultations import Design, StepKind, Text
from core.model.meetings import EventFigure, VoteFigure
from core.model.satisfaction import Rating
from core.rules.calendar import on_wall
from core.rules.effect import Difference, Reading, Sooner, wilson
from core.rules.quality import Sorting, TopicChange

ENOUGH_ANSWERS = 30
"""Under so many answers to the sector question nobody is called missing."""

ENOUGH_FINISHED = 20
"""Under so many citizens who finished, a source that brought nobody says nothing about where it hangs."""

PROMISE_NEAR = timedelta(days=30)
"""A promised reply is put on the list of things to do this long before its date."""

MOST_QUOTES = 3
SHORTEST_QUOTE = 12


@dataclass(frozen=True, slots=True)
class Funnel:
    """Citizens. See the formulas above."""

    arrived: int
    agreed: int
    answered: int
    finished: int


@dataclass(frozen=True, slots=True)
class Response:
    """`answered` of the `pushed`. `prompted`: how many of them were sent a first prompt, the others only a reminder."""

    answered: int
    pushed: int
    prompted: int

    @property
    def rate(self) -> float | None:
        return self.answered / self.pushed if self.pushed else None


@dataclass(frozen=True, slots=True)
class SourceFigure:
    """`token` "": nobody knows where they came from."""

    token: str
    label: Text
    arrived: int
    finished: int


@dataclass(frozen=True, slots=True)
class Missing:
    """`sector`: the part of town, or the group of another question. `of_answers`, `of_people`: shares in [0, 1]."""

    sector: str
    label: Text
    of_answers: float
    of_people: float
    question: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A group among those who answered beside its share of the people: all shares in [0, 1]. `low`, `high`: Wilson's
    limits of `of_answers`, the usual 95 %."""

    group: str
    label: Text
    answers: int
    of_answers: float
    low: float
    high: float
    of_people: float

    @property
    def apart(self) -> str:
        """ "fewer", "more", or "" when chance alone may explain the distance."""
        if self.high < self.of_people:
            return "fewer"
        return "more" if self.low > self.of_people else ""


@dataclass(frozen=True, slots=True)
class Sectors:
    """`answers`: to the question that has most of them, those who skipped it left out."""

    answers: int
    missing: tuple[Missing, ...]

    @property
    def enough(self) -> bool:
        return self.answers >= ENOUGH_ANSWERS


@dataclass(frozen=True, slots=True)
class TopicFigure:
    """Contributions. `new`: nobody had spoken of it before this week."""

    topic: str
    name: Text
    contributions: int
    this_week: int
    new: bool


@dataclass(frozen=True, slots=True)
class EffectFigure:
    """What the experiment of a step says. `reads_at`: on the wall, when the last person's time is over. `daily`: it
    goes out person by person, and may be looked at every day."""

    design: Design
    reading: Reading
    reads_at: datetime
    sooner: Sooner | None = None
    daily: bool = False


@dataclass(frozen=True, slots=True)
class Pooled:
    """Several campaigns of the partner together."""

    campaigns: int
    effect: Difference


@dataclass(frozen=True, slots=True)
class NudgeFigure:
    """One reminder or last call. What happened afterwards is a count; its `effect` takes an experiment. `halted`: too
    many people left because of it, nobody else gets it."""

    step: str
    kind: StepKind
    sent: int
    finished_after: int
    stopped_after: int
    first_sent: date
    last_sent: date
    effect: EffectFigure | None = None
    halted: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What one digest says, as data that can be stored: no words of anybody in it, `quotes` are contribution ids.

    `first_week`: the consultation began within the last seven days, so that "this week" is all there is.
    `elsewhere`: by channel, contributions that came by no dialogue (paper). `alerts`: messages that waited to be
    opened. `to_review`: contributions that could be quoted once somebody has read them. `decided`: topics whose answer
    is published. `sorting`: how far the topics can be trusted, once that was measured. `changed`: topics that are not
    as they were before this week. `satisfied`: what people say of the answers, by topic. `events`, `votes`: in
    the order of the file. `follows`: the only topics told of, all when empty; `beyond`: the large one that this
    leaves out. `quiet`: nothing happened since the digest before, and one line says so. `alike`: by
    quote, how many other people said nearly the same.
    """

    consultation: str
    title: Text
    zone: str
    made_at: datetime
    since: datetime
    week: int
    weeks: int
    first_week: bool
    answered_this_week: int
    funnel: Funnel
    response: Response
    sources: tuple[SourceFigure, ...]
    elsewhere: Mapping[str, int]
    sectors: Sectors | None
    contributions: int
    topics: tuple[TopicFigure, ...]
    unsorted: int
    quotes: tuple[str, ...]
    to_review: int
    nudges: tuple[NudgeFigure, ...]
    not_read: Mapping[str, int]
    alerts: int
    quarantined: int
    uncertain: int
    untaggable: int
    reply_by: date
    reply_service: Text
    pooled: Pooled | None = None
    decided: tuple[str, ...] = ()
    sorting: Sorting | None = None
    changed: tuple[TopicChange, ...] = ()
    satisfied: tuple[Rating, ...] = ()
    satisfied_this_week: int = 0
    events: tuple[EventFigure, ...] = ()
    votes: tuple[VoteFigure, ...] = ()
    follows: tuple[str, ...] = ()
    beyond: TopicFigure | None = None
    quiet: bool = False
    alike: Mapping[str, int] = field(default_factory=dict)

    @property
    def late(self) -> bool:
        """The day of the promised reply has gone by."""
        return on_wall(self.made_at, self.zone).date() > self.reply_by

    @property
    def owed(self) -> tuple[TopicFigure, ...]:
        """Topics that people spoke of and nobody has answered, the largest first, once the promised day is near."""
        if not self.promise_near:
            return ()
        return tuple(each for each in self.topics if each.topic not in self.decided)

    @property
    def reply_due(self) -> bool:
        """The promised reply is near or late, and not everything is answered."""
        return self.promise_near and (bool(self.owed) or not self.topics)

    @property
    def promise_near(self) -> bool:
        """The promised reply is due within `PROMISE_NEAR`, or late."""
        return on_wall(self.made_at, self.zone).date() >= self.reply_by - PROMISE_NEAR


def week_of(start: datetime, end: datetime, now: datetime) -> tuple[int, int]:
    """(which week of the consultation it is, of how many): seven days each from `start`, the last may be shorter."""
    days = max(0, (end - start) // timedelta(days=1))
    weeks = max(1, -(-days // 7))
    return min(weeks, max(1, (now - start) // timedelta(days=7) + 1)), weeks


def percent(share: float) -> int:
    """A share in hundredths. What is more than nothing is never shown as 0, what is less than all never as 100."""
    if 0 < share < 1:
        return min(99, max(1, round(share * 100)))
    return round(share * 100)


def missing_sectors(
    counts: Mapping[str, int], shares: Mapping[str, float], labels: Mapping[str, Text], question: str = ""
) -> tuple[Missing, ...]:
    """The sectors that are missing, or the groups of another question, the most missing first.

    Of n answers (n ≥ `ENOUGH_ANSWERS`) a sector where a share p of the people live would bring n·p by chance. It is
    missing when it brought fewer than n·p − 2·√(n·p·(1 − p)), twice the usual spread of such a draw, and at the same
    time less than three quarters of n·p: with many answers a small gap is no chance, and still no news.
    """
    n = sum(counts.values())
    if n < ENOUGH_ANSWERS:
        return ()
    found = []
    for sector, share in shares.items():
        expected = n * share
        spread = sqrt(max(0.0, expected * (1 - share)))
        answers = counts.get(sector, 0)
        if answers < expected - 2 * spread and answers < 0.75 * expected:
            found.append(Missing(sector, labels.get(sector, {}), answers / n, share, question))
    return most_missing(found)


def most_missing(found: Iterable[Missing], *, most: int = 3) -> tuple[Missing, ...]:
    return tuple(sorted(found, key=lambda each: (each.of_answers - each.of_people, each.sector))[:most])


def compared(counts: Mapping[str, int], shares: Mapping[str, float], labels: Mapping[str, Text]) -> tuple[Share, ...]:
    """Every group that has a share of the people, the most missing first; none under `ENOUGH_ANSWERS` answers."""
    n = sum(counts.values())
    if n < ENOUGH_ANSWERS:
        return ()
    found = []
    for group, of_people in shares.items():
        own = counts.get(group, 0)
        low, high = wilson(own / n, n)
        found.append(Share(group, labels.get(group, {}), own, own / n, low, high, of_people))
    return tuple(sorted(found, key=lambda each: (each.of_answers - each.of_people, each.group)))


def topics_by_size(
    total: Mapping[str, int], this_week: Mapping[str, int], names: Mapping[str, Text], *, first_week: bool
) -> tuple[TopicFigure, ...]:
    """The topics that somebody spoke of, the largest first. In the first week nothing is new: everything is."""
    return tuple(
        TopicFigure(
            topic,
            names.get(topic, {}),
            count,
            this_week.get(topic, 0),
            new=not first_week and this_week.get(topic, 0) == count,
        )
        for topic, count in sorted(total.items(), key=lambda each: (-each[1], each[0]))
        if count
    )


def chosen_quotes(candidates: Sequence[tuple[str, str, Iterable[str]]], *, most: int = MOST_QUOTES) -> tuple[str, ...]:
    """Which contributions to quote, of (id, text, its topics), the newest first: one a topic, none of a single word,
    none twice.

    Texts that have no topic count as one topic, so that what the list of topics forgot is heard too.
    """
    chosen: list[str] = []
    heard: set[str] = set()
    texts: set[str] = set()
    for contribution, text, topics in candidates:
        spoken = set(topics) or {""}
        line = " ".join(text.split())
        said = line.casefold()
        if len(chosen) < most and len(line) >= SHORTEST_QUOTE and said not in texts and not spoken & heard:
            chosen.append(contribution)
            heard |= spoken
            texts.add(said)
    return tuple(chosen)


def cut(text: str, room: int = 200) -> str:
    """`text` on one line, at most `room` characters, cut between words where there is one to cut between."""
    line = " ".join(text.split())
    if len(line) <= room:
        return line
    whole, _, _ = line[:room].rpartition(" ")
    return f"{whole if len(whole) > room // 2 else line[: room - 1]}…"
