"""First-day check 2: one answer in three messages with a phone number in it, a late fourth, and text typed before
agreeing: one whole contribution, masked, and nothing that names its author in Slack, exports, digests or the log.
"""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from config.logging import HELD_BACK, set_up_logging
from core.model.consultations import QuotePolicy
from tests.integration.path.looking import as_csv, command, exported, slack_saw, tables
from tests.integration.path.people import Neighbour
from tests.integration.path.town import ROOM, Town, piscine

CHAT = 5_559_998_877
NAMES = ("Clarisse", "Dubois-Fontaine", "clarisse_df_92", str(CHAT))
PRIVATE = (*NAMES, "06 12", "34 56 78", "0612345678", "clarisse.dubois@exemple.fr", "exemple.fr")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of the program at DEBUG, set up as main.py does; everything as it was afterwards."""
    root = logging.getLogger()
    before = root.level, root.handlers[:], {name: logging.getLogger(name).level for name in HELD_BACK}
    stream = io.StringIO()
    set_up_logging("DEBUG", stream=stream)
    yield stream
    root.setLevel(before[0])
    for handler in root.handlers[:]:
        if handler not in before[1]:
            root.removeHandler(handler)
        else:
            for one in handler.filters[:]:
                handler.removeFilter(one)
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(False)


async def writes_in_five_messages(town: Town) -> Neighbour:
    clarisse = town.citizen("Clarisse", number=CHAT, last_name="Dubois-Fontaine", username="clarisse_df_92")
    await clarisse.starts("affiche-piscine")
    held = await clarisse.says("il faudrait ouvrir le dimanche")
    assert held[0].startswith("Merci ! Je garde ce message un jour. Pour qu'il compte, il faut votre accord :")
    await clarisse.presses("J'ai 15 ans ou plus et j'accepte")
    (second,) = await clarisse.presses("Parfois")
    assert "Vous aviez déjà écrit : « il faudrait ouvrir le dimanche »" in second
    await clarisse.says("et plus tard le soir, appelez moi au 06 12", "34 56 78 si besoin")
    await clarisse.says("ou clarisse.dubois@exemple.fr")
    await town.silence()
    (third,) = clarisse.hears()
    assert third.startswith("C'est noté. 3/3 Votre quartier ?")
    (joined,) = await clarisse.says("et des casiers qui ferment")
    assert joined.startswith("Je l'ajoute à votre réponse.")
    await clarisse.presses("Bellevue")
    await clarisse.presses("Oui")
    await town.silence()
    return clarisse


async def test_one_whole_contribution_masked(town: Town) -> None:
    await writes_in_five_messages(town)
    (row,) = await exported(town)
    assert row["text"] == (
        "il faudrait ouvrir le dimanche\net plus tard le soir, appelez moi au [téléphone] si besoin\nou [e-mail]\n"
        "et des casiers qui ferment"
    )
    assert (row["parts"], row["status"], row["question"]) == (5, "read", "venir")
    assert (row["channel"], row["source"], row["language"]) == ("telegram", "affiche-piscine", "fr")
    assert row["topics"][0] == {"name": "Horaires", "score": row["topics"][0]["score"], "by": "tagger"}
    (cells,) = as_csv(await command(town, "export", "piscine"))
    assert (cells["text"], cells["parts"], cells["source"]) == (row["text"], "5", "affiche-piscine")
    (line,) = (await command(town, "export", "piscine", "--format", "jsonl")).splitlines()
    assert json.loads(line) == json.loads(json.dumps(row))


async def test_nothing_of_its_author_is_anywhere_that_people_look(town: Town, log: io.StringIO) -> None:
    consultation = piscine()
    await town.starts(replace(consultation, digest=replace(consultation.digest, quotes=QuotePolicy.MASKED)))
    await writes_in_five_messages(town)
    await town.wall("2026-11-23 08:45")
    assert "[téléphone]" in town.room, "the contribution itself is quoted"
    asked = await town.staff().command("/porte-voix", "digest", channel=ROOM)
    seen = [await asked.sees("Les horaires")]
    asked = await town.staff().command("/porte-voix", "status", channel=ROOM)
    seen.append(await asked.sees("Comment va"))
    places = {
        "Slack": slack_saw(town) + town.room + "".join(seen),
        "digest --json": await command(town, "digest", "piscine", "--json"),
        "digest": await command(town, "digest", "piscine"),
        "status --json": await command(town, "status", "--json"),
        "csv": await command(town, "export", "piscine", "--format", "csv"),
        "jsonl": await command(town, "export", "piscine", "--format", "jsonl"),
        "the log": log.getvalue(),
    }
    found = [(place, word) for place, said in places.items() for word in PRIVATE if word.casefold() in said.casefold()]
    assert found == []
    assert not town.slack.interpreted
    assert not town.slack.violations


async def test_an_edit_changes_its_part_and_the_mask_follows(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.agrees()
    await anna.presses("Parfois")
    first = anna.person.say("ouvrir le soir")
    await anna.says("et le midi")
    await town.silence()
    await anna.does("edit", first, "ouvrir le soir, mon numéro : 06 12 34 56 78")
    (row,) = await exported(town)
    assert (row["text"], row["parts"]) == ("ouvrir le soir, mon numéro : [téléphone]\net le midi", 2)


async def test_what_was_typed_before_agreeing_and_never_agreed_to_is_gone_after_a_day(town: Town) -> None:
    anna = town.citizen("Anna")
    await anna.starts()
    await anna.says("ouvrez donc le dimanche matin")
    await town.later(hours=23)
    await town.house.housekeeping.tidy()
    assert "dimanche matin" in await _dialogues(town)
    await town.later(hours=1)
    await town.house.housekeeping.tidy()
    assert "dimanche matin" not in await _dialogues(town)
    assert await exported(town) == []
    await anna.presses("J'ai 15 ans ou plus et j'accepte")
    (second,) = await anna.presses("Parfois")
    assert "Vous aviez déjà écrit" not in second


async def _dialogues(town: Town) -> str:
    return str((await tables(town))["dialogues"])
