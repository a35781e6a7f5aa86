"""The page of answers: organisers say what became of a topic, everyone concerned is told once, others only look."""

from datetime import UTC, datetime
from html import unescape

import httpx
import pytest

from bots.web.report.document import document_of
from core.model.audit import Act
from core.model.contributions import ContributionState
from core.model.follow_ups import Progress
from core.model.ids import ConsultationId
from core.model.publications import Publication
from core.model.satisfaction import WHY_ANSWER, Satisfied
from core.model.staff import Role
from core.work.digests.digest import refresh_digests
from core.work.evaluation.report import report_of
from core.work.follow_up import Answered, Telling, draft, publish
from tests.builders import NOW, contribution, person
from tests.integration.path.people import NO_BREAK
from tests.integration.web_desk.office import Office, form_of
from tests.integration.web_results.town import piscine, words

HERE, POOL = "/desk/piscine/follow-ups", ConsultationId("piscine")


async def sends(browser: httpx.AsyncClient, **fields: str) -> str:
    """Which sentence comes back."""
    form = form_of(await browser.get(HERE))
    answer = await browser.post(HERE, data={"form": form, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(f"{HERE}?done=")


async def is_asked_again(browser: httpx.AsyncClient, **fields: str) -> str:
    """The page with what was filled in, and a sentence that says what is missing."""
    answer = await browser.post(HERE, data={"form": form_of(await browser.get(HERE)), **fields})
    assert answer.status_code == 200
    return unescape(answer.text)


async def kept(office: Office) -> list[tuple[str, Progress, Publication]]:
    async with office.storage.reading() as unit:
        return [(each.topic, each.progress, each.publication) for each in await unit.follow_ups.of(POOL)]


async def test_what_was_asked_for_most_is_answered_first_and_everyone_is_told_once(office: Office) -> None:
    await office.town.crowd()
    browser = await office.comes(Role.ORGANISER)
    page = await browser.get(HERE)
    assert page.text.index(">Horaires<") < page.text.index(">Tarifs<")
    said = {"do": "publish", "topic": "horaires", "state": "kept", "text_fr": "Ouvert jusqu'à 21 h <b>", "text_en": ""}
    assert await sends(browser, **said) == "published"
    assert await kept(office) == [("horaires", Progress.KEPT, Publication.PUBLISHED)]
    assert "avaient demandé" not in (await browser.get(HERE)).text, "not counted yet"
    await Telling(office.storage, office.town.clock, office.chance, lambda: None, refresh_digests).tell_due()
    shown = (await browser.get(HERE)).text
    assert "Ouvert jusqu&#39;à 21 h &lt;b&gt;" in shown
    assert "52 personnes l&#39;avaient demandé" in shown.replace("\u00a0", " ")
    assert "21 h &lt;b&gt;" in (await browser.get("/r/piscine")).text
    assert await sends(browser, **said) == "refused"  # it is kept already: sent twice, it counts once
    assert len(await kept(office)) == 1
    async with office.storage.reading() as unit:
        acts = [each.act for each in await unit.audit.entries() if each.act.value.startswith("follow_up")]
    assert acts == [Act.FOLLOW_UP_WRITTEN, Act.FOLLOW_UP_PUBLISHED]


async def test_what_people_say_of_an_answer_stands_beside_it_and_in_the_report(office: Office) -> None:
    async with office.storage.unit() as unit:
        anna = await person(unit, "anna", in_="piscine", of="valbrune")
        said = "et le dimanche ? <b>"
        why = await contribution(unit, said, by=anna, question="", state=ContributionState.HIDDEN, redirect=WHY_ANSWER)
        for place, (topic, value) in enumerate((("horaires", Satisfied.PARTLY), ("tarifs", Satisfied.YES))):
            given = Answered(Progress.KEPT, {"fr": "Oui."}, topic)
            made = await draft(unit, POOL, given, "terminal", office.chance, now=NOW)
            await publish(unit, made.id, None, now=NOW)
            await unit.satisfactions.put(made.id, anna.citizen, value, NOW)
            if not place:
                await unit.satisfactions.set_why(made.id, anna.citizen, why)
    browser = await office.comes(Role.READER)
    page = (await browser.get(HERE)).text.replace("\u00a0", " ")
    assert (
        page.index("0 oui, 1 en partie, 0 non") < page.index("et le dimanche ? &lt;b&gt;") < page.index("1 oui, 0 en")
    )
    urgent = (await browser.get("/desk/piscine/contributions?status=urgent")).text
    assert "dimanche" not in urgent, "a why is nothing urgent"
    async with office.storage.reading() as unit:
        report = await report_of(unit, piscine(), now=NOW)
    (table,) = [
        table
        for section in document_of(report, piscine(), words(), "fr").sections
        for table in section.tables
        if "Est-ce que cela vous répond" in table.caption
    ]
    assert table.rows == (("Horaires", "0", "1", "0"), ("Tarifs", "1", "0", "0"))


async def test_a_draft_is_seen_by_staff_alone_until_it_is_published(office: Office) -> None:
    browser = await office.comes(Role.ORGANISER)
    said = {"do": "draft", "topic": "tarifs", "state": "not_kept", "text_fr": "Trop cher cette année."}
    assert "on doit la raison" in await is_asked_again(browser, **said | {"text_fr": "  "})
    assert await sends(browser, **said) == "drafted"
    assert "Trop cher" in (await browser.get(HERE)).text
    assert "Trop cher" not in (await browser.get("/r/piscine")).text
    async with office.storage.reading() as unit:
        (written,) = await unit.follow_ups.of(POOL)
    assert await sends(browser, do="release", id=written.id) == "published"
    assert await kept(office) == [("tarifs", Progress.NOT_KEPT, Publication.PUBLISHED)]


async def test_what_is_planned_says_when_and_may_be_published_before(office: Office) -> None:
    browser = await office.comes(Role.ORGANISER)
    asked = await browser.post(
        "/desk/piscine/press",
        data={"form": form_of(await browser.get("/desk/piscine")), "action": "answer:piscine:tarifs"},
    )
    action = asked.text.split('name="action" value="')[1].split('"')[0]
    filled = {"form": form_of(asked), "action": action, "state": "kept", "when": "later"}
    either = await browser.post("/desk/piscine/send", data=filled | {"when": "now", "at": "2030-05-02T08:30"})
    assert "et aussi « tout de suite »" in either.text.translate(NO_BREAK)
    assert 'type="datetime-local" value="2030-05-02T08:30"' in either.text
    planned = await browser.post("/desk/piscine/send", data=filled | {"at": "2030-05-02T08:30"})
    assert "jeudi 2 mai 2030, 8 h 30" in planned.text.translate(NO_BREAK)
    assert "sera publié jeudi 2 mai 2030, 8 h 30" in (await browser.get(HERE)).text.translate(NO_BREAK)
    async with office.storage.reading() as unit:
        (written,) = await unit.follow_ups.of(POOL)
    assert await sends(browser, do="release", id=written.id) == "published"
    assert await kept(office) == [("tarifs", Progress.KEPT, Publication.PUBLISHED)]


async def test_an_answer_is_published_at_the_moment_that_is_chosen_on_the_clocks_of_the_place(office: Office) -> None:
    browser = await office.comes(Role.ORGANISER)
    page = (await browser.get(HERE)).text
    assert 'type="datetime-local"' in page
    assert "Heure locale : Paris" in page.translate(NO_BREAK)
    said = {"do": "later", "topic": "tarifs", "state": "kept", "text_fr": "Gratuit le lundi.", "at": ""}
    for wrong in ("", "2030-02-30T08:00", "2020-05-02T08:30"):
        again = await is_asked_again(browser, **said | {"at": wrong})
        assert "choisissez un jour et une heure à venir" in again
        assert "Gratuit le lundi.</textarea>" in again, "what was written is still there"
    assert 'value="2020-05-02T08:30"' in again
    either = await is_asked_again(browser, **said | {"do": "publish", "at": "2030-05-02T08:30"})
    assert "Un moment est choisi" in either
    assert await kept(office) == []
    assert await sends(browser, **said | {"at": "2030-05-02T08:30"}) == "planned"
    assert "sera publié jeudi 2 mai 2030, 8 h 30" in (await browser.get(HERE)).text.translate(NO_BREAK)
    async with office.storage.reading() as unit:
        (planned,) = await unit.follow_ups.of(POOL)
    assert planned.publish_at == datetime(2030, 5, 2, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("role", [Role.READER, Role.MODERATOR])
async def test_others_look_and_change_nothing(office: Office, role: Role) -> None:
    browser = await office.comes(role)
    page = await browser.get(HERE)
    assert page.status_code == 200
    assert "<textarea" not in page.text
    sent = {"form": form_of(page), "do": "publish", "topic": "horaires", "state": "kept"}
    assert (await browser.post(HERE, data=sent)).status_code == 403
    assert await kept(office) == []


async def test_a_form_of_another_site_or_about_nothing_is_refused(office: Office) -> None:
    browser = await office.comes(Role.ORGANISER)
    said = {"do": "publish", "topic": "horaires", "state": "kept"}
    assert (await browser.post(HERE, data={"form": "forged", **said})).status_code == 403
    form = form_of(await browser.get(HERE))
    for wrong in ({"do": "burn"}, {"state": "wonderful"}, {"do": "release", "id": "nothing"}):
        assert (await browser.post(HERE, data={"form": form, **said, **wrong})).status_code == 404
    assert await sends(browser, **said | {"topic": "no such topic"}) == "refused"
    assert await kept(office) == []
