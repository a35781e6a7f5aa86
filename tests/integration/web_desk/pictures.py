"""The pictures of the organisers' pages: `python -m tests.integration.web_desk.pictures` takes them again.

The consultation is the sample's, the people and their figures are made up.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from bots.web.app import web_app
from bots.web.parts import Drafting
from bots.web.server import listening_socket, serve_web
from config.consultation_files import lines_of, parse_consultation
from core.model.deliveries import Reason, State
from core.model.ids import ConsultationId, SourceId
from core.model.people import Source
from core.model.staff import Role
from core.rules.commitments import check
from tests.builders import NOW, alert, contribution, person, push
from tests.integration.web.browser import DESKTOP, open_browser, window
from tests.integration.web_desk.office import Office, open_office
from tests.integration.web_desk.test_themes import Here
from tests.integration.web_results.town import piscine
from tests.unit.nlp.test_themes import SCATTERED, SLIDE

ROOT = Path(__file__).parents[3]
PICTURES = ROOT / "docs" / "pictures"
FILE = (ROOT / "config" / "examples" / "piscine.yaml").read_text(encoding="utf-8")
CAME = {"affiche-piscine": 74, "guichet": 41, "site": 52, "college": 19, "affiche-gare": 12}
"""How many arrived by each source; of ten, one does not agree, one agrees and says nothing, one does not finish."""
AREAS = ("centre", "centre", "gare", "bellevue", "centre")
SAID = (
    ("horaires", "ouvrir plus tard le soir, et le dimanche aussi", 52),
    ("tarifs", "un tarif pour les familles nombreuses, c'est cher à cinq", 31),
    ("acces-pmr", "une vraie rampe : avec le fauteuil de ma mère on ne peut pas entrer", 14),
)


async def month(office: Office) -> None:
    """Two weeks of answers, and one message that somebody must read."""
    said = [(topic, text, place) for topic, text, count in SAID for place in range(count)]
    number = 0
    own, asked = ConsultationId("piscine"), piscine()
    async with office.storage.unit() as unit:
        await unit.consultations.put_file(own, 1, FILE)
        for token, label in asked.sources.items():  # as `campaign start` does; the small builders name them otherwise
            await unit.sources.retire(own, f"piscine-{token}", NOW)
            await unit.people.put_sources(office.partner, [(Source(SourceId(token), own, token, ""), label)], NOW)
        for source, count in CAME.items():
            for place in range(count):
                number += 1
                came = NOW - timedelta(days=number % 13, hours=3)
                last = place % 10
                who = await person(
                    unit,
                    f"person-{number}",
                    in_="piscine",
                    of="valbrune",
                    source=source,
                    arrived=came,
                    agreed=last != 9,
                    answers={"frequence": "parfois", "quartier": AREAS[number % 5]} if last < 8 else None,
                    finished_at=came if last < 7 else None,
                )
                if last in (7, 8):
                    told = came + timedelta(days=2)
                    left_out = {"state": State.SKIPPED, "reason": Reason.NO_CONSENT}
                    await push(unit, who, "reminder", sent_at=told, **({} if last == 7 else left_out))
                if last < 7 and said:
                    topic, text, nth = said.pop()
                    review, text = ("new", f"{text} ({nth})") if nth else ("reviewed", text)
                    about = await contribution(
                        unit, text, by=who, in_="piscine", question="venir", topics=[topic], review=review
                    )
        await alert(unit, about, "threat", in_="piscine", of="valbrune", at=NOW - timedelta(days=2, hours=14))


async def take() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_office(Path(folder)) as office:
            await month(office)
            office.house.themes.surveyor = Here()
            office.town.parts.drafting = Drafting(
                read=lambda text, language: parse_consultation(text, name="consultation.yaml", language=language),
                check=lambda asked: check(asked, now=NOW),
                lines=lines_of,
            )
            stop, listener = asyncio.Event(), listening_socket("127.0.0.1", 0)
            serving = asyncio.create_task(serve_web(web_app(office.town.parts), listener, stop))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            try:
                async with open_browser() as browser, window(browser, size=DESKTOP) as context:
                    page = await context.new_page()
                    await page.goto(url + await office.link(await office.hires("Claire Petit", Role.ORGANISER)))
                    await page.get_by_role("button").click()
                    await page.wait_for_url("**/desk/piscine")
                    await page.screenshot(
                        path=PICTURES / "desk.fr.png",
                        full_page=True,
                        clip={"x": 0, "y": 0, "width": 1280, "height": 1150},
                    )
                    await page.get_by_role("link", name="Réponses officielles", exact=True).click()
                    await page.locator("summary").first.click()
                    await page.select_option("#state-1", "kept")
                    await page.fill("#text-1-fr", "Les mardis et jeudis, la piscine ferme à 21 h.")
                    await page.get_by_role("button", name="Publier", exact=True).first.click()
                    await page.wait_for_url("**done=published")
                    await page.screenshot(path=PICTURES / "desk-answers.fr.png")
                    for place in ("contributions", "deliveries", "consultation", "kit"):
                        await page.goto(f"{url}/desk/piscine/{place}")
                        await page.screenshot(path=PICTURES / f"desk-{place}.fr.png")
                    async with office.storage.unit() as unit:
                        for text in (*SCATTERED, *SLIDE):
                            await contribution(unit, text, in_="piscine", question="venir", review="reviewed")
                    await page.goto(f"{url}/desk/piscine/themes")
                    await page.screenshot(path=PICTURES / "desk-themes.fr.png")
            finally:
                stop.set()
                await serving


if __name__ == "__main__":
    asyncio.run(take())
