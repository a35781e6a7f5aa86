"""The digest and the alert: every line against rows counted by hand, and nobody's words where they must not be."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bots.slack.blocks import to_blocks
from config.locale import Catalogue
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, DigestPlan, QuotePolicy, Topic
from core.model.contributions import By, ContributionState
from core.model.deliveries import State
from core.model.errors import NotFound
from core.model.ids import ConsultationId, ContributionId, DigestId
from core.model.messages import Card, Line, Quote
from core.model.quality import TopicTried
from core.rules.quality import sorting
from core.rules.readout import Figures
from core.storage.engine import Storage
from core.storage.schema import contributions as contribution_table
from core.storage.schema import deliveries as delivery_table
from core.storage.schema import tags as tag_table
from core.storage.unit import Unit
from core.work.digests import digest
from core.work.digests.digest import (
    Digests,
    alert_card,
    digest_card,
    figures_card,
    figures_json,
    figures_now,
    figures_of,
    newest_occasion,
)
from core.work.session import Library
from core.work.wording import card_text
from tests.builders import (
    NOW,
    START,
    CountedChance,
    StillClock,
    Woken,
    account,
    alert,
    both,
    consultation,
    contribution,
    person,
    push,
    start,
)
from tests.databases import sqlite_storage
from tests.stand_ins.slack.blocks import problems_in

POOL = ConsultationId("pool")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
WORDS = Catalogue()


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        yield storage


def digests(storage: Storage, clock: StillClock | None = None, library: Library | None = None) -> Digests:
    return Digests(storage, clock or StillClock(), CountedChance(), {} if library is None else library, Woken())


async def figures(storage: Storage, asked: Consultation | None = None, now: datetime = NOW) -> Figures:
    async with storage.reading() as unit:
        return await figures_now(unit, asked or consultation(), now=now, since=now - WEEK)


async def card(storage: Storage, language: str = "fr", asked: Consultation | None = None, now: datetime = NOW) -> Card:
    asked = asked or consultation()
    found = await figures(storage, asked, now)
    async with storage.reading() as unit:
        return await figures_card(unit, found, asked, WORDS, language)


async def text(storage: Storage, language: str = "fr", asked: Consultation | None = None, now: datetime = NOW) -> str:
    return card_text(await card(storage, language, asked, now)).replace("\N{NO-BREAK SPACE}", " ")


def line_of(shown: str, start: str) -> str:
    return next(line.strip() for line in shown.splitlines() if line.strip().startswith(start))


async def busy_town(storage: Storage) -> None:
    """Three weeks of a consultation, small enough to be counted by hand."""
    async with storage.unit() as unit:
        await start(unit, consultation())
        last_week, this_week = START + 2 * DAY, NOW - 2 * DAY
        for n in range(20):
            await person(unit, f"old{n}", arrived=last_week, answers={"area": "centre"}, finished_at=last_week)
        for n in range(12):
            area = "gare" if n else "bellevue"
            who = await person(
                unit, f"new{n}", source="school", arrived=this_week, answers={"area": area}, finished_at=this_week
            )
            topics = ("access",) if n < 3 else ("hours", "prices") if n < 8 else ()
            said = f"ouvrir plus tard,\nle soir {n}"
            await contribution(unit, said, by=who, received_at=this_week, topics=topics, review="reviewed")
        half = await person(unit, "half", source="", arrived=this_week, answers={"often": "weekly"})
        await contribution(unit, "moins cher pour les familles", by=half, received_at=last_week, topics=("prices",))
        await person(unit, "agreed", arrived=this_week)
        await person(unit, "looked", arrived=this_week, agreed=False)
        await contribution(unit, "fermer moins tôt", topics=("hours",))
        late = await person(unit, "late", arrived=last_week, answers={"often": "never"}, finished_at=this_week)
        gone = await person(unit, "gone", arrived=last_week, stopped_at=this_week)
        for who in (late, gone, half):
            await push(unit, who, "reminder", sent_at=this_week - DAY)
        fire = await contribution(unit, "il y a le feu", by=half, redirect="danger", state=ContributionState.HIDDEN)
        await alert(unit, fire, "danger", at=datetime.fromisoformat("2026-11-27T16:42:00+00:00"))
        for _ in range(2):
            await unit.staff.count_media(POOL, "voice")


QUOTE_BUTTONS = " [Répondre au thème] [Mauvais thème] [Masquer] [Tout voir sur ce thème]"


async def test_the_digest_reads_like_this_in_french(storage: Storage) -> None:
    await busy_town(storage)
    assert (await text(storage)).splitlines() == [
        "Piscine · semaine 3 sur 6 · lundi 8 h 45",
        "À faire (1) [Ce qui attend]",
        "  1. Message signalé vendredi 17 h 42 (danger) : une personne doit le lire [Ouvrir]",
        "Qui a répondu · 13 cette semaine, 34 en tout · arrivés 37 → d'accord 36 → 1re réponse 34 → fini 33",
        "  D'où (fini) : affiche piscine 21 · collège 12 · sans lien suivi 0 · affiche gare 0 : à déplacer ?",
        "  Venues d'ailleurs (des réponses, pas des personnes) : papier 1",
        "  Qui manque : Bellevue 3 % des réponses, 18 % des habitants [Préparer un envoi]",
        "Ce qu'ils disent (14 réponses libres, un ou plusieurs thèmes) · Horaires 6 (+5) · Tarifs 6 (+5)"
        " · Accès PMR 3 (nouveau) · à classer 4 [Thèmes]",
        f"  « ouvrir plus tard, le soir 0 » · relu{QUOTE_BUTTONS}",
        f"  « ouvrir plus tard, le soir 3 » · relu{QUOTE_BUTTONS}",
        f"  « ouvrir plus tard, le soir 8 » · relu{QUOTE_BUTTONS}",
        "Rappel de vendredi : 3 envoyés, 1 a fini ensuite, 1 arrêt. Effet propre : pas mesuré, sans second groupe.",
        "Non traités : 2 messages vocaux · déclaratif, non représentatif [Note d'une page] [CSV] [Comment on compte]",
        "A répondu = au moins une réponse enregistrée. Taux de réponse = personnes qui ont répondu ÷ personnes à qui"
        " nous avons écrit (invitation ou rappel). Cette semaine = les 7 derniers jours.",
    ]


async def test_the_digest_reads_like_this_in_english(storage: Storage) -> None:
    await busy_town(storage)
    shown = await text(storage, "en")
    assert shown.splitlines()[:7] == [
        "Swimming pool · week 3 of 6 · Monday 8:45",
        "To do (1) [What waits]",
        "  1. Message flagged Friday 17:42 (danger): a person must read it [Open]",
        "Who answered · 13 this week, 34 in all · arrived 37 → agreed 36 → first answer 34 → finished 33",
        "  Where from (finished): pool poster 21 · school 12 · no tracked link 0 · station poster 0: to be moved?",
        "  From elsewhere (answers, not people): paper 1",
        "  Who is missing: Bellevue 3% of the answers, 18% of the people [Prepare a sending]",
    ]
    friday = "Friday's reminder: 3 sent, 1 finished afterwards, 1 opted out."
    assert f"{friday} Effect of its own: not measured, no second group." in shown
    assert "Not read: 2 voice notes · declared, not representative [One-page note] [CSV] [How we count]" in shown


async def test_every_group_that_the_file_has_a_share_of_may_be_missing(storage: Storage) -> None:
    asked = consultation(reference={"often": {"weekly": 0.6, "never": 0.4}, "language": {"fr": 0.5, "en": 0.5}})
    async with storage.unit() as unit:
        await start(unit, asked)
        for n in range(40):
            answers = {"area": "centre" if n % 2 else "gare", "often": "weekly"}
            await person(unit, f"some{n}", answers=answers, finished_at=NOW - DAY)
    shown = await text(storage, "fr", asked)
    assert line_of(shown, "Qui manque") == (
        "Qui manque : English 0 % des réponses, 50 % des habitants · Jamais 0 % des réponses, 40 % des habitants"
        " · Bellevue 0 % des réponses, 18 % des habitants [Préparer un envoi]"
    )


async def test_a_consultation_that_nobody_answered_yet_is_no_mistake(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    shown = await text(storage, now=START)
    assert "Piscine · semaine 1 sur 6 · lundi 8 h" in shown
    assert "À faire : rien pour le moment" in shown
    assert "Ce qu'ils disent : pas encore de réponse libre" in shown
    assert "à déplacer" not in shown, "a poster is not judged before anybody could come by it"
    assert "trop tôt pour le dire (réponses sur le secteur : 0, il en faut 30)" in shown


async def test_large_numbers_are_written_as_each_language_does(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    found = replace(await figures(storage), answered_this_week=12345)
    async with storage.reading() as unit:
        french = card_text(await figures_card(unit, found, consultation(), WORDS, "fr"))
        english = card_text(await figures_card(unit, found, consultation(), WORDS, "en"))
    assert "12\N{NARROW NO-BREAK SPACE}345 cette semaine" in french
    assert "12,345 this week" in english


# ── what counts ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_takes_every_answer_back_no_longer_counts(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        anna = await person(unit, "anna", answers={"often": "weekly"}, finished_at=NOW)
        await unit.dialogues.drop_answer(anna.dialogue, "often")
    found = await figures(storage)
    assert (found.funnel.agreed, found.funnel.answered, found.funnel.finished) == (1, 0, 0)
    assert [source.finished for source in found.sources if source.token == "poster"] == [0]


async def test_the_response_rate_is_about_those_who_were_written_to(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for n in range(10):
            await person(unit, f"came{n}", answers={"often": "weekly"})
        for n in range(4):
            who = await person(unit, f"asked{n}", answers={"often": "weekly"} if n == 0 else None)
            await push(unit, who, "prompt")
            await push(unit, who, "reminder")
        lost = await person(unit, "lost", answers={"often": "weekly"})
        await push(unit, lost, "prompt", state=State.FAILED)
    found = await figures(storage)
    assert (found.response.answered, found.response.pushed, found.response.prompted) == (1, 4, 4)
    line = line_of(await text(storage), "Taux de réponse aux envois")
    assert line == "Taux de réponse aux envois : 25 % (1 sur 4 à qui nous avons écrit)"


async def test_where_no_prompt_was_sent_the_funnel_says_it_all(storage: Storage) -> None:
    await busy_town(storage)
    assert "Taux de réponse aux envois" not in await text(storage)


async def test_the_citizen_is_believed_before_the_tagger_and_staff_before_both(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        first = await contribution(unit, "le soir", topics=("hours", "prices"))
        second = await contribution(unit, "le matin", topics=("hours",))
        third = await contribution(unit, "la nuit", topics=("hours",))
        await unit.sorting.put_tags(first, [("water", 1.0, True)], By.CITIZEN, NOW)
        await unit.sorting.put_tags(second, [("", 1.0, True)], By.CITIZEN, NOW)
        await unit.sorting.put_tags(third, [("water", 1.0, True)], By.CITIZEN, NOW)
        await unit.sorting.put_tags(third, [("access", 1.0, True)], By.STAFF, NOW)
    found = await figures(storage)
    assert {topic.topic: topic.contributions for topic in found.topics} == {"water": 1, "access": 1}
    assert found.unsorted == 1


async def test_what_was_redirected_or_hidden_is_in_no_figure_and_no_quote(storage: Storage) -> None:
    asked = consultation(digest=DigestPlan(quotes=QuotePolicy.MASKED))
    async with storage.unit() as unit:
        await start(unit, asked)
        who = await person(unit, "anna")
        await contribution(unit, "je veux mourir ce soir", by=who, redirect="distress", state=ContributionState.HIDDEN)
        await contribution(unit, "un texte caché ensuite", by=who, state=ContributionState.HIDDEN)
    found = await figures(storage, asked)
    assert (found.contributions, found.quotes, found.funnel.answered) == (0, (), 1)
    assert "mourir" not in await text(storage, asked=asked)


# ── quotes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def quoted(shown: Card) -> list[tuple[str, str]]:
    return [(block.text, block.note) for block in shown.blocks if isinstance(block, Quote)]


async def three_contributions(storage: Storage, asked: Consultation) -> None:
    async with storage.unit() as unit:
        await start(unit, asked)
        await contribution(unit, "relu par une personne", topics=("hours",), review="reviewed")
        await contribution(unit, "écarté par une personne", topics=("prices",), review="never")
        await contribution(unit, "jamais lu par personne", topics=("access",))
        await contribution(unit, "signalé, jamais lu par personne", topics=("water",), flags=("insult",))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (QuotePolicy.NONE, []),
        (QuotePolicy.REVIEWED, [("relu par une personne", "relu")]),
        (
            QuotePolicy.MASKED,
            [("relu par une personne", "relu"), ("jamais lu par personne", "masqué, pas relu")],
        ),
    ],
)
async def test_quotes_follow_the_partners_rule(
    storage: Storage, policy: QuotePolicy, expected: list[tuple[str, str]]
) -> None:
    asked = consultation(digest=DigestPlan(quotes=policy))
    await three_contributions(storage, asked)
    assert sorted(quoted(await card(storage, asked=asked))) == sorted(expected)


async def test_a_stored_digest_follows_the_rule_of_today(storage: Storage) -> None:
    asked = consultation(digest=DigestPlan(quotes=QuotePolicy.MASKED))
    await three_contributions(storage, asked)
    found = await figures(storage, asked)
    stricter = consultation(digest=DigestPlan(quotes=QuotePolicy.NONE))
    async with storage.reading() as unit:
        assert quoted(await figures_card(unit, found, stricter, WORDS, "fr")) == []


async def test_what_was_edited_after_its_review_is_not_quoted(storage: Storage) -> None:
    await busy_town(storage)
    found = await figures(storage)
    async with storage.unit() as unit:
        await unit.contributions.whole([ContributionId(found.quotes[0])], NOW)
    async with storage.reading() as unit:
        shown = await figures_card(unit, found, consultation(), WORDS, "fr")
    assert len(quoted(shown)) == len(found.quotes) - 1


async def test_a_quote_is_one_short_line_without_hidden_characters(storage: Storage) -> None:
    nasty = "<!channel> *gras* \u202eetnas\u202c\n\n" + "très " * 400
    async with storage.unit() as unit:
        await start(unit, consultation())
        await contribution(unit, nasty, review="reviewed")
    ((said, _note),) = quoted(await card(storage))
    assert len(said) <= 200
    assert "\n" not in said
    assert "\u202e" not in said
    assert said.endswith("…")


async def test_staff_are_offered_to_review_while_nothing_may_be_quoted(storage: Storage) -> None:
    await three_contributions(storage, consultation())
    offered = [block for block in (await card(storage)).blocks if isinstance(block, Line) and block.buttons]
    actions = [button.action for line in offered for button in line.buttons]
    assert actions == ["topics:pool", "review:pool", "note:pool", "export:pool", "counting"]


async def test_the_stored_figures_hold_nobodys_words(storage: Storage) -> None:
    await busy_town(storage)
    made = await digests(storage).make_now("pool")
    async with storage.reading() as unit:
        row = await unit.staff.digest(made)
    assert row is not None
    stored = json.dumps(dict(row.figures), ensure_ascii=False)
    assert "ouvrir" not in stored
    assert "feu" not in stored
    assert len(row.figures["quotes"]) == 3
    assert figures_json(figures_of(row.figures)) == row.figures


# ── to do ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_alert_that_was_opened_is_no_longer_to_be_done_even_in_an_older_digest(storage: Storage) -> None:
    await busy_town(storage)
    made = await digests(storage).make_now("pool")
    async with storage.unit() as unit:
        (waiting,) = await unit.staff.waiting_alerts(POOL)
        before = await digest_card(unit, made, WORDS, "fr")
        await unit.staff.open_alert(waiting.id, "U1", NOW)
        after = await digest_card(unit, made, WORDS, "fr")
    assert before is not None
    assert after is not None
    assert "À faire (1)" in card_text(before)
    assert "rien pour le moment" in card_text(after)


async def test_a_digest_does_not_show_alerts_that_came_after_it(storage: Storage) -> None:
    await busy_town(storage)
    made = await digests(storage).make_now("pool")
    async with storage.unit() as unit:
        later = await contribution(unit, "encore le feu", redirect="danger", state=ContributionState.HIDDEN)
        await alert(unit, later, at=NOW + DAY)
        shown = await digest_card(unit, made, WORDS, "fr")
    assert shown is not None
    assert "À faire (1)" in card_text(shown)


async def test_many_alerts_are_counted_and_the_oldest_shown(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for n in range(9):
            about = await contribution(unit, f"texte {n}", redirect="leak", state=ContributionState.HIDDEN)
            await alert(unit, about, "logement", at=NOW - n * DAY)
    shown = await text(storage)
    assert shown.count("[Ouvrir]") == 6
    assert "(logement)" in shown, "the partner's own name for its redirect"
    assert "Encore 3 messages signalés" in shown
    assert "1. Message signalé le 22 novembre à 8 h 45" in shown


async def test_what_failed_and_what_was_promised_are_to_be_done(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        who = await person(unit, "anna")
        await push(unit, who, "reminder", state=State.UNCERTAIN)
        await contribution(unit, None, by=who, state=ContributionState.UNTAGGABLE)
        rows = [{"account_id": "town-telegram", "update_id": "1", "chat": "7", "raw": b"{}", "received_at": NOW}]
        await unit.inbox.append(rows)
        (bad,) = await unit.inbox.pending(1)
        await unit.inbox.failed(bad.seq, quarantine=True)
    shown = await text(storage, now=datetime.fromisoformat("2027-03-15T08:00:00+00:00"))
    assert "À faire (4)" in shown
    assert "1 réponse que le programme n'a pas pu masquer" in shown
    assert "1 message reçu a fait échouer le programme" in shown
    assert "1 envoi peut-être arrivé, peut-être pas" in shown
    assert "Réponse promise avant le 30 mars 2027 (Le service des sports)" in shown


async def test_an_alert_is_announced_without_a_word_of_the_citizen(storage: Storage) -> None:
    await busy_town(storage)
    async with storage.reading() as unit:
        (waiting,) = await unit.staff.waiting_alerts(POOL)
        shown = await alert_card(unit, waiting.id, WORDS, "fr")
        assert await alert_card(unit, "nobody", WORDS, "fr") is None
        assert await digest_card(unit, "nothing", WORDS, "fr") is None
    assert shown is not None
    assert card_text(shown).replace("\N{NO-BREAK SPACE}", " ") == (
        "Piscine · message signalé vendredi 17 h 42 (danger) : une personne doit le lire [Ouvrir] [Je m'en charge]"
    )
    (line,) = shown.blocks
    assert isinstance(line, Line)
    assert line.buttons[0].action == f"open:{waiting.id}"


# ── however much there is ────────────────────────────────────────────────────────────────────────────────────────────


async def test_ten_thousand_contributions_fit_in_one_message(storage: Storage) -> None:
    topics = tuple(
        Topic(f"topic-{n}", {"fr": f"Un thème au nom vraiment très long pour être sûr que tout tienne, numéro {n}"})
        for n in range(60)
    )
    sources = {f"source-{n}": {"fr": f"Affiche au nom interminable de la rue numéro {n}"} for n in range(80)}
    asked = consultation(
        title={"fr": "Une consultation dont le titre ne finit pas " * 5},
        taxonomy=replace(consultation().taxonomy, topics=topics),
        sources=sources,
        digest=DigestPlan(quotes=QuotePolicy.MASKED),
    )
    async with storage.unit() as unit:
        await start(unit, asked)
        for n in range(40):
            await person(unit, f"p{n}", source=f"source-{n}", answers={"area": "centre"}, finished_at=NOW)
        said = "très long " * 60
        await unit.connection.execute(
            sa.insert(contribution_table),
            [
                {"id": f"c{n}", "consultation_id": "pool", "question_id": "more", "channel": "paper", "source": "",
                 "language": "fr", "received_at": NOW, "whole_at": NOW, "state": "read", "parts": 1,
                 "text": f"{n} {said}", "masked": [], "flags": []}
                for n in range(10_000)
            ],
        )  # fmt: skip
        await unit.connection.execute(
            sa.insert(tag_table),
            [
                {"contribution_id": f"c{n}", "topic": f"topic-{n % 60}", "by": "tagger", "score": 0.9,
                 "confident": True, "tagged_at": NOW}
                for n in range(10_000)
            ],
        )  # fmt: skip
        for n in range(30):
            about = await contribution(unit, said, redirect="danger", state=ContributionState.HIDDEN)
            await alert(unit, about, at=NOW - n * DAY)
    found = await figures(storage, asked)
    assert found.contributions == 10_000
    assert len(json.dumps(figures_json(found))) < 40_000
    shown = await card(storage, asked=asked)
    assert len(card_text(shown)) < 5_000
    blocks = to_blocks(shown)
    assert problems_in(blocks) == []
    assert "trop long pour Slack" not in json.dumps(blocks, ensure_ascii=False)


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def owed(storage: Storage) -> list[tuple[str, str]]:
    async with storage.reading() as unit:
        rows = await unit.connection.execute(
            sa.select(delivery_table.c.key, delivery_table.c.state).order_by(delivery_table.c.seq)
        )
        return [(row.key, row.state) for row in rows]


async def occasions(storage: Storage, *some: str) -> list[bool]:
    async with storage.reading() as unit:
        return [await unit.staff.digest_for(POOL, each) is not None for each in some]


async def test_a_digest_is_made_once_at_its_hour(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    clock = StillClock(NOW - timedelta(seconds=1))
    maker = digests(storage, clock)
    assert await maker.make_due() == 1, "last Monday's, which nobody made"
    clock.at = NOW
    assert [await maker.make_due(), await maker.make_due()] == [1, 0]
    assert await occasions(storage, "2026-11-23T08:45:00", "2026-11-30T08:45:00") == [True, True]
    keys = await owed(storage)
    assert [state for _, state in keys] == ["cancelled", "planned"], "the one that could not leave gives way"


async def test_two_makers_make_one_digest(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    assert [await digests(storage).make_due(), await digests(storage).make_due()] == [1, 0]
    assert len(await owed(storage)) == 1


async def test_after_a_long_stop_only_the_newest_occasion_counts(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    clock = StillClock(NOW + 2 * WEEK + 3 * DAY)
    maker = digests(storage, clock)
    assert await maker.make_due() == 1
    found = await occasions(storage, "2026-11-23T08:45:00", "2026-11-30T08:45:00", "2026-12-07T08:45:00",
                            "2026-12-14T08:45:00")  # fmt: skip
    assert found == [False, False, False, True]


async def test_no_digest_before_the_first_occasion_and_none_without_a_plan(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation(), at=START)
        running = await unit.consultations.running(POOL)
    assert running is not None
    assert newest_occasion(consultation(), consultation().digest, running, START + timedelta(minutes=44)) is None
    due = newest_occasion(consultation(), consultation().digest, running, START + timedelta(minutes=45))
    assert due is not None
    assert due.local == datetime.combine(START.date(), time(8, 45))
    assert newest_occasion(consultation(), DigestPlan(weekdays=()), running, NOW) is None


async def test_without_slack_the_digest_is_stored_and_nothing_is_owed(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation(), channels=("telegram",))
    maker = digests(storage)
    assert await maker.make_due() == 1
    assert await occasions(storage, "2026-11-30T08:45:00") == [True]
    assert await owed(storage) == []
    assert maker.wake == Woken(0)


async def test_each_room_reads_at_its_own_times_what_it_follows(storage: Storage) -> None:
    room = DigestPlan(
        (3,), time(9), "en", "#till", zone="Indian/Reunion", follows=("prices",), quiet_line=True
    )  # fmt: skip
    asked = consultation(digest=replace(consultation().digest, rooms=(room,)))
    clock = StillClock(
        datetime.fromisoformat("2026-11-26T05:01:00+00:00")
    )  # a Thursday, 9:01 in Réunion, 6:01 in Paris
    async with storage.unit() as unit:
        await start(unit, asked)
        for n in range(6):
            await contribution(unit, f"ouvrir plus tard {n}", received_at=clock.at - 2 * DAY, topics=("hours",))
        await contribution(unit, "moins cher", received_at=clock.at - 2 * DAY, topics=("prices",))
    maker = digests(storage, clock)
    assert await maker.make_due() == 2, "the Monday before, and this Thursday"
    assert await maker.make_due() == 0
    async with storage.reading() as unit:
        newest = await unit.staff.digest_for(POOL, "2026-11-26T09:00:00 #till")
        assert newest is not None
        (till,) = (await unit.people.known(account("town", "slack"), ["#till"])).values()
        rows = await unit.connection.execute(sa.select(delivery_table).where(delivery_table.c.address_id == till[0].id))
        assert [(row.key, row.language) for row in rows] == [(f"digest:{newest.id}", "en")]
        shown = card_text(await digest_card(unit, newest.id, WORDS, "en") or Card(()))
    assert "Prices 1" in shown
    assert "Opening hours 6" not in shown
    assert "more than any of them: Opening hours, 6 answers this week" in shown
    clock.at += 7 * DAY
    await maker.make_due()
    async with storage.reading() as unit:
        quiet = await unit.staff.digest_for(POOL, "2026-12-03T09:00:00 #till")
        assert quiet is not None
        (_, line) = card_text(await digest_card(unit, quiet.id, WORDS, "en") or Card(())).splitlines()
    assert line == "Nothing new since the last digest. 0 people have answered in all."


async def test_who_sends_is_woken_when_a_digest_is_owed(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    maker = digests(storage)
    await maker.make_due()
    assert maker.wake == Woken(1)


@pytest.mark.parametrize(
    ("state", "made"), [(CampaignState.PAUSED, 1), (CampaignState.STOPPED, 0), (CampaignState.FINISHED, 0)]
)
async def test_staff_keep_reading_while_pushes_pause(storage: Storage, state: CampaignState, made: int) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation(), state=state)
    assert await digests(storage).make_due() == made


async def test_long_after_the_closing_the_room_stays_quiet_unless_something_is_to_be_done(storage: Storage) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
    clock = StillClock(datetime.fromisoformat("2027-01-18T08:00:00+00:00"))
    maker = digests(storage, clock)
    assert await maker.make_due() == 1
    assert await owed(storage) == []
    async with storage.unit() as unit:
        about = await contribution(unit, "au feu", redirect="danger", state=ContributionState.HIDDEN)
        await alert(unit, about, at=clock.at)
    clock.at += WEEK
    assert await maker.make_due() == 1
    assert len(await owed(storage)) == 1


async def test_a_digest_can_be_made_at_any_moment_and_tells_no_room(storage: Storage) -> None:
    await busy_town(storage)
    before = await owed(storage)
    maker = digests(storage)
    first, second = await maker.make_now("pool"), await maker.make_now("pool")
    assert first != second
    assert await owed(storage) == before
    async with storage.reading() as unit:
        assert await unit.staff.digest(DigestId(first)) is not None


async def test_sources_that_brought_nobody_are_asked_about_once_and_together(storage: Storage) -> None:
    asked = consultation(sources={name: both(name, name) for name in ("gare", "mairie", "marché")})
    async with storage.unit() as unit:
        await start(unit, asked)
        for n in range(20):
            await person(unit, f"p{n}", source="marché", answers={"often": "weekly"}, finished_at=NOW)
    assert (
        line_of(await text(storage, asked=asked), "D'où") == "D'où (fini) : marché 20 · gare 0, mairie 0 : à déplacer ?"
    )


async def test_a_consultation_that_is_not_there_is_said(storage: Storage) -> None:
    with pytest.raises(NotFound, match="no consultation"):
        await digests(storage).make_now("nothing")
    with pytest.raises(NotFound, match="campaign start"):
        await figures(storage, consultation(id="never-started"))


# ── how far the topics can be trusted ────────────────────────────────────────────────────────────────────────────────


async def test_a_topic_that_is_not_as_it_was_is_flagged_and_a_quiet_line_says_how_often_topics_are_right(
    storage: Storage,
) -> None:
    async with storage.unit() as unit:
        await start(unit, consultation())
        for n in range(40):
            await contribution(unit, f"avant {n}", received_at=START, topics=("hours",) if n < 4 else ())
            await contribution(unit, f"après {n}", received_at=NOW - WEEK / 2, topics=("hours",) if n < 20 else ())
    found = await figures(storage)
    assert [(each.topic, each.of) for each in found.changed] == [("hours", "share")]
    trusted = replace(found, sorting=sorting([TopicTried("hours", 20, 16, 12)], 25, NOW))
    assert figures_of(figures_json(trusted)) == trusted
    async with storage.reading() as unit:
        french = card_text(await figures_card(unit, trusted, consultation(), WORDS, "fr")).replace("\u00a0", " ")
        english = card_text(await figures_card(unit, trusted, consultation(), WORDS, "en"))
    assert "50 % des contributions cette semaine, 10 % avant" in french
    assert "Thèmes justes : 75 % (51 à 90 %), d'après 25 contributions corrigées" in french
    assert "Topics that are right: 75 %" in english.replace("\u00a0", " ")


async def test_what_waits_is_looked_through_now_and_then_and_not_at_each_tick(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[datetime] = []
    clock = StillClock(datetime(2026, 11, 24, 10, tzinfo=UTC))

    async def overdue(_unit: Unit, _consultation: Consultation, *, open_: bool, now: datetime) -> bool:
        looks.append(now)
        return False

    monkeypatch.setattr(digest, "overdue", overdue)
    async with storage.unit() as unit:
        await start(unit, consultation())
    some = digests(storage, clock)
    for _ in range(40):
        await some.remind_due()
        clock.at += timedelta(seconds=30)
    assert len(looks) == 2, "in twenty minutes"
    clock.at -= timedelta(hours=1)
    await some.remind_due()
    assert len(looks) == 3, "a clock that was set back"
