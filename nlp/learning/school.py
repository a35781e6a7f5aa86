"""Where what is learnt of topics is kept, a folder for each list of topics; learning is done in a process of its own.

FOLDER/piscine/topics/versions/0001 …      FOLDER/piscine/question-venir/versions/0001 …
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from core.model.consultations import Taxonomy
from core.model.errors import FileError, PorteVoixError
from core.model.quality import TopicTried
from core.work.ports import Lesson, Version
from nlp import models
from nlp.child import ask
from nlp.wire import to_json

PATIENCE = timedelta(minutes=20)
_GIVEN_UP = (
    "learning the topics took too long, or more memory than there is (about 500 MB), and was given up: what was in use"
    " stays"
)


class School:
    """The port of `core/work/ports.py`, in files."""

    def __init__(self, folder: Path, *, patience: timedelta = PATIENCE) -> None:
        self._folder = folder.absolute()
        self._patience = patience

    def model(self, place: str, taxonomy: Taxonomy) -> str:
        model = self._folder / place
        name = models.in_use(model)
        if not name:
            return ""
        try:
            known = models.about(model, name)["topics"]
        except FileError:
            return ""
        return str(model) if known == [topic.id for topic in taxonomy.topics] else ""

    def versions(self, place: str) -> Sequence[Version]:
        model = self._folder / place
        current, found = models.in_use(model), list[Version]()
        for name in models.versions(model):
            with suppress(FileError):  # half written when the machine stopped: as if it had not been
                found.append(_version(name, models.facts(model, name), in_use=name == current))
        return found

    async def learn(
        self, place: str, taxonomy: Taxonomy, language: str, lessons: Sequence[Lesson], *, at: datetime, count: int
    ) -> Version:
        request = {
            "model": str(self._folder / place),
            "taxonomy": to_json(taxonomy),
            "language": language,
            "at": at.isoformat(),
            "count": count,
            "known": [
                [each.text, each.question, each.topics, each.fresh] for each in lessons if each.topics is not None
            ],
            "more": [[each.text, each.question] for each in lessons if each.topics is None],
        }
        said = await ask("nlp.learning.lesson", request, self._patience, otherwise=_GIVEN_UP)
        if "error" in said:
            raise PorteVoixError(said["error"], said["key"], **said["places"])
        return next(each for each in self.versions(place) if each.name == said["version"])

    def back(self, place: str) -> str:
        model = self._folder / place
        if not models.in_use(model):
            raise FileError("nothing that was learnt is in use: the list of topics alone sorts")
        try:
            return str(models.back(model)["version"])
        except FileError:
            models.set_aside(model)
            return ""

    def remove(self, place: str, names: Collection[str]) -> None:
        models.remove(self._folder / place, names)


def _version(name: str, facts: Mapping[str, Any], *, in_use: bool) -> Version:
    return Version(
        name=name,
        learnt_at=datetime.fromisoformat(facts["at"]),
        count=int(facts["count"]),
        sorted=int(facts["sorted"]),
        unsorted=int(facts["unsorted"]),
        score=facts.get("micro_f1"),
        alone=facts.get("taxonomy_micro_f1"),
        refused=bool(facts.get("refused")),
        in_use=in_use,
        tried=tuple(TopicTried(*each) for each in facts.get("tried", ())),
    )
