"""First-day check 5: export, erase, search everywhere: only the announced trace remains.

What may remain of someone who erased everything: a keyed hash with the date, and counts. Nothing else, in no table, in
no byte of the database's files, in no message that staff can still read.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.model.consultations import QuotePolicy
from tests.integration.path.looking import (
    digest,
    exported,
    ids_of,
    in_files,
    places,
    pushes,
    status,
    tables,
)
from tests.integration.path.people import Neighbour
from tests.integration.path.town import ROOM, Town, erasure_hash, piscine
from tests.stand_ins.slack.world import Planned, Trouble
from tests.stand_ins.telegram.limits import Fault
from tests.stand_ins.telegram.limits import Trouble as Refused

CHAT = 5_559_998_877
NAMES = ("Clarisse", "Dubois-Fontaine", "clarisse_df_92", str(CHAT))
WORDS = ("un toboggan géant pour les tortues", "et des crocodiles le dimanche", "tortues", "crocodiles", "0612345678")
FOUND_BY = "un toboggan geant pour les tortues"
"""As the search keeps them."""
GONE = "C'est fait : tout est effacé. Il ne reste qu'une trace sans nom : la date, et un code pour le prouver."


def clarisse_of(town: Town) -> Neighbour:
    return town.citizen("Clarisse", number=CHAT, last_name="Dubois-Fontaine", username="clarisse_df_92")


async def erases(person: Neighbour) -> list[str]:
    (asked,) = await person.says("effacer")
    assert asked.startswith("Tout effacer ? Vos réponses, vos choix et votre adresse partent pour de bon.")
    return await person.presses("Oui, tout effacer")


async def nothing_remains(town: Town, ids: list[str]) -> None:
    """The schema walk: every table, every column, every byte; and what is allowed is exactly what is there."""
    needles = [*NAMES, *WORDS, FOUND_BY, *ids]
    found = await tables(town)
    assert places(found, needles) == []
    assert in_files(town.database, needles) == []
    assert [row["hash"] for row in found["erasures"]] == [erasure_hash(f"{town.account}:{CHAT}")]
    assert [set(row) for row in found["erasures"]] == [{"hash", "erased_at"}]
    for table in ("citizens", "dialogues", "answers", "contributions", "parts", "tags", "alerts", "consents"):
        assert found[table] == [], f"{table} holds nobody else in this town"
    assert [row["external_id"] for row in found["addresses"]] in ([], ["#piscine"])
    assert all((row["raw"], row["chat"], row["state"]) == (b"", "", "done") for row in found["inbox"])
    assert all(row["lane"] == "staff" for row in found["deliveries"])


# ── at every stage ───────────────────────────────────────────────────────────────────────────────────────────────────


async def holding_text_before_agreeing(town: Town, person: Neighbour) -> None:
    await person.starts("affiche-piscine")
    await person.says(WORDS[0])


async def in_the_middle_of_an_answer(town: Town, person: Neighbour) -> None:
    await person.agrees("affiche-piscine")
    await person.presses("Parfois")
    await person.says(WORDS[0])


async def reminded(town: Town, person: Neighbour) -> None:
    await in_the_middle_of_an_answer(town, person)
    await town.wall("2026-11-17 18:00")


async def paused(town: Town, person: Neighbour) -> None:
    await in_the_middle_of_an_answer(town, person)
    await person.says("plus tard")


async def finished(town: Town, person: Neighbour) -> None:
    await person.finishes(WORDS[0], WORDS[1] + " 06 12 34 56 78", source="affiche-piscine", results="Oui")


async def with_a_corrected_topic(town: Town, person: Neighbour) -> None:
    await person.agrees()
    await person.presses("Parfois")
    await person.says("ouvrir plus tard le soir, " + WORDS[0])
    await town.silence()
    await person.presses("Gare")
    await person.presses("Ce n'est pas ça")
    await person.presses("Autre")


async def stopped(town: Town, person: Neighbour) -> None:
    await in_the_middle_of_an_answer(town, person)
    await person.says("STOP")


async def declined(town: Town, person: Neighbour) -> None:
    await person.starts()
    await person.presses("Moins de 15 ans")


async def with_an_alert(town: Town, person: Neighbour) -> None:
    await in_the_middle_of_an_answer(town, person)
    await person.says("je veux mourir, " + WORDS[1])
    assert "(détresse)" in town.room


async def with_an_alert_that_slack_has_not_taken_yet(town: Town, person: Neighbour) -> None:
    assert town.workspace is not None
    town.house.channels.pop(town.workspace)
    await in_the_middle_of_an_answer(town, person)
    await person.says("je veux mourir, " + WORDS[1])
    assert not town.room


async def who_was_read_their_own_export(town: Town, person: Neighbour) -> None:
    await finished(town, person)
    await person.says("/mesdonnees")
    await person.says("mes réponses")


Stage = Callable[[Town, Neighbour], Awaitable[None]]
STAGES: tuple[Stage, ...] = (
    holding_text_before_agreeing,
    in_the_middle_of_an_answer,
    reminded,
    paused,
    finished,
    with_a_corrected_topic,
    stopped,
    declined,
    with_an_alert,
    with_an_alert_that_slack_has_not_taken_yet,
    who_was_read_their_own_export,
)


@pytest.mark.parametrize("stage", STAGES, ids=[stage.__name__ for stage in STAGES])
async def test_only_the_announced_trace_remains(
    town: Town, stage: Callable[[Town, Neighbour], Awaitable[None]]
) -> None:
    clarisse = clarisse_of(town)
    await stage(town, clarisse)
    ids = await ids_of(town, CHAT)
    assert len(ids) >= 3, "the address, the citizen, the dialogue … are known by their ids"
    said = await erases(clarisse)
    assert said[-1].startswith(GONE)
    await nothing_remains(town, ids)
    await town.wall("2026-11-23 08:45")
    await town.later(days=130)
    assert not clarisse.hears(), "nobody is left to write to"
    assert places(await tables(town), [*NAMES, *WORDS, *ids]) == []


async def test_what_the_search_keeps_goes_from_the_files_too(town: Town) -> None:
    clarisse = clarisse_of(town)
    await finished(town, clarisse)
    assert in_files(town.database, [FOUND_BY]), "it was there"
    await erases(clarisse)
    assert in_files(town.database, [FOUND_BY]) == []


async def test_counts_without_a_link_stay(town: Town) -> None:
    clarisse = clarisse_of(town)
    await clarisse.agrees()
    await clarisse.does("send_voice")
    await erases(clarisse)
    assert (await digest(town))["not_read"] == {"voice": 1}


# ── export, then erase ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_my_data_shows_everything_that_we_hold(town: Town) -> None:
    clarisse = clarisse_of(town)
    await with_an_alert(town, clarisse)
    await clarisse.presses("Continuer")
    await clarisse.presses("C'est tout")
    await clarisse.presses("Centre")
    await clarisse.presses("Oui")
    export = "\n".join(await clarisse.says("/mesdonnees"))
    for held in (
        "Voici tout ce que nous avons de vous.",
        f"Votre adresse ici : telegram {CHAT}",
        "Votre langue : Français",
        "D'où vous venez : Affiche de la piscine",
        "Votre accord : Les horaires de la piscine · pour répondre (16 novembre 2026)",
        "Votre accord : Les horaires de la piscine · pour savoir la décision (16 novembre 2026)",
        "Où vous en êtes : Les horaires de la piscine · fini (16 novembre 2026)",
        "Vous venez à la piscine… Parfois",
        WORDS[0],
        f"Message urgent, gardé à part : je veux mourir, {WORDS[1]}",
        "Votre quartier ? Centre",
        "C'est tout.",
    ):
        assert held in export, (held, export)
    assert re.search(r"Nos réponses dans la conversation : \d+ \(16 novembre 2026\)", export), "one line, not one each"
    for ours in ("participation", "results", "finished", "asking", "reply", "sent"):
        assert ours not in export, "a word of the program"


async def test_no_keeps_everything(town: Town) -> None:
    clarisse = clarisse_of(town)
    await finished(town, clarisse)
    await clarisse.says("/supprimer")
    (kept,) = await clarisse.presses("Non, garder")
    assert kept.startswith("D'accord, rien n'est effacé.")
    assert len(await exported(town)) == 1


async def test_a_forged_yes_erases_only_the_forger(town: Town) -> None:
    clarisse, mallory = clarisse_of(town), town.citizen("Mallory")
    await finished(town, clarisse)
    await mallory.agrees()
    await clarisse.says("effacer")
    data = clarisse.person.last.buttons[0][0]["callback_data"]
    await mallory.does("forge", data, message_id=clarisse.person.last.message_id)
    assert len(await exported(town)) == 1
    assert mallory.hears() == []
    assert GONE in mallory.transcript
    assert GONE not in clarisse.transcript


async def test_one_answer_can_go_alone(town: Town) -> None:
    clarisse = clarisse_of(town)
    await finished(town, clarisse)
    await clarisse.says("mes réponses")
    erasing = [shown for shown in clarisse.person.inbox if "tortues" in shown.text][-1]
    button = erasing.buttons[0][1]
    assert button["text"] == "Effacer"
    (dropped,) = await clarisse.does("forge", button["callback_data"], message_id=erasing.message_id)
    assert dropped.startswith("C'est effacé.")
    found = await tables(town)
    assert places({name: found[name] for name in ("contributions", "parts", "dialogues")}, WORDS) == []
    assert len(found["answers"]) == 2


# ── the copies in Slack ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reviewed_quote_leaves_the_digest_that_was_sent(town: Town) -> None:
    clarisse, bob = clarisse_of(town), town.citizen("Bob")
    await clarisse.finishes(WORDS[0])
    await bob.finishes("ouvrir plus tard le soir")
    anna = town.staff()
    await town.wall("2026-11-23 08:45")
    (first,) = town.slack.world.channels[ROOM].messages
    assert "tortues" not in town.room, "reviewed before it is quoted"
    asked = await anna.press(first, "Relire")
    await asked.sees("2 réponses à relire")
    (review,) = asked.ephemeral
    await anna.press(review, "Peut être cité")
    await asked.sees("1 réponse à relire")
    await anna.press(review, "Peut être cité")
    await asked.sees("Tout est relu.")
    await town.wall("2026-11-30 08:45")
    assert f"> {WORDS[0]}\nrelu" in town.room
    ids = await ids_of(town, CHAT)
    await erases(clarisse)
    assert "tortues" not in town.room
    assert "> ouvrir plus tard le soir\nrelu" in town.room, "the other quote stays"
    messages = town.slack.world.channels[ROOM].messages
    assert [("edited" in message) for message in messages] == [False, True]
    assert len(messages) == 2
    assert "tortues" not in str(messages)
    found = await tables(town)
    assert places(found, [*NAMES, *WORDS, *ids]) == []
    assert in_files(town.database, [*NAMES, *WORDS, *ids]) == []


async def test_a_masked_quote_too_and_every_digest_that_held_it(town: Town) -> None:
    consultation = piscine()
    await town.starts(replace(consultation, digest=replace(consultation.digest, quotes=QuotePolicy.MASKED)))
    clarisse = clarisse_of(town)
    await clarisse.finishes(WORDS[0])
    await town.wall("2026-11-23 08:45")
    await town.wall("2026-11-30 08:45")
    assert town.room.count(WORDS[0]) == 2
    await erases(clarisse)
    assert WORDS[0] not in town.room


async def test_an_edit_that_slack_refuses_for_now_is_tried_again(town: Town) -> None:
    consultation = piscine()
    await town.starts(replace(consultation, digest=replace(consultation.digest, quotes=QuotePolicy.MASKED)))
    clarisse = clarisse_of(town)
    await clarisse.finishes(WORDS[0])
    await town.wall("2026-11-23 08:45")
    town.slack.plan("chat.update", Planned(Trouble.RATE_LIMIT, retry_after=30))
    await erases(clarisse)
    assert WORDS[0] in town.room
    await town.later(seconds=31)
    assert WORDS[0] not in town.room


async def test_the_button_of_an_alert_opens_nothing_any_more(town: Town) -> None:
    clarisse = clarisse_of(town)
    await with_an_alert(town, clarisse)
    await erases(clarisse)
    (alert,) = town.slack.world.channels[ROOM].messages
    asked = await town.staff().press(alert, "Ouvrir")
    assert "crocodiles" not in await asked.sees("Ce n'est plus là")


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_redelivered_update_brings_nobody_back(town: Town) -> None:
    clarisse = clarisse_of(town)
    await finished(town, clarisse)
    ids = await ids_of(town, CHAT)
    await erases(clarisse)
    bot = town.telegram.bot
    for update in list(bot.history):
        bot.push_again(update)
    await town.settle()
    await town.silence()
    assert not clarisse.hears()
    await nothing_remains(town, ids)


async def test_writing_again_afterwards_starts_afresh(town: Town) -> None:
    clarisse = clarisse_of(town)
    await finished(town, clarisse)
    ids = await ids_of(town, CHAT)
    await erases(clarisse)
    hello = await clarisse.says("bonjour")
    assert hello[0].startswith("Bonjour ! La piscine rouvre en 2027.")
    assert len(hello) == 3
    assert "j'accepte" in hello[2]
    fresh = await ids_of(town, CHAT)
    assert not set(fresh) & set(ids), "no id of before is used again"
    await clarisse.presses("J'ai 15 ans ou plus et j'accepte")
    (second,) = await clarisse.presses("Jamais")
    assert second.startswith("2/3")
    assert (await status(town))["quarantined"] == 0


async def test_the_last_words_are_tried_again_and_then_forgotten(town: Town) -> None:
    clarisse = clarisse_of(town)
    await finished(town, clarisse)
    await clarisse.says("effacer")
    ids = await ids_of(town, CHAT)
    town.telegram.bot.faults.script(Fault(Refused.REFUSE, status=429, parameters={"retry_after": 5}))
    assert await clarisse.presses("Oui, tout effacer") == []
    found = await tables(town)
    assert [row["external_id"] for row in found["addresses"] if row["leaving"]] == [str(CHAT)]
    assert places(found, WORDS) == []
    await town.later(seconds=6)
    assert clarisse.hears()[-1].startswith(GONE)
    await nothing_remains(town, ids)


async def test_whoever_blocked_us_meanwhile_is_forgotten_all_the_same(town: Town) -> None:
    clarisse = clarisse_of(town)
    await finished(town, clarisse)
    await clarisse.says("effacer")
    ids = await ids_of(town, CHAT)
    clarisse.person.profile.blocked = True
    await clarisse.presses("Oui, tout effacer")
    await town.later(minutes=10)
    await nothing_remains(town, ids)


async def test_what_was_on_its_way_does_not_leave(town: Town) -> None:
    """A reminder that was planned goes with the rest."""
    clarisse = clarisse_of(town)
    await in_the_middle_of_an_answer(town, clarisse)
    await town.wall("2026-11-17 17:55")
    assert len(await pushes(town)) == 1
    await erases(clarisse)
    assert await pushes(town) == []
    await town.wall("2026-11-17 18:00")
    assert not clarisse.hears()


async def test_everything_at_once_in_one_batch(town: Town) -> None:
    """Yes, and more words before the program has looked: the new words begin afresh, the old ones are gone."""
    clarisse = clarisse_of(town)
    await finished(town, clarisse)
    ids = await ids_of(town, CHAT)
    await clarisse.says("effacer")
    clarisse.person.press("Oui, tout effacer")
    clarisse.person.say("merci")
    clarisse.person.say("au revoir")
    await town.settle()
    said = clarisse.hears()
    assert said[0].startswith(GONE)
    assert said[1].startswith("Bonjour !")
    found = await tables(town)
    (address,) = (row["id"] for row in found["addresses"] if row["external_id"] == str(CHAT))
    assert places(found, [*WORDS, *(each for each in ids if each != address)]) == []
    assert [row["citizen_id"] for row in found["deliveries"] if row["citizen_id"] is None] == []
    assert await exported(town) == []
