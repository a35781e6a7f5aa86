"""Two waves, a hold-out group, two wordings: who gets a reminder and when, and what is said of it afterwards."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.locale import Catalogue
from core.model.consultations import WAVES, Anchor, Consultation, Design, Experiment, Moment, Step, StepKind
from core.model.experiments import Group
from core.model.ids import CitizenId, ConsultationId
from core.rules.effect import Verdict
from core.rules.readout import EffectFigure
from core.storage.engine import open_storage
from core.storage.schema import audience, citizens, deliveries, dialogues
from core.work.cards.digest_layout import Voice
from core.work.cards.effect_words import effect_words
from core.work.digests.digest import figures_now
from core.work.digests.effects import effect
from tests.builders import START, both, consultation
from tests.databases import sqlite_url
from tests.integration.review.village import Village
from tests.integration.review.village import village as open_village

NOON = START + timedelta(hours=5)
TUESDAY = datetime.combine(date(2026, 11, 17), time(13))
THURSDAY = NOON + timedelta(days=3)
POOL = ConsultationId("pool")


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    """On one database: what differs between the two is in tests/contracts."""
    async with open_storage(sqlite_url(tmp_path)) as storage, open_village(storage, START) as village:
        yield village


def pool(experiment: Experiment | None = WAVES, moment: Moment | None = None) -> Consultation:
    step = Step("reminder", StepKind.REMINDER, moment or Moment(at=TUESDAY), experiment=experiment)
    return replace(
        consultation(), steps=(step,), sources={"poster": both("affiche", "poster"), "web": both("web", "web")}
    )


async def come(village: Village, poster: int = 2, web: int = 2) -> list[str]:
    chats = [f"poster-{n}" for n in range(poster)] + [f"web-{n}" for n in range(web)]
    for chat in chats:
        await village.agrees(chat, chat.partition("-")[0])
    return chats


async def groups(village: Village) -> dict[str, Group]:
    """By chat."""
    async with village.storage.reading() as unit:
        rows = await unit.connection.execute(
            sa.text(
                "SELECT external_id, part FROM audience JOIN addresses ON addresses.citizen_id = audience.citizen_id"
            )
        )
        return {row.external_id: Group(row.part) for row in rows}


async def reminded(village: Village) -> set[str]:
    return {chat for chat, message in village.lines["town"].arrived if "vous avez commencé" in message.text}


async def until(village: Village, at: datetime) -> None:
    village.clock.at = at
    await village.house.planning.plan_due()
    await village.house.settle()


async def finishes(village: Village, chat: str) -> None:
    await village.presses(chat, "Jamais")
    await village.says(chat, "passer")
    await village.presses(chat, "Centre")


async def test_half_of_each_source_is_reminded_first_and_the_others_not_before_their_time(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool())
    everybody = await come(village)
    await until(village, NOON + timedelta(days=1))
    drawn = await groups(village)
    first = {chat for chat, group in drawn.items() if group is Group.FIRST}
    assert set(drawn) == set(everybody)
    assert Counter(chat.partition("-")[0] for chat in first) == {"poster": 1, "web": 1}
    assert await reminded(village) == first
    await until(village, THURSDAY - timedelta(minutes=1))
    assert await reminded(village) == first, "nobody in the second wave has it before Thursday"
    await until(village, THURSDAY)
    assert await reminded(village) == set(everybody), "nobody is deprived"
    assert len(village.lines["town"].arrived) == len({id(m) for _, m in village.lines["town"].arrived})


async def test_who_finishes_before_the_second_wave_gets_nothing_and_counts(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool())
    await come(village)
    await until(village, NOON + timedelta(days=1))
    late = sorted(chat for chat, group in (await groups(village)).items() if group is Group.LATER)
    await finishes(village, late[0])
    await until(village, THURSDAY)
    assert late[0] not in await reminded(village)
    figure = await figure_of(village)
    assert (figure.reading.told.people, figure.reading.waiting.people, figure.reading.waiting.finished) == (2, 2, 1)


async def test_who_finishes_between_planning_and_sending_gets_none_and_stays_in_the_figures(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool())
    await come(village)
    await until(village, NOON + timedelta(days=1, minutes=-5))
    first = sorted(chat for chat, group in (await groups(village)).items() if group is Group.FIRST)
    assert await reminded(village) == set(), "planned, not sent"
    await finishes(village, first[0])
    await until(village, NOON + timedelta(days=1))
    assert await reminded(village) == set(first[1:])
    assert (await figure_of(village)).reading.told.finished == 1


async def test_whoever_comes_after_the_draw_has_no_part_in_it(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool())
    await come(village)
    await until(village, NOON + timedelta(days=1, minutes=-5))
    await village.agrees("late", "web")
    await until(village, THURSDAY)
    assert "late" not in await groups(village)
    assert "late" not in await reminded(village)


async def test_held_out_people_never_get_it(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool(Experiment(Design.HOLDOUT, share=0.5)))
    everybody = await come(village)
    await until(village, NOON + timedelta(days=1))
    await until(village, NOON + timedelta(days=20))
    never = {chat for chat, group in (await groups(village)).items() if group is Group.NEVER}
    assert len(never) == 2
    assert await reminded(village) == set(everybody) - never


async def test_two_wordings_go_out_at_once_and_each_reads_its_own(village: Village) -> None:
    village.clock.at = NOON
    other = Experiment(Design.WORDINGS, text=both("vous avez commencé, il manque une minute", "one minute"))
    await village.starts(pool(other))
    await come(village)
    await until(village, NOON + timedelta(days=1))
    drawn = await groups(village)
    for chat, group in drawn.items():
        assert ("il manque une minute" in village.heard(chat)) == (group is Group.OTHER)
    assert Counter(drawn.values()) == {Group.FIRST: 2, Group.OTHER: 2}
    assert await reminded(village) == set(drawn)


async def test_person_by_person_each_is_drawn_when_their_moment_comes(village: Village) -> None:
    village.clock.at = NOON
    step = Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL)
    await village.starts(pool(WAVES, step))
    await come(village)
    await until(village, NOON + timedelta(days=1, minutes=1))
    assert await reminded(village) == {chat for chat, group in (await groups(village)).items() if group is Group.FIRST}
    await village.agrees("next", "web")
    await until(village, NOON + timedelta(days=2, minutes=1))
    assert "next" in await groups(village)
    await until(village, NOON + timedelta(days=4, hours=1))
    assert await reminded(village) == set(await groups(village))


async def test_a_second_wave_after_the_closing_is_none(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(replace(pool(), closes_at=NOON + timedelta(days=2)))
    everybody = await come(village)
    await until(village, NOON + timedelta(days=1))
    assert await reminded(village) == set(everybody)
    assert set((await groups(village)).values()) == {Group.APART}


async def test_each_waits_for_their_own_morning(village: Village) -> None:
    """22:30 in Paris, Réunion and Guadeloupe: each wave moves to the morning of each."""
    zones = {"poster-0": "Europe/Paris", "poster-1": "Indian/Reunion", "poster-2": "America/Guadeloupe"}
    village.clock.at = NOON
    await village.starts(pool(moment=Moment(at=datetime.combine(date(2026, 11, 17), time(22, 30)))))
    await come(village, poster=3, web=0)
    async with village.storage.unit() as unit:
        for chat, zone in zones.items():
            await unit.connection.execute(
                sa.text(
                    "UPDATE citizens SET zone = :zone WHERE id IN "
                    "(SELECT citizen_id FROM addresses WHERE external_id = :chat)"
                ),
                {"zone": zone, "chat": chat},
            )
    await until(village, datetime.fromisoformat("2026-11-18T04:25:00+00:00"))
    async with village.storage.reading() as unit:
        rows = await unit.connection.execute(
            sa.select(citizens.c.zone, audience.c.begins_at, audience.c.due_at).join(
                citizens, citizens.c.id == audience.c.citizen_id
            )
        )
        moments = {row.zone: (row.begins_at, row.due_at - row.begins_at) for row in rows}
    assert {zone: at.isoformat() for zone, (at, _) in moments.items()} == {
        "Europe/Paris": "2026-11-18T07:30:00+00:00",
        "Indian/Reunion": "2026-11-18T04:30:00+00:00",
        "America/Guadeloupe": "2026-11-18T12:30:00+00:00",
    }
    assert {wait for _, wait in moments.values()} <= {timedelta(0), timedelta(days=2)}


async def test_a_new_revision_draws_again_only_while_nobody_was_sent_anything(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool())
    await come(village)
    await until(village, NOON + timedelta(days=1, minutes=-5))
    before = await groups(village)
    changed = replace(pool(), why=both("Autrement.", "Otherwise."))
    await village.starts(changed)
    assert await groups(village) == {}
    await until(village, NOON + timedelta(days=1))
    assert await groups(village) == before, "the same people, the same draw"
    await village.starts(replace(changed, why=both("Encore.", "Again.")))
    assert await groups(village) == before


async def test_those_who_wait_are_charged_like_those_who_got_it(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool())
    await come(village)
    await until(village, NOON + timedelta(days=1))
    async with village.storage.reading() as unit:
        everybody = [
            CitizenId(row.citizen_id) for row in await unit.connection.execute(sa.select(audience.c.citizen_id))
        ]
        week_ago = village.clock.at - timedelta(days=7)
        sent = await unit.deliveries.pushes_since(everybody, week_ago)
        charged = await unit.experiments.charged(everybody, week_ago, village.clock.at, consultation=POOL, step="other")
        own = await unit.experiments.charged(everybody, week_ago, village.clock.at, consultation=POOL, step="reminder")
    assert {sent[each] + charged.get(each, 0) for each in everybody} == {1}
    assert own == {}, "a step never stands in its own way"


async def test_a_step_that_drives_people_away_stops(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool())
    await come(village, poster=8, web=0)
    await until(village, NOON + timedelta(days=1))
    for chat in sorted(await reminded(village))[:3]:
        await village.says(chat, "stop")
    before = await reminded(village)
    await until(village, THURSDAY)
    assert await reminded(village) == before
    async with village.storage.reading() as unit:
        figures = await figures_now(unit, pool(), now=village.clock.at, since=NOON)
    assert [nudge.halted for nudge in figures.nudges] == [True]


# ── what is said ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def figure_of(village: Village, plan: Consultation | None = None) -> EffectFigure:
    plan = plan or pool()
    async with village.storage.reading() as unit:
        found = await effect(unit, plan, plan.steps[0], now=village.clock.at)
    assert found is not None
    return found


async def test_before_its_time_there_is_no_claim_then_one_reading_that_stays(village: Village) -> None:
    village.clock.at = NOON
    await village.starts(pool())
    await come(village)
    await until(village, NOON + timedelta(days=1))
    assert (await figure_of(village)).reading.verdict is Verdict.SO_FAR
    english, french = Voice(Catalogue(), "en"), Voice(Catalogue(), "fr")
    assert effect_words(await figure_of(village), english).startswith(
        "Effect of its own: answer on 19 November. So far"
    )
    await until(village, THURSDAY)
    read = await figure_of(village)
    assert read.reading.verdict is Verdict.TOO_FEW
    assert effect_words(read, french).startswith("Effet propre\N{NO-BREAK SPACE}: trop peu de monde pour le dire.")
    for chat in sorted(await reminded(village)):
        await finishes(village, chat)
    assert (await figure_of(village)).reading == read.reading, "who finishes after the reading changes nothing"


async def test_many_people_are_read_with_an_interval(village: Village) -> None:
    """400 people without a conversation each: the rows are written, the reading is the program's."""
    village.clock.at = NOON
    await village.starts(pool())
    await village.agrees("anna", "poster")
    await many(village, 400, told=120, waiting=80)
    village.clock.at = THURSDAY
    figure = await figure_of(village)
    assert figure.reading.verdict is Verdict.READ
    assert effect_words(figure, Voice(Catalogue(), "en")) == (
        "Effect of its own: between +10 and +30 more finished per 100 people reminded. "
        "Half of those who finished had done so after 4 h; after 4 h without the reminder."
    )


async def many(village: Village, n: int, *, told: int, waiting: int) -> None:
    """`n` people in the audience, half in each group, of whom so many finished four hours after the moment."""
    begins = NOON + timedelta(days=1)
    async with village.storage.unit() as unit:
        await unit.connection.execute(sa.delete(audience))
        one = (await unit.connection.execute(sa.select(citizens))).mappings().first()
        talk = (await unit.connection.execute(sa.select(dialogues))).mappings().first()
        assert one is not None
        assert talk is not None
        for number in range(n):
            first = number % 2 == 0
            finished = number // 2 < (told if first else waiting)
            await unit.connection.execute(sa.insert(citizens).values({**one, "id": f"c{number}"}))
            await unit.connection.execute(
                sa.insert(dialogues).values(
                    {
                        **talk,
                        "id": f"d{number}",
                        "citizen_id": f"c{number}",
                        "finished_at": begins + timedelta(hours=4) if finished else None,
                    }
                )
            )
            await unit.connection.execute(
                sa.insert(audience).values(
                    consultation_id="pool",
                    step="reminder",
                    citizen_id=f"c{number}",
                    part="first" if first else "later",
                    source="poster",
                    begins_at=begins,
                    due_at=begins if first else THURSDAY,
                    reads_at=THURSDAY,
                )
            )


async def test_the_outbox_asks_for_the_group_again(village: Village) -> None:
    """A row that should not be there yet does not leave before its time."""
    village.clock.at = NOON
    await village.starts(pool())
    await come(village)
    await until(village, NOON + timedelta(days=1, minutes=-5))
    async with village.storage.unit() as unit:
        await unit.connection.execute(sa.update(audience).values(due_at=THURSDAY))
        assert (await unit.connection.execute(sa.select(deliveries.c.id).where(deliveries.c.lane == "push"))).first()
    await until(village, NOON + timedelta(days=1))
    assert await reminded(village) == set()
