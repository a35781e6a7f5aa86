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
from core.work import campaigns
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
