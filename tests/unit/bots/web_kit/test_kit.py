"""The invitation kit: codes that an independent reader reads, one page whatever the words, messages that fit."""

import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.web.kit.code import QUIET_ZONE, code_png, code_svg
from bots.web.kit.facts import facts_of
from bots.web.kit.folder import Kit, make_kit
from bots.web.kit.gsm import size, spelled
from bots.web.kit.poster import PAPERS, poster_pdf, poster_png
from bots.web.kit.texts import bulletin, email, text_message
from config.locale import Catalogue
from core.model.consultations import Consultation
from tests.samples import sample
from tests.unit.bots.web_kit.pictures import pixels, squares

LINK = "https://avis.valbrune.example/p/k7m2xq9rtd"
HOSTILE = {
    "typst": '#set page(width: 1pt) #read("/etc/passwd") $x^2$ *b* _i_ `raw` <a> @b \\ // /* ]]] )',
    "html": '"><script>alert(1)</script><img src=x onerror=alert(1)> &amp; {{ 7 * 7 }} {% raw %}',
    "quotes": '"\'`’“«\\"\\n\\u{41}',
    "rtl": "\u202eمواعيد فتح المسبح\u202c שעות הבריכה",
    "emoji": "🏊🏽‍♀️ piscine 👨‍👩‍👧‍👦 \U0001f1eb\U0001f1f7",
    "endless": "x" * 4_000,
    "marks": "p" + "\u0301" * 300 + "iscine",
    "control": "a\0b\x1b[2Jc\u200b\ufeff\u2028d\te\nf\rg",
    "braces": "{link} {on} %s %(x)s ${HOME}",
    "empty": "",
}


@cache
def words() -> Catalogue:
    return Catalogue()


@cache
def piscine() -> Consultation:
    return sample("piscine")


def saying(text: str) -> Consultation:
    """Every text of the partner is this one."""
    both = {"fr": text, "en": text}
    asked = piscine()
    return replace(
        asked,
        partner=replace(asked.partner, name=both, counter=both),
        title=both,
        why=both,
        decided=both,
        open=both,
        decision=replace(asked.decision, who=both),
        readers=replace(asked.readers, who=both),
        reply=replace(asked.reply, service=both),
    )


def kit(consultation: Consultation, label: str = "Affiche piscine") -> Kit:
    return make_kit(
        consultation,
        "k7m2xq9rtd",
        {"fr": label, "en": label},
        words(),
        web_address="https://avis.valbrune.example",
        public=True,
        language="fr",
    )


# ── the square ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_independent_reader_finds_the_link_with_enough_room_for_dirt() -> None:
    (found,) = squares(code_png(LINK))
    assert found.text == LINK
    assert found.ec_level in {"M", "Q", "H"}


def test_there_is_a_quiet_zone_around_the_square() -> None:
    picture = pixels(code_png(LINK))
    dark = (picture < 128).nonzero()
    module = (dark[0].max() - dark[0].min() + 1) / 29  # version 3: a link of 27 to 42 signs
    assert dark[0].min() >= QUIET_ZONE * module - 1
    assert picture[: int(dark[0].min())].min() == 255
    assert re.search(rb'<svg[^>]*width="\d+"', code_svg(LINK))


@given(token=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
@settings(max_examples=20)
def test_any_token_is_read_as_it_was_written(token: str) -> None:
    link = f"https://avis.valbrune.example/p/{token}"
    assert [found.text for found in squares(code_png(link))] == [link]


# ── the poster ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("paper", PAPERS)
def test_the_code_on_the_poster_leads_to_the_source(paper: str) -> None:
    facts = facts_of(piscine(), LINK, {"fr": "Affiche piscine"}, words(), "fr")
    assert [found.text for found in squares(poster_png(facts, paper, ppi=60 if paper == "a4" else 85))] == [LINK]


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_whatever_the_words_the_poster_is_one_page_with_its_code(name: str) -> None:
    facts = facts_of(saying(HOSTILE[name]), LINK, {"fr": HOSTILE[name]}, words(), "fr")
    pdf = poster_pdf(facts, "a4")
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type */Page\b", pdf)) == 1
    assert [found.text for found in squares(poster_png(facts, "a4", ppi=60))] == [LINK]


def test_the_same_poster_is_the_same_file() -> None:
    facts = facts_of(piscine(), LINK, {"fr": "Affiche piscine"}, words(), "fr")
    assert poster_png(facts, "a5") == poster_png(facts, "a5")


# ── the words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_message_of_the_sample_fits_in_both_languages_and_says_who_what_and_until_when() -> None:
    for language, said in (("fr", "jusqu'au 31 janvier"), ("en", "until 31 January")):
        message = text_message(facts_of(piscine(), LINK, {}, words(), language))
        assert message.fits
        assert message.size.units <= 160
        assert said in message.text
        assert message.text.endswith(LINK)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_whatever_the_title_the_message_is_one_and_ends_with_the_link(name: str) -> None:
    message = text_message(facts_of(saying(HOSTILE[name]), "https://a.example/p/k7m2xq9rtd", {}, words(), "fr"))
    assert message.fits
    assert message.text.endswith("https://a.example/p/k7m2xq9rtd")


def test_the_letters_of_gsm_are_counted_as_networks_do() -> None:
    assert size("a" * 160).parts == 1
    assert (size("a" * 161).parts, size("a" * 306).parts, size("a" * 307).parts) == (2, 2, 3)
    assert size("€[]").units == 6
    assert (size("ê" * 70).room, size("ê" * 70).parts, size("ê" * 71).parts) == (70, 1, 2)
    assert size("🏊").units == 2
    assert spelled("Forêt, ça « où » l’été… 🏊 œuvre") == 'Foret, ca " où " l\'été... oeuvre'
    assert spelled("мэрия") == "мэрия"


@given(st.text(max_size=300))
def test_spelling_never_makes_a_message_longer_in_parts_than_the_text_it_came_from(text: str) -> None:
    assert size(spelled(text)).units <= 3 * max(1, size(text).units)
    assert spelled(spelled(text)) == spelled(text)


def test_the_e_mail_and_the_bulletin_say_what_is_open_who_decides_and_where_a_human_is() -> None:
    facts = facts_of(piscine(), LINK, {}, words(), "fr")
    for text in (email(facts), bulletin(facts)):
        for said in (
            "Les travaux sont décidés.",
            "12 mars",
            "30 mars",
            "31 janvier",
            "2 place du Marché",
            "k7m2xq9rtd",
        ):
            assert said in text
    assert email(facts).splitlines()[0] == "Les horaires de la piscine\u00a0: votre avis, en une minute"


# ── the folder ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_folder_holds_everything_in_both_languages_and_a_page_that_shows_it() -> None:
    files = kit(piscine()).files
    assert set(files) == {"index.html", "code.png", "code.svg"} | {
        f"{name}.{language}.{kind}"
        for language in ("fr", "en")
        for name, kind in (
            ("sms", "txt"), ("email", "txt"), ("bulletin", "txt"), ("poster-a4", "pdf"), ("poster-a5", "pdf"),
            ("poster-a4", "png"),
        )
    }  # fmt: skip
    page = files["index.html"].decode()
    for name in re.findall(r'(?:href|src)="([^"]+)"', page):
        assert name in files or name == LINK
    assert "PUBLIC_URL" not in page


def test_nothing_in_a_hostile_kit_gets_through_its_page() -> None:
    page = kit(saying(HOSTILE["html"]), label=HOSTILE["html"]).files["index.html"].decode()
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "49" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_an_address_of_this_machine_is_called_one() -> None:
    local = make_kit(
        piscine(), "k7", {"fr": "x"}, words(), web_address="http://127.0.0.1:8080", public=False, language="fr"
    )
    assert "PUBLIC_URL" in local.files["index.html"].decode()
