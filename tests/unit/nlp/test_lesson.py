"""Learning again: never something worse, and no word of one person's own in what is kept."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.work.ports import TagJob
from nlp import models
from nlp.learning.lesson import SAID_BY, learn_again, worse
from nlp.learning.training import Example, HeldBack, learn
from nlp.pipeline import Pipeline
from nlp.topics import TopicTagger
from nlp.wire import to_json
from tests.unit.nlp.sortings import POOL, texts


def request(model: Path, examples: list[Example], more: list[list[str]], **changed: Any) -> dict[str, Any]:
    names = [topic.id for topic in POOL.topics]
    known = [[each.text, each.question, [names[k] for k in each.topics], True] for each in examples]
    asked = {"model": str(model), "taxonomy": to_json(POOL), "language": "en", "at": "2026-11-30T02:00:00+00:00"}
    return {**asked, "count": 30, "known": known, "more": more, **changed}


def test_what_one_person_alone_said_is_not_kept_and_a_mask_is_no_word(tmp_path: Path) -> None:
    secret = "chrysanthème"
    more = [[f"{secret} de {name}, ouvert le soir [téléphone]", ""] for name in ("anna", "bob")]
    name = learn_again(request(tmp_path, texts(60, 31), more))
    told = json.loads((tmp_path / "versions" / name / "learnt.json").read_text(encoding="utf-8"))
    words = set(told["vocabularies"][0])
    assert "chrysantheme" not in words and "telephone" not in words
    assert {"ouvert", "soir"} <= words
    assert len(more) < SAID_BY


def test_its_figures_are_kept_beside_it_and_a_refused_one_is_never_in_use(tmp_path: Path) -> None:
    first = learn_again(request(tmp_path, texts(60, 32), []))
    facts = models.facts(tmp_path, first)
    assert facts["micro_f1"] > facts["taxonomy_micro_f1"] > 0
    assert not facts["refused"]
    assert sum(support for _, support, _, _ in facts["tried"]) == facts["sorted"]
    assert models.in_use(tmp_path) == first
    # Learnt from much less, and held to what neither has seen.
    second = learn_again(request(tmp_path, texts(12, 33, alone=True), []))
    assert models.facts(tmp_path, second)["refused"]
    assert models.in_use(tmp_path) == first
    models.save(tmp_path, learn(TopicTagger("en", POOL, None), texts(50, 34), []))
    assert models.back(tmp_path)["version"] == first


def test_worse_is_less_than_the_list_alone_or_less_than_what_is_in_use_on_what_neither_has_seen(tmp_path: Path) -> None:
    tagger = TopicTagger("en", POOL, None)
    learnt = learn(tagger, texts(80, 35), [])
    models.save(tmp_path, learnt)
    unseen = texts(12, 36, alone=True)
    truth = np.array([[k in each.topics for k in range(3)] for each in unseen], dtype=float)
    cold = np.array([tagger.taxonomy_scores(each.text) for each in unseen])
    right, nothing, fresh = (
        truth > 0,
        np.zeros(truth.shape, dtype=bool),
        {(each.text, each.question) for each in unseen},
    )
    assert not worse(HeldBack(unseen, truth, right, cold), fresh, tmp_path)
    assert worse(HeldBack(unseen, truth, nothing, truth * 0.9), set(), tmp_path)
    half = right.copy()
    half[::2] = False
    assert worse(HeldBack(unseen, truth, half, cold), fresh, tmp_path)
    assert not worse(HeldBack(unseen, truth, half, cold), set(), tmp_path), (
        "nothing new was said: nothing to hold it to"
    )


def test_a_text_is_still_read_when_what_was_learnt_is_gone_and_the_newest_is_asked(
    tmp_path: Path, pipeline: Pipeline
) -> None:
    job = TagJob("moisissures au plafond", "en", POOL, model=str(tmp_path))
    assert not pipeline.answer(job).topics  # type: ignore[union-attr]  # the list alone does not know it
    learn_again(request(tmp_path, texts(90, 37), []))
    assert [each.topic for each in pipeline.answer(job).topics] == ["Propreté"]  # type: ignore[union-attr]  # nor a fault
