"""What strangers, hostile texts and too many presses meet: kind pages, never an error. What every way in promises is in
tests/contracts/test_ways_in.py."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from core.model.ids import ConsultationId
from tests.databases import refusing
from tests.integration.web.site import MORNING, Site, Visitor, piscine
from tests.samples import sample

STRANGE = [
    "inconnu",
    "x" * 3000,
    "../../etc/passwd",
    "%00",
    "<script>alert(1)</script>",
    "é à",
    "a/b/c",
    "'; DROP TABLE x",
    "",
]
HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %}",
    "\u202eabc\u2066def",
    "a" * 4000,
    "avant\x00après",
    "z" + "\u0301" * 500,
]


async def agrees(visitor: Visitor) -> None:
    await visitor.opens("/p/site")
    await visitor.presses("Répondre ici")
    await visitor.presses("J'ai 15 ans ou plus et j'accepte")


@pytest.mark.parametrize("token", STRANGE)
async def test_a_token_nobody_knows_leads_to_what_runs(site: Site, token: str) -> None:
    async with site.visitor() as visitor:
        said = await visitor.opens(f"/p/{quote(token, safe='')}")
        assert visitor.page.status_code == 200
        assert "Les horaires de la piscine" in said
    async with site.storage.reading() as unit:
        assert not await unit.web.arrivals(ConsultationId("piscine"))


async def test_nothing_runs(empty_site: Site) -> None:
    async with empty_site.visitor() as visitor:
        assert "Aucune consultation" in await visitor.opens("/p/affiche-piscine")
        assert (await visitor.client.get("/health")).text == "ok\n"
        assert (await visitor.client.get("/ready")).text == "ready\n"
        await visitor.opens("/c/whatever")
        assert visitor.page.status_code == 404


async def test_several_run(site: Site) -> None:
    title = {"fr": "<b>Les arbres</b>", "en": "Trees"}
    await site.starts(piscine(id="arbres", title=title, sources={"affiche-parc": {"fr": "Parc", "en": "Park"}}))
    async with site.visitor() as visitor:
        said = await visitor.opens("/p/inconnu")
        assert "Les horaires de la piscine" in said
        assert "&lt;b&gt;Les arbres&lt;/b&gt;" in visitor.page.text
        assert "Les arbres" in await visitor.opens("/p/affiche-parc")
        assert "Répondre ici" in visitor.buttons


async def test_before_the_opening_the_page_says_when_and_offers_no_way_yet(empty_site: Site) -> None:
    await empty_site.starts(piscine(opens_at=MORNING + timedelta(days=2)))
    async with empty_site.visitor() as visitor:
        said = await visitor.opens("/p/affiche-piscine")
        assert "On pourra répondre à partir du 18 novembre" in said
        assert "La piscine rouvre en 2027." in said
        assert "Répondre ici" not in visitor.buttons


async def test_it_is_over(site: Site) -> None:
    site.clock.forward(timedelta(days=90))
    async with site.visitor() as visitor:
        assert "C'est fini" in await visitor.opens("/p/affiche-piscine")
        assert "Répondre ici" not in visitor.buttons
        assert 'href="/r/piscine?lang=fr">Voir les résultats' in visitor.page.text


async def test_in_english(site: Site) -> None:
    async with site.visitor(**{"accept-language": "en-US,en;q=0.9"}) as visitor:
        assert "The opening hours are not: your opinion counts for that." in await visitor.opens("/p/site")
        await visitor.presses("Answer here")
        assert "I am 15 or over and I agree" in visitor.buttons


async def test_a_consultation_in_one_language_offers_and_is_read_aloud_in_that_one(site: Site) -> None:
    french = replace(piscine(), id="marche", languages=("fr",), title={"fr": "Le marché"}, sources={})
    await site.starts(french)
    async with site.visitor(**{"accept-language": "en"}) as visitor:
        await visitor.opens("/")
        assert '<h2 lang="fr"><a href="/o/marche?lang=en">Le marché</a></h2>' in visitor.page.text
        assert '<h2 lang="en"><a href="/o/piscine?lang=en">' in visitor.page.text
        await visitor.opens("/o/marche")
        assert '<html lang="fr"' in visitor.page.text
        assert "?lang=en" not in visitor.page.text


async def test_arrivals_are_people_who_came(site: Site) -> None:
    async with site.visitor() as visitor:
        await visitor.opens("/p/sms")
        await visitor.opens("/p/sms?lang=en")
        await visitor.client.get("/p/sms", headers={"user-agent": "TelegramBot (like TwitterBot)"})
        await visitor.client.get("/p/sms", headers={"sec-purpose": "prefetch"})
        await visitor.client.head("/p/sms")
    async with site.storage.reading() as unit:
        assert await unit.web.arrivals(ConsultationId("piscine")) == {"sms": 1}


async def test_who_comes_and_looks_at_the_same_time_as_others_sees_their_own_page(site: Site) -> None:
    """What many ask for together is asked once: each is counted, and nobody is shown another's conversation."""
    async with site.visitor() as anna, site.visitor() as bob:
        for each in (anna, bob):
            await each.opens("/p/site")
            await each.presses("Répondre ici")
        seen = await asyncio.gather(*(anna.client.get(str(each.page.url)) for each in (anna, bob) for _ in range(4)))
        talks = {str(each.url): each.text for each in seen}
        assert len(talks) == 2
        for address, page in talks.items():
            assert page.count(address.rpartition("/")[2]) > 1
            assert not any(other.rpartition("/")[2] in page for other in talks if other != address)
        nobody, *doors = await asyncio.gather(
            anna.client.get("/c/nobody"), *(anna.client.get("/p/sms") for _ in range(3)), anna.client.get("/p/college")
        )
        assert nobody.status_code == 404
        assert {door.status_code for door in doors} == {200}
    async with site.storage.reading() as unit:
        counted = await unit.web.arrivals(ConsultationId("piscine"))
    assert (counted["sms"], counted["college"]) == (3, 1)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_texts_are_shown_as_text(site: Site, text: str) -> None:
    async with site.visitor() as visitor:
        await agrees(visitor)
        await visitor.presses("Parfois")
        await visitor.says(text)
        assert visitor.page.status_code == 200
        assert "<script>alert" not in visitor.page.text
        assert "<img src=x" not in visitor.page.text
        assert text.replace("\x00", "")[:40].split("<")[0] in visitor.page.text


async def test_every_answer_carries_the_safe_headers(site: Site) -> None:
    async with site.visitor() as visitor:
        for path in ("/", "/p/site", "/c/x", "/nowhere", "/health", "/static/site.css"):
            headers = (await visitor.client.get(path)).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy, (
                path
            )
            assert headers["referrer-policy"] == "no-referrer"
        embedded = await visitor.client.get("/embed/p/site")
        assert "frame-ancestors *" in embedded.headers["content-security-policy"]
        assert "sandbox" in (await visitor.client.get("/embed.js")).text


async def test_the_embedded_chat_stays_embedded(site: Site) -> None:
    async with site.visitor() as visitor:
        await visitor.opens("/embed/p/site")
        await visitor.presses("Répondre ici")
        assert visitor.link.startswith("/embed/c/")
        assert "1/3" in await visitor.presses("J'ai 15 ans ou plus et j'accepte")


async def test_every_way_back_from_the_embedded_chat_may_be_framed(site: Site) -> None:
    async with site.visitor() as visitor:
        for path in ("/embed/chat", "/embed/c/nobody-s", "/embed/nowhere"):
            answer = await visitor.client.get(path)
            assert "frame-ancestors *" in answer.headers["content-security-policy"], path
            assert 'href="/"' not in answer.text, path
        assert (await visitor.client.get("/embed/chat")).url.path == "/embed/p/"
        assert (await visitor.client.get("/chat")).url.path == "/"


async def test_who_comes_while_nothing_can_be_kept_is_told_so_and_may_come_again(site: Site) -> None:
    async with site.visitor() as visitor:
        await visitor.opens("/p/site")
        start = visitor.read.forms[-1]
        async with refusing(site.storage, "inbox"):
            await visitor.presses("Répondre ici")
            assert visitor.page.status_code == 503
        visitor.response = await visitor.client.post(start.action, data=start.fields)
        assert "J'ai 15 ans ou plus et j'accepte" in visitor.buttons
    async with site.storage.reading() as unit:
        assert (await unit.connection.execute(sa.text("SELECT count(*) FROM inbox"))).scalar_one() == 1


async def test_too_many(site: Site) -> None:
    async with site.visitor() as visitor:
        await agrees(visitor)
        form = visitor.read.forms[-1]
        codes = [(await visitor.client.post(form.action, data=form.fields)).status_code for _ in range(40)]
        assert 429 in codes
        assert set(codes) <= {200, 429}


async def test_who_erases_everything_finds_nothing(site: Site) -> None:
    async with site.visitor() as visitor:
        await agrees(visitor)
        await visitor.presses("Parfois")
        await visitor.says("mon mot secret")
        await site.silence()
        await visitor.waits()
        await visitor.says("effacer")
        erase = next(label for label in visitor.buttons if "fface" in label)
        await visitor.presses(erase)
        said = await visitor.opens(visitor.link)
        assert "Il n'y a rien ici" in said
        assert visitor.page.status_code == 404
    assert b"mon mot secret" not in site.database.read_bytes()


async def test_the_secret_is_kept_nowhere(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        async with site.visitor() as visitor:
            await agrees(visitor)
            secret = visitor.link.rpartition("/")[2]
    stored = site.database.read_bytes() + site.database.with_name(site.database.name + "-wal").read_bytes()
    assert secret.encode() not in stored
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert {record.name for record in ours if secret in record.getMessage()} == set()


async def test_no_line_begins_with_a_sign_or_breaks_a_number(site: Site) -> None:
    async with site.visitor() as visitor:
        await visitor.opens("/p/site")
        assert "Téléphone\u00a0: 01\u00a099\u00a000\u00a012\u00a034" in visitor.page.text
        await visitor.presses("Répondre ici")
        await visitor.presses("J'ai 15 ans ou plus et j'accepte")
        await visitor.presses("Parfois")
        assert "venir plus souvent\u00a0?" in visitor.page.text
        await visitor.says("et le dimanche ?")
        assert "et le dimanche ?" in visitor.page.text, "what she wrote stays as she wrote it"


async def test_who_comes_to_an_event_gets_a_file_for_the_calendar(empty_site: Site) -> None:
    workshop = sample("atelier").question("atelier")
    assert workshop is not None
    await empty_site.starts(piscine(questions=(workshop,)))
    async with empty_site.visitor() as visitor:
        await visitor.opens("/p/affiche-piscine")
        await visitor.presses("Répondre ici")
        await visitor.presses("J'ai 15 ans ou plus et j'accepte")
        said = await visitor.presses("Je viens")
        assert "C'est noté, vous venez" in said
        assert 'href="/o/piscine/atelier.ics"' in visitor.page.text
        assert "atelier.ics" not in visitor.buttons
        file = await visitor.client.get("/o/piscine/atelier.ics")
        assert file.headers["content-type"].startswith("text/calendar")
        (event,) = Calendar.from_ical(file.content).walk("VEVENT")
        assert (event["summary"], event["uid"]) == ("L'atelier de janvier", "piscine/atelier@porte-voix")
        assert event.decoded("dtstart") == datetime(2027, 1, 21, 13, 0, tzinfo=UTC)
        assert event["location"] == "Maison des associations, salle 2."
        assert (await visitor.client.get("/o/piscine/autre.ics")).status_code == 404
        assert (await visitor.client.get("/o/autre/atelier.ics")).status_code == 404
