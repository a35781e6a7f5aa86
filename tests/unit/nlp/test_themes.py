"""New themes among texts without a topic, and what is dropped."""

from nlp.corpus.themes import themes

SLIDE = [
    "un toboggan pour les enfants serait super",
    "mettre un toboggan avec de l'eau pour les enfants",
    "il manque un grand toboggan pour nos enfants",
    "toboggan et jeux d'eau pour les petits enfants",
    "je voudrais un toboggan, les enfants adorent",
    "les enfants demandent un toboggan depuis longtemps",
]
BUS = [
    "le bus ne passe pas le dimanche",
    "plus de bus le dimanche vers la piscine",
    "aucun bus le dimanche, comment venir",
    "un arrêt de bus ouvert le dimanche",
    "la ligne de bus du dimanche a disparu",
]
SCATTERED = [
    "vraiment formidable cette musique",
    "vraiment dommage pour le carrelage",
    "vraiment cher la glace du distributeur",
    "vraiment loin du centre commercial",
    "vraiment sombre le couloir des casiers",
    "vraiment bruyante la ventilation",
    "bravo aux maîtres nageurs",
    "une horloge visible depuis le bassin",
    "des patères plus hautes",
    "le pédiluve sent mauvais",
]
SORTED = ["ouvrir plus tard le soir", "ouvrir tôt le matin", "des tarifs pour les familles", "trop cher pour cinq"] * 3


def test_what_several_say_together_is_a_theme_and_an_everyday_word_is_none() -> None:
    texts = [*SCATTERED, *SLIDE, *BUS]
    found = themes(texts, SORTED, "fr")
    leads = [set(each.words[:2]) for each in found]
    assert [{"toboggan", "enfants"}, {"bus", "dimanche"}] == leads
    slide, bus = found
    assert {texts[place] for place in slide.texts} == set(SLIDE)
    assert {texts[place] for place in bus.texts} == set(BUS)
    assert set(slide.examples) <= set(slide.texts)
    assert slide.phrases[0] in ("toboggan", "enfants", "toboggan pour les enfants")


def test_said_again_it_is_no_more_of_a_theme() -> None:
    assert themes([*SCATTERED, *["un toboggan pour les enfants"] * 20], SORTED, "fr") == []


def test_what_those_with_a_topic_say_as_often_is_no_new_theme() -> None:
    texts = [*SCATTERED, *SLIDE, *BUS]
    found = themes(texts, [f"{text} aussi tard le soir" for text in SLIDE], "fr")
    assert [each.words[0] for each in found] in (["bus"], ["dimanche"])


def test_masks_and_texts_without_words_make_no_theme() -> None:
    assert themes([f"[nom] {sign}" for sign in "🙂🙁😀😂😍🥲"] * 3, [], "fr") == []
    assert themes([], [], "fr") == []
