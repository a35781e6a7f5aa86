"""What people speak of that no topic says: themes among what is "à classer", proposed to staff, accepted by a person.

    contributions without a topic ─▶ surveyor ─▶ themes that hold together ─▶ accept ─▶ the file with one topic more
                                                                                 └─▶ its revision · its contributions

Nothing about a proposal is stored. Its number comes from its list and its leading word: the same theme has the same
number tomorrow, and no other has it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

from core.model.audit import Act
from core.model.consultations import Consultation
from core.model.contributions import By, Contribution, effective
from core.model.errors import FileError, NotFound
from core.model.ids import ConsultationId, ContributionId
from core.storage.engine import Storage
from core.storage.unit import Unit
from core.work.digests.alike import quotable_texts, who
from core.work.ports import Chance, Clock, Surveyor, Theme
from core.work.staff import campaigns
from core.work.teaching import Class, Teaching, classes

MOST_READ = 5_000
"""The newest contributions of a list that are looked at."""
SHOWN = 3
LONGEST_NAME = 60
BELONGS = 0.5
"""The score of what was filed under a topic because its theme was accepted: the word of a resemblance."""

WriteTopic = Callable[[str, str, Sequence[str], str | None], tuple[str, Consultation]]
"""(text of a file, name, words, the question whose list it is) → the text with the topic, and what it says now. Raises
`FileError`."""


def cannot_write(_file: str, _name: str, _words: Sequence[str], _question: str | None) -> tuple[str, Consultation]:
    raise FileError("no file can be written here")


@dataclass(frozen=True, slots=True)
class Proposed:
    """`question`: the theme is one for the list of this question; None: for the consultation's. `words`: the leading
    one first. `examples`: masked, and only what the partner lets be quoted."""

    number: int
    question: str | None
    name: str
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    people: int
    contributions: tuple[ContributionId, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """`file`: the text of the new revision, for whoever keeps the file. `filed`: so many contributions."""

    topic: str
    name: str
    revision: int
    filed: int
    file: str


@dataclass(slots=True)
class Themes:
    storage: Storage
    clock: Clock
    chance: Chance
    surveyor: Surveyor
    write: WriteTopic
    teaching: Teaching

    async def proposed(self, consultation: Consultation) -> list[Proposed]:
        """The largest first, each list of topics by itself."""
        found: list[Proposed] = []
        for one in classes(consultation):
            async with self.storage.reading() as unit:
                read = await unit.lessons.newest(one.scope, MOST_READ)
            for language in consultation.languages:
                spoken = [each for each in read if each.language == language]
                unsorted = [each for each in spoken if not effective(each.tags)]
                sorted_ = [each.text or "" for each in spoken if effective(each.tags)]
                for theme in await self.surveyor.themes([each.text or "" for each in unsorted], sorted_, language):
                    taken = {each.number for each in found}
                    found.append(await self._proposal(consultation, one, theme, unsorted, taken))
        return sorted(found, key=lambda each: (-each.people, each.number))

    async def accept(self, consultation: Consultation, number: int, name: str, actor: str) -> Accepted:
        """The theme becomes a topic: a new revision of the consultation, with its contributions filed under it.
        `name` "": that of the proposal. Raises `NotFound` when the number is none of them (any more), `FileError` when
        the file cannot take it."""
        theme = next((each for each in await self.proposed(consultation) if each.number == number), None)
        if theme is None:
            raise NotFound(
                f"no theme has the number {number} now: `python main.py topics themes {consultation.id}` lists them",
                "error.theme",
                number=number,
                consultation=consultation.id,
            )
        called = " ".join(name.split())[:LONGEST_NAME] or theme.name
        async with self.storage.unit() as unit:
            accepted = await self._accepted(unit, consultation, theme, called)
            own, now = ConsultationId(consultation.id), self.clock.now()
            partner = consultation.partner.id
            await unit.audit.note(Act.TOPIC_ACCEPTED, partner=partner, actor=actor, subject=own, now=now)
        self.teaching.asked.add(own)  # what was learnt was for the shorter list
        return accepted

    async def _accepted(self, unit: Unit, consultation: Consultation, theme: Proposed, name: str) -> Accepted:
        own, now = ConsultationId(consultation.id), self.clock.now()
        file = await unit.consultations.file(own, consultation.revision)
        if file is None:
            raise FileError(
                f"the file of {own!r} is not known here: `python main.py campaign start FILE` once, then accept",
                "error.file_unknown",
                consultation=own,
            )
        text, after = self.write(file, name, theme.words, theme.question)
        known = {topic.id for topic in consultation.topics}
        topic = next((each.id for each in after.topics if each.id not in known), None)
        if topic is None:
            raise FileError(
                f"{name!r} is called like a topic that exists: give another name with --name",
                "error.theme_known",
                name=name,
            )
        revision = await campaigns.revise(unit, consultation, after, self.chance, now=now, file=text)
        filed = 0
        for each in await unit.contributions.get(theme.contributions):
            sorted_by = any(tag.by is not By.TAGGER for tag in each.tags)  # "none of them" too: a person's word stays
            if each.text is not None and not sorted_by and not effective(each.tags):
                await unit.sorting.put_tags(each.id, [(topic, BELONGS, False)], By.TAGGER, now)
                filed += 1
        return Accepted(topic, name, revision, filed, text)

    async def _proposal(
        self, consultation: Consultation, one: Class, theme: Theme, unsorted: Sequence[Contribution], taken: set[int]
    ) -> Proposed:
        number = 100 + crc32(f"{one.place}:{theme.words[0]}".encode()) % 900
        while number in taken:
            number += 1
        said = [unsorted[place] for place in theme.texts]
        shown = [unsorted[place] for place in theme.examples]
        quotable = await quotable_texts(self.storage, consultation, shown)
        examples = [quotable[each.id] for each in shown if each.id in quotable]
        called = (theme.phrases or theme.words)[0]
        people = len({who(each) for each in said})
        return Proposed(
            number=number,
            question=one.scope.question,
            name=called[:1].upper() + called[1:],
            words=theme.words,
            phrases=theme.phrases,
            people=people,
            contributions=tuple(each.id for each in said),
            examples=tuple(examples[:SHOWN]),
        )
