"""The file on its page: what was started, what a change would do, and nothing that is stored by looking."""

import re
from pathlib import Path

import httpx
import pytest

from bots.web.parts import Drafting
from config.consultation_files import lines_of, parse_consultation
from config.plain_words import read_plain_words
from core.model.ids import ConsultationId
from core.model.staff import Role
from core.rules.commitments import check
from core.work.staff import campaigns
from core.work.staff.campaign_desk import CampaignDesk
from tests.integration.path.town import DRAFTING
from tests.integration.web_desk.office import Office, form_of

PAGE = "/desk/piscine/consultation"
SAMPLE = (Path(__file__).parents[3] / "config" / "examples" / "piscine.yaml").read_text(encoding="utf-8")


@pytest.fixture
async def desk(office: Office) -> Office:
    """The sample was started from its file, comments and all."""
    clock = office.town.clock
    office.town.parts.drafting = Drafting(
        read=lambda text, language: parse_consultation(text, name="consultation.yaml", language=language),
        check=lambda asked: check(asked, now=clock.now(), plain_words=read_plain_words()),
        lines=lines_of,
    )
    asked = parse_consultation(SAMPLE, name="piscine.yaml")
    async with office.storage.unit() as unit:
        await campaigns.start(unit, asked, [], office.chance, now=clock.now(), file=SAMPLE)
    return office


async def looks_at(browser: httpx.AsyncClient, text: str, **more: str) -> httpx.Response:
    token = form_of(await browser.get(PAGE))
    return await browser.post(PAGE, data={"form": token, "file": text, **more})


def written(page: httpx.Response) -> str:
    (text,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
    return (
        text.replace("&#39;", "'").replace("&#34;", '"').replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    )


def bare(page: httpx.Response) -> str:
    return page.text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#39;", "'")


async def test_the_file_as_its_author_wrote_it_and_every_message_in_each_channel(desk: Office) -> None:
    page = await (await desk.comes(Role.ORGANISER)).get(PAGE)
    assert written(page) == SAMPLE
    said = bare(page)
    assert "Rien à signaler" in said
    assert said.count("J'ai 15 ans ou plus et j'accepte") >= 2, "as Telegram and as the page show it"
    assert "What would make you come more often?" in said
    assert 'class="channel telegram"' in said
    assert 'class="channel web"' in said


async def test_a_change_is_checked_and_shown_and_nothing_is_stored(desk: Office) -> None:
    browser = await desk.comes(Role.ORGANISER)
    changed = SAMPLE.replace("La piscine rouvre en 2027.", "La piscine <b>rouvre</b> demain.")
    page = await looks_at(browser, changed)
    assert "La piscine &lt;b&gt;rouvre&lt;/b&gt; demain." in page.text
    assert "<b>rouvre" not in page.text
    assert written(page) == changed
    assert written(await browser.get(PAGE)) == SAMPLE
    async with desk.storage.reading() as unit:
        running = await unit.consultations.running(ConsultationId("piscine"))
        assert running is not None
        assert await unit.consultations.file(running.id, running.revision) == SAMPLE


async def test_a_promise_that_is_missing_refuses_with_its_line(desk: Office) -> None:
    nothing_open = SAMPLE.replace('fr: "Les horaires, non : votre avis compte pour ça."', "fr: rien")
    page = bare(await looks_at(await desk.comes(Role.ORGANISER), nothing_open))
    assert "Tel quel, la campagne ne démarre pas." in page
    line = nothing_open.splitlines().index("open:") + 1
    assert re.search(rf"À corriger</strong> · ligne ({line}|{line + 1})<", page)


@pytest.mark.parametrize(
    "text",
    [
        "consultation: [",
        "",
        "just words",
        "a: &a [1,2]\nb: *a",
        "!!python/object/apply:os.system ['true']",
        "x: " + "[" * 5000,
        "\x00",
        "title: {fr: \u202eabc}",
    ],
)
async def test_what_is_no_consultation_keeps_the_text_and_says_where(desk: Office, text: str) -> None:
    page = await looks_at(await desk.comes(Role.ORGANISER), text)
    assert page.status_code == 200
    assert "Tel quel, la campagne ne démarre pas." in bare(page)
    assert '<ul class="remarks">' in page.text


async def test_too_long_is_said_in_words(desk: Office) -> None:
    browser = await desk.comes(Role.ORGANISER)
    page = await looks_at(browser, "# " + "x" * 300_000)
    assert "256 Ko au plus" in bare(page)
    assert (await looks_at(browser, "é" * 400_000)).status_code == 413


async def test_the_changed_text_is_taken_along_as_a_file(desk: Office) -> None:
    taken = await looks_at(await desk.comes(Role.ORGANISER), "# à moi\r\nconsultation: x\r\n", take="yes")
    assert taken.text == "# à moi\nconsultation: x\n"
    assert taken.headers["content-disposition"] == 'attachment; filename="piscine.yaml"'
    assert taken.headers["content-type"].startswith("application/yaml")


async def test_a_revision_of_an_older_version_shows_its_messages(office: Office, desk: Office) -> None:
    async with desk.storage.unit() as unit:
        await unit.connection.exec_driver_sql("UPDATE revisions SET file = NULL")
    page = bare(await (await desk.comes(Role.ORGANISER)).get(PAGE))
    assert "version plus ancienne" in page
    assert "<textarea" not in page
    assert "J'ai 15 ans ou plus et j'accepte" in page


async def test_readers_and_moderators_do_not_see_it(desk: Office) -> None:
    assert (await (await desk.comes(Role.MODERATOR)).get(PAGE)).status_code == 403


# ── in force, from the page ──────────────────────────────────────────────────────────────────────────────────────────

CHANGED = SAMPLE.replace("La piscine rouvre en 2027.", "La piscine rouvre en mars 2027.")


@pytest.fixture
def leading(desk: Office) -> Office:
    """With what moves campaigns, as the service has it."""
    house = desk.house
    desk.town.parts.campaigns = CampaignDesk(
        desk.storage, house.clock, desk.chance, house.words, DRAFTING, lambda: None
    )
    return desk


async def revision(office: Office) -> int:
    async with office.storage.reading() as unit:
        running = await unit.consultations.running(ConsultationId("piscine"))
    assert running is not None
    return running.revision


async def test_a_text_that_was_checked_is_put_in_force_once(leading: Office) -> None:
    browser = await leading.comes(Role.ORGANISER)
    began = await revision(leading)
    assert 'name="put"' not in (await browser.get(PAGE)).text, "what nobody checked is not put in force"
    checked = await looks_at(browser, CHANGED, revision=str(began))
    assert 'name="put"' in checked.text
    for _ in range(2):  # sent twice, it counts once
        done = await looks_at(browser, written(checked), revision=str(began), put="yes")
        assert f'href="{PAGE}"' in done.text.partition("<main")[2], "the way back leads to where it began"
    assert await revision(leading) == began + 1
    assert written(await browser.get(PAGE)) == CHANGED

    late = SAMPLE.replace("La piscine rouvre en 2027.", "La piscine rouvre un jour.")
    assert "plus rapide" in bare(await looks_at(browser, late, revision=str(began), put="yes"))
    assert await revision(leading) == began + 1, "whoever saw an older revision changes nothing"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('fr: "Les horaires, non : votre avis compte pour ça."', "fr: rien", "la campagne ne démarre pas"),
        ("consultation: piscine", "consultation: parc", "le fichier d'une autre consultation"),
    ],
)
async def test_what_may_not_be_in_force_is_said_with_the_text_still_there(
    leading: Office, before: str, after: str, said: str
) -> None:
    browser, began = await leading.comes(Role.ORGANISER), await revision(leading)
    text = SAMPLE.replace(before, after, 1)
    page = await looks_at(browser, text, revision=str(began), put="yes")
    assert said in bare(page)
    assert written(page) == text
    assert await revision(leading) == began


async def test_a_campaign_is_paused_resumed_and_stopped_from_its_page(leading: Office) -> None:
    browser = await leading.comes(Role.ORGANISER)

    async def presses(label: str, page: httpx.Response) -> httpx.Response:
        (action,) = re.findall(rf'name="action" value="([^"]+)">{label}<', page.text)
        token = form_of(page)
        return await browser.post(
            "/desk/piscine/press", data={"form": token, "action": action, "active": "consultation"}
        )

    assert "aucun rappel ne part" in bare(await presses("Mettre en pause", await browser.get(PAGE)))
    assert "en pause" in bare(await browser.get(PAGE))
    assert "reparti" in bare(await presses("Reprendre", await browser.get(PAGE)))
    sure = await presses("Arrêter", await browser.get(PAGE))
    assert "personne ne pourra la reprendre" in bare(sure)
    await presses("Oui, arrêter", sure)
    page = await browser.get(PAGE)
    assert "campaign:pause" not in page.text
    assert 'name="put"' not in (await looks_at(browser, CHANGED)).text, "what is over is not changed any more"


async def test_a_new_consultation_is_prepared_and_started_here(leading: Office) -> None:
    browser = await leading.comes(Role.ORGANISER)
    listed = await browser.get("/desk/piscine/campaigns")
    assert "Les horaires de la piscine" in listed.text
    token = form_of(listed)
    asked = await browser.post("/desk/piscine/press", data={"form": token, "action": "campaign:new"})
    (action,) = re.findall(r'name="action" value="([^"]+)"', asked.text)
    filled = {
        "title": "Le parc", "why": "Le parc est refait.", "decided": "Les travaux sont décidés.",
        "open": "Les jeux ne sont pas choisis : votre avis compte.", "decider": "Le conseil municipal",
        "decided_on": "2027-05-12", "readers": "Le service des parcs", "reply_by": "2027-05-30",
        "opens": "2026-12-16 08:00", "closes": "2027-02-28 18:00", "question_1": "Quels jeux voulez-vous ?",
        "topics": "Jeux: balançoire, toboggan", "places": "Affiche du parc", "notice": "Répondre est libre.",
        "reminder": "yes", "last_call": "no",
    }  # fmt: skip
    kept = await browser.post("/desk/piscine/send", data={"form": token, "action": action, **filled})
    (start,) = re.findall(r'value="(campaign:start:[^"]+)"', kept.text)
    started = await browser.post("/desk/piscine/press", data={"form": token, "action": start})
    assert "« Le parc » est lancée" in bare(started)
    assert 'href="/desk/' in started.text
    async with leading.storage.reading() as unit:
        assert {each.state.value for each in await unit.consultations.all()} == {"running"}
        assert len(await unit.consultations.all()) == 2


async def test_who_may_not_lead_sees_no_campaigns(leading: Office) -> None:
    moderator = await leading.comes(Role.MODERATOR)
    assert (await moderator.get("/desk/piscine/campaigns")).status_code == 403
    token = form_of(await moderator.get("/desk/piscine"))
    said = await moderator.post("/desk/piscine/press", data={"form": token, "action": "campaign:pause:piscine"})
    assert "Il faut le rôle" in bare(said)
    assert (await moderator.post(PAGE, data={"form": token, "file": CHANGED, "put": "yes"})).status_code == 403
    assert await revision(leading) == 1
