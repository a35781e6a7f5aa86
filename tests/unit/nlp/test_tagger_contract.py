"""The contract of core.work.ports.Tagger, on every tagger there is."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

import pytest

from core.model.consultations import Taxonomy, Topic
from core.work.ports import Likener, Tagged, Tagger, TagJob, Untaggable
from nlp.tagger import InProcessTagger, ProcessTagger
from tests.unit.nlp import watches
from tests.unit.nlp.taxonomies import POOL

OTHER = Taxonomy((Topic("arbres", {"fr": "Arbres"}, "", ("arbre", "parc", "ombre")),))
MAKERS: dict[str, Callable[[], InProcessTagger | ProcessTagger]] = {
    "process": lambda: ProcessTagger(watch="tests.unit.nlp.watches:stop_the_process"),
    "in process": lambda: InProcessTagger(watch=watches.fail),
}


class Driver:
    """A tagger on a loop of its own, so that one serves a whole module (loading takes seconds)."""

    def __init__(self, runner: asyncio.Runner, tagger: Tagger) -> None:
        self._runner = runner
        self.tagger = tagger

    def tag(self, *jobs: TagJob) -> Sequence[Tagged | Untaggable]:
        return self._runner.run(self._tag(jobs))

    def tag_at_once(self, *batches: Sequence[TagJob]) -> list[Sequence[Tagged | Untaggable]]:
        return self._runner.run(self._tag_at_once(batches))

    def alike(self, texts: Sequence[str]) -> Sequence[int]:
        assert isinstance(self.tagger, Likener)
        return self._runner.run(self.tagger.alike(texts))

    async def _tag(self, jobs: Sequence[TagJob]) -> Sequence[Tagged | Untaggable]:
        return await self.tagger.tag(jobs)

    async def _tag_at_once(self, batches: Sequence[Sequence[TagJob]]) -> list[Sequence[Tagged | Untaggable]]:
        return list(await asyncio.gather(*(self.tagger.tag(batch) for batch in batches)))


@pytest.fixture(scope="module", params=MAKERS)
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        tagger = MAKERS[request.param]()
        runner.run(tagger.__aenter__())
        yield Driver(runner, tagger)
        runner.run(tagger.__aexit__(None, None, None))


def job(text: str, language: str = "fr", taxonomy: Taxonomy = POOL) -> TagJob:
    return TagJob(text, language, taxonomy)


def tagged(answer: Tagged | Untaggable) -> Tagged:
    assert isinstance(answer, Tagged)
    return answer


def topics(answer: Tagged | Untaggable) -> list[str]:
    return [topic.topic for topic in tagged(answer).topics]


def test_an_empty_batch_has_no_answer(driver: Driver) -> None:
    assert list(driver.tag()) == []


def test_one_answer_a_job_in_order(driver: Driver) -> None:
    answers = driver.tag(
        job("ouvrir plus tard le soir"), job("oui"), job("trop cher"), job("une rampe pour mon fauteuil")
    )
    assert [topics(answer) for answer in answers] == [["horaires"], [], ["tarifs"], ["acces"]]


def test_what_people_may_read_is_masked_and_flagged(driver: Driver) -> None:
    [answer] = driver.tag(job("bande de connards, rappelez-moi au 06 12\n34 56 78"))
    assert tagged(answer).masked == "bande de connards, rappelez-moi au [téléphone]"
    assert tagged(answer).kinds == ("phone",)
    assert tagged(answer).flags == ("insult",)


def test_the_masks_speak_the_language_of_the_conversation(driver: Driver) -> None:
    [answer] = driver.tag(job("please call me on +44 7911 123456 about the opening hours", "en"))
    assert tagged(answer).masked == "please call me on [phone] about the opening hours"
    assert tagged(answer).language == "en"
    assert topics(answer) == ["horaires"]


def test_the_taxonomy_travels_with_the_job(driver: Driver) -> None:
    answers = driver.tag(job("des arbres"), job("des arbres", taxonomy=OTHER), job("des arbres", taxonomy=Taxonomy(())))
    assert [topics(answer) for answer in answers] == [[], ["arbres"], []]


def test_scores_are_between_none_and_all(driver: Driver) -> None:
    for answer in driver.tag(job("les horaires le dimanche, et le prix de l'abonnement"), job("horaires " * 500)):
        scores = [topic.score for topic in tagged(answer).topics]
        assert scores
        assert all(0 <= score <= 1 for score in scores)
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\x00",
        "\ud800 horaires",
        "e" + "\u0301" * 300,
        "\u202ehoraires",
        "👩\u200d🌾",
        "a" * 100_000,
        "1 " * 5_000,
    ],
)
def test_no_text_is_too_strange(driver: Driver, text: str) -> None:
    [answer] = driver.tag(job(text))
    tagged(answer).masked.encode()


def test_a_text_that_stops_the_tagger_twice_is_untaggable_and_the_others_are_answered(driver: Driver) -> None:
    before, deadly, after, last = driver.tag(
        job("le dimanche"), job(watches.DEADLY), job("trop cher"), job("une rampe pour le fauteuil")
    )
    assert isinstance(deadly, Untaggable)
    assert "twice" in deadly.reason
    assert watches.DEADLY not in deadly.reason
    assert [topics(answer) for answer in (before, after, last)] == [["horaires"], ["tarifs"], ["acces"]]


def test_batches_at_once_do_not_mix(driver: Driver) -> None:
    texts = ["le dimanche", "trop cher", "une rampe"]
    batches = [[job(texts[(place + turn) % 3]) for place in range(5)] for turn in range(6)]
    for batch, answers in zip(batches, driver.tag_at_once(*batches), strict=True):
        assert [tagged(answer).masked for answer in answers] == [entry.text for entry in batch]


def test_two_thousand_texts(driver: Driver) -> None:
    jobs = [job(f"ouvrir le dimanche {place}") for place in range(2000)]
    assert [tagged(answer).masked for answer in driver.tag(*jobs)] == [entry.text for entry in jobs]


def test_it_says_which_texts_say_the_same(driver: Driver) -> None:
    texts = ["Mieux expliquer nos projets", "moins de jargon", "mieux expliquer nos projets !"]
    assert list(driver.alike(texts)) == [0, 1, 0]
    assert list(driver.alike([])) == []
