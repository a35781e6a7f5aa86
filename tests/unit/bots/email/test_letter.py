"""A card as an e-mail: complete twice, harmless whatever stands in it."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.email.letter import letter
from config.locale import Catalogue
from core.model.messages import Button, Card, Heading, Line, Message, Note, Quote
from tests.builders import NOW

WORDS = Catalogue()
PRESS = (Button("Ouvrir", "open:1"),)


def made(*blocks: Heading | Line | Quote | Note, desk: str = "") -> EmailMessage:
    message = Message("", card=Card(blocks), reference="r", language="fr")
    found = letter(message, sender="Porte-voix <avis@x.example>", to="a@x.example", desk=desk, words=WORDS, now=NOW)
    parsed = email.message_from_bytes(found.content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def parts(mail: EmailMessage) -> tuple[str, str]:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert html
    return plain.get_content(), html.get_content()


def test_lines_that_are_set_in_are_a_list() -> None:
    _, html = parts(made(Heading("Titre"), Line("À faire (1)"), Line("  1. Lire"), Line("Qui")))
    assert "<h1" in html
    assert html.index("<ul") < html.index("1. Lire</li>") < html.index("</ul>") < html.index("Qui</p>")
    assert '<html lang="fr"' in html


def test_what_begins_stands_apart_and_a_short_line_above_a_list_is_its_heading() -> None:
    long = "Ce qu'ils disent · " + " · ".join(f"Horaires {number}" for number in range(9))
    plain, html = parts(
        made(Heading("Titre"), Line("À faire (1)"), Line("  1. Lire"), Line(long), Quote("le soir"), Line("Le rappel"))
    )
    assert plain.splitlines() == [
        "Titre", "", "À faire (1)", "  1. Lire", "", long, "  « le soir »", "", "Le rappel",
    ]  # fmt: skip
    assert html.count("<h2") == 1
    assert "À faire (1)</h2>" in html
    assert "Le rappel</p>" in html


def test_without_pages_no_button_and_no_link_is_left() -> None:
    plain, html = parts(made(Heading("Titre"), Line("À lire", PRESS)))
    for part in (plain, html):
        assert "Ouvrir" not in part
        assert "open:1" not in part
        assert "http" not in part


def test_with_pages_all_buttons_become_one_link() -> None:
    plain, html = parts(made(Line("Un", PRESS), Line("Deux", PRESS), desk="https://x.example/desk"))
    assert plain.count("https://x.example/desk") == 1
    assert html.count('<a href="https://x.example/desk"') == 1


@pytest.mark.parametrize(
    "name", ["Mairie de Valbrune, service jeunesse", "Ville: jeunesse; sport", "Ville [essai] (à blanc)", "É. \\ <"]
)
def test_any_name_may_stand_before_the_address_of_whoever_writes(name: str) -> None:
    whole = f"{name} <avis@x.example>"
    found = letter(Message("Bonjour"), sender=whole, to="a@x.example", desk="", words=WORDS, now=NOW)
    parsed = email.message_from_bytes(found.content, policy=email.policy.default)
    (sender,) = parsed["From"].addresses
    assert (sender.display_name, sender.addr_spec, found.sender) == (name, "avis@x.example", "avis@x.example")


def test_a_header_cannot_be_added() -> None:
    mail = made(Heading("Piscine\r\nBcc: evil@x.example\r\n\r\n<script>"))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Piscine Bcc: evil@x.example <script>"


@given(st.text(max_size=400))
def test_whatever_stands_in_it_the_letter_is_well_made(text: str) -> None:
    mail = made(Heading(text), Line(f"<img src=//x>{text}"), Quote(text, text), Note(f"\u202e{text}"))
    plain, html = parts(mail)
    assert mail["To"] == "a@x.example"
    assert not mail.defects
    for part in (plain, html):
        assert not set(part) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u0000")
    for forbidden in ("<img", "<script", "src=", "url("):
        assert forbidden not in html.replace("&lt;img src=//x&gt;", "").lower() or forbidden in text.lower()
