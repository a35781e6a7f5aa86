"""What waits for a person: one list, who took what, one reminder a day when it waits longer than promised."""

from tests.integration.path.conftest import IN_BOTH_MODES
from tests.integration.path.looking import tables
from tests.integration.path.town import NO_BREAK, ROOM, Town
from tests.stand_ins.slack.world import Json

QUOTED = "ouvrir plus tard, la dame du guichet le sait"


def newest(town: Town) -> Json:
    message: Json = town.slack.world.channels[ROOM].messages[-1]
    return message


async def reminders(town: Town) -> list[str]:
    return [each["key"] for each in (await tables(town))["deliveries"] if each["key"].startswith("waiting:")]


@IN_BOTH_MODES
async def test_what_waits_is_reminded_of_once_a_day_and_no_more_once_it_is_done(town: Town) -> None:
    anna, denis = town.citizen("Anna"), town.staff("U2", name="denis")
    await town.wall("2026-11-17 09:00")
    await anna.finishes(QUOTED)
    await town.silence()
    await town.wall("2026-11-17 17:00")
    await town.house.digests.remind_due()
    assert await reminders(town) == [], "a day is promised"
    for wall in ("2026-11-18 07:00", "2026-11-18 09:10", "2026-11-18 15:00", "2026-11-19 20:00"):
        await town.wall(wall)
        await town.house.digests.remind_due()
        await town.work()
    assert await reminders(town) == ["waiting:piscine:2026-11-18/0"]
    said = town.room
    assert "1 réponse à relire avant de la citer, depuis mardi 9 h · personne n'en est chargé" in said

    taken = await denis.press(newest(town), "Je m'en charge")
    await taken.sees("vous vous chargez de")
    asked = await denis.press(newest(town), "Relire")
    await asked.sees("la dame du guichet")
    window = await denis.press(asked.ephemeral[0], "Masquer un passage")
    await window.sees("Ce qui doit disparaître")
    done = await denis.fill(window.views[0], words="La dame du guichet")
    assert "ouvrir plus tard, [masqué] le sait" in await done.sees("peut être citée")

    await town.wall("2026-11-20 09:10")
    await town.house.digests.remind_due()
    assert len(await reminders(town)) == 1, "nothing waits any more"
    assert not town.slack.violations


async def test_the_list_in_slack_puts_what_is_serious_first(town: Town) -> None:
    anna, denis = town.citizen("Anna"), town.staff("U2", name="denis")
    await anna.agrees()
    await anna.presses("Parfois")
    await anna.says("zzz qqq")
    await town.silence()
    await anna.says("je veux mourir")
    await town.wall("2026-11-23 08:45")
    asked = await denis.press(newest(town), "Ce qui attend")
    listed = (await asked.sees("Ce qui attend quelqu")).translate(NO_BREAK).splitlines()
    assert listed[2].startswith("Message signalé (détresse), depuis")
    assert any(line.startswith("1 réponse à classer") for line in listed[3:])
    await denis.press(town.slack.world.views[asked.views[0]], "Je m'en charge", nth=0)
    await town.slack.until(lambda: "vous vous chargez de" in asked.texts()[-1])
    again = await denis.press(newest(town), "Ce qui attend")
    assert "Denis s'en charge" in (await again.sees("Ce qui attend quelqu"))
    assert not town.slack.violations
