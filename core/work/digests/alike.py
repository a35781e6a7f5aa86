"""What many contributions say together: how many others said the same, and what stands for a whole topic.

Texts are the masked ones, the newest first. What is quoted obeys the partner's rule: nothing, what a person reviewed,
or what is masked.
"""

import json
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from core.model.consultations import Consultation, QuotePolicy
from core.model.contributions import Contribution, effective
from core.model.ids import ConsultationId
from core.storage.engine import Storage
from core.storage.lessons import Scope
from core.work.ports import Gist, Surveyor, Theme

MOST_READ = 5_000
"""The newest contributions that are looked at."""
SHOWN = 5
_Seen = TypeVar("_Seen")
MOST_REMEMBERED = 16


class NothingSeen:
    """A surveyor for where no text is looked at."""

    async def themes(self, texts: Sequence[str], others: Sequence[str], language: str) -> Sequence[Theme]:  # noqa: ARG002
        return ()

    async def gist(self, texts: Sequence[str], others: Sequence[str], language: str) -> Gist:  # noqa: ARG002
        return Gist(tuple(range(len(texts))), (), ())


class Remembered:
    """A surveyor that does not look twice at the same texts: a page that is opened again, a digest in several rooms, a
    look-up. Of the texts it keeps a hash. The newest answers are kept, in memory only: numbers, and words that several
    people said."""

    def __init__(self, surveyor: Surveyor) -> None:
        self._surveyor = surveyor
        self._gists: OrderedDict[bytes, Gist] = OrderedDict()
        self._themes: OrderedDict[bytes, Sequence[Theme]] = OrderedDict()

    async def gist(self, texts: Sequence[str], others: Sequence[str], language: str) -> Gist:
        return await _once(self._gists, self._surveyor.gist, texts, others, language)

    async def themes(self, texts: Sequence[str], others: Sequence[str], language: str) -> Sequence[Theme]:
        return await _once(self._themes, self._surveyor.themes, texts, others, language)


async def _once(
    known: OrderedDict[bytes, _Seen],
    look: Callable[[Sequence[str], Sequence[str], str], Awaitable[_Seen]],
    texts: Sequence[str],
    others: Sequence[str],
    language: str,
) -> _Seen:
    key = sha256(json.dumps([texts, others, language]).encode()).digest()
    found = known.get(key)
    if found is None:
        found = known[key] = await look(texts, others, language)
        if len(known) > MOST_REMEMBERED:
            known.popitem(last=False)
    return found


@dataclass(frozen=True, slots=True)
class Said:
    """A masked text that stands for others. `others`: so many other people said nearly the same."""

    text: str
    others: int


@dataclass(frozen=True, slots=True)
class TopicGist:
    """`people`: who spoke of it, among the newest. `phrases`: what they say, and those who speak of other topics
    rarely do."""

    people: int
    phrases: tuple[str, ...]
    said: tuple[Said, ...]


async def others_alike(
    storage: Storage, surveyor: Surveyor, consultation: Consultation, ids: Collection[str]
) -> dict[str, int]:
    """By contribution, how many other people said nearly the same; those that nobody else said are left out."""
    if not ids:
        return {}
    read = await _newest(storage, consultation)
    gist = await surveyor.gist([each.text or "" for each in read], [], consultation.languages[0])
    alike = _alike(read, gist.groups)
    wanted = {each.id: alike[place] for place, each in enumerate(read) if each.id in ids}
    return {own: n for own, n in wanted.items() if n}


async def said_like(
    storage: Storage, surveyor: Surveyor, consultation: Consultation, contribution: str
) -> Sequence[Contribution]:
    """It and what says nearly the same, the newest first; nothing when nothing else does."""
    read = await _newest(storage, consultation)
    gist = await surveyor.gist([each.text or "" for each in read], [], consultation.languages[0])
    group = next((group for each, group in zip(read, gist.groups, strict=True) if each.id == contribution), None)
    found = [each for each, own in zip(read, gist.groups, strict=True) if own == group]
    return found if len(found) > 1 else []


async def gist_of(storage: Storage, surveyor: Surveyor, consultation: Consultation, topic: str) -> TopicGist:
    """What people say of one topic."""
    read = await _newest(storage, consultation)
    about = [each for each in read if any(tag.topic == topic for tag in effective(each.tags))]
    known = {each.id for each in about}
    others = [each.text or "" for each in read if each.id not in known]
    gist = await surveyor.gist([each.text or "" for each in about], others, consultation.languages[0])
    alike = _alike(about, gist.groups)
    quotable = await quotable_texts(storage, consultation, [about[place] for place in gist.examples])
    said = [Said(quotable[about[place].id], alike[place]) for place in gist.examples if about[place].id in quotable]
    return TopicGist(len({who(each) for each in about}), gist.phrases, tuple(said[:SHOWN]))


async def quotable_texts(
    storage: Storage, consultation: Consultation, some: Sequence[Contribution]
) -> Mapping[str, str]:
    """Of these, what may be quoted now, by contribution."""
    policy = consultation.digest.quotes
    if policy is QuotePolicy.NONE:
        return {}
    async with storage.reading() as unit:
        own, ids = ConsultationId(consultation.id), [each.id for each in some]
        still = await unit.readouts.still_quotable(own, ids, reviewed_only=policy is QuotePolicy.REVIEWED)
    return {each: found.text for each, found in still.items()}


async def _newest(storage: Storage, consultation: Consultation) -> list[Contribution]:
    async with storage.reading() as unit:
        return await unit.lessons.newest(Scope(ConsultationId(consultation.id)), MOST_READ)


def _alike(read: Sequence[Contribution], groups: Sequence[int]) -> list[int]:
    """For each, how many other people are in its group: whoever says it twice is one."""
    people = Counter(head for head, _ in {(head, who(each)) for head, each in zip(groups, read, strict=True)})
    return [people[head] - 1 for head in groups]


def who(each: Contribution) -> str:
    """Who said it. On paper nobody knows who: each is somebody."""
    return each.citizen or each.id
