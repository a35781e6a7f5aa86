"""What many texts say together."""

from nlp.corpus.gist import gist
from tests.unit.nlp.test_themes import BUS, SLIDE

ALSO = ["Mettre un toboggan avec de l’eau pour les enfants !", "mettre un tobogan avec de l'eau pour les enfants svp"]


def test_who_says_nearly_the_same_is_in_one_group_and_stands_once_among_the_examples() -> None:
    texts = [*SLIDE, *ALSO]
    found = gist(texts, BUS, "fr")
    assert found.groups == (0, 1, 2, 3, 4, 5, 1, 1)
    assert sorted(found.examples) == [0, 1, 2, 3, 4, 5]
    assert found.examples[0] == 1, "what most say comes first"


def test_phrases_are_those_of_several_as_they_were_written_and_none_says_another_again() -> None:
    texts = [f"une pataugeoire couverte {rest}" for rest in ("l'hiver", "pour bébé", "et chauffée", "svp", "un jour")]
    found = gist([*texts, "des casiers", "[nom] est gentil", "[nom] est drôle", "[nom] est là"], BUS, "fr")
    assert found.phrases == ("pataugeoire couverte",)


def test_of_texts_that_are_alike_in_pairs_the_examples_say_different_things() -> None:
    late = ["ouvrir le bassin le soir en été", "ouvrir le grand bassin tous les soirs", "ouvrir tard ce bassin le soir"]
    texts = [*late, "un tarif pour les familles nombreuses", "le tarif des familles est trop cher"]
    one, other = gist(texts, [], "fr").examples[:2]
    assert (one < 3) != (other < 3)


def test_nothing_says_nothing() -> None:
    assert gist([], BUS, "fr").groups == ()
    assert gist(["🙂", "🙂", "😀"], [], "fr").groups == (0, 0, 2)
