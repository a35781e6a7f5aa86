"""The quiet line "Rangé dans …" when the last question was the open one: said once, right after, or never."""

from dataclasses import replace
from datetime import timedelta

from core.model.consultations import QuestionKind, Taxonomy, Topic
from core.model.dialogues import Filed, Stage
from tests.unit.rules.dialogue_player import Player, example


def finished() -> Player:
    """Someone who has just answered a consultation of one open question."""
    piscine = example("piscine")
    questions = tuple(each for each in piscine.questions if each.kind is QuestionKind.OPEN)
    player = Player(replace(piscine, questions=questions)).begin()
    player.presses("J'ai 15 ans ou plus et j'accepte").says("ouvrir plus tard le soir").waits(10)
    assert player.dialogue.stage is Stage.RESULTS
    return player


def told(player: Player, *topics: str) -> str:
    return player.settings(topics=topics).event(Filed()).text


def test_it_is_said_when_the_tagger_is_sure() -> None:
    player = finished()
    assert told(player, "horaires") == "Rangé dans « Horaires »."
    assert player.labels == ["Ce n'est pas ça"]


def test_it_is_said_once() -> None:
    player = finished()
    told(player, "horaires")
    assert not told(player, "tarifs")


def test_nothing_is_said_when_nothing_is_sure() -> None:
    assert not told(finished())


def test_nothing_is_said_of_a_topic_that_this_revision_does_not_have() -> None:
    assert not told(finished(), "unheard-of")


def test_nothing_is_said_out_of_the_blue() -> None:
    player = finished()
    player.now += timedelta(minutes=3)
    assert not told(player, "horaires")


def test_nothing_is_said_before_the_end() -> None:
    player = Player().begin().presses("J'ai 15 ans ou plus et j'accepte")
    assert not told(player, "horaires")


def test_the_other_topics_of_the_same_list_are_offered_first() -> None:
    own = Taxonomy((Topic("bruit", {"fr": "Bruit"}), Topic("vue", {"fr": "Vue"})))
    piscine = example("piscine")
    questions = tuple(replace(each, taxonomy=own) for each in piscine.questions if each.kind is QuestionKind.OPEN)
    player = Player(replace(piscine, questions=questions)).begin()
    player.presses("J'ai 15 ans ou plus et j'accepte").says("trop de bruit").waits(10)
    assert told(player, "bruit") == "Rangé dans « Bruit »."
    player.presses("Ce n'est pas ça")
    assert player.labels[0] == "Vue"
