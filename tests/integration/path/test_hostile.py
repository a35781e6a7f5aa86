"""What strangers, phones and networks do to this path: nothing breaks, nothing doubles, nothing is believed that was
only claimed, and no words become markup.
"""

import json
from dataclasses import replace
from typing import Any

import pytest

from core.model.consultations import QuotePolicy
from core.work.ports import RawUpdate
from tests.integration.path.looking import answers, as_csv, command, digest, exported, slack_saw, status, tables
from tests.integration.path.people import Neighbour
from tests.integration.path.town import ROOM, Town, piscine
from tests.stand_ins.telegram.world import Mischief

NASTY = {
    "html": "<b>gras</b> <script>alert(1)</script> <a href='http://x.example'>ici</a> &amp; &lt;",
    "markdown": "*gras* _italique_ [ici](http://x.example) `code` ~barré~ ||caché||",
    "slack": "<!channel> <!here> <@U123> <#C1|salon> <http://x.example|cliquez> @everyone *gras*",
    "right to left": "ouvrir \u202e riovuo \u2066plus\u2069 tard \u200f\u061c",
    "zero width": "ou\u200bvrir\u200d plus\u2060 tard\ufeff",
    "stacked marks": "o" + "\u0301" * 60 + "uvrir plus tard",
    "only signs": "¯\\_(ツ)_/¯ 👩‍👩‍👧‍👦 🏳️‍🌈 ﷽",
    "path and code": "'; DROP TABLE contributions; -- ../../etc/passwd {partner} %s ${x}",
    "a line break each": "ouvrir\nplus\ntard",
}


@pytest.fixture
async def quoting(town: Town) -> Town:
    """Whatever is contributed is quoted in the digest, masked."""
    consultation = piscine()
    await town.starts(replace(consultation, digest=replace(consultation.digest, quotes=QuotePolicy.MASKED)))
    return town


# ── again, and in any order ──────────────────────────────────────────────────────────────────────────────────────────


async def test_every_update_three_times_and_in_any_order(town: Town) -> None:
    bot = town.telegram.bot
    bot.mischief = Mischief(twice=1.0, shuffled=True)
    anna = town.citizen("Anna")
    await anna.agrees("affiche-piscine")
    await anna.presses("Parfois")
    await anna.says("ouvrir plus tard le soir", "et le dimanche aussi", "mon fils travaille", "et le midi")
    for update in list(bot.history):
        bot.push_again(update)
    await town.settle()
    await town.silence()
    await anna.presses("Centre")
    await anna.presses("Oui")
    (row,) = await exported(town)
    assert row["text"] == "ouvrir plus tard le soir\net le dimanche aussi\nmon fils travaille\net le midi"
    assert row["parts"] == 4
    assert await answers(town) == {"frequence": ["parfois"], "quartier": ["centre"]}
    said = [shown.text for shown in anna.person.inbox]
    assert len(said) == 8, "three of welcome, three questions, thanks, the promise: each once"
    assert len(set(said)) == len(said)
    assert (await digest(town))["funnel"] == {"arrived": 1, "agreed": 1, "answered": 1, "finished": 1}


async def test_many_people_at_once_twice_and_shuffled(town: Town) -> None:
    bot = town.telegram.bot
    bot.mischief = Mischief(twice=1.0, shuffled=True)
    people = [town.citizen(f"Personne {n}") for n in range(40)]
    for person in people:
        person.person.start("sms")
    await town.settle()
    for act in ("J'ai 15 ans ou plus et j'accepte", "Parfois"):
        for person in people:
            person.person.press(person.as_shown(act))
        await town.settle()
    for number, person in enumerate(people):
        person.person.say(f"ouvrir plus tard, numéro {number}")
        person.person.say("et le dimanche")
    await town.settle()
    await town.silence()
    rows = await exported(town)
    assert sorted(row["text"] for row in rows) == sorted(
        f"ouvrir plus tard, numéro {number}\net le dimanche" for number in range(40)
    )
    assert all(len(person.person.inbox) == 6 for person in people)
    assert (await status(town))["quarantined"] == 0


async def test_a_flood_from_one_person(town: Town) -> None:
    """The flood is kept within bounds, and the neighbour is answered in the same moment."""
    flood, anna = town.citizen("Flood"), town.citizen("Anna")
    await flood.starts()
    for number in range(120):
        flood.person.say(f"message {number} " + "x" * 100)
    (hello, *_) = await anna.starts()
    assert hello.startswith("Bonjour !")
    await town.silence()
    held = [len(json.loads(row["state"])["held"]) for row in (await tables(town))["dialogues"]]
    assert sorted(held) == [0, 50], "kept within bounds: what comes after that is answered, not kept"
    assert (await status(town))["oldest_unprocessed_seconds"] is None


# ── buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [
        "x",
        "agree",
        "a:frequence:parfois:1:00000000",
        "a:frequence:nulle-part:1:{tag}",
        "a:quartier:centre:1:{tag}",
        "a:frequence:parfois:99:{tag}",
        "erase:yes::0:x",
        "switch:::0:00000000",
        "topic:horaires::1:{tag}",
        "mine:999999::1:{tag}",
        "drop:frequence::1:{tag}",
        "é" * 32,
        "a:#0:#0:1:{tag}",
        "' OR 1=1 --",
        "res:yes::1:{tag}",
    ],
)
async def test_a_forged_button_gets_a_kind_answer_and_changes_nothing_it_may_not(town: Town, data: str) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    tag = anna.person.last.buttons[0][0]["callback_data"].rsplit(":", 1)[1]
    await town.later(minutes=1)
    said = await anna.does("forge", data.replace("{tag}", tag), message_id=anna.person.last.message_id)
    assert len(said) == 1, "always an answer, never two"
    own_first_option = data == "a:#0:#0:1:{tag}"
    assert (await answers(town)) in ({}, {"frequence": ["chaque-semaine"]} if own_first_option else {})
    assert (await status(town))["quarantined"] == 0
    assert len((await tables(town))["citizens"]) == 1


async def test_someone_elses_button_is_worth_what_ones_own_dialogue_says(town: Town) -> None:
    anna, mallory = town.citizen("Anna"), town.citizen("Mallory")
    await anna.agrees()
    data = anna.person.last.buttons[0][0]["callback_data"]
    await mallory.starts()
    (kind,) = await mallory.does("forge", data, message_id=anna.person.last.message_id)
    assert "j'accepte" in kind, "who has not agreed is asked to agree, whatever they press"
    assert await answers(town) == {}
    await anna.presses("Parfois")
    assert await answers(town) == {"frequence": ["parfois"]}


async def test_a_stale_button_is_answered_kindly(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    first = anna.person.last
    await anna.presses("Parfois")
    await town.later(minutes=1)
    (kind,) = await anna.does("forge", first.buttons[0][0]["callback_data"], message_id=first.message_id)
    assert kind.startswith("Vous avez déjà répondu à cette question. Pour changer : « retour ».")
    assert await answers(town) == {"frequence": ["parfois"]}


async def test_the_same_button_ten_times(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    first = anna.person.last
    for _ in range(9):
        anna.person.forge(first.buttons[0][1]["callback_data"], message_id=first.message_id)
    said = await anna.presses("Parfois")
    assert len(said) == 1
    assert await answers(town) == {"frequence": ["parfois"]}


async def test_every_press_is_told_to_have_arrived(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.starts()
    await anna.presses("J'ai 15 ans ou plus et j'accepte")
    await anna.does("forge", "nonsense", message_id=anna.person.last.message_id)
    while len(anna.person.profile.alerts) < 2:
        await town.telegram.bot.next_event(len(town.telegram.bot.events))


# ── start tokens ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "token",
    ["x" * 64, "x" * 65, "x" * 4000, "../affiche-piscine", "AFFICHE-PISCINE", "é", "a b", "<b>", "0"],
    ids=["longest", "too long", "far too long", "path", "capitals", "accent", "two words", "html", "guessed"],
)
async def test_a_guessed_or_broken_token_begins_without_a_source(town: Town, token: str) -> None:
    anna = town.citizen("Anna")
    hello = await anna.starts(token)
    assert hello[0].startswith("Bonjour ! La piscine rouvre")
    (row,) = (await tables(town))["dialogues"]
    assert row["source"] == ""


async def test_a_token_used_again_does_not_change_where_someone_came_from(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees("affiche-piscine")
    await anna.starts("guichet")
    (row,) = (await tables(town))["dialogues"]
    assert row["source"] == "affiche-piscine"


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", NASTY.values(), ids=NASTY.keys())
async def test_strange_words_are_kept_shown_and_never_obeyed(quoting: Town, said: str) -> None:
    town = quoting
    anna = town.citizen("<b>Anna</b> <!channel>", last_name="*_\u202e", username="anna_x")
    await anna.finishes(said + " et ouvrir plus tard le soir")
    shown = "\n".join(await anna.says("mes réponses"))
    assert "et ouvrir plus tard le soir" in shown
    await anna.says("/mesdonnees")
    await town.wall("2026-11-23 08:45")
    asked = await town.staff().command("/porte-voix", "digest", channel=ROOM)
    await asked.sees("Les horaires")
    assert "> " in town.room, "it is quoted"
    assert town.slack.interpreted == []
    assert town.slack.violations == []
    assert not any(each.answer.get("error") for each in town.slack.calls)
    assert not any("entities" in shown.payload for shown in anna.person.inbox), "nothing became markup in Telegram"
    assert all(row["state"] == "sent" for row in (await tables(town))["deliveries"])
    assert "Anna" not in slack_saw(town)
    assert len(await exported(town)) == 1


async def test_very_long_answers_are_kept_whole(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    long = "ouvrir plus tard 🏊 " + "le soir et le dimanche " * 180 + "ouvrir plus tard le soir 🏊 " * 399
    (thanks,) = await anna.says(long)
    assert thanks.startswith("Merci. Tout est gardé, même les longs messages.")
    await town.silence()
    (row,) = await exported(town)
    assert "".join(row["text"].split()) == "".join(long.split())
    assert row["parts"] == 4
    shown = "".join("".join(await anna.says("mes réponses")).split())
    assert shown.count("🏊") == 400
    mine = "".join("".join(await anna.says("/mesdonnees")).split())
    assert mine.count("🏊") == 400
    assert (await status(town))["failed"] == 0


@pytest.mark.parametrize("units", [4095, 4096, 4097])
async def test_at_the_edge_of_one_message(town: Town, units: int) -> None:
    anna = town.citizen("Anna")
    await anna.starts()
    (held,) = await anna.says("é" * units) if units <= 4096 else (await anna.says("é" * units))[-1:]
    assert held.startswith("Merci ! Je garde ce message un jour.")
    await anna.presses("J'ai 15 ans ou plus et j'accepte")
    (second,) = await anna.presses("Parfois")
    assert "Vous aviez déjà écrit : « é" in second
    await anna.presses("C'est tout")
    (row,) = await exported(town)
    assert row["text"].count("é") == units
    assert (await status(town))["failed"] == 0


async def raw(town: Town, update: dict[str, Any]) -> None:
    """An update byte for byte, as JSON with escapes: what no decent client would send."""
    assert town.account is not None
    update = {"update_id": 900_000_000 + len(town.telegram.bot.history) + len(town.neighbours), **update}
    chat = str(next(iter(town.neighbours)))
    kept = RawUpdate(town.account, str(update["update_id"]), chat, json.dumps(update).encode(), town.clock.now())
    await town.house.inbox.accept([kept])
    await town.settle()


async def test_nul_and_half_characters(quoting: Town) -> None:
    town = quoting
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    message = {"message_id": 5000, "date": 0, "from": {"id": anna.id}, "chat": {"id": anna.id, "type": "private"}}
    await raw(town, {"message": {**message, "text": "ouvrir\x00 plus \ud83d tard\udc00 le soir"}})
    await town.silence()
    (row,) = await exported(town)
    assert row["text"].replace("\ufffd", "?") == "ouvrir plus ? tard? le soir"
    await town.wall("2026-11-23 08:45")
    assert "ouvrir plus" in town.room
    assert "".join(await anna.says("mes réponses")).count("ouvrir plus") == 1


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"message": {}},
        {"message": {"chat": {"id": 1, "type": "private"}}},
        {"message": {"message_id": "x", "chat": {"id": "y", "type": "private"}, "text": 5}},
        {"callback_query": {"id": "1", "data": None}},
        {"message": {"message_id": 1, "chat": {"id": 2**70, "type": "private"}, "text": "a"}},
        {"poll": {"id": "1"}},
        {"message": {"message_id": 1, "text": "a" * 100_000, "chat": {"id": 77, "type": "private"}}},
    ],
)
async def test_updates_of_no_sense_block_nobody(town: Town, content: dict[str, Any]) -> None:
    anna = town.citizen("Anna")
    await raw(town, content)
    hello = await anna.starts()
    assert hello[0].startswith("Bonjour !")
    assert (await status(town))["unprocessed"] == 0


async def test_bytes_that_are_no_update_are_set_apart_and_shown(town: Town) -> None:
    assert town.account is not None
    anna = town.citizen("Anna")
    broken = RawUpdate(town.account, "broken", "666", b"\xff{not json", town.clock.now())
    await town.house.inbox.accept([broken])
    hello = await anna.starts()
    assert hello[0].startswith("Bonjour !"), "the neighbour is answered in the same round"
    for _ in range(3):
        await town.settle()
    state = await status(town)
    assert (state["quarantined"], state["unprocessed"]) == (1, 0)


# ── spreadsheets ─────────────────────────────────────────────────────────────────────────────────────────────────────


FORMULAS = ("=1+1", "+33", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "\u200b=1", " =1", "\n=1")


async def test_no_cell_is_a_formula(town: Town) -> None:
    for number, words in enumerate(FORMULAS):
        person = town.citizen(f"Personne {number}")
        await person.agrees()
        await person.presses("Parfois")
        await person.says(f"{words} et ouvrir plus tard")
    await town.silence()
    assert len(await exported(town)) == len(FORMULAS)
    rows = as_csv(await command(town, "export", "piscine", "--format", "csv"))
    assert len(rows) == len(FORMULAS)
    for row in rows:
        for cell in row.values():
            bare = cell.lstrip(" \n\u200b\ufeff")
            assert not bare.startswith(("=", "+", "-", "@", "\t", "\r")), cell
    assert all("et ouvrir plus tard" in row["text"] for row in rows), "nothing else is changed"


# ── media, forwards, groups ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "act", ["send_voice", "send_video_note", "send_sticker", "send_photo", "send_video", "send_location",
            "send_document", "send_contact", "send_dice"],
)  # fmt: skip
async def test_everything_that_is_not_text_is_answered_at_any_stage(town: Town, act: str) -> None:
    person: Neighbour = town.citizen("Anna")
    assert await person.does(act), "before anything else"
    await person.agrees()
    assert len(await person.does(act)) == 1
    await person.presses("Parfois")
    assert len(await person.does(act)) == 1
    await person.says("stop")
    assert len(await person.does(act)) == 1
    assert await exported(town) == []


async def test_a_caption_is_read_as_text_and_a_forward_is_a_part(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    (said,) = await anna.does("send_photo", caption="les vestiaires sont sales")
    assert said.startswith("J'ai gardé votre texte, pas l'image")
    await anna.does("forward", "et les douches aussi")
    await town.silence()
    (row,) = await exported(town)
    assert row["text"] == "les vestiaires sont sales\net les douches aussi"


async def test_groups_are_left_alone(town: Town) -> None:
    town.telegram.group(-100500)
    bot = town.telegram.bot
    sender = {"id": 42, "is_bot": False, "first_name": "X"}
    group = {"id": -100500, "type": "group", "title": "Quartier"}
    bot.push("message", {"message_id": 1, "date": 1, "from": sender, "chat": group, "text": "/start"})
    await town.settle()
    assert not [event for event in bot.events if event.kind == "sent"]
