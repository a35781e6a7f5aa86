"""Staff look things up with /porte-voix: through the real slack-bolt, from a real database."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from config.locale import Catalogue
from core.model.audit import Act
from core.model.consultations import Consultation
from core.model.contributions import Contribution, ContributionState
from core.model.errors import NotAllowed
from core.model.forms import Form
from core.model.messages import Card, Quote
from core.model.staff import Actor, Role
from core.storage.engine import Storage
from core.work.digests.alike import NothingSeen, Remembered, others_alike, said_like
from core.work.evaluation.cells import COLUMNS
from core.work.evaluation.report import Report
from core.work.ports import Gist
from core.work.staff.lookups import Lookups, Taken
from core.work.wording import card_text
from nlp.corpus.gist import gist
from tests.builders import NOW, account, consultation, contribution, desk_of, person, start
from tests.databases import sqlite_storage
from tests.integration.slack.conftest import ROOM, Desk, Opened
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.slack.world import Planned, Trouble

TOWN, CITY = account("town", "slack"), account("city", "slack")


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with sqlite_storage(tmp_path) as storage:
        async with storage.unit() as unit:
            await start(unit, consultation())
            anna = await person(unit, "anna", arrived=NOW - timedelta(days=9), finished_at=NOW)
            for text, topic, days in (
                ("ouvrir plus tard <!channel> le soir", "hours", 1),
                ("ouvrir le dimanche soir", "hours", 8),
                ("moins cher", "prices", 1),
                ("Ouvrir le dimanche soir !", "hours", 9),
            ):
                await contribution(unit, text, by=anna, received_at=NOW - timedelta(days=days), topics=(topic,))
            await contribution(
                unit, "je veux ouvrir le gaz", by=anna, redirect="danger", state=ContributionState.HIDDEN
            )
        yield storage


@pytest.fixture
def lookups(storage: Storage) -> Lookups:
    def made(report: Report, known: Consultation, language: str) -> bytes:
        return b"%PDF of " + known.id.encode()

    return Lookups(desk_of(storage, Catalogue()), made, made)


async def test_words_are_found_whatever_their_accents_and_nothing_urgent_is(
    server: SlackServer, opened: Opened, lookups: Lookups
) -> None:
    anna = server.member("U1")
    async with opened(lookups=lookups, account=TOWN):
        asked = await anna.command("/porte-voix", "chercher OUVRÎR soir", channel=ROOM.external_id)
        shown = await asked.sees("3 réponses")
        nothing = await anna.command("/porte-voix", "chercher patinoire", channel=ROOM.external_id)
        await nothing.sees("Aucune réponse ne contient « patinoire »".replace("« ", "«\u00a0").replace(" »", "\u00a0»"))
        empty = await anna.command("/porte-voix", "chercher !!", channel=ROOM.external_id)
        await empty.sees("Dites quels mots")
    assert shown.index("plus tard <!channel>") < shown.index("dimanche")
    assert "gaz" not in shown
    assert shown.count("dimanche") == 1, "the same words are shown once"
    assert server.transcript(ROOM.external_id) == ""
    assert not server.interpreted


class Looker(NothingSeen):
    """The look at many texts, in this process."""

    looks = 0

    async def gist(self, texts: Sequence[str], others: Sequence[str], language: str) -> Gist:
        self.looks += 1
        return gist(texts, others, language)


async def test_how_many_others_said_it_is_looked_up_once(
    server: SlackServer, opened: Opened, lookups: Lookups, storage: Storage
) -> None:
    looker = Looker()
    lookups.alike = partial(others_alike, storage, Remembered(looker))
    async with storage.unit() as unit:
        bob = await person(unit, "bob", arrived=NOW - timedelta(days=9), finished_at=NOW)
        await contribution(unit, "bonjour, ouvrir le dimanche soir", by=bob, received_at=NOW - timedelta(days=9))
    anna = server.member("U1")
    async with opened(lookups=lookups, account=TOWN):
        found = await anna.command("/porte-voix", "chercher dimanche", channel=ROOM.external_id)
        assert "comme 1 autre personne" in await found.sees("3 réponses")
        topic = await anna.command("/porte-voix", "theme horaires", channel=ROOM.external_id)
        assert (await topic.sees("plus tard")).count("autre") == 1, "of two texts, one was said by somebody else too"
    assert looker.looks == 1


async def test_what_says_nearly_the_same_stands_before_the_whole_topic(storage: Storage) -> None:
    desk, looker = desk_of(storage, Catalogue()), Looker()
    desk.deeds.like = partial(said_like, storage, looker)
    async with storage.unit() as unit:
        which = await contribution(unit, "bonjour, ouvrir le dimanche soir", topics=("hours",))
    shown = await desk.pressed(TOWN, f"like:{which}", Actor("U1", Role.READER), "fr")
    assert isinstance(shown, Card)
    same, topic = card_text(shown).split("« Horaires »".replace(" ", "\N{NO-BREAK SPACE}"))
    assert "Presque la même chose · 3 réponses" in same.replace("\N{NO-BREAK SPACE}", " ")
    assert (same.count("dimanche"), "plus tard" in same, "plus tard" in topic) == (3, False, True)

    async def nobody(_consultation: Consultation, _contribution: str) -> Sequence[Contribution]:
        raise NotAllowed("the second process does not answer")

    desk.deeds.like = nobody
    alone = await desk.pressed(TOWN, f"like:{which}", Actor("U1", Role.READER), "fr")
    assert isinstance(alone, Card)
    assert card_text(alone).startswith("«")


async def test_a_topic_says_how_many_and_what_was_answered(
    server: SlackServer, opened: Opened, lookups: Lookups
) -> None:
    anna = server.member("U1", locale="en-GB")
    async with opened(lookups=lookups, account=TOWN):
        shown = await (await anna.command("/porte-voix", "topic opening", channel=ROOM.external_id)).sees(
            "Opening hours"
        )
        several = await (await anna.command("/porte-voix", "topic", channel=ROOM.external_id)).sees("Prices")
    assert "[Answer the topic] [See all]" in shown
    assert "3 answers speak of it, 1 of them in the last 7 days." in shown
    assert "No official answer yet. Promised before 30 March by: The sports department." in shown
    assert "moins cher" not in shown
    assert several.startswith("Say which topic")


async def test_what_is_found_can_be_hidden_there_and_then_is_found_no_more(lookups: Lookups) -> None:
    moderator = Actor("U1", Role.MODERATOR)
    (quote,) = [each for each in (await lookups.search(TOWN, "plus tard", "fr")).blocks if isinstance(each, Quote)]
    wrong, hide, one = quote.buttons
    assert [each.label for each in (wrong, hide, one)] == ["Mauvais thème", "Masquer", "Répondre à cette personne"]
    form = await lookups.desk.pressed(TOWN, hide.action, moderator, "fr")
    assert isinstance(form, Form)
    done = await lookups.desk.sent(TOWN, form.action, {"reason": "insult"}, moderator, "fr")
    assert isinstance(done, Card)
    assert "C'est masqué." in card_text(done)
    for card in (await lookups.search(TOWN, "plus tard", "fr"), await lookups.topic(TOWN, "horaires", "fr")):
        assert "<!channel>" not in card_text(card)


async def test_the_export_comes_to_the_asker_alone_and_is_recorded(
    server: SlackServer, opened: Opened, lookups: Lookups, storage: Storage, desk: Desk
) -> None:
    anna = server.member("U1")
    async with opened(lookups=lookups, account=TOWN):
        refused = await anna.command("/porte-voix", "export piscine", channel=ROOM.external_id)
        await refused.sees("organisation")
    assert not server.world.uploads
    desk.role = Role.ORGANISER
    async with opened(lookups=lookups, account=TOWN):
        asked = await anna.command("/porte-voix", "export piscine", channel=ROOM.external_id)
        await asked.sees("vous seul le voyez")
        (table,) = server.world.uploads.values()
        await (await anna.command("/porte-voix", "note", channel=ROOM.external_id)).sees("vous seul le voyez")
    assert table.shared_in == server.world.direct("U1").id
    assert table.filename == "pool.csv"
    lines = (table.content or b"").decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert len(lines) == 5
    assert server.transcript(ROOM.external_id) == ""
    assert "4 réponses, masquée" in server.world.direct("U1").messages[0]["text"]
    note = list(server.world.uploads.values())[-1]
    assert (note.filename, note.content) == ("pool-note.fr.pdf", b"%PDF of pool")
    async with storage.reading() as unit:
        assert [(each.act, each.actor) for each in await unit.audit.entries()] == [
            (Act.ROLE_REFUSED, "U1"),
            (Act.EXPORTED, "U1"),
        ]


async def test_what_waits_and_the_whole_report_can_be_asked_for(
    server: SlackServer, opened: Opened, lookups: Lookups
) -> None:
    anna, bob = server.member("U1"), server.member("U2", locale="en-GB")
    async with opened(lookups=lookups, account=TOWN):
        waits = await (await anna.command("/porte-voix", "attente", channel=ROOM.external_id)).sees("Ce qui attend")
        await (await bob.command("/porte-voix", "waiting pool", channel=ROOM.external_id)).sees("What waits")
        await (await bob.command("/porte-voix", "report", channel=ROOM.external_id)).sees("only you see it")
    assert "4 réponses à relire" in waits
    (report,) = server.world.uploads.values()
    assert (report.filename, report.shared_in) == ("pool-report.en.pdf", server.world.direct("U2").id)
    assert server.transcript(ROOM.external_id) == ""


async def test_nothing_of_another_partner_is_found(server: SlackServer, opened: Opened, lookups: Lookups) -> None:
    anna = server.member("U1")
    async with opened(lookups=lookups, account=CITY):
        for words in ("chercher ouvrir", "theme horaires", "export pool", "note pool", "rapport pool", "attente pool"):
            asked = await anna.command("/porte-voix", words, channel=ROOM.external_id)
            await server.until(lambda asked=asked: bool(asked.texts()))  # type: ignore[misc]  # bound at once
            assert "soir" not in asked.texts()[0]
    assert not server.world.uploads


async def test_the_buttons_of_the_digest_ask_as_the_table_says(lookups: Lookups, storage: Storage) -> None:
    organiser, reader = Actor("U1", Role.ORGANISER), Actor("U2", Role.READER)
    table, note = [await lookups.taken(TOWN, f"{each}:pool", organiser, "fr") for each in ("export", "note")]
    assert [each.name for each in (table, note) if isinstance(each, Taken)] == ["pool.csv", "pool-note.fr.pdf"]
    assert isinstance(await lookups.taken(TOWN, "export:pool", reader, "fr"), Card)
    for verb in ("export", "note"):
        assert isinstance(await lookups.taken(CITY, f"{verb}:pool", organiser, "fr"), Card)
    assert await lookups.taken(TOWN, "topics:pool", organiser, "fr") is None
    async with storage.reading() as unit:
        acts = [(each.act, each.actor) for each in await unit.audit.entries()]
    assert acts == [
        (Act.EXPORTED, "U1"),
        (Act.ROLE_REFUSED, "U2"),
        (Act.FOREIGN_REFUSED, "U1"),
        (Act.FOREIGN_REFUSED, "U1"),
    ]


async def test_a_missing_permission_is_said(server: SlackServer, opened: Opened) -> None:
    anna = server.member("U1")
    server.scopes.discard("files:write")
    async with opened():
        await (await anna.command("/porte-voix", "export", channel=ROOM.external_id)).sees("Il manque un droit")


async def test_a_file_s_words_are_never_markup(server: SlackServer, opened: Opened) -> None:
    anna = server.member("U1")
    server.plan("files.completeUploadExternal", Planned(Trouble.REFUSE, code="internal_error"))
    async with opened():
        await (await anna.command("/porte-voix", "export", channel=ROOM.external_id)).sees("Ça n'a pas marché")
        await (await anna.command("/porte-voix", "export", channel=ROOM.external_id)).sees("vous seul le voyez")
    assert not server.interpreted
