"""Clean text loses nothing that a reader would miss; folded words meet however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.normalise import SHORT_FORMS, clean, fold, words
from nlp.words.stems import stem


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Ça va, « l’été » … 12 € — déjà", "Ça va, « l’été » … 12 € — déjà"),
        ("a\x00b\x07c\x7fd\x9fe", "abcde"),
        ("un\r\ndeux\rtrois\u2028quatre", "un\ndeux\ntrois\nquatre"),
        ("\u202etxet\u202c", "txet"),
        ("o\u200bu\u200dv\ufeffrir", "ouvrir"),
        ("e\u0301cole", "école"),
        ("z\u0300\u0301\u0302\u0303\u0304", "z\u0300\u0301\u0302"),
        ("\ud83d seul", "\ufffd seul"),
        ("👩\u200d🌾 ❤\ufe0f 6\ufe0f\u20e3", "👩\u200d🌾 ❤\ufe0f 6\ufe0f\u20e3"),
        ("\U000e0041x", "x"),
        ("العربية 中文", "العربية 中文"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters()))
def test_clean_text_can_be_stored_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


def test_accents_case_and_ligatures_do_not_matter() -> None:
    assert fold("Œuvre d’ÉTÉ à Nîmes") == "oeuvre d’ete a nimes"
    assert fold("IŞIK") == fold("ışık") == "isik"
    assert fold("Łódź") == "lodz"
    assert words("L'École, c’est où ?") == ["l", "ecole", "c", "est", "ou"]


def test_short_forms_are_written_out() -> None:
    assert words("pb ds le resto svp", "fr") == ["probleme", "dans", "le", "restaurant"]
    assert words("pb ds le resto svp") == ["pb", "ds", "le", "resto", "svp"]
    assert words("ppl at the uni", "en") == ["people", "at", "the", "university"]


def test_short_forms_are_listed_under_their_folded_form_or_beside_it() -> None:
    for forms in SHORT_FORMS.values():
        assert all(fold(form) in forms for form in forms)
        assert all(fold(word) == word for longer in forms.values() for word in longer)


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("fr", "horaire", "horaires"),
        ("fr", "gratuit", "gratuites"),
        ("fr", "ouvrir", "ouvrir"),
        ("fr", "journal", "journaux"),
        ("fr", "bureau", "bureaux"),
        ("fr", "piscine", "piscines"),
        ("fr", "etudiant", "etudiantes"),
        ("en", "price", "prices"),
        ("en", "library", "libraries"),
        ("en", "parking", "park"),
        ("en", "bus", "bus"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, first: str, second: str) -> None:
    assert stem(first, language) == stem(second, language)


@pytest.mark.parametrize(("first", "second"), [("bus", "bu"), ("police", "poli"), ("prix", "prise"), ("eau", "e")])
def test_different_words_keep_different_stems(first: str, second: str) -> None:
    assert stem(first, "fr") != stem(second, "fr")


def test_a_language_without_rules_keeps_its_words() -> None:
    assert stem("horarios", "es") == "horarios"
