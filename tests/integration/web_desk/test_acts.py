"""The digest's buttons on the organisers' pages: the same acts as in Slack, each form sent once."""

import re

from config.consultation_files import parse_consultation
from core.model.ids import ConsultationId
from core.model.staff import Actor, Role
from core.work.staff import campaigns
from core.work.staff.campaign_desk import CampaignDesk
from tests.integration.path.town import DRAFTING
from tests.integration.web_desk.office import Office, form_of
from tests.unit.work.test_campaign_desk import CHANGED, TWO


def hidden_action(page: str) -> str:
    found = re.search(r'name="action" value="([^"]+)"', page)
    assert found, "no form on this page"
    return found[1]


async def test_a_topic_is_answered_from_the_digest(office: Office) -> None:
    browser = await office.comes(Role.ORGANISER)
    form = form_of(await browser.get("/desk/piscine"))
    listed = await browser.post("/desk/piscine/press", data={"form": form, "action": "topics:piscine"})
    assert "pas encore de réponse" in listed.text
    asked = await browser.post("/desk/piscine/press", data={"form": form, "action": "answer:piscine:horaires"})
    assert "Ce qui est décidé" in asked.text
    sent = {"form": form, "action": hidden_action(asked.text), "state": "not_kept", "when": "now"}
    assert "il faut dire pourquoi" in (await browser.post("/desk/piscine/send", data=sent)).text
    for _ in range(2):
        done = await browser.post("/desk/piscine/send", data={**sent, "text_fr": "Trop cher cette année."})
        assert "Publié" in done.text
    async with office.storage.reading() as unit:
        (made,) = await unit.follow_ups.of(ConsultationId("piscine"))
    assert made.text == {"fr": "Trop cher cette année."}


async def test_a_moderator_takes_charge_and_may_not_answer(office: Office) -> None:
    browser = await office.comes(Role.MODERATOR)
    form = form_of(await browser.get("/desk/piscine"))
    took = await browser.post("/desk/piscine/press", data={"form": form, "action": "take:piscine:topic:horaires"})
    assert "vous vous chargez de" in took.text
    answer = await browser.post("/desk/piscine/press", data={"form": form, "action": "answer:piscine:horaires"})
    assert "Il faut le rôle" in answer.text
    nothing = {"form": form, "action": "answer:piscine:horaires:abc", "state": "kept", "when": "now"}
    assert "Il faut le rôle" in (await browser.post("/desk/piscine/send", data=nothing)).text
    async with office.storage.reading() as unit:
        assert await unit.follow_ups.of(ConsultationId("piscine")) == []


async def test_a_sending_to_those_who_are_missing_is_proposed_to_organisers(office: Office) -> None:
    organiser, reader = await office.comes(Role.ORGANISER), await office.comes(Role.READER, name="Bob")
    page = await organiser.get("/desk/piscine/prepare")
    assert page.status_code == 200
    assert "Préparer un envoi" in page.text
    assert "il est trop tôt pour le dire" in page.text
    assert (await reader.get("/desk/piscine/prepare")).status_code == 403


async def test_what_waits_has_a_page_of_its_own(office: Office) -> None:
    browser = await office.comes(Role.READER)
    page = await browser.get("/desk/piscine/waiting")
    assert page.status_code == 200
    assert 'href="/desk/piscine/waiting" aria-current="page"' in page.text
    assert "Ce qui attend quelqu" in page.text


async def test_a_change_is_put_in_force_by_a_second_person(office: Office) -> None:
    """Whoever was written to by e-mail finds the same buttons here."""
    two = parse_consultation(TWO, name="piscine.yaml", language="fr")
    house, chance = office.house, office.chance
    desk = CampaignDesk(office.storage, house.clock, chance, house.words, DRAFTING, lambda: None)
    office.town.parts.campaigns = desk
    async with office.storage.unit() as unit:
        await campaigns.start(unit, two, (), chance, now=house.clock.now(), file=TWO)
        running = await unit.consultations.running(ConsultationId("piscine"))
    assert running is not None
    assert office.town.parts.account is not None
    action, given = f"campaign:give:piscine:{running.revision}", {"file": CHANGED}
    await desk.sent(office.town.parts.account, action, given, Actor("U7", Role.OWNER), "fr")

    browser = await office.comes(Role.ORGANISER)
    waits = await browser.get("/desk/piscine/waiting")
    assert "Un changement attend une deuxième personne" in waits.text
    form = form_of(waits)
    seen = await browser.post("/desk/piscine/press", data={"form": form, "action": "campaign:change:piscine"})
    assert "+ closes: 2027-02-10" in seen.text
    (approve,) = re.findall(r'value="(campaign:approve:[^"]+)"', seen.text)
    done = await browser.post("/desk/piscine/press", data={"form": form, "action": approve})
    assert f"révision {running.revision + 1}" in done.text
    assert "campaign:file" not in done.text, "the file has a page of its own"
    file = await browser.post("/desk/piscine/press", data={"form": form, "action": "campaign:file:piscine"})
    assert file.status_code == 404
