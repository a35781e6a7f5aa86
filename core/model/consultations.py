"""A consultation: what is asked, why, by whom, what is decided and what is open, who decides, by when the reply comes.

Texts for people are `Text`: language code → sentence, complete in every language of the consultation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.model.audience import EVERYBODY, Who

Text = Mapping[str, str]


class QuestionKind(StrEnum):
    OPEN = "open"
    SINGLE = "single"
    SEVERAL = "several"
    SCALE = "scale"
    NUMBER = "number"
    SECTOR = "sector"
    EVENT = "event"


COMPARABLE = frozenset({QuestionKind.SECTOR, QuestionKind.SINGLE})
"""Questions whose answers cut people into groups."""

LANGUAGE = "language"
"""Stands for a question: in which language people answered."""


@dataclass(frozen=True, slots=True)
class Option:
    """`id`: at most 16 of [a-z0-9_-], it travels in buttons."""

    id: str
    label: Text


COMING, NOT_COMING = "yes", "no"
"""What is answered to an event."""
HERE = "here"
"""Said at the event itself, by whoever said yes: they are there."""


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting that people say yes or no to: a webinar, a workshop. `starts`, `ends`: aware. A `cancelled` one stays
    in the file, so that whoever said yes can be told."""

    name: Text
    starts: datetime
    ends: datetime
    place: Text
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """One theme of the partner's own list: a name, one sentence, words that speak for it."""

    id: str
    name: Text
    description: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    topics: tuple[Topic, ...]

    def knows(self, topic: str) -> bool:
        return any(each.id == topic for each in self.topics)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `options` serve single, several, sector and event; `low`/`high` serve scale (both ends in) and
    number.

    `low_label`/`high_label` say what the ends of a scale mean. `hint` follows the question ("Pour vérifier …").
    `taxonomy`: the topics of its own under which its answers are filed; None: the consultation's.
    `most`: how many options one person may tick (their dots in a vote); 0: all of them. `kept_from`: the consultation
    whose proposals that were not dealt with become options too.
    """

    id: str
    kind: QuestionKind
    text: Text
    hint: Text = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    low: int = 1
    high: int = 5
    low_label: Text = field(default_factory=dict)
    high_label: Text = field(default_factory=dict)
    taxonomy: Taxonomy | None = None
    event: Event | None = None
    most: int = 0
    kept_from: str = ""

    @property
    def choices(self) -> tuple[Option, ...]:
        """The options that answer it. That somebody is at an event is no answer to whether they come."""
        return tuple(each for each in self.options if each.id != HERE) if self.event is not None else self.options


@dataclass(frozen=True, slots=True)
class Redirect:
    """Words that are urgent or not for us, and the answer a human wrote for them.

    A phrase of `words` is met when its words follow one another in a message, at most three other words in between;
    accents and capitals do not matter; a final * stands for any ending ("suicid*"). `serious`: staff are told at once.
    """

    id: str
    words: tuple[str, ...]
    answer: Text
    serious: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, and when. `several`: the subject is a plural ("Les élus décident")."""

    who: Text
    on: date
    several: bool = False


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads the answers ("Le service des sports")."""

    who: Text
    several: bool = False


ASK_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class ReplyPromise:
    """The official reply: by what date, from which service. `ask_after`: so long after somebody was told, they are
    asked once whether it answers them; zero: never."""

    by: date
    service: Text
    ask_after: timedelta = ASK_AFTER


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said before the first answer. A new `version` is shown again to those who saw an older one."""

    version: int = 1
    minimum_age: int = 15
    contact: Text = field(default_factory=dict)
    more: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long, per purpose."""

    contributions: timedelta = timedelta(days=365)
    raw_updates: timedelta = timedelta(days=7)
    message_bodies: timedelta = timedelta(days=30)
    inactive_people: timedelta = timedelta(days=730)
    consent_proofs: timedelta = timedelta(days=1826)
    held_text: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """No push between `start` and `end`, local time; `start` > `end` means over midnight. `sundays`, `holidays` (the
    public ones of the person's zone): nor on these days."""

    start: time = time(21, 0)
    end: time = time(8, 30)
    sundays: bool = False
    holidays: bool = False


class StepKind(StrEnum):
    PROMPT = "prompt"
    REMINDER = "reminder"
    LAST_CALL = "last_call"
    RESULTS = "results"
    EVENT = "event"


PROMISED = frozenset({StepKind.RESULTS, StepKind.EVENT})
"""Steps that each person asked for: neither the closing nor the other messages of the week keep them back."""


class Anchor(StrEnum):
    """What a relative moment counts from. `answer`: the last thing that the person said or pressed."""

    START = "start"
    ARRIVAL = "arrival"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Moment:
    """Either `at` (absolute, local wall time) or `after` an `anchor`; `at_time` then moves it to that local hour."""

    at: datetime | None = None
    after: timedelta | None = None
    anchor: Anchor = Anchor.START
    at_time: time | None = None


class Design(StrEnum):
    """How two groups are made of those whom a step is for, so that one can tell what it brings.

    waves: everybody gets it, the first group at the moment, the second later. holdout: the second group never does.
    wordings: everybody gets it at the moment, the second group in other words.
    """

    WAVES = "waves"
    HOLDOUT = "holdout"
    WORDINGS = "wordings"


@dataclass(frozen=True, slots=True)
class Experiment:
    """`share`: of the people in the first group. `time`: from the moment to the reading; with waves it is the second
    moment. `text`: the other words, for wordings."""

    design: Design
    share: float = 0.5
    time: timedelta = timedelta(days=7)
    text: Text = field(default_factory=dict)


WAVES = Experiment(Design.WAVES, time=timedelta(days=2))
"""What a reminder does unless its step says otherwise."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the campaign. `text`: the organiser's own words, or empty for the standard ones. `who`: whom it is
    for, among those its kind is for. `paid`: how many of its messages may at most be paid for, to leave faster than is
    free; 0: none. `event`: the question whose event it speaks of, to those who said yes.
    `news`: the revision that moved or cancelled that event, told to whoever said yes to an earlier one. In no file."""

    id: str
    kind: StepKind
    moment: Moment
    text: Text = field(default_factory=dict)
    experiment: Experiment | None = None
    who: Who = EVERYBODY
    paid: int = 0
    event: str = ""
    news: int = 0

    @property
    def has_audience(self) -> bool:
        """Whom it is for is written down before anything is sent: because of a draw, or because it is not for all."""
        return self.experiment is not None or self.who != EVERYBODY

    @property
    def person_by_person(self) -> bool:
        """Each person has a moment of their own: there is no audience that could be drawn from at once."""
        return self.moment.at is None and self.moment.anchor is not Anchor.START


@dataclass(frozen=True, slots=True)
class Post:
    """A message in a Telegram group or channel at a moment, with a button to the private chat. `room`: "@name", or the
    number that Telegram gave it. `source`: what whoever comes by it is counted under. `text`: the organiser's own
    words, or empty for the standard ones."""

    id: str
    room: str
    moment: Moment
    source: str
    text: Text = field(default_factory=dict)


class QuotePolicy(StrEnum):
    NONE = "none"
    REVIEWED = "reviewed"
    MASKED = "masked"


MOST_EMAILS, LONGEST_EMAIL = 20, 64
"""How many addresses a digest goes to, and how long each may be: more people are a mailing list of the partner's."""


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """When and where staff read: weekdays (0 = Monday), local time, the Slack channel (id or #name), e-mail addresses.

    `read_within`: hours after which the staff rooms are reminded of what waits for a person. `zone` "": the
    consultation's. `follows`: topics that are told of, all when empty. `quiet_line`: one line when nothing happened.
    `rooms`: other Slack channels, each with a plan of its own; urgent messages, reminders and letters go to the first.
    `quotes` is for Slack and the organisers' pages: an e-mail cannot be called back, so it quotes nobody.
    """

    weekdays: tuple[int, ...] = (0,)
    at: time = time(8, 45)
    language: str = "fr"
    slack_channel: str = ""
    emails: tuple[str, ...] = ()
    quotes: QuotePolicy = QuotePolicy.REVIEWED
    read_within: int = 24
    zone: str = ""
    follows: tuple[str, ...] = ()
    quiet_line: bool = False
    rooms: tuple["DigestPlan", ...] = ()


MOST_PUSHES = 2
"""In seven days, to one person by one partner: so it is promised to whoever wants to be written to."""


@dataclass(frozen=True, slots=True)
class PartnerProfile:
    """The organisation as the file names it. `id`: at most 40 of [a-z0-9-]. `second_person`: whoever writes a campaign
    in Slack cannot start it: a colleague does. `pushes_a_week`: to one person, over all its campaigns."""

    id: str
    name: Text
    counter: Text = field(default_factory=dict)
    second_person: bool = False
    pushes_a_week: int = MOST_PUSHES


@dataclass(frozen=True, slots=True)
class Consultation:
    """One revision of a consultation, as its file says it. `id`: at most 40 of [a-z0-9-]."""

    id: str
    partner: PartnerProfile
    title: Text
    why: Text
    decided: Text
    open: Text
    decision: Decision
    readers: Readers
    reply: ReplyPromise
    languages: tuple[str, ...]
    zone: str
    opens_at: datetime
    closes_at: datetime
    questions: tuple[Question, ...]
    taxonomy: Taxonomy
    steps: tuple[Step, ...]
    sources: Mapping[str, Text] = field(default_factory=dict)
    why_you: Text = field(default_factory=dict)
    notice: Notice = Notice()
    retention: Retention = Retention()
    redirects: tuple[Redirect, ...] = ()
    quiet: QuietHours = QuietHours()
    digest: DigestPlan = DigestPlan()
    shares: Mapping[str, float] = field(default_factory=dict)
    reference: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    posts: tuple[Post, ...] = ()
    revision: int = 1

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)

    @property
    def taxonomies(self) -> tuple[Taxonomy, ...]:
        """The consultation's list of topics, then those that questions have of their own."""
        return (self.taxonomy, *(each.taxonomy for each in self.questions if each.taxonomy is not None))

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Every topic of every list, each id once."""
        found = {topic.id: topic for each in reversed(self.taxonomies) for topic in each.topics}
        order = dict.fromkeys(topic.id for each in self.taxonomies for topic in each.topics)
        return tuple(found[own] for own in order)

    def knows(self, topic: str) -> bool:
        return any(each.knows(topic) for each in self.taxonomies)

    def in_language(self, text: Text, language: str) -> str:
        """`text` in `language`, else in the consultation's first language; "" when there is no text at all."""
        return text.get(language) or text.get(self.languages[0], "")
