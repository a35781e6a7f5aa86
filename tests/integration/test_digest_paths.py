"""From rows to what stands in the staff's room, and back when somebody erases: on both databases."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bots.slack.blocks import to_blocks
from config.locale import Catalogue
from core.model.consultations import DigestPlan, PartnerProfile, QuestionKind, QuotePolicy
from core.model.contributions import ContributionState
from core.model.deliveries import Delivery, DigestRef, Lane, State, settle
from core.model.ids import ConsultationId, ContributionId
from core.model.messages import Edit, Message, Sent
from core.model.staff import Actor, Role
from core.storage.engine import Storage
from core.storage.schema import deliveries, digests
from core.work.composing import compose
from core.work.dialogue.own_data import erase_citizen, forget_contribution
from core.work.digests.digest import Digests, figures_card, figures_now
from core.work.status import status, status_card
from core.work.wording import card_text
from tests.builders import (
    NOW,
    START,
    CountedChance,
    Person,
    StillClock,
    Woken,
    account,
    alert,
    both,
    consultation,
    contribution,
    desk_of,
    person,
    push,
    start,
)
from tests.samples import sample
from tests.stand_ins.slack.blocks import problems_in

POOL = ConsultationId("pool")
WORDS = Catalogue()
READER = Actor("U1", Role.READER)
MASKED = consultation(digest=DigestPlan(slack_channel="#piscine", quotes=QuotePolicy.MASKED))


def digests_of(storage: Storage, chance: CountedChance, at: StillClock | None = None) -> Digests:
    return Digests(storage, at or StillClock(), chance, {}, Woken())


async def send_all(storage: Storage) -> list[tuple[Delivery, Message | Edit]]:
    """What the outbox does with what is owed to staff: composed, sent, settled. Slack's name for each is "C1:n"."""
    left: list[tuple[Delivery, Message | Edit]] = []
    async with storage.unit() as unit:
        owed = await unit.deliveries.claim(
            [account("town", "slack")], [Lane.STAFF], now=NOW, lease=timedelta(minutes=1), limit=10
        )
        await unit.deliveries.sending(owed, now=NOW, lease=timedelta(minutes=1))
        for each in owed:
            message = await compose(unit, each, WORDS, CountedChance(), now=NOW)
            assert isinstance(message, Message | Edit)
            left.append((each, message))
            external_id = message.external_id if isinstance(message, Edit) else f"C1:{each.id}"
            flying = replace(each, state=State.SENDING)
            await unit.deliveries.save([settle(flying, Sent(external_id), now=NOW)])
    return left


def shown(message: Message | Edit) -> str:
    return message.message.text if isinstance(message, Edit) else message.text


async def quoting_town(storage: Storage) -> dict[str, Person]:
    async with storage.unit() as unit:
        await start(unit, MASKED)
        people = {}
        for name, text, topic in (
            ("anna", "ouvrir plus tard le soir", "hours"),
            ("bilal", "moins cher pour les familles", "prices"),
        ):
            people[name] = await person(unit, name, arrived=NOW - timedelta(days=1), finished_at=NOW)
            await contribution(unit, text, by=people[name], received_at=NOW - timedelta(days=1), topics=(topic,))
        return people


async def erase(storage: Storage, who: Person, chance: CountedChance) -> None:
    async with storage.unit() as unit:
        await erase_citizen(unit, who.citizen, str.upper, chance, NOW, farewell=None)


# ── erasure reaches the copies ───────────────────────────────────────────────────────────────────────────────────────


async def test_an_erased_quote_leaves_the_copy_in_slack(storage: Storage) -> None:
    people, chance = await quoting_town(storage), CountedChance()
    await digests_of(storage, chance).make_due()
    ((first, posted),) = await send_all(storage)
    assert "ouvrir plus tard" in shown(posted)
    assert "moins cher" in shown(posted)

    await erase(storage, people["anna"], chance)
    ((_, edit),) = await send_all(storage)
    assert isinstance(edit, Edit)
    assert edit.external_id == f"C1:{first.id}"
    assert "ouvrir plus tard" not in shown(edit)
    assert "moins cher" in shown(edit)


async def test_each_erasure_amends_again_and_never_without_need(storage: Storage) -> None:
    people, chance = await quoting_town(storage), CountedChance()
    async with storage.unit() as unit:
        quiet = await person(unit, "quiet", arrived=START)
        await contribution(unit, "une réponse que personne ne cite", by=quiet, topics=("hours",))
    await digests_of(storage, chance).make_due()
    await send_all(storage)
    await erase(storage, quiet, chance)
    assert await send_all(storage) == []
    await erase(storage, people["anna"], chance)
    assert len(await send_all(storage)) == 1
    await erase(storage, people["bilal"], chance)
    ((_, edit),) = await send_all(storage)
    assert "«" not in shown(edit)


async def test_a_digest_not_sent_yet_leaves_without_the_quote(storage: Storage) -> None:
    people, chance = await quoting_town(storage), CountedChance()
    await digests_of(storage, chance).make_due()
    await erase(storage, people["anna"], chance)
    ((_, posted),) = await send_all(storage)
    assert isinstance(posted, Message)
    assert "ouvrir plus tard" not in posted.text


async def test_a_digest_that_waits_to_leave_is_stopped_and_goes_again(storage: Storage) -> None:
    people, chance = await quoting_town(storage), CountedChance()
    await digests_of(storage, chance).make_due()
    async with storage.unit() as unit:
        lease = timedelta(minutes=1)
        (composed,) = await unit.deliveries.claim(
            [account("town", "slack")], [Lane.STAFF], now=NOW, lease=lease, limit=10
        )
    await erase(storage, people["anna"], chance)
    async with storage.reading() as unit:
        assert await unit.deliveries.still_claimed([composed]) == set(), "the outbox looks before it sends"
    ((_, posted),) = await send_all(storage)
    assert isinstance(posted, Message)
    assert "ouvrir plus tard" not in posted.text
    await erase(storage, people["bilal"], chance)
    ((_, edit),) = await send_all(storage)
    assert isinstance(edit, Edit), "the one that went again is found like any other"


async def test_old_copies_are_still_found_when_the_bodies_of_messages_are_gone(storage: Storage) -> None:
    people, chance = await quoting_town(storage), CountedChance()
    await digests_of(storage, chance).make_due()
    await send_all(storage)
    async with storage.unit() as unit:
        old = await unit.deliveries.old_words(NOW + timedelta(days=31), [account("town", "slack")], 10)
        assert await unit.deliveries.forget_words(old) == 1
    await erase(storage, people["anna"], chance)
    assert len(await send_all(storage)) == 1


async def test_one_answer_taken_back_is_enough(storage: Storage) -> None:
    await quoting_town(storage)
    chance = CountedChance()
    await digests_of(storage, chance).make_due()
    await send_all(storage)
    async with storage.unit() as unit:
        own = (await unit.contributions.page(POOL))[0]
        await forget_contribution(unit, POOL, own.id, chance, NOW)
    ((_, edit),) = await send_all(storage)
    assert own.text is not None
    assert own.text not in shown(edit)


async def test_no_id_of_what_was_erased_remains_in_digests_or_deliveries(storage: Storage) -> None:
    people, chance = await quoting_town(storage), CountedChance()
    async with storage.reading() as unit:
        own: list[ContributionId] = [each.id for each in await unit.contributions.of_citizen(people["anna"].citizen)]
    maker = digests_of(storage, chance)
    await maker.make_due()
    await maker.make_now("pool")
    await send_all(storage)
    await erase(storage, people["anna"], chance)
    async with storage.reading() as unit:
        rows = [
            *(await unit.connection.execute(sa.select(digests))),
            *(await unit.connection.execute(sa.select(deliveries))),
        ]
    kept = json.dumps([list(row) for row in rows], default=str)
    assert "anna" not in kept
    assert not any(each in kept for each in own)


async def test_the_digest_in_the_room_is_replaced_and_never_posted_twice(storage: Storage) -> None:
    people, chance = await quoting_town(storage), CountedChance()
    await digests_of(storage, chance).make_due()
    await send_all(storage)
    await erase(storage, people["anna"], chance)
    async with storage.reading() as unit:
        bodies = [
            DigestRef(**{name: value for name, value in row.body.items() if name in ("digest", "edits")})
            for row in await unit.connection.execute(sa.select(deliveries).order_by(deliveries.c.seq))
        ]
    assert [bool(body.edits) for body in bodies] == [False, True]


# ── the whole of it ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_two_partners_in_one_house_never_meet(storage: Storage) -> None:
    theirs = replace(MASKED, id="library", partner=PartnerProfile("city", both("Ville", "City")))
    await quoting_town(storage)
    chance = CountedChance()
    async with storage.unit() as unit:
        await start(unit, theirs)
        who = await person(unit, "carla", in_="library", of="city", arrived=START, finished_at=NOW)
        said = await contribution(unit, "plus de livres en arabe", by=who, topics=("hours",))
        fire = await contribution(unit, "au feu", by=who, redirect="danger", state=ContributionState.HIDDEN)
        await alert(unit, fire, of="city", in_="library")
        assert said
    assert await digests_of(storage, chance).make_due() == 2
    ((_, ours),) = await send_all(storage)
    assert "livres" not in shown(ours)
    assert "rien pour le moment" in shown(ours)
    desk = desk_of(storage, WORDS)
    assert "livres" in card_text(await desk.digest(account("city", "slack"), "", READER, "fr"))
    assert "livres" not in card_text(await desk.digest(account("town", "slack"), "library", READER, "fr"))


async def test_the_figures_agree_on_both_databases(storage: Storage) -> None:
    people = await quoting_town(storage)
    async with storage.unit() as unit:
        await push(unit, people["anna"], "reminder", sent_at=NOW - timedelta(days=6))
        await push(unit, people["bilal"], "reminder", state=State.UNCERTAIN)
        await contribution(unit, "fermer moins tôt", topics=("hours", "prices"))
        await contribution(unit, "injure", flags=("insult",))
        await unit.staff.count_media(POOL, "voice")
    async with storage.reading() as unit:
        found = await figures_now(unit, MASKED, now=NOW, since=NOW - timedelta(days=7))
        health = await status(unit, now=NOW)
    assert (found.funnel.arrived, found.funnel.answered, found.funnel.finished) == (2, 2, 2)
    assert (found.contributions, found.unsorted, found.elsewhere) == (4, 1, {"paper": 2})
    assert {topic.topic: topic.contributions for topic in found.topics} == {"hours": 2, "prices": 2}
    assert (found.response.answered, found.response.pushed, found.response.prompted) == (1, 1, 0)
    assert [(nudge.sent, nudge.finished_after) for nudge in found.nudges] == [(1, 1)]
    assert len(found.quotes) == 2
    assert (found.uncertain, found.not_read, health.uncertain) == (1, {"voice": 1}, 1)


@pytest.mark.parametrize("name", ["piscine", "bibliotheque"])
async def test_the_samples_have_a_digest_in_both_languages(storage: Storage, name: str) -> None:
    asked = sample(name)
    asked = replace(asked, digest=replace(asked.digest, quotes=QuotePolicy.MASKED))
    now = asked.opens_at + timedelta(days=16)
    tokens, topics = list(asked.sources), [topic.id for topic in asked.taxonomy.topics]
    sector = next((question for question in asked.questions if question.kind is QuestionKind.SECTOR), None)
    open_question = next(question for question in asked.questions if question.kind is QuestionKind.OPEN)
    async with storage.unit() as unit:
        await start(unit, asked, at=asked.opens_at)
        for n in range(40):
            when = asked.opens_at + timedelta(hours=9 * n)
            who = await person(
                unit,
                f"p{n}",
                in_=asked.id,
                of=asked.partner.id,
                source=tokens[n % 3] if tokens else "",
                arrived=when,
                answers={sector.id: sector.options[0].id} if sector else {},
                finished_at=when if n % 5 else None,
            )
            said = f"ouvrir plus tard le soir, pour celles et ceux qui travaillent ({n})"
            await contribution(
                unit, said, by=who, question=open_question.id, received_at=when, topics=(topics[n % len(topics)],)
            )
    async with storage.reading() as unit:
        found = await figures_now(unit, asked, now=now, since=now - timedelta(days=7))
        for language in asked.languages:
            shown = await figures_card(unit, found, asked, WORDS, language)
            assert problems_in(to_blocks(shown)) == []
            text = card_text(shown)
            assert asked.title[language] in text
            assert asked.taxonomy.topics[0].name[language] in text
            assert "(40)" not in text
        assert card_text(status_card(await status(unit, now=now), WORDS, "fr"))
    assert found.contributions == 40
