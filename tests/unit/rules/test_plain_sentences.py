"""What makes a text hard to read, and what does not: each kind by examples, in French and in English."""

import pytest

from config.plain_words import read_plain_words
from core.rules.plain_language import PlainWords, hard_words
from core.rules.plain_sentences import Effort, Kind, effort, remarks

PLAIN = read_plain_words()

MET = [
    (Kind.LONG_SENTENCE, "fr", "un " * 21),
    (Kind.LONG_ON_AVERAGE, "en", "word " * 13),
    (Kind.SEVERAL_QUESTIONS, "fr", "Quels horaires ? Quels tarifs ?"),
    (Kind.SEVERAL_QUESTIONS, "fr", "Que pensez-vous du parc et comment y venez-vous ?"),
    (Kind.SEVERAL_QUESTIONS, "en", "What do you like and why?"),
    (Kind.SEVERAL_QUESTIONS, "en", "What do you like? Would you pay for it?"),
    (Kind.SEVERAL_QUESTIONS, "fr", "Quel est votre lieu préféré, et quand y allez-vous ?"),
    (Kind.PASSIVE, "fr", "Le projet a été validé."),
    (Kind.PASSIVE, "fr", "Les travaux seront menés par la ville."),
    (Kind.PASSIVE, "fr", "La rue est entièrement refaite par une entreprise."),
    (Kind.PASSIVE, "en", "The street will be closed."),
    (Kind.PASSIVE, "en", "The plan was quickly approved by the council."),
    (Kind.TWO_DENIALS, "fr", "Il n'est pas impossible de venir."),
    (Kind.TWO_DENIALS, "fr", "Vous ne pouvez pas venir sans carte."),
    (Kind.TWO_DENIALS, "en", "It is not uncommon."),
    (Kind.SHORT_NAME, "fr", "Le PCAET change."),
    (Kind.SHORT_NAME, "en", "The LTN starts in May."),
]
NOT_MET = [
    (Kind.SEVERAL_QUESTIONS, "fr", "Quels jours et quelles heures vous vont"),
    (Kind.SEVERAL_QUESTIONS, "fr", "Le jour, la nuit : quand venez-vous ?"),
    (Kind.SEVERAL_QUESTIONS, "fr", "Comment venez-vous à l'école ? À pied, à vélo, en voiture ?"),
    (Kind.SEVERAL_QUESTIONS, "fr", "Quand venez-vous : le matin ou quand il fait nuit ?"),
    (Kind.SEVERAL_QUESTIONS, "en", "How do you get to school? On foot, by bike, by car?"),
    (Kind.SEVERAL_QUESTIONS, "en", "When do you come: in the morning or when it is dark?"),
    (Kind.PASSIVE, "fr", "La piscine est fermée le lundi."),
    (Kind.PASSIVE, "fr", "Vous êtes venu par le bus."),
    (Kind.PASSIVE, "en", "The pool is closed on Monday."),
    (Kind.TWO_DENIALS, "fr", "Vous ne venez pas. C'est impossible le soir."),
    (Kind.SHORT_NAME, "fr", "Le PCAET (plan pour le climat) change."),
    (Kind.SHORT_NAME, "fr", "Le plan climat air énergie territorial (PCAET) change."),
    (Kind.SHORT_NAME, "fr", "Tapez STOP. La SNCF répond. Louis XIV aussi."),
    (Kind.SHORT_NAME, "fr", "NON AU PROJET DE ROCADE"),
    (Kind.LONG_ON_AVERAGE, "fr", "un " * 12),
]


@pytest.mark.parametrize(("kind", "language", "text"), MET)
def test_it_is_remarked(kind: Kind, language: str, text: str) -> None:
    assert kind in {remark.kind for remark in remarks(text, language, PlainWords())}


@pytest.mark.parametrize(("kind", "language", "text"), NOT_MET)
def test_it_is_fine(kind: Kind, language: str, text: str) -> None:
    assert kind not in {remark.kind for remark in remarks(text, language, PlainWords())}


@pytest.mark.parametrize(
    ("language", "text", "instead"),
    [
        ("fr", "Les démarches sont dématérialisées.", "internet, ou : en ligne"),
        ("fr", "La stratégie foncière", "le plan"),
        ("fr", "des réserves foncières", "les terrains"),
        ("fr", "Nous préconisons", "un conseil"),
        ("fr", "les syndicats mixtes", "un groupe de communes"),
        ("en", "we will be prioritising", "do first"),
        ("en", "Eligibility", "who can have it"),
        ("en", "pedestrianised streets", "no cars"),
    ],
)
def test_every_form_of_a_hard_word_is_met(language: str, text: str, instead: str) -> None:
    assert instead in [write for _, write in hard_words(text, PLAIN[language])]


@pytest.mark.parametrize(
    "text", ["Quels usages faites-vous du parc ?", "Où vont les enfants aux vacances ?", "La statue", "une candidate"]
)
def test_a_word_of_its_own_is_no_form_of_a_hard_word(text: str) -> None:
    assert list(hard_words(text, PLAIN["fr"])) == []


def test_a_longer_expression_wins_over_one_inside_it() -> None:
    assert [found for found, _ in hard_words("la concertation préalable", PLAIN["fr"])] == ["concertation préalable"]


def test_other_languages_are_only_counted() -> None:
    assert {remark.kind for remark in remarks("wort " * 25, "de", PlainWords())} == {Kind.LONG_SENTENCE}


def test_what_reading_takes() -> None:
    assert effort("") == Effort(0, 0, 0, 0)
    assert effort("Plus de bus. " * 30) == Effort(90, 30, 30, 11)
