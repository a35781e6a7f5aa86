"""Insults and threats are seen through their disguises; anger at a thing, and words that only look alike, are not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nlp.flags
from nlp.flags import Flag, flags, weighed
from nlp.normalise import fold


@pytest.mark.parametrize(
    "text",
    [
        "vous êtes des connards",
        "C0NN@RD",
        "c.o.n.n.a.r.d",
        "c o n n a r d !",
        "connaaaaard",
        "c*nnard",
        "encul* de maire",
        "Bande d'incapables",
        "vous êtes tous des voleurs",
        "espèce de clown",
        "Fils de pute",
        "ta gueule",
        "you are such an idiot",
        "F U C K YOU",
        "fuck off",
        "\u200bcon\u200bnard",
    ],
)
def test_insults(text: str) -> None:
    assert "insult" in flags(text)


@pytest.mark.parametrize(
    "text",
    [
        "je vais te tuer",
        "je vais vous buter tous",
        "on va les pendre",
        "tu vas le payer",
        "je sais où tu habites",
        "on va mettre le feu à la mairie",
        "mort au maire",
        "il mérite une balle dans la tête",
        "I will kill you",
        "we know where you live",
        "the mayor should be shot",
    ],
)
def test_threats(text: str) -> None:
    assert "threat" in flags(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c'est vraiment con",
        "quelle merde ce bus",
        "la salle noire est trop petite",
        "il y a trop de chiens sales",
        "les voleurs de vélos",
        "un spectacle de clown",
        "ça va tuer le commerce",
        "on va tuer le petit commerce",
        "il faut les planter, ces arbres",
        "les arbres, on va les abattre",
        "le bus est toujours en retard",
        "vous êtes morts de rire",
        "je vais me tuer au travail",
        "une mort lente pour le centre-ville",
        "putain, enfin une piste cyclable",
        "kill the noise at night",
        "le train a du retard, encore des retards",
        "5 à 7 € et 3*4 places, 10 000 $",
    ],
)
def test_neither(text: str) -> None:
    assert flags(text) == ()


@pytest.mark.parametrize(
    ("text", "weighed_as"),
    [
        ("je vais te tuer", Flag("threat", 3)),
        ("vous allez le regretter", Flag("threat", 2)),
        ("sale arabe", Flag("insult", 3)),
        ("go back to your country", Flag("insult", 3)),
        ("what a w a n k e r", Flag("insult", 2)),
        ("bande d'incapables", Flag("insult", 1)),
    ],
)
def test_how_grave_it_is(text: str, weighed_as: Flag) -> None:
    assert weighed(text) == (weighed_as,)


def test_of_one_kind_the_gravest_is_told() -> None:
    assert weighed("connard de sale arabe, vous allez le regretter, je vais vous tuer") == (
        Flag("threat", 3),
        Flag("insult", 3),
    )


def test_both_the_threat_first() -> None:
    assert flags("connard, je vais te tuer") == ("threat", "insult")


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_looked_at(text: str) -> None:
    assert set(flags(text)) <= {"threat", "insult"}


@pytest.mark.parametrize(
    "unit", ["c*", "a b ", "vous etes ", "*", "c", "je vais ", "i will ", "bande de tous ", "a.b.", "0o", "!"]
)
def test_a_hundred_thousand_characters_come_to_an_end(unit: str) -> None:
    flags((unit * 100_000)[:100_000])


@pytest.mark.parametrize(
    ("listed", "before"),
    [(nlp.flags._HATRED_TEXT, "oui"), (nlp.flags._INSULTS_TEXT, "oui"), (nlp.flags._MILD_TEXT, "bande de")],
    ids=["hatred", "insults", "milder words"],
)
def test_every_entry_of_the_lists_is_met_with_its_double_letters_and_without(listed: str, before: str) -> None:
    """A list is looked through only where the first word of an entry is."""
    for entry in (fold(each).replace("_", " ") for each in listed.split()):
        for written in {entry, re.sub(r"([a-z])\1", r"\1", entry)}:
            assert "insult" in flags(f"{before} {written} ici"), written
