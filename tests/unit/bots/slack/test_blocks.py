"""Cards as blocks: inside Slack's limits whatever they hold, held against the stand-in's own reading of the limits."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.slack.blocks import WINDOW, to_blocks, to_text, to_window
from bots.slack.channel import compose
from core.model.messages import Block, Button, Card, Heading, Line, Message, Note, Quote
from tests.stand_ins.slack.blocks import MODAL, problems_in, problems_in_view, too_long, units
from tests.stand_ins.slack.reading import buttons, flatten, interpreted_in

NASTY = st.sampled_from(
    [
        "<!channel>",
        "<@U123> <http://x|y>",
        "& < > " * 900,
        "m" * 4000,
        "é👩\u200d👧🇫🇷" * 700,
        "مرحبا שלום \u202e",
        "\x00",
        "\ud800 seul",
        " \n\u200b ",
        "*gras* _it_ ~x~ `y` :fire:",
        "ligne\n" * 1200,
    ]
)
TEXTS = NASTY | st.text(st.characters(), max_size=80)
ACTIONS = st.text("abcdef0123456789:_-é", min_size=1, max_size=40)
LINKED = st.builds(Button, TEXTS, st.just(""), st.just("https://example.org/p/affiche"))
BUTTONS = st.lists(st.builds(Button, TEXTS, ACTIONS) | LINKED, max_size=30).map(tuple)
FEW = st.lists(st.builds(Button, TEXTS, st.just("a:1")), max_size=2).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, TEXTS),
    st.builds(Line, TEXTS),
    st.builds(Line, TEXTS, BUTTONS),
    st.builds(Quote, TEXTS, TEXTS, FEW),
    st.builds(Note, TEXTS),
)
CARDS = st.lists(BLOCKS, max_size=25).map(lambda blocks: Card(tuple(blocks)))
GOLDEN = Path(__file__).parents[3] / "cases" / "slack"


def accepted(card: Card) -> list[dict[str, object]]:
    blocks = to_blocks(card)
    assert problems_in(blocks) == []
    assert not too_long(blocks)
    assert interpreted_in({"blocks": blocks}, "test") == []
    json.dumps(blocks).encode()
    return blocks


@given(CARDS)
def test_any_card_is_a_message_that_slack_takes(card: Card) -> None:
    accepted(card)


@given(CARDS)
def test_any_card_is_a_window_that_slack_takes(card: Card) -> None:
    assert problems_in(to_blocks(card, surface=WINDOW), MODAL) == []
    assert problems_in_view(to_window("Porte-voix" * 9, "Fermer", card)) == []


@given(CARDS, TEXTS, st.lists(BUTTONS, max_size=4).map(tuple))
def test_any_message_has_a_text_that_slack_takes(card: Card, text: str, rows: tuple[tuple[Button, ...], ...]) -> None:
    for message in (Message(text, rows, card), Message(text, rows), Message(text)):
        words, blocks = compose(message)
        assert units(words, marked_up=True) <= 4000
        assert problems_in(blocks) == []
        assert not too_long(blocks)
        assert interpreted_in({"text": words, "blocks": blocks}, "test") == []
        assert bool(words) >= bool(blocks)


@pytest.mark.parametrize(
    "block",
    [
        Heading("t" * 151),
        Line("ouvrir plus tard"),
        Line("x", (Button("Ouvrir", "open:1"),)),
        Line("x", tuple(Button(str(n), f"n:{n}") for n in range(26))),
        Quote("m" * 4000, "relu", (Button("Masquer", "hide:1"),)),
        Note("petit"),
        Line("m" * 100_000),
    ],
)
def test_ten_thousand_blocks_fold_with_a_count(block: Block) -> None:
    blocks = accepted(Card((block,) * 10_000))
    last = flatten({"blocks": blocks[-1:]})
    assert "trop long pour Slack" in last
    assert "too long for Slack" in last
    missing = int(last.split("encore ")[1].split(" ")[0])
    assert 9_000 < missing <= 10_000


def test_what_fits_is_not_folded() -> None:
    blocks = accepted(Card(tuple(Line(f"ligne {n}", (Button("Ouvrir", f"open:{n}"),)) for n in range(50))))
    assert len(blocks) == 50
    assert "trop long" not in flatten({"blocks": blocks})


def test_nothing_of_a_short_card_is_lost() -> None:
    texts = ["<!channel> & co", "مرحبا", "👩\u200d👧 ok", "a\nb"]
    card = Card((Heading(texts[0]), Line(texts[1]), Quote(texts[2], texts[0]), Note(texts[3])))
    said = flatten({"blocks": accepted(card)})
    assert all(text in said for text in texts)


def test_lines_without_buttons_share_a_section() -> None:
    assert len(accepted(Card(tuple(Line(f"ligne {n}") for n in range(20))))) == 1


def test_long_words_of_a_citizen_come_whole() -> None:
    words = " ".join(f"mot{n}" for n in range(1500))
    said = flatten({"blocks": to_blocks(Card((Quote(words),)), surface=WINDOW)})
    assert said.replace("> ", "").split() == words.split()


def test_buttons_keep_their_actions_and_order() -> None:
    row = tuple(Button(f"b{n}", f"act:{n}") for n in range(60))
    found = buttons({"blocks": accepted(Card((Line("x", row),)))})
    assert [each["value"] for _, each in found] == [f"act:{n}" for n in range(60)]
    assert len({each["action_id"] for _, each in found}) == 60


@pytest.mark.parametrize("action", ["", " ", "a" * 2001])
def test_a_button_without_a_usable_action_is_our_fault(action: str) -> None:
    with pytest.raises(ValueError, match="action"):
        to_blocks(Card((Line("x", (Button("Ouvrir", action),)),)))


def test_a_button_with_a_link_opens_it_and_says_nothing_to_us() -> None:
    opens = Button("Ouvrir", "", "https://example.org/r/piscine")
    ((_, drawn),) = buttons({"blocks": accepted(Card((Line("Les résultats", (opens,)),)))})
    assert drawn["url"] == "https://example.org/r/piscine"
    assert "value" not in drawn
    with pytest.raises(ValueError, match="link"):
        to_blocks(Card((Line("Trop", (Button("Ouvrir", "", "https://example.org/" + "a" * 3000),)),)))


def test_a_card_reads_as_plain_text() -> None:
    card = Card((Heading("Titre"), Line("une\nligne"), Line(" "), Quote("mots", "relu"), Quote("seuls"), Note("fin")))
    assert to_text(card) == "Titre\nune\nligne\n« mots » · relu\n« seuls »\nfin"


def monday() -> Card:
    """A digest in the shape of MISSION.md, story 3, with words of this test's own."""
    return Card(
        (
            Heading("Médiathèque · semaine 2 sur 4 · lundi 8 h 45"),
            Heading("À faire (2)"),
            Line("1. Message signalé jeudi 18 h 10 : une personne doit le lire", (Button("Ouvrir", "open:a1"),)),
            Line("2. « Bruit » : réponse promise avant le 15 mai", (Button("Je m'en charge", "take:bruit"),)),
            Line("Qui a répondu · 57 cette semaine, 120 en tout · arrivés 80 → d'accord 66 → 1re réponse 61 → fini 57"),
            Line("D'où (fini) : affiche hall 30 · guichet papier 17 · affiche gare 0 : à déplacer ?"),
            Line("Qui manque : Gare 3 % des réponses, 20 % des habitants", (Button("Préparer un envoi", "send:gare"),)),
            Line("Ce qu'ils disent (48 réponses libres) · Bruit 21 (+9) · Places assises 12 · à classer 8"),
            Quote(
                "des tables près des fenêtres <!channel>",
                "relu",
                (
                    Button("Répondre au thème", "reply:1"),
                    Button("Mauvais thème", "wrong:1"),
                    Button("Masquer", "hide:1"),
                ),
            ),
            Line("Rappel de mardi : 22 envoyés, 4 réponses ensuite. Effet propre : trop peu de monde pour le dire."),
            Note("2 messages vocaux non traités · déclaratif, non représentatif"),
            Line("", (Button("Note d'une page", "note"), Button("CSV", "csv"), Button("Comment on compte", "how"))),
        )
    )


def test_the_digest_of_monday_reads_as_it_should() -> None:
    assert flatten({"blocks": accepted(monday())}) + "\n" == (GOLDEN / "digest_of_monday.txt").read_text("utf-8")
