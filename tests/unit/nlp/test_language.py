"""The conversation's language is believed until the text says otherwise."""

import pytest

from nlp.language import detect


@pytest.mark.parametrize(
    "text", ["", "👍", "12", "oui", "ok", "parking", "piscine", "wifi", "c tro cher", "pk pas", "\ud800", "..."]
)
def test_what_says_nothing_is_in_the_language_of_the_conversation(text: str) -> None:
    assert detect(text, "fr") == "fr"


@pytest.mark.parametrize(
    ("text", "prior", "language"),
    [
        ("ouvrir plus tard le soir", "en", "fr"),
        ("there should be more buses in the evening", "fr", "en"),
        ("more buses please", "fr", "en"),
        ("Ich wünsche mir mehr Radwege in der Stadt", "fr", "de"),
        ("más autobuses por la noche, por favor", "fr", "es"),
        ("أريد المزيد من الحافلات", "fr", "ar"),
        ("PLUS DE BUS LE SOIR DANS LE QUARTIER", "en", "fr"),
        ("les bus sont en retard et les horaires ne vont pas", "fr", "fr"),
        ("ouvrir plus tard", "xx", "fr"),
        ("mehr Bäume", "fr", "de"),
        ("más autobuses", "fr", "es"),
        ("fewer cars", "fr", "en"),
        ("securite sociale", "fr", "fr"),
    ],
)
def test_a_sentence_decides(text: str, prior: str, language: str) -> None:
    assert detect(text, prior) == language
