""" "Ce n'est pas ça" is about the answer that the quiet line named, and about no other."""

from collections.abc import Sequence
from dataclasses import replace

from core.model.consultations import Question, QuestionKind
from core.model.contributions import By
from core.model.ids import ConsultationId
from core.work.ports import Tagged, TagJob, TopicScore, Untaggable
from tests.builders import both, consultation
from tests.integration.review.village import Village

OPEN = QuestionKind.OPEN
TWO = replace(
    consultation(),
    steps=(),
    questions=(
        Question("more", OPEN, both("Pour venir plus ?", "To come more?")),
        Question("else", OPEN, both("Autre chose ?", "Anything else?")),
    ),
)


class ByWord:
    """Sure of the evening, a little less of the price."""

    async def tag(self, jobs: Sequence[TagJob]) -> Sequence[Tagged | Untaggable]:
        return [Tagged(job.text, job.language, self._topics(job.text)) for job in jobs]

    def _topics(self, text: str) -> tuple[TopicScore, ...]:
        found = (
            TopicScore("hours", 0.9, confident=True) if "soir" in text else TopicScore("prices", 0.8, confident=True)
        )
        return (found,)


async def test_only_the_answer_that_was_named_is_corrected(village: Village) -> None:
    village.house.tagging.tagger = ByWord()
    await village.starts(TWO)
    await village.agrees("anna", "poster")
    await village.says("anna", "ouvrir plus tard le soir, je travaille")
    await village.later(seconds=11)
    await village.says("anna", "et un prix plus bas pour les familles")
    await village.later(seconds=11)
    await village.house.settle()
    await village.presses("anna", "pas ça")
    await village.presses("anna", "Accès PMR")
    async with village.storage.reading() as unit:
        page = await unit.contributions.page(ConsultationId("pool"))
    said = {each.question: {(tag.topic, tag.by) for tag in each.tags} for each in page}
    assert said == {
        "more": {("hours", By.TAGGER), ("access", By.CITIZEN)},
        "else": {("prices", By.TAGGER)},
    }
    await village.presses("anna", "Eau")
    async with village.storage.reading() as unit:
        page = await unit.contributions.page(ConsultationId("pool"))
    again = {each.question: {tag.topic for tag in each.tags if tag.by is By.CITIZEN} for each in page}
    assert again == {"more": {"water"}, "else": set()}
