"""The contributions that staff look for: by what the database knows of them, and by words and topics.

    filters ─▶ SQL, 500 at a time, newest first ─▶ topic? words? ─▶ a page, and how many there are in all

Words are compared as people type them: capitals, accents and punctuation do not matter, and the beginning of a word is
enough. No database does that everywhere, so the texts are read here, up to `MOST_READ` of them.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from core.model.contributions import By, effective
from core.model.ids import ConsultationId, ContributionId
from core.rules.plain_text import words
from core.storage.engine import Storage
from core.storage.shelf import Kept, Wanted

PAGE, CHUNK = 25, 500
MOST_READ = 20_000
"""So many texts are read for one search; what is older is found by narrowing the dates."""

UNSORTED = "-"
"""In the place of a topic: those that have none."""
CORRECTED = "~"
"""In the place of a topic: those whose author or staff said another topic than the program."""


@dataclass(frozen=True, slots=True)
class Search:
    """`topic`: a topic's id, `UNSORTED`, `CORRECTED` or "". `words`: all of them must occur."""

    wanted: Wanted = field(default_factory=Wanted)
    topic: str = ""
    words: tuple[str, ...] = ()

    @property
    def reads_texts(self) -> bool:
        return bool(self.topic or self.words)


@dataclass(frozen=True, slots=True)
class Found:
    """`more`: what to ask for to get the next page. `count`: how many in all; `whole` False: among the `MOST_READ`
    newest that the filters leave."""

    kept: Sequence[Kept]
    more: ContributionId | None
    count: int
    whole: bool = True


def search_words(typed: str) -> tuple[str, ...]:
    """What somebody typed into the field, as words to look for."""
    return tuple(dict.fromkeys(words(typed)))


async def find(
    storage: Storage,
    consultation: ConsultationId,
    search: Search,
    *,
    after: ContributionId | None = None,
    size: int = PAGE,
) -> Found:
    """One page of what was searched for."""
    if not search.reads_texts:
        async with storage.reading() as unit:
            count = await unit.shelf.count(consultation, search.wanted)
            some = await unit.shelf.contributions(consultation, search.wanted, after=after, limit=size + 1)
        return Found(some[:size], _next(some, size), count)
    count, page, behind, read = 0, list[Kept](), after is None, 0
    async for each in _read(storage, consultation, search.wanted):
        read += 1
        if read > MOST_READ:
            return Found(page[:size], _next(page, size), count, whole=False)
        if _matches(each, search):
            count += 1
            if behind and len(page) <= size:
                page.append(each)
        behind = behind or each.contribution.id == after
    return Found(page[:size], _next(page, size), count)


async def every(storage: Storage, consultation: ConsultationId, search: Search) -> AsyncIterator[Kept]:
    """All that was searched for, without a limit: for an export."""
    async for each in _read(storage, consultation, search.wanted):
        if _matches(each, search):
            yield each


async def _read(storage: Storage, consultation: ConsultationId, wanted: Wanted) -> AsyncIterator[Kept]:
    after: ContributionId | None = None
    while True:
        async with storage.reading() as unit:
            some = await unit.shelf.contributions(consultation, wanted, after=after, limit=CHUNK)
        for each in some:
            yield each
        if len(some) < CHUNK:
            return
        after = some[-1].contribution.id


def _next(page: Sequence[Kept], size: int) -> ContributionId | None:
    return page[size - 1].contribution.id if len(page) > size else None


def _matches(kept: Kept, search: Search) -> bool:
    contribution = kept.contribution
    if search.topic == UNSORTED and (contribution.text is None or effective(contribution.tags)):
        return False
    if search.topic == CORRECTED and not any(tag.by is not By.TAGGER for tag in contribution.tags):
        return False
    if search.topic not in ("", UNSORTED, CORRECTED) and search.topic not in {
        tag.topic for tag in effective(contribution.tags)
    }:
        return False
    if not search.words:
        return True
    if contribution.text is None or contribution.redirected:
        return False
    said = words(contribution.text)
    return all(any(word.startswith(wanted) for word in said) for wanted in search.words)
