"""What is masked, what stays, and that no text is too strange, too long or too clever."""

import re
import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.masking import _RULES, _WITHOUT_FIGURES, KINDS, LABELS, mask, without_masks
from nlp.masks.spoken_numbers import spoken_phones

CASES = Path(__file__).parents[2] / "cases" / "masks"
PERSONAL, INNOCENT = (
    [line.replace(" ⏎ ", "\n") for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    for name in ("personal.txt", "innocent.txt")
)
MASKED = {
    "email": [
        "marie.durand@exemple.fr",
        "MARIE.DURAND+ville@EXEMPLE.CO.UK",
        "marie . durand @ exemple . fr",
        "marie.durand (at) exemple (dot) com",
        "marie.durand[at]exemple[dot]com",
        "marie point durand arobase exemple point fr",
        "marie.durand arobase gmail.com",
        "marie_durand at gmail dot com",
        "marie\u200bdurand@exem\u200bple.fr",
    ],
    "phone": [
        "06 12 34 56 78",
        "0612345678",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "06 12 34\n56 78",
        "06 12\n\n34 56 78",
        "0 6 1 2 3 4 5 6 7 8",
        "06\u200b12\u200c34\u200d56\u206078",
        "06\u00a012\u202f34 56 78",
        "０６ １２ ３４ ５６ ７８",
        "0️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
        "O6 12 34 56 78",
        "6 12 34 56 78",
        "01 45 67 89 01",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "(+33) 6 12 34 56 78",
        "0033612345678",
        "33 6 12 34 56 78",
        "0590 12 34 56",
        "0692 12 34 56",
        "+262 692 12 34 56",
        "+687 75 12 34",
        "+44 7911 123456",
        "07911 123456",
        "+32 470 12 34 56",
        "+1 202-555-0143",
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "zero six, quatre vingt dix neuf, zero un, vingt et un, trente",
        "zéro sept 12 34 56 78",
        "zero un 23 45 67 89",
        "oh seven nine double one one two three four five six",
    ],
    "iban": [
        "FR76 3000 6000 0112 3456 7890 189",
        "fr7630006000011234567890189",
        "FR76-3000-6000-0112-3456-7890-189",
        "DE89 3704 0044 0532 0130 00",
        "GB29NWBK60161331926819",
    ],
    "card": ["4111 1111 1111 1111", "4111111111111111", "5500-0000-0000-0004", "3782 822463 10005"],
    "profile": [
        "https://www.facebook.com/marie.durand",
        "instagram.com/marie_d",
        "https://x.com/marie_d/status/12",
        "www.tiktok.com/@marie",
        "https://fr.linkedin.com/in/marie-durand",
        "t.me/marie_d",
        "@marie_d",
        "youtube.com/@marie_d",
    ],
    "social_security": [
        "1 84 12 76 451 089 46",
        "184127645108946",
        "2 84 05 88 423 157 80",
        "2 84 05 88 423 157",
        "2 84 05 2A 423 157 52",
        "284052b42315749",
        "1 84 12 76 451 089 clé 46",
    ],
    "plate": ["AB-123-CD", "ab-123-cd", "AB123CD", "AB 123 CD", "ab123cd", "1234 ABC 75", "123 AB 2A", "3162MC06"],
    "address": [
        "12 rue des Lilas",
        "12 bis, rue des Lilas",
        "12 rue des Lilas, 75011 Paris",
        "3 place de la République, bât. B, appt 12, 75011 Paris",
        "appartement 4, 12 avenue Jean Jaurès",
        "n°7 impasse du Moulin",
        "45 bd Victor Hugo 05100 Briançon",
        "8 rue du 8 mai 1945",
        "lieu-dit le Moulin, 05100 Briançon",
        "BP 123, 75011 Paris cedex",
        "221B Baker Street",
        "4 allée des Tilleuls Bât A Appt 12 31000 Toulouse",
        "bâtiment C appartement 204",
        "Flat 4, 12 Mill Lane, Leeds LS1 4AP",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in MASKED.items() for text in texts])
def test_it_is_masked_alone_and_in_a_sentence(kind: str, text: str) -> None:
    label = LABELS["fr"][kind]
    assert mask(text).text == label
    inside = mask(f"Bonjour, {text} merci.")
    assert inside.text == f"Bonjour, {label} merci."
    assert inside.kinds == (kind,)
    assert without_masks(inside.text).split() == ["Bonjour,", "merci."]


@pytest.mark.parametrize(
    ("written", "read"), [(line, PERSONAL[place + 1]) for place, line in enumerate(PERSONAL) if line.startswith("> ")]
)
def test_what_people_write_of_themselves_and_of_others_is_masked(written: str, read: str) -> None:
    assert mask(written[2:]).text == read[2:]


@pytest.mark.parametrize("text", list(filter(None, INNOCENT)))
def test_it_stays(text: str) -> None:
    masked = mask(text)
    assert (masked.text, masked.kinds) == (text, ())


def test_an_account_on_a_network_is_masked_after_its_network() -> None:
    assert mask("insta : marie_d").text == "insta : [profil]"
    assert mask("mon insta c'est marie.d").text == "mon insta c'est [profil]"
    assert mask("facebook c'est nul").text == "facebook c'est nul"


def test_several_in_one_text_each_with_its_kind_in_order() -> None:
    masked = mask("06 12 34 56 78 ou marie@exemple.fr, plaque AB-123-CD, le 12/03/2025 06 98 76 54 32")
    assert masked.text == "[téléphone] ou [e-mail], plaque [plaque], le 12/03/2025 [téléphone]"
    assert masked.kinds == ("phone", "email", "plate", "phone")


def test_a_country_code_in_words() -> None:
    said = "plus trente-trois six douze trente-quatre cinquante-six soixante-dix-huit"
    assert mask(said).text == "plus [téléphone]"


def test_two_numbers_in_a_row_are_two() -> None:
    assert mask("06 12 34 56 78 01 45 67 89 01").text == "[téléphone] [téléphone]"


def test_a_wrong_key_is_no_account_and_no_card() -> None:
    assert mask("FR76 3000 6000 0112 3456 7890 188").kinds == ()
    assert mask("4111 1111 1111 1112").kinds == ()


def test_the_labels_follow_the_language_and_are_complete() -> None:
    assert mask("06 12 34 56 78", "en").text == "[phone]"
    assert mask("06 12 34 56 78", "de").text == "[téléphone]"
    assert set(LABELS["fr"]) == set(LABELS["en"]) == set(KINDS) >= set(MASKED)


@given(st.text(st.characters(), max_size=200))
def test_any_text_gives_one_that_can_be_stored_and_masking_twice_changes_nothing(text: str) -> None:
    masked = mask(text)
    masked.text.encode()
    assert "\x00" not in masked.text
    assert mask(masked.text).text == masked.text
    assert len(masked.kinds) == sum(masked.text.count(label) for label in LABELS["fr"].values()) or "[" in text


DIGITS = st.text(string.digits, min_size=8, max_size=8)
BETWEEN = st.sampled_from([" ", "", ".", "-", "\n", " \n", "\u00a0", "\u200b", "\u202f", "/", " - "])


@given(
    digits=DIGITS,
    prefix=st.sampled_from(["06", "07", "01", "09"]),
    between=BETWEEN,
    context=st.sampled_from(["", "tel ", "appelez le "]),
)
def test_no_french_number_slips_through(digits: str, prefix: str, between: str, context: str) -> None:
    number = prefix + digits
    if re.match(r"(?:19|20)\d\d", number[4:]) and between in "./- \u00a0\u202f":
        return  # 06 12 2034 … is a date first
    pairs = [number[place : place + 2] for place in range(0, 10, 2)]
    shown = mask(context + between.join(pairs)).text
    assert shown == f"{context}[téléphone]"


UNITS = [
    "a", "1 ", "06 ", "@", "a@", "a.", "FR76", "FR 12 ", "+1234567 ", "4444 ", "m. A ", "je m'appelle ", "at ",
    "point ", "a point ", " ", "\n", "e\u0301", "\u0301", "\ud800", "\u200b0", "x.com/", "((", "merci ", "insta : ",
    "0_", "-", "a-", "zéro ", "vingt ", "12 rue ", "3 rue de la ", "Marie ", "Mon fils ", "lieu-dit le ", "AB 123 ",
    "12 Mill ", "Le ", "2 75 01 2A ", "la famille De ", "appt 4, ", "BP 12 75001 ", "chez ", "1-2.3/",
    "arobase gmail point com ", "«", "Ⅷ", "٣", "\U0001f469\u200d", "mme ", "P. ", "Cordialement\n", "merci pour tout\n",
    "le fils ", "1-ABC-234 ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_a_hundred_thousand_characters_of_anything_come_to_an_end(unit: str) -> None:
    """Within the time limit that every test has: a pattern that looks back would need hours."""
    text = (unit * 100_000)[:100_000]
    assert unicodedata.is_normalized("NFC", mask(text).text)


@given(st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=200))
def test_the_rules_that_are_left_out_of_a_text_without_figures_find_nothing_in_it(text: str) -> None:
    assert not [span for rule in set(_RULES) - set(_WITHOUT_FIGURES) for span in rule(text)]


_NUMBER_WORDS = "zéro Zero ZÉRO six o oh O trente trois deux double plus 0 06 12 quatre vingt et one".split()  # noqa: SIM905


@given(st.lists(st.tuples(st.sampled_from(_NUMBER_WORDS), st.sampled_from([" ", ", ", "-", " : "])), max_size=14))
def test_a_row_of_number_words_is_looked_for_wherever_there_may_be_one(said: list[tuple[str, str]]) -> None:
    text = "".join(word + between for word, between in said)
    found = list(spoken_phones(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nlp.masks.spoken_numbers._ZERO", re.compile(""))
        assert found == list(spoken_phones(text))
