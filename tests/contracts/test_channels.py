"""What every channel promises, asked of each of them on its bench (`channels/`): a message is shown once, as it was
written; it is changed, and taken back; whatever the platform does is an `Outcome` that says no more than is certain.

`make test ARGS="tests/contracts/test_channels.py -k pigeon"` asks one of them alone.
"""

import asyncio
import logging
import unicodedata
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest

from bots import registry
from config.logging import HoldBack
from core.model.errors import ChannelError
from core.model.messages import Button, Card, Deletion, Edit, Halted, Message, Outcome, Quote, Rejected, Sent, Uncertain
from core.work.ports import Finder
from tests.contracts.channels.bench import Bench, Edits, Kind, Promises, TooLong, Trouble, Twice, address
from tests.contracts.channels.benches import BENCHES

MEETS = [(name, trouble) for name, kind in BENCHES.items() for trouble in kind.promises.becomes]

HOSTILE = (
    "<b>gras</b> & <script>alert(1)</script> &amp; &lt;i&gt; <!-- rien -->",
    "avis : *gras* _fin_ `code` ~non~ [ici](http://x.example) **là**",
    "<!channel> <@U1> <http://x.example|clic> @here #piscine",
    "un\ndeux\n\ntrois",
    "🏊‍♀️ 👨‍👩‍👧‍👦 🇫🇷 e\u0301te\u0301",
    "avant \u202eerrac\u202c \u2066dedans\u2069 \u200fمرحبا après",
    "la moitié a\ud800b \udfffc d'une paire",
    "NUL \0, sonnette \x07, rouge \x1b[31m, et \x9b31m",
)
"""Markup of every platform, lines, emoji, what turns the words around it, half of a surrogate pair, controls."""
ROWS = (
    (Button("Chaque <b>semaine</b>", "q1:weekly:1"), Button("*Parfois* &", "é" * 32)),
    (Button("Passer", "s"), Button("Jamais", "abcdefgh" * 8)),
)
LABELS = [[button.label for button in row] for row in ROWS]
NO_ID = ("4711", "", "nonsense", "²", "-1", "1.5", "9" * 30, "C0PISCINE:1.1", "<1@x>")
NO_ADDRESS = ("", "nowhere", "²", "9" * 30, "a\r\nBcc: b@c.example", "-1")
STAND_INS = ("mail.log",)
"""Loggers of the other side."""
LONG = " ".join(f"{number:05}" for number in range(20_000 // 6))


@pytest.fixture(params=BENCHES)
def kind(request: pytest.FixtureRequest) -> Kind:
    return BENCHES[request.param]


@pytest.fixture
def promises(kind: Kind) -> Promises:
    return kind.promises


@pytest.fixture
async def bench(kind: Kind, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with kind.open(request) as bench:
        yield bench


# ── which channels there are ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_channel_has_a_bench() -> None:
    folders = {path.parent.name for path in Path(registry.__file__).parent.glob("*/channel.py")}
    assert folders | set(registry.CHANNELS) <= set(BENCHES)


def test_every_trouble_is_promised_something_or_told_to_be_impossible(promises: Promises) -> None:
    assert sorted([*promises.becomes, *promises.never]) == sorted(Trouble)
    assert all(promises.never.values())


# ── shown as it was written ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_is_shown_once_and_as_it_was_written(bench: Bench) -> None:
    for place, text in enumerate(HOSTILE):
        assert isinstance(await bench.channel.send(bench.somebody, Message(text)), Sent)
        shown = await bench.shown(bench.somebody)
        assert [letters(each.text) for each in shown[place:]] == [letters(text)]


async def test_the_words_of_a_citizen_are_no_markup_in_a_card_either(bench: Bench) -> None:
    for text in HOSTILE:
        card = Card((Quote(text),))
        assert isinstance(await bench.channel.send(bench.somebody, Message(f"« {text} »", card=card)), Sent)
        newest = (await bench.shown(bench.somebody))[-1]
        assert in_a_row(text) in in_a_row(newest.text.replace("\n> ", "\n"))  # as quotes are written


async def test_messages_that_leave_at_the_same_time_are_each_shown_once(bench: Bench) -> None:
    texts = [f"n° {number}" for number in range(5)]
    sent = await asyncio.gather(*(bench.channel.send(bench.somebody, Message(text)) for text in texts))
    assert len({_id(each) for each in sent}) == 5
    assert sorted(each.text.strip() for each in await bench.shown(bench.somebody)) == texts


async def test_what_is_too_long_is_never_cut_in_silence(bench: Bench, promises: Promises) -> None:
    outcome = await bench.channel.send(bench.somebody, Message(LONG))
    shown = "\n".join(each.text for each in await bench.shown(bench.somebody))
    match promises.too_long:
        case TooLong.WHOLE:
            assert in_a_row(shown) == in_a_row(LONG)
        case TooLong.TOLD:
            assert "…" in shown
            assert in_a_row(shown)[:3000] == in_a_row(LONG)[:3000]
        case TooLong.REFUSED:
            assert isinstance(outcome, Rejected)
            assert shown == ""


# ── buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_buttons_stand_in_their_rows_and_bring_their_actions(bench: Bench, promises: Promises) -> None:
    message = Message("Vous venez…", ROWS, language="fr")
    assert isinstance(await bench.channel.send(bench.somebody, message), Sent)
    (shown,) = await bench.shown(bench.somebody)
    if promises.instead_of_buttons:
        assert promises.instead_of_buttons in shown.text
        return
    assert shown.rows == LABELS
    assert letters(shown.text) == letters(message.text)
    for button in chain(*ROWS):
        assert await bench.pressed(bench.somebody, button.label) == button.action


# ── changed, and taken back ──────────────────────────────────────────────────────────────────────────────────────────


async def test_an_edit_changes_the_message_and_leaves_no_button(bench: Bench, promises: Promises) -> None:
    sent = await bench.channel.send(bench.somebody, Message("Avant", ROWS))
    await bench.channel.send(bench.somebody, Message("Ensuite"))
    before = await bench.shown(bench.somebody)
    for _ in range(2):  # the second changes nothing, and that is no mistake
        edited = await bench.channel.send(bench.somebody, Edit(_id(sent), Message("Après <b>")))
        assert isinstance(edited, Rejected) if promises.edits is Edits.REFUSED else edited == sent
    shown = await bench.shown(bench.somebody)
    match promises.edits:
        case Edits.IN_PLACE:
            assert [(each.text, len(each.rows)) for each in shown] == [("Après <b>", 0), ("Ensuite", 0)]
        case Edits.BELOW:
            assert [each.text.strip() for each in shown[len(before) :]] == ["Après <b>"] * 2
            assert not shown[-1].rows
        case Edits.REFUSED:
            assert shown == before


async def test_an_edit_brings_its_own_buttons(bench: Bench, promises: Promises) -> None:
    sent = await bench.channel.send(bench.somebody, Message("Avant"))
    await bench.channel.send(bench.somebody, Edit(_id(sent), Message("Après", ROWS)))
    newest = (await bench.shown(bench.somebody))[-1]
    assert list(newest.rows) == ([] if promises.edits is Edits.REFUSED else LABELS)


async def test_what_is_not_there_cannot_be_changed_and_that_is_no_exception(bench: Bench, promises: Promises) -> None:
    for external_id in NO_ID:
        edited = await bench.channel.send(bench.somebody, Edit(external_id, Message("Après")))
        assert isinstance(edited, Sent if promises.edits is Edits.BELOW else Rejected), external_id
        deleted = await bench.channel.send(bench.somebody, Deletion(external_id))
        assert isinstance(deleted, Sent | Rejected), external_id


async def test_a_deletion_takes_the_message_back_and_done_twice_is_done(bench: Bench, promises: Promises) -> None:
    sent = await bench.channel.send(bench.somebody, Message("Trop tôt"))
    await bench.channel.send(bench.somebody, Message("Ensuite"))
    before = await bench.shown(bench.somebody)
    deleted = [await bench.channel.send(bench.somebody, Deletion(_id(sent))) for _ in range(2)]
    if not promises.takes_back:
        assert {type(each) for each in deleted} == {Rejected}
        assert await bench.shown(bench.somebody) == before
        return
    assert deleted == [sent, sent]
    assert [each.text for each in await bench.shown(bench.somebody)] == ["Ensuite"]
    assert isinstance(await bench.channel.send(bench.somebody, Edit(_id(sent), Message("Après"))), Rejected)


# ── in trouble ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [(BENCHES[name], trouble) for name, trouble in MEETS],
    ids=[f"{name}-{trouble.name.lower()}" for name, trouble in MEETS],
)
async def test_what_becomes_of_a_message_in_trouble(kind: Kind, bench: Bench, trouble: Trouble) -> None:
    """No more is said than is certain: what may have arrived is never called unsent, nor what never left uncertain."""
    becomes, promises = kind.promises.becomes[trouble], kind.promises
    async with bench.suffers(trouble) as channel:
        outcome = await channel.send(bench.somebody, Message("Bonjour"))
        assert type(outcome) is becomes
        if becomes is Halted:
            assert outcome == Halted(timedelta(seconds=promises.wait))
            elsewhere = await channel.send(bench.another, Message("Bonjour"))
            assert type(elsewhere) is (Sent if trouble is Trouble.CHAT_HALTED else Halted)
    arrived = [each.text.strip() for each in await bench.shown(bench.somebody)]
    assert arrived in ([], ["Bonjour"]) if becomes is Uncertain else arrived == []
    assert isinstance(await bench.channel.send(bench.somebody, Message("Rebonjour")), Sent), "it is over"


async def test_an_address_that_is_none_is_no_exception(bench: Bench) -> None:
    for where in NO_ADDRESS:
        assert isinstance(await bench.channel.send(address(where), Message("Bonjour")), get_args(Outcome))


async def test_no_log_and_no_outcome_holds_a_secret_or_anybody_s_words(
    kind: Kind, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outcomes = []
    for trouble in kind.promises.becomes:
        async with bench.suffers(trouble) as channel:
            outcomes += [await channel.send(bench.somebody, Message("mes mots à moi")), repr(channel)]
    outcomes += [await bench.channel.send(bench.somebody, Edit("4711", Message("mes mots à moi " * 2000)))]
    logged = [each.getMessage() for each in caplog.records if each.name not in STAND_INS and HoldBack().filter(each)]
    seen = " ".join([*logged, *map(str, outcomes)])
    for secret in (*bench.secrets, "mes mots"):
        assert secret not in seen


# ── twice, and found again ───────────────────────────────────────────────────────────────────────────────────────────


async def test_the_same_delivery_twice(bench: Bench, promises: Promises) -> None:
    message = Message("Bonjour", reference="delivery-1")
    first, second = [await bench.channel.send(bench.somebody, message) for _ in range(2)]
    assert (_id(first) == _id(second)) is (promises.twice is not Twice.TWICE)
    assert len(await bench.shown(bench.somebody)) == (1 if promises.twice is Twice.ONCE else 2)


async def test_what_may_have_arrived_is_found_again(bench: Bench, promises: Promises) -> None:
    finder = bench.channel
    assert isinstance(finder, Finder) is promises.finds
    if not isinstance(finder, Finder):
        return
    async with bench.suffers(Trouble.LOST_ANSWER) as channel:
        await channel.send(bench.somebody, Message("Bonjour", reference="delivery-1"))
    found = await finder.find(bench.somebody, "delivery-1")
    assert found is not None
    assert isinstance(await bench.channel.send(bench.somebody, Edit(found, Message("Après"))), Sent)
    assert await finder.find(bench.somebody, "delivery-2") is None
    async with bench.suffers(Trouble.NO_CONNECTION) as cut:
        assert isinstance(cut, Finder)
        with pytest.raises(ChannelError):  # not having looked is not the same as not there
            await cut.find(bench.somebody, "delivery-1")


def _id(outcome: Outcome) -> str:
    assert isinstance(outcome, Sent)
    return outcome.external_id


def in_a_row(text: str) -> str:
    return " ".join(letters(text).split())


def letters(text: str) -> str:
    """`text` as far as the eye goes: without controls and direction marks, spaces and empty lines as on any screen."""
    kept = []
    for letter in text.replace("\r\n", "\n"):
        category = unicodedata.category(letter)
        if category == "Cs":
            kept.append("\ufffd")
        elif category == "Zs" or (category == "Cc" and letter != "\n"):
            kept.append(" ")
        elif category != "Cf" or letter == "\u200d":
            kept.append(letter)
    lines = (" ".join(line.split()) for line in "".join(kept).split("\n"))
    return "\n".join(line for line in lines if line)
