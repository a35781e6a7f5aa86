"""The overview: the digest of Slack with its buttons, the funnel with a table under it, the rate with its formula."""

import re
from dataclasses import replace

import httpx
import pytest

from core.model.campaigns import CampaignState
from core.model.deliveries import State
from core.model.ids import AlertId, ConsultationId
from core.model.staff import Role
from tests.builders import NOW, alert, contribution, person, push
from tests.integration.web_desk.office import Office, form_of
from tests.integration.web_results.town import piscine


def plain(page: httpx.Response) -> str:
    return page.text.replace("\u00a0", " ").replace("\u202f", " ")


async def flagged(office: Office) -> AlertId:
    async with office.storage.unit() as unit:
        anna = await person(unit, "anna", in_="piscine", of="valbrune", answers={"frequence": "parfois"})
        about = await contribution(unit, "je vais tout casser", by=anna, in_="piscine", question="venir")
        return await alert(unit, about, "threat", in_="piscine", of="valbrune")


async def test_buttons_of_one_name_say_what_each_is_about(office: Office) -> None:
    """Who hears the buttons alone hears "Répondre au thème" several times."""
    await office.town.crowd()
    page = plain(await (await office.comes(Role.ORGANISER)).get("/desk/piscine"))
    about = re.findall(r'<button aria-describedby="([^"]+)"[^>]*>Répondre au thème', page)
    assert len(about) > 1 and len(set(about)) == len(about)
    for each in about:
        assert re.search(rf'<blockquote[^>]* id="{each}"', page)


async def test_it_says_what_slack_says_and_how_far_people_came(office: Office) -> None:
    await office.town.crowd()
    page = plain(await (await office.comes()).get("/desk/piscine"))
    for said in (
        "Qui a répondu · 0 cette semaine, 143 en tout",
        "ouvrir plus tard le soir, et le dimanche aussi",
        "<svg",
        "Part des arrivés",
        "personnes qui ont répondu ÷ personnes différentes",
        "Déclaratif, non représentatif",
        "dimanche 31 janvier 2027, 23 h 59",
    ):
        assert said in page
    assert re.search(r'<th scope="row">Fini</th><td class="number">143</td><td class="number">100 %</td>', page)


async def test_the_funnel_counts_again_by_itself_and_that_keeps_nobody_signed_in(office: Office) -> None:
    browser = await office.comes()
    assert 'qui les amène : <a href="/desk/piscine/kit">Affiches</a>' in plain(await browser.get("/desk/piscine"))
    await office.town.answers(3, often="parfois")
    again = await browser.get("/desk/piscine/funnel", headers={"hx-request": "true"})
    assert '<td class="number">3</td>' in again.text
    assert "<html" not in again.text
    for _ in range(13):
        office.town.later(office.hour)
        left = await browser.get("/desk/piscine/funnel", headers={"hx-request": "true"})
    assert left.status_code == 401
    assert left.headers["hx-redirect"] == "/desk/sign-in"


async def test_a_moderator_opens_a_flagged_message_and_it_is_no_longer_to_be_done(office: Office) -> None:
    row = await flagged(office)
    browser = await office.comes(Role.MODERATOR)
    page = await browser.get("/desk/piscine")
    assert "Message signalé" in page.text
    assert "tout casser" not in page.text
    opened = await browser.post("/desk/piscine/press", data={"form": form_of(page), "action": f"open:{row}"})
    assert "je vais tout casser" in opened.text
    assert "À faire : rien" in plain(await browser.get("/desk/piscine"))
    async with office.storage.reading() as unit:
        found = await unit.staff.alert(row)
        assert found is not None
        assert found.opened_at == NOW


async def test_a_reader_sees_that_there_is_one_and_cannot_open_it(office: Office) -> None:
    row = await flagged(office)
    browser = await office.comes(Role.READER)
    page = await browser.get("/desk/piscine")
    assert "il faut le rôle" in plain(page)
    assert 'name="action"' not in page.text
    refused = await browser.post("/desk/piscine/press", data={"form": form_of(page), "action": f"open:{row}"})
    assert refused.status_code == 403
    assert "« modération »" in plain(refused)
    assert "tout casser" not in refused.text
    async with office.storage.reading() as unit:
        assert await unit.staff.waiting_alerts(ConsultationId("piscine"))


async def test_a_moderator_reads_what_may_be_quoted(office: Office) -> None:
    await office.town.answers(1, often="parfois", topic="tarifs", text="moins cher pour les familles nombreuses")
    browser = await office.comes(Role.MODERATOR)
    page = await browser.get("/desk/piscine")
    left = await browser.post("/desk/piscine/press", data={"form": form_of(page), "action": "review:piscine"})
    assert "moins cher pour les familles" in left.text
    quote = re.search(r'value="(quote:[^"]+)"', left.text)
    assert quote
    done = await browser.post("/desk/piscine/press", data={"form": form_of(left), "action": quote[1]})
    assert "cette réponse peut être citée" in plain(done)
    assert "moins cher pour les familles" in (await browser.get("/desk/piscine")).text


async def test_the_page_after_a_press_is_left_by_a_change_of_language(office: Office) -> None:
    answer = await (await office.comes()).get("/desk/piscine/press?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/piscine?lang=en")


async def test_everybody_may_read_how_it_is_counted(office: Office) -> None:
    page = await (await office.comes()).get("/desk/piscine/counting")
    assert "Comment on compte" in page.text


async def test_what_no_button_says_is_not_there(office: Office) -> None:
    browser = await office.comes(Role.MODERATOR)
    form = form_of(await browser.get("/desk/piscine"))
    for action in ("", "erase:everything", "open", "x" * 5000):
        assert (await browser.post("/desk/piscine/press", data={"form": form, "action": action})).status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_language_asked_for_once_is_kept(office: Office, language: str) -> None:
    browser = await office.comes()
    await browser.get(f"/desk/piscine?lang={language}")
    for later in ("/desk/piscine/counting", "/desk/nowhere"):
        assert f'<html lang="{language}"' in (await browser.get(later)).text
    refused = await browser.post("/desk/piscine/press", data={"form": "x"})
    assert f'<html lang="{language}"' in refused.text


async def test_before_anybody_came_it_says_so(office: Office) -> None:
    page = plain(await (await office.comes()).get("/desk/piscine"))
    assert "Personne n&#39;est encore arrivé" in page
    assert "<svg" not in page
    assert "Personne encore : " in page


async def test_everything_the_frame_leads_to_is_there(office: Office) -> None:
    browser = await office.comes()
    page = await browser.get("/desk/piscine")
    links = set(re.findall(r'href="(/[^"]*)"', page.text))
    assert {"/desk/piscine", "/desk/piscine/counting"} <= links
    for link in links:
        assert (await browser.get(link)).status_code == 200, link


async def test_with_several_consultations_one_chooses(office: Office) -> None:
    await office.town.starts(replace(piscine(), id="second", title={"fr": "Le second sujet"}, sources={}))
    browser = await office.comes()
    page = await browser.get("/desk/piscine")
    assert '<a href="/desk/second"' in page.text
    assert "Le second sujet" in (await browser.get("/desk/second")).text


async def test_a_campaign_that_is_over_and_did_not_reach_everybody_is_called_partial(office: Office) -> None:
    async with office.storage.unit() as unit:
        anna = await person(unit, "anna", in_="piscine", of="valbrune", answers={"frequence": "parfois"})
        await push(unit, anna, "rappel", state=State.FAILED)
        await unit.consultations.set_state(ConsultationId("piscine"), CampaignState.FINISHED, NOW)
    page = await (await office.comes()).get("/desk/piscine")
    assert '<span class="state">terminée, des messages ne sont pas arrivés' in page.text


async def test_it_leads_to_what_everybody_can_read(office: Office) -> None:
    browser = await office.comes()
    page = await browser.get("/desk/piscine?lang=en")
    for address in ("/r/piscine?lang=en", "/r/piscine?easy=1&amp;lang=en"):
        assert f'href="{address}"' in page.text
        assert (await browser.get(address.replace("&amp;", "&"))).status_code == 200
