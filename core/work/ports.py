"""What has several makers, as Protocols: all that `core` knows of channels, taggers, words and the clock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.model.consultations import Taxonomy
from core.model.deliveries import Param
from core.model.ids import AccountId
from core.model.messages import Inbound, Outbound, Outcome
from core.model.people import Address
from core.model.quality import TopicTried


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware time in UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Chance(Protocol):
    """The one home of randomness."""

    def token(self) -> str:
        """22 url-safe characters that nobody can guess, the first no dash: to a command that would be an option."""
        ...


class Decoder(Protocol):
    """Raw bytes → what they mean; None for what is not ours to answer. Pure; raises ValueError on nonsense."""

    def __call__(self, raw: bytes, /) -> Inbound | None: ...


class Channel(Protocol):
    """One platform, one account. Never raises for what the platform says; it may raise for a bug of ours."""

    async def send(self, address: Address, message: Outbound) -> Outcome: ...


@runtime_checkable
class Finder(Protocol):
    """A channel that can also find what it sent."""

    async def find(self, address: Address, reference: str) -> str | None:
        """The external id of the message that carries `reference` (a delivery's id), None when it is not there.

        Raises `ChannelError` when the platform could not be asked.
        """
        ...


class Words(Protocol):
    """The catalogue. Raises KeyError for a key that it does not have, or a missing parameter."""

    @property
    def languages(self) -> Sequence[str]: ...

    def say(self, key: str, language: str, params: Mapping[str, Param] | None = None) -> str: ...


@dataclass(frozen=True, slots=True)
class TagJob:
    """A whole contribution, raw, with what the conversation knows: its language and the partner's topics.

    `question`: which one it answers. `model`: the folder of what was learnt from corrections; "" = the taxonomy alone.
    """

    text: str
    language: str
    taxonomy: Taxonomy
    question: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class TopicScore:
    """`confident`: sure enough to be said to the person who wrote it. `words`: those of the text that speak for it, the
    strongest first; none of what was masked."""

    topic: str
    score: float
    confident: bool
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tagged:
    """`masked`: the text that people may read. `kinds`: what was masked ("phone", "email" …), one entry a mask.

    `flags`: what a human must look at ("insult", "threat" …). No topics = "à classer".
    """

    masked: str
    language: str
    topics: tuple[TopicScore, ...]
    kinds: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the tagger says of one text: `scores` of every topic, `topics` those it is filed under, best first."""

    language: str
    scores: Mapping[str, float]
    topics: Sequence[TopicScore]


@dataclass(frozen=True, slots=True)
class Untaggable:
    """The text that stopped the tagger twice, or took too long. It stays unread until a person opens it."""

    reason: str


class Tagger(Protocol):
    async def tag(self, jobs: Sequence[TagJob]) -> Sequence[Tagged | Untaggable]:
        """One answer a job, in order. Never raises for a text."""
        ...


@runtime_checkable
class Likener(Protocol):
    """A tagger that can also say which texts say nearly the same."""

    async def alike(self, texts: Sequence[str]) -> Sequence[int]:
        """For each text the place of the first that says the same; its own when nobody said it before."""
        ...


@dataclass(frozen=True, slots=True)
class Lesson:
    """A masked contribution and the question it answers. `topics`: what a person said it is about (() = none of the
    list), None when nobody did. `fresh`: said since what is in use was learnt."""

    text: str
    question: str
    topics: tuple[str, ...] | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One thing that was learnt. `learnt_at`: from what had come until then; `count`: so many contributions of people
    had. `sorted`, `unsorted`: texts that people sorted, and that the list of topics sorted for the time being. `score`:
    micro-F1 of held-back texts, None where there are too few; `alone`: that of the list of topics alone on the same."""

    name: str
    learnt_at: datetime
    count: int
    sorted: int
    unsorted: int
    score: float | None
    alone: float | None
    refused: bool
    in_use: bool
    tried: tuple[TopicTried, ...]


class School(Protocol):
    """Where what is learnt of topics is kept. `place` names one list of topics: "CONSULTATION/topics", or
    "CONSULTATION/question-ID" for a question that has its own."""

    def model(self, place: str, taxonomy: Taxonomy) -> str:
        """What `TagJob.model` takes; "" when nothing is in use, or what is was learnt for other topics."""
        ...

    def versions(self, place: str) -> Sequence[Version]:
        """The oldest first."""
        ...

    async def learn(
        self, place: str, taxonomy: Taxonomy, language: str, lessons: Sequence[Lesson], *, at: datetime, count: int
    ) -> Version:
        """A new version, in use at once unless it does worse. Raises `PorteVoixError` when nothing can be learnt."""
        ...

    def back(self, place: str) -> str:
        """The version before is in use again; its name, "" when that is the list of topics alone."""
        ...

    def remove(self, place: str, names: Collection[str]) -> None:
        """These versions go."""
        ...


@dataclass(frozen=True, slots=True)
class Theme:
    """What several texts say that no topic says. `words`: for a list of topics, the leading one first. `texts`,
    `examples`: places among the texts that were given."""

    words: tuple[str, ...]
    phrases: tuple[str, ...]
    texts: tuple[int, ...]
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gist:
    """What many texts say together. `groups`: for each text the place of the first that says nearly the same.
    `phrases`: what they say and others do not, the most telling first. `examples`: places of texts that stand for the
    others and say different things, the most typical first."""

    groups: tuple[int, ...]
    phrases: tuple[str, ...]
    examples: tuple[int, ...]


class Surveyor(Protocol):
    """Looks at many masked texts at once. Raises `PorteVoixError` when it cannot."""

    async def gist(self, texts: Sequence[str], others: Sequence[str], language: str) -> Gist:
        """What `texts` say together, beside `others`."""
        ...

    async def themes(self, texts: Sequence[str], others: Sequence[str], language: str) -> Sequence[Theme]:
        """New themes among `texts`, the largest first; `others` have a topic already."""
        ...


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """One update as the platform sent it. `update_id` is unique inside the account."""

    account: AccountId
    update_id: str
    chat: str
    raw: bytes
    received_at: datetime


class Inbox(Protocol):
    """Where an ingress puts what came, before it acknowledges anything."""

    async def accept(self, updates: Sequence[RawUpdate]) -> int:
        """Committed when it returns. The number that was new (the same update twice counts once)."""
        ...
